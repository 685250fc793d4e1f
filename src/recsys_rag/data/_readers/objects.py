"""JSON and JSON Lines, also as Python writes them, : one object a row. Knows no column."""

import ast
import contextlib
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from recsys_rag.data._readers.columns import is_known_name
from recsys_rag.data._readers.left_out import LeftOut
from recsys_rag.data._readers.lines import Lines
from recsys_rag.data._readers.table import ROWS_OF_A_CHUNK, Chunk, Table
from recsys_rag.errors import DataError

_SAMPLE = 60  # lines in which another object may begin


def table_of_json(lines: Lines, left_out: LeftOut) -> Table:
    """Return the objects of a text, one a line or all in one value, as a table. A row's number is
    that of its line, or its place from 1. Raises DataError for a text that is neither."""
    first = lines.first()
    if not first:
        raise DataError(f"{left_out.where}: the file is empty; it should hold objects")
    if isinstance(_parsed(first), dict):
        begin = lines.block(_SAMPLE)
        lines.put_back(begin)
        if any(map(str.strip, begin[1:])):
            return _of_objects(_json_lines(lines, left_out), left_out)
    text = "".join(iter(lines.take, None))
    whole = _parsed(text)
    if whole is None:
        whole = _one_after_another(text)
    if whole is None and text.count("\n") and text.lstrip()[:1] == "{":
        again = Lines(iter(text.splitlines(keepends=True)))
        return _of_objects(_json_lines(again, left_out), left_out)
    if whole is None:
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{left_out.where}: is not JSON: {error}; correct it") from None
    return table_of_objects(_objects(whole, left_out.where), left_out)


def table_of_objects(rows: Iterable[Any], left_out: LeftOut) -> Table:
    """Return objects as a table; rows count from 1."""
    return _of_objects(_counted(enumerate(rows, 1), left_out), left_out)


def _parsed(text: str) -> Any:
    """Return what a text holds as JSON, or as Python writes it, also with a comma behind; None
    where it is neither."""
    text = text.strip().removesuffix(",")
    with contextlib.suppress(msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return msgspec.json.decode(text)
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(text)  # NaN, which pandas writes
    with contextlib.suppress(ValueError, SyntaxError, MemoryError, RecursionError):
        return ast.literal_eval(text)
    return None


def _one_after_another(text: str) -> list[Any] | None:
    """Return the values of a text in which one follows another, on lines or not; None where it is
    none."""
    decoder, values, place = json.JSONDecoder(), [], 0
    while text := text[place:].lstrip(" \t\r\n,\x1e"):
        try:
            value, place = decoder.raw_decode(text)
        except (ValueError, RecursionError):
            return None
        values.append(value)
    return values


def _json_lines(lines: Lines, left_out: LeftOut) -> Iterator[tuple[int, Any]]:
    """Yield each line as an object; what is none is left out."""
    texts = ((lines.number, line) for line in iter(lines.take, None) if line.strip())
    return _counted(((number, _parsed(line)) for number, line in texts), left_out)


def _objects(whole: Any, where: str) -> list[Any]:
    """Return the rows of a list of objects, of a mapping from id to object, of columns in any of
    the forms in which data frames are written, or of a list in an object."""
    if isinstance(whole, dict):
        whole = _in_object(whole)
    if not isinstance(whole, list):
        raise DataError(f"{where}: holds neither a list of objects nor a mapping from id to object")
    rows: list[Any] = whole
    if rows and all(isinstance(row, list) for row in rows) and sum(map(_is_name, rows[0])) > 1:
        return [dict(zip(map(str, rows[0]), row, strict=False)) for row in rows[1:]]
    return rows


def _in_object(whole: dict[str, Any]) -> list[Any]:
    values = list(whole.values())
    lists = [value for value in values if isinstance(value, list)]
    is_table = sum(map(_is_name, whole)) > 1
    if isinstance(whole.get("columns"), list) and isinstance(whole.get("data"), list):
        return [whole["columns"], *whole["data"]]
    if len(lists) == len(whole) > 1 and len(set(map(len, lists))) == 1:
        return [dict(zip(whole, cells, strict=True)) for cells in zip(*lists, strict=True)]
    if len(lists) == 1 and all(isinstance(row, dict) for row in lists[0]):
        rows: list[Any] = lists[0]
        return rows
    if is_table and all(isinstance(value, dict) for value in values):
        return [{name: whole[name].get(row) for name in whole} for row in values[0]]
    if is_table:
        return [whole]
    return [{"id": key, **row} if isinstance(row, dict) else row for key, row in whole.items()]


def _is_name(cell: Any) -> bool:
    return isinstance(cell, str) and is_known_name(cell)


def _counted(
    rows: Iterable[tuple[int, Any]], left_out: LeftOut
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in rows:
        left_out.n_rows += 1
        if isinstance(row, dict):
            yield number, row
        else:
            what = "JSON" if row is None else "an object with named fields"
            left_out.add(number, "no JSON object", f"is not {what}; correct it")


def _of_objects(rows: Iterator[tuple[int, dict[str, Any]]], left_out: LeftOut) -> Table:
    head = list(itertools.islice(rows, ROWS_OF_A_CHUNK))
    names = tuple(dict.fromkeys(itertools.chain.from_iterable(row for _, row in head)))
    if not names:
        left_out.check()
        raise DataError(f"{left_out.where}: holds no object with named fields; give one a row")

    def chunks() -> Iterator[Chunk]:
        block = head
        while block:
            numbers, objects = zip(*block, strict=True)
            yield Chunk(numbers, [[row.get(name) for row in objects] for name in names])
            block = list(itertools.islice(rows, ROWS_OF_A_CHUNK))

    return Table(left_out.where, tuple(map(str, names)), chunks(), left_out)
