"""Reciprocal rank fusion: scores from ranks alone, so that retrievers need no common scale. Weights
are left out.

Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods", SIGIR 2009: RRFscore(d) = sum over rankings r of 1 / (k + r(d)); their k, 60, is
`smoothing` here.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import SettingsError
from recsys_rag.types import Batch, Scores


class ReciprocalRankFusion:
    """The sum of 1 / (smoothing + rank) over the retrievers that have an opinion on the query and
    rank the item in depth.

    Ranks start at 1 and are broken by item index among equal scores. Raises SettingsError unless
    smoothing is a finite number above 0 and depth is at least 1.
    """

    def __init__(self, smoothing: float = 60.0, depth: int = 200) -> None:
        if not (math.isfinite(smoothing) and smoothing > 0):
            raise SettingsError(
                f"smoothing of reciprocal rank fusion is {smoothing}; give a number above 0"
            )
        if depth < 1:
            raise SettingsError(f"depth of reciprocal rank fusion is {depth}; give 1 or more")
        self.smoothing = smoothing
        self.depth = depth

    def fuse(self, scores: Mapping[str, Scores], batch: Batch) -> Scores:
        """Return the fused scores (n, n_items), 0 where nobody ranks the item in depth.

        Items with the same ranks, whoever gave them, have exactly the same score: the parts are
        summed in order of size.
        """
        if not scores:
            return np.zeros(batch.histories.shape, np.float32)
        # (n_retrievers, n, n_items)
        parts = np.stack([self._reciprocal_ranks(of_retriever) for of_retriever in scores.values()])
        parts.sort(axis=0)
        fused: Scores = parts.sum(axis=0).astype(np.float32)
        return fused

    def _reciprocal_ranks(self, scores: Scores) -> NDArray[np.float64]:
        order = np.argsort(-scores, axis=1, kind="stable")[:, : self.depth]
        has_opinion = scores.max(axis=1, keepdims=True) > scores.min(axis=1, keepdims=True)
        parts: NDArray[np.float64] = np.zeros(scores.shape)
        np.put_along_axis(
            parts, order, 1.0 / (self.smoothing + 1 + np.arange(order.shape[1]))[None, :], axis=1
        )
        parts *= has_opinion
        return parts
