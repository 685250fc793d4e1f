"""The options of `recommend` that say what may be in the list and how it is selected. Knows no
catalog."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from recsys_rag.types import Filters

F = TypeVar("F", bound=Callable[..., Any])

_YEAR = re.compile(r"\d{1,4}")
_STRENGTH = click.FloatRange(0, 1)


def selection_options(function: F) -> F:
    """Give a command the filters and the strengths of selection."""
    for option in (
        click.option(
            "--novelty",
            type=_STRENGTH,
            metavar="S",
            help="Prefer what few people have rated: 0 to 1.",
        ),
        click.option(
            "--calibration", type=_STRENGTH, metavar="S", help="Keep to your mix of genres: 0 to 1."
        ),
        click.option(
            "--diversity",
            type=_STRENGTH,
            metavar="S",
            help="Avoid more of the same: 0 (off) to 1 (only this).",
        ),
        click.option("--include-seen", is_flag=True, help="Recommend also what was rated already."),
        click.option(
            "--where",
            multiple=True,
            metavar="COLUMN=VALUE",
            help="Only items with this in a catalog column; repeatable.",
        ),
        click.option(
            "--only",
            multiple=True,
            metavar="FILE|IDS|TITLE",
            help="Only these: a file of ids or titles; repeatable.",
        ),
        click.option(
            "--years", metavar="FROM:TO", help="Only from these years; one end may be left open."
        ),
        click.option(
            "--not-genre", multiple=True, metavar="GENRE", help="A genre to leave out; repeatable."
        ),
        click.option(
            "--genre",
            multiple=True,
            metavar="GENRE",
            help="A genre that it must have; repeatable, all count.",
        ),
    ):
        function = option(function)
    return function


def filters_of(
    *,
    genre: tuple[str, ...],
    not_genre: tuple[str, ...],
    years: str | None,
    only: tuple[str, ...],
    where: tuple[str, ...],
) -> "Filters":
    """Return the filters in the values of these options. Raises UsageError for a value of another
    form."""
    from recsys_rag.types import Filters

    return Filters(
        genre, not_genre, None if years is None else span(years), _named(only), _columns(where)
    )


def span(value: str) -> tuple[int | None, int | None]:
    """Return the first and last year of "FROM:TO", None where it is open; a year alone is both.
    Raises UsageError.

    >>> span("1990:1999"), span("1990:"), span(":1999"), span("1994")
    ((1990, 1999), (1990, None), (None, 1999), (1994, 1994))
    """
    ends = [end.strip() for end in value.split(":")]
    if len(ends) > 2 or not any(ends) or not all(_YEAR.fullmatch(end) for end in ends if end):
        raise click.UsageError(
            f"--years {value!r} is no span of years; write 1990:1999, 1990:, :1999 or 1994"
        )
    years = [int(end) if end else None for end in ends]
    return years[0], years[-1]


def _named(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids and titles in values of --only: of a file its lines, of IDS what commas
    without a space separate."""
    named: list[str] = []
    for value in values:
        if Path(value).is_file():
            lines = [line.strip() for line in _lines(Path(value))]
            if not any(lines):
                raise click.UsageError(
                    f"--only {value}: the file names no item; write one id or title a line"
                )
            named += filter(None, lines)
        elif "," in value and not re.search(r"\s", value):  # a title with a comma has a space too
            named += filter(None, value.split(","))
        else:
            named.append(value)
    return tuple(named)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--only {file}: cannot be read as text in UTF-8: {error}") from None


def _columns(values: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the values of --where by column; any of those given for one column is enough. Raises
    UsageError."""
    columns: dict[str, tuple[str, ...]] = {}
    for value in values:
        column, sign, wanted = (part.strip() for part in value.partition("="))
        if not (column and sign and wanted):
            raise click.UsageError(
                f"--where {value!r} has another form; write COLUMN=VALUE, such as director=Ang Lee"
            )
        columns[column] = (*columns.get(column, ()), wanted)
    return columns
