"""Text with a separator as a table: its header, its quotation marks, line by line.

Text is read here, not by a library: see decision 0023."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._readers.cells import Cells
from recsys_rag.data._readers.columns import is_known_name
from recsys_rag.data._readers.left_out import LeftOut
from recsys_rag.data._readers.lines import Lines
from recsys_rag.data._readers.table import (
    ROWS_OF_A_CHUNK,
    Chunk,
    Form,
    Table,
    named_by_place,
    unique,
)
from recsys_rag.errors import DataError

_SEPARATORS = (",", "\t", ";", "|", "::")
_MOSTLY = 0.8  # of the lines
_DEEPEST_HEADER = 15  # lines into the file
_SAMPLE = 60  # lines from which the separator is found
_MOST_LINES = 300  # of one quoted field
_LARGEST_FIELD = 16 << 20  # bytes: a plot may be long
_POINT = ord(".")
_DIGITS = 15  # that a float tells apart
_BLANKS = bytes(sign if 48 <= sign <= 57 else 32 for sign in range(256))
_NUMBER = re.compile(r"[+-]?\d*[.,]?\d+(?:e[+-]?\d+)?", re.IGNORECASE)
_NETFLIX_TITLE = re.compile(r"\d+,(?:\d{4}|NULL),")


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What stands between fields, and around those that hold it."""

    separator: str
    quote: str = '"'
    skips_blanks: bool = False  # behind the separator
    most: int = -1  # separators that count in a line

    def plain(self, line: str) -> list[str]:
        """Return the fields of a line in which nothing quotes."""
        line = line.rstrip("\r\n")
        return line.split(None if self.separator == " " else self.separator, self.most)

    def fields(self, line: str) -> list[str]:
        """Return the fields of a line that is a record."""
        return (self.quoted(line) if self.quote in line else None) or self.plain(line)

    def quoted(self, text: str) -> list[str] | None:
        r"""Return the fields of a record, None where a quotation mark is not used as it should be.

        >>> comma = _Dialect(",")
        >>> comma.quoted('1,"a, b"'), comma.quoted('1,"a'), comma.quoted('1,"a" b')
        (['1', 'a, b'], None, None)
        """
        if len(self.separator) > 1:
            if "\x1f" in text:
                return None
            text = text.replace(self.separator, "\x1f")
        lines = text.splitlines(keepends=True) if "\n" in text else [text]
        for escape in ("", "\\") if "\\" in text else ("",):
            try:
                records = list(filter(None, self.reader(lines, escape)))
            except csv.Error:
                continue
            if len(records) == 1:
                return [field.replace("\x1f", self.separator) for field in records[0]]
        return None

    def is_open(self, text: str) -> bool:
        """Say whether a quoted field is not closed yet, so that the next line may close it."""
        if len(self.separator) > 1:
            text = text.replace(self.separator, "\x1f")
        try:
            list(self.reader(text.splitlines(keepends=True)))
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False

    def reader(self, lines: Iterable[str], escape: str = "") -> Iterator[list[str]]:
        """Read records, raising csv.Error for a quotation mark where there should be none."""
        return csv.reader(
            lines,
            delimiter=self.separator if len(self.separator) == 1 else "\x1f",
            quotechar=self.quote,
            skipinitialspace=self.skips_blanks,
            strict=True,
            escapechar=escape or None,
            doublequote=not escape,
        )


def table_of_lines(lines: Iterator[str], where: str, form: Form) -> Table:
    """Return a text with separators as a table; a row's number is that of its line."""
    return table_of_text(Lines(lines), LeftOut(where, form.on_error, form.skip_limit), form)


def _dialect(sample: Sequence[str], separator: str) -> _Dialect:
    """Return how these lines are written: single quotes quote where nearly each line has some
    around a field, and no double quote."""
    dialect = _Dialect(separator)
    if not any('"' in line for line in sample):
        between = re.escape(separator)
        around = re.compile(rf"(?:^|{between})\s*'[^']+'\s*(?:{between}|$)")
        n = sum(bool(around.search(line.rstrip())) for line in sample)
        if n >= max(1, len(sample) - 1):
            dialect = _Dialect(separator, "'")
    has_blanks = separator != " " and any(f"{separator} {dialect.quote}" in line for line in sample)
    return replace(dialect, skips_blanks=has_blanks)


def table_of_text(lines: Lines, left_out: LeftOut, form: Form) -> Table:
    """Return a text with separators as a table; a row's number is that of its line. Raises
    DataError for one that is empty, or has no header where names are needed."""
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
    dialect = _dialect([line for line in sample if line.strip()], separator)
    records = _Records(lines, replace(dialect, most=2 if titles else -1), left_out)
    width = _width(sample, dialect)
    begin, has_header = dialect.fields(first), False
    if titles:
        columns: tuple[str, ...] = ("item", "year", "title")
    elif form.columns:
        columns = named_by_place(form.columns, width, where)
        has_header = _is_header(begin) and not any(map(_is_number, begin))
        if has_header:
            records.header()
    elif form.wide and all(map(_is_number, begin)):
        columns = ("user", *map(str, range(1, width)))
    else:
        header = tuple(name.strip() for name in records.header())
        if not form.wide and not _is_header(header):
            raise DataError(
                f"{where}: line {lines.number} ({first.strip()[:60]}) looks like data, not like "
                "column names; add a line of names, or name the columns in order: "
                f"{form.named_by}"
            )
        columns = unique(header, where)
        if width == len(columns) + 1 and _have_row_names(sample[1:], dialect):
            columns = ("row name", *columns)
    table = Table(where, columns, records.chunks(columns), left_out, records.notes)
    if n_above:
        table.notes.append(f"lines above the header that are passed over: {n_above}")
    if separator != ",":
        table.notes.append(
            f"fields are separated by {'tabs' if separator == chr(9) else repr(separator)}"
        )
    if form.columns or titles:
        is_left = "the header is passed over" if has_header else "no header"
        table.notes.append(f"{is_left}: columns are named by their place")
    return table


def _n_above_header(lines: Lines) -> int:
    """Return how many lines stand above the header: none, unless they hold no name of a column that
    we know, and one soon below holds two or more."""
    sample = lines.block(_DEEPEST_HEADER)
    lines.put_back(sample)
    for n, line in enumerate(sample):
        if line.strip():
            names = _Dialect(max(_SEPARATORS, key=line.count)).fields(line)
            known = sum(map(is_known_name, names))
            if known > 1:
                return n
            if line.lstrip()[0] in "#%":
                continue
            if known or (n == 0 and len(list(filter(str.strip, names))) > 2):
                return 0
    return 0


def _have_row_names(sample: Sequence[str], dialect: _Dialect) -> bool:
    """Say whether lines begin with their number, as R writes it: row names have no header."""
    begins = [dialect.fields(line)[0].strip() for line in sample if line.strip()]
    numbers = [int(begin) for begin in begins if begin.isdigit()]
    return len(numbers) == len(begins) > 0 and numbers == list(
        range(numbers[0], numbers[0] + len(numbers))
    )


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
        counts = [len(_Dialect(separator).fields(line)) for line in sample]
        width = counts[0]
        return (sum(count == width for count in counts) / len(counts), width)

    merits = {one: merit(one) for one in _SEPARATORS if len(_Dialect(one).fields(sample[0])) > 1}
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


def _width(sample: Sequence[str], dialect: _Dialect) -> int:
    """Return the number of fields that most of the lines below the first have."""
    counts = [len(dialect.fields(line)) for line in sample[1:] if line.strip()]
    return max(set(counts), key=counts.count) if counts else 0


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell.strip().strip('"')))


def _is_header(cells: Sequence[str]) -> bool:
    """Say whether a line may hold the names of columns: not where a cell is a number or a date,
    unless another is a name that we know."""
    if any(map(is_known_name, cells)):
        return True
    return not any(_is_number(cell) or re.match(r"\d{4}-\d\d-\d\d", cell.strip()) for cell in cells)


class _Records:
    """The records of a text with separators, in chunks.

    A quotation mark quotes where the field that it opens is closed, before a separator or the end
    of a line, and where what lies between is not itself rows of the table. Any other is text.
    """

    def __init__(self, lines: Lines, dialect: _Dialect, left_out: LeftOut) -> None:
        self._lines, self._dialect, self._left_out = lines, dialect, left_out
        self.notes: list[str] = []
        self._n_literal = self._first_literal = self._number = 0
        self._columns: tuple[str, ...] = ()

    def header(self) -> list[str]:
        """Take the first record."""
        return self._record(0) or []

    def chunks(self, columns: tuple[str, ...]) -> Iterator[Chunk]:
        n = len(columns)
        self._columns = columns
        lines = self._lines
        while block := lines.block(ROWS_OF_A_CHUNK):
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
            n = self._n_literal
            self.notes.append(
                f"{n:,} line{'s have' if n != 1 else ' has'} a quotation mark that does not quote; "
                f"it is read as text (first: row {self._first_literal})"
            )

    def _plain(self, block: list[str], n: int) -> Sequence[Cells] | None:
        """Return the columns of a block in which each line is a row of n fields, else None."""
        dialect = self._dialect
        separator = dialect.separator
        blank = separator * (n - 1)
        if n > 1 and (blank == block[-1] or f"{blank}\n" in block):
            return None
        if dialect.most < 0 and (columns := _numbers(block, separator, n)) is not None:
            return columns
        rows: Iterable[list[str]] = map(dialect.plain, block)
        if dialect.most < 0 and separator != " ":
            if len(separator) == 1:
                rows = dialect.reader(block)
            elif dialect.quote in "".join(block):
                return None
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
        dialect = self._dialect
        if n > 1 and not line.strip("\r\n " + dialect.separator):  # as a spreadsheet ends
            self._left_out.drop("rows without a value")
            return []
        fields = None
        if dialect.quote in line and dialect.most < 0:
            fields = self._quoted(line, n)
        if fields is None:
            fields = dialect.plain(line)
            if dialect.quote in line:
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
        dialect = self._dialect
        taken: list[str] = []
        whole = line
        while (fields := dialect.quoted(whole)) is None:
            if not dialect.is_open(whole) or len(taken) >= _MOST_LINES:
                break
            following = self._lines.take()
            while (
                following is not None
                and dialect.quote not in following
                and len(taken) < _MOST_LINES
            ):
                taken.append(following)
                whole += following
                following = self._lines.take()
            if following is None:
                break
            taken.append(following)
            whole += following
        else:
            if not taken or not _are_rows([line, *taken], dialect.separator, n):
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
