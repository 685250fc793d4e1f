"""Probabilities of labels as every backend gives them: among the labels alone, finite. Asks no
model."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import GenerationError

LEAST = -60.0  # log-probability of what a model tells as impossible: numbers must stay finite


def among(
    labels: Sequence[str], found: Sequence[float | None], model_id: str
) -> NDArray[np.float64]:
    """Return log-probabilities, (n,), such that their exponentials sum to 1. Raises GenerationError
    where one is None.

    >>> np.exp(among(["A", "B"], [-1.0, -1.0], "m")).tolist()
    [0.5, 0.5]
    """
    lacking = [label for label, one in zip(labels, found, strict=True) if one is None]
    if lacking:
        raise GenerationError(
            f"{model_id}: has no single token for the label {lacking[0]!r}, so it cannot rank by labels; use another model"
        )
    values = np.array([one if one is not None and math.isfinite(one) else -np.inf for one in found])
    if not np.isfinite(values).any():
        raise GenerationError(
            f"{model_id}: gives none of the labels {', '.join(labels)} a probability"
        )
    values = np.maximum(values - values.max(), LEAST)
    normalized: NDArray[np.float64] = values - np.log(np.exp(values).sum())
    return normalized
