"""A ratings table and an items table -> Dataset. Where the tables come from is the business of
`tables` and `frames`."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.assemble import from_indices
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.readers.columns import (
    id_of,
    is_empty,
    list_of,
    number_of,
    place_of,
    seconds_of,
    year_of,
)
from recsys_rag.data.readers.metadata import enrich_from
from recsys_rag.data.readers.table import Table
from recsys_rag.data.readers.titles import article_first, parse_title
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

# In the order in which they are tried; the first that holds every value, on its steps, is taken.
COMMON_SCALES = (
    RatingScale(0, 1),
    RatingScale(1, 5),
    RatingScale(0, 5),
    RatingScale(0.5, 5, 0.5),
    RatingScale(0, 5, 0.5),
    RatingScale(1, 10),
    RatingScale(0, 10),
    RatingScale(0.5, 10, 0.5),
    RatingScale(0, 10, 0.5),
    RatingScale(0, 100),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Names of columns and more; "" means: recognized by common names (see `columns.COMMON_NAMES`).

    `rating_column` None reads implicit feedback: each row says that the user chose the item.
    `timestamp_column` None reads no times. `noun` is what one item is called in text, a singular
    that takes an s. `scale` is (low, high, step); None takes the first of `COMMON_SCALES` that
    holds every value.
    """

    user_column: str = ""
    item_column: str = ""
    rating_column: str | None = ""
    timestamp_column: str | None = ""
    title_column: str = ""
    year_column: str = ""
    genres_column: str = ""
    genres_separator: str = ""
    scale: tuple[float, float, float] | None = None
    noun: str = "title"


class _Rows:
    """The ratings as they are read: growing arrays, and the ids met so far."""

    def __init__(self, items: Iterable[str]) -> None:
        self.users: dict[str, int] = {}
        self.items = {item_id: place for place, item_id in enumerate(items)}
        self.user_indices, self.item_indices = array("i"), array("i")
        self.ratings, self.timestamps, self.numbers = array("f"), array("q"), array("q")


def dataset_from(name: str, ratings: Table, catalog: Catalog | None, options: Options) -> Dataset:
    """Make a dataset from a ratings table; without a catalog, the item ids themselves are its
    titles.

    Raises DataError with the row for an empty id, a rating that is no number or out of scale, an
    item that the catalog does not have, a (user, item) that occurs twice.
    """
    rows = _Rows(catalog.items.ids if catalog else ())
    has_ratings, has_times = _read(ratings, rows, catalog is not None, options)
    if catalog is None:
        catalog = _bare_catalog(tuple(rows.items), options.noun)
    values = np.frombuffer(rows.ratings, np.float32) if has_ratings else None
    return from_indices(
        name,
        Vocabulary(tuple(rows.users)),
        np.frombuffer(rows.user_indices, np.int32),
        np.frombuffer(rows.item_indices, np.int32),
        values,
        catalog,
        timestamps=np.frombuffer(rows.timestamps, np.int64) if has_times else None,
        scale=None if values is None else _scale(values, options.scale, ratings.where),
        source=ratings.where,
        row_numbers=np.frombuffer(rows.numbers, np.int64),
    )


def catalog_from(items: Table, options: Options) -> Catalog:
    """Make a catalog from an items table: id, title, year, genres, and what `readers.metadata`
    knows.

    A year in brackets at the end of a title is taken off, and the article of such a title is
    brought to the front; it is the item's year where no year column says otherwise. An item without
    a title bears its id. Raises DataError with the row.
    """
    where = items.where
    id_place = place_of(
        items,
        "item",
        options.item_column if options.item_column in items.columns else "",
        required=True,
    )
    assert id_place is not None
    title_place = place_of(
        items, "title", options.title_column, required=bool(options.title_column)
    )
    year_place = place_of(items, "year", options.year_column, required=bool(options.year_column))
    genres_place = place_of(
        items, "genres", options.genres_column, required=bool(options.genres_column)
    )
    rows = list(items.rows)
    numbers: dict[str, int] = {}
    titles, years, genres = [], [], []
    for row, cells in rows:
        item_id = id_of(cells[id_place], "item id", where, row)
        if item_id in numbers:
            raise DataError(
                f"{where}: row {row}: item {item_id!r} stands in row {numbers[item_id]} already; keep one"
            )
        numbers[item_id] = row
        title, year = _title_and_year(
            item_id
            if title_place is None or is_empty(cells[title_place])
            else str(cells[title_place]).strip()
        )
        if year_place is not None:
            year = year_of(cells[year_place], where, row) or year
        titles.append(title)
        years.append(year)
        genres.append(
            () if genres_place is None else list_of(cells[genres_place], options.genres_separator)
        )
    if not numbers:
        raise DataError(
            f"{where}: no items in it; give a file with at least one row below its header"
        )
    catalog = Catalog(
        Vocabulary(tuple(numbers)),
        tuple(titles),
        np.array(years, np.int32),
        tuple(genres),
        noun=options.noun,
    )
    return enrich_from(
        catalog,
        items.columns,
        zip(range(len(rows)), (cells for _, cells in rows), strict=True),
        where,
    )


def infer_scale(values: NDArray[np.floating]) -> RatingScale | None:
    """Return the first of `COMMON_SCALES` that holds every value on one of its steps, or None.

    >>> infer_scale(np.array([1.0, 4.0])), infer_scale(np.array([0.5, 4.0])), infer_scale(np.array([-1.0]))
    (RatingScale(low=1, high=5, step=1.0), RatingScale(low=0.5, high=5, step=0.5), None)
    """
    distinct = np.unique(values)
    for scale in COMMON_SCALES:
        steps = (distinct - scale.low) / scale.step
        if scale.contains(distinct).all() and (steps == np.round(steps)).all():
            return scale
    return None


def _scale(
    values: NDArray[np.float32], given: tuple[float, float, float] | None, where: str
) -> RatingScale:
    if given is not None:
        return RatingScale(*given)
    scale = infer_scale(values)
    if scale is None:
        raise DataError(
            f"{where}: ratings run from {values.min():g} to {values.max():g} and fit no common scale (1 to 5, 0.5 to 5, 1 to "
            "10, ...); state theirs: scale=(low, high, step)"
        )
    return scale


def _read(table: Table, rows: _Rows, items_are_known: bool, options: Options) -> tuple[bool, bool]:
    """Fill the arrays; return whether there are ratings and times."""
    user_place = place_of(table, "user", options.user_column, required=True)
    item_place = place_of(table, "item", options.item_column, required=True)
    rating_place = place_of(
        table, "rating", options.rating_column, required=bool(options.rating_column)
    )
    time_place = place_of(
        table, "timestamp", options.timestamp_column, required=bool(options.timestamp_column)
    )
    assert user_place is not None
    assert item_place is not None
    if rating_place is None and options.rating_column is not None:
        _refuse_unread(table, (user_place, item_place, time_place))
    where = table.where
    for row, cells in table.rows:
        user_id = id_of(cells[user_place], "user id", where, row)
        item_id = id_of(cells[item_place], "item id", where, row)
        item_index = rows.items.get(item_id)
        if item_index is None:
            if items_are_known:
                raise DataError(
                    f"{where}: row {row}: item {item_id!r} is not in the items file; add it there"
                )
            item_index = rows.items.setdefault(item_id, len(rows.items))
        rows.user_indices.append(rows.users.setdefault(user_id, len(rows.users)))
        rows.item_indices.append(item_index)
        rows.numbers.append(row)
        if rating_place is not None:
            rows.ratings.append(number_of(cells[rating_place], "rating", where, row))
        if time_place is not None:
            rows.timestamps.append(seconds_of(cells[time_place], where, row))
    return rating_place is not None, time_place is not None


def _refuse_unread(table: Table, places: Sequence[int | None]) -> None:
    """Refuse to take a table as implicit feedback unasked while one of its columns may hold the
    ratings."""
    unread = [name for place, name in enumerate(table.columns) if place not in places]
    if unread:
        raise DataError(
            f"{table.where}: no column looks like the rating; its columns are: {', '.join(table.columns)}; name it with "
            "rating_column, or say that there is none (rating_column=None: each row is a choice)"
        )


def _bare_catalog(item_ids: tuple[str, ...], noun: str) -> Catalog:
    years = np.zeros(len(item_ids), np.int32)
    return Catalog(Vocabulary(item_ids), item_ids, years, ((),) * len(item_ids), noun=noun)


def _title_and_year(title: str) -> tuple[str, int]:
    year = parse_title(title).year
    return (article_first(title[: title.rindex("(")].strip()), year) if year else (title, 0)


def named_options(given: dict[str, Any]) -> Options:
    """Make options of keyword arguments; DataError names one that does not exist."""
    known = Options.__dataclass_fields__
    for name in given:
        if name not in known:
            raise DataError(
                f"there is no option {name!r} for reading tables; there are: {', '.join(known)}"
            )
    return Options(**given)
