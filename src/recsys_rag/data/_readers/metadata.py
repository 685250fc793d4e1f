"""What a table says about items beyond title, year and genres: people, plot, keywords, language,
runtime, and every other column under its own name. From the items table, or a file of its own."""

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._readers.cells import (
    Cells,
    OddCellError,
    id_of,
    is_empty,
    list_in,
    names_of,
    number_of,
    parsed_of,
    text_of,
    year_of,
)
from recsys_rag.data._readers.columns import COMMON_NAMES, METADATA_NAMES, place_of_common, plain
from recsys_rag.data._readers.table import Form, Table, open_table
from recsys_rag.data._readers.titles import parse_title
from recsys_rag.data.catalog import Attribute, Catalog, fold
from recsys_rag.errors import DataError

_NAMES_APART = re.compile(r",\s+(?!(?:Jr|Sr|Esq)\b|[IVX]+\b)")
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")  # "John Lasseter (original story by)"
_ID_NAMES = tuple(
    name
    for name in COMMON_NAMES["item"]
    if name not in ("movie", "film", "book", "product", "song", "track", "game", "artist", "album")
)
_LANGUAGES = {
    code: name
    for codes, name in (
        ("en eng", "English"),
        ("fr fre fra", "French"),
        ("de ger deu", "German"),
        ("es spa", "Spanish"),
        ("it ita", "Italian"),
        ("pt por", "Portuguese"),
        ("nl dut nld", "Dutch"),
        ("sv swe", "Swedish"),
        ("da dan", "Danish"),
        ("no nor nb", "Norwegian"),
        ("fi fin", "Finnish"),
        ("pl pol", "Polish"),
        ("cs cze ces", "Czech"),
        ("hu hun", "Hungarian"),
        ("ro rum ron", "Romanian"),
        ("el gre ell", "Greek"),
        ("ru rus", "Russian"),
        ("uk ukr", "Ukrainian"),
        ("tr tur", "Turkish"),
        ("he heb iw", "Hebrew"),
        ("ar ara", "Arabic"),
        ("fa per fas", "Persian"),
        ("hi hin", "Hindi"),
        ("ta tam", "Tamil"),
        ("te tel", "Telugu"),
        ("bn ben", "Bengali"),
        ("th tha", "Thai"),
        ("vi vie", "Vietnamese"),
        ("id ind", "Indonesian"),
        ("ja jpn", "Japanese"),
        ("ko kor", "Korean"),
        ("zh chi zho cn", "Chinese"),
    )
    for code in codes.split()
}
_NOBODY = frozenset(("", "none", "nan", "other", "others", "misc", "various", "multiple"))
_YES, _NO = frozenset(("true", "yes", "y", "t")), frozenset(("false", "no", "n", "f"))
_LONGEST_KEPT = 100  # characters of an entry, on average: longer texts are no filter
SOURCES = "value_source"  # a column that says where the values of its row come from
_UNNAMED = re.compile(r"column \d+|Unnamed: \d+|row name|index|level_0")  # a frame's row numbers
_URL = re.compile(r"https?://|/\S+\.(jpg|png)$")


def enrich(catalog: Catalog, path: str | Path, form: Form | None = None) -> tuple[Catalog, int]:
    """Return the catalog with what the file says about its items, and how many items it says
    something about.

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
        richer = dataclasses.replace(
            richer, attributes={**richer.attributes, **attributes_of(other, items, len(catalog))[0]}
        )
        if sources_place is not None:
            said_by = {place: name for name, of_name in places.items() for place in of_name}
            names = {table.columns[at]: said_by.get(at, table.columns[at]) for at in said}
            richer = _with_origins(richer, picked[sources_place], items, names)
        table.left_out.check()
        return richer, len(set(items))


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
                        runtimes[item] = _minutes(cell) or runtimes[item]
                    else:
                        metadata[name][item] = _READERS[name](cell) or metadata[name][item]
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
            _READERS[name](cell)
        except OddCellError as error:
            reason = reason or str(error)
        else:
            return False
    if reason:
        table.notes.append(f"column {table.columns[place]} is not read: {reason}")
    return bool(reason)


# --- any other column -----------------------------------------------------------------------------


def attributes_of(
    columns: Mapping[str, Cells], items: Sequence[int], n_items: int
) -> tuple[dict[str, Attribute], dict[str, str]]:
    """Return the columns that can be filtered by, typed, with one entry an item; and those that
    are left out, with the reason.

    Numbers and flags (yes, no) are float64, nan where unknown; all else is a tuple of names.
    """
    kept: dict[str, Attribute] = {}
    reasons: dict[str, str] = {}
    for name, cells in columns.items():
        values = "no name" if _UNNAMED.fullmatch(name) else _values_of(cells)
        if isinstance(values, str):
            reasons[name] = values
        elif isinstance(values, np.ndarray):
            column = np.full(n_items, np.nan)
            column[list(items)] = values
            kept[name] = column
        else:
            entries: list[tuple[str, ...]] = [()] * n_items
            for item, names in zip(items, values, strict=True):
                entries[item] = names
            kept[name] = tuple(entries)
    return kept, reasons


def _values_of(cells: Cells) -> NDArray[np.float64] | list[tuple[str, ...]] | str:
    """Return a column as numbers or lists of names, or the reason why it is neither."""
    there = [cell for cell in cells if not is_empty(cell)]
    if not there:
        return "empty"
    flags = [_flag(cell) for cell in there]
    if None not in flags:
        return np.array([np.nan if is_empty(cell) else _flag(cell) for cell in cells], np.float64)
    parsed = [_amount(cell) for cell in there]
    if all(np.isfinite(parsed)):
        return np.array([np.nan if is_empty(cell) else _amount(cell) for cell in cells], np.float64)
    try:
        names = [names_of(cell, lambda text: [text]) for cell in cells]
    except OddCellError as error:
        return str(error)
    if any(_URL.search(entry) for entries in names[:50] for entry in entries):
        return "addresses"
    entries = [entry for row in names for entry in row]
    if not entries:
        return "no names"
    if sum(map(len, entries)) > _LONGEST_KEPT * len(entries):
        return "long texts"
    for sign in ("|", ";", ", "):
        apart = [part.strip() for entry in entries for part in entry.split(sign)]
        # a separator makes a list where its parts come again; "|" is nothing else
        comes_again = sign == "|" or len(set(apart)) < len(set(entries))
        if len(apart) > len(entries) and comes_again:
            return [
                tuple(dict.fromkeys(part.strip() for name in row for part in name.split(sign)))
                for row in names
            ]
    return names


def _flag(cell: Any) -> float | None:
    if isinstance(cell, (bool, np.bool_)):
        return float(cell)
    text = str(cell).strip().lower()
    return 1.0 if text in _YES else 0.0 if text in _NO else None


def _amount(cell: Any) -> float:
    """Return a number, also with a sign of currency before or behind it.

    >>> _amount("$29.99"), _amount("29,99 €"), _amount("1,299.00")
    (29.99, 29.99, 1299.0)
    """
    number = number_of(cell)
    if np.isnan(number) and isinstance(cell, str):
        text = re.sub(r"^\s*[$€£¥]\s*|\s*[$€£¥%]\s*$", "", cell)
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        number = number_of(text)
    return number


# --- which item a row is about --------------------------------------------------------------------


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


# --- what the cells say ---------------------------------------------------------------------------


def _people(cell: Any) -> tuple[str, ...]:
    """Return people's names without remarks in brackets.

    >>> _people("John Lasseter (story), Robert Downey, Jr."), _people("Tom Hanks|(voices)")
    (('John Lasseter', 'Robert Downey, Jr.'), ('Tom Hanks',))
    """
    names = (
        _REMARK.sub("", name).strip().rstrip(",")
        for name in names_of(
            cell, lambda text: text.split("|") if "|" in text else _NAMES_APART.split(text)
        )
    )
    return tuple(dict.fromkeys(name for name in names if name.lower() not in _NOBODY))


def _directors(cell: Any) -> tuple[str, ...]:
    """Return the directors: of a crew with jobs, those whose job it is.

    >>> _directors("[{'job': 'Director', 'name': 'Ada Lint'}, {'job': 'Editor', 'name': 'Bo Ray'}]")
    ('Ada Lint',)
    """
    members = parsed_of(cell)
    if isinstance(members, list) and any(
        isinstance(member, dict) and "job" in member for member in members
    ):
        return _people([member for member in members if member.get("job") == "Director"])
    return _people(cell)


def _text(cell: Any) -> tuple[str, ...]:
    text = text_of(cell)
    return (text,) if text else ()


def _list(cell: Any) -> tuple[str, ...]:
    return names_of(cell, list_in)


def _languages(cell: Any) -> tuple[str, ...]:
    """Return languages by their names, also where common codes stand for them.

    >>> _languages("en|fr"), _languages("eng"), _languages("en-US"), _languages("Klingon")
    (('English', 'French'), ('English',), ('English',), ('Klingon',))
    """
    names = (_LANGUAGES.get(name.lower().split("-")[0].split("_")[0], name) for name in _list(cell))
    return tuple(dict.fromkeys(names))


def _imdb_id(cell: Any) -> tuple[str, ...]:
    """Return an IMDb id as "tt0114709", also where only its number is given.

    >>> _imdb_id(114709.0), _imdb_id("tt0114709"), _imdb_id("?")
    (('tt0114709',), ('tt0114709',), ())
    """
    number = re.fullmatch(r"(?:tt)?(\d+)(?:\.0)?", str(cell).strip())
    return (f"tt{int(number[1]):07d}",) if number else ()


def _tmdb_id(cell: Any) -> tuple[str, ...]:
    """Return a TMDB id as "862".

    >>> _tmdb_id(862.0), _tmdb_id("862"), _tmdb_id("?")
    (('862',), ('862',), ())
    """
    number = re.fullmatch(r"(\d+)(?:\.0)?", str(cell).strip())
    return (str(int(number[1])),) if number else ()


def _minutes(cell: Any) -> int:
    """Return minutes from "81", 81.0, "81 min" or "1h 21m", 0 where it says nothing like it.

    >>> _minutes("81 min"), _minutes(81.0), _minutes("1h 21m"), _minutes("?")
    (81, 81, 81, 0)
    """
    hours = re.fullmatch(r"\s*(\d+)\s*h(?:\s*(\d+)\s*m(?:in)?)?\s*", str(cell))
    if hours:
        return 60 * int(hours[1]) + int(hours[2] or 0)
    minutes = re.fullmatch(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:m|min|mins|minutes)?\.?\s*", str(cell))
    return int(minutes[1]) if minutes else 0


_READERS: Mapping[str, Callable[[Any], tuple[str, ...]]] = {
    "director": _directors,
    "actors": _people,
    "author": _people,
    "plot": _text,
    "keywords": _list,
    "imdb_id": _imdb_id,
    "tmdb_id": _tmdb_id,
    "language": _languages,
}
