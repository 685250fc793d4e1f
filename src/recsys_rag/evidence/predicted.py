"""The rating that the person is predicted to give. Needs ratings: implicit feedback and empty histories state nothing."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.evidence.history import examples_of, own_history
from recsys_rag.evidence.strength import between
from recsys_rag.protocols import PredictsRatings
from recsys_rag.types import Evidence, ResolvedQuery

MARGIN = 0.1  # of the scale


class PredictedEvidence:
    """States "predicted 4.3 of 5, give or take 0.9".

    `error` is the root mean squared error of the model on held-out ratings, where it was measured. A prediction that is not above
    the middle of the scale by `MARGIN` is no reason for an item and is not stated. Nothing is
    stated where films were named as examples: the prediction shown then rests on more than the person's own ratings.
    """

    kind = "predicted"

    def __init__(self, dataset: Dataset, model: PredictsRatings, *, error: float | None = None) -> None:
        self._dataset = dataset
        self._model = model
        self._error = error

    def evidence(self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        scale = self._dataset.scale
        histories = own_history(resolved, self._dataset)
        if scale is None or histories.nnz == 0 or examples_of(resolved):
            return
        middle = (scale.low + scale.high) / 2
        predicted = self._model.predict(histories, item_indices)[0]
        for item, rating in zip(item_indices.tolist(), predicted.tolist(), strict=True):
            if rating >= middle + MARGIN * (scale.high - scale.low):
                yield self._stated(
                    item, rating, scale.high, between(0.15, 0.6, (rating - middle) / (scale.high - middle))
                )

    def _stated(self, item: int, rating: float, top: float, strength: float) -> Evidence:
        facts: dict[str, str | int | float | tuple[str, ...]] = {"rating": round(rating, 1), "top": float(top)}
        said = f"predicted rating {rating:.1f} of {top:g}"
        if self._error is not None:
            facts["error"] = round(self._error, 1)
            said += f", give or take {self._error:.1f}"
        item_id = self._dataset.items.id(item)
        source = f"rating model applied to the history for item {item_id}"
        return Evidence(self.kind, item_id, facts, source, said, strength)
