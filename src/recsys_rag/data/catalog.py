"""All items with their metadata, and how titles and people are found in it. Knows nothing of ratings."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError, UnknownItemError

_ARTICLES = frozenset(
    ("the", "a", "an", "le", "la", "les", "l", "un", "une", "der", "die", "das", "ein", "eine")
    + ("el", "los", "las", "il", "lo", "gli", "i", "o", "os", "as", "de", "het", "en", "ett", "det")
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_YEAR_AT_END = re.compile(r"\s*\((\d{4})\)\s*$")


def fold(text: str) -> str:
    """Return text as it is compared: no case, no accents, "&" as "and", apostrophes gone, words by single spaces.

    >>> fold("Amélie & the  Wolf's Lair!")
    'amelie and the wolfs lair'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(plain.casefold().replace("&", " and ").replace("’", "").replace("'", "")))


def without_article(folded: str) -> str:
    """Drop a leading article, or a trailing one as catalogs write it ("Godfather, The"), from folded text.

    >>> without_article("the godfather"), without_article("godfather the"), without_article("the")
    ('godfather', 'godfather', 'the')
    """
    words = folded.split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    elif len(words) > 1 and words[-1] in ("the", "a", "an", "le", "la", "les", "der", "die", "das", "el", "il"):
        words = words[:-1]
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Mention:
    """A title found in a text: `text[start:stop]`, and every item that bears it."""

    start: int
    stop: int
    item_indices: tuple[int, ...]


@dataclass(frozen=True)
class Catalog:
    """Items in the order of `items`; every column has one entry an item.

    `years` holds 0 where the year is unknown. `metadata` columns hold a tuple of texts an item (several directors, actors,
    keywords; a plot is one text), empty where unknown. `runtimes` in minutes, 0 where unknown.
    """

    items: Vocabulary
    titles: tuple[str, ...]
    years: NDArray[np.int32]
    genres: tuple[tuple[str, ...], ...]
    aliases: tuple[tuple[str, ...], ...] = ()
    release_dates: tuple[str, ...] = ()  # ISO 8601, "" where unknown
    runtimes: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    metadata: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.items)
        if not self.aliases:
            object.__setattr__(self, "aliases", ((),) * n)
        if not self.release_dates:
            object.__setattr__(self, "release_dates", ("",) * n)
        if not len(self.runtimes):
            object.__setattr__(self, "runtimes", np.zeros(n, np.int32))
        columns: dict[str, Sequence[object] | NDArray[np.int32]] = {
            "titles": self.titles,
            "years": self.years,
            "genres": self.genres,
            "aliases": self.aliases,
            "release_dates": self.release_dates,
            "runtimes": self.runtimes,
            **self.metadata,
        }
        for name, column in columns.items():
            if len(column) != n:
                raise DataError(f"catalog column {name!r} has {len(column)} entries for {n} items")

    def __len__(self) -> int:
        return len(self.items)

    def year(self, item_index: int) -> int | None:
        """Return the year of release, or None when it is unknown."""
        return int(self.years[item_index]) or None

    def name(self, item_index: int) -> str:
        """Return the title as text names it, with the year where known: "Fargo (1996)"."""
        year = self.year(item_index)
        return f"{self.titles[item_index]} ({year})" if year else self.titles[item_index]

    def people(self, item_index: int, column: str) -> tuple[str, ...]:
        """Return the entries of one metadata column ("director", "actors"), empty where unknown."""
        return self.metadata[column][item_index] if column in self.metadata else ()

    @cached_property
    def genre_names(self) -> tuple[str, ...]:
        """All genres that occur, most items first, ties by name."""
        counts: dict[str, int] = defaultdict(int)
        for one in self.genres:
            for genre in one:
                counts[genre] += 1
        return tuple(sorted(counts, key=lambda genre: (-counts[genre], genre)))

    def text(self, item_index: int) -> str:
        """Return what text retrieval reads of an item: title, year, genres, people, keywords, plot."""
        parts = [f"{self.name(item_index)}.", ", ".join(self.genres[item_index]) + "."]
        for column in sorted(self.metadata):
            if self.metadata[column][item_index] and column != "imdb_id":
                parts.append(", ".join(self.metadata[column][item_index]) + ".")
        return " ".join(part for part in parts if part != ".")

    # --- finding titles ------------------------------------------------------------------------------------------

    @cached_property
    def _by_folded(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for item_index, title in enumerate(self.titles):
            for name in (title, *self.aliases[item_index]):
                for key in {fold(name), without_article(fold(name))}:
                    if key and item_index not in found[key]:
                        found[key].append(item_index)
        return {key: tuple(places) for key, places in found.items() if key}

    def find(self, title: str) -> tuple[int, ...]:
        """Return the indices of all items that bear this title, in catalog order; empty when there are none.

        Case, accents, punctuation and articles do not matter; "(1996)" at the end narrows the match to that year.
        """
        year = _YEAR_AT_END.search(title)
        folded = fold(title[: year.start()] if year else title)
        places = self._by_folded.get(folded) or self._by_folded.get(without_article(folded)) or ()
        if year and places:
            places = tuple(place for place in places if int(self.years[place]) == int(year[1]))
        if not places and year:  # a title that itself ends in a year in brackets
            places = self._by_folded.get(fold(title), ())
        return places

    def closest(self, title: str, n: int = 3) -> tuple[str, ...]:
        """Return the n titles (with year) most like this one, best first."""
        best = process.extract(
            without_article(fold(_YEAR_AT_END.sub("", title))), self._folded_titles, scorer=fuzz.WRatio, limit=n
        )
        return tuple(self.name(place) for _, _, place in best)

    @cached_property
    def _folded_titles(self) -> list[str]:
        return [without_article(fold(title)) for title in self.titles]

    def resolve(self, id_or_title: str) -> int:
        """Return the one item meant by an id or a title; an id wins, then the exact title, most recent year first.

        Raises UnknownItemError with the three closest titles.
        """
        place = self.items.get(id_or_title)
        if place is not None:
            return place
        places = self.find(id_or_title)
        if places:
            return max(
                places, key=lambda one: (fold(self.titles[one]) == fold(id_or_title), int(self.years[one]), -one)
            )
        close = self.closest(id_or_title)
        hint = f"; closest titles: {', '.join(close)}" if close else ""
        raise UnknownItemError(f"no item with id or title {id_or_title!r}{hint}")

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]]:
        index: dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]] = defaultdict(list)
        for key, places in self._by_folded.items():
            words = tuple(key.split())
            index[words[0]].append((words, places))
        for entries in index.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        return dict(index)

    def mentions(self, text: str) -> Iterator[Mention]:
        """Find titles in a text, longest first, left to right, without overlap.

        Case and accents do not matter for titles of two words or more. A title of one word counts only when it is written
        with a capital or stands before its year in brackets; one of digits only when its year follows: "it" and
        "187 people" are no titles, "Heat" and "187 (1997)" are.
        """
        tokens = list(_WORD.finditer(text))
        folded = [fold(token[0]) for token in tokens]
        place = 0
        while place < len(tokens):
            for words, item_indices in self._by_first_word.get(folded[place], ()):
                last = place + len(words) - 1
                if tuple(folded[place : last + 1]) == words and self._counts(
                    text, tokens[place], tokens[last], item_indices
                ):
                    yield Mention(tokens[place].start(), tokens[last].end(), item_indices)
                    place = last
                    break
            place += 1

    def _counts(self, text: str, first: re.Match[str], last: re.Match[str], item_indices: tuple[int, ...]) -> bool:
        if first is not last:
            return True
        year = re.match(r"\s*\((\d{4})\)", text[last.end() :])
        if year and any(int(self.years[one]) == int(year[1]) for one in item_indices):
            return True
        return first[0][0].isupper()
