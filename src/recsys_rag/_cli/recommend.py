"""`recsys-rag recommend`: the main job. Asks the recommender and shows the answer as it comes."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.history_options import check_history, history_options, imported, wanted
from recsys_rag._cli.options import (
    command,
    explain_option,
    group_of,
    history_of,
    json_option,
    k_option,
    likes_option,
    lines_in,
    model_options,
    option,
    source_of,
    user_option,
    writing_options,
)

if TYPE_CHECKING:
    from recsys_rag.types import Event, Filters

_CONDITION = re.compile(r"\s*([^<>=!]+?)\s*(<=|>=|!=|=|<|>)\s*(\S.*?)\s*")
_YEAR = re.compile(r"\d{1,4}")
_STRENGTH = click.FloatRange(0, 1)
# options that are asked of the recommender as they are
_AS_GIVEN = ("diversity", "calibration", "novelty", "tone", "length", "k")

_who_options = group_of(
    user_option,
    option(
        "--users",
        "Many users of the data, a line of JSON each: a file of ids, - for stdin, or all.",
        metavar="FILE|all",
    ),
    likes_option,
    option("--dislikes", "A title you do not like; repeatable.", metavar="TITLE", multiple=True),
    option(
        "--profile", "What you like, in words; moves the list gently.", metavar="WORDS", default=""
    ),
    option(
        "--query",
        "What you want now, in words; items must match what you name.",
        metavar="WORDS",
        default="",
    ),
    option("--exclude", "A title not to recommend; repeatable.", metavar="TITLE", multiple=True),
)
_filter_options = group_of(
    option(
        "--genre",
        "A genre that items must have; repeatable, all are required.",
        metavar="GENRE",
        multiple=True,
    ),
    option("--not-genre", "A genre to leave out; repeatable.", metavar="GENRE", multiple=True),
    option("--years", "Only from these years; either end may be left open.", metavar="FROM:TO"),
    option(
        "--only",
        "Only these: a file of ids or titles, ids, or a title; repeatable.",
        metavar="FILE|IDS|TITLE",
        multiple=True,
    ),
    option(
        "--where",
        "On a column: director=Ang Lee, 'price<=30', in_stock; repeatable.",
        metavar="CONDITION",
        multiple=True,
    ),
)
_selection_options = group_of(
    option("--include-seen", "Also recommend what was already rated.", is_flag=True),
    option(
        "--diversity",
        "Avoid more of the same: 0 (off) to 1 (nothing else counts).",
        metavar="S",
        type=_STRENGTH,
    ),
    option("--calibration", "Keep your mix of genres: 0 to 1.", metavar="S", type=_STRENGTH),
    option("--tone", "How texts sound.", type=click.Choice(["plain", "warm"])),
    option("--length", "How much texts tell.", type=click.Choice(["short", "normal"])),
    option("--novelty", "Prefer what few people have rated: 0 to 1.", metavar="S", type=_STRENGTH),
)


@command()
@_who_options
@history_options
@_filter_options
@_selection_options
@k_option
@explain_option
@option(
    "--sources", "Show every fact and where it was read, not only the facts cited.", is_flag=True
)
@writing_options
@model_options
@json_option
@option(
    "--format",
    "How it is printed; json is --json, jsonl has each recommendation on one line.",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
)
@option(
    "--out",
    "With --users: the file to write; the same command goes on with a file that it began.",
    metavar="FILE",
    type=Path,
)
@option(
    "--with-ids",
    "Show other people's ids: whose ratings support a fact (JSON), closest to an unknown --user.",
    is_flag=True,
)
def recommend(
    user: str | None,
    users: str | None,
    likes: tuple[str, ...],
    dislikes: tuple[str, ...],
    profile: str,
    query: str,
    exclude: tuple[str, ...],
    history: tuple[Path, ...],
    watchlist: bool,
    viewer: str | None,
    history_scale: str | None,
    genre: tuple[str, ...],
    not_genre: tuple[str, ...],
    years: str | None,
    only: tuple[str, ...],
    where: tuple[str, ...],
    include_seen: bool,
    explain: bool,
    sources: bool,
    as_json: bool,
    form: str | None,
    out: Path | None,
    with_ids: bool,
    **given: Any,
) -> None:
    """Recommend items, each with reasons that can be checked.

    Say whom it is for: a --user of the data, what you --likes and --dislikes, a --history from
    elsewhere, or words alone.
    Every sentence shown was checked against the data; its number leads to the fact that supports
    it.

    The first call on a data set fits a recommender and keeps it in the cache; later calls start at
    once.

    \b
    Examples:
      recsys-rag recommend --user 196 --profile "action movies" -k 5
      recsys-rag recommend --likes "Fargo" --likes "Pulp Fiction:5" --query "dark comedy"
      recsys-rag recommend --query "slow-burn crime drama, not horror" --no-explain
      recsys-rag recommend --user 196 --genre comedy --years 1990: --diversity 0.3
      recsys-rag recommend --history letterboxd-me-2025-09-01-utc.zip --watchlist
      recsys-rag recommend --user 196 --json | jq '.items[].title'
      recsys-rag recommend --users all --no-explain --format jsonl --out lists.jsonl
    """
    form = form or ("json" if as_json else "jsonl" if users else "text")
    _check_many(user, users, likes, history, form, as_json, out)
    if (
        user is None
        and users is None
        and not (likes or dislikes or history or profile.strip() or query.strip())
    ):
        raise click.UsageError(
            "say who the recommendations are for: "
            "give --user, --users, --likes, --dislikes, --history, --profile or --query"
        )
    check_history(history, watchlist, viewer, history_scale)
    if watchlist and only:
        raise click.UsageError("--watchlist and --only exclude each other: both say what is left")
    filters = _filters_of(genre, not_genre, years, only, where)
    from recsys_rag._cli.sources import opened
    from recsys_rag.errors import UnknownUserError
    from recsys_rag.recommender import query_of

    started = time.perf_counter()
    asked = {name: given.pop(name) for name in _AS_GIVEN}
    chosen = source_of(**given)
    ready = opened(chosen, writes=explain)
    seconds = {"open": time.perf_counter() - started}
    dataset = ready.recommender.dataset
    ratings, named = history_of(likes, dataset.catalog.knows)
    liked, disliked = (
        set(dataset.catalog.resolve_known(names)[0].values())
        for names in ((*ratings, *named), dislikes)
    )
    for item in liked & disliked:
        raise click.UsageError(
            f"--likes and --dislikes both name {dataset.catalog.name(item)}; give it to one of them"
        )
    if dataset.scale is None:  # to like it is to choose it
        ratings, named = {**ratings, **dict.fromkeys(named, 1.0)}, ()
    notes = ready.notes
    if history:
        brought = imported(history, viewer, history_scale, dataset)
        ratings, named = {**brought.history, **ratings}, (*brought.likes, *named)
        notes = (*notes, brought.summary(dataset.catalog.noun))
        exclude = exclude if include_seen else (*exclude, *brought.seen)
        filters = replace(filters, only=wanted(brought)) if watchlist else filters
    question = query_of(
        user,
        history=ratings,
        likes=named,
        profile=profile.strip(),
        query=query.strip(),
        dislikes=dislikes,
        exclude=exclude,
        filters=filters,
        include_seen=include_seen,
        **asked,
    )
    if with_ids and user is not None and user not in dataset.users:
        close = dataset.close_user_ids(user)
        raise UnknownUserError(f"no user {user!r} in {dataset.name}; closest: {', '.join(close)}")
    if users is not None:
        from recsys_rag._cli.console import note
        from recsys_rag._cli.many import Asked, write_lists

        for text in ready.notes:
            note(text)
        write_lists(ready.recommender, chosen, users, Asked(question, explain, with_ids), out)
        return
    events = ready.recommender.stream(question, explain=explain)
    annotated = _annotated(events, notes, seconds)
    if form != "text":
        _print_json(annotated, with_ids, form)
    else:
        from recsys_rag._cli.console import paper
        from recsys_rag._cli.render import Page

        Page(paper(), explain=explain, sources=sources).show(annotated)


def _annotated(
    events: "Iterator[Event]", notes: tuple[str, ...], seconds: dict[str, float]
) -> "Iterator[Event]":
    """Add to the finished recommendation how long opening took, and notes about it."""
    from recsys_rag.types import Finished

    for event in events:
        if isinstance(event, Finished):
            finished = event.recommendation
            event = Finished(
                replace(
                    finished,
                    notes=(*notes, *finished.notes),
                    seconds={**seconds, **finished.seconds},
                )
            )
        yield event


def _print_json(events: "Iterator[Event]", with_ids: bool, form: str) -> None:
    from recsys_rag.types import Finished
    from recsys_rag.wire import dumps, line, write

    for event in events:
        if isinstance(event, Finished):
            document = write(event.recommendation, with_ids=with_ids)
            click.echo(line(document) if form == "jsonl" else dumps(document))


def _check_many(
    user: str | None,
    users: str | None,
    likes: tuple[str, ...],
    history: tuple[Path, ...],
    form: str,
    as_json: bool,
    out: Path | None,
) -> None:
    """Refuse what contradicts --users, or belongs to it alone."""
    if as_json and form != "json":
        raise click.UsageError(f"--json and --format {form} exclude each other")
    if users is None:
        if out is not None:
            raise click.UsageError("--out belongs to --users; else redirect what is printed")
        return
    if user is not None or likes or history:
        other = "--likes" if likes else "--history" if history else "--user"
        raise click.UsageError(f"--users and {other} exclude each other")
    if form != "jsonl":
        raise click.UsageError(f"--users writes JSON Lines, not {form}; give --format jsonl")


# --- the values of the filters --------------------------------------------------------------------


def _filters_of(
    genre: tuple[str, ...] = (),
    not_genre: tuple[str, ...] = (),
    years: str | None = None,
    only: tuple[str, ...] = (),
    where: tuple[str, ...] = (),
) -> "Filters":
    """Return the filters in the values of these options. Raises UsageError for a value of another
    form."""
    from recsys_rag.types import Filters

    return Filters(
        genre, not_genre, None if years is None else _span(years), _named(only), _columns(where)
    )


def _span(value: str) -> tuple[int | None, int | None]:
    """Return the first and last year of "FROM:TO", None where it is open; a year alone is both.
    Raises UsageError.

    >>> _span("1990:1999"), _span("1990:"), _span(":1999"), _span("1994")
    ((1990, 1999), (1990, None), (None, 1999), (1994, 1994))
    """
    ends = [end.strip() for end in value.split(":")]
    if len(ends) > 2 or not any(ends) or not all(_YEAR.fullmatch(end) for end in ends if end):
        raise click.UsageError(
            f"--years {value!r} is not a span of years; write 1990:1999, 1990:, :1999 or 1994"
        )
    years = [int(end) if end else None for end in ends]
    return years[0], years[-1]


def _named(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids and titles in values of --only: of a file its lines, of IDS what commas
    without a space separate."""
    named: list[str] = []
    for value in values:
        if Path(value).is_file():
            lines = [line.strip() for line in lines_in("--only", Path(value))]
            if not any(lines):
                raise click.UsageError(
                    f"--only {value}: the file names no item; write one id or title per line"
                )
            named += filter(None, lines)
        elif "," in value and not re.search(r"\s", value):  # a title with a comma has a space too
            named += filter(None, value.split(","))
        else:
            named.append(value)
    return tuple(named)


def _columns(values: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the values of --where by column: any of those after "=" is enough, all comparisons
    hold; a name alone is a flag, also after "!". Raises UsageError.

    >>> _columns(("price<=30", "price>10", "in_stock", "!used", "director=Ang Lee"))
    {'price': ('<=30', '>10'), 'in_stock': ('true',), 'used': ('false',), 'director': ('Ang Lee',)}
    """
    columns: dict[str, tuple[str, ...]] = {}
    for value in values:
        condition = _CONDITION.fullmatch(value)
        if condition is not None:
            column, sign, wanted = condition.groups()
            wanted = wanted if sign == "=" else f"{sign}{wanted}"
        elif re.search(r"[<>=]", value) or not value.strip(" !"):
            raise click.UsageError(
                f"--where {value!r} is not of the form COLUMN=VALUE, such as director=Ang Lee, "
                "'price<=30', or a flag such as in_stock"
            )
        else:
            column, wanted = value.strip(" !"), "false" if value.strip()[0] == "!" else "true"
        columns[column] = (*columns.get(column, ()), wanted)
    return columns
