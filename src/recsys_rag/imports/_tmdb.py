"""The Movie Database: ratings, favorites and watchlist as tables. `Rating` is everybody's there,
`Your Rating` the person's."""

from collections.abc import Sequence

from recsys_rag.data._readers.cells import imdb_id, number_id
from recsys_rag.data.dataset import RatingScale
from recsys_rag.imports._cells import ids_of, iso_date, year_in
from recsys_rag.imports._entries import Account, Entry, Kind
from recsys_rag.imports._files import ExportFile
from recsys_rag.imports._format import Format, Options

_SCALE = RatingScale(0.5, 10, 0.5)
_COLUMNS = (
    *("tmdb id", "imdb id", "type", "name", "release date", "season number", "episode number"),
    *("your rating", "date rated"),
)
_BY_NAME: tuple[tuple[str, Kind], ...] = (("watchlist", "wanting"), ("favo", "liked"))


def _recognizes(file: ExportFile) -> bool:
    """Say whether this table has TMDB's columns."""
    return {"tmdb id", "type", "name"} <= set(file.header)


def _read(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    """Read rated rows; without a rating, the file's name says what they are."""
    for file in files:
        unrated = next((kind for part, kind in _BY_NAME if part in file.name), None)
        for row in file.rows(*_COLUMNS):
            if row["episode number"] or row["season number"]:
                account.skip(row.where, row["name"], "of episodes or seasons")
                continue
            is_film = row["type"].lower() == "movie"
            tmdb = number_id(row["tmdb id"]) if is_film else ""  # shows count from 1 too
            entry = Entry(
                unrated or "rated",
                row["name"],
                row.where,
                year_in(row["release date"]),
                "film" if is_film else "series",
                ids_of(imdb=imdb_id(row["imdb id"]), tmdb=tmdb),
                when=iso_date(row["date rated"]),
            )
            account.rate(entry, row["your rating"], _SCALE)


FORMAT = Format("TMDB", _recognizes, _read)
