"""Books: the tables of Goodreads and StoryGraph. Reviews and private notes are not read."""

import re
from collections.abc import Sequence
from dataclasses import replace

from recsys_rag.data._readers.cells import number_id
from recsys_rag.data.dataset import RatingScale
from recsys_rag.imports._cells import ids_of, isbn, iso_date, year_in
from recsys_rag.imports._entries import Account, Entry, Kind
from recsys_rag.imports._files import ExportFile
from recsys_rag.imports._format import Format, Options

_SERIES_BEHIND = re.compile(r"\s*\([^()]*#[^()]*\)\s*$")
_WHOLE_STARS = RatingScale(1, 5)
_QUARTERS = RatingScale(0.25, 5, 0.25)
_GOODREADS = (
    *("book id", "title", "author", "isbn", "isbn13", "my rating", "year published"),
    *("original publication year", "date read", "date added", "exclusive shelf"),
)
_STORYGRAPH = (
    *("title", "isbn/uid", "isbn", "read status", "date added", "last date read"),
    "star rating",
)
_WANTING = ("to-read", "want-to-read", "tbr")
_GIVEN_UP = ("did-not-finish", "dnf", "abandoned", "currently-reading", "paused")


def bare_title(title: str) -> str:
    """Return a title without the series behind it.

    >>> bare_title("The Tide Clock (Harbour Tales, #1)"), bare_title("Emma (Annotated)")
    ('The Tide Clock', 'Emma (Annotated)')
    """
    return _SERIES_BEHIND.sub("", title)


def _read_goodreads(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    for file in files:
        for row in file.rows(*_GOODREADS):
            year = year_in(row["original publication year"]) or year_in(row["year published"])
            when = row["date read"] or row["date added"]
            _add(
                account,
                Entry(
                    "watched",
                    bare_title(row["title"]),
                    row.where,
                    year,
                    "book",
                    ids_of(
                        isbn=isbn(row["isbn13"]) or isbn(row["isbn"]),
                        goodreads=number_id(row["book id"]),
                    ),
                    when=iso_date(when),
                ),
                row["exclusive shelf"],
                row["my rating"],
                _WHOLE_STARS,
            )


def _read_storygraph(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    for file in files:
        for row in file.rows(*_STORYGRAPH):
            _add(
                account,
                Entry(
                    "watched",
                    row["title"],
                    row.where,
                    medium="book",
                    ids=ids_of(isbn=isbn(row["isbn/uid"] or row["isbn"])),
                    when=iso_date(row["last date read"] or row["date added"]),
                ),
                row["read status"],
                row["star rating"],
                _QUARTERS,
            )


def _add(account: Account, entry: Entry, shelf: str, cell: str, scale: RatingScale) -> None:
    """Add a book as rated, or as its shelf says."""
    shelf = shelf.lower()
    kind: Kind = "wanting" if shelf in _WANTING else "watched"
    entry = replace(entry, kind=kind, is_finished=shelf not in _GIVEN_UP)
    account.rate(entry, cell, scale)


GOODREADS = Format(
    "Goodreads",
    lambda file: {"book id", "title", "my rating", "exclusive shelf"} <= set(file.header),
    _read_goodreads,
)
STORYGRAPH = Format(
    "StoryGraph",
    lambda file: {"title", "read status", "star rating"} <= set(file.header),
    _read_storygraph,
)
