"""A table of one's own: title, year, rating, date, ids, under their usual names; also what
`recsys-rag import --out` wrote."""

from collections.abc import Mapping, Sequence
from typing import cast

from recsys_rag.data._readers.cells import imdb_id, number_id
from recsys_rag.data.dataset import RatingScale
from recsys_rag.imports._cells import TEN, BadCell, column_dates, ids_of, rating_in, year_in
from recsys_rag.imports._entries import KINDS, Account, Entry, Kind
from recsys_rag.imports._files import ExportFile
from recsys_rag.imports._format import Format, Options

_NAMES: Mapping[str, tuple[str, ...]] = {
    "item": ("item_id", "itemid", "item id", "item", "movieid", "movie_id"),
    "title": ("title", "name", "film", "movie", "book", "titel", "titre", "título", "titolo"),
    "other": ("original title", "original_title", "originaltitle"),
    "year": ("year", "release year", "release_year", "jahr", "année", "año", "anno"),
    "rating": ("rating", "your rating", "my rating", "score", "stars", "note", "bewertung"),
    "rating10": ("rating10",),  # of ten, in the format for imports that sites share
    "kind": ("kind",),
    "when": ("when", "date", "watched date", "watcheddate", "watched_date", "rated_at", "datum"),
    "imdb": ("imdb_id", "imdbid", "imdb", "const", "tconst"),
    "tmdb": ("tmdb_id", "tmdbid", "tmdb"),
    "type": ("type", "title type"),
}
_UNBOUNDED = RatingScale(float("-1e9"), 1e9)


def _columns(file: ExportFile) -> dict[str, str]:
    """Return meaning -> column of this header."""
    return {
        meaning: next(name for name in names if name in file.header)
        for meaning, names in _NAMES.items()
        if set(names) & set(file.header)
    }


def _recognizes(file: ExportFile) -> bool:
    return bool({"title", "item", "imdb", "tmdb"} & set(_columns(file)))


def _read(files: Sequence[ExportFile], account: Account, options: Options) -> None:
    """Read rows with a rating as rated, others as their column `kind` says, else by the file's
    name, else as watched."""
    for file in files:
        columns = _columns(file)
        rows = list(file.rows(*columns.values()))

        def cells(meaning: str, columns: Mapping[str, str] = columns) -> str:
            return columns.get(meaning, "")

        dates, trouble = column_dates([row[cells("when")] for row in rows])
        if trouble:
            account.notes.append(f"{file.path}: {trouble}")
        named: Kind = "wanting" if "watchlist" in file.name else "watched"
        for row, when in zip(rows, dates, strict=True):
            said = row[cells("kind")].lower()
            if said and said not in KINDS:
                account.skip(row.where, row[cells("title")], f"kind {said[:20]!r} is not known")
                continue
            scale = TEN if "rating10" in columns else options.scale
            try:
                rating = rating_in(row[cells("rating10")], TEN, zero_is_none=True)
                if rating is None:
                    rating = rating_in(row[cells("rating")], options.scale or _UNBOUNDED)
                    scale = options.scale
            except BadCell as error:
                account.skip(row.where, row[cells("title")], str(error))
                continue
            kind = cast(Kind, said) or ("rated" if rating is not None else named)
            if kind == "rated" and rating is None:
                account.skip(row.where, row[cells("title")], "without a rating")
                continue
            other = row[cells("other")]
            account.add(
                Entry(
                    kind,
                    row[cells("title")],
                    row.where,
                    year_in(row[cells("year")]),
                    ids=ids_of(
                        item=row[cells("item")],
                        imdb=imdb_id(row[cells("imdb")]),
                        tmdb=number_id(row[cells("tmdb")]),
                    ),
                    other_titles=(other,) if other else (),
                    rating=rating if kind == "rated" else None,
                    scale=scale if kind == "rated" else None,
                    when=when,
                )
            )


FORMAT = Format("a table", _recognizes, _read)
