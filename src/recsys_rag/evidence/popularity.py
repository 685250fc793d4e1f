"""How many people rated an item, and their mean. Impersonal: what remains to say when there is no
history."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.evidence.strength import between
from recsys_rag.types import Evidence, Fact, ResolvedQuery

MARGIN = 0.1  # of the scale: a mean of 3.1 of 5 is no reason for an item


class PopularityEvidence:
    """States "583 ratings, 3.9 of 5 on average"; with implicit feedback only how many chose it.

    Items with fewer than `min_ratings` ratings, or a mean that is not above the middle of the scale
    by `MARGIN`, state nothing.
    """

    kind = "popularity"

    def __init__(self, dataset: Dataset, *, min_ratings: int = 20) -> None:
        self._dataset = dataset
        self._min_ratings = min_ratings
        self._largest = max(int(dataset.popularity.max(initial=0)), 1)

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        scale = self._dataset.scale
        for item in item_indices.tolist():
            count = int(self._dataset.popularity[item])
            if count < self._min_ratings:
                continue
            if scale is None:
                said = f"{count} people chose it"
                yield self._stated(
                    item, {"ratings": count}, said, between(0.1, 0.4, count / self._largest)
                )
                continue
            mean, middle = float(self._dataset.item_means[item]), (scale.low + scale.high) / 2
            if mean >= middle + MARGIN * (scale.high - scale.low):
                facts: dict[str, Fact] = {
                    "ratings": count,
                    "mean": round(mean, 1),
                    "top": float(scale.high),
                }
                said = f"{count} ratings, {mean:.1f} of {scale.high:g} on average"
                yield self._stated(
                    item, facts, said, between(0.1, 0.5, (mean - middle) / (scale.high - middle))
                )

    def _stated(self, item: int, facts: dict[str, Fact], said: str, strength: float) -> Evidence:
        item_id = self._dataset.items.id(item)
        return Evidence(self.kind, item_id, facts, f"all ratings of item {item_id}", said, strength)
