"""What cells say of times and years: numbers of any unit, dates in the forms that people write."""

import contextlib
import itertools
import math
import re
import zoneinfo
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._readers.cells import (
    Cells,
    Faults,
    OddCellError,
    is_empty,
    number_of,
    only_value,
    parsed_of,
    shown,
)

_FORMATS = (
    "%Y-%m-%d|%Y/%m/%d|%Y.%m.%d|%d.%m.%Y|%d.%m.%y|%b %d, %Y|%B %d, %Y|%d %b %Y|%d %B %Y|"
    "%d %b, %Y|%d %B, %Y|%m %d, %Y|%d-%b-%Y|%d-%b-%y|%d%b%Y|%b %d %H:%M:%S %z %Y|"
    "%b %d %H:%M:%S %Y|%d %b %Y %H:%M:%S %z|%d %b %Y, %H:%M|%b %d %Y|%b %d %Y %H:%M:%S %z|"
    "%d/%b/%Y:%H:%M:%S %z|%Y-%m|%Y-%m-%d %H|%b-%Y|%b %Y|%B %Y|%Y-%j|"
    "%Y, %m, %d, %H, %M|%Y, %m, %d, %H, %M, %S|%d-%b-%y %I.%M.%S.%f %p"
)
_CLOCKS = "| %H:%M:%S| %H:%M| %H:%M:%S.%f| %I:%M:%S %p| %I:%M %p|T%H:%M:%S|:%H:%M:%S"
_ZONES = {"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700"} | {
    "MDT": "-0600", "PST": "-0800", "PDT": "-0700", "CET": "+0100", "CEST": "+0200", "JST": "+0900"
}  # fmt: skip
# what is written around the words of a date, and how it is written here
_PLAINER = (
    (
        re.compile(
            r"^(?:pd\.)?(?:Timestamp|(?:datetime\.)?datetime|np\.datetime64)\(['\"]?(.*?)['\"]?\)$"
        ),
        r"\1",
    ),
    (
        re.compile(r"\[[A-Z]\w+(?:/\w+)*\]$|^\[|\]$"),
        "",
    ),  # Z[UTC], of Java; [13/Aug/2019], of a server
    (re.compile(r"(?<=[+-]\d{4}) (?:UTC|GMT)$"), ""),  # of Go
    (re.compile(r"\u2212"), "-"),
    (re.compile(r"^(\d\d?)\. ?(\d\d?)\. ?(?=\d{4}\b)"), r"\1.\2."),
    (re.compile(r"^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*[,.]? "), ""),
    (re.compile(r" \([^()]*\)$"), ""),  # "GMT+0200 (CEST)"
    (re.compile(r"\s?(?:UTC|GMT|Z)$"), "+00:00"),
    (re.compile(r" (?:UTC|GMT)(?=[+-]\d)"), " "),
    (re.compile(rf" ({'|'.join(_ZONES)})\b"), lambda found: f" {_ZONES[found[1]]}"),
    (re.compile(r"(\d{4})[年년] ?(\d\d?)[月월] ?(\d\d?)[日일]"), r"\1-\2-\3"),
    (re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|(?<=^\d)\.(?= )|(?<=^\d\d)\.(?= )"), ""),
)
_ZONE_NAME = re.compile(r" ([A-Z]\w+(?:/\w+)+)$")
_IN_BRACKETS = re.compile(r"/?Date\((\d+)(?:[+-]\d{4})?\)/?")  # as .NET writes it in JSON
_SLASHED = re.compile(r"\s*(\d{1,2})([/-])(\d{1,2})[/-](\d{4}|\d\d)(?!\d)")
_FINER = re.compile(r":\d\d[.,]\d{6}(\d{1,3})")
_LARGEST = 9e18
_RAW = -1  # in place of nanoseconds: the number as it stands, in a unit that the column shows
_SECOND = 1_000_000_000


class Times:
    """The times of a column, read chunk by chunk; `read` returns faults, `finish` the seconds.

    Numbers are seconds, milliseconds, microseconds or nanoseconds since 1970, as their size shows,
    or days such as 20190801. Dates are UTC unless they name a zone.
    """

    def __init__(self) -> None:
        self._seconds: list[NDArray[np.int64]] = []
        self._nanos: list[NDArray[np.int64]] = []
        self._format = ""
        self._day_first: bool | None = None
        self._has_fractions = False
        self.note = ""

    def read(self, column: Cells) -> Faults:
        """Take the next cells; what cannot be read is a fault and stands as 0."""
        whole = _integers(column)
        if whole is not None:
            self._seconds.append(whole)
            self._nanos.append(np.full(len(whole), _RAW, np.int64))
            return []
        self._find_order(column)
        seconds = np.zeros(len(column), np.int64)
        nanos = np.zeros(len(column), np.int64)
        faults: Faults = []
        known: dict[str, tuple[int, int]] = {}
        for place, cell in enumerate(column):
            try:
                key = cell if isinstance(cell, str) else None
                if key is None or key not in known:
                    pair = self._pair(cell)
                    if key is not None:
                        known[key] = pair
                else:
                    pair = known[key]
                seconds[place], nanos[place] = pair
            except (OddCellError, OverflowError) as error:
                faults.append(
                    (place, f"{error}; correct it, or read without times (timestamp_column=None)")
                )
        self._seconds.append(seconds)
        self._nanos.append(nanos)
        return faults

    def finish(self, kept: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return seconds since 1970 and nanoseconds within the second, of the rows kept."""
        seconds, nanos = np.concatenate(self._seconds)[kept], np.concatenate(self._nanos)[kept]
        raw = nanos == _RAW
        if raw.any():
            seconds[raw], nanos[raw], self.note = _of_numbers(seconds[raw])
        elif len(seconds):
            form = self._format or "ISO 8601"
            self.note = f"times are dates ({form}), UTC where no zone is named"
            if self._has_fractions:
                self.note = "times are seconds"
        return seconds, nanos

    def _pair(self, cell: Any) -> tuple[int, int]:
        if isinstance(cell, dict):
            return self._pair(only_value(cell))
        if is_empty(cell):
            raise OddCellError(f"the timestamp is empty ({shown(cell)})")
        if isinstance(cell, date):
            moment = (
                cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
            )
            return _pair_of(moment)
        if isinstance(cell, np.datetime64):
            whole = int(cell.astype("datetime64[ns]").astype(np.int64))
            return whole // _SECOND, whole % _SECOND
        if isinstance(cell, str) and cell[:1] == "{":
            return self._pair(parsed_of(cell))
        if isinstance(cell, str) and (written := _IN_BRACKETS.fullmatch(cell)):
            return int(written[1]), _RAW
        number = number_of(cell)
        if math.isfinite(number):
            if abs(number) > _LARGEST:
                raise OddCellError(f"timestamp {shown(cell)} is beyond any time")
            if number != math.floor(number) and 30_000 < number < 60_000:
                number = (number - 25_569) * 86_400  # days as a spreadsheet counts them
            if number == math.floor(number) or abs(number) > 1e11:
                return int(cell if isinstance(cell, (int, np.integer)) else number), _RAW
            self._has_fractions = True
            return math.floor(number), round((number - math.floor(number)) * 1e6) * 1000 % _SECOND
        seconds, nanos = _pair_of(self._moment(str(cell)))
        finer = _FINER.search(str(cell))  # a datetime ends at microseconds
        return seconds, nanos + int(finer[1].ljust(3, "0")) if finer else nanos

    def _moment(self, text: str) -> datetime:
        plain = " ".join(text.split())
        for pattern, plainer in _PLAINER:
            plain = pattern.sub(plainer, plain)
        zone = None
        if named := _ZONE_NAME.search(plain):
            with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError, ValueError):
                zone, plain = zoneinfo.ZoneInfo(named[1]), plain[: named.start()]
        try:
            moment = datetime.fromisoformat(plain)
        except ValueError:
            moment = self._in_a_form(plain.removesuffix("+00:00"), text)
        return moment if zone is None else moment.replace(tzinfo=zone)

    def _in_a_form(self, plain: str, text: str) -> datetime:
        """Read a date in the form found before, or the first that fits."""
        formats: Sequence[str] = _FORMATS.split("|") if re.search(r"\d", plain) else ()
        if slashed := _SLASHED.match(plain):
            if self._day_first is None:
                raise OddCellError(
                    f"timestamp {text!r} may be day/month or month/day; write dates as 2019-08-01"
                )
            days = ("%d", "%m") if self._day_first else ("%m", "%d")
            formats = (slashed[2].join((*days, "%Y" if len(slashed[4]) == 4 else "%y")),)
        tried = (
            form + clock
            for form in formats
            for clock in ("" if re.search("%[HM]", form) else _CLOCKS).split("|")
        )
        for form in itertools.chain(filter(None, [self._format]), tried):
            with contextlib.suppress(ValueError):
                moment = datetime.strptime(plain, form)
                self._format = form
                return moment
        raise OddCellError(
            f"timestamp {text!r} is neither seconds nor a date like 1997-12-04T15:55:49"
        )

    def _find_order(self, column: Cells) -> None:
        """Find out whether days stand before months, where a day beyond 12 shows it."""
        if self._day_first is None:
            dates = [
                found
                for cell in column
                if isinstance(cell, str) and (found := _SLASHED.match(cell))
            ]
            first = any(int(found[1]) > 12 for found in dates)
            second = any(int(found[3]) > 12 for found in dates)
            if first != second:
                self._day_first = first


_UNITS = (
    (1e11, 1, "seconds"),
    (1e14, 1_000, "milliseconds"),
    (1e17, 1_000_000, "microseconds"),
    (math.inf, _SECOND, "nanoseconds"),
)
_LIKELY = (631_152_000, 4_102_444_800)  # the years 1990 to 2100, in seconds
_LIKELIER = 946_684_800  # the year 2000: no other count reaches beyond it by chance
_FROM_1601 = 11_644_473_600  # seconds until 1970
_OTHER_COUNTS = (  # how many a second, seconds from their beginning until 1970
    (10_000_000, 62_135_596_800, "tenths of microseconds since year 1, of .NET"),
    (10_000_000, _FROM_1601, "tenths of microseconds since 1601, of Windows"),
    (1_000_000, _FROM_1601, "microseconds since 1601, of a browser"),
)


def _of_numbers(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    """Return numbers as seconds since 1970 and nanoseconds, and what they were taken for.

    The unit is that of the middle number; one of another size has its own, if that makes it a time
    between 1990 and 2100.
    """
    for read, what in (
        (_days, "days like 20190801, or years"),
        (_clocks, "written like 20190801155549"),
        (_serials, "days as a spreadsheet counts them, from 1900"),
    ):
        seconds = read(values)
        if seconds is not None:
            return seconds, np.zeros_like(values), f"times are {what}"
    for per, offset, what in _OTHER_COUNTS:
        seconds = values // per - offset
        if ((seconds >= _LIKELIER) & (seconds < _LIKELY[1])).all():
            return seconds, values % per * (_SECOND // per), f"times are {what}"
    bounds = [bound for bound, _, _ in _UNITS]
    per_second = np.array([per for _, per, _ in _UNITS])
    middle = int(np.searchsorted(bounds, np.median(np.abs(values)), side="right"))
    units = np.searchsorted(bounds, np.abs(values), side="right")
    alone = values // per_second[units]
    units[(alone < _LIKELY[0]) | (alone > _LIKELY[1])] = middle
    of_each = per_second[units]
    names = ", ".join(_UNITS[unit][2] for unit in np.unique(units).tolist())
    return values // of_each, values % of_each * (_SECOND // of_each), f"times are {names}"


def _integers(column: Cells) -> NDArray[np.int64] | None:
    try:
        array = np.array(column)
        if array.ndim == 1 and (
            array.dtype.kind in "iu" or (array.dtype.kind == "U" and array.dtype.itemsize <= 80)
        ):
            return array.astype(np.int64)
    except (ValueError, TypeError, OverflowError):
        pass
    return None


def _pair_of(moment: datetime) -> tuple[int, int]:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * 86_400 + since.seconds, since.microseconds * 1000


def _days(values: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return days written as 20190801, or years, in seconds, None where any value is neither."""
    if ((values >= 1900) & (values < 2200)).all():
        values = values * 10_000 + 101
    year, month, day = values // 10_000, values // 100 % 100, values % 100
    sound = (year >= 1900) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    if not sound.all():
        return None
    months = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    days = months.astype("datetime64[D]") + (day - 1)
    return days.astype("datetime64[s]").astype(np.int64)


def _clocks(values: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return times written as 20190801155549 in seconds, None where any value is none."""
    hour, minute, second = values // 10_000 % 100, values // 100 % 100, values % 100
    if ((hour > 23) | (minute > 59) | (second > 59)).any():
        return None
    days = _days(values // 1_000_000)
    return None if days is None else days + 3600 * hour + 60 * minute + second


def _serials(values: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return days since 1900 in seconds, None where any value is outside 1982 to 2064."""
    return (values - 25_569) * 86_400 if ((values > 30_000) & (values < 60_000)).all() else None


_BEFORE_CHRIST = re.compile(
    r"^-\s*\d|\b(?:b\.?\s?c\.?(?:\s?e\.?)?|v\. ?chr\.?|a\. ?c\.)(?!\w)", re.IGNORECASE
)
_YEARS = (
    re.compile(r"(\d{4})(?:\.0*)?(?:\D|$)"),
    re.compile(r"(1[89]\d\d|20\d\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?$"),  # 19951122
    re.compile(r".*\b(\d{4})$"),
)
_SHORT_YEAR = re.compile(
    r"['’](\d\d)\b.*|(?:\d\d?|[A-Z][a-z]{2})[-/. ](?:(?:\d\d?|[A-Z][a-z]{2})[-/. ])?(\d\d)"
)


def year_of(cell: Any) -> int:
    """Return a year, 0 where the cell is empty; also the year of a date ("1995-11-22", "Nov 22,
    1995"). Raises OddCellError for a year before 1 and what is like no year.

    >>> year_of("1995.0"), year_of("1995-11-22"), year_of("22 Nov 1995"), year_of("'94"), year_of(None)
    (1995, 1995, 1995, 1994, 0)
    >>> year_of("(1995)"), year_of("19951122"), year_of("22-Nov-95"), year_of("818985600")
    (1995, 1995, 1995, 1995)
    """  # noqa: E501
    if is_empty(cell):
        return 0
    if isinstance(cell, date):
        return cell.year
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip(" ()[]©?")
    if text in ("0", "0000", "0.0", "-", ""):
        return 0
    if _BEFORE_CHRIST.search(text):
        raise OddCellError(f"year {shown(cell)} is before year 1")
    for pattern in _YEARS:
        if found := pattern.match(text):
            return int(found[1])
    if short := _SHORT_YEAR.fullmatch(text):
        tens = int(short[1] or short[2])
        return 1900 + tens + 100 * (tens < 30)
    if re.fullmatch(r"\d{9,10}|\d{12,13}", text):  # seconds or milliseconds
        return datetime.fromtimestamp(int(text[:-3] if len(text) > 10 else text), UTC).year
    raise OddCellError(f"year {shown(cell)} is not like 1995")
