"""What cells say as texts and lists of names, in whatever way these are written. Knows no table."""

import html
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from recsys_rag.data._readers.cells import (
    EMPTY,
    WRITTEN_OBJECT,
    OddCellError,
    decoded,
    is_empty,
    number_of,
    parsed,
    shown,
    without_mark,
)

# what stands in lists of names where there is no name
_NO_NAME = EMPTY | frozenset(
    ("0", "unknown", "n.a", "n/d", "tbd", "tba", "undefined", "inconnu", "unbekannt", "desconocido")
    + ("none listed", "no genres listed", "not listed", "not applicable", "not found")
    + ("not available", "not specified", "unspecified", "missing", "set()", "sans genre")
    + ("character(0)", "uncategorized", "uncategorised", "genre not found", "blank", "null value")
)
_SIGNS = "-—–?.…*_/\\|,;:()[]{}'\"# "
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_TUPLE = re.compile(r"""\s*(?:c|tuple|list)?\(\s*(['"].*['"])\s*,?\s*\)\s*""", re.DOTALL)
_CALL = re.compile(
    r"\s*\w+\(\s*([\[{(].*[\]})])\s*(?:,\s*dtype=[^)]*)?\)\s*", re.DOTALL
)  # array([...])
_COLLECTION = re.compile(  # as Scala writes it
    r"\s*(?:\w*(?:Array|List|Set|Seq|Buffer|Vector|Map))\(([^()]*)\)\s*"
)
_SERIALIZED = re.compile(r"\s*a:\d+:\{.*\}\s*", re.DOTALL)  # by PHP
_PAIRS = re.compile(r"OrderedDict\(\[((?:\([^()]*\)[, ]*)*)\]\)")
_PAIR = re.compile(r"""\((['"][^'"]*['"]), ([^()]*)\)""")
_OF_A_CLASS = re.compile(
    r"\[?\s*<?\w+\(\w+=.*\)>?\s*\]?|<[\w. ]+ at .*>|.*\bdtype: \w+\s*|\[object \w+\]|Array"
    r"|System\.[\w.`]+(\[.*\])?",
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNSEEN = re.compile(r"[\xad\u200b\u2060\ufeff]")  # between letters, of no width
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_QUOTED = re.compile(r"""(['"])([^'"]*)\1""")
_WEIGHTED = re.compile(r"(.*\D)\s*[:=]\s*\d*\.?\d+")  # Drama:0.9
_CUT_OFF = re.compile(r"""\s*(?:\[?\s*\{\s*[bu]?['"][\w ]+['"]\s*:|\[\s*['"][^'"]*['"]\s*,)""")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_ELEMENT = re.compile(r"<(\w+)[^<>]*>([^<>]+)</\1>")  # <li>Drama</li>
_BRACKETS = re.compile(r"\s*(?:\[([^\[\]]*)\]|\{([^{}]*)\})\s*")
# "unknown director", "no genres"
_NONE_OF_KIND = re.compile(
    r"(?:(no|unknown|unspecified|missing|other) )?"
    r"(genres?|directors?|actors?|authors?|artists?|cast|categor(y|ies)|names?|languages?)"
    r"(?(1)| (unknown|missing|unspecified))"
)
_KEYS_OF_NAMES = ("name", "title", "label", "value", "description", "text", "genre", "tag")
_LANGUAGES = ("en", "en-US", "en_US", "en-GB", "default")  # of the same text in several


def text_of(cell: Any) -> str:
    """Return a cell as one text, without markup and entities, "" where it is empty. Raises
    OddCellError for an object, a list of several texts, and bytes that are no text.

    >>> text_of("Schindler&rsquo;s  <i>List</i>"), text_of(["one"]), text_of(b"caf\\xc3\\xa9"), text_of(7)
    ('Schindler’s List', 'one', 'café', '7')
    """  # noqa: E501
    if is_empty(cell):
        return ""
    if isinstance(cell, bytes):
        cell = decoded(cell)
    if isinstance(cell, str):
        if WRITTEN_OBJECT.match(cell) and (inner := parsed(cell)) is not None:
            cell = inner
        elif _CUT_OFF.match(cell):
            raise OddCellError(_unreadable(cell))
        else:
            return _plain(without_mark(cell))
    if isinstance(cell, dict):
        for key in (_key_of_name(cell), *_LANGUAGES):
            if isinstance(cell.get(key), str):
                return _plain(cell[key])
        raise OddCellError(f"{shown(cell)} is an object, not a text")
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
    names = [_plain(name) for name in _names(cell, split)]
    if len(names) > 1 and all(map(_is_number, names)):
        raise OddCellError(f"{shown(cell)} holds numbers, not names")
    if len(names) > 1 and all(map(_WEIGHTED.fullmatch, names)):
        names = [_WEIGHTED.sub(r"\1", name).strip() for name in names]
    return tuple(dict.fromkeys(name for name in names if not _is_placeholder(name.lower())))


def _is_placeholder(name: str) -> bool:
    bare = name.strip(_SIGNS)
    return (
        not bare
        or bare in _NO_NAME
        or name in _NO_NAME
        or bool(_NONE_OF_KIND.fullmatch(bare) or _ADDRESS.fullmatch(name))
    )


def list_in(text: str, separator: str = "") -> list[str]:
    """Return the entries of a text with "|", ";", "," or lines between (the first that occurs).

    >>> list_in("Action|Sci-Fi"), list_in("Drama, War"), list_in("rock/pop", "/")
    (['Action', 'Sci-Fi'], ['Drama', ' War'], ['rock', 'pop'])
    """
    between = separator or next((sign for sign in "\x01\x02\x1f|;,\n\t•·" if sign in text), "|")
    return [
        _QUOTED.sub(r"\2", part) if _QUOTED.fullmatch(part.strip()) else part
        for part in text.split(between)
    ]


def _names(cell: Any, split: Callable[[str], Sequence[str]]) -> list[str]:
    if is_empty(cell) or cell is ...:
        return []
    if isinstance(cell, bytes):
        cell = decoded(cell)
    if isinstance(cell, str):
        cell = _written(cell)
        if isinstance(cell, str):
            return list(split(html.unescape(cell)))
    if isinstance(cell, dict):
        return _names_in_object(cell)
    if isinstance(cell, (list, tuple, set, frozenset, np.ndarray)):
        there = [part for part in cell if not is_empty(part)]
        if isinstance(cell, (set, frozenset)):  # whose order is not the same in the next process
            there.sort(key=str)
        if there and all(isinstance(part, tuple) and len(part) == 2 for part in there):
            return _names_in_object(dict(there))  # a map, of Parquet
        if there and not any(isinstance(part, str) or not _is_number(part) for part in there):
            raise OddCellError(f"{shown(cell)} holds numbers, not names")
        # a list of texts is taken entry by entry: no entry is split
        return [name for part in there for name in _names(part, lambda text: [text])]
    return [text_of(cell)]


def _written(text: str) -> Any:
    """Return the list or object that a text writes in the way of Python, JSON, R, Postgres or HTML,
    else the text. Raises OddCellError for what is like one and cannot be read."""
    text = without_mark(text)
    if len(quoted := text.strip()) > 4 and quoted[0] == quoted[-1] == '"' and quoted[1] in "[{":
        text = quoted[1:-1]
    if '[\\"' in text or '{\\"' in text:  # escaped once more than it should be
        text = text.replace('\\"', '"')
    elements = _ELEMENT.findall(text) if "<" in text else []
    if len(elements) > 1 and not _TAG.sub("", _ELEMENT.sub("", text)).strip(" ,;|\r\n\t"):
        return [inside for _, inside in elements]
    if "OrderedDict(" in text:
        text = _PAIRS.sub(lambda found: "{" + _PAIR.sub(r"\1: \2", found[1]) + "}", text)
    if _SERIALIZED.fullmatch(text):
        return re.findall(r's:\d+:"(.*?)";', text)
    if inside := _TUPLE.fullmatch(text):
        text = f"[{inside[1]}]"
    elif inside := _COLLECTION.fullmatch(text):  # of a map, the values
        return [part.split("->")[-1].strip(" '\"") for part in inside[1].split(",")]
    elif inside := _CALL.fullmatch(text):
        text = inside[1]
    if WRITTEN_OBJECT.match(text):
        inner_value = parsed(text)
        if inner_value is None:
            raise OddCellError(_unreadable(text))
        return [inner_value] if isinstance(inner_value, str) else inner_value
    if _OF_A_CLASS.fullmatch(text):
        raise OddCellError(f"{shown(text)} is an object as a program shows it, not a name")
    if inside := _BRACKETS.fullmatch(text):  # [Drama, Crime], or {Drama,Crime} as Postgres writes
        parts = [part.strip(" '\"") for part in list_in(inside[1] or inside[2] or "")]
        return [float(part) if _is_number(part) else part for part in parts]
    return text


def _unreadable(text: str) -> str:
    return f"{shown(text)} looks like a list or an object, but cannot be read as one"


def _key_of_name(cell: dict[Any, Any]) -> Any:
    """Return the key under which an object has its name: "name", "Title", "genre_name"."""
    plain = {str(key).lower(): key for key in cell}
    known = [plain[name] for name in _KEYS_OF_NAMES if name in plain]
    ending = [key for name, key in plain.items() if name.endswith("name")]
    return known[0] if known else ending[0] if len(ending) == 1 else None


def _names_in_object(cell: dict[Any, Any]) -> list[str]:
    """Return the name of an object, or the names that it maps from ids, or to numbers and flags, or
    those in what it holds."""
    key = _key_of_name(cell)
    if key is not None and (cell[key] is None or isinstance(cell[key], str)):
        return [cell[key]] if cell[key] else []
    if cell and all(isinstance(value, (dict, list)) for value in cell.values()):
        return _names(list(cell.values()), lambda text: [text])
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


def _plain(text: str) -> str:
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "\\u" in text:  # as JSON writes it
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    return " ".join(_CONTROL.sub(" ", text).split())
