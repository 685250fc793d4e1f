"""Entries of an export -> items of a catalog: by ids where the catalog has them, else by title,
year and other titles. Says where it cannot tell."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from recsys_rag.data._readers.cells import imdb_id, number_id
from recsys_rag.data.catalog import Catalog, without_article
from recsys_rag.imports._cells import isbn, year_in
from recsys_rag.imports._entries import Entry
from recsys_rag.imports._titles import Keys, canonical, exact, keys_of, parts, repaired, same_signs

_YEAR_BEHIND = re.compile(r"\s*[(\[](1[89]\d\d|20\d\d)[)\]]\s*$")
_MEDIA = {"film": "film", "movie": "film", "book": "book", "game": "game"}
_MEDIA |= {"anime": "series", "series": "series", "show": "series", "song": "music"}
_SITES: Mapping[str, Callable[[object], str]] = {
    "imdb": imdb_id,
    "tmdb": number_id,
    "isbn": isbn,
    "goodreads": number_id,
    "steam": number_id,
    "mal_anime": number_id,
    "mal_manga": number_id,
    "spotify": str,
}
_LETTERS_PER_SLIP = 8  # a shorter title with another letter is another title


@dataclass(frozen=True, slots=True)
class Match:
    """What became of an entry: the item it means; or several that it may mean; or none, and why."""

    entry: Entry
    item_id: str | None
    how: str  # "IMDb id", "title and year", ...; without an item, why there is none
    candidates: tuple[str, ...] = ()  # ids of the items it may mean, in catalog order


class Matcher:
    """Finds the items of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.medium = _MEDIA.get(catalog.noun.lower(), "")

    def match(self, entry: Entry) -> Match:
        """Return the item that an entry means.

        An id that the catalog has decides. A title counts with its year, or a year beside it where
        no item has that one; a part of a title or one with a slip only with its very year; without
        a year, only where one item alone bears it. An item whose own id is another one is not
        meant.
        """
        by_id = self._by_ids(entry)
        if by_id is not None:
            return by_id
        if reason := self._not_of_this_catalog(entry):
            return Match(entry, None, reason)
        return self._by_titles(entry)

    # --- ids --------------------------------------------------------------------------------------

    def _by_ids(self, entry: Entry) -> Match | None:
        items: dict[int, str] = {}
        for site, value in entry.ids.items():
            if site == "item":
                named = self.catalog.items.get(value)
                places = [] if named is None else [named]
            else:
                places = list(self._sites.get(site, {}).get(value, ()))
            for place in places:
                items.setdefault(place, f"{_NAMES.get(site, site)} id")
        if len(items) == 1:
            place, how = next(iter(items.items()))
            return Match(entry, self.catalog.items.id(place), how)
        if items:
            return self._ambiguous(entry, items, "its ids are those of several items")
        return None

    @cached_property
    def _sites(self) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
        """Site -> id -> items, of the sites whose ids this catalog has."""
        found = {}
        for site, read in _SITES.items():
            items: dict[str, list[int]] = defaultdict(list)
            for column in (f"{site}_id", site, f"{site}13"):
                for place, value in self._cells(column):
                    if (known := read(value)) and place not in items[known]:
                        items[known].append(place)
            if items:
                found[site] = {known: tuple(places) for known, places in items.items()}
        return found

    def _cells(self, column: str) -> Iterable[tuple[int, object]]:
        """Yield item and value for each value of a column, as metadata or attribute."""
        values: Iterable[object] = self.catalog.metadata.get(column, ())
        if column not in self.catalog.metadata:
            values = self.catalog.attributes.get(column, ())
        for place, value in enumerate(values):
            for one in value if isinstance(value, tuple) else (value,):
                yield place, one

    @cached_property
    def _ids_of_items(self) -> Mapping[int, Mapping[str, frozenset[str]]]:
        """Item -> site -> its ids there."""
        ids: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for site, items in self._sites.items():
            for known, places in items.items():
                for place in places:
                    ids[place][site].add(known)
        return {
            place: {site: frozenset(known) for site, known in sites.items()}
            for place, sites in ids.items()
        }

    def _contradicts(self, place: int, entry: Entry) -> bool:
        """Say whether an item has another id than the entry on a site that both have."""
        sites = self._ids_of_items.get(place, {})
        return any(site in sites and value not in sites[site] for site, value in entry.ids.items())

    def _not_of_this_catalog(self, entry: Entry) -> str:
        """Return why a title of this medium is not looked for by its title, "" where it is."""
        if not entry.medium or not self.medium or entry.medium == self.medium:
            return ""
        if entry.medium == "series" and self.medium == "film":
            return "a series; looked for by its id only"
        return f"the catalog is of {self.catalog.noun}s; this is of another medium, {entry.medium}"

    # --- titles -----------------------------------------------------------------------------------

    def _by_titles(self, entry: Entry) -> Match:
        titles, year = _titles_of(entry)
        keys = tuple(map(keys_of, titles))
        bearing = [
            tuple(self._indexes[level].get(key[level], ()))
            for level in range(len(self._indexes))
            for key in keys
        ]
        levels = [
            [item for item in items if not self._contradicts(item, entry)] for items in bearing
        ]
        levels = [items for items in levels if items]
        if year is None:
            if not levels:
                return Match(entry, None, _NONE)
            return self._chosen(entry, levels[0], "title, without a year", titles)
        for items in levels:
            if at := [item for item in items if self._year(item) == year]:
                return self._chosen(entry, at, "title and year", titles)
        for items in levels:
            at = [item for item in items if abs(self._year(item) - year) == 1]
            if at := [item for item in at if not self._has_other_article(item, keys)]:
                return self._chosen(entry, at, "title, the year is one off", titles)
        for title, key in zip(titles, keys, strict=True):
            if at := self._by_part(title, key.canonical, year, entry):
                return self._chosen(entry, at, "part of the title and year", titles)
        for key in keys:
            almost = self._almost(key, year)
            if almost is not None and not self._contradicts(almost, entry):
                return self._match(entry, almost, "almost the title, and year")
        if undated := [item for items in levels[:1] for item in items if not self._year(item)]:
            return self._ambiguous(entry, undated, "the catalog has no year for this title")
        if levels:
            years = sorted({self._year(item) for items in levels for item in items})
            return Match(entry, None, f"of {', '.join(map(str, years))}, not of {year}")
        return Match(entry, None, _OTHER_ID if any(bearing) else _NONE)

    def _has_other_article(self, item: int, keys: Sequence[Keys]) -> bool:
        """Say whether each title of an item and of an entry begin with articles that differ."""
        names = (self.catalog.titles[item], *self.catalog.aliases[item])
        articles = {_article(exact(name)) for name in names}
        wanted = {_article(key.exact) for key in keys}
        return not (articles & wanted or "" in articles | wanted)

    def _by_part(self, title: str, whole: str, year: int, entry: Entry) -> list[int]:
        """Return items of this very year of which one title is a part of the other; not those that
        share a part while each goes on differently."""
        items = list(self._parts.get(whole, ()))
        for part in parts(title):
            if part != whole:
                items += self._indexes[-1].get(part, ())
        return [
            item
            for item in dict.fromkeys(items)
            if self._year(item) == year and not self._contradicts(item, entry)
        ]

    def _almost(self, keys: Keys, year: int) -> int | None:
        """Return the one item of this year whose title is this one but for a slip: a letter that is
        wrong, missing, too many, or changed places with the next; in long titles two."""
        n_slips = min(2, len(keys.plain) // _LETTERS_PER_SLIP)
        names, items = self._of_year.get(year, ((), ()))
        close = process.extract(
            keys.plain, names, scorer=OSA.distance, limit=4, score_cutoff=n_slips
        )
        slips: dict[int, float] = {}  # item -> the fewest
        for name, distance, place in close:
            if _digits(canonical(name)) == _digits(keys.canonical):  # a number is no slip
                slips.setdefault(items[place], distance)
        fewest = [item for item in slips if slips[item] == min(slips.values())]
        return fewest[0] if n_slips and len(fewest) == 1 else None

    def _chosen(self, entry: Entry, items: Sequence[int], how: str, titles: Sequence[str]) -> Match:
        """Return the one item among these, or that it cannot be told."""
        wanted = titles[0]
        of_title = self.catalog.titles
        items = [item for item in items if exact(of_title[item]) == exact(wanted)] or list(items)
        items = [item for item in items if same_signs(of_title[item], wanted)] or items
        distinct: dict[tuple[int, object], int] = {}
        for item in items:
            ids = self._ids_of_items.get(item)
            key = int(self.catalog.same_as[item]), tuple(sorted(ids.items())) if ids else None
            distinct.setdefault(key, item)
        if len(distinct) == 1:
            return self._match(entry, next(iter(distinct.values())), how)
        return self._ambiguous(entry, distinct.values(), f"several items by {how}")

    def _match(self, entry: Entry, item: int, how: str) -> Match:
        return Match(entry, self.catalog.items.id(item), how)

    def _ambiguous(self, entry: Entry, items: Iterable[int], why: str) -> Match:
        ids = tuple(self.catalog.items.id(item) for item in sorted(set(items)))
        return Match(entry, None, why, ids)

    def _year(self, item: int) -> int:
        return int(self.catalog.years[item])

    # --- indexes ----------------------------------------------------------------------------------

    def _names(self) -> Iterable[tuple[int, str]]:
        for item, title in enumerate(self.catalog.titles):
            for name in (title, *self.catalog.aliases[item]):
                yield item, name

    @cached_property
    def _indexes(self) -> tuple[Mapping[str, tuple[int, ...]], ...]:
        """For each of `Keys`, key -> items, in catalog order."""
        indexes: tuple[dict[str, dict[int, None]], ...] = tuple(
            defaultdict(dict) for _ in Keys._fields
        )
        for item, name in self._names():
            for index, key in zip(indexes, keys_of(name), strict=True):
                index[key][item] = None
        return tuple(
            {key: tuple(items) for key, items in index.items() if key} for index in indexes
        )

    @cached_property
    def _parts(self) -> Mapping[str, tuple[int, ...]]:
        items: dict[str, dict[int, None]] = defaultdict(dict)
        for item, name in self._names():
            for part in parts(name):
                items[part][item] = None
        return {part: tuple(places) for part, places in items.items() if part}

    @cached_property
    def _of_year(self) -> Mapping[int, tuple[list[str], list[int]]]:
        """Year -> titles without articles and, aligned, their items."""
        years: dict[int, tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
        for item, name in self._names():
            names, items = years[self._year(item)]
            names.append(keys_of(name).plain)
            items.append(item)
        return years


_NONE = "no item of this title"
_OTHER_ID = "the item of this title has another id"
_NAMES = {"imdb": "IMDb", "tmdb": "TMDB", "isbn": "ISBN", "item": "item", "goodreads": "Goodreads"}


def _article(written: str) -> str:
    """Return the article that a title begins with, "" where there is none.

    >>> _article("the boys"), _article("heat")
    ('the', '')
    """
    first, _, rest = written.partition(" ")
    return first if rest and without_article(f"{first} x") == "x" else ""


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _titles_of(entry: Entry) -> tuple[tuple[str, ...], int | None]:
    """Return the titles of an entry, the first as it is shown, and its year; a year in brackets
    behind the title counts where there is no other."""
    titles, year = [], entry.year
    for title in (entry.title, *entry.other_titles):
        behind = _YEAR_BEHIND.search(title)
        if behind and behind.start() and (year is None or year == year_in(behind[1])):
            title, year = title[: behind.start()], year_in(behind[1])
        titles += [title, repaired(title)]
    return tuple(dict.fromkeys(title for title in titles if title.strip())), year
