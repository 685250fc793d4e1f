"""The person's leaning toward the decade of the item: its share among the liked items against the
catalog's."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.evidence.affinity import MIN_LIKED, Affinity, affinities
from recsys_rag.evidence.history import feedback_of, liked_items
from recsys_rag.evidence.strength import between
from recsys_rag.types import Evidence, ResolvedQuery


class DecadeEvidence:
    """States "16 of the 61 films you liked come from the 1980s, 26 % against 6 % of the catalog"."""

    kind = "decade"

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
        found = dict(
            zip(
                decades.tolist(),
                affinities(self._decade[:, None] == decades[None, :], liked),
                strict=True,
            )
        )
        for item in item_indices.tolist():
            decade = int(self._decade[item])
            if decade and found[decade].is_distinct:
                yield self._stated(item, decade, found[decade])

    def _stated(self, item: int, decade: int, affinity: Affinity) -> Evidence:
        feedback, nouns = feedback_of(self._dataset), f"{self._dataset.catalog.noun}s"
        return Evidence(
            self.kind,
            self._dataset.items.id(item),
            {
                "decade": decade,
                "liked": affinity.count,
                "of": affinity.of,
                "share_percent": affinity.percent,
                "catalog_percent": affinity.catalog_percent,
                "feedback": feedback,
            },
            f"catalog year of item {self._dataset.items.id(item)}; {affinity.count} of {affinity.of} liked items of the "
            f"history; {affinity.catalog_percent} % of {self._dataset.n_items} catalog items",
            f"{affinity.count} of the {affinity.of} {nouns} you {feedback} come from the {decade}s: {affinity.percent} %, "
            f"against {affinity.catalog_percent} % of the catalog",
            between(0.2, 0.65, (affinity.share - affinity.catalog_share) / 0.5),
        )
