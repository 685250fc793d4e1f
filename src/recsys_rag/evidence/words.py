"""Which of the properties that the person asked for an item has: genres, years, people. Likeness to
films is in `like`."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.types import Evidence, Fact, ResolvedQuery, Understanding

_PEOPLE_COLUMNS = ("director", "actors")
_STRENGTH = {"words": 0.9, "profile": 0.65}


class WordsEvidence:
    """States "a drama from the 1990s, as you asked": all asked properties that the item has, as one
    fact.

    `asked` is "words" for what the query requires and "profile" for the stated taste; the words
    come first, and the profile is stated only for what the words do not already say.
    """

    kind = "words"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield up to two facts an item: from the words, and from the profile."""
        for item in item_indices.tolist():
            by_words = self._matched(item, resolved.words)
            by_profile = self._matched(item, resolved.profile)
            if by_words:
                yield self._stated(item, "words", by_words)
            if by_profile and by_profile != by_words:
                yield self._stated(item, "profile", by_profile)

    def _matched(self, item: int, wanted: Understanding) -> dict[str, Fact]:
        facts: dict[str, Fact] = {}
        genres = tuple(one for one in self._catalog.genres[item] if one in wanted.genres)
        if genres:
            facts["genres"] = genres
        year = self._catalog.year(item)
        if wanted.years and year and wanted.years[0] <= year <= wanted.years[1]:
            facts["first_year"], facts["last_year"] = wanted.years
        people = tuple(dict.fromkeys(self._people(item, wanted.people)))
        if people:
            facts["people"] = people
        return facts

    def _people(self, item: int, wanted: tuple[str, ...]) -> Iterator[str]:
        names = {fold(one) for one in wanted}
        for column in _PEOPLE_COLUMNS:
            yield from (one for one in self._catalog.people(item, column) if fold(one) in names)

    def _stated(self, item: int, asked: str, facts: dict[str, Fact]) -> Evidence:
        item_id = self._catalog.items.id(item)
        said = []
        for name in ("genres", "people"):
            values = facts.get(name, ())
            assert isinstance(values, tuple)
            said += list(values)
        if "first_year" in facts:
            first, last = facts["first_year"], facts["last_year"]
            said.append(f"{first}" if first == last else f"{first} to {last}")
        return Evidence(
            self.kind,
            item_id,
            {"asked": asked, **facts},
            f"catalog fields of item {item_id} against the query's {asked}",
            f"{', '.join(said)}, as asked"
            if asked == "words"
            else f"{', '.join(said)}, of the taste stated",
            _STRENGTH[asked],
        )
