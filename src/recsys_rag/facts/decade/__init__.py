"""Decade: the person's leaning toward the decade of the item, its share among the liked items
against the catalog's."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.facts._history import feedback_of, liked_items
from recsys_rag.facts._leaning import MIN_LIKED, Affinity, Leaning, affinities
from recsys_rag.facts._strength import between
from recsys_rag.facts.decade.phrases import PHRASES
from recsys_rag.facts.decade.reading import READING
from recsys_rag.facts.decade.recount import objection, recount
from recsys_rag.facts.kind import Kind
from recsys_rag.types import Evidence, ResolvedQuery


@dataclass(frozen=True, slots=True)
class DecadeFact(Leaning):
    kind = "decade"
    decade: int  # its first year

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({"years"})

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("decade", self.decade),)


class _DecadeEvidence:
    """States "16 of the 61 films you liked come from the 1980s, 26 % against 6 % of the
    catalog"."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._decade = dataset.catalog.years // 10 * 10  # (n_items,), 0 where the year is unknown

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item; none for short histories and unknown years."""
        liked = liked_items(resolved, self._dataset)
        if len(liked) < MIN_LIKED:
            return
        decades = np.unique(self._decade[item_indices])
        has_decade = self._decade[:, None] == decades[None, :]
        leanings = dict(zip(decades.tolist(), affinities(has_decade, liked), strict=True))
        for item in item_indices.tolist():
            decade = int(self._decade[item])
            if decade and leanings[decade].is_distinct:
                yield self._stated(item, decade, leanings[decade])

    def _stated(self, item: int, decade: int, affinity: Affinity) -> Evidence:
        feedback, nouns = feedback_of(self._dataset), f"{self._dataset.catalog.noun}s"
        count, of, percent = affinity.count, affinity.of, affinity.catalog_percent
        item_id = self._dataset.items.id(item)
        return Evidence(
            item_id,
            DecadeFact(count, of, affinity.percent, percent, feedback, decade),
            f"catalog year of item {item_id}; {count} of {of} liked items of the "
            f"history; {percent} % of {self._dataset.n_items} catalog items",
            f"{count} of the {of} {nouns} you {feedback} come from the {decade}s: "
            f"{affinity.percent} %, against {percent} % of the catalog",
            between(0.2, 0.65, (affinity.share - affinity.catalog_share) / 0.5),
        )


KIND = Kind(
    DecadeFact,
    lambda parts: _DecadeEvidence(parts.dataset),
    PHRASES,
    READING,
    recount,
    (DecadeFact(9, 14, 64, 22, "liked", 1970), DecadeFact(9, 14, 64, 22, "chose", 1970)),
    objection,
)
