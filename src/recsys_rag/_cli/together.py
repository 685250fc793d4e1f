"""`recsys-rag together`: one list for several people, with a reason for each of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.history_options import imported, reading_options
from recsys_rag._cli.options import command, json_option, k_option, model_options, option, source_of

if TYPE_CHECKING:
    from rich.console import Console

    from recsys_rag.groups import GroupList, Member


@command()
@option(
    "--user", "One of you, by id in the data; repeatable.", "users", metavar="ID", multiple=True
)
@option(
    "--history",
    "One of you, by an export (see `recsys-rag import --help`); repeatable.",
    metavar="FILE",
    type=Path,
    multiple=True,
)
@option("--query", "What you all want now, in words.", metavar="WORDS", default="")
@option(
    "--floor",
    "Nobody would give less.  [default: the middle of the scale]",
    type=float,
    metavar="N",
)
@k_option
@option("--explain/--no-explain", "Give each of you a reason.", default=True)
@reading_options
@model_options
@json_option
def together(
    users: tuple[str, ...],
    history: tuple[Path, ...],
    query: str,
    floor: float | None,
    k: int,
    explain: bool,
    viewer: str | None,
    history_scale: str | None,
    as_json: bool,
    **source: Any,
) -> None:
    """Find what all of you would like tonight: two to ten people.

    Nobody would give anything on the list less than the --floor; what comes first is best for the
    group as a whole and for whoever likes it least.

    \b
    Examples:
      recsys-rag together --user 196 --user 22
      recsys-rag together --user 196 --history letterboxd-me-2025-09-01-utc.zip --query comedy
    """
    if not 2 <= len(users) + len(history) <= 10:
        raise click.UsageError("name two to ten people, each by --user ID or --history FILE")
    from recsys_rag import groups
    from recsys_rag._cli.sources import opened
    from recsys_rag.types import Query

    recommender = opened(source_of(**source), writes=False).recommender
    words, flow = query.strip(), recommender.flow
    members: list[Member] = [groups.Member(user, Query(user, words=words), flow) for user in users]
    for file in history:
        brought = imported([file], viewer, history_scale, recommender.dataset)
        asked = Query(
            history=brought.history, likes=brought.likes, exclude=brought.seen, words=words
        )
        members.append(groups.Member(file.name, asked, flow))
    answer = groups.together(members, k, floor, explain=explain)
    if as_json:
        from recsys_rag._cli.console import write_json

        write_json(document(answer))
        return
    from recsys_rag._cli.console import paper

    _show(paper(), answer, [member.name for member in members])


def document(answer: "GroupList") -> dict[str, Any]:
    """Return a common list as plain values."""
    return {
        "floor": answer.floor,
        "values": "ratings" if answer.are_ratings else "shares",
        "notes": list(answer.notes),
        "items": [
            {
                "rank": item.rank,
                "item_id": item.item_id,
                "title": item.title,
                "year": item.year,
                "genres": list(item.genres),
                "mean": round(item.mean, 4),
                "worst": round(item.worst, 4),
                "people": [
                    {
                        "name": opinion.name,
                        "value": round(opinion.value, 4),
                        "text": opinion.item.explanation,
                        "evidence": [fact.statement for fact in opinion.item.evidence],
                    }
                    for opinion in item.opinions
                ],
            }
            for item in answer.items
        ],
    }


def _show(page: "Console", answer: "GroupList", names: list[str]) -> None:
    from recsys_rag._cli.lines import Paragraph, sentence

    sentence(page, f"For {', '.join(names[:-1])} and {names[-1]} together", "bold")
    for item in answer.items:
        page.print()
        line = Paragraph(page, indent=3)
        year = f" ({item.year})" if item.year else ""
        line.say(f"{item.rank}  {item.title}{year}", "bold")
        line.keep(", ".join(item.genres))
        line.keep(f"mean {item.mean:.1f}   least {item.worst:.1f}")
        line.close()
        for opinion in item.opinions:
            told = Paragraph(page, first=3, indent=5)
            told.say(f"{opinion.name}: {opinion.value:.1f}")
            if opinion.item.explanation:
                told.say(opinion.item.explanation, gap=2)
            told.close()
    for note in answer.notes:
        page.print()
        sentence(page, note)
