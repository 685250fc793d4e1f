"""The items and users files of every MovieLens release -> Catalog and user fields. One function a
form."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import numpy as np

from recsys_rag.data._readers.titles import ParsedTitle, parse_title
from recsys_rag.data.catalog import NO_GENRE, Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

GENRES_100K = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
    "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi",
    "Thriller", "War", "Western",
)  # fmt: skip
_NO_GENRE = NO_GENRE | {""}
# item 267 of 100K, and how the copy in recbole spells it
_PLACEHOLDERS = frozenset(("unknown", "unkonwn"))
_AGES_1M = {
    "1": "under 18",
    "18": "18-24",
    "25": "25-34",
    "35": "35-44",
    "45": "45-49",
    "50": "50-55",
    "56": "56+",
}
_OCCUPATIONS_1M = (
    "other", "academic/educator", "artist", "clerical/admin", "college/grad student",
    "customer service", "doctor/health care", "executive/managerial", "farmer", "homemaker",
    "K-12 student", "lawyer", "programmer", "retired", "sales/marketing", "scientist",
    "self-employed", "technician/engineer", "tradesman/craftsman", "unemployed", "writer",
)  # fmt: skip


class _Items:
    """Items as they are read, until they become a catalog."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.ids: list[str] = []
        self.titles: list[ParsedTitle] = []
        self.genres: list[tuple[str, ...]] = []
        self.release_dates: list[str] = []

    def add(
        self, item_id: str, title: ParsedTitle, genres: Iterable[str], release_date: str = ""
    ) -> None:
        self.ids.append(item_id)
        self.titles.append(title)
        self.genres.append(tuple(genre for genre in genres if genre not in _NO_GENRE))
        self.release_dates.append(release_date)

    def catalog(self, metadata: Mapping[str, tuple[tuple[str, ...], ...]] | None = None) -> Catalog:
        if not self.ids:
            raise DataError(f"{self.where}: no items in it; it should have one a line")
        try:
            items = Vocabulary(tuple(self.ids))
        except DataError as error:
            raise DataError(f"{self.where}: {error}; remove one of the two lines") from None
        return Catalog(
            items,
            tuple(one.title for one in self.titles),
            np.array([one.year for one in self.titles], np.int32),
            tuple(self.genres),
            tuple(one.aliases for one in self.titles),
            tuple(self.release_dates),
            metadata=metadata or {},
        )


def read_items_100k(lines: Iterable[str], where: str) -> Catalog:
    r"""Read u.item: id|title|release date|video date|address|19 genre flags.

    >>> flags = "|0|0|0|0|0|0|1|0|1|0|0|0|0|0|0|0|1|0|0"
    >>> catalog = read_items_100k(["100|Fargo (1996)|14-Feb-1997||http://us.imdb.com/" + flags], "u.item")
    >>> catalog.name(0), catalog.genres[0], catalog.release_dates[0]
    ('Fargo (1996)', ('Crime', 'Drama', 'Thriller'), '1997-02-14')
    """  # noqa: E501
    items = _Items(where)
    for row, fields in _rows(lines, "|", 5 + len(GENRES_100K), where):
        flags = fields[5:]
        if not set(flags) <= {"0", "1"}:
            raise DataError(
                f"{where}: row {row}: genre flags {'|'.join(flags)!r} are not all 0 or 1; correct "
                "the line"
            )
        genres = (genre for genre, flag in zip(GENRES_100K, flags, strict=True) if flag == "1")
        items.add(fields[0], parse_title(fields[1]), genres, _iso_date(fields[2], where, row))
    return items.catalog()


def read_items_recbole(lines: Iterable[str], where: str) -> Catalog:
    r"""Read ml-100k.item of the copy in recbole: header, then id, title without year, year, genres,
    by tabs.

    Titles, accents, articles, years and genres are those of u.item (compared over all 1,682 items);
    release dates, addresses and "(V)" are not in the copy. Two rows are garbled, and repaired by
    rule: where a title ended in "(V)" the year stands with the title and "V" in the year's place;
    the placeholder "unknown" is misspelled.

    >>> catalog = read_items_recbole(["header", "1412\tLand Before Time III (1995)\tV\tAnimation Children's"], "x")
    >>> catalog.name(0), catalog.genres[0]
    ('Land Before Time III (1995)', ('Animation', "Children's"))
    """  # noqa: E501
    items = _Items(where)
    for row, fields in _rows(lines, "\t", 4, where, header=True):
        item_id, title, year, genres = fields
        if title in _PLACEHOLDERS:
            items.add(item_id, ParsedTitle("unknown"), ())
            continue
        if not re.fullmatch(r"\d{4}|V|TV|VG", year):
            raise DataError(
                f"{where}: row {row}: release year {year!r} is not a year; correct the line"
            )
        items.add(item_id, parse_title(f"{title} ({year})"), genres.split())
    return items.catalog()


def read_items_dat(lines: Iterable[str], where: str) -> Catalog:
    r"""Read movies.dat of 1M and 10M: id::title (year)::genre|genre.

    >>> read_items_dat(["6::Heat (1995)::Action|Crime|Thriller"], "movies.dat").name(0)
    'Heat (1995)'
    """
    items = _Items(where)
    for _, fields in _rows(lines, "::", 3, where):
        items.add(fields[0], parse_title(fields[1]), fields[2].split("|"))
    return items.catalog()


def read_items_csv(
    lines: Iterable[str], where: str, links: Mapping[str, Mapping[str, str]] | None = None
) -> Catalog:
    """Read movies.csv of latest-small, 20M, 25M and 32M: movieId,title,genres; `links` as
    `read_links` gives them.

    >>> read_items_csv(["movieId,title,genres", '6,"Heat, The (1995)",(no genres listed)'], "movies.csv").name(0)
    'The Heat (1995)'
    """  # noqa: E501
    items = _Items(where)
    for _, fields in _rows(lines, ",", 3, where, header=True):
        items.add(fields[0], parse_title(fields[1]), fields[2].split("|"))
    return items.catalog(
        {
            column: tuple((ids[one],) if one in ids else () for one in items.ids)
            for column, ids in (links or {}).items()
            if ids
        }
    )


def read_links(lines: Iterable[str], where: str) -> dict[str, dict[str, str]]:
    """Read links.csv: column of the catalog -> item id -> id there, of IMDb as "tt0114709".

    >>> read_links(["movieId,imdbId,tmdbId", "1,0114709,862", "2,0113497,"], "links.csv")
    {'imdb_id': {'1': 'tt0114709', '2': 'tt0113497'}, 'tmdb_id': {'1': '862'}}
    """
    rows = [fields for _, fields in _rows(lines, ",", 3, where, header=True)]
    return {
        "imdb_id": {item_id: f"tt{imdb.zfill(7)}" for item_id, imdb, _ in rows if imdb},
        "tmdb_id": {item_id: tmdb for item_id, _, tmdb in rows if tmdb},
    }


def read_users_100k(
    lines: Iterable[str], where: str, separator: str = "|", *, header: bool = False
) -> dict[str, dict[str, str]]:
    """Read u.user, or the copy's .user: id, age, gender, occupation, zip. Returns field -> {user
    id: value}.

    >>> read_users_100k(["1|24|M|technician|85711"], "u.user")["occupation"]
    {'1': 'technician'}
    """
    rows = [fields for _, fields in _rows(lines, separator, 5, where, header=header)]
    return {
        field: {row[0]: row[place] for row in rows}
        for place, field in enumerate(("age", "gender", "occupation", "zip"), 1)
    }


def read_users_1m(lines: Iterable[str], where: str) -> dict[str, dict[str, str]]:
    """Read users.dat of 1M: id::gender::age code::occupation code::zip, codes spelled out.

    >>> read_users_1m(["1::F::1::10::48067"], "users.dat")
    {'gender': {'1': 'F'}, 'age': {'1': 'under 18'}, 'occupation': {'1': 'K-12 student'}, 'zip': {'1': '48067'}}
    """  # noqa: E501
    found: dict[str, dict[str, str]] = {"gender": {}, "age": {}, "occupation": {}, "zip": {}}
    for row, (user_id, gender, age, occupation, zip_code) in _rows(lines, "::", 5, where):
        if not (occupation.isdigit() and int(occupation) < len(_OCCUPATIONS_1M)):
            raise DataError(
                f"{where}: row {row}: occupation {occupation!r} is not a code from 0 to 20; "
                "correct the line"
            )
        found["gender"][user_id] = gender
        found["age"][user_id] = _AGES_1M.get(age, age)
        found["occupation"][user_id] = _OCCUPATIONS_1M[int(occupation)]
        found["zip"][user_id] = zip_code
    return found


def _rows(
    lines: Iterable[str], separator: str, n_fields: int, where: str, *, header: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and fields, which only commas may be quoted between; a line with another
    number of fields is refused, an empty one is passed over."""
    reader = csv.reader(lines) if separator == "," else None
    rows = reader or (line.rstrip("\r\n").split(separator) for line in lines)
    for row, fields in enumerate(rows, 1):
        row = reader.line_num if reader else row
        if (header and row == 1) or not any(map(str.strip, fields)):
            continue
        if len(fields) != n_fields:
            raise DataError(
                f"{where}: row {row}: {len(fields)} fields instead of {n_fields}: "
                f"{separator.join(fields).strip()[:80]!r}; correct the line"
            )
        yield row, fields


def _iso_date(text: str, where: str, row: int) -> str:
    if not text:
        return ""
    try:
        return datetime.strptime(text, "%d-%b-%Y").date().isoformat()
    except ValueError:
        raise DataError(
            f"{where}: row {row}: release date {text!r} is not like 01-Jan-1995; correct the line"
        ) from None
