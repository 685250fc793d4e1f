"""Letterboxd: the zip of an account, its files alone, and lists. Three of its files have the same
header; their names say whether films were watched, liked, or are wanted."""

from collections.abc import Sequence

from recsys_rag.imports._cells import STARS, iso_date, year_in
from recsys_rag.imports._entries import Account, Entry, Kind
from recsys_rag.imports._files import ExportFile, Row
from recsys_rag.imports._format import Format, Options

_FILM = ("name", "year", "letterboxd uri")
_LIST = "letterboxd list export"
_BY_NAME: tuple[tuple[str, Kind], ...] = (
    ("watchlist", "wanting"),
    ("watched", "watched"),
    ("films", "liked"),
    ("likes", "liked"),
)


def _recognizes(file: ExportFile) -> bool:
    """Say whether this is a file of films of a Letterboxd export."""
    return set(_FILM) <= set(file.header) or _is_list(file)


def _is_list(file: ExportFile) -> bool:
    return file.name.endswith(".csv") and file.text[:40].lower().startswith(_LIST)


def _read(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    """Read ratings before the diary and reviews: the rating that stands is that of ratings.csv."""
    by_rank = sorted(files, key=_rank)
    rated: set[tuple[str, str]] = set()
    in_diary: set[str] = set()
    for file in by_rank:
        if _is_list(file):
            _skip_list(file, account)
        elif "watched date" in file.header:
            _read_diary(file, account, rated, in_diary)
        elif "rating" in file.header:
            rated |= _read_ratings(file, account)
        else:
            _read_films(file, account)


def _rank(file: ExportFile) -> tuple[int, str]:
    if "review" in file.header:
        return 2, file.path
    return int("watched date" in file.header), file.path


def _read_ratings(file: ExportFile, account: Account) -> set[tuple[str, str]]:
    rated = set()
    for row in file.rows("date", "rating", *_FILM):
        if account.rate(_entry(row, "watched", row["date"]), row["rating"], STARS):
            rated.add((row["name"], row["year"]))
    return rated


def _read_diary(
    file: ExportFile, account: Account, rated: set[tuple[str, str]], in_diary: set[str]
) -> None:
    """Read diary or reviews. Their URI is that of the diary's entry, not of the film."""
    for row in file.rows("date", "rating", "watched date", *_FILM):
        if row["letterboxd uri"] and row["letterboxd uri"] in in_diary:
            account.skip(row.where, row["name"], "the diary has this entry too")
            continue
        in_diary.add(row["letterboxd uri"])
        stands_elsewhere = (row["name"], row["year"]) in rated
        entry = _entry(row, "watched", row["watched date"] or row["date"])
        account.rate(entry, "" if stands_elsewhere else row["rating"], STARS)


def _read_films(file: ExportFile, account: Account) -> None:
    kind = _kind_of(file)
    for row in file.rows("date", *_FILM):
        if kind is None:
            account.skip(row.where, row["name"], "the file name does not say what its films are")
        else:
            account.add(_entry(row, kind, row["date"]))
    if kind is None:
        account.notes.append(
            f"{file.path}: Letterboxd's watched.csv, watchlist.csv and likes/films.csv have the "
            "same columns; give this file the name that it came with"
        )


def _kind_of(file: ExportFile) -> Kind | None:
    if "likes" in file.folders:
        return "liked"
    return next((kind for name, kind in _BY_NAME if file.name.startswith(name)), None)


def _skip_list(file: ExportFile, account: Account) -> None:
    """Count the films of a list: to be on one says neither that a film was seen nor that it is
    wanted."""
    below = False
    for line, cells in file.records():
        if below:
            title = cells[1].strip() if len(cells) > 1 else ""
            account.skip(
                f"{file.path}:{line}", title, "on a list, which says neither seen nor wanted"
            )
        below = below or [cell.lower() for cell in cells[:2]] == ["position", "name"]


def _entry(row: Row, kind: Kind, when: str) -> Entry:
    return Entry(kind, row["name"], row.where, year_in(row["year"]), when=iso_date(when))


FORMAT = Format("Letterboxd", _recognizes, _read)
