"""Any table as named columns and numbered rows: CSV, TSV, Parquet, JSON, JSONL, data frames. Knows
no column's meaning."""

import csv
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recsys_rag.data.readers.container import damages, decompressed, lines_of
from recsys_rag.errors import DataError, MissingExtraError

_SEPARATORS = (",", "\t", ";", "|")
_LARGEST_FIELD = 16 << 20  # bytes: a plot may be long


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows that can be read once. Each row comes with the number under which an
    editor or viewer shows it."""

    where: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Sequence[Any]]]


@contextmanager
def open_table(
    path: str | Path, *, separator: str = "", encoding: str = "utf-8"
) -> Iterator[Table]:
    """Open a table file: Parquet, JSON or JSONL by its ending, everything else as CSV with a
    header; also .gz and .zst.

    `separator` "" is found in the header line: the most frequent of comma, tab, semicolon and bar.
    In CSV a row's number is that of the line it begins in (the header is line 1); in the others,
    the first row is 1. Empty lines are passed over. Raises DataError for a missing, unreadable,
    damaged, empty or ragged file, MissingExtraError for Parquet without pyarrow.
    """
    place = Path(path)
    kind = next(
        (suffix for suffix in reversed(place.suffixes) if suffix not in (".gz", ".zst")), ""
    ).lower()
    try:
        with place.open("rb") as raw, decompressed(raw, place.name) as stream:
            if kind in (".parquet", ".pq"):
                yield _parquet(stream, str(place))
            elif kind in (".json", ".jsonl", ".ndjson"):
                yield _json(
                    lines_of(stream, _with_mark(encoding)), str(place), by_line=kind != ".json"
                )
            else:
                yield _csv(
                    lines_of(stream, _with_mark(encoding), newline=""), str(place), separator
                )
    except FileNotFoundError:
        raise DataError(f"{place}: there is no such file; check the path") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{place}: byte {error.object[error.start]:#04x} is no {encoding} text; save the file as UTF-8, or state its "
            "encoding (often latin-1 or cp1252)"
        ) from error
    except damages() as error:
        raise DataError(f"{place}: cannot be read: {error}") from error


def table_of_frame(frame: Any, where: str) -> Table:
    """Take a pandas, polars or pyarrow table, a numpy record array, or a mapping of columns, as a
    table; rows count from 1.

    >>> table = table_of_frame({"user": ["u1", "u2"], "item": [10, 20]}, "ratings")
    >>> table.columns, list(table.rows)
    (('user', 'item'), [(1, ('u1', 10)), (2, ('u2', 20))])
    """
    names = _column_names(frame, where)
    columns = [_values(frame[name]) for name in names]
    if len({len(column) for column in columns}) > 1:
        lengths = ", ".join(
            f"{name} {len(column)}" for name, column in zip(names, columns, strict=True)
        )
        raise DataError(f"{where}: columns of unequal length: {lengths}; make them equal")
    return Table(where, tuple(map(str, names)), enumerate(zip(*columns, strict=True), 1))


def _column_names(frame: Any, where: str) -> list[Any]:
    for names in (
        getattr(frame, "column_names", None),  # pyarrow; its `columns` are the columns themselves
        getattr(frame, "columns", None),  # pandas, polars
        getattr(getattr(frame, "dtype", None), "names", None),  # numpy record array
        frame.keys() if isinstance(frame, Mapping) else None,
    ):
        if names is not None:
            return list(names)
    raise DataError(
        f"{where}: a {type(frame).__name__} has no named columns; give a data frame or a mapping of columns"
    )


def _values(column: Any) -> Sequence[Any]:
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            return getattr(column, method)()  # type: ignore[no-any-return]
    return list(column)


def _with_mark(encoding: str) -> str:
    """Let UTF-8 begin with a byte order mark, as spreadsheets write it."""
    return "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding


def _csv(lines: Iterable[str], where: str, separator: str) -> Table:
    rest = iter(lines)
    first = next((line for line in rest), "")
    if not first.strip():
        raise DataError(f"{where}: the file is empty; it should begin with a line of column names")
    separator = separator or max(_SEPARATORS, key=first.count)
    csv.field_size_limit(_LARGEST_FIELD)
    reader = csv.reader(itertools.chain([first], rest), delimiter=separator)
    columns = tuple(name.strip() for name in next(reader))
    return Table(where, _unique(columns, where), _csv_rows(reader, columns, where))


def _csv_rows(
    reader: Any, columns: tuple[str, ...], where: str
) -> Iterator[tuple[int, Sequence[str]]]:
    while True:
        row = reader.line_num + 1
        try:
            fields = next(reader, None)
        except csv.Error as error:
            raise DataError(f"{where}: row {row}: {error}; correct the line") from error
        if fields is None:
            return
        if not fields:
            continue
        if len(fields) != len(columns):
            raise DataError(
                f"{where}: row {row}: {len(fields)} fields, but the header has {len(columns)} ({', '.join(columns)}); correct "
                "the line, or quote fields that hold the separator"
            )
        yield row, fields


def _unique(columns: tuple[str, ...], where: str) -> tuple[str, ...]:
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{where}: two columns are named {twice!r}; rename one")
    return columns


def _parquet(stream: Any, where: str) -> Table:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(
            "reading Parquet needs: pip install 'recsys-rag[parquet]'"
        ) from error
    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(stream.read()))
    except pyarrow.ArrowException as error:
        raise DataError(f"{where}: cannot be read as Parquet: {error}") from error
    batches = (
        zip(*(column.to_pylist() for column in batch.columns), strict=True)
        for batch in file.iter_batches()
    )
    return Table(
        where, tuple(file.schema_arrow.names), enumerate(itertools.chain.from_iterable(batches), 1)
    )


def _json(text: Iterable[str], where: str, *, by_line: bool) -> Table:
    objects = _json_lines(text, where) if by_line else _json_objects("".join(text), where)
    columns = tuple(dict.fromkeys(itertools.chain.from_iterable(one for _, one in objects)))
    rows = ((row, [one.get(name) for name in columns]) for row, one in objects)
    return Table(where, columns, rows)


def _json_lines(lines: Iterable[str], where: str) -> list[tuple[int, dict[str, Any]]]:
    found = []
    for row, line in enumerate(lines, 1):
        if line.strip():
            found.append((row, _object(_parsed(line, f"{where}: row {row}"), where, row)))
    return found


def _json_objects(text: str, where: str) -> list[tuple[int, dict[str, Any]]]:
    """Read a list of objects, or a mapping from id to object."""
    whole = _parsed(text, where)
    if isinstance(whole, dict):
        whole = [
            {"id": key, **_object(one, where, row)}
            for row, (key, one) in enumerate(whole.items(), 1)
        ]
    if not isinstance(whole, list):
        raise DataError(f"{where}: holds neither a list of objects nor a mapping from id to object")
    return [(row, _object(one, where, row)) for row, one in enumerate(whole, 1)]


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DataError(f"{where}: is no JSON: {error}; correct it") from error


def _object(one: Any, where: str, row: int) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise DataError(f"{where}: row {row}: is no object with named fields; correct it")
    return one
