"""A folder, a zip or a tar archive as one thing: named files that can be opened. Knows nothing of
what they hold."""

import bz2
import gzip
import io
import lzma
import re
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from recsys_rag.errors import DataError


class Container:
    """The files of a folder or archive, found by their last name, plain or compressed (.gz, .zst).

    Close it, or use it in `with`. Raises DataError where the path is missing, unreadable or no
    archive.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._archive: zipfile.ZipFile | tarfile.TarFile | None = None
        try:
            self._paths = self._list()
        except FileNotFoundError:
            raise DataError(f"{path}: there is no such file or folder; check the path") from None
        except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
            raise DataError(
                f"{path}: cannot be read as a folder, zip or tar archive: {error}"
            ) from error

    def _list(self) -> dict[str, str]:
        if self.path.is_dir():
            inside = [str(one) for one in sorted(self.path.iterdir())]
            folders = [one for one in inside if Path(one).is_dir()]
            # ml-1m/ml-1m, as unzipping makes
            if len(folders) == 1 and not any(Path(one).is_file() for one in inside):
                inside = [str(one) for one in sorted(Path(folders[0]).iterdir())]
        elif zipfile.is_zipfile(self.path):
            self._archive = zipfile.ZipFile(self.path)
            inside = self._archive.namelist()
        else:
            self._archive = tarfile.open(self.path)  # noqa: SIM115 - kept open on purpose; closed by close()
            inside = [member.name for member in self._archive.getmembers() if member.isfile()]
        return {PurePosixPath(one).name: one for one in inside if "__MACOSX" not in one}

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive, if it is one."""
        if self._archive is not None:
            self._archive.close()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._paths)

    def find(self, name: str) -> str | None:
        """Return the name under which this file lies here, itself or compressed; None when it does
        not."""
        return next(
            (one for one in (name, f"{name}.gz", f"{name}.zst") if one in self._paths), None
        )

    def where(self, name: str) -> str:
        """Return the file's place, for messages and sources."""
        found = self.find(name) or name
        return (
            str(self.path / found)
            if self._archive is None
            else f"{self.path}:{self._paths.get(found, found)}"
        )

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file for reading, decompressed. Raises DataError when it is not there or is
        damaged."""
        found = self.find(name)
        if found is None:
            raise DataError(
                f"{self.path}: there is no file {name}; it holds "
                f"{', '.join(sorted(self.names)) or 'nothing'}"
            )
        with self._raw(found) as raw, _decompressed(raw, found.rpartition(".")[2]) as stream:
            try:
                yield cast(BinaryIO, stream)
            except damages() as error:
                raise DataError(f"{self.where(name)}: cannot be read: {error}") from error

    def _raw(self, found: str) -> IO[bytes]:
        if isinstance(self._archive, zipfile.ZipFile):
            return self._archive.open(self._paths[found])
        if self._archive is not None:
            return cast(IO[bytes], self._archive.extractfile(self._paths[found]))
        return Path(self._paths[found]).open("rb")


_NO_DATA = re.compile(r"(?i)^(read.?me|licen[cs]e|copying|manifest)|\.(md|pdf|html?|py|ipynb|png)$")
_COMPRESSED = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz"}


@contextmanager
def opened(path: Path) -> Iterator[tuple[io.BufferedReader, str]]:
    """Open a file as its first bytes say: decompressed, and of an archive the one file in it.

    Gives the stream and the name without the ending of the compression; a workbook, which is a zip
    archive too, is left as it is. A path may go on into an archive: "archive.zip/ratings.csv".
    Raises DataError for an archive of several files.
    """
    archive = next((folder for folder in path.parents if folder.is_file()), None)
    if archive is not None:
        with Container(archive) as container, container.open(path.name) as inside:
            yield io.BufferedReader(cast(Any, inside)), path.name
        return
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        stream, name = _unpacked(stack, raw, path)
        yield io.BufferedReader(cast(Any, stream)), name


def _unpacked(stack: ExitStack, raw: BinaryIO, path: Path) -> tuple[IO[bytes], str]:
    head = raw.read(512)
    raw.seek(0)
    if head[:4] == b"PK\x03\x04":
        zipped = stack.enter_context(zipfile.ZipFile(raw))
        names = [name for name in zipped.namelist() if not name.endswith("/")]
        if "[Content_Types].xml" in names or "mimetype" in names:
            raw.seek(0)
            is_named = path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".ods")
            return raw, path.name if is_named else path.name + ".xlsx"
        name = _only(names, path)
        return stack.enter_context(zipped.open(name)), name
    kind = next((kind for magic, kind in _COMPRESSED.items() if head.startswith(magic)), "")
    if (kind or head[257:262] == b"ustar") and tarfile.is_tarfile(path):
        tar = stack.enter_context(tarfile.open(path))  # noqa: SIM115 - the stack closes it
        name = _only([member.name for member in tar.getmembers() if member.isfile()], path)
        return cast(IO[bytes], tar.extractfile(name)), name
    name = re.sub(r"\.(gz|zst|bz2|xz)$", "", path.name, flags=re.IGNORECASE)
    return stack.enter_context(_decompressed(raw, kind)), name


def _only(names: Sequence[str], path: Path) -> str:
    files = [name for name in names if "__MACOSX" not in name and not _base(name).startswith(".")]
    tables = [name for name in files if not _NO_DATA.search(_base(name))]
    if len(tables) == 1:
        return tables[0]
    if len(files) != 1:
        held = ", ".join(sorted(map(_base, files))[:6]) or "nothing"
        raise DataError(
            f"{path}: an archive of {len(files)} files ({held}); give one of them, such as "
            f"{path / _base(files[0]) if files else path}"
        )
    return files[0]


def _base(name: str) -> str:
    return PurePosixPath(name).name


def _decompressed(raw: IO[bytes], kind: str) -> IO[bytes]:
    if kind == "gz":
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if kind == "bz2":
        return cast(IO[bytes], bz2.BZ2File(raw))
    if kind == "xz":
        return cast(IO[bytes], lzma.LZMAFile(raw))
    return cast(IO[bytes], _zstd().ZstdFile(raw)) if kind == "zst" else raw


def damages() -> tuple[type[Exception], ...]:
    """Return the errors by which a damaged file or archive shows, or one that is encrypted."""
    return (
        RuntimeError,
        OSError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
        tarfile.TarError,
        UnicodeDecodeError,
        _zstd().ZstdError,
    )


def _zstd() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def lines_of(
    stream: BinaryIO,
    encoding: str = "utf-8-sig",
    newline: str | None = None,
    errors: str = "strict",
) -> Iterator[str]:
    """Yield the lines of a binary stream as text, ended by any line end; `newline` "" leaves the
    line ends as they are."""
    with io.TextIOWrapper(stream, encoding=encoding, newline=newline, errors=errors) as text:
        yield from text
