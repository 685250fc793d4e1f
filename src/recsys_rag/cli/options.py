"""Options that several commands take, and the small languages in their values. Opens no file and
loads no model."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_DATA = "ml-100k"
_RATED = re.compile(r"^(?P<title>.*\S)\s*:\s*(?P<rating>[+-]?\d+(?:\.\d+)?)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a recommender comes from: a saved one, or data and settings to fit it with."""

    model: Path | None = None
    data: str | None = None
    metadata: Path | None = None
    settings: Path | None = None
    preset: str | None = None
    lm: str | None = None
    adapter: str | None = None
    seed: int | None = None

    @property
    def data_or_default(self) -> str:
        return self.data or DEFAULT_DATA


def json_option(function: F) -> F:
    """Give a command the option --json."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."
    )(function)


def data_options(function: F) -> F:
    """Give a command the options that say which data and which settings."""
    for option in (
        click.option("--settings", type=Path, metavar="FILE", help="Settings in TOML."),
        click.option(
            "--preset",
            type=click.Choice(["default", "seed"]),
            help="Named settings; seed = the method as it was first described, the baseline.",
        ),
        click.option(
            "--metadata",
            type=Path,
            metavar="FILE",
            help="More about the items (CSV, Parquet, JSON): director, actors, plot, keywords, runtime ...",
        ),
        click.option(
            "--data",
            metavar="NAME|PATH",
            help=f"A data set by name (see `recsys-rag data list`) or its files.  [default: {DEFAULT_DATA}]",
        ),
    ):
        function = option(function)
    return function


def model_options(function: F) -> F:
    """Give a command the options that say which recommender answers."""
    return click.option(
        "--model",
        type=Path,
        metavar="DIR",
        help="A recommender saved by `recsys-rag fit`, instead of --data.",
    )(data_options(function))


def source_of(
    *,
    model: Path | None = None,
    data: str | None = None,
    metadata: Path | None = None,
    settings: Path | None = None,
    preset: str | None = None,
    lm: str | None = None,
    adapter: str | None = None,
    seed: int | None = None,
) -> Source:
    """Return the source that these options name. Raises UsageError where they contradict one
    another."""
    if model is not None:
        for name, value in (("--data", data), ("--metadata", metadata), ("--preset", preset)):
            if value is not None:
                raise click.UsageError(
                    f"--model and {name} exclude each other: the model was fitted already"
                )
    if settings is not None and preset is not None:
        raise click.UsageError(
            '--settings and --preset exclude each other; write preset = "..." into the file'
        )
    return Source(model, data, metadata, settings, preset, lm, adapter, seed)


def rated(value: str) -> tuple[str, float | None]:
    """Split "TITLE[:RATING]": only a number after the last colon is a rating, since titles have
    colons too.

    >>> rated("Fargo"), rated("Fargo:4.5"), rated("Star Wars: Episode IV"), rated("Star Wars: Episode IV:5")
    (('Fargo', None), ('Fargo', 4.5), ('Star Wars: Episode IV', None), ('Star Wars: Episode IV', 5.0))
    """
    found = _RATED.match(value.strip())
    return (found["title"], float(found["rating"])) if found else (value.strip(), None)


def history_of(likes: Sequence[str], top: float) -> dict[str, float]:
    """Return the ratings in values of --likes; a title without one gets the top of the scale.

    Raises UsageError for a title that is named twice.

    >>> history_of(["Fargo", "Heat:3"], 5.0)
    {'Fargo': 5.0, 'Heat': 3.0}
    """
    history: dict[str, float] = {}
    for title, rating in map(rated, likes):
        if title in history:
            raise click.UsageError(f"--likes names {title!r} twice; give it once, with one rating")
        history[title] = top if rating is None else rating
    return history


def table_options(function: F) -> F:
    """Give a command the options that say how a person's own tables are to be read."""
    for option in (
        click.option(
            "--separator",
            metavar="TEXT",
            help="What stands between fields.  [default: found in the header]",
        ),
        click.option(
            "--scale", metavar="LOW:HIGH[:STEP]", help="What a rating may be, such as 0.5:5:0.5."
        ),
        click.option(
            "--noun",
            metavar="WORD",
            help="What an item is called in text: film, book, ...  [default: title]",
        ),
        click.option(
            "--genres-column", metavar="NAME", help="Genres, separated by bars, in --items."
        ),
        click.option("--year-column", metavar="NAME", help="Year of release, in --items."),
        click.option("--title-column", metavar="NAME", help="Title, in --items."),
        click.option(
            "--timestamp-column", metavar="NAME", help="When it was rated: seconds, or ISO 8601."
        ),
        click.option(
            "--implicit", is_flag=True, help="There are no ratings: a row says that it was liked."
        ),
        click.option("--rating-column", metavar="NAME", help="Rating, a number."),
        click.option("--item-column", metavar="NAME", help="Item id, in --ratings and --items."),
        click.option("--user-column", metavar="NAME", help="User id."),
        click.option(
            "--items", type=Path, metavar="FILE", help="A table of items: id, title, year, genres."
        ),
        click.option(
            "--ratings",
            type=Path,
            metavar="FILE",
            help="A table of ratings: user, item, rating, time.",
        ),
    ):
        function = option(function)
    return function
