"""Options that several commands take, and the small languages in their values. Opens no file and
loads no model."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click

from recsys_rag._cli.table_options import TableOption, given
from recsys_rag._cli.table_options import group_of as group_of
from recsys_rag._cli.table_options import option as option
from recsys_rag._cli.table_options import table_options as table_options

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_DATA = "ml-100k"
BAD_ROWS = ("on_error", "skip_limit")  # options that also say how --metadata is read
_DEBUG = "recsys_rag.debug"
_RATED = re.compile(r"^(?P<title>.*\S)\s*:\s*(?P<rating>[+-]?\d+(?:\.\d+)?)$", re.DOTALL)


def _remember(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        ctx.meta[_DEBUG] = True


def is_debugging(ctx: click.Context) -> bool:
    """Say whether --debug was given, to the program or to its command."""
    return bool(ctx.meta.get(_DEBUG))


debug_option = click.Option(
    ["--debug"],
    help="Show the traceback of an error.",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_remember,
)


class _Command(click.Command):
    """A command with --debug, whose help tells options about a person's own tables after its
    own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.params.append(debug_option)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both kinds of options, each under a heading."""
        for heading, is_of_tables in (("Options", False), ("Your own tables", True)):
            records = (
                parameter.get_help_record(ctx)
                for parameter in self.get_params(ctx)
                if isinstance(parameter, click.Option)
                and isinstance(parameter, TableOption) is is_of_tables
            )
            if rows := [record for record in records if record]:
                with formatter.section(heading):
                    formatter.write_dl(rows)


class _Group(click.Group):
    """Commands that go together."""

    command_class = _Command


command = partial(click.command, cls=_Command)


def group(function: Callable[[], None]) -> click.Group:
    """Make a function what its commands, which have --debug, belong to."""
    return click.group(cls=_Group)(function)


user_option = option("--user", "A user of the data.", metavar="ID")
likes_option = option(
    "--likes", "A title (or item id) you like; repeatable.", metavar="TITLE[:RATING]", multiple=True
)
k_option = option("-k", "How many items.", metavar="N", default=5)
explain_option = option(
    "--explain/--no-explain", "Write about each item, or only list them.", default=True
)
json_option = option("--json", "Print one JSON object and nothing else.", "as_json", is_flag=True)
_which_data = option(
    "--data",
    f"A data set by name (see `recsys-rag data list`) or its files.  [default: {DEFAULT_DATA}]",
    metavar="NAME|PATH",
)
metadata_option = option(
    "--metadata",
    "More about the items (CSV, Parquet, JSON): director, actors, plot, keywords, runtime ...",
    metavar="FILE",
    type=Path,
)
settings_options = group_of(
    option(
        "--preset",
        "Named settings; seed is the method as first described, the baseline.",
        type=click.Choice(["default", "seed"]),
    ),
    option("--settings", "Settings in TOML.", metavar="FILE", type=Path),
)
# what to learn from: a known data set, its files, or one's own tables; and with which settings
data_options = group_of(_which_data, table_options, metadata_option, settings_options)
# which recommender answers: a saved one, or the one cached for this data
model_options = group_of(
    option(
        "--model",
        "A recommender saved by `recsys-rag fit`, instead of --data.",
        metavar="DIR",
        type=Path,
    ),
    _which_data,
    table_options,
    metadata_option,
    settings_options,
)
writing_options = group_of(
    option(
        "--lm", "The language model: see `recsys-rag lm list`; template means none.", metavar="NAME"
    ),
    option(
        "--adapter",
        "An adapter made by `recsys-rag finetune writer` for this --lm, or none.",
        metavar="DIR",
    ),
    option(
        "--seed",
        "The same seed and question give the same text.",
        metavar="N",
        type=click.IntRange(min=0),
    ),
)


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
    ratings: Path | None = None
    table: Mapping[str, Any] = field(default_factory=dict)  # how to read one's own tables

    @property
    def data_or_default(self) -> str:
        """What is learned from: a name, or the path of the ratings or items."""
        return self.data or str(self.ratings or self.table.get("items") or DEFAULT_DATA)

    @property
    def also(self) -> tuple[str, ...]:
        """What else tells this data from other: more files, and how they are read."""
        options = sorted((name, str(value)) for name, value in self.table.items())
        files = map(str, (self.metadata or "", self.table.get("items", "")))
        return (*files, str(options) if options else "")


def source_of(**options: Any) -> Source:
    """Return the source that these options name, those of one's own tables among them. Raises
    UsageError where they contradict one another."""
    own = [field.name for field in fields(Source) if field.name != "table"]
    source = Source(**{name: options.pop(name, None) for name in own}, table=given(options))
    model, data, ratings, tables = source.model, source.data, source.ratings, source.table
    if model is not None:
        for name, value in (
            ("--data", data),
            ("--metadata", source.metadata),
            ("--preset", source.preset),
        ):
            if value is not None:
                raise click.UsageError(
                    f"--model and {name} exclude each other: the model is already fitted"
                )
    if source.settings is not None and source.preset is not None:
        raise click.UsageError(
            '--settings and --preset exclude each other; write preset = "..." into the file'
        )
    if ratings is not None and data is not None:
        raise click.UsageError(
            "--ratings and --data exclude each other: both say what to learn from"
        )
    of_metadata = BAD_ROWS if source.metadata is not None else ()
    strays = (name for name in tables if name not in of_metadata)
    stray = next((f"--{name.replace('_', '-')}" for name in strays), None)
    if model is not None and (ratings is not None or stray):
        raise click.UsageError(
            f"--model and {stray or '--ratings'} exclude each other: the model is already fitted"
        )
    has_own = ratings is not None or (data is not None and Path(data).exists())
    if stray and not has_own and ("items" not in tables or data is not None):
        raise click.UsageError(f"{stray} describes your own table; give --ratings FILE with it")
    return source


def lines_in(option: str, file: Path) -> list[str]:
    """Return the lines of a file that an option names. Raises UsageError where it is no text."""
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(
            f"{option} {file} cannot be read as text in UTF-8: {error}"
        ) from None


def report_folder(report: Path | None) -> None:
    """Refuse a --report that is a file."""
    if report is not None and report.exists() and not report.is_dir():
        raise click.UsageError(f"--report {report} is a file; name a folder")


def rated(value: str) -> tuple[str, float | None]:
    """Split "TITLE[:RATING]": only a number after the last colon is a rating, since titles have
    colons too.

    >>> rated("Fargo"), rated("Fargo:4.5"), rated("Star Wars: Episode IV:5")
    (('Fargo', None), ('Fargo', 4.5), ('Star Wars: Episode IV', 5.0))
    """
    match = _RATED.match(value.strip())
    return (match["title"], float(match["rating"])) if match else (value.strip(), None)


def history_of(
    likes: Sequence[str], is_title: Callable[[str], bool] = lambda _: False
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the ratings in values of --likes, and the titles that stand there without one.

    What `is_title` knows as a whole is a title, although it ends like a rating ("11:14"). Raises
    UsageError for a title that is named twice.

    >>> history_of(["Fargo", "Heat:3", "11:14"], {"11:14"}.__contains__)
    ({'Heat': 3.0}, ('Fargo', '11:14'))
    """
    ratings: dict[str, float | None] = {}
    for value in likes:
        title, rating = (value.strip(), None) if is_title(value.strip()) else rated(value)
        if title in ratings:
            raise click.UsageError(f"--likes names {title!r} twice; give it once, with one rating")
        ratings[title] = rating
    history = {title: rating for title, rating in ratings.items() if rating is not None}
    return history, tuple(title for title in ratings if title not in history)
