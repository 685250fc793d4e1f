"""Titles of a real catalog as other sites would write them, with the item that each means: made by
rule from a seed. What a rule cannot be applied to is left for the next rule."""

import csv
import io
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from recsys_rag.data.catalog import Catalog, fold, without_article
from recsys_rag.data.vocabulary import Vocabulary

_ROMAN = {"2": "II", "3": "III", "4": "IV", "5": "V"}


@dataclass(frozen=True)
class Case:
    """A title as it is written elsewhere, and the item that it means, None where it means none."""

    title: str
    year: int | None
    item_id: str | None
    trouble: str
    imdb: str = ""
    medium: str = "movie"


def part_of(catalog: Catalog, kept: list[int]) -> Catalog:
    """Return the catalog of these items alone, without the columns that import does not read."""
    return Catalog(
        Vocabulary(tuple(catalog.items.id(item) for item in kept)),
        tuple(catalog.titles[item] for item in kept),
        catalog.years[np.array(kept)],
        tuple(catalog.genres[item] for item in kept),
        tuple(catalog.aliases[item] for item in kept),
        metadata={
            name: tuple(column[item] for item in kept)
            for name, column in catalog.metadata.items()
            if name in ("imdb_id", "tmdb_id")
        },
    )


def without_ids(catalog: Catalog) -> Catalog:
    return replace(catalog, metadata={})


def _bare(title: str) -> str | None:
    bare = "".join(c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c))
    return bare if bare != title else None


def _article_behind(title: str) -> str | None:
    first, _, rest = title.partition(" ")
    return f"{rest}, {first}" if rest and first in ("The", "A", "Le", "La", "Les", "El") else None


def _article_gone(title: str) -> str | None:
    first, _, rest = title.partition(" ")
    return rest if rest and first in ("The", "A") else None


def _dash(title: str) -> str | None:
    return title.replace(": ", " - ") if ": " in title else None


def _subtitle_gone(title: str) -> str | None:
    head, colon, _ = title.partition(": ")
    return head if colon and len(head) > 3 else None


def _other_numbers(title: str) -> str | None:
    if match := re.search(r" ([2-5])(?=$|:| )", title):
        return f"{title[: match.start(1)]}{_ROMAN[match[1]]}{title[match.end(1) :]}"
    if match := re.search(r" (II|III|IV)\b", title):
        arabic = next(digit for digit, roman in _ROMAN.items() if roman == match[1])
        return f"{title[: match.start(1)]}{arabic}{title[match.end(1) :]}"
    return None


def _other_and(title: str) -> str | None:
    return (
        title.replace(" & ", " and ")
        if " & " in title
        else (title.replace(" and ", " & ") if " and " in title else None)
    )


def _slip(title: str) -> str | None:
    middle = len(title) // 2
    if len(title) < 14 or not title[middle : middle + 2].isalpha():
        return None
    return title[:middle] + title[middle + 1] + title[middle] + title[middle + 2 :]


def _misread(title: str) -> str | None:
    try:
        misread = title.encode().decode("cp1252")
    except UnicodeError:
        return None
    return misread if misread != title else None


WRITTEN: dict[str, Callable[[str], str | None]] = {
    "without accents": _bare,
    "article behind": _article_behind,
    "article gone": _article_gone,
    "dash for colon": _dash,
    "subtitle gone": _subtitle_gone,
    "numbers in the other form": _other_numbers,
    "and, &": _other_and,
    "a slip": _slip,
    "capitals": str.upper,
    "misread": _misread,
}


def cases(catalog: Catalog, n: int, seed: int) -> tuple[list[Case], Catalog]:
    """Return n cases, and the catalog that they are for: a quarter of the films are not in it."""
    rng = random.Random(seed)
    items = [item for item in range(len(catalog)) if catalog.years[item]]
    rng.shuffle(items)
    gone = set(items[: len(items) // 4])
    kept = [item for item in range(len(catalog)) if item not in gone]
    bears = Counter(
        (key, int(catalog.years[item]))
        for item in kept
        for key in {
            without_article(fold(name)) for name in (catalog.titles[item], *catalog.aliases[item])
        }
    )
    years_of: dict[str, set[int]] = {}
    for key, year in bears:
        years_of.setdefault(key, set()).add(year)
    made: list[Case] = []
    # rare troubles first, else there would be none of them among n
    rng.shuffle(items)
    share = n // 20
    there = [item for item in items if item not in gone]
    for trouble, write in WRITTEN.items():
        some = [item for item in there if write(catalog.titles[item])][:share]
        made += [_case(catalog, item, write(catalog.titles[item]), trouble) for item in some]
    aliased = [item for item in there if catalog.aliases[item]][:share]
    made += [_case(catalog, item, catalog.aliases[item][0], "other title") for item in aliased]
    for item in there[:share]:
        case = _case(catalog, item, catalog.titles[item], "year one off")
        near = years_of[without_article(fold(case.title))]
        shift = rng.choice((-1, 1))
        if not near & {case.year + shift, case.year + 2 * shift}:
            made.append(replace(case, year=case.year + shift))
    for item in there[n : n + share]:
        case = _case(catalog, item, catalog.titles[item], "a remake")
        year = case.year + rng.choice((-30, -17, 12, 25))
        if not years_of[without_article(fold(case.title))] & {year - 1, year, year + 1}:
            made.append(replace(case, year=year, item_id=None, imdb="tt99999999"))
    for item in there[2 * n : 2 * n + share]:
        case = _case(catalog, item, catalog.titles[item], "a series of that name")
        made.append(replace(case, item_id=None, imdb="tt99999998", medium="series"))
    for item in sorted(gone)[: 2 * share]:
        case = _case(catalog, item, catalog.titles[item], "not in it")
        made.append(replace(case, item_id=None))
    rest = there[3 * n : 4 * n - len(made)]
    made += [_case(catalog, item, catalog.titles[item], "as it is") for item in rest]
    rng.shuffle(made)
    return made[:n], part_of(catalog, kept)


def _case(catalog: Catalog, item: int, title: str | None, trouble: str) -> Case:
    assert title is not None
    imdb = next(iter(catalog.people(item, "imdb_id")), "")
    return Case(title, catalog.year(item), catalog.items.id(item), trouble, imdb)


# --- as files -------------------------------------------------------------------------------------


def letterboxd(made: list[Case]) -> tuple[str, bytes]:
    """Letterboxd knows no types: series are not among its films."""
    return "ratings.csv", _table(
        ("Date", "Name", "Year", "Letterboxd URI", "Rating"),
        [("2025-01-01", case.title, case.year, "https://boxd.it/x", 4) for case in made],
    )


def imdb(made: list[Case]) -> tuple[str, bytes]:
    types = {"movie": "Movie", "series": "TV Series"}
    return "ratings.csv", _table(
        ("Const", "Your Rating", "Date Rated", "Title", "URL", "Title Type", "Year"),
        [(c.imdb, 8, "2025-01-01", c.title, "x", types[c.medium], c.year) for c in made],
    )


def tmdb(made: list[Case]) -> tuple[str, bytes]:
    types = {"movie": "movie", "series": "tv"}
    header = ("TMDb ID", "IMDb ID", "Type", "Name", "Release Date", "Your Rating")
    return "ratings.csv", _table(
        header, [("", "", types[c.medium], c.title, f"{c.year}-05-05", 8) for c in made]
    )


def trakt(made: list[Case]) -> tuple[str, bytes]:
    keys = {"movie": "movie", "series": "show"}
    records = [
        {
            "rated_at": "2025-01-01T00:00:00Z",
            "rating": 8,
            keys[case.medium]: {
                "title": case.title,
                "year": case.year,
                "ids": {"imdb": case.imdb if place % 2 else None},
            },
        }
        for place, case in enumerate(made)
    ]
    return "ratings-movies.json", json.dumps(records).encode()


def plain(made: list[Case]) -> tuple[str, bytes]:
    return "films.csv", _table(
        ("title", "year", "rating"), [(case.title, case.year, 4) for case in made]
    )


def netflix(made: list[Case]) -> tuple[str, bytes]:
    titles = [
        f"{case.title}: Season 1: Pilot" if case.medium == "series" else case.title for case in made
    ]
    return "NetflixViewingHistory.csv", _table(
        ("Title", "Date"), [(title, "4/21/25") for title in titles]
    )


def _table(header: tuple[str, ...], rows: list[tuple]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
