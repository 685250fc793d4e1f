"""Popularity: how many people rated an item, and their mean. Impersonal: what remains to say when
there is no history."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact
from recsys_rag.facts._strength import between
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.popularity.phrases import PHRASES
from recsys_rag.facts.popularity.reading import READING
from recsys_rag.facts.popularity.recount import recount
from recsys_rag.types import Evidence, ResolvedQuery

MARGIN = 0.1  # of the scale: a mean of 3.1 of 5 is no reason for an item


@dataclass(frozen=True, slots=True)
class PopularityFact(Fact):
    """So many people rated the item, or chose it where feedback is implicit: without a mean."""

    kind = "popularity"
    part = "sure"
    n_ratings: int
    mean_rating: float | None = None  # to one decimal
    top_rating: float | None = None


class _PopularityEvidence:
    """States "583 ratings, 3.9 of 5 on average"; with implicit feedback only how many chose it.

    Items with fewer than `min_ratings` ratings, or a mean that is not above the middle of the scale
    by `MARGIN`, state nothing.
    """

    def __init__(self, dataset: Dataset, *, min_ratings: int = 20) -> None:
        self._dataset = dataset
        self._min_ratings = min_ratings
        self._largest = max(int(dataset.popularity.max(initial=0)), 1)

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        scale = self._dataset.scale
        # of an average nobody wants to hear of whom more is known
        is_known = len(resolved.item_indices) or resolved.examples
        for item in item_indices.tolist():
            count = int(self._dataset.popularity[item])
            fact, statement = PopularityFact(count), f"{count} people chose it"
            strength = between(0.1, 0.4, count / self._largest)
            if scale:
                mean, middle = float(self._dataset.item_means[item]), (scale.low + scale.high) / 2
                if mean < middle + MARGIN * (scale.high - scale.low):
                    continue
                fact = PopularityFact(count, round(mean, 1), float(scale.high))
                statement = f"{count} ratings, {mean:.1f} of {scale.high:g} on average"
                strength = between(0.1, 0.5, (mean - middle) / (scale.high - middle))
            if count >= self._min_ratings:
                item_id, strength = self._dataset.items.id(item), strength / (2 if is_known else 1)
                yield Evidence(item_id, fact, f"all ratings of item {item_id}", statement, strength)


KIND = Kind(
    PopularityFact,
    lambda parts: _PopularityEvidence(parts.dataset),
    PHRASES,
    READING,
    recount,
    (PopularityFact(583, 3.9, 5.0), PopularityFact(583)),
)
