"""IMDb: ratings of every generation since 2015, the watchlist, lists."""

import re
from collections.abc import Sequence

from recsys_rag.data._readers.cells import imdb_id
from recsys_rag.imports._cells import TEN, ids_of, iso_date, year_in
from recsys_rag.imports._entries import Account, Entry, Kind
from recsys_rag.imports._files import ExportFile
from recsys_rag.imports._format import Format, Options
from recsys_rag.imports._media import medium_of

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COLUMNS = (
    *("const", "title", "original title", "title type", "year", "your rating", "you rated"),
    *("date rated", "date added", "created", "release date", "release date (month/day/year)"),
)


def _recognizes(file: ExportFile) -> bool:
    """Say whether this table has IMDb's ids under IMDb's name for them."""
    return "const" in file.header and {"title", "title type"} & set(file.header) != set()


def _read(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    """Read rated rows as ratings, and rows of a watchlist without one as wanted."""
    for file in files:
        unrated = _unrated(file)
        for row in file.rows(*_COLUMNS):
            medium = medium_of(row["title type"])
            if medium in ("episode", "game", "other"):
                account.skip(row.where, row["title"], _NOT_TAKEN[medium])
                continue
            rating = row["your rating"] or row["you rated"]
            rated_on = (row["date rated"] or row["date added"]) if rating else ""
            entry = Entry(
                unrated or "rated",
                row["title"],
                row.where,
                year_in(row["year"])
                or year_in(row["release date"] or row["release date (month/day/year)"]),
                medium,
                ids_of(imdb=imdb_id(row["const"])),
                (row["original title"],) if row["original title"] else (),
                when=iso_date(rated_on) or iso_date(row["created"]),
            )
            account.rate(entry, rating, TEN)


_NOT_TAKEN = {
    "episode": "an episode, not a film or a series",
    "game": "a game",
    "other": "neither a film nor a series",
}


def _unrated(file: ExportFile) -> Kind | None:
    """Return what a row without a rating means: wanted on the watchlist, which IMDb also calls
    ratings.csv or by a code; nothing on other lists and among ratings."""
    if "position" not in file.header:
        return None
    if "you rated" in file.header and file.name.startswith("rating"):
        return None  # until 2017 ratings came as a list too
    stem = file.name.rpartition(".")[0]
    is_watchlist = re.match(r"watchlist|rating", stem) or _UUID.fullmatch(stem)
    return "wanting" if is_watchlist else None


FORMAT = Format("IMDb", _recognizes, _read)
