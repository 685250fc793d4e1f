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
        self._genre_sets = [frozenset(genres) for genres in catalog.genres]

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
        yield from self._wanted(understood)
        yield from self._unwanted(understood)

    def _wanted(self, understood: Understanding) -> Iterator[NDArray[np.bool_]]:
        yield from _joined(
            [self._has_genre(one) for one in understood.genres], understood.any_genre
        )
        yield from _joined(
            [self._has_part(one, understood.roles) for one in understood.people],
            understood.any_person,
        )
        if understood.years:
            yield self._in_years(understood.years)
        if understood.max_runtime is not None:
            yield (self._catalog.runtimes > 0) & (self._catalog.runtimes <= understood.max_runtime)
        if understood.min_runtime is not None:
            yield (self._catalog.runtimes > 0) & (self._catalog.runtimes >= understood.min_runtime)
        yield from _joined([self.allowed(one) for one in understood.either], True)

    def _unwanted(self, understood: Understanding) -> Iterator[NDArray[np.bool_]]:
        yield from (~self._has_genre(one) for one in understood.excluded_genres)
        yield from (~self._has_person(one) for one in understood.excluded_people)
        if understood.excluded_years:
            yield ~self._in_years(understood.excluded_years)
        yield from (~self.allowed(one) for one in understood.neither)
        if understood.unlike_items:
            named = np.zeros(len(self._catalog), np.bool_)
            named[list(understood.unlike_items)] = True
            yield ~named

    def _has_genre(self, genre: str) -> NDArray[np.bool_]:
        return np.fromiter(
            (genre in one for one in self._genre_sets), np.bool_, len(self._genre_sets)
        )

    def _has_part(self, name: str, roles: tuple[tuple[str, str], ...]) -> NDArray[np.bool_]:
        """Return which items have this person, in all the parts that are asked for."""
        has = self._has_person(name)
        for one, column in roles:
            if one == name:
                has &= self._has_person(name, column)
        return has

    def _has_person(self, name: str, column: str | None = None) -> NDArray[np.bool_]:
        items = self._people.items_in.get(column, {}) if column else self._people.items_of
        has = np.zeros(len(self._catalog), np.bool_)
        has[items.get(name, [])] = True
        return has

    def _in_years(self, years: tuple[int, int]) -> NDArray[np.bool_]:
        return (self._catalog.years >= years[0]) & (self._catalog.years <= years[1])


def _joined(fits: list[NDArray[np.bool_]], are_alternatives: bool) -> list[NDArray[np.bool_]]:
    return [np.any(fits, axis=0)] if fits and are_alternatives else fits
