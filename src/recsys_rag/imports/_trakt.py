"""Trakt: the zip of JSON in both its layouts, and its tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from recsys_rag.data._readers.cells import imdb_id, number_id
from recsys_rag.imports._cells import TEN, ids_of, iso_date, year_in
from recsys_rag.imports._documents import records
from recsys_rag.imports._entries import Account, Entry, Kind
from recsys_rag.imports._files import ExportFile
from recsys_rag.imports._format import Format, Options

# how a file's name begins -> what its records are
_BY_NAME: tuple[tuple[str, Kind], ...] = (
    ("ratings", "rated"),
    ("watched-history", "watched"),
    ("watched", "watched"),
    ("history", "watched"),
    ("lists-watchlist", "wanting"),
    ("watchlist", "wanting"),
    ("favorites", "liked"),
    ("lists-favorites", "liked"),
    ("likes-movies", "liked"),
)
_COLUMNS = (
    *("rated_at", "watched_at", "listed_at", "type", "title", "year", "imdb_id", "tmdb_id"),
    *("rating", "season_number", "episode_number"),
)


def _recognizes(file: ExportFile) -> bool:
    """Say whether this is a file of Trakt, by its name and records, or its header."""
    if {"trakt_id", "type", "title"} <= set(file.header):
        return True
    if not file.name.endswith(".json") or _kind_of(file) is None:
        return False
    return any(
        isinstance(record.get(medium), dict)
        for record in records(file)[:1]
        for medium in ("movie", "show", "episode", "season")
    )


def _read(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    """Read ratings, plays and the watchlist; of episodes and seasons nothing."""
    for file in files:
        if file.header:
            _read_table(file, account)
        else:
            _read_records(file, account)


def _kind_of(file: ExportFile) -> Kind | None:
    """Return what the records of a file are, by its name and, in the old layout, its folder."""
    name = file.name.removesuffix(".json").removesuffix(".csv")
    folder = file.folders[-1] if file.folders else ""
    full = name if folder in ("", "trakt") or name.startswith(folder) else f"{folder}-{name}"
    for candidate in (name, full):
        for start, kind in _BY_NAME:
            if candidate.startswith(start):
                return kind
    return None


def _read_records(file: ExportFile, account: Account) -> None:
    kind = _kind_of(file)
    assert kind is not None, file.path
    for place, record in enumerate(records(file), 1):
        where = f"{file.path}:{place}"
        movie, show = record.get("movie"), record.get("show")
        work = movie if isinstance(movie, dict) else show if isinstance(show, dict) else None
        if work is None or "episode" in record or "season" in record:
            title = str((show or {}).get("title") or "") if isinstance(show, dict) else ""
            what = next((name for name in ("episode", "season") if name in record), None)
            account.skip(where, title, f"of {what}s" if what else "neither a film nor a series")
            continue
        ids = work.get("ids")
        _add(
            account,
            kind,
            where,
            title=str(work.get("title") or ""),
            year=work.get("year"),
            medium="film" if work is movie else "series",
            ids=ids if isinstance(ids, dict) else {},
            rating=record.get("rating"),
            when=next((record[name] for name in _TIMES if isinstance(record.get(name), str)), ""),
        )


_TIMES = ("rated_at", "watched_at", "last_watched_at", "listed_at", "liked_at")


def _read_table(file: ExportFile, account: Account) -> None:
    kind: Kind = "watched" if "watched_at" in file.header else "wanting"
    if "rated_at" in file.header or "rating" in file.header:
        kind = "rated"
    for row in file.rows(*_COLUMNS):
        if row["type"] in ("episode", "season") or row["episode_number"] or row["season_number"]:
            account.skip(row.where, row["title"], f"of {row['type'] or 'episode'}s")
            continue
        _add(
            account,
            kind,
            row.where,
            title=row["title"],
            year=row["year"],
            medium={"movie": "film", "show": "series"}.get(row["type"], ""),
            ids={"imdb": row["imdb_id"], "tmdb": row["tmdb_id"]},
            rating=row["rating"],
            when=row["rated_at"] or row["watched_at"] or row["listed_at"],
        )


def _add(
    account: Account,
    kind: Kind,
    where: str,
    *,
    title: str,
    year: Any,
    medium: str,
    ids: Mapping[str, Any],
    rating: Any,
    when: str,
) -> None:
    known = ids_of(
        imdb=imdb_id(ids.get("imdb")),
        tmdb="" if medium == "series" else number_id(ids.get("tmdb")),  # films and shows share them
    )
    entry = Entry(kind, title, where, year_in(year), medium, known, when=iso_date(when))
    account.rate(entry, rating if kind == "rated" else "", TEN)


FORMAT = Format("Trakt", _recognizes, _read)
