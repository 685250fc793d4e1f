"""Fusion by a weighted sum of standardized scores. The weights are given, not learned here."""

import math
from collections.abc import Mapping

import numpy as np

from recsys_rag.errors import SettingsError
from recsys_rag.types import Batch, Scores


def standardize(scores: Scores) -> Scores:
    """Return each row (n, n_items) with mean 0 and standard deviation 1; a constant row, which is no opinion, as zeros.

    >>> standardize(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], np.float32)).round(2)
    array([[-1.22,  0.  ,  1.22],
           [ 0.  ,  0.  ,  0.  ]], dtype=float32)
    """
    if not scores.size:
        return np.zeros(scores.shape, np.float32)
    centered = scores - scores.mean(axis=1, keepdims=True, dtype=np.float64)
    deviations = np.sqrt((centered**2).mean(axis=1, keepdims=True))
    has_opinion = scores.max(axis=1, keepdims=True) > scores.min(axis=1, keepdims=True)
    standardized: Scores = np.divide(centered, deviations, out=np.zeros_like(centered), where=has_opinion).astype(
        np.float32
    )
    return standardized


class WeightedFusion:
    """The sum over retrievers of weight times z-score of the row. A retriever without an opinion on a query adds nothing.

    `weights` maps retriever names to finite numbers >= 0, at least one above 0; each stands for the influence of that
    retriever in standard deviations of its scores. `without_history`, where given, holds the weights of queries with an empty
    history, for which most retrievers are silent. Raises SettingsError otherwise.
    """

    def __init__(self, weights: Mapping[str, float], without_history: Mapping[str, float] | None = None) -> None:
        self.weights = _checked(weights)
        self.without_history = self.weights if without_history is None else _checked(without_history)

    def fuse(self, scores: Mapping[str, Scores], batch: Batch) -> Scores:
        """Return the fused scores (n, n_items); they do not depend on the order of the mapping.

        Raises SettingsError for a retriever without a weight, or a weight above 0 without its retriever.
        """
        self._check(scores)
        has_history = np.diff(batch.histories.indptr) > 0
        fused = np.zeros(batch.histories.shape, np.float32)
        for name in sorted(scores):
            weight = np.where(has_history, self.weights.get(name, 0.0), self.without_history.get(name, 0.0))
            if weight.any():
                fused += weight.astype(np.float32)[:, None] * standardize(scores[name])
        return fused

    def _check(self, scores: Mapping[str, Scores]) -> None:
        known = sorted({*self.weights, *self.without_history})
        for name in sorted(scores):
            if name not in known:
                raise SettingsError(
                    f"retriever {name!r} has no fusion weight; there are weights for {', '.join(known)}"
                )
        for name in known:
            if name not in scores and (self.weights.get(name) or self.without_history.get(name)):
                there = ", ".join(sorted(scores)) or "none"
                raise SettingsError(
                    f"fusion weight for {name!r}, but the retrievers are {there}; set it to 0 or add it"
                )


def _checked(weights: Mapping[str, float]) -> dict[str, float]:
    for name, weight in weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise SettingsError(f"fusion weight of {name!r} is {weight}; give a finite number of 0 or more")
    if not any(weights.values()):
        raise SettingsError("all fusion weights are 0; give at least one retriever a weight above 0")
    return dict(weights)
