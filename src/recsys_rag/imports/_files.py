"""The files of an export: a folder, an archive, or one file, in limits. Reads a file only when its
content is asked for; knows no format."""

import codecs
import csv
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from recsys_rag.errors import DataError

MAX_FILE = 64 * 2**20  # bytes of one file, unpacked
MAX_TOTAL = 256 * 2**20  # bytes of all files that are read
MAX_FILES = 5_000
MAX_RATIO = 200  # unpacked to packed, for members of more than a megabyte
_BLOCK = 2**16
_COPY = re.compile(r"(?:[ _-]*\(\d{1,3}\)| - copy| copy(?: \d+)?)+$", re.IGNORECASE)
# what reading a damaged archive raises; a RuntimeError tells of another version or method
_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OverflowError),
    *(ValueError, RuntimeError, OSError, EOFError),
)
_DELIMITERS = ",;\t"
_LONGEST_CELL = 131_072  # characters; what csv allows may have been raised by other readers


class Damaged(DataError):
    """A file that cannot be read, beside which others of the same export may be good."""


class Budget:
    """How many bytes may still be unpacked of one export."""

    def __init__(self, n_bytes: int = MAX_TOTAL) -> None:
        self._left = n_bytes

    def take(self, n_bytes: int, where: str) -> None:
        """Count bytes that were unpacked. Raises DataError when they are too many."""
        self._left -= n_bytes
        if self._left < 0:
            raise DataError(
                f"{where}: the export unpacks to more than {MAX_TOTAL // 2**20} MB; give the file "
                "in it that matters alone"
            )


@dataclass(frozen=True)
class Row:
    """The cells that were asked for, by column in small letters; "" where there is none."""

    where: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


class ExportFile:
    """One file of an export: its path there, and its content when it is asked for."""

    def __init__(self, path: str, load: Callable[[], bytes]) -> None:
        self.path = path
        self._load = load

    @cached_property
    def name(self) -> str:
        """The last part of the path in small letters, as the site wrote it: "ratings (1).csv" is
        "ratings.csv", and a ".gz" behind is none of it."""
        name = PurePosixPath(self.path).name.lower().removesuffix(".gz")
        stem, dot, ending = name.rpartition(".")
        return _COPY.sub("", stem or ending) + (dot + ending if stem else "")

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders above it, in small letters."""
        return tuple(part.lower() for part in PurePosixPath(self.path).parts[:-1])

    @cached_property
    def content(self) -> bytes:
        """The bytes, unpacked where they are gzip. Raises DataError for damaged or huge files."""
        content = self._load()
        return _gunzipped(content, self.path) if content[:2] == b"\x1f\x8b" else content

    @cached_property
    def text(self) -> str:
        """The text: UTF-8, UTF-16 where it begins so, else Windows-1252. Raises DataError for what
        is no text."""
        content = self.content
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = content.decode("utf-16", errors="replace")
        else:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                # the five bytes that Windows-1252 lacks are controls of Latin-1
                text = content.decode("cp1252", errors="replace")
        if text.count("\0") > len(text) // 100:
            raise Damaged(f"{self.path}: is no text; give the export as the site made it")
        return text.replace("\0", "")

    @cached_property
    def json(self) -> Any:
        """The JSON value. Raises DataError for what is none."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
            raise Damaged(
                f"{self.path}: cannot be read as JSON: {reason}; download the export again"
            ) from None

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The first row of a table in small letters; empty for JSON, XML and empty files."""
        if self.text.lstrip()[:1] in ("", "{", "[", "<"):
            return ()
        cells = next((cells for _, cells in self.records()), [])
        return tuple(" ".join(cell.lower().split()) for cell in cells)

    @cached_property
    def _between(self) -> str:
        line = next((line for line in io.StringIO(self.text, newline="") if line.strip()), "")
        return max(_DELIMITERS, key=line.count)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the line where each row of the table begins, from 1, and its cells; empty lines are
        passed over. Raises DataError for cells that never end."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self._between)
        line = 1
        try:
            for cells in reader:
                if max(map(len, cells), default=0) > _LONGEST_CELL:
                    raise csv.Error(f"a cell is longer than {_LONGEST_CELL:,} characters")
                if any(cell.strip() for cell in cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise Damaged(
                f"{self.path}: line {line} cannot be read as a row of a table: {error}"
            ) from None

    def rows(self, *columns: str) -> Iterator[Row]:
        """Yield the rows below the header with the cells of these columns alone: no other column is
        read."""
        places = {name: self.header.index(name) for name in columns if name in self.header}
        for number, (line, cells) in enumerate(self.records()):
            if number:
                wanted = {
                    name: cells[place].strip()
                    for name, place in places.items()
                    if place < len(cells)
                }
                yield Row(f"{self.path}:{line}", wanted)


def files_of(path: Path) -> list[ExportFile]:
    """Return the files of a folder, a zip archive, or this file alone, by path.

    Raises DataError for an archive whose names lead out of it, or that is damaged or huge; OSError.
    """
    budget = Budget()
    if path.is_dir():
        inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
        _check_number(len(inside), str(path))
        return [
            ExportFile(one.relative_to(path).as_posix(), _loader(one, budget)) for one in inside
        ]
    with path.open("rb") as stream:
        head = stream.read(4)
    if head == b"PK\x03\x04" or head == b"PK\x05\x06":
        return _members(path.name, path, budget)
    return [ExportFile(path.name, _loader(path, budget))]


def files_in(name: str, content: bytes) -> list[ExportFile]:
    """Return the files of what was sent under this name. Raises as `files_of`."""
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _members(name, io.BytesIO(content), Budget())
    return [ExportFile(PurePosixPath(name.replace("\\", "/")).name or "file", lambda: content)]


def _loader(path: Path, budget: Budget) -> Callable[[], bytes]:
    def load() -> bytes:
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE + 1)
        _check_size(len(content), str(path))
        budget.take(len(content), str(path))
        return content

    return load


def _members(name: str, source: Path | io.BytesIO, budget: Budget) -> list[ExportFile]:
    try:
        archive = zipfile.ZipFile(source)
        members = [info for info in archive.infolist() if not info.is_dir()]
    except _DAMAGES as error:
        raise DataError(
            f"{name}: cannot be read as a zip archive: {error}; download the export again"
        ) from None
    _check_number(len(members), name)
    for info in members:
        _check_path(info.filename, name)

    def load_of(info: zipfile.ZipInfo) -> Callable[[], bytes]:
        return lambda: _unzipped(archive, info, budget, f"{name}:{info.filename}")

    return [
        ExportFile(info.filename, load_of(info))
        for info in sorted(members, key=lambda info: info.filename)
        if "__MACOSX" not in info.filename
    ]


def _check_path(path: str, archive: str) -> None:
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if ".." in parts or path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", path):
        raise DataError(
            f"{archive}: the name {path!r} in it leads out of the archive; nothing was read"
        )


def _check_number(n_files: int, where: str) -> None:
    if n_files > MAX_FILES:
        raise DataError(f"{where}: holds {n_files:,} files; an export has at most {MAX_FILES:,}")


def _check_size(n_bytes: int, where: str) -> None:
    if n_bytes > MAX_FILE:
        raise DataError(f"{where}: is larger than {MAX_FILE // 2**20} MB, which no export is")


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget, where: str) -> bytes:
    """Unpack a member block by block: what its header says about its size is not believed."""
    if info.flag_bits & 1:
        raise DataError(f"{where}: is encrypted; unpack it first")
    content = bytearray()
    try:
        with archive.open(info) as stream:
            while block := stream.read(_BLOCK):
                content += block
                _check_size(len(content), where)
                _check_ratio(len(content), info.compress_size, where)
                budget.take(len(block), where)
    except _DAMAGES as error:
        raise Damaged(f"{where}: is damaged: {error}; download the export again") from None
    return bytes(content)


def _check_ratio(n_bytes: int, n_packed: int, where: str) -> None:
    if n_bytes > 2**20 and n_bytes > MAX_RATIO * max(n_packed, 1):
        raise DataError(
            f"{where}: unpacks to more than {MAX_RATIO} times its size, which no export does"
        )


def _gunzipped(content: bytes, where: str) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(content, MAX_FILE + 1)
    except zlib.error as error:
        raise Damaged(f"{where}: is damaged: {error}; download the export again") from None
    _check_size(len(unpacked), where)
    _check_ratio(len(unpacked), len(content), where)
    if not unpacker.eof:
        raise Damaged(f"{where}: ends before its end; download the export again")
    return unpacked
