"""Columns of no other meaning, typed, so that they can be filtered by: numbers, flags, names."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._readers.cells import Cells, OddCellError, is_empty, number_of
from recsys_rag.data._readers.names import names_of
from recsys_rag.data.catalog import Attribute

_YES, _NO = frozenset(("true", "yes", "y", "t")), frozenset(("false", "no", "n", "f"))
_LONGEST_KEPT = 100  # characters of an entry, on average: longer texts are no filter
_UNNAMED = re.compile(r"column \d+|Unnamed: \d+|row name|index|level_0")  # a frame's row numbers
_URL = re.compile(r"https?://|/\S+\.(jpg|png)$")


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
