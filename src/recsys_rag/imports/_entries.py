"""What an export says, row by row, before any catalog is asked. Knows no format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from recsys_rag.data.dataset import RatingScale
from recsys_rag.imports._cells import BadCell, rating_in

# rated: with a value; liked: a heart, without one; watched: seen, read or played; wanting: not yet
Kind: TypeAlias = Literal["rated", "liked", "watched", "wanting"]
KINDS: tuple[Kind, ...] = ("rated", "liked", "watched", "wanting")


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of a person about one title."""

    kind: Kind
    title: str
    where: str  # file and line, or file and number of the record
    year: int | None = None
    medium: str = ""  # "film", "series", "book", "game", "music"; "" = the export does not say
    ids: Mapping[str, str] = field(default_factory=dict)  # "imdb", "tmdb", "isbn", "item" -> id
    other_titles: tuple[str, ...] = ()
    rating: float | None = None  # only where rated
    scale: RatingScale | None = None  # of the rating; None = that of the data
    when: str = ""  # ISO 8601, date or moment in UTC; "" where unknown
    is_finished: bool = True  # False: begun and given up, which says that it is known and no more


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that says nothing about a title of a catalog, and why."""

    where: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Export:
    """What a person's export says. Every row of the files read is among `entries` or `skipped`."""

    format: str  # as people call it: "Letterboxd"
    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()
    files: tuple[str, ...] = ()  # read
    files_not_read: Mapping[str, str] = field(default_factory=dict)  # name -> why
    notes: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """Rows of all files that were read; a row can make several entries."""
        rows = {entry.where for entry in self.entries} | {row.where for row in self.skipped}
        return len(rows)


class Account:
    """The entries and skipped rows of one format as they are read."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.skipped: list[Skipped] = []
        self.notes: list[str] = []

    def skip(self, where: str, title: str, reason: str) -> None:
        """Count a row as left out."""
        self.skipped.append(Skipped(where, title, reason))

    def add(self, entry: Entry) -> None:
        """Take an entry; one without a title and without ids is counted as left out."""
        if entry.title.strip() or entry.ids:
            self.entries.append(entry)
        else:
            self.skip(entry.where, "", "no title")

    def rate(self, entry: Entry, cell: object, scale: RatingScale) -> bool:
        """Take an entry with the rating in this cell, where 0 is none; say whether there is one.

        Without one it is what its kind says, and counted as left out if that is "rated".
        """
        try:
            rating = rating_in(cell, scale, zero_is_none=True)
        except BadCell as error:
            self.skip(entry.where, entry.title, str(error))
            return False
        if rating is not None:
            self.add(replace(entry, kind="rated", rating=rating, scale=scale))
        elif entry.kind == "rated":
            self.skip(entry.where, entry.title, "without a rating of yours")
        else:
            self.add(entry)
        return rating is not None


def joined(exports: Sequence[Export]) -> Export:
    """Return several exports of one person as one, in their order."""
    return Export(
        " and ".join(dict.fromkeys(export.format for export in exports)),
        tuple(entry for export in exports for entry in export.entries),
        tuple(row for export in exports for row in export.skipped),
        tuple(name for export in exports for name in export.files),
        {name: why for export in exports for name, why in export.files_not_read.items()},
        tuple(note for export in exports for note in export.notes),
    )
