"""What single cells of exports mean: years, ratings, ids, dates. Knows no file."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from recsys_rag.data.dataset import RatingScale

STARS = RatingScale(0.5, 5, 0.5)
TEN = RatingScale(1, 10)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_DATE = re.compile(r"\w{3}\s+(\w{3})\s+(\d{1,2})\s+[\d:]+\s+(?:\w+\s+)?(\d{4})")
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?")
_COUNTRY = re.compile(r"(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})\.?")


class BadCell(ValueError):
    """A cell that says what its column cannot hold; the row is left out for this reason."""


def year_in(text: object) -> int | None:
    """Return the year at the beginning of a cell, None where there is none.

    >>> year_in("1998"), year_in("1998-09-11T00:00:00Z"), year_in("1998.0"), year_in(""), year_in(0)
    (1998, 1998, 1998, None, None)
    """
    match = re.match(r"\s*(1[89]\d\d|20\d\d|21\d\d)(?!\d)", str(text))
    return int(match[1]) if match else None


def rating_in(text: object, scale: RatingScale, *, zero_is_none: bool = False) -> float | None:
    """Return the rating in a cell, None for an empty one and, where zero says so, for 0.

    Raises BadCell for what is no number, or outside the scale of the format.

    >>> rating_in("4.5", STARS), rating_in("4,5", STARS), rating_in("0", TEN, zero_is_none=True)
    (4.5, 4.5, None)
    """
    cell = str(text).strip() if text is not None else ""
    if not cell:
        return None
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        raise BadCell(f"rating {cell[:20]!r} is not a number") from None
    if zero_is_none and value == 0:
        return None
    if not scale.low <= value <= scale.high:
        raise BadCell(f"rating {cell[:20]} is outside {scale.low:g} to {scale.high:g}")
    return value


def isbn(text: object) -> str:
    """Return the 13 digits of an ISBN, also of one of ten digits or in Excel's ="..."; "" for none.

    >>> isbn('="9780000000002"'), isbn("0-00-000000-0"), isbn('=""'), isbn("a1b2-c3d4")
    ('9780000000002', '9780000000002', '', '')
    """
    digits = re.sub(r"[^0-9Xx]", "", str(text)) if re.fullmatch(r'[="\dXx\s-]*', str(text)) else ""
    if len(digits) == 13:
        return digits
    if len(digits) != 10:
        return ""
    body = "978" + digits[:9]
    check = -sum(int(c) * (1, 3)[place % 2] for place, c in enumerate(body)) % 10
    return f"{body}{check}"


def ids_of(**cells: str) -> dict[str, str]:
    """Return the ids that are there: site -> id.

    >>> ids_of(imdb="tt0114709", tmdb="")
    {'imdb': 'tt0114709'}
    """
    return {site: found for site, found in cells.items() if found}


def whole(text: object) -> int:
    """Return a whole number in a cell, 0 for anything else.

    >>> whole("12"), whole(None), whole("x"), whole(3.0)
    (12, 0, 0, 3)
    """
    try:
        return int(float(str(text)))
    except (ValueError, OverflowError):
        return 0


# --- dates ----------------------------------------------------------------------------------------


def iso_date(text: object) -> str:
    """Return an ISO date or moment, or IMDb's long one of 2015, in ISO; "" for others, for days
    that do not exist, and for 1970, which means unknown.

    >>> iso_date("2025-03-02T19:33:24.000Z"), iso_date("2024/3/15")
    ('2025-03-02T19:33:24', '2024-03-15')
    >>> iso_date("Sun Mar  1 00:00:00 2015"), iso_date("2015-00-00"), iso_date("1970-01-01")
    ('2015-03-01', '', '')
    """
    cell = str(text or "").strip()
    if match := _ISO.match(cell):
        day = _day(int(match[1]), int(match[2]), int(match[3]))
        moment = match[4] or ""
        seconds = ":00" if len(moment) == 5 else ""
        return f"{day}T{moment}{seconds}" if day and moment else day
    if (match := _LONG_DATE.match(cell)) and match[1].lower() in _MONTHS:
        return _day(int(match[3]), _MONTHS.index(match[1].lower()) + 1, int(match[2]))
    return ""


def moment(seconds: Any) -> str:
    """Return seconds since 1970 in ISO, "" for none and for the first days of 1970.

    >>> moment(1751227271), moment(0), moment(None)
    ('2025-06-29T20:01:11', '', '')
    """
    n = whole(seconds)
    if not 86_400 * 365 < n < 86_400 * 365 * 200:
        return ""
    return datetime.fromtimestamp(n, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _day(year: int, month: int, day: int) -> str:
    try:
        return "" if year <= 1970 else date(year, month, day).isoformat()
    except ValueError:
        return ""


def column_dates(cells: Sequence[str], *, newest_first: bool = False) -> tuple[list[str], str]:
    """Return the dates of a whole column in ISO, and a note where they cannot be read.

    Dates in a country's form ("4/21/25", "21/04/2025", "24.01.23") leave open which number is the
    day; that is decided from the whole column: by a number above 12 and, where there is none and
    the column is known to run `newest_first`, by the order that does. A column that mixes two forms
    or stays open has no dates, for a wrong one is worse than none.

    >>> column_dates(["4/21/25", "1/2/25"])
    (['2025-04-21', '2025-01-02'], '')
    >>> column_dates(["21/04/2025", "02/01/2025"])
    (['2025-04-21', '2025-01-02'], '')
    >>> column_dates(["01/02/25"])[1]
    'dates such as 01/02/25 leave open which number is the day; read without dates'
    """
    matches = [_COUNTRY.fullmatch(cell.strip()) for cell in cells]
    if not any(matches):
        return [iso_date(cell) for cell in cells], ""
    of_slashes = [match for match in matches if match and match[2] != "."]
    day_first = _day_first(of_slashes) if of_slashes else {True}
    if len(day_first) > 1 and newest_first:
        day_first = {
            way for way in day_first if _runs_down(_dates(matches, cells, day_first=way))
        } or day_first
    if len(day_first) == 1:
        return _dates(matches, cells, day_first=next(iter(day_first))), ""
    example = next(match[0] for match in of_slashes)
    trouble = (
        f"dates such as {example} leave open which number is the day"
        if day_first
        else "its dates are written in two orders, as a spreadsheet leaves them"
    )
    return [""] * len(cells), f"{trouble}; read without dates"


def _day_first(matches: Iterable[re.Match[str]]) -> set[bool]:
    """Return the orders in which every one of these is a date."""
    ways = {True, False}
    for match in matches:
        if int(match[1]) > 12:
            ways.discard(False)
        if int(match[3]) > 12:
            ways.discard(True)
    return ways


def _dates(
    matches: Sequence[re.Match[str] | None], cells: Sequence[str], *, day_first: bool
) -> list[str]:
    dates = []
    for match, cell in zip(matches, cells, strict=True):
        if match is None:
            dates.append(iso_date(cell))
            continue
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        year += 2000 if year < 100 else 0
        is_day_first = day_first or match[2] == "."
        dates.append(_day(year, second, first) if is_day_first else _day(year, first, second))
    return dates


def _runs_down(dates: Sequence[str]) -> bool:
    known = [one for one in dates if one]
    return bool(known) and all(later >= earlier for later, earlier in pairwise(known))
