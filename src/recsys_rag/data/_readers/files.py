"""Table files by what they hold: text, JSON, Parquet, workbooks, compressed or in an archive; and
data frames. Knows no column's meaning."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from recsys_rag.data._readers.container import damages, lines_of, opened
from recsys_rag.data._readers.left_out import LeftOut
from recsys_rag.data._readers.lines import Lines, encoding_of
from recsys_rag.data._readers.objects import table_of_json, table_of_objects
from recsys_rag.data._readers.separated import table_of_text
from recsys_rag.data._readers.table import (
    ROWS_OF_A_CHUNK,
    Chunk,
    Form,
    Table,
    named_by_place,
    unique,
)
from recsys_rag.errors import DataError, MissingExtraError

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
_NO_TABLES = (
    (rb"7z\xbc\xaf|Rar!|PK", "a 7-Zip, RAR or empty archive, or one within another"),
    (rb"\x1f\x8b|BZh|\xfd7zXZ", "a file that is compressed twice"),
    (rb"\x04\x22\x4d\x18|\xff\x06\x00\x00sNaPpY|\x5d\x00\x00", "compressed by LZ4, Snappy or LZMA"),
    (rb"SQLite|.{4}Standard (Jet|ACE)", "a database of SQLite or Access"),
    (rb"(--|/\*|CREATE TABLE|INSERT INTO|DROP TABLE)[^\n]*", "a dump of a database in SQL"),
    (rb"Obj\x01", "an Avro file"),
    (
        rb"RD[AX][23]|<stata_dta>|\$FL[23]@|MATLAB|@relation",
        "a file of R, Stata, SPSS, MATLAB or Weka",
    ),
    (rb"\x89HDF|ARROW1|ORC|\xff\xff\xff\xff", "an HDF5, Feather, Arrow or ORC file"),
    (rb"\x93NUMPY|\x80[\x02-\x05]", "a NumPy array or a pickle"),
    (rb"%PDF|\x89PNG|GIF8|\xff\xd8\xff", "a PDF or an image"),
    (rb"(\xef\xbb\xbf)?\s*<(!doctype|html|table|\?xml)", "a page of HTML or XML"),
    (rb"version https://git-lfs", "a pointer of Git LFS, not the file itself"),
)
_BLOCK = re.compile(r"\d+:")  # Netflix: "1:" and below it the ratings of film 1


@contextmanager
def open_table(path: str | Path, form: Form | None = None) -> Iterator[Table]:
    """Open a table file: Parquet, workbooks, JSON and JSON Lines by what they hold, else text with
    a separator; also compressed (.gz, .zst, .bz2, .xz), and the one file of a zip archive.

    In text a row's number is that of the line it begins in (the header is line 1); elsewhere the
    first row is 1. Empty lines are passed over. Raises DataError for a file that is missing,
    unreadable, damaged or empty; MissingExtraError for Parquet without pyarrow.
    """
    form = form or Form()
    place = Path(path)
    try:
        with opened(place) as (stream, name):
            head = stream.peek(64)[:64]
            suffix = Path(name).suffix.lower()
            left_out = LeftOut(str(place), form.on_error, form.skip_limit)
            # what is called one may be text with tabs
            is_book = head[:4] == b"\xd0\xcf\x11\xe0" or (
                suffix in _WORKBOOKS and (head[:2] == b"PK" or b"\x00" in head)
            )
            for begin, kind in _NO_TABLES:
                if re.match(begin, head, re.IGNORECASE) and not (is_book and head[:2] == b"PK"):
                    raise DataError(
                        f"{place}: {kind}, which is not read; export it as CSV or Parquet"
                    )
            if head[:4] == b"PAR1" or suffix in (".parquet", ".pq"):
                yield _parquet(stream, left_out)
            elif is_book:
                yield _workbook(stream, left_out, form)
            else:
                yield _text(place, stream, suffix, left_out, form)
    except IsADirectoryError:
        raise DataError(f"{place}: is a folder; give the file in it") from None
    except FileNotFoundError:
        raise DataError(f"{place}: there is no such file; check the path") from None
    except UnicodeDecodeError as error:
        odd = f"{error.object[error.start]:#04x}"
        raise DataError(
            f"{place}: byte {odd} is no {error.encoding} text; state the encoding "
            "of the file (often utf-8, cp1252 or utf-16), or mend the file"
        ) from error
    except damages() as error:
        kind = "read as an Excel workbook" if place.suffix.lower() in _WORKBOOKS else "read"
        raise DataError(f"{place}: cannot be {kind}: {error}") from error


# --- text -----------------------------------------------------------------------------------------


def _text(place: Path, stream: BinaryIO, suffix: str, left_out: LeftOut, form: Form) -> Table:
    encoding, note = form.encoding or "utf-8", ""
    if not form.encoding:
        with opened(place) as (again, _):
            encoding, note = encoding_of(again)
    try:
        "".encode(encoding)
    except (LookupError, UnicodeError):  # also base64, which is no encoding of text
        raise DataError(f"there is no encoding {encoding!r}; give one such as cp1252") from None
    utf8 = encoding.lower().replace("_", "-") in ("utf-8", "utf8")
    # a byte lost from units of two or four leaves nothing sound behind it
    damaged = "strict" if form.encoding or encoding.startswith(("utf-16", "utf-32")) else "replace"
    lines = Lines(lines_of(stream, "utf-8-sig" if utf8 else encoding, errors=damaged))
    first = lines.first()
    if suffix in (".json", ".jsonl", ".ndjson") or re.match(
        r'\s*(\{\s*["\']|\[\s*[\[{]|\[$)', first
    ):
        table = table_of_json(lines, left_out)
    elif _BLOCK.fullmatch(first.strip()):
        table = Table(
            left_out.where, ("item", "user", "rating", "date"), _netflix(lines, left_out), left_out
        )
        table.notes.append("blocks of ratings below the number of an item, as Netflix wrote them")
    else:
        table = table_of_text(lines, left_out, form)
    if note:
        table.notes.append(note)
    return table


def _netflix(lines: Lines, left_out: LeftOut) -> Iterator[Chunk]:
    item = ""
    while block := lines.block(ROWS_OF_A_CHUNK):
        begin = lines.number - len(block) + 1
        rows = []
        for number, line in enumerate(block, begin):
            fields = line.strip().split(",")
            if _BLOCK.fullmatch(fields[0]) and len(fields) == 1:
                item = fields[0][:-1]
            elif any(fields):
                left_out.n_rows += 1
                if len(fields) == 3:
                    rows.append((number, item, *fields))
                else:
                    left_out.add(
                        number,
                        "another number of fields",
                        f"{len(fields)} fields, not user, rating and date",
                    )
        if rows:
            numbers, *columns = zip(*rows, strict=True)
            yield Chunk(numbers, columns)


# --- Parquet, workbooks, frames -------------------------------------------------------------------


def _parquet(stream: BinaryIO, left_out: LeftOut) -> Table:
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
        raise DataError(f"{left_out.where}: cannot be read as Parquet: {error}") from error

    def chunks() -> Iterator[Chunk]:
        for batch in file.iter_batches(ROWS_OF_A_CHUNK):
            begin = left_out.n_rows + 1
            left_out.n_rows += batch.num_rows
            yield Chunk(
                range(begin, begin + batch.num_rows),
                [column.to_pylist() for column in batch.columns],
            )

    columns = unique(tuple(file.schema_arrow.names), left_out.where)
    return Table(left_out.where, columns, chunks(), left_out)


def _workbook(stream: BinaryIO, left_out: LeftOut, form: Form) -> Table:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(stream)
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except python_calamine.CalamineError as error:
        raise DataError(f"{left_out.where}: cannot be read as a workbook: {error}") from None
    name = next((name for name, rows in sheets.items() if len(rows) > 1), None)
    if name is None:
        raise DataError(f"{left_out.where}: no sheet of this workbook has rows below a header")
    rows = [
        (number, row)
        for number, row in enumerate(sheets[name], 1)
        if any(cell not in ("", None) for cell in row)
    ]
    if form.columns:
        columns = named_by_place(form.columns, len(rows[0][1]), left_out.where)
    else:
        columns = unique(tuple(str(cell).strip() for cell in rows.pop(0)[1]), left_out.where)
    left_out.n_rows = len(rows)
    numbers, cells = zip(*rows, strict=True) if rows else ((), ())
    chunk = Chunk(numbers, list(zip(*cells, strict=True)) or [()] * len(columns))
    others = [other for other in sheets if other != name]
    notes = [
        f"sheet {name!r} of the workbook" + (f"; not read: {', '.join(others)}" if others else "")
    ]
    return Table(left_out.where, columns, iter([chunk]), left_out, notes)


def table_of_frame(frame: Any, where: str, form: Form | None = None) -> Table:
    """Take a pandas, polars or pyarrow table, a numpy record array, a mapping of columns, or a list
    of mappings, as a table; rows count from 1.

    >>> table = table_of_frame({"user": ["u1", "u2"], "item": [10, 20]}, "ratings")
    >>> table.columns, [(chunk.numbers, chunk.columns) for chunk in table.chunks]
    (('user', 'item'), [(range(1, 3), [['u1', 'u2'], [10, 20]])])
    """
    form = form or Form()
    left_out = LeftOut(where, form.on_error, form.skip_limit)
    if isinstance(frame, (list, tuple)) and frame and isinstance(frame[0], Mapping):
        return table_of_objects(map(dict, frame), left_out)
    names = _column_names(frame, where)
    columns = [_values(frame[name], f"{where}: column {name!r}") for name in names]
    if len({len(column) for column in columns}) > 1:
        lengths = ", ".join(
            f"{name} {len(column)}" for name, column in zip(names, columns, strict=True)
        )
        raise DataError(f"{where}: columns of unequal length: {lengths}; make them equal")
    n_rows = len(columns[0]) if columns else 0
    chunk = Chunk(range(1, n_rows + 1), columns)
    left_out.n_rows = n_rows
    return Table(where, unique(tuple(map(str, names)), where), iter([chunk]), left_out)


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
        f"{where}: a {type(frame).__name__} has no named columns; give a data frame or a mapping "
        "of columns"
    )


def _values(column: Any, where: str) -> Sequence[Any]:
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            return getattr(column, method)()  # type: ignore[no-any-return]
    try:
        return list(column)
    except TypeError:
        raise DataError(f"{where} is {column!r}; give as many values as there are rows") from None
