"""A table of items -> Catalog. Joins nothing; what it says beyond title, year and genres is read by
`metadata`."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

import numpy as np

from recsys_rag.data._readers.attributes import attributes_of
from recsys_rag.data._readers.cells import Cells, OddCellError, ids
from recsys_rag.data._readers.columns import COMMON_NAMES, place_of, plain
from recsys_rag.data._readers.metadata import metadata_places, whole, with_metadata
from recsys_rag.data._readers.names import list_in, names_of, text_of
from recsys_rag.data._readers.options import Options
from recsys_rag.data._readers.table import Table
from recsys_rag.data._readers.times import year_of
from recsys_rag.data._readers.titles import article_first, parse_title
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

_YEARS = range(1000, 2101)  # any other is a slip, and counts as unknown


def catalog_from(
    items: Table, options: Options, ratings_item: str = "", rated: Set[str] = frozenset()
) -> tuple[Catalog, dict[str, Any]]:
    """Make a catalog from an items table, and say which column was taken for what.

    `ratings_item` is the name of the item column of the ratings: where this table has it too, it is
    the id here, if it holds half of the ids `rated`; else it is a column that does. A year in
    brackets at the end of a title is taken off, and the article of such a title is brought to the
    front; it is the item's year where no year column says otherwise. An item without a title bears
    its id. A year that cannot be is unknown. An item that stands twice with the same title is taken
    once. Raises DataError with the row.
    """
    numbers, columns = whole(items)
    id_place = _id_place(items, columns, options.item_column, ratings_item, rated)
    title_place, year_place, genres_place = (
        place_of(items, meaning, given, required=bool(given))
        for meaning, given in (
            ("title", options.title_column),
            ("year", options.year_column),
            ("genres", options.genres_column),
        )
    )
    keys, faults = ids(columns[id_place], "item")
    wrong = dict(faults)
    first: dict[str, int] = {}
    rows: list[int] = []
    titles, years, genres = [], [], []
    odd_years: list[str] = []
    for row, key in enumerate(keys):
        try:
            if row in wrong:
                raise OddCellError(wrong[row])
            title = key
            if title_place is not None:
                title = text_of(columns[title_place][row]) or key
            genre: tuple[str, ...] = ()
            if genres_place is not None:
                genre = names_of(
                    columns[genres_place][row], lambda text: list_in(text, options.genres_separator)
                )
            if key in first and _same(columns, first[key], row, title_place):
                items.left_out.drop("items that stand twice")
                continue
            if key in first:
                raise OddCellError(
                    f"item {key!r} stands in row {numbers[first[key]]} already, with another "
                    "title; keep one"
                )
        except OddCellError as error:
            kind = "item id" if row in wrong or key in first else "title or genres"
            items.left_out.add(numbers[row], kind, str(error))
            continue
        title, title_year = _title_and_year(title)
        year = 0
        if year_place is not None:
            try:
                year = year_of(columns[year_place][row])
            except OddCellError as error:
                odd_years.append(f"row {numbers[row]}: {error}")
        if year and year not in _YEARS:
            odd_years.append(f"row {numbers[row]}: year {year}")
            year = 0
        first[key] = row
        rows.append(row)
        titles.append(title)
        years.append(year or title_year)
        genres.append(genre)
    items.left_out.check()
    if not rows:
        raise DataError(
            f"{items.where}: no items in it; give a file with at least one row below its header"
        )
    if odd_years:
        n = f"{len(odd_years):,} year{'s' * (len(odd_years) != 1)}"
        items.notes.append(
            f"{n} taken as unknown, since no item has such: {'; '.join(odd_years[:5])}"
        )
    catalog = Catalog(
        Vocabulary(tuple(first)),
        tuple(titles),
        np.array(years, np.int32),
        tuple(genres),
        noun=options.noun,
    )
    picked = (
        [[column[row] for row in rows] for column in columns] if len(rows) < len(keys) else columns
    )
    places = metadata_places(items.columns)
    used = {id_place: "item", title_place: "title", year_place: "year", genres_place: "genres"}
    places = {
        name: [place for place in candidates if place not in used]
        for name, candidates in places.items()
    }
    catalog = with_metadata(
        catalog, items, places, picked, range(len(rows)), [numbers[row] for row in rows]
    )
    read = {meaning: items.columns[place] for place, meaning in used.items() if place is not None}
    for name, candidates in places.items():
        if candidates:
            read[name] = ", ".join(items.columns[place] for place in candidates)
    taken = {place for candidates in places.values() for place in candidates} | set(used)
    others = {name: picked[at] for at, name in enumerate(items.columns) if at not in taken}
    attributes, reasons = attributes_of(others, range(len(rows)), len(rows))
    return (
        dataclasses.replace(catalog, attributes=attributes),
        {"columns": read, "kept": sorted(attributes), "not_read": reasons},
    )


def catalog_of_ratings(
    item_ids: Sequence[str], told: Mapping[str, Mapping[str, Any]], options: Options
) -> Catalog:
    """Make a catalog of the items that were rated, and of what the ratings tell of them: title,
    year, genres by item id. What is not told or cannot be read is unknown; the title is then the
    id."""

    def read(meaning: str, reader: Callable[[Any], Any], item_id: str) -> Any:
        try:
            return reader(told.get(meaning, {}).get(item_id))
        except OddCellError:
            return reader(None)

    titles, years, genres = [], [], []
    for item_id in item_ids:
        named = read("title", text_of, item_id) or text_of(item_id) or item_id
        title, title_year = _title_and_year(named)
        year = read("year", year_of, item_id)
        titles.append(title)
        years.append(year if year in _YEARS else title_year)
        genres.append(
            read(
                "genres",
                lambda cell: names_of(cell, lambda text: list_in(text, options.genres_separator)),
                item_id,
            )
        )
    return Catalog(
        Vocabulary(tuple(item_ids)),
        tuple(titles),
        np.array(years, np.int32),
        tuple(genres),
        noun=options.noun,
    )


def _id_place(
    items: Table, columns: Sequence[Cells], given: str, ratings_item: str, rated: Set[str]
) -> int:
    """Return the place of the id: the column that is named, or that of the ratings, or of a common
    name, the first that holds half of what was rated; where these hold none of it, any that does
    and in which nothing repeats."""
    if given in items.columns:
        return items.columns.index(given)
    plain_names = [plain(name) for name in items.columns]
    names = (plain(ratings_item), *COMMON_NAMES["item"], *COMMON_NAMES["title"])
    likely = [plain_names.index(name) for name in dict.fromkeys(names) if name in plain_names]

    def n_rated(place: int) -> int:
        keys = list(map(str, ids(columns[place], "item")[0]))
        is_id = place in likely or len(set(keys)) == len(keys)
        return is_id and len(rated & set(keys))

    held = {place: n_rated(place) for place in likely if rated}
    if not any(held.values()):
        held = {place: n_rated(place) for place in range(len(columns)) if rated}
    for place, n in held.items():
        if 2 * n >= len(rated):
            return place
    is_id = likely and (
        not ratings_item or plain_names[likely[0]] in names[: -len(COMMON_NAMES["title"])]
    )
    required = likely[0] if is_id else place_of(items, "item", "", required=True)
    assert required is not None
    return required


def _same(columns: list[list[Any]], row: int, other: int, title_place: int | None) -> bool:
    return title_place is None or columns[title_place][row] == columns[title_place][other]


def _title_and_year(title: str) -> tuple[str, int]:
    year = parse_title(title).year
    return (article_first(title[: title.rindex("(")].strip()), year) if year else (title, 0)
