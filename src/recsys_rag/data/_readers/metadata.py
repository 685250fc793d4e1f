"""What a table says about items beyond title, year and genres: people, plot, keywords, language,
runtime, and every other column under its own name. From the items table, or a file of its own."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from recsys_rag.data._readers.attributes import attributes_of
from recsys_rag.data._readers.cells import Cells, OddCellError, id_of, is_empty, parsed_of
from recsys_rag.data._readers.columns import COMMON_NAMES, METADATA_NAMES, place_of_common, plain
from recsys_rag.data._readers.files import open_table
from recsys_rag.data._readers.metadata_cells import READERS, minutes_of
from recsys_rag.data._readers.table import Form, Table
from recsys_rag.data._readers.times import year_of
from recsys_rag.data._readers.titles import parse_title
from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError

_ID_NAMES = tuple(
    name
    for name in COMMON_NAMES["item"]
    if name not in ("movie", "film", "book", "product", "song", "track", "game", "artist", "album")
)
SOURCES = "value_source"  # a column that says where the values of its row come from


def enrich(
    catalog: Catalog, path: str | Path, form: Form | None = None
) -> tuple[Catalog, dict[str, Any]]:
    """Return the catalog with what the file says about its items, and an account: which column was
    taken for what, how many rows were read and used, and how many "items" it says something about.

    The file is any table. Columns: those of `METADATA_NAMES`, and any other as a column to filter
    by; lists have "|" or ", " between their entries, or are written as Python or JSON; runtimes
    are minutes. `value_source`, as `recsys-rag enrich` writes it, says where values come from. Rows
    are joined by item id, or, where there is no id column, by title and year.
    What the catalog has already stays where the file is silent.

    Raises DataError for a file that cannot be read or fits no item, and for one whose ids belong to
    another catalog (its titles contradict those of this one).
    """
    with open_table(path, form) as table:
        places = metadata_places(table.columns)
        numbers, columns = whole(table)
        id_place = place_of_common(table.columns, _ID_NAMES)
        title_place = place_of_common(table.columns, COMMON_NAMES["title"])
        year_place = place_of_common(table.columns, COMMON_NAMES["year"])
        if id_place is not None:
            titles = None if title_place is None else columns[title_place]
            joined = _joined_by_id(catalog, table.where, numbers, columns[id_place], titles)
        elif title_place is not None:
            years = None if year_place is None else columns[year_place]
            joined = list(_joined_by_title(catalog, columns[title_place], years))
        else:
            raise DataError(
                f"{table.where}: neither an item id nor a title to join it by; its columns are: "
                f"{', '.join(table.columns)}"
            )
        sources_place = table.columns.index(SOURCES) if SOURCES in table.columns else None
        keys = {id_place, title_place, year_place, sources_place}
        keys |= {place_of_common(table.columns, COMMON_NAMES["genres"])}
        said = [place for place in range(len(columns)) if place not in keys]
        joined = [
            (item, row)
            for item, row in joined
            if any(not is_empty(columns[at][row]) for at in said)
        ]
        if not joined:
            raise DataError(
                f"{table.where}: none of its rows fits an item of the catalog, by id or by title "
                "and year, and says more about it"
            )
        items, rows = zip(*joined, strict=True)
        picked = [[column[row] for row in rows] for column in columns]
        richer = with_metadata(
            catalog, table, places, picked, items, [numbers[row] for row in rows]
        )
        other = {table.columns[at]: picked[at] for at in said if at not in _all(places)}
        attributes, reasons = attributes_of(other, items, len(catalog))
        richer = dataclasses.replace(richer, attributes={**richer.attributes, **attributes})
        if sources_place is not None:
            said_by = {place: name for name, of_name in places.items() for place in of_name}
            names = {table.columns[at]: said_by.get(at, table.columns[at]) for at in said}
            richer = _with_origins(richer, picked[sources_place], items, names)
        table.left_out.check()
        table.left_out.drop("that say nothing of an item", len(numbers) - len(set(rows)))
        joined_by = {"item": id_place, "title": title_place, "year": year_place}
        columns_read = {
            **{what: table.columns[at] for what, at in joined_by.items() if at is not None},
            **{what: ", ".join(table.columns[at] for at in of) for what, of in places.items()},
        }
        account = {
            **account_of(table),
            "columns": columns_read,
            "kept": sorted(attributes),
            "not_read": reasons,
            "items": len(set(items)),
        }
        return richer, account


def with_metadata_of(dataset: Dataset, path: str | Path, form: Form | None = None) -> Dataset:
    """Return the dataset with what a file says of its items, and the account of it: `enrich`."""
    catalog, account = enrich(dataset.catalog, path, form)
    reading = {**dataset.reading, "metadata": account}
    return dataclasses.replace(dataset, catalog=catalog, reading=reading)


def _with_origins(
    catalog: Catalog, cells: Cells, items: Sequence[int], names: Mapping[str, str]
) -> Catalog:
    """Return the catalog with where the values of these items come from. A cell is a JSON object of
    column -> source; what is none says nothing. `names`: column -> its name in the catalog."""
    origins = {name: list(column) for name, column in catalog.origins.items()}
    for item, cell in zip(items, cells, strict=True):
        told = parsed_of(cell)
        for column, source in told.items() if isinstance(told, dict) else ():
            if column in names and isinstance(source, str):
                shown = " ".join("".join(c for c in source if c.isprintable()).split())[:80]
                origins.setdefault(names[column], [""] * len(catalog))[item] = shown
    return dataclasses.replace(
        catalog, origins={name: tuple(column) for name, column in origins.items()}
    )


def whole(table: Table) -> tuple[list[int], list[list[Any]]]:
    """Return all row numbers and all columns of a table."""
    numbers: list[int] = []
    columns: list[list[Any]] = [[] for _ in table.columns]
    for chunk in table.chunks:
        numbers.extend(chunk.numbers)
        for column, cells in zip(columns, chunk.columns, strict=True):
            column.extend(cells.tolist() if isinstance(cells, np.ndarray) else cells)
    return numbers, columns


def metadata_places(columns: Sequence[str]) -> dict[str, list[int]]:
    """Return the places of the columns that each kind of metadata is read from, best first."""
    plain_names = [plain(column) for column in columns]
    places = {
        name: [plain_names.index(common) for common in names if common in plain_names]
        for name, names in METADATA_NAMES.items()
    }
    return {name: candidates for name, candidates in places.items() if candidates}


def account_of(table: Table) -> dict[str, Any]:
    """Return what was inferred of a table that has been read, and left out, as JSON can hold it."""
    return {"file": table.where, "notes": table.notes, **table.left_out.summary()}


def _all(places: Mapping[str, Sequence[int]]) -> set[int]:
    return {place for candidates in places.values() for place in candidates}


def with_metadata(
    catalog: Catalog,
    table: Table,
    places: Mapping[str, Sequence[int]],
    columns: Sequence[Cells],
    items: Sequence[int],
    numbers: Sequence[int],
) -> Catalog:
    """Return the catalog with the metadata of these rows, each about the item at its place. A cell
    that cannot be read is counted in the table's account, and says nothing; a column without a cell
    that can be read is passed over, with a note."""
    metadata = {
        name: list(catalog.metadata.get(name, ((),) * len(catalog)))
        for name in places
        if name != "runtime"
    }
    runtimes = np.array(catalog.runtimes)
    for name, candidates in places.items():
        candidates = [place for place in candidates if not _is_odd(name, table, place, columns)]
        for row, item in enumerate(items):
            for place in candidates:
                cell = columns[place][row]
                if is_empty(cell):
                    continue
                try:
                    if name == "runtime":
                        runtimes[item] = minutes_of(cell) or runtimes[item]
                    else:
                        metadata[name][item] = READERS[name](cell) or metadata[name][item]
                except OddCellError as error:
                    table.left_out.add(
                        numbers[row],
                        f"{table.columns[place]} that cannot be read",
                        f"{table.columns[place]}: {error}; correct it or leave it empty",
                    )
                    continue
                break
    columns_read = {name: tuple(column) for name, column in metadata.items()}
    return dataclasses.replace(
        catalog, metadata={**catalog.metadata, **columns_read}, runtimes=runtimes
    )


def _is_odd(name: str, table: Table, place: int, columns: Sequence[Cells]) -> bool:
    """Say whether the first cells of a column, at least three, cannot be read, with a note."""
    there = list(itertools.islice((one for one in columns[place] if not is_empty(one)), 20))
    reason = ""
    for cell in there if name != "runtime" and len(there) > 2 else ():
        try:
            READERS[name](cell)
        except OddCellError as error:
            reason = reason or str(error)
        else:
            return False
    if reason:
        table.notes.append(f"column {table.columns[place]} is not read: {reason}")
    return bool(reason)


def _joined_by_id(
    catalog: Catalog, where: str, numbers: Sequence[int], keys: Cells, titles: Cells | None
) -> list[tuple[int, int]]:
    joined, contradictions = [], []
    for row, key in enumerate(keys):
        try:
            item = catalog.items.get(id_of(key))
        except OddCellError:
            continue
        if item is None:
            continue
        joined.append((item, row))
        if titles is not None and not is_empty(titles[row]):
            title = str(titles[row])
            if not _same_film(catalog, item, title):
                contradictions.append((numbers[row], title, catalog.name(item)))
    if joined and len(contradictions) > len(joined) / 2:
        row, theirs, ours = contradictions[0]
        raise DataError(
            f"{where}: its ids are those of another catalog: row {row} is {theirs!r}, but that id "
            f"is {ours!r} here; remove the id column, and the rows are joined by title and year"
        )
    return joined


def _same_film(catalog: Catalog, item: int, title: str) -> bool:
    ours = {fold(name) for name in (catalog.titles[item], *catalog.aliases[item])}
    parsed = parse_title(title)
    return bool(ours & {fold(name) for name in (title, parsed.title, *parsed.aliases)})


def _joined_by_title(
    catalog: Catalog, titles: Cells, years: Cells | None
) -> Iterator[tuple[int, int]]:
    for row, title in enumerate(titles):
        if is_empty(title):
            continue
        parsed = parse_title(str(title))
        year = 0
        if years is not None:
            try:
                year = year_of(years[row])
            except OddCellError:
                continue
        for item in _with_title_and_year(catalog, parsed.title, year or parsed.year):
            yield item, row


def _with_title_and_year(catalog: Catalog, title: str, year: int) -> tuple[int, ...]:
    """Return the items of this title and year; without a year on either side, the one item of this
    title."""
    items = catalog.find(title)
    same_year = tuple(item for item in items if year and int(catalog.years[item]) == year)
    if same_year:
        return same_year
    return items if len(items) == 1 and not (year and catalog.years[items[0]]) else ()
