"""Words: which of the properties that the person asked for an item has: genres, years, people.
Likeness to items is in `like`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.fact import Fact, Named
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.words.phrases import PHRASES
from recsys_rag.facts.words.reading import READING
from recsys_rag.facts.words.recount import objection, recount
from recsys_rag.types import Evidence, ResolvedQuery, Understanding

_PEOPLE_COLUMNS = ("director", "actors")
_STRENGTH = {"words": 0.9, "profile": 0.85}

Asked = Literal["words", "profile"]


@dataclass(frozen=True, slots=True)
class WordsFact(Fact):
    """What the item has of what was asked for: in the query's words, or as the stated taste."""

    kind = "words"
    asked: Asked
    genres: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    years: tuple[int, int] | None = None  # first and last, as asked

    @property
    def names(self) -> tuple[Named, ...]:
        genres = tuple(Named(genre, "genre") for genre in self.genres)
        return genres + tuple(Named(person, "person") for person in self.people)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({*self.genres, *self.people, *(["years"] if self.years else [])})

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("words", self.asked, self.genres, self.people),)


class _WordsEvidence:
    """States "a drama from the 1990s, as you asked": all asked properties that the item has, as one
    fact.

    The words come first, and the profile is stated only for what the words do not already say.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield up to two facts an item: from the words, and from the profile."""
        for item in item_indices.tolist():
            by_words = self._matched(item, "words", resolved.words)
            by_profile = self._matched(item, "profile", resolved.profile)
            if by_words.topics:
                yield self._stated(item, by_words)
            if by_profile.topics and by_profile != replace(by_words, asked="profile"):
                yield self._stated(item, by_profile)

    def _matched(self, item: int, asked: Asked, wanted: Understanding) -> WordsFact:
        catalog, year = self._catalog, self._catalog.year(item)
        people = {fold(person) for person in wanted.people}
        credits = (name for column in _PEOPLE_COLUMNS for name in catalog.people(item, column))
        is_of_years = year and wanted.years and wanted.years[0] <= year <= wanted.years[1]
        return WordsFact(
            asked,
            tuple(genre for genre in catalog.genres[item] if genre in wanted.genres),
            tuple(dict.fromkeys(name for name in credits if fold(name) in people)),
            wanted.years if is_of_years else None,
        )

    def _stated(self, item: int, fact: WordsFact) -> Evidence:
        item_id = self._catalog.items.id(item)
        properties = [*fact.genres, *fact.people]
        if fact.years:
            first, last = fact.years
            properties.append(f"{first}" if first == last else f"{first} to {last}")
        suffix = "as asked" if fact.asked == "words" else "of the taste stated"
        return Evidence(
            item_id,
            fact,
            f"catalog fields of item {item_id} against the query's {fact.asked}",
            f"{', '.join(properties)}, {suffix}",
            _STRENGTH[fact.asked],
        )


KIND = Kind(
    WordsFact,
    lambda parts: _WordsEvidence(parts.dataset.catalog),
    PHRASES,
    READING,
    recount,
    (
        WordsFact("words", ("Sci-Fi",)),
        WordsFact("words", ("Sci-Fi", "Thriller"), ("Kit Osei",), (1970, 1979)),
        WordsFact("words", years=(1977, 1977)),
        WordsFact("words", ("Sci-Fi",), years=(1971, 1985)),
        WordsFact("profile", ("Sci-Fi",)),
    ),
    objection,
)
