"""The rating that the person is predicted to give. Needs ratings: implicit feedback and empty
histories state nothing."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.evidence.history import examples_of, own_history
from recsys_rag.evidence.strength import between
from recsys_rag.protocols import PredictsRatings, PredictsWithErrors
from recsys_rag.types import Evidence, ResolvedQuery

MARGIN = 0.1  # of the scale
_SMALLEST_ERROR = 0.1  # that is stated: nobody is sure to a tenth of a star


class PredictedEvidence:
    """States "predicted 4.3 of 5, give or take 0.9".

    The error is that of this prediction, for this person and this item: about two thirds of the
    ratings lie within it. It is stated to one decimal, never as 0, and left out where the model
    knows none (`PredictsWithErrors`). A prediction that is not above the middle of the scale by
    `MARGIN`, or no better than a blind guess (whose error is the scale's width / sqrt 12), is no
    reason for an item and is not stated. Nothing is stated where films were named as examples: the
    prediction shown then rests on more than the person's own ratings.
    """

    kind = "predicted"

    def __init__(self, dataset: Dataset, model: PredictsRatings) -> None:
        self._dataset = dataset
        self._model = model

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        scale = self._dataset.scale
        histories = own_history(resolved, self._dataset)
        if scale is None or histories.nnz == 0 or examples_of(resolved):
            return
        middle = (scale.low + scale.high) / 2
        predicted, errors = self._predicted(histories, item_indices)
        for item, rating, error in zip(item_indices.tolist(), predicted, errors, strict=True):
            is_blind = error is not None and error >= (scale.high - scale.low) / math.sqrt(12)
            if rating >= middle + MARGIN * (scale.high - scale.low) and not is_blind:
                strength = between(0.15, 0.6, (rating - middle) / (scale.high - middle))
                yield self._stated(item, rating, error, scale.high, strength)

    def _predicted(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64]
    ) -> tuple[list[float], list[float] | list[None]]:
        if isinstance(self._model, PredictsWithErrors):
            predicted, errors = self._model.predict_with_errors(histories, item_indices)
            return predicted[0].tolist(), errors[0].tolist()
        return self._model.predict(histories, item_indices)[0].tolist(), [None] * len(item_indices)

    def _stated(
        self, item: int, rating: float, error: float | None, top: float, strength: float
    ) -> Evidence:
        facts: dict[str, str | int | float | tuple[str, ...]] = {
            "rating": round(rating, 1),
            "top": float(top),
        }
        said = f"predicted rating {rating:.1f} of {top:g}"
        if error is not None:
            facts["error"] = max(round(error, 1), _SMALLEST_ERROR)
            said += f", give or take {facts['error']:.1f}"
        item_id = self._dataset.items.id(item)
        source = f"rating model applied to the history for item {item_id}"
        return Evidence(self.kind, item_id, facts, source, said, strength)
