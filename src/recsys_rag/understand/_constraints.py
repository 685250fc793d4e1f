"""Which items fit what was understood: strictly, and as a share of what was wanted."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding
from recsys_rag.understand._people_words import PeopleFinder


class Constraints:
    """Compares understandings with the items of one catalog."""

    def __init__(self, catalog: Catalog, people: PeopleFinder) -> None:
        self._catalog = catalog
        self._people = people

    def allowed(self, understood: Understanding) -> NDArray[np.bool_]:
        """Return which items have all that is wanted and nothing that is not, (n_items,). Unknown
        years and runtimes fail."""
        allowed = np.ones(len(self._catalog), np.bool_)
        for fits in self._wishes(understood):
            allowed &= fits
        return allowed

    def preference(self, understood: Understanding) -> NDArray[np.float32]:
        """Return the share of what was said that each item fits, 0 to 1, (n_items,); zeros where
        nothing was said."""
        fits = list(self._wishes(understood))
        if not fits:
            return np.zeros(len(self._catalog), np.float32)
        share: NDArray[np.float32] = np.mean(fits, axis=0, dtype=np.float32)
        return share

    def has_item_with(self, genres: Sequence[str] = (), people: Sequence[str] = ()) -> bool:
        """Say whether some item has all these genres and people."""
        fits = [*map(self._has_genre, genres), *map(self._has_person, people)]
        return bool(np.all(fits, axis=0).any())

    def _wishes(self, understood: Understanding) -> Iterator[NDArray[np.bool_]]:
        """Yield which items fit, (n_items,), for each thing that is wanted or refused."""
        catalog = self._catalog
        genres = [self._has_genre(genre) for genre in understood.genres]
        people = [self._has_parts(name, understood.roles) for name in understood.people]
        yield from _joined(genres, understood.any_genre)
        yield from _joined(people, understood.any_person)
        yield from _joined([self.allowed(whole) for whole in understood.either], True)
        if understood.years:
            yield self._in_years(understood.years)
        if understood.max_runtime is not None:
            yield (catalog.runtimes > 0) & (catalog.runtimes <= understood.max_runtime)
        if understood.min_runtime is not None:
            yield (catalog.runtimes > 0) & (catalog.runtimes >= understood.min_runtime)
        yield from (self._has_trait(*trait) for trait in understood.traits)
        yield from (self._has_level(*level) for level in understood.levels)
        yield from (~self._has_genre(genre) for genre in understood.excluded_genres)
        yield from (~self._has_trait(*trait) for trait in understood.excluded_traits)
        yield from (~self._has_person(name) for name in understood.excluded_people)
        yield from (~self.allowed(whole) for whole in understood.neither)
        if understood.excluded_years:
            yield ~self._in_years(understood.excluded_years)
        if understood.unlike_items:
            yield ~self._are(list(understood.unlike_items))
        if understood.seen_items:
            yield ~self._are(list(understood.seen_items))

    def _are(self, items: Sequence[int]) -> NDArray[np.bool_]:
        are = np.zeros(len(self._catalog), np.bool_)
        are[items] = True
        return are

    def _has_genre(self, genre: str) -> NDArray[np.bool_]:
        return np.array([genre in genres for genres in self._catalog.genres], np.bool_)

    def _has_trait(self, column: str, values: Sequence[str]) -> NDArray[np.bool_]:
        """Return which items have any of these values in a column of texts."""
        texts = self._catalog.metadata.get(column) or self._catalog.attributes.get(column)
        if not isinstance(texts, tuple):
            return np.zeros(len(self._catalog), np.bool_)
        wanted = frozenset(values)
        return np.array([not wanted.isdisjoint(entries) for entries in texts], np.bool_)

    def _has_level(self, column: str, least: int, most: int) -> NDArray[np.bool_]:
        """Return which items have a strength within these bounds; an unknown one has none."""
        levels = self._catalog.attributes.get(column)
        if not isinstance(levels, np.ndarray):
            return np.zeros(len(self._catalog), np.bool_)
        within: NDArray[np.bool_] = (levels >= least) & (levels <= most)
        return within

    def _has_person(self, name: str, column: str | None = None) -> NDArray[np.bool_]:
        items = self._people.items_in.get(column, {}) if column else self._people.items_of
        return self._are(items.get(name, []))

    def _has_parts(self, name: str, roles: Sequence[tuple[str, str]]) -> NDArray[np.bool_]:
        """Return which items have this person, in all the parts that are asked for."""
        columns: list[str | None] = [column for asked, column in roles if asked == name]
        parts = [self._has_person(name, column) for column in columns or (None,)]
        has: NDArray[np.bool_] = np.all(parts, axis=0)
        return has

    def _in_years(self, years: tuple[int, int]) -> NDArray[np.bool_]:
        return (self._catalog.years >= years[0]) & (self._catalog.years <= years[1])


def _joined(fits: list[NDArray[np.bool_]], are_alternatives: bool) -> list[NDArray[np.bool_]]:
    return [np.any(fits, axis=0)] if fits and are_alternatives else fits
