"""Novelty: what few people have rated is preferred. Knows nothing of what this person has seen.

An item's value is its self-information -log2 p, where p is the share of users who rated it (one
more of each, so that an unrated item has one), scaled to 0 to 1 within the pool. Castells, Hurley
and Vargas, "Novelty and diversity in recommender systems", Recommender Systems Handbook, 2nd
edition, 2015.
"""

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.rerank._greedy import Constant, scaled
from recsys_rag.types import Batch


def _self_information(popularity: NDArray[np.integer], n_users: int) -> NDArray[np.float64]:
    """Return log2((n_users + 1) / (popularity + 1)) of each item, in bits, same shape.

    >>> _self_information(np.array([7, 3, 0]), 7).tolist()
    [0.0, 1.0, 3.0]
    """
    bits: NDArray[np.float64] = np.log2((n_users + 1) / (np.asarray(popularity, np.float64) + 1))
    return bits


class Novelty:
    """The criterion `novelty`: its value does not depend on the list so far."""

    name = "novelty"

    def __init__(self, dataset: Dataset) -> None:
        self._bits = _self_information(dataset.popularity, dataset.n_users)

    def pursue(self, batch: Batch, pools: NDArray[np.int64]) -> Constant:
        """Begin with these pools (n, width); histories do not matter."""
        return Constant(scaled(np.where(pools >= 0, self._bits[pools], np.nan)))
