"""`recsys-rag recommend`: the main job. Asks the recommender and shows what it answers, as it is
written."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import history_of, json_option, model_options, source_of
from recsys_rag.cli.selecting import filters_of, selection_options

if TYPE_CHECKING:
    from recsys_rag.types import Event


@click.command()
@click.option("--user", metavar="ID", help="A user of the data.")
@click.option(
    "--likes",
    multiple=True,
    metavar="TITLE[:RATING]",
    help="A title (or item id) you like; repeatable.",
)
@click.option(
    "--dislikes", multiple=True, metavar="TITLE", help="A title you do not like; repeatable."
)
@click.option(
    "--profile", default="", metavar="WORDS", help="What you like, in words: moves the list softly."
)
@click.option(
    "--query",
    default="",
    metavar="WORDS",
    help="What you want now, in words: what it names is required.",
)
@click.option(
    "--exclude", multiple=True, metavar="TITLE", help="A title not to recommend; repeatable."
)
@selection_options
@click.option("-k", default=5, show_default=True, metavar="N", help="How many items.")
@click.option(
    "--explain/--no-explain",
    default=True,
    show_default=True,
    help="Write about each item, or only list.",
)
@click.option(
    "--sources",
    is_flag=True,
    help="Show every fact and where it was read, not only the cited ones.",
)
@click.option(
    "--lm",
    metavar="NAME",
    help="Who writes: see `recsys-rag lm list`; template = no language model.",
)
@click.option(
    "--adapter",
    metavar="DIR",
    help="What `recsys-rag finetune writer` left for this --lm, or none.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Same seed, same question: same text."
)
@model_options
@json_option
@click.option(
    "--with-ids",
    is_flag=True,
    help="With --json: name the people whose ratings support a fact, not only their number.",
)
@debug_option
def recommend(
    user: str | None,
    likes: tuple[str, ...],
    dislikes: tuple[str, ...],
    profile: str,
    query: str,
    exclude: tuple[str, ...],
    genre: tuple[str, ...],
    not_genre: tuple[str, ...],
    years: str | None,
    only: tuple[str, ...],
    where: tuple[str, ...],
    include_seen: bool,
    diversity: float | None,
    calibration: float | None,
    novelty: float | None,
    k: int,
    explain: bool,
    sources: bool,
    as_json: bool,
    with_ids: bool,
    **source: Any,
) -> None:
    """Recommend items, each with reasons that can be checked.

    Say whom it is for: a --user of the data, what you --likes and --dislikes, or words alone. Every sentence that is
    shown was checked against the data; its number leads to the fact that supports it.

    The first call on a data set fits a recommender and keeps it in the cache; the next ones start at once.

    \b
    Examples:
      recsys-rag recommend --user 196 --profile "action movies" -k 5
      recsys-rag recommend --likes "Fargo" --likes "Pulp Fiction:5" --dislikes "Titanic" --query "dark comedy"
      recsys-rag recommend --query "slow-burn crime drama, not horror" --no-explain
      recsys-rag recommend --user 196 --genre comedy --years 1990: --diversity 0.3
      recsys-rag recommend --user 196 --json | jq '.items[].title'
    """
    if user is None and not (likes or dislikes or profile.strip() or query.strip()):
        raise click.UsageError(
            "say whom it is for: give --user, --likes, --dislikes, --profile or --query"
        )
    filters = filters_of(genre=genre, not_genre=not_genre, years=years, only=only, where=where)
    from recsys_rag.cli.sources import opened

    started = time.perf_counter()
    ready = opened(source_of(**source), writes=explain)
    seconds = {"open": time.perf_counter() - started}
    scale = ready.recommender.dataset.scale
    events = ready.recommender.stream(
        user,
        history=history_of(likes, scale.high if scale else 1.0),
        profile=profile.strip(),
        query=query.strip(),
        dislikes=dislikes,
        exclude=exclude,
        filters=filters,
        include_seen=include_seen,
        diversity=diversity,
        calibration=calibration,
        novelty=novelty,
        k=k,
        explain=explain,
    )
    annotated = _annotated(events, ready.notes, seconds)
    if as_json:
        _print_json(annotated, with_ids)
    else:
        _print_text(annotated, explain, sources)


def _annotated(
    events: "Iterator[Event]", notes: tuple[str, ...], seconds: dict[str, float]
) -> "Iterator[Event]":
    """Add to the finished recommendation what went before it: how long opening took, and notes
    about it."""
    from recsys_rag.types import Finished

    for event in events:
        if isinstance(event, Finished):
            made = event.recommendation
            event = Finished(
                replace(made, notes=(*notes, *made.notes), seconds={**seconds, **made.seconds})
            )
        yield event


def _print_text(events: "Iterator[Event]", explain: bool, sources: bool) -> None:
    from recsys_rag.cli.console import paper
    from recsys_rag.cli.render import Page

    Page(paper(), explain=explain, sources=sources).show(events)


def _print_json(events: "Iterator[Event]", with_ids: bool) -> None:
    from recsys_rag.cli.console import write_json
    from recsys_rag.types import Finished
    from recsys_rag.wire import write

    for event in events:
        if isinstance(event, Finished):
            write_json(write(event.recommendation, with_ids=with_ids))
