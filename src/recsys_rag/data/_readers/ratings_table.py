"""A table of ratings -> columns of a dataset. Joins items by their ids; makes no catalog."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._readers.cells import (
    Cells,
    Faults,
    Ids,
    ids,
    is_empty,
    marks,
    number_of,
    numbers,
    shown,
)
from recsys_rag.data._readers.columns import COMMON_NAMES, is_known_name, place_of, place_of_common
from recsys_rag.data._readers.options import Options
from recsys_rag.data._readers.table import Chunk, Table
from recsys_rag.data._readers.times import Times
from recsys_rag.errors import DataError

_LARGEST = 1e30  # that a rating of four bytes holds
_CONSTANT = 0.9  # of the rows of an item that comes again: some spell its title otherwise


@dataclass(slots=True)
class Places:
    """Which column of a ratings table means what; None where there is none."""

    user: int | None
    item: int
    rating: int | None
    timestamp: int | None
    is_count: bool = False

    def named(self, table: Table) -> dict[str, str]:
        """Return the names of the columns by their meaning."""
        meanings = {
            "user": self.user,
            "item": self.item,
            "count" if self.is_count else "rating": self.rating,
            "timestamp": self.timestamp,
        }
        return {
            meaning: table.columns[place]
            for meaning, place in meanings.items()
            if place is not None
        }


def places_of(table: Table, options: Options) -> Places:
    """Return which column of a ratings table means what. Raises DataError where user or item, or a
    column that is named, is not there, and where a column that may be the rating would be
    ignored."""
    user = place_of(table, "user", options.user_column, required=True)
    by_title = not options.item_column and all(map(is_known_name, table.columns))
    item = place_of(table, "item", options.item_column, required=not by_title)
    if item is None:  # known by their titles alone
        item = place_of(table, "title", "", required=False)
    if item is None:
        item = place_of(table, "item", "", required=True)
    assert user is not None
    assert item is not None
    rating = place_of(table, "rating", options.rating_column, required=bool(options.rating_column))
    time = place_of(
        table, "timestamp", options.timestamp_column, required=bool(options.timestamp_column)
    )
    places = Places(user, item, rating, time, options.counts)
    if rating is None and options.rating_column is not None:
        places.rating = place_of_common(table.columns, COMMON_NAMES["count"])
        places.is_count = places.rating is not None
        if options.counts and places.rating is None:
            raise DataError(
                f"{table.where}: no column looks like the count; its columns are: "
                f"{', '.join(table.columns)}; name it with rating_column"
            )
        if places.rating is None and len(table.columns) > 2 + (time is not None):
            raise DataError(
                f"{table.where}: no column looks like the rating; its columns are: "
                f"{', '.join(table.columns)}; name it with rating_column, or say that there is "
                "none (rating_column=None: each row is a choice)"
            )
    return places


@dataclass(slots=True)
class RatingColumns:
    """The ratings of a table, row by row; ids stand in order of first appearance."""

    user_ids: list[str]
    item_ids: list[str]
    users: NDArray[np.int32]
    items: NDArray[np.int32]
    ratings: NDArray[np.float32] | None
    seconds: NDArray[np.int64] | None
    nanoseconds: NDArray[np.int64] | None
    numbers: NDArray[np.int64]  # of the rows
    # meaning -> what the rows say of each item, {item id: cell}: of tables that hold titles too
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    told_by: dict[str, str] = field(default_factory=dict)  # meaning -> name of the column

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Leave only these rows."""
        for name in ("users", "items", "ratings", "seconds", "nanoseconds", "numbers"):
            column = getattr(self, name)
            if column is not None:
                setattr(self, name, column[kept])


class _Told:
    """What a column says of each item, if it says the same wherever an item comes again: a title,
    not the headline of a review."""

    def __init__(self, place: int, is_named: bool) -> None:
        self.place, self.is_named = place, is_named
        self.cells: dict[str, Any] = {}
        self._n_again = self._n_same = 0

    def read(self, item_ids: Iterable[str], cells: Iterable[Any]) -> None:
        """Take some rows."""
        for item_id, cell in zip(item_ids, cells, strict=True):
            if is_empty(cell):
                continue
            if item_id in self.cells:
                self._n_again += 1
                self._n_same += bool(self.cells[item_id] == cell)
            else:
                self.cells[item_id] = cell

    @property
    def is_of_items(self) -> bool:
        """Whether it describes items: it was named as what does, or it is constant for each."""
        return self.is_named or self._n_same > _CONSTANT * self._n_again


def _describing(table: Table, places: Places, options: Options) -> dict[str, _Told]:
    """Return the columns that may describe items, by their meaning."""
    taken = (places.user, places.item, places.rating, places.timestamp)
    given = {
        "title": options.title_column,
        "year": options.year_column,
        "genres": options.genres_column,
    }
    columns = {
        meaning: _Told(place, bool(name))
        for meaning, name in given.items()
        if (place := place_of(table, meaning, name, required=bool(name))) is not None
        and place not in taken
    }
    return columns if "title" in columns else {}


def read_ratings(
    table: Table, places: Places, options: Options, item_ids: Sequence[str] | None = None
) -> RatingColumns:
    """Read all rows; items not among `item_ids` come behind them. Bad rows are in the table's
    account. Without `item_ids`, which a table of items gives, what the rows tell of items is read
    too. Raises DataError where bad rows stop the reading or are too many, or where no row is left.
    """
    describing = _describing(table, places, options) if item_ids is None else {}
    users: dict[str, int] = {}
    items = {item_id: index for index, item_id in enumerate(item_ids or ())}
    parts: list[tuple[NDArray[Any], ...]] = []
    times = Times() if places.timestamp is not None else None
    kept_of_all = []
    for chunk in table.chunks:
        n = len(chunk.numbers)
        faults: list[tuple[int, str, str]] = []
        if places.user is None:
            texts: Ids = [str(number) for number in chunk.numbers]
        else:
            texts, found = ids(chunk.columns[places.user], "user")
            faults += _of_kind("user id", found)
        keys, found = ids(chunk.columns[places.item], "item")
        faults += _of_kind("item id", found)
        values, absent = np.ones(n), np.zeros(n, np.bool_)
        if places.rating is not None:
            cells = chunk.columns[places.rating]
            values = numbers(cells) if places.is_count else marks(cells)
            absent = _not_rated(cells, values, options)
            faults += _of_kind("rating", _rating_faults(cells, values, absent, places))
        if times is not None and places.timestamp is not None:
            faults += _of_kind("timestamp", times.read(chunk.columns[places.timestamp]))
        nothing = (values <= 0) & ~absent if places.is_count else np.zeros(n, np.bool_)
        kept = ~absent & ~nothing
        table.left_out.drop("not rated", int(absent.sum()))
        table.left_out.drop("counts of 0 or less", int(nothing.sum()))
        for place, kind, sentence in sorted(faults):
            if kept[place]:
                kept[place] = False
                table.left_out.add(chunk.numbers[place], kind, sentence)
        kept_of_all.append(kept)
        for told in describing.values():
            told.read(compress(map(str, keys), kept), compress(chunk.columns[told.place], kept))
        rows = chunk.numbers
        row_numbers = np.arange(rows.start, rows.stop) if isinstance(rows, range) else rows
        parts.append(
            (
                _coded(texts, kept, users),
                _coded(keys, kept, items),
                values[kept].astype(np.float32),
                np.asarray(row_numbers, np.int64)[kept],
            )
        )
    table.left_out.check()
    if not users:
        raise DataError(
            f"{table.where}: no ratings in it; give a file with at least one row below its header"
        )
    describing = {name: told for name, told in describing.items() if told.is_of_items}
    user_indices, item_indices, ratings, numbers_of_rows = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    seconds = nanos = None
    if times is not None:
        seconds, nanos = times.finish(np.concatenate(kept_of_all))
        table.notes.append(times.note)
    return RatingColumns(
        list(users),
        list(items),
        user_indices,
        item_indices,
        ratings if places.rating is not None else None,
        seconds,
        nanos,
        numbers_of_rows,
        {meaning: told.cells for meaning, told in describing.items()},
        {meaning: table.columns[told.place] for meaning, told in describing.items()},
    )


def _coded(ids: Ids, kept: NDArray[np.bool_], codes: dict[str, int]) -> NDArray[np.int32]:
    """Return the code of each id that is kept; those that are new get the next ones, in order of
    appearance."""
    if isinstance(ids, np.ndarray):
        distinct, first, places = np.unique(ids[kept], return_index=True, return_inverse=True)
        names = list(map(str, distinct.tolist()))
        for place in np.argsort(first).tolist():
            codes.setdefault(names[place], len(codes))
        return np.fromiter(map(codes.__getitem__, names), np.int32, len(names))[places]
    if not kept.all():
        ids = list(compress(ids, kept))
    for new in [item_or_user for item_or_user in dict.fromkeys(ids) if item_or_user not in codes]:
        codes[new] = len(codes)
    return np.fromiter(map(codes.__getitem__, ids), np.int32, len(ids))


def _not_rated(cells: Cells, values: NDArray[np.float64], options: Options) -> NDArray[np.bool_]:
    """Say which cells mean that nothing was rated: by their number, or by their text where they
    are none."""
    texts = {str(value).strip().lower() for value in options.missing_rating}  # type: ignore[union-attr]
    absent = np.isin(values, [number for number in map(number_of, texts) if number == number])
    for place in np.flatnonzero(np.isnan(values)).tolist() if texts else ():
        absent[place] = str(cells[place]).strip().lower() in texts or (
            "" in texts and is_empty(cells[place])
        )
    return absent


def _of_kind(kind: str, faults: Faults) -> list[tuple[int, str, str]]:
    return [(place, kind, sentence) for place, sentence in faults]


def _rating_faults(
    cells: Cells, values: NDArray[np.float64], absent: NDArray[np.bool_], places: Places
) -> Faults:
    wrong = ~(np.abs(values) < _LARGEST) & ~absent
    what = "count" if places.is_count else "rating"
    faults = []
    for place in np.flatnonzero(wrong).tolist():
        if is_empty(cells[place]):
            sentence = (
                f"{what} {shown(cells[place])} is not a number; if an empty cell means not rated, "
                "say so: missing_rating=''"
            )
        else:
            sentence = (
                f"{what} {shown(cells[place])} is not a number; correct it or remove the row; if "
                f"it means not rated, say so: missing_rating={shown(cells[place])}"
            )
        faults.append((place, sentence))
    return faults


def melted(table: Table, options: Options) -> Table:
    """Turn a table with a row a user and a column an item into one with a row a rating.

    The first column is the user, unless it counts the ratings of its row, as Jester's does; then
    users are numbered. Cells that are empty or mean "not rated" make no row.
    """
    counts_first: bool | None = None

    def chunks() -> Any:
        nonlocal counts_first
        for chunk in table.chunks:
            table.left_out.n_rows -= len(chunk.numbers)
            grid = np.array([numbers(column) for column in chunk.columns[1:]]).T
            blank = np.array(
                [[is_empty(cell) for cell in column] for column in chunk.columns[1:]]
            ).T
            absent = [
                _not_rated(cells, values, options)
                for cells, values in zip(chunk.columns[1:], grid.T, strict=True)
            ]
            there = ~(blank | np.array(absent).T)
            if counts_first is None:
                counts_first = bool((numbers(chunk.columns[0]) == there.sum(axis=1)).all())
            rows, columns = np.nonzero(there)
            first = chunk.columns[0]
            numbered = [chunk.numbers[row] for row in rows.tolist()]
            table.left_out.n_rows += len(numbered)
            yield Chunk(
                numbered,
                [
                    [
                        str(chunk.numbers[row]) if counts_first else first[row]
                        for row in rows.tolist()
                    ],
                    [table.columns[1 + column] for column in columns.tolist()],
                    [
                        chunk.columns[1 + column][row]
                        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
                    ],
                ],
            )

    return Table(
        table.where,
        ("user", "item", "rating"),
        chunks(),
        table.left_out,
        [*table.notes, "one row a user, one column an item"],
    )
