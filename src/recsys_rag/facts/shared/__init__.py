"""Shared: a mood or theme that an item has in common with what the person liked, counted and by
name. Genres and years have kinds of their own."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact, Named
from recsys_rag.facts._history import feedback_of, liked_items
from recsys_rag.facts._leaning import MIN_LIKED, Feedback
from recsys_rag.facts._strength import between, wilson_lower
from recsys_rag.facts._traits import has_words, items_with, sayable, topics_of
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.shared.phrases import PHRASES
from recsys_rag.facts.shared.reading import READING
from recsys_rag.facts.shared.recount import objection, recount
from recsys_rag.types import Evidence, ResolvedQuery

Column = Literal["moods", "themes"]
COLUMNS: tuple[Column, ...] = ("moods", "themes")
_MIN_COUNT, _MIN_LIFT = 3, 1.3
_RARE = 0.12  # share of the catalog up to which one liked item is worth a word
_NAMED = 2  # liked items


@dataclass(frozen=True, slots=True)
class SharedFact(Fact):
    """`n_liked` of the `n_history` liked items have the value, and `n_having` of the `n_catalog` of
    the catalog; `examples` are some of the former, best liked first."""

    kind = "shared"
    value: str
    column: Column
    n_liked: int
    n_history: int
    n_having: int
    n_catalog: int
    feedback: Feedback
    examples: tuple[str, ...] = ()  # as the catalog names them
    example_ids: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[Named, ...]:
        return tuple(
            Named(title, "title", item_id)
            for title, item_id in zip(self.examples, self.example_ids, strict=True)
        )

    @property
    def topics(self) -> frozenset[str]:
        return topics_of([self.value]) | frozenset(self.examples)

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("trait", self.value),)


class _SharedEvidence:
    """States "tense, like 6 of the 22 films you liked, Fargo (1996) among them".

    For histories of five liked items or more, where at least three of them share it, beyond chance
    more often than the catalog does; for shorter ones, where it is rare in the catalog. The item
    itself is not counted.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._items = {column: items_with(dataset.catalog, column) for column in COLUMNS}

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield the facts of each item, moods first, in the order of `item_indices`."""
        liked = liked_items(resolved, self._dataset)
        rated = dict(zip(resolved.item_indices.tolist(), resolved.ratings.tolist(), strict=True))
        # named as liked without a rating: before all that was rated
        best = sorted(liked.tolist(), key=lambda item: (-rated.get(item, math.inf), item))
        for item in item_indices.tolist():
            for column in COLUMNS:
                values = self._dataset.catalog.texts(item, column)
                for value in sayable(values, column):
                    yield from self._of_value(item, column, value, best)

    def _of_value(
        self, item: int, column: Column, value: str, liked: list[int]
    ) -> Iterator[Evidence]:
        having, others = self._items[column][value], [other for other in liked if other != item]
        theirs = [other for other in others if other in having]
        share, n = len(having) / self._dataset.n_items, len(others)
        if n >= MIN_LIKED:
            is_told = (
                len(theirs) >= _MIN_COUNT
                and len(theirs) >= _MIN_LIFT * share * n
                and wilson_lower(len(theirs), n) > share
            )
        else:
            is_told = bool(theirs) and share <= _RARE
        if is_told:
            yield self._stated(item, column, value, theirs, n)

    def _stated(
        self, item: int, column: Column, value: str, theirs: list[int], n_history: int
    ) -> Evidence:
        dataset, catalog = self._dataset, self._dataset.catalog
        n_having, feedback = len(self._items[column][value]), feedback_of(dataset)
        examples = theirs[:_NAMED]
        own = f"{len(theirs)} of the {n_history} {catalog.noun}s you {feedback}"
        fact = SharedFact(
            value,
            column,
            len(theirs),
            n_history,
            n_having,
            dataset.n_items,
            feedback,
            tuple(catalog.name(one) for one in examples),
            tuple(catalog.items.id(one) for one in examples),
        )
        lift = len(theirs) / n_history - n_having / dataset.n_items
        return Evidence(
            dataset.items.id(item),
            fact,
            f"{catalog.source(item, column)}; {len(theirs)} of {n_history} liked items of the "
            f"history; {n_having} of {dataset.n_items} of the catalog",
            f'"{value}" is one of its {column}, and of those of {own}, such as '
            f"{' and '.join(fact.examples)}",
            between(0.35, 0.85, lift / 0.4),
        )


KIND = Kind(
    SharedFact,
    lambda parts: _SharedEvidence(parts.dataset) if has_words(parts.dataset.catalog) else None,
    PHRASES,
    READING,
    recount,
    (
        SharedFact(
            "tense", "moods", 6, 22, 11, 60, "liked",
            ("Vandrell (1979)", "Bonewhistle (1997)"), ("113", "128"),
        ),
        SharedFact("heist", "themes", 5, 5, 9, 60, "chose", ("Ledgerdemain (2001)",), ("124",)),
        SharedFact("courtroom", "themes", 1, 2, 3, 60, "liked", ("Vandrell (1979)",), ("113",)),
        SharedFact("dark humor", "moods", 3, 9, 11, 60, "liked", ("Vandrell (1979)",), ("113",)),
        SharedFact(
            "heist", "themes", 4, 9, 11, 60, "liked",
            ("Vandrell (1979)", "Bonewhistle (1997)"), ("113", "128"),
        ),
        SharedFact("tense", "moods", 2, 2, 6, 60, "liked", ("Vandrell (1979)",), ("113",)),
    ),
    objection,
)  # fmt: skip
