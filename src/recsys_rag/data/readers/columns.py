"""Which column of a table means what: by option, or by one of its common names. And what its cells
say."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from recsys_rag.data.readers.table import Table
from recsys_rag.errors import DataError

# Common names in order of preference, compared without case, "_", "-", " " and a type behind ":"
# ("user_id:token").
COMMON_NAMES: Mapping[str, tuple[str, ...]] = {
    "user": (
        "userid",
        "user",
        "uid",
        "username",
        "customerid",
        "customer",
        "reviewerid",
        "memberid",
        "visitorid",
    ),
    "item": (
        (
            "itemid",
            "item",
            "iid",
            "movieid",
            "movie",
            "filmid",
            "film",
            "productid",
            "product",
            "parentasin",
            "asin",
        )
        + ("isbn", "bookid", "book", "songid", "trackid", "gameid", "articleid", "sku", "id")
    ),
    "rating": (
        "rating",
        "ratings",
        "stars",
        "score",
        "overall",
        "userrating",
        "bookrating",
        "ratingvalue",
    ),
    "timestamp": (
        "timestamp",
        "ts",
        "time",
        "date",
        "datetime",
        "ratedat",
        "createdat",
        "unixreviewtime",
        "reviewtime",
    ),
    "title": (
        "cleantitle",
        "title",
        "itemtitle",
        "movietitle",
        "producttitle",
        "booktitle",
        "name",
        "itemname",
        "movie",
    ),
    "year": ("year", "releaseyear", "yearofpublication", "publicationyear", "startyear"),
    "genres": ("genres", "genre", "categories", "category", "class"),
}
_EMPTY = frozenset(("", "n/a", "na", "nan", "none", "null", "\\n"))
# a timestamp beyond is no count of seconds (it would be the year 5138)
_MILLISECONDS = 100_000_000_000


def plain(name: str) -> str:
    """Return a column's name as it is compared.

    >>> plain("User_ID:token"), plain("movieId")
    ('userid', 'movieid')
    """
    return re.sub(r"[^a-z0-9]", "", name.split(":")[0].lower())


def place_of(table: Table, meaning: str, given: str | None, *, required: bool) -> int | None:
    """Return the place of the column with this meaning: the one given by name, or ("") the one with
    a common name.

    None where `given` is None, or nothing fits and the column is not required. Raises DataError
    with the columns there are.
    """
    if given is None:
        return None
    there = ", ".join(table.columns)
    if given:
        if given not in table.columns:
            raise DataError(
                f"{table.where}: there is no column {given!r}; its columns are: {there}"
            )
        return table.columns.index(given)
    found = place_of_common(table.columns, COMMON_NAMES[meaning])
    if found is None and required:
        raise DataError(
            f"{table.where}: no column looks like the {meaning}; its columns are: {there}; name it with {meaning}_column"
        )
    return found


def place_of_common(columns: Sequence[str], names: Sequence[str]) -> int | None:
    """Return the place of the first of these names among the columns, or None."""
    places = {plain(name): place for place, name in reversed(list(enumerate(columns)))}
    return next((places[name] for name in names if name in places), None)


def is_empty(cell: Any) -> bool:
    """Say whether a cell holds nothing: None, nan, blank, "N/A" and the like.

    >>> is_empty(None), is_empty(float("nan")), is_empty(" N/A "), is_empty("0"), is_empty([])
    (True, True, True, False, True)
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return True
    if isinstance(cell, str):
        return cell.strip().lower() in _EMPTY
    return isinstance(cell, (list, tuple)) and not cell


def id_of(cell: Any, what: str, where: str, row: int) -> str:
    """Return an id as text, without blanks around it; whole numbers lose ".0". DataError where
    there is none.

    >>> id_of(" u1 ", "user id", "r.csv", 2), id_of(12.0, "item id", "r.csv", 2)
    ('u1', '12')
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = (
        "" if cell is None or (isinstance(cell, float) and math.isnan(cell)) else str(cell).strip()
    )
    if not text:
        raise DataError(f"{where}: row {row}: the {what} is empty; fill it in or remove the row")
    return text


def number_of(cell: Any, what: str, where: str, row: int) -> float:
    """Return a cell as a finite number. DataError with the cell where it is none."""
    try:
        number = float(cell)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise DataError(
            f"{where}: row {row}: {what} {cell!r} is not a number; correct it or remove the row"
        )
    return number


def seconds_of(cell: Any, where: str, row: int) -> int:
    """Return a time in seconds since 1970: from seconds, milliseconds (beyond 100,000,000,000) or a
    date as ISO 8601 (UTC).

    >>> seconds_of("881250949", "r", 2), seconds_of(881250949000, "r", 2), seconds_of("1997-12-04T15:55:49", "r", 2)
    (881250949, 881250949, 881250949)
    """
    if isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return _seconds_of_text(cell, where, row)
    if not math.isfinite(number):
        raise DataError(
            f"{where}: row {row}: the timestamp is empty; fill it in, or read without timestamps"
        )
    return int(number // 1000 if abs(number) > _MILLISECONDS else number)


def _seconds_of_text(cell: Any, where: str, row: int) -> int:
    try:
        moment = datetime.fromisoformat(str(cell).strip())
    except ValueError:
        raise DataError(
            f"{where}: row {row}: timestamp {cell!r} is neither seconds nor a date like 1997-12-04T15:55:49; correct it, or "
            "read without timestamps"
        ) from None
    return seconds_of(moment, where, row)


def year_of(cell: Any, where: str, row: int) -> int:
    """Return a year, 0 where the cell is empty; also the first four digits of a date
    ("1995-11-22").

    >>> year_of("1995.0", "i", 2), year_of("1995-11-22", "i", 2), year_of(None, "i", 2)
    (1995, 1995, 0)
    """
    if is_empty(cell):
        return 0
    found = re.match(r"\s*(\d{4})(?:\D|$)", str(cell))
    if found is None:
        raise DataError(
            f"{where}: row {row}: year {cell!r} is not like 1995; correct it or leave it empty"
        )
    return int(found[1])


def list_of(cell: Any, separator: str = "") -> tuple[str, ...]:
    """Return the entries of a cell, without repeats: a list, or a text with "|", ";" or "," between
    (the first that occurs).

    >>> list_of("Action|Sci-Fi"), list_of("Drama, War"), list_of(["A"]), list_of("rock/pop", "/")
    (('Action', 'Sci-Fi'), ('Drama', 'War'), ('A',), ('rock', 'pop'))
    """
    if is_empty(cell):
        return ()
    if isinstance(cell, (list, tuple)):
        parts = [str(one) for one in cell if not is_empty(one)]
    else:
        between = separator or next((one for one in "|;," if one in str(cell)), "|")
        parts = str(cell).split(between)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
