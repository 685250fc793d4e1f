"""The options by which every command reads a person's own tables, and what they mean to the
readers. Opens no file."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_TEXT: tuple[tuple[str, str, str], ...] = (
    ("--user-column", "NAME", "User id."),
    ("--item-column", "NAME", "Item id, in --ratings and --items."),
    ("--rating-column", "NAME", "Rating, or count; a number."),
    ("--timestamp-column", "NAME", "When it was rated: numbers or dates, as they are."),
    ("--title-column", "NAME", "Title, in --items."),
    ("--year-column", "NAME", "Year of release, in --items."),
    ("--genres-column", "NAME", "Genres, in --items."),
    ("--genres-separator", "TEXT", "Separator between genres.  [default: detected]"),
    ("--columns", "NAMES", "Names for the columns of a file without a header: user,item,rating."),
    ("--items-columns", "NAMES", "The same for --items: item,title,genres."),
    ("--separator", "TEXT", "Separator between fields.  [default: detected]"),
    ("--encoding", "NAME", "Such as cp1252 or utf-16.  [default: detected]"),
    ("--scale", "LOW:HIGH[:STEP]", "What a rating may be, such as 0.5:5:0.5.  [default: detected]"),
    ("--noun", "WORD", "What an item is called in text: film, book, ...  [default: title]"),
)
_FLAGS = (
    ("--implicit", "There are no ratings: a row says that it was chosen."),
    ("--counts", "The ratings say how often it was chosen."),
    ("--no-timestamps", "Read without timestamps."),
    ("--wide", "One row a user, one column an item."),
)


def option(name: str, help: str, *other_names: str, **more: Any) -> Callable[[F], F]:
    """Return an option, its help beside its name; a default is told unless it is an empty text."""
    more["show_default"] = more.get("default", "") != ""
    return click.option(name, *other_names, help=help, **more)


def group_of(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Return a decorator that gives a command these options, in this order."""

    def decorated(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorated


class TableOption(click.Option):
    """An option about a person's own tables."""


_table_option = partial(click.option, cls=TableOption)
table_options = group_of(
    _table_option(
        "--ratings", type=Path, metavar="FILE", help="A table of ratings: user, item, rating, time."
    ),
    _table_option(
        "--items", type=Path, metavar="FILE", help="A table of items: id, title, year, genres."
    ),
    *(_table_option(name, metavar=metavar, help=text) for name, metavar, text in _TEXT[:3]),
    *(_table_option(name, is_flag=True, help=text) for name, text in _FLAGS),
    *(_table_option(name, metavar=metavar, help=text) for name, metavar, text in _TEXT[3:]),
    _table_option(
        "--missing-rating",
        multiple=True,
        metavar="VALUE",
        help="A number or text that means not rated, '' for an empty cell; repeatable.",
    ),
    _table_option(
        "--repeats",
        type=click.Choice(["latest", "first", "mean", "highest", "refuse"]),
        help="Which rating counts where one repeats.  [default: latest]",
    ),
    _table_option(
        "--unknown-items",
        type=click.Choice(["refuse", "keep", "drop"]),
        help="Ratings of items that --items lacks.  [default: refuse]",
    ),
    _table_option(
        "--on-error",
        type=click.Choice(["stop", "skip"]),
        help="Stop at a bad row, or leave it out and count it.  [default: stop]",
    ),
    _table_option(
        "--skip-limit",
        type=click.FloatRange(0, 1),
        metavar="SHARE",
        help="How many rows may be left out.  [default: 0.01]",
    ),
    _table_option(
        "--left-out", type=Path, metavar="FILE", help="Write the rows left out there, as CSV."
    ),
)


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given.

    >>> given({"user_column": "u", "item_column": None, "implicit": False, "missing_rating": ()})
    {'user_column': 'u'}
    """
    return {name: value for name, value in options.items() if value not in (None, False, ())}


def reading(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return these options as `readers.tables.read_csv` takes them. Raises UsageError.

    >>> reading({"user_column": "u", "implicit": True, "scale": "1:10", "separator": "\\\\t"})
    {'user_column': 'u', 'rating_column': None, 'scale': (1.0, 10.0, 1.0), 'separator': '\\t'}
    """
    read: dict[str, Any] = {}
    for name, value in options.items():
        if name == "implicit":
            if "rating_column" in options or "counts" in options:
                raise click.UsageError(
                    "--implicit says that there are no ratings; leave out --rating-column and "
                    "--counts"
                )
            read["rating_column"] = None
        elif name == "no_timestamps":
            read["timestamp_column"] = None
        elif name == "scale":
            read[name] = scale_of("--scale", value)
        elif name == "separator":
            read[name] = "\t" if value == "tab" else value.replace("\\t", "\t")
        else:
            read[name] = value
    return read


def scale_of(option: str, text: str) -> tuple[float, float, float]:
    """Read "LOW:HIGH[:STEP]" of this option. Raises UsageError."""
    try:
        numbers = [float(part) for part in text.split(":")]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3):
        raise click.UsageError(
            f"{option} {text!r} is not of the form LOW:HIGH or LOW:HIGH:STEP, such as 0.5:5:0.5"
        )
    return numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else 1.0
