"""Any table as named columns in chunks of numbered rows: text, JSON, Parquet, workbooks, frames.

Knows no column's meaning. Text is read here, not by a library: see decision 0023.
"""

import ast
import codecs
import csv
import itertools
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._readers.cells import Cells
from recsys_rag.data._readers.columns import is_known_name
from recsys_rag.data._readers.container import damages, lines_of, opened
from recsys_rag.data._readers.left_out import LeftOut, OnError
from recsys_rag.errors import DataError, MissingExtraError

_SEPARATORS = (",", "\t", ";", "|", "::")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")
_CHUNK = 50_000  # rows
_MOSTLY = 0.8  # of the lines
_DEEPEST_HEADER = 15  # lines into the file
_SAMPLE = 60  # lines from which the separator is found
_MOST_LINES = 300  # of one quoted field
_LARGEST_FIELD = 16 << 20  # bytes: a plot may be long
_POINT = ord(".")
_DIGITS = 15  # that a float tells apart
_BLANKS = bytes(sign if 48 <= sign <= 57 else 32 for sign in range(256))
_NUMBER = re.compile(r"[+-]?\d*[.,]?\d+(?:e[+-]?\d+)?", re.IGNORECASE)
_MARKS = (
    (b"\xff\xfe\x00\x00|\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe|\xfe\xff", "utf-16"),
    (b"[^\x00]\x00[^\x00]\x00", "utf-16-le"),
    (b"\x00[^\x00]\x00[^\x00]", "utf-16-be"),
)
_NO_TABLES = {
    b"7z\xbc\xaf": "7-Zip archive",
    b"Rar!": "RAR archive",
    b"SQLi": "SQLite database",
    b"\x89HDF": "HDF5 file",
    b"ARRO": "Feather file",
    b"%PDF": "PDF",
}
_BLOCK = re.compile(r"\d+:")  # Netflix: "1:" and below it the ratings of film 1
_NETFLIX_TITLE = re.compile(r"\d+,(?:\d{4}|NULL),")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in order: the number that an editor or viewer shows for each, and the columns.

    Columns of numbers as they are written, without zeros in front, are arrays; they say what their
    cells say as texts.
    """

    numbers: Sequence[int]
    columns: Sequence[Cells]


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and chunks that can be read once. `notes` say what was inferred; rows that
    are not of the table's form are in `left_out`."""

    where: str
    columns: tuple[str, ...]
    chunks: Iterator[Chunk]
    left_out: LeftOut
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a table file is written, as far as the reader is told; "" and () are found out.

    `columns` names the columns of a file without a header, in order ("" is passed over).
    """

    separator: str = ""
    encoding: str = ""
    columns: tuple[str, ...] = ()
    named_by: str = "columns=user,item,rating,timestamp"  # the option that gives `columns`
    wide: bool = False  # one column an item: their names may be numbers, or missing
    on_error: OnError = "stop"
    skip_limit: float = 0.01


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
            head = stream.peek(4)[:4]
            suffix = Path(name).suffix.lower()
            left_out = LeftOut(str(place), form.on_error, form.skip_limit)
            if head in _NO_TABLES:
                raise DataError(
                    f"{place}: a {_NO_TABLES[head]}, which is not read; export it as CSV or Parquet"
                )
            if head == b"PAR1" or suffix in (".parquet", ".pq"):
                yield _parquet(stream, left_out)
            elif head == b"\xd0\xcf\x11\xe0" or suffix in _WORKBOOKS:
                yield _workbook(stream, left_out, form)
            else:
                yield _text(place, stream, suffix, left_out, form)
    except FileNotFoundError:
        raise DataError(f"{place}: there is no such file; check the path") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"{place}: byte {error.object[error.start]:#04x} is no {form.encoding} text; state the "
            "encoding of the file (often utf-8, cp1252 or utf-16)"
        ) from error
    except damages() as error:
        kind = "read as an Excel workbook" if place.suffix.lower() in _WORKBOOKS else "read"
        raise DataError(f"{place}: cannot be {kind}: {error}") from error


# --- text -----------------------------------------------------------------------------------------


def _text(place: Path, stream: BinaryIO, suffix: str, left_out: LeftOut, form: Form) -> Table:
    encoding, note = form.encoding or "utf-8", ""
    if not form.encoding:
        with opened(place) as (again, _):
            encoding, note = _encoding(again)
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise DataError(f"there is no encoding {encoding!r}; give one such as cp1252") from None
    utf8 = encoding.lower().replace("_", "-") in ("utf-8", "utf8")
    damaged = "strict" if form.encoding else "replace"
    lines = _Lines(lines_of(stream, "utf-8-sig" if utf8 else encoding, errors=damaged))
    first = lines.first()
    if suffix in (".json", ".jsonl", ".ndjson") or re.match(
        r'\s*(\{\s*["\']|\[\s*[\[{]|\[$)', first
    ):
        table = _json(lines, left_out)
    elif _BLOCK.fullmatch(first.strip()):
        table = Table(
            left_out.where, ("item", "user", "rating", "date"), _netflix(lines, left_out), left_out
        )
        table.notes.append("blocks of ratings below the number of an item, as Netflix wrote them")
    else:
        table = _separated(lines, left_out, form)
    if note:
        table.notes.append(note)
    return table


def _encoding(stream: BinaryIO) -> tuple[str, str]:
    """Return the encoding of a stream, and a note where it is not UTF-8: UTF-16 and UTF-32 by their
    mark, or by the zeros of the first letters, else cp1252, or latin-1 where a byte means nothing
    in cp1252. UTF-8 with a few damaged bytes is UTF-8."""
    head = stream.read(4)
    for begin, encoding in _MARKS:
        if re.match(begin, head, re.DOTALL):
            return encoding, f"read as {encoding.upper()}"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while block := stream.read(1 << 20):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        odd = error.object[error.start]
        text = error.object.decode("utf-8", "surrogateescape")
        n_bad = sum("\udc80" <= sign <= "\udcff" for sign in text)
        if sum(not sign.isascii() for sign in text) > 3 * n_bad:  # one slip is no other encoding
            return "utf-8", f"byte {odd:#04x} is no UTF-8, as the rest is: read as \ufffd"
        found = "latin-1" if odd in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252"
        return (
            found,
            f"byte {odd:#04x} is no UTF-8: read as {found}; state another encoding if names look "
            "wrong",
        )
    return "utf-8", ""


class _Lines:
    """Lines with their numbers; lines can be put back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.number = 0  # of the line taken last

    def take(self) -> str | None:
        """Return the next line with its end, None where there is none."""
        line = self._back.popleft() if self._back else next(self._lines, None)
        self.number += line is not None
        return line

    def block(self, n: int) -> list[str]:
        """Return the next n lines, or what is left."""
        lines = [self._back.popleft() for _ in range(min(n, len(self._back)))]
        lines += itertools.islice(self._lines, n - len(lines))
        self.number += len(lines)
        return lines

    def put_back(self, lines: Sequence[str]) -> None:
        """Put lines back that were taken last."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)

    def first(self) -> str:
        """Return the first line that is not blank without taking it; blank lines are passed."""
        while (line := self.take()) is not None:
            if line.strip("\r\n\t ,;|\x00"):
                self.put_back([line])
                return line
        return ""


def _separated(lines: _Lines, left_out: LeftOut, form: Form) -> Table:
    where = left_out.where
    first = lines.first()
    separator = form.separator
    if told := re.fullmatch(r'"?sep=(.)"?\s*', first, re.IGNORECASE):  # as Excel writes it
        separator = separator or told[1]
        lines.take()
        first = lines.first()
    if not first:
        raise DataError(f"{where}: the file is empty; it should begin with a line of column names")
    csv.field_size_limit(_LARGEST_FIELD)
    n_above = 0 if form.columns or form.wide else _n_above_header(lines)
    lines.block(n_above)
    first = lines.first()
    sample = lines.block(_SAMPLE)
    lines.put_back(sample)
    titles = not form.columns and all(map(_NETFLIX_TITLE.match, filter(str.strip, sample)))
    separator = separator or ("," if titles else _separator(sample))
    records = _Records(lines, separator, left_out)
    width = _width(sample, separator)
    if titles:
        columns: tuple[str, ...] = ("item", "year", "title")
        records.most = 2
    elif form.columns:
        columns = _named(form.columns, width, where)
        if _is_header(_split(first, separator)) and not any(
            map(_is_number, _split(first, separator))
        ):
            records.skip()
    elif form.wide and all(map(_is_number, _split(first, separator))):
        columns = ("user", *map(str, range(1, width)))
    else:
        header = tuple(name.strip() for name in records.header())
        if not form.wide and not _is_header(header):
            raise DataError(
                f"{where}: line {lines.number} ({first.strip()[:60]}) looks like data, not like "
                "column names; add a line of names, or name the columns in order: "
                f"{form.named_by}"
            )
        columns = _unique(header, where)
        if width == len(columns) + 1 and _have_row_names(sample[1:], separator):
            columns = ("row name", *columns)
    table = Table(where, columns, records.chunks(columns), left_out, records.notes)
    if n_above:
        table.notes.append(f"lines above the header that are passed over: {n_above}")
    if separator != ",":
        table.notes.append(
            f"fields are separated by {'tabs' if separator == chr(9) else repr(separator)}"
        )
    if form.columns or titles:
        table.notes.append("no header: columns are named by their place")
    return table


def _n_above_header(lines: _Lines) -> int:
    """Return how many lines stand above the header: none, unless they hold no name of a column that
    we know, and one soon below holds two or more."""
    sample = lines.block(_DEEPEST_HEADER)
    lines.put_back(sample)
    for n, line in enumerate(sample):
        if line.strip():
            names = _split(line, max(_SEPARATORS, key=line.count))
            known = sum(map(is_known_name, names))
            if known > 1:
                return n
            if line.lstrip()[0] in "#%":
                continue
            if known or (n == 0 and len(list(filter(str.strip, names))) > 2):
                return 0
    return 0


def _have_row_names(sample: Sequence[str], separator: str) -> bool:
    """Say whether lines begin with their number, as R writes it: row names have no header."""
    begins = [_split(line, separator)[0].strip() for line in sample if line.strip()]
    numbers = [int(begin) for begin in begins if begin.isdigit()]
    return len(numbers) == len(begins) > 0 and numbers == list(
        range(numbers[0], numbers[0] + len(numbers))
    )


def table_of_lines(lines: Iterator[str], where: str, form: Form) -> Table:
    """Return a text with separators as a table; a row's number is that of its line."""
    return _separated(_Lines(lines), LeftOut(where, form.on_error, form.skip_limit), form)


def _separator(sample: Sequence[str]) -> str:
    """Return what stands between the fields: where most lines have the same number of fields, and
    of those the most fields; blanks only where nothing else serves.

    >>> _separator(["a;b", "1,5;2"]), _separator(["a::b::c", "1::2::3"]), _separator(["a b", "1 2"])
    (';', '::', ' ')
    >>> _separator(["user~item", "u1~a"]), _separator(["user@@item", "u1@@a"])
    ('~', '@@')
    """
    sample = [line for line in sample if line.strip()]

    def merit(separator: str) -> tuple[float, int]:
        counts = [len(_split(line, separator)) for line in sample]
        width = counts[0]
        return (sum(count == width for count in counts) / len(counts), width)

    merits = {one: merit(one) for one in _SEPARATORS if len(_split(sample[0], one)) > 1}
    if merits:
        return max(
            merits, key=lambda one: (merits[one][0] > _MOSTLY, merits[one][1], merits[one][0])
        )
    signs: set[str] = set(re.findall(r"[^\w\s\"'.()-]+|[\x00-\x08\x0e-\x1f]+", sample[0]))
    for sign in signs if len(signs) == 1 else ():
        share, width = merit(sign)
        if width > 1 and share > _MOSTLY:
            return sign
    share, width = merit(" ")
    return " " if width > 1 and share == 1 else ","


def _split(line: str, separator: str) -> list[str]:
    line = line.rstrip("\r\n")
    return (_strict(line, separator) if '"' in line else None) or line.split(separator)


def _width(sample: Sequence[str], separator: str) -> int:
    """Return the number of fields that most of the lines below the first have."""
    counts = [len(_split(line, separator)) for line in sample[1:] if line.strip()]
    return max(set(counts), key=counts.count) if counts else 0


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell.strip().strip('"')))


def _is_header(cells: Sequence[str]) -> bool:
    """Say whether a line may hold the names of columns: not where a cell is a number or a date,
    unless another is a name that we know."""
    if any(map(is_known_name, cells)):
        return True
    return not any(_is_number(cell) or re.match(r"\d{4}-\d\d-\d\d", cell.strip()) for cell in cells)


def _named(columns: Sequence[str], width: int, where: str) -> tuple[str, ...]:
    if width and len(columns) > width:
        raise DataError(
            f"{where}: {len(columns)} columns are named ({', '.join(columns)}), but a line has "
            f"{width} fields; name as many as there are"
        )
    rest = range(len(columns) + 1, width + 1)
    names = [name.strip() or f"column {place}" for place, name in enumerate(columns, 1)]
    return _unique((*names, *(f"column {place}" for place in rest)), where)


def _unique(columns: tuple[str, ...], where: str) -> tuple[str, ...]:
    columns = tuple(name or f"column {place}" for place, name in enumerate(columns, 1))
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{where}: two columns are named {twice!r}; rename one")
    return columns


class _Records:
    """The records of a text with separators, in chunks.

    A quotation mark quotes where the field that it opens is closed, before a separator or the end
    of a line, and where what lies between is not itself rows of the table. Any other is text.
    """

    def __init__(self, lines: _Lines, separator: str, left_out: LeftOut) -> None:
        self._lines, self._separator, self._left_out = lines, separator, left_out
        self.most = -1  # separators that count in a line
        self.notes: list[str] = []
        self._n_literal = self._first_literal = self._number = 0
        self._columns: tuple[str, ...] = ()

    def header(self) -> list[str]:
        """Take the first record."""
        return self._record(0) or []

    def skip(self) -> None:
        """Pass over the first record."""
        self.header()

    def chunks(self, columns: tuple[str, ...]) -> Iterator[Chunk]:
        n = len(columns)
        self._columns = columns
        lines = self._lines
        while block := lines.block(_CHUNK):
            begin = lines.number - len(block) + 1
            columns_of_block = self._plain(block, n)
            if columns_of_block is not None:
                self._left_out.n_rows += len(block)
                yield Chunk(range(begin, begin + len(block)), columns_of_block)
                continue
            lines.put_back(block)
            end = begin + len(block)
            numbers, rows = [], []
            while lines.number + 1 < end:
                fields = self._record(n)
                if fields is None:
                    break
                if fields:
                    numbers.append(self._number)
                    rows.append(fields)
            if rows:
                yield Chunk(numbers, list(zip(*rows, strict=True)))
        if self._n_literal:
            self.notes.append(
                f"{self._n_literal:,} lines have a quotation mark that does not quote; it is read "
                f"as text (first: row {self._first_literal})"
            )

    def _plain(self, block: list[str], n: int) -> Sequence[Cells] | None:
        """Return the columns of a block in which each line is a row of n fields, else None."""
        separator = self._separator
        blank = separator * (n - 1)
        if n > 1 and (blank == block[-1] or f"{blank}\n" in block):
            return None
        if self.most < 0 and (columns := _numbers(block, separator, n)) is not None:
            return columns
        if len(separator) == 1 and self.most < 0:
            rows: Iterable[list[str]] = csv.reader(block, delimiter=separator, strict=True)
        elif '"' in "".join(block) and self.most < 0:
            return None
        else:
            rows = (line.rstrip("\r\n").split(separator, self.most) for line in block)
        cells: list[str] = []  # one list of all: a list a row would keep the garbage collector busy
        try:
            for row in rows:
                if len(row) != n:
                    return None
                cells += row
        except csv.Error:
            return None
        if len(cells) != n * len(block) or (n == 1 and not all(cells)):
            return None
        return [cells[place::n] for place in range(n)]

    def _record(self, n: int) -> list[str] | None:
        """Return the next record; [] for a blank line and for one left out; None at the end.

        n is the number of fields expected, 0 where any will do.
        """
        line = self._lines.take()
        if line is None:
            return None
        self._number = self._lines.number
        if not line.strip("\r\n \x1a"):
            return []
        self._left_out.n_rows += bool(n)
        separator = self._separator
        if n > 1 and not line.strip("\r\n " + separator):  # as a spreadsheet ends
            self._left_out.drop("rows without a value")
            return []
        fields = None
        if '"' in line and self.most < 0:
            fields = self._quoted(line, n)
        if fields is None:
            fields = line.rstrip("\r\n").split(separator, self.most)
            if '"' in line:
                self._first_literal = self._first_literal if self._n_literal else self._number
                self._n_literal += 1
        if n and len(fields) > n and not any(map(str.strip, fields[n:])):
            del fields[n:]
        if n and len(fields) != n:
            self._left_out.add(
                self._number,
                "another number of fields",
                f"{len(fields)} fields, but there are {n} columns ({', '.join(self._columns)}); "
                "correct the line, or quote fields that hold the separator (a decimal comma?)",
            )
            return []
        return fields

    def _quoted(self, line: str, n: int) -> list[str] | None:
        """Return the fields of a record that begins with this line, read with quotation marks;
        None where they do not quote."""
        separator = self._separator
        taken: list[str] = []
        whole = line
        while (fields := _strict(whole, separator)) is None:
            if not _is_open(whole, separator) or len(taken) >= _MOST_LINES:
                break
            following = self._lines.take()
            while following is not None and '"' not in following and len(taken) < _MOST_LINES:
                taken.append(following)
                whole += following
                following = self._lines.take()
            if following is None:
                break
            taken.append(following)
            whole += following
        else:
            if not taken or not _are_rows([line, *taken], separator, n):
                return fields
        self._lines.put_back(taken)
        return None


def _numbers(block: list[str], separator: str, n: int) -> list[NDArray[Any]] | None:
    r"""Return the columns of a block in which each line has n whole numbers, or numbers with one
    decimal in one of the columns; None where anything else stands there.

    >>> [column.tolist() for column in _numbers(["1::9::3.5\n", "2::8::4.0\n"], "::", 3)]
    [[1, 2], [9, 8], [3.5, 4.0]]
    >>> _numbers(["1,09\n"], ",", 2), _numbers(["1,\n"], ",", 2), _numbers(["1,-2\n"], ",", 2)
    (None, None, None)
    """
    text = "".join(block)
    if not text.isascii():
        return None
    if len(separator) > 1:
        if "," in text:
            return None
        text, separator = text.replace(separator, ","), ","
    signs = np.frombuffer((text if text.endswith("\n") else text + "\n").encode(), np.uint8)
    is_digit = (signs >= 48) & (signs <= 57)
    ends = np.flatnonzero(~is_digit)  # of the runs of digits
    lengths = np.diff(ends, prepend=-1) - 1
    width = n + bool((signs[ends[:n]] == _POINT).any())
    if len(ends) != width * len(block) or lengths.min() < 1 or lengths.max() > _DIGITS:
        return None
    marks, lengths = signs[ends].reshape(-1, width), lengths.reshape(-1, width)
    row = bytes(marks[0])
    expected = separator.encode() * (n - 1) + b"\n"
    if (marks != marks[0]).any() or row.replace(b".", b"", 1) != expected:
        return None
    begins = (ends.reshape(-1, width) - lengths).reshape(-1)
    has_zero = ((signs[begins] == 48) & (lengths.reshape(-1) > 1)).reshape(-1, width)
    runs = np.fromstring(signs.tobytes().translate(_BLANKS), np.int64, sep=" ").reshape(-1, width)
    columns: list[NDArray[Any]] = list(runs.T)
    point = row.find(b".")
    if point >= 0:
        if (lengths[:, point + 1] != 1).any():
            return None
        columns[point : point + 2] = [(10 * columns[point] + columns[point + 1]) / 10]
    return None if has_zero.any() else columns


def _strict(text: str, separator: str) -> list[str] | None:
    r"""Return the fields of one record, None where a quotation mark is not used as it should be.

    >>> _strict('1,"a, b"', ","), _strict('1,"a', ","), _strict('1,"a" b', ",")
    (['1', 'a, b'], None, None)
    """
    if len(separator) > 1:
        if "\x1f" in text:
            return None
        text, separator = text.replace(separator, "\x1f"), "\x1f"
    for escape in ("", "\\") if "\\" in text else ("",):
        try:
            reader = csv.reader(
                text.splitlines(keepends=True) if "\n" in text else [text],
                delimiter=separator,
                strict=True,
                escapechar=escape or None,
                doublequote=not escape,
            )
            records = [record for record in reader if record]
        except csv.Error:
            continue
        if len(records) == 1:
            return records[0]
    return None


def _is_open(text: str, separator: str) -> bool:
    """Say whether a quoted field is not closed yet, so that the next line may close it."""
    if len(separator) > 1:
        text, separator = text.replace(separator, "\x1f"), "\x1f"
    try:
        list(csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _are_rows(lines: Sequence[str], separator: str, n: int) -> bool:
    """Say whether each of these lines looks like a row of its own, so that the quotation mark
    which joins them is but a sign."""
    rows = [line.rstrip("\r\n").split(separator) for line in lines]
    if n < 2 or any(len(row) != n for row in rows):
        return False
    return all(
        row[0].strip().isdigit() == rows[0][0].strip().isdigit()
        and not any(field.startswith(" ") for field in row[1:])
        for row in rows
    )


def _netflix(lines: _Lines, left_out: LeftOut) -> Iterator[Chunk]:
    item = ""
    while block := lines.block(_CHUNK):
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


# --- JSON -----------------------------------------------------------------------------------------


def _json(lines: _Lines, left_out: LeftOut) -> Table:
    first = lines.first()
    if not first:
        raise DataError(f"{left_out.where}: the file is empty; it should hold objects")
    if _parsed(first) is not None and isinstance(_parsed(first), dict):
        rows = _json_lines(lines, left_out)
        second = lines.block(2)
        lines.put_back(second)
        if any(map(str.strip, second[1:])) or "\n" in first:
            return _of_objects(rows, left_out)
    text = "".join(iter(lines.take, None))
    whole = _parsed(text)
    if whole is None:
        if text.count("\n") and text.lstrip()[:1] == "{":
            return _of_objects(_json_lines(_Lines(iter(text.splitlines(True))), left_out), left_out)
        try:
            json.loads(text)
        except ValueError as error:
            raise DataError(f"{left_out.where}: is not JSON: {error}; correct it") from None
    return _of_objects(_counted(_objects(whole, left_out.where), left_out), left_out)


def _parsed(text: str) -> Any:
    """Return what a text holds as JSON, or as Python writes it; None where it is neither."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        pass
    try:
        return json.loads(text)  # NaN, which pandas writes
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _json_lines(lines: _Lines, left_out: LeftOut) -> Iterator[tuple[int, dict[str, Any]]]:
    while (line := lines.take()) is not None:
        if not line.strip():
            continue
        left_out.n_rows += 1
        row = _parsed(line)
        if isinstance(row, dict):
            yield lines.number, row
        else:
            left_out.add(
                lines.number,
                "no JSON object",
                "is not JSON; correct the line"
                if row is None
                else "is not an object with named fields; correct it",
            )


def _objects(whole: Any, where: str) -> Iterator[tuple[int, Any]]:
    """Yield the rows of a list of objects, of a mapping from id to object, of columns, or of a
    list in an object."""
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        if len(lists) == len(whole) and len(set(map(len, lists))) == 1 and len(lists) > 1:
            whole = [dict(zip(whole, cells, strict=True)) for cells in zip(*lists, strict=True)]
        elif len(lists) == 1 and all(isinstance(row, dict) for row in lists[0]):
            whole = lists[0]
        else:
            whole = [
                {"id": key, **value} if isinstance(value, dict) else value
                for key, value in whole.items()
            ]
    if not isinstance(whole, list):
        raise DataError(f"{where}: holds neither a list of objects nor a mapping from id to object")
    yield from enumerate(whole, 1)


def _counted(
    rows: Iterable[tuple[int, Any]], left_out: LeftOut
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in rows:
        left_out.n_rows += 1
        if isinstance(row, dict):
            yield number, row
        else:
            left_out.add(number, "no JSON object", "is not an object with named fields; correct it")


def _of_objects(rows: Iterator[tuple[int, dict[str, Any]]], left_out: LeftOut) -> Table:
    head = list(itertools.islice(rows, _CHUNK))
    columns = tuple(dict.fromkeys(itertools.chain.from_iterable(row for _, row in head)))

    def chunks() -> Iterator[Chunk]:
        block = head
        while block:
            numbers, objects = zip(*block, strict=True)
            yield Chunk(numbers, [[row.get(name) for row in objects] for name in columns])
            block = list(itertools.islice(rows, _CHUNK))

    return Table(left_out.where, columns, chunks(), left_out)


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
        for batch in file.iter_batches(_CHUNK):
            begin = left_out.n_rows + 1
            left_out.n_rows += batch.num_rows
            yield Chunk(
                range(begin, begin + batch.num_rows),
                [column.to_pylist() for column in batch.columns],
            )

    columns = _unique(tuple(file.schema_arrow.names), left_out.where)
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
        columns = _named(form.columns, len(rows[0][1]), left_out.where)
    else:
        columns = _unique(tuple(str(cell).strip() for cell in rows.pop(0)[1]), left_out.where)
    left_out.n_rows = len(rows)
    numbers, cells = zip(*rows, strict=True) if rows else ((), ())
    chunk = Chunk(numbers, list(zip(*cells, strict=True)) or [()] * len(columns))
    others = [other for other in sheets if other != name]
    notes = [
        f"sheet {name!r} of the workbook" + (f"; not read: {', '.join(others)}" if others else "")
    ]
    return Table(left_out.where, columns, iter([chunk]), left_out, notes)


def table_of_frame(frame: Any, where: str, form: Form | None = None) -> Table:
    """Take a pandas, polars or pyarrow table, a numpy record array, or a mapping of columns, as a
    table; rows count from 1.

    >>> table = table_of_frame({"user": ["u1", "u2"], "item": [10, 20]}, "ratings")
    >>> table.columns, [(chunk.numbers, chunk.columns) for chunk in table.chunks]
    (('user', 'item'), [(range(1, 3), [['u1', 'u2'], [10, 20]])])
    """
    form = form or Form()
    names = _column_names(frame, where)
    columns = [_values(frame[name]) for name in names]
    if len({len(column) for column in columns}) > 1:
        lengths = ", ".join(
            f"{name} {len(column)}" for name, column in zip(names, columns, strict=True)
        )
        raise DataError(f"{where}: columns of unequal length: {lengths}; make them equal")
    n_rows = len(columns[0]) if columns else 0
    chunk = Chunk(range(1, n_rows + 1), columns)
    left_out = LeftOut(where, form.on_error, form.skip_limit, n_rows)
    return Table(where, tuple(map(str, names)), iter([chunk]), left_out)


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


def _values(column: Any) -> Sequence[Any]:
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            return getattr(column, method)()  # type: ignore[no-any-return]
    return list(column)
