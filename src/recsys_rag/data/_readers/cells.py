"""What the cells of a column say as ids, numbers, and lists or objects written as text. Knows no
table.

A column is read as a whole where it is plain, cell by cell where it is not. What cannot be read is
returned as (place, sentence), never dropped here.
"""

import ast
import json
import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Cells: TypeAlias = Sequence[Any] | NDArray[Any]
Ids: TypeAlias = list[str] | NDArray[np.int64]  # whole numbers as such
Faults: TypeAlias = list[tuple[int, str]]  # place in the column, what is wrong with its cell

EMPTY = frozenset(("", "n/a", "na", "nan", "none", "null", "\\n", "<na>", "nat", "#n/a"))
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*")
_THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?\s*")
_FLAGS = dict.fromkeys(("true", "yes", "like", "liked", "up", "thumbs up", "👍"), 1.0) | (
    dict.fromkeys(("false", "no", "dislike", "disliked", "down", "thumbs down", "👎"), 0.0)
)
_AROUND_IDS = " \t\r\n\x00\x1e\xa0\u200b\u200e\ufeff"
_NO_ID = frozenset(("\\N", "nan", "NaN", "NULL", "null", "None", "<NA>", "#N/A"))
# "4/5", "4.0 out of 5 stars", "4 stars", "80 %", "3½", "★★★☆☆"
_MARK = re.compile(
    r"(\d*(?:[.,]\d+)?)(½?)\s*(?:(?:/|out of|of)\s*(\d+)(?:\.0+)?)?\s*(?:stars?|points?|%|★+)?",
    re.IGNORECASE,
)
_STARS = re.compile(r"([★⭐*]{1,10})(½?)[☆✩]*")
WRITTEN_OBJECT = re.compile(
    r"""\s*(\[\s*(['"\[{\]]|\(['"]|None|nan|NaN|[bu]['"])|\{\s*([bu]?['"]\s*|-?\d+\s*:|\}))"""
)
# b'Heat' and u'Heat', of Python; ="0123", of a spreadsheet
_MARKED = re.compile(r"""(?:[bu]|(=))(['"])(.*)\2""", re.DOTALL)
_CUT_SHORT = re.compile(r"\d\.\d+[eE]\+\d+")


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
        return cell.strip().lower() in EMPTY
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
    >>> id_of("['u1']"), id_of('="0123"'), id_of("\\u200b7")
    ('u1', '0123', '7')
    """
    if isinstance(cell, str):
        text = cell.strip(_AROUND_IDS)
        if text in _NO_ID:
            return ""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if text.endswith(".0") and text[:-2].isdigit():
            return text[:-2]
        if text[:1] in ("{", "[") and WRITTEN_OBJECT.match(text):
            inner = parsed(text)
            if isinstance(inner, (dict, list)):
                return id_of(inner)
        if _CUT_SHORT.fullmatch(text):
            raise OddCellError(f"{shown(text)} is a number that a spreadsheet has cut short")
        return without_mark(text)
    if is_empty(cell):
        return ""
    if isinstance(cell, bytes):
        return id_of(decoded(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dict):
        inner = next((cell[key] for key in ("id", "$oid", "_id", "key") if key in cell), None)
        if isinstance(inner, (str, int, float)):
            return id_of(inner)
    if isinstance(cell, (list, tuple)) and len(cell) == 1 and isinstance(cell[0], (str, int)):
        return id_of(cell[0])
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


def imdb_id(text: object) -> str:
    """Return an IMDb id in its form, "" for what is none.

    >>> imdb_id("tt0114709"), imdb_id("114709"), imdb_id("https://www.imdb.com/title/tt0114709/")
    ('tt0114709', 'tt0114709', 'tt0114709')
    >>> imdb_id(None), imdb_id("0"), imdb_id("")
    ('', '', '')
    """
    match = re.search(r"tt(\d+)", str(text)) or re.fullmatch(r"\s*(\d+)(?:\.0)?\s*", str(text))
    return f"tt{int(match[1]):07d}" if match and int(match[1]) else ""


def number_id(text: object) -> str:
    """Return an id that is a number, "" for what is none or 0.

    >>> number_id(862), number_id("862.0"), number_id("0"), number_id(None), number_id("a")
    ('862', '862', '', '', '')
    """
    match = re.fullmatch(r"\s*(\d+)(?:\.0)?\s*", str(text))
    return str(int(match[1])) if match and int(match[1]) else ""


# --- numbers --------------------------------------------------------------------------------------


def number_of(cell: Any) -> float:
    """Return a cell as a number, nan where it is none; also with a decimal comma, or with commas
    between thousands.

    >>> number_of("4.5"), number_of("4,5"), number_of("1,003"), number_of(4), number_of("four")
    (4.5, 4.5, 1003.0, 4.0, nan)
    >>> number_of({"$numberInt": "4"}), number_of({"value": 4})
    (4.0, 4.0)
    """
    if isinstance(cell, dict):
        return number_of(only_value(cell))
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


def only_value(cell: dict[str, Any]) -> Any:
    """Return the value that an object wraps, as MongoDB writes it; else None."""
    return next((cell[key] for key in cell if str(key).startswith("$") or key == "value"), None)


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
        if (found := _MARK.fullmatch(text)) and (found[1] or found[2]):
            values[place] = number_of(found[1] or 0) + 0.5 * bool(found[2])
            outs.add(found[3])
        elif found := _STARS.fullmatch(text):
            values[place] = len(found[1]) + 0.5 * bool(found[2])
        elif text.lower() in _FLAGS:
            values[place] = _FLAGS[text.lower()]
    if len(outs - {None}) > 1:
        return numbers(column)
    return values


# --- lists, objects, bytes -----------------------------------------------------------------------


def parsed_of(cell: Any) -> Any:
    """Return the list or object that a text holds, written as JSON or Python; else the cell."""
    if isinstance(cell, str) and WRITTEN_OBJECT.match(cell):
        inner = parsed(cell)
        return cell if inner is None else inner
    return cell


def parsed(text: str) -> Any:
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


def without_mark(text: str) -> str:
    """Return a text without what Python or a spreadsheet puts around it.

    >>> without_mark("b'Heat'"), without_mark('="0123"'), without_mark("Plan b")
    ('Heat', '0123', 'Plan b')
    """
    marked = _MARKED.fullmatch(text)
    return marked[3] if marked else text


def decoded(cell: bytes) -> str:
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        raise OddCellError(f"{shown(cell)} is bytes, not a text") from None
