"""What the cells of a column say: ids, numbers, times, years, names, texts. Knows no table.

A column is read as a whole where it is plain, cell by cell where it is not. What cannot be read is
returned as (place, sentence), never dropped here.
"""

import ast
import html
import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Cells: TypeAlias = Sequence[Any] | NDArray[Any]
Ids: TypeAlias = list[str] | NDArray[np.int64]  # whole numbers as such
Faults: TypeAlias = list[tuple[int, str]]  # place in the column, what is wrong with its cell

_EMPTY = frozenset(("", "n/a", "na", "nan", "none", "null", "\\n", "<na>", "nat", "#n/a"))
# what stands in lists of names where there is no name
_NO_NAME = _EMPTY | frozenset(
    ("0", "unknown", "(unknown)", "n.a.", "n/d", "tbd", "tba", "undefined")
    + ("no genre", "no genres", "none listed", "no genres listed", "(no genres listed)", "(none)")
    + ("not available", "not specified", "unspecified", "missing", "[]", "{}", "set()")
    + ("character(0)", "uncategorized", "uncategorised", "no category", "genre not found")
)
_SIGNS = "-—–?.…*_/\\|,;:()[]{}'\"# "
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*")
_THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?\s*")
_FLAGS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}
_NO_ID = frozenset(("\\N", "nan", "NaN", "NULL", "null", "None", "<NA>", "#N/A"))
# "4/5", "4.0 out of 5 stars", "4 stars", "80 %", "★★★☆☆"
_MARK = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:(?:/|out of|of)\s*(\d+))?\s*(?:stars?|points?|%|★+)?", re.IGNORECASE
)
_STARS = re.compile(r"([★⭐*]{1,10})(½?)[☆✩]*")
_OBJECT = re.compile(r"""\s*(\[\s*(['"\[{\]]|None|nan|NaN|b['"])|\{\s*(['"]\s*|\}))""")
_TUPLE = re.compile(r"""\s*(?:c|tuple|list)?\(\s*(['"].*['"])\s*,?\s*\)\s*""", re.DOTALL)
_CALL = re.compile(
    r"\s*\w+\(\s*([\[{(].*[\]})])\s*(?:,\s*dtype=[^)]*)?\)\s*", re.DOTALL
)  # array([...])
_PAIRS = re.compile(r"OrderedDict\(\[((?:\([^()]*\)[, ]*)*)\]\)")
_PAIR = re.compile(r"""\((['"][^'"]*['"]), ([^()]*)\)""")
_OF_A_CLASS = re.compile(r"\s*<?\w+\(\w+=.*\)>?\s*|<[\w.]+ object at .*>", re.DOTALL)
_BYTES = re.compile(r"""b(['"])(.*)\1""", re.DOTALL)
_ELEMENT = re.compile(r"<(\w+)[^<>]*>([^<>]+)</\1>")  # <li>Drama</li>
_BRACKETS = re.compile(r"\s*(?:\[([^\[\]]*)\]|\{([^{}]*)\})\s*")
# "unknown director", "no genres"
_NONE_OF_KIND = re.compile(
    r"\(?(no|unknown|unspecified|missing|other) "
    r"(genres?|directors?|actors?|authors?|artists?|cast|categor(y|ies)|names?|languages?)\)?"
)
_KEYS_OF_NAMES = ("name", "title", "label", "value", "description", "text", "genre", "tag")


class OddCellError(ValueError):
    """A cell that cannot be read; the message says what is wrong with it."""


def is_empty(cell: Any) -> bool:
    """Say whether a cell holds nothing: None, nan, blank, "N/A" and the like.

    >>> is_empty(None), is_empty(float("nan")), is_empty(" N/A "), is_empty("0"), is_empty([])
    (True, True, True, False, True)
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return True
    if isinstance(cell, str):
        return cell.strip().lower() in _EMPTY
    if isinstance(cell, (list, tuple, dict, bytes, set)):
        return not cell
    return str(cell) in ("NaT", "<NA>")


def shown(cell: Any) -> str:
    """Return a cell as messages show it: cut short."""
    text = repr(cell.item() if isinstance(cell, np.generic) else cell)
    return text if len(text) <= 60 else f"{text[:57]}..."


# --- ids ------------------------------------------------------------------------------------------


def id_of(cell: Any) -> str:
    """Return an id as text, without blanks around it; whole numbers lose ".0"; "" where it is
    empty.

    Raises OddCellError for a list or an object without an id, also where it is written as text.

    >>> id_of(" u1 "), id_of(12.0), id_of("12.0"), id_of({"$oid": "5f"}), id_of(None)
    ('u1', '12', '12', '5f', '')
    """
    if isinstance(cell, str):
        text = cell.strip()
        if text in _NO_ID:
            return ""
        if text[:1] in ("{", "[") and _OBJECT.match(text):
            parsed = _parsed(text)
            if isinstance(parsed, dict) or (isinstance(parsed, list) and len(parsed) != 1):
                return id_of(parsed)
        return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text
    if is_empty(cell):
        return ""
    if isinstance(cell, bytes):
        return id_of(_decoded(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dict):
        inner = next((cell[key] for key in ("id", "$oid", "_id", "key") if key in cell), None)
        if isinstance(inner, (str, int, float)):
            return id_of(inner)
    if isinstance(cell, (dict, list, tuple)):
        raise OddCellError(f"{shown(cell)} is no id")
    return str(cell).strip()


def ids(column: Cells, what: str) -> tuple[Ids, Faults]:
    """Return the ids of a column, "" where there is none; empty and odd ones are faults."""
    if isinstance(column, np.ndarray):
        whole = column.astype(np.int64)
        if (whole == column).all():
            return whole, []
        column = column.tolist()
    try:
        distinct = {cell: id_of(cell) for cell in set(column)}  # each is read once
        texts = [distinct[cell] for cell in column]
        if all(distinct.values()):
            return texts, []
    except (TypeError, OddCellError):  # cells that are no keys, or no ids
        pass
    texts, faults = [], []
    for place, cell in enumerate(column):
        try:
            texts.append(id_of(cell))
            if not texts[-1]:
                faults.append((place, f"the {what} id is empty; fill it in or remove the row"))
        except OddCellError as error:
            texts.append("")
            faults.append((place, f"the {what} id {error}; give a text or a number"))
    return texts, faults


# --- numbers --------------------------------------------------------------------------------------


def number_of(cell: Any) -> float:
    """Return a cell as a number, nan where it is none; also with a decimal comma, or with commas
    between thousands.

    >>> number_of("4.5"), number_of("4,5"), number_of("1,003"), number_of(4), number_of("four")
    (4.5, 4.5, 1003.0, 4.0, nan)
    """
    if isinstance(cell, str):
        if _THOUSANDS.fullmatch(cell):
            cell = cell.replace(",", "")
        elif _DECIMAL_COMMA.fullmatch(cell):
            cell = cell.replace(",", ".")
        elif "_" in cell:
            return math.nan
    try:
        return float(cell)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def numbers(column: Cells) -> NDArray[np.float64]:
    """Return a column as numbers, nan where a cell is none."""
    try:
        array = np.array(column)
        if array.ndim == 1 and array.dtype.kind in "iufbU" and array.dtype.itemsize < 400:
            return array.astype(np.float64)
    except (ValueError, TypeError, OverflowError):
        pass
    return np.fromiter(map(number_of, column), np.float64, len(column))


def marks(column: Cells) -> NDArray[np.float64]:
    """Return a column of ratings as numbers, nan where a cell is none: also "4/5", "4.0 out of 5
    stars", "80 %", "★★★" and flags. Ratings out of different numbers are none.

    >>> marks(["4/5", "3/5"]).tolist(), marks(["4.0 out of 5 stars", "★★★☆☆", "yes"]).tolist()
    ([4.0, 3.0], [4.0, 3.0, 1.0])
    >>> marks(["4/5", "7/10"]).tolist()
    [nan, nan]
    """
    values = numbers(column)
    outs = set()
    for place in np.flatnonzero(np.isnan(values)).tolist():
        text = str(column[place]).strip()
        if found := _MARK.fullmatch(text):
            values[place] = number_of(found[1])
            outs.add(found[2])
        elif found := _STARS.fullmatch(text):
            values[place] = len(found[1]) + 0.5 * bool(found[2])
        elif text.lower() in _FLAGS:
            values[place] = _FLAGS[text.lower()]
    if len(outs - {None}) > 1:
        return numbers(column)
    return values


# --- times ----------------------------------------------------------------------------------------

_FORMATS = (
    (
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%d.%m.%Y",
        "%b %d, %Y",
        "%B %d, %Y",
        "%d %b %Y",
        "%d %B %Y",
        "%d %b, %Y",
        "%d %B, %Y",
    )
    + ("%m %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M:%S %Y")
    + ("%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S", "%d %b %Y, %H:%M", "%d %b %Y %H:%M")
    + ("%b %d, %Y %H:%M:%S", "%b %d %Y", "%d/%b/%Y:%H:%M:%S %z", "%Y-%m", "%Y-%m-%d %H")
)
_CLOCKS = ("", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f", " %I:%M:%S %p", " %I:%M %p", "T%H:%M:%S")
_ZONES = {"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700"} | {
    "MDT": "-0600", "PST": "-0800", "PDT": "-0700", "CET": "+0100", "CEST": "+0200", "JST": "+0900"
}  # fmt: skip
_ZONE = re.compile(rf" ({'|'.join(_ZONES)})\b")
_IN_BRACKETS = re.compile(r"/Date\((\d+)(?:[+-]\d{4})?\)/")  # as .NET writes it in JSON
_SLASHED = re.compile(r"\s*(\d{1,2})([/-])(\d{1,2})[/-]\d{4}")
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
            size = float(np.median(np.abs(seconds[raw])))
            per_second, name = next(
                ((per, name) for bound, per, name in _UNITS if size < bound), (_SECOND, "")
            )
            days = _days(seconds[raw]) if per_second == 1 else None
            nanos[raw] = (
                0 if days is not None else seconds[raw] % per_second * (_SECOND // per_second)
            )
            seconds[raw] = days if days is not None else seconds[raw] // per_second
            self.note = (
                "times are days like 20190801, or years"
                if days is not None
                else f"times are {name}"
            )
        elif len(seconds):
            self.note = (
                f"times are dates ({self._format or 'ISO 8601'}), UTC where no zone is named"
            )
        return seconds, nanos

    def _pair(self, cell: Any) -> tuple[int, int]:
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
        if isinstance(cell, (int, np.integer)):
            return int(cell), _RAW
        if isinstance(cell, str) and (written := _IN_BRACKETS.fullmatch(cell)):
            return int(written[1]), _RAW
        number = number_of(cell)
        if math.isfinite(number):
            if number == math.floor(number) or abs(number) > 1e11:
                return int(number), _RAW
            return math.floor(number), round((number - math.floor(number)) * 1e6) * 1000 % _SECOND
        return _pair_of(self._moment(str(cell)))

    def _moment(self, text: str) -> datetime:
        plain = re.sub(r"\s*(UTC|GMT|Z)$", "+00:00", " ".join(text.split()))
        plain = _ZONE.sub(lambda found: f" {_ZONES[found[1]]}", plain)
        try:
            return datetime.fromisoformat(plain)
        except ValueError:
            pass
        slashed = _SLASHED.match(plain)
        if slashed:
            if self._day_first is None:
                raise OddCellError(
                    f"timestamp {text!r} may be day/month or month/day; write dates as 2019-08-01"
                )
            sign = slashed[2]
            formats: tuple[str, ...] = (
                (f"%d{sign}%m{sign}%Y",) if self._day_first else (f"%m{sign}%d{sign}%Y",)
            )
        else:
            formats = _FORMATS
        plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", plain)
        plain = plain.removesuffix("+00:00").rstrip() if plain.endswith("+00:00") else plain
        if self._format:
            try:
                return datetime.strptime(plain, self._format)
            except ValueError:
                pass
        if not re.search(r"\d", plain):
            formats = ()  # to try each takes long
        for form in formats:
            for clock in _CLOCKS if "%H" not in form else ("",):
                try:
                    moment = datetime.strptime(plain, form + clock)
                except ValueError:
                    continue
                self._format = form + clock
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


# --- years ----------------------------------------------------------------------------------------


def year_of(cell: Any) -> int:
    """Return a year, 0 where the cell is empty; also the year of a date ("1995-11-22", "Nov 22,
    1995"). Raises OddCellError for a year before 1 and what is like no year.

    >>> year_of("1995.0"), year_of("1995-11-22"), year_of("22 Nov 1995"), year_of("'94"), year_of(None)
    (1995, 1995, 1995, 1994, 0)
    """  # noqa: E501
    if is_empty(cell):
        return 0
    if isinstance(cell, date):
        return cell.year
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    if text in ("0", "0000", "0.0", "-", "?"):
        return 0
    if found := re.match(r"(\d{4})(?:\.0*)?(?:\D|$)", text) or re.search(r"\b(\d{4})$", text):
        return int(found[1])
    if found := re.fullmatch(r"['’](\d\d)", text):
        return 1900 + int(found[1]) + 100 * (int(found[1]) < 30)
    raise OddCellError(f"year {shown(cell)} is not like 1995")


# --- texts and names ------------------------------------------------------------------------------


def text_of(cell: Any) -> str:
    """Return a cell as one text, without markup and entities, "" where it is empty. Raises
    OddCellError for an object, a list of several texts, and bytes that are no text.

    >>> text_of("Schindler&rsquo;s  <i>List</i>"), text_of(["one"]), text_of(b"caf\\xc3\\xa9"), text_of(7)
    ('Schindler’s List', 'one', 'café', '7')
    """  # noqa: E501
    if is_empty(cell):
        return ""
    if isinstance(cell, bytes):
        cell = _decoded(cell)
    if isinstance(cell, str):
        if _OBJECT.match(cell) and (parsed := _parsed(cell)) is not None:
            cell = parsed
        else:
            return _plain(_without_b(cell))
    if isinstance(cell, dict):
        named = next((cell[key] for key in _KEYS_OF_NAMES if isinstance(cell.get(key), str)), None)
        if named is None:
            raise OddCellError(f"{shown(cell)} is an object, not a text")
        return _plain(named)
    if isinstance(cell, (list, tuple)):
        parts = [text_of(part) for part in cell if not is_empty(part)]
        return " ".join(filter(None, parts))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _plain(str(cell))


def names_of(cell: Any, split: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
    """Return the names in a cell, without repeats and placeholders: a list, an object, either of
    them written as Python or JSON, or a text that `split` takes apart. Raises OddCellError.

    >>> names_of("[{'id': 16, 'name': 'Drama'}, {'id': 18, 'name': 'War'}]", list_in)
    ('Drama', 'War')
    >>> names_of("['Drama', 'War']", list_in), names_of({"/m/0": "Drama"}, list_in), names_of("N/A", list_in)
    (('Drama', 'War'), ('Drama',), ())
    >>> names_of("{Drama,War}", list_in), names_of("array(['Drama'], dtype=object)", list_in)
    (('Drama', 'War'), ('Drama',))
    >>> names_of('c("Drama", "War")', list_in), names_of("<li>Drama</li><li>War</li>", list_in)
    (('Drama', 'War'), ('Drama', 'War'))
    >>> names_of("OrderedDict([('id', 1), ('name', 'War')])", list_in), names_of({"FPS": 352}, list_in)
    (('War',), ('FPS',))
    """  # noqa: E501
    names = (_plain(name) for name in _names(cell, split))
    return tuple(dict.fromkeys(name for name in names if not _is_placeholder(name.lower())))


def _is_placeholder(name: str) -> bool:
    return name in _NO_NAME or not name.strip(_SIGNS) or _NONE_OF_KIND.fullmatch(name) is not None


def list_in(text: str, separator: str = "") -> list[str]:
    """Return the entries of a text with "|", ";", "," or lines between (the first that occurs).

    >>> list_in("Action|Sci-Fi"), list_in("Drama, War"), list_in("rock/pop", "/")
    (['Action', 'Sci-Fi'], ['Drama', ' War'], ['rock', 'pop'])
    """
    between = separator or next((sign for sign in "|;,\n" if sign in text), "|")
    return text.split(between)


def _names(cell: Any, split: Callable[[str], Sequence[str]]) -> list[str]:
    if is_empty(cell) or cell is ...:
        return []
    if isinstance(cell, bytes):
        cell = _decoded(cell)
    if isinstance(cell, str):
        cell = _written(cell)
        if isinstance(cell, str):
            return list(split(html.unescape(cell)))
    if isinstance(cell, dict):
        return _names_in_object(cell)
    if isinstance(cell, (list, tuple, set, np.ndarray)):
        there = [part for part in cell if not is_empty(part)]
        if there and not any(isinstance(part, str) or not _is_number(part) for part in there):
            raise OddCellError(f"{shown(cell)} holds numbers, not names")
        # a list of texts is taken entry by entry: no entry is split
        return [name for part in there for name in _names(part, lambda text: [text])]
    return [text_of(cell)]


def _written(text: str) -> Any:
    """Return the list or object that a text writes in the way of Python, JSON, R, Postgres or HTML,
    else the text. Raises OddCellError for what is like one and cannot be read."""
    elements = _ELEMENT.findall(text) if "<" in text else []
    if len(elements) > 1 and not _TAG.sub("", _ELEMENT.sub("", text)).strip(" ,;|\r\n\t"):
        return [inside for _, inside in elements]
    if "OrderedDict(" in text:
        text = _PAIRS.sub(lambda found: "{" + _PAIR.sub(r"\1: \2", found[1]) + "}", text)
    if inside := _TUPLE.fullmatch(text):
        text = f"[{inside[1]}]"
    elif inside := _CALL.fullmatch(text):
        text = inside[1]
    if _OBJECT.match(text):
        parsed = _parsed(text)
        if parsed is None:
            raise OddCellError(
                f"{shown(text)} looks like a list or an object, but cannot be read as one"
            )
        return [parsed] if isinstance(parsed, str) else parsed
    if _OF_A_CLASS.fullmatch(text):
        raise OddCellError(f"{shown(text)} is an object as a program shows it, not a name")
    if inside := _BRACKETS.fullmatch(text):  # [Drama, Crime], or {Drama,Crime} as Postgres writes
        parts = [part.strip(" '\"") for part in list_in(inside[1] or inside[2] or "")]
        return [float(part) if _is_number(part) else part for part in parts]
    return _without_b(text)


def _names_in_object(cell: dict[Any, Any]) -> list[str]:
    """Return the name of an object, or the names that it maps from ids, or to numbers and flags."""
    key = next((key for key in _KEYS_OF_NAMES if key in cell), None)
    if key is not None and (cell[key] is None or isinstance(cell[key], str)):
        return [cell[key]] if cell[key] else []
    if all(value in (True, False, 0, 1, None) for value in cell.values()):
        return [str(key) for key, value in cell.items() if value]
    has_id = any(re.search(r"(^|_)id$", str(key).lower()) for key in cell)
    if not has_id and all(map(_is_number, cell.values())):
        return list(map(str, cell))  # tag -> how many gave it
    if all(isinstance(value, str) for value in cell.values()) and all(
        re.search(r"[\d/]", str(key)) for key in cell
    ):
        return list(cell.values())
    raise OddCellError(f"{shown(cell)} is an object without a name")


def _is_number(cell: Any) -> bool:
    return math.isfinite(number_of(cell)) and (not isinstance(cell, str) or cell.strip() != "")


def _without_b(text: str) -> str:
    """Return a text without the mark of Python's bytes.

    >>> _without_b("b'Heat'"), _without_b("Plan b")
    ('Heat', 'Plan b')
    """
    written = _BYTES.fullmatch(text)
    return written[2] if written else text


def parsed_of(cell: Any) -> Any:
    """Return the list or object that a text holds, written as JSON or Python; else the cell."""
    if isinstance(cell, str) and _OBJECT.match(cell):
        parsed = _parsed(cell)
        return cell if parsed is None else parsed
    return cell


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    # numpy writes a list of texts without commas, which Python would join to one
    words = re.fullmatch(r"\s*\[((?:\s*'[^']*')+)\s*\]\s*", text)
    if words:
        return re.findall(r"'([^']*)'", words[1])
    try:
        return ast.literal_eval(re.sub(r"\bnan\b", "None", text.strip()))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _decoded(cell: bytes) -> str:
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        raise OddCellError(f"{shown(cell)} is bytes, not a text") from None


def _plain(text: str) -> str:
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.replace("\x00", "").split())
