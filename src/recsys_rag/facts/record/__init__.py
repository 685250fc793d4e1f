"""Record: how often the rating model would have been right for this person, each of the last
ratings foretold from all others."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact
from recsys_rag.facts._strength import between
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.record.phrases import PHRASES
from recsys_rag.facts.record.reading import READING
from recsys_rag.facts.record.recount import recount
from recsys_rag.protocols import EvidenceSource, FittedParts, PredictsWithoutEach
from recsys_rag.types import Evidence, ResolvedQuery

_FEWEST, _MOST = 10, 20  # ratings


@dataclass(frozen=True, slots=True)
class RecordFact(Fact):
    """Of the person's last `n_ratings`, `n_right` lie within `margin` of what was foretold."""

    kind = "record"
    part = "sure"
    n_right: int
    n_ratings: int
    margin: float  # an eighth of the scale: half a star of 1 to 5


class _RecordEvidence:
    """States "of your last 20 ratings, 13 within half a star", each predicted from the others.

    It is stated of the first item alone, so that a list has it once, and of people who have given
    ten ratings in a known order. What was learned of the items beforehand rests on everybody's
    ratings, the person's own among them.
    """

    def __init__(self, dataset: Dataset, model: PredictsWithoutEach) -> None:
        self._dataset = dataset
        self._model = model

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact."""
        scale, steps, n = self._dataset.scale, resolved.steps_back, len(resolved.ratings)
        if scale is None or steps is None or n < _FEWEST or not len(item_indices):
            return
        last = np.argsort(steps, kind="stable")[:_MOST]
        history = resolved.item_indices, resolved.ratings
        predicted = self._model.predict_without_each(*history, last)
        margin = (scale.high - scale.low) / 8
        n_right = int((np.abs(predicted - resolved.ratings[last]) <= margin).sum())
        item_id = self._dataset.items.id(int(item_indices[0]))
        yield Evidence(
            item_id,
            RecordFact(n_right, len(last), float(margin)),
            f"rating model applied to the history less each of its last {len(last)} ratings",
            f"{n_right} of your last {len(last)} ratings foretold to within {margin:g} from the "
            "others",
            between(0.3, 0.8, n_right / len(last)),
        )


def _evidence(parts: FittedParts) -> EvidenceSource | None:
    if isinstance(parts.predictor, PredictsWithoutEach):
        return _RecordEvidence(parts.dataset, parts.predictor)
    return None


KIND = Kind(
    RecordFact,
    _evidence,
    PHRASES,
    READING,
    recount,
    (RecordFact(13, 20, 0.5), RecordFact(7, 12, 1.125)),
)
