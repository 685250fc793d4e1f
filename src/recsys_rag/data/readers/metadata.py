"""More about items - people, plot, keywords, language, runtime - from an optional file, joined to a
catalog."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.data.readers.columns import (
    COMMON_NAMES,
    id_of,
    is_empty,
    list_of,
    place_of_common,
    plain,
    year_of,
)
from recsys_rag.data.readers.table import Table, open_table
from recsys_rag.data.readers.titles import parse_title
from recsys_rag.errors import DataError

# What is read, and from which columns: of those that are there, the first with something in it, row
# by row.
METADATA_NAMES: Mapping[str, tuple[str, ...]] = {
    "director": ("director", "directors"),
    "actors": ("actors", "actor", "cast", "starring", "wikicast"),
    "plot": (
        "plot",
        "overview",
        "tmdboverview",
        "synopsis",
        "plotsummary",
        "summary",
        "description",
    ),
    "keywords": ("keywords", "tmdbkeywords", "plotkeywords"),
    "imdb_id": ("imdbid", "imdb", "tconst"),
    "language": ("language", "languages", "originallanguage"),
    "runtime": ("runtime", "runtimeminutes", "runtimemins", "durationminutes"),
}
_NAMES_APART = re.compile(r",\s+(?!(?:Jr|Sr|Esq)\b|[IVX]+\b)")
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")  # "John Lasseter (original story by)"
_ID_NAMES = tuple(
    name for name in COMMON_NAMES["item"] if name not in ("movie", "film", "book", "product")
)

Cells = Sequence[Any]


def enrich(catalog: Catalog, path: str | Path) -> tuple[Catalog, int]:
    """Return the catalog with what the file says about its items, and how many items it says
    something about.

    The file is CSV, Parquet, JSON or JSONL, also .gz and .zst. Columns: any of `METADATA_NAMES`;
    lists have "|" or ", " between their entries; runtimes are minutes. Rows are joined by item id,
    or, where there is no id column, by title and year. What the catalog has already stays where the
    file is silent.

    Raises DataError for a file that cannot be read, has none of these columns, or fits no item, and
    for one whose ids belong to another catalog (its titles contradict those of this one).
    """
    with open_table(path) as table:
        if not _columns_of(table.columns):
            raise DataError(
                f"{table.where}: none of its columns is one of {', '.join(METADATA_NAMES)}; its columns are: "
                f"{', '.join(table.columns)}"
            )
        said = [place for places in _columns_of(table.columns).values() for place in places]
        joined = [
            (index, cells)
            for index, cells in _joined(catalog, table)
            if not all(is_empty(cells[one]) for one in said)
        ]
        if not joined:
            raise DataError(
                f"{table.where}: none of its rows fits an item of the catalog, by id or by title and year"
            )
        richer = enrich_from(catalog, table.columns, joined, table.where)
        return richer, len({index for index, _ in joined})


def enrich_from(
    catalog: Catalog, columns: Sequence[str], rows: Iterable[tuple[int, Cells]], where: str
) -> Catalog:
    """Return the catalog with the metadata columns of these rows, each given with the index of its
    item."""
    places = _columns_of(columns)
    if not places:
        return catalog
    found: dict[str, list[tuple[str, ...]]] = {
        name: list(catalog.metadata.get(name, ((),) * len(catalog)))
        for name in places
        if name != "runtime"
    }
    runtimes = np.array(catalog.runtimes)
    for item_index, cells in rows:
        for name, candidates in places.items():
            cell = next((cells[place] for place in candidates if not is_empty(cells[place])), None)
            if cell is None:
                continue
            if name == "runtime":
                runtimes[item_index] = _minutes(cell) or runtimes[item_index]
            else:
                found[name][item_index] = _READERS[name](cell) or found[name][item_index]
    metadata = {**catalog.metadata, **{name: tuple(column) for name, column in found.items()}}
    return dataclasses.replace(catalog, metadata=metadata, runtimes=runtimes)


def _columns_of(columns: Sequence[str]) -> dict[str, list[int]]:
    """Return the places of the columns that each kind of metadata is read from, best first."""
    plain_names = [plain(column) for column in columns]
    places = {
        name: [plain_names.index(one) for one in names if one in plain_names]
        for name, names in METADATA_NAMES.items()
    }
    return {name: found for name, found in places.items() if found}


# --- which item a row is about --------------------------------------------------------------------


def _joined(catalog: Catalog, table: Table) -> Iterator[tuple[int, Cells]]:
    id_place = place_of_common(table.columns, _ID_NAMES)
    title_place = place_of_common(table.columns, COMMON_NAMES["title"])
    if id_place is not None:
        return _joined_by_id(catalog, table, id_place, title_place)
    if title_place is not None:
        return _joined_by_title(
            catalog, table, title_place, place_of_common(table.columns, COMMON_NAMES["year"])
        )
    raise DataError(
        f"{table.where}: neither an item id nor a title to join it by; its columns are: {', '.join(table.columns)}"
    )


def _joined_by_id(
    catalog: Catalog, table: Table, id_place: int, title_place: int | None
) -> Iterator[tuple[int, Cells]]:
    n_rows, contradictions = 0, []
    for row, cells in table.rows:
        index = catalog.items.get(id_of(cells[id_place], "item id", table.where, row))
        if index is None:
            continue
        n_rows += 1
        if title_place is not None and not is_empty(cells[title_place]):
            title = str(cells[title_place])
            if not _same_film(catalog, index, title):
                contradictions.append((row, title, catalog.name(index)))
        yield index, cells
    if n_rows and len(contradictions) > n_rows / 2:
        row, theirs, ours = contradictions[0]
        raise DataError(
            f"{table.where}: its ids are those of another catalog: row {row} is {theirs!r}, but that id is {ours!r} here; "
            "remove the id column, and the rows are joined by title and year"
        )


def _same_film(catalog: Catalog, index: int, title: str) -> bool:
    ours = {fold(name) for name in (catalog.titles[index], *catalog.aliases[index])}
    parsed = parse_title(title)
    return bool(ours & {fold(name) for name in (parsed.title, *parsed.aliases)})


def _joined_by_title(
    catalog: Catalog, table: Table, title_place: int, year_place: int | None
) -> Iterator[tuple[int, Cells]]:
    for row, cells in table.rows:
        if is_empty(cells[title_place]):
            continue
        parsed = parse_title(str(cells[title_place]))
        year = (
            0 if year_place is None else year_of(cells[year_place], table.where, row)
        ) or parsed.year
        for index in _of_title_and_year(catalog, parsed.title, year):
            yield index, cells


def _of_title_and_year(catalog: Catalog, title: str, year: int) -> tuple[int, ...]:
    """Return the items of this title and year; without a year on either side, the one item of this
    title."""
    places = catalog.find(title)
    same_year = tuple(place for place in places if year and int(catalog.years[place]) == year)
    if same_year:
        return same_year
    return places if len(places) == 1 and not (year and catalog.years[places[0]]) else ()


# --- what the cells say ---------------------------------------------------------------------------


def _names(cell: Any) -> tuple[str, ...]:
    """Return people's names without remarks in brackets.

    >>> _names("John Lasseter (story), Robert Downey, Jr."), _names("Tom Hanks|(voices)")
    (('John Lasseter', 'Robert Downey, Jr.'), ('Tom Hanks',))
    """
    parts = (
        list_of(cell, "|")
        if isinstance(cell, (list, tuple)) or "|" in str(cell)
        else _NAMES_APART.split(str(cell))
    )
    names = (_REMARK.sub("", part).strip().rstrip(",") for part in parts)
    return tuple(dict.fromkeys(name for name in names if name and not is_empty(name)))


def _text(cell: Any) -> tuple[str, ...]:
    return (" ".join(str(cell).split()),)


def _imdb_id(cell: Any) -> tuple[str, ...]:
    """Return an IMDb id as "tt0114709", also where only its number is given.

    >>> _imdb_id(114709.0), _imdb_id("tt0114709"), _imdb_id("?")
    (('tt0114709',), ('tt0114709',), ())
    """
    number = re.fullmatch(r"(?:tt)?(\d+)(?:\.0)?", str(cell).strip())
    return (f"tt{int(number[1]):07d}",) if number else ()


def _minutes(cell: Any) -> int:
    """Return minutes from "81", 81.0, "81 min" or "1h 21m", 0 where it says nothing like it.

    >>> _minutes("81 min"), _minutes(81.0), _minutes("1h 21m"), _minutes("?")
    (81, 81, 81, 0)
    """
    hours = re.fullmatch(r"\s*(\d+)\s*h(?:\s*(\d+)\s*m(?:in)?)?\s*", str(cell))
    if hours:
        return 60 * int(hours[1]) + int(hours[2] or 0)
    minutes = re.fullmatch(r"\s*(\d+)(?:\.\d+)?\s*(?:m|min|mins|minutes)?\.?\s*", str(cell))
    return int(minutes[1]) if minutes else 0


_READERS: Mapping[str, Callable[[Any], tuple[str, ...]]] = {
    "director": _names,
    "actors": _names,
    "plot": _text,
    "keywords": list_of,
    "imdb_id": _imdb_id,
    "language": list_of,
}
