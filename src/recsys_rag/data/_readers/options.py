"""How a person's own tables are read: every option, its values and what is refused. Reads
nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from recsys_rag.data._readers.left_out import OnError
from recsys_rag.data._readers.table import Form
from recsys_rag.errors import DataError

Repeats = Literal["latest", "first", "mean", "highest", "refuse"]
UnknownItems = Literal["refuse", "keep", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Names of columns and more; "" means: recognized by common names (see `columns.COMMON_NAMES`).

    A column may also be given by its number from 1. `rating_column` None reads implicit feedback:
    each row says that the user chose the item. `timestamp_column` None reads no times. `columns`
    names the columns of a file without a header, in order, as a list or with commas between;
    `items_columns` those of the items file, where there are two.
    `noun` is what one item is called in text, a singular that takes an s. `scale` is (low, high,
    step); None takes the first of `scales.COMMON_SCALES` that holds every value. `counts` reads
    the rating column as how often an item was chosen. `wide` reads one row a user, one column an
    item. `missing_rating` are values that mean "not rated", numbers or texts ("" for an empty
    cell): such rows are dropped. `repeats` says which rating counts where a user rates an item
    again, and `unknown_items` what becomes of ratings of items that the items file lacks.

    `metadata` is a file with more about the items: see `metadata.enrich`.

    `on_error` "skip" leaves out bad rows, up to the share `skip_limit` of a file; `left_out` is a
    file to which they are written. `separator`, `encoding` "" are found in the file.
    """

    user_column: str = ""
    item_column: str = ""
    rating_column: str | None = ""
    timestamp_column: str | None = ""
    title_column: str = ""
    year_column: str = ""
    genres_column: str = ""
    columns: tuple[str, ...] | str = ()
    items_columns: tuple[str, ...] | str = ()
    separator: str = ""
    encoding: str = ""
    genres_separator: str = ""
    scale: tuple[float, float, float] | None = None
    noun: str = "title"
    metadata: str | Path | None = None
    counts: bool = False
    wide: bool = False
    missing_rating: tuple[float | str, ...] | float | str | None = ()
    repeats: Repeats = "latest"
    unknown_items: UnknownItems = "refuse"
    on_error: OnError = "stop"
    skip_limit: float = 0.01
    left_out: str | Path | None = None

    def __post_init__(self) -> None:
        for name, choices in (("repeats", Repeats), ("unknown_items", UnknownItems)):
            if getattr(self, name) not in get_args(choices):
                raise DataError(
                    f"{name} is {getattr(self, name)!r}; it is one of "
                    f"{', '.join(get_args(choices))}"
                )
        for name in ("columns", "items_columns"):
            names = getattr(self, name)
            if isinstance(names, str):
                parted = names.split(",") if names else ()
                object.__setattr__(self, name, tuple(part.strip() for part in parted))
        if self.missing_rating is None or isinstance(self.missing_rating, (int, float, str)):
            values = () if self.missing_rating is None else (self.missing_rating,)
            object.__setattr__(self, "missing_rating", values)

    def form(self) -> Form:
        """Return what is known of how the ratings file is written."""
        return Form(
            separator=self.separator,
            encoding=self.encoding,
            columns=tuple(self.columns),
            wide=self.wide,
            on_error=self.on_error,
            skip_limit=self.skip_limit,
        )

    def form_of_items(self) -> Form:
        """Return what is known of how an items file beside the ratings is written."""
        return replace(
            self.form(),
            columns=tuple(self.items_columns),
            named_by="items_columns=item,title,genres",
        )

    def form_of_metadata(self) -> Form:
        """Return what is known of how a file of metadata is written: what becomes of bad rows."""
        return Form(on_error=self.on_error, skip_limit=self.skip_limit)


def named_options(given: Mapping[str, Any]) -> Options:
    """Make options of keyword arguments; DataError names one that does not exist."""
    known = [option.name for option in fields(Options)]
    for name in given:
        if name not in known:
            raise DataError(
                f"there is no option {name!r} for reading tables; there are: {', '.join(known)}"
            )
    return Options(**given)
