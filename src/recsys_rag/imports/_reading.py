"""A file, folder or archive -> `Export`: recognized by headers and file names. Asks no catalog."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from recsys_rag.data.dataset import RatingScale
from recsys_rag.errors import DataError
from recsys_rag.imports import _books as books
from recsys_rag.imports import _imdb as imdb
from recsys_rag.imports import _letterboxd as letterboxd
from recsys_rag.imports import _myanimelist as myanimelist
from recsys_rag.imports import _netflix as netflix
from recsys_rag.imports import _plain as plain
from recsys_rag.imports import _plays as plays
from recsys_rag.imports import _tmdb as tmdb
from recsys_rag.imports import _trakt as trakt
from recsys_rag.imports._entries import Account, Export
from recsys_rag.imports._files import Damaged, ExportFile, files_in, files_of
from recsys_rag.imports._format import Format, Options

# the first that recognizes a file reads it; a table of one's own comes last
FORMATS: tuple[Format, ...] = (
    *(letterboxd.FORMAT, imdb.FORMAT, trakt.FORMAT, tmdb.FORMAT, myanimelist.FORMAT),
    *(books.GOODREADS, books.STORYGRAPH, netflix.FORMAT, plays.SPOTIFY, plays.STEAM),
    *(plays.PLEX, plays.JELLYFIN_ITEMS, plays.JELLYFIN_PLAYS, plain.FORMAT),
)
# not opened at all: who the person is, what they wrote to others, what they took back
_PERSONAL = ("profile.csv", "comments.csv", "user-profile.json", "user-settings.json")
_TAKEN_BACK = ("deleted", "orphaned")
_ENDINGS = (".csv", ".tsv", ".txt", ".json", ".xml")


def read(
    path: str | Path, *, viewer: str | None = None, scale: RatingScale | None = None
) -> Export:
    """Read an export from a file, a zip archive or a folder.

    `viewer` says whose history it is where several people share an account; `scale` is that of the
    ratings of a plain table, by default the scale of the data it is matched with. Raises DataError
    for what is of no known format, damaged, huge, or leads out of its archive; OSError.
    """
    return _read(files_of(Path(path)), str(path), Options(viewer, scale))


def read_bytes(
    name: str, content: bytes, *, viewer: str | None = None, scale: RatingScale | None = None
) -> Export:
    """Read an export that was sent under this name. Raises DataError as `read`."""
    return _read(files_in(name, content), name, Options(viewer, scale))


def _read(files: Sequence[ExportFile], where: str, options: Options) -> Export:
    of_format: dict[str, list[tuple[Format, ExportFile]]] = {}
    not_read: dict[str, str] = {}
    for file in files:
        format_, why = _recognized(file)
        if format_ is None:
            not_read[file.path] = why
        else:
            of_format.setdefault(format_.name, []).append((format_, file))
    if not of_format:
        raise _unknown(where, not_read)
    # what several sites made is several exports; a table beside one of a site is not part of it
    name = max(of_format, key=lambda one: (one != plain.FORMAT.name, len(of_format[one])))
    for other, its_files in of_format.items():
        if other != name:
            not_read |= {file.path: f"not of {name}" for _, file in its_files}
    account, its_read = Account(), []
    for format_ in dict.fromkeys(format_ for format_, _ in of_format[name]):
        chosen = [file for one, file in of_format[name] if one is format_]
        its_read += [file.path for file in chosen]
        format_.read(chosen, account, options)
    return Export(
        name,
        tuple(account.entries),
        tuple(account.skipped),
        tuple(its_read),
        not_read,
        tuple(account.notes),
    )


def _recognized(file: ExportFile) -> tuple[Format | None, str]:
    """Return the format of a file, or None and why it is not read."""
    if file.name in _PERSONAL:
        return None, "about the person; never opened"
    if set(file.folders) & set(_TAKEN_BACK):
        return None, "taken back"
    if not file.name.endswith(_ENDINGS):
        return None, f"not {', '.join(_ENDINGS)}"
    try:
        return next(
            ((format_, "") for format_ in FORMATS if format_.recognizes(file)),
            (None, _unlike(file)),
        )
    except Damaged as error:  # exports hold broken members; the others count
        return None, str(error).removeprefix(f"{file.path}: ")


def _unlike(file: ExportFile) -> str:
    columns = ", ".join(repr(plainly(name)) for name in file.header[:6])
    return f"its columns {columns} are those of no known format" if columns else "not recognized"


def plainly(name: str) -> str:
    """Return the name of a column as a message can hold it.

    >>> plainly("a" * 60)[-4:], plainly("b\x1b[2J")
    ('a...', 'b [2J')
    """
    shown = "".join(c if c.isprintable() else " " for c in name)
    return f"{shown[:40]}..." if len(shown) > 40 else shown


def _unknown(where: str, not_read: Mapping[str, str]) -> DataError:
    reasons = "; ".join(f"{name}: {why}" for name, why in list(not_read.items())[:3])
    known = ", ".join(dict.fromkeys(format_.name for format_ in FORMATS[:-1]))
    return DataError(
        f"{where}: is no export that is known ({reasons or 'it holds no file'}); known are "
        f"{known}, and tables with a column title, year and rating"
    )
