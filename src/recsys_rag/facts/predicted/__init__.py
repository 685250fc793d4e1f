"""Predicted: the rating that the person is predicted to give. Needs ratings: implicit feedback and
empty histories state nothing."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import ndtr

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact
from recsys_rag.facts._history import examples_of, own_history
from recsys_rag.facts._strength import between
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.predicted.phrases import PHRASES
from recsys_rag.facts.predicted.reading import READING
from recsys_rag.facts.predicted.recount import objection, recount
from recsys_rag.protocols import EvidenceSource, FittedParts, PredictsRatings, PredictsWithErrors
from recsys_rag.types import Evidence, ResolvedQuery

MARGIN = 0.1  # of the scale
SAFE, FAIR, LONG_SHOT = 80, 55, 35  # percent: from, from, up to
_SMALLEST_ERROR = 0.1  # that is stated: nobody is sure to a tenth of a star
_STRENGTHS = {"a safe guess": 0.55, "a fair guess": 0.4, "a long shot": 0.6}


@dataclass(frozen=True, slots=True)
class PredictedFact(Fact):
    """`liking_percent`: how likely the rating is `liked_rating` or above, by the error's
    distribution; both None where no error is known."""

    kind = "predicted"
    part = "sure"
    rating: float  # to one decimal
    top_rating: float
    rating_error: float | None = None  # about two thirds of the ratings lie within it
    liking_percent: int | None = None
    liked_rating: float | None = None

    @property
    def certainty(self) -> str:
        """One of three classes, "" between them and where nothing is known of the error."""
        if self.liking_percent is None or LONG_SHOT < self.liking_percent < FAIR:
            return ""
        if self.liking_percent <= LONG_SHOT:
            return "a long shot"
        return "a safe guess" if self.liking_percent >= SAFE else "a fair guess"


class _PredictedEvidence:
    """States "predicted 4.3 of 5, give or take 0.9", and how likely the person is to like the item.

    The error is that of this prediction, for this person and this item. It is stated to one
    decimal, never as 0, and left out where the model knows none (`PredictsWithErrors`). A
    prediction no better than a blind guess (whose error is the scale's width / sqrt 12) is not
    stated; one that is not above the middle of the scale by `MARGIN` only as a long shot. Nothing
    is stated where items were named as examples: the prediction shown then rests on more than the
    person's own ratings.
    """

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
        middle, width = (scale.low + scale.high) / 2, scale.high - scale.low
        predicted, errors = self._predicted(histories, item_indices)
        for item, rating, error in zip(item_indices.tolist(), predicted, errors, strict=True):
            is_blind = error is not None and error >= width / math.sqrt(12)
            top, shown_error, liking = float(scale.high), None, None
            within, likely = "", ""
            if error is not None:
                shown_error = max(round(error, 1), _SMALLEST_ERROR)
                # ratings come in steps: what rounds to the liked one is liked
                short = rating - (scale.liked - scale.step / 2)
                liking = round(100 * float(ndtr(short / max(error, _SMALLEST_ERROR))))
                within = f", give or take {shown_error:.1f}"
                likely = f"; {scale.liked:g} or more in {liking} of 100 such cases"
            liked = None if liking is None else float(scale.liked)
            fact = PredictedFact(round(rating, 1), top, shown_error, liking, liked)
            is_low = rating < middle + MARGIN * width and fact.certainty != "a long shot"
            if is_low or is_blind:
                continue
            item_id = self._dataset.items.id(item)
            by_rating = between(0.15, 0.6, (rating - middle) / (scale.high - middle))
            yield Evidence(
                item_id,
                fact,
                f"rating model applied to the history for item {item_id}",
                f"predicted rating {rating:.1f} of {scale.high:g}{within}{likely}",
                _STRENGTHS.get(fact.certainty, by_rating),
            )

    def _predicted(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64]
    ) -> tuple[list[float], list[float] | list[None]]:
        if isinstance(self._model, PredictsWithErrors):
            predicted, errors = self._model.predict_with_errors(histories, item_indices)
            return predicted[0].tolist(), errors[0].tolist()
        return self._model.predict(histories, item_indices)[0].tolist(), [None] * len(item_indices)


def _evidence(parts: FittedParts) -> EvidenceSource | None:
    return _PredictedEvidence(parts.dataset, parts.predictor) if parts.predictor else None


KIND = Kind(
    PredictedFact,
    _evidence,
    PHRASES,
    READING,
    recount,
    (
        PredictedFact(4.3, 5.0),
        PredictedFact(4.0, 5.0, 0.9, 54, 4.0),
        PredictedFact(4.6, 5.0, 0.7, 94, 4.0),
        PredictedFact(3.9, 5.0, 0.9, 67, 4.0),
        PredictedFact(3.0, 5.0, 0.9, 29, 4.0),
    ),
    objection,
)
