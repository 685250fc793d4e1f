"""Calibration: the list should hold a person's genres in the proportions in which the person likes
them. Genres only.

Steck, "Calibrated recommendations", RecSys 2018: p(g|u) is the mean of p(g|i) over the history,
weighted by liking; q(g|u) the mean over the list; p(g|i) spreads an item evenly over its genres;
the list is built greedily to maximize

    (1 - lambda) sum of relevance - lambda KL(p || q~),   q~ = (1 - alpha) q + alpha p,  alpha = .01

(equations 2, 3, 4, 6 and 7 there). Items without genres count neither in p nor in q; who has no
history with genres, or likes nothing in it, is not calibrated.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.rerank._attributes import genre_matrix
from recsys_rag.types import Batch

_ALPHA = 0.01


class Calibration:
    """The criterion `calibration`: its value is minus the divergence that the list would have with
    the item."""

    name = "calibration"

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    @cached_property
    def _has_genre(self) -> NDArray[np.bool_]:
        return genre_matrix(self._dataset.catalog)

    def wanted(self, histories: sparse.csr_array) -> NDArray[np.float64]:
        """Return p(g|u) of each history, (n, n_genres): rows sum to 1, or are zeros where nothing
        is known."""
        weights = _liking_of(histories.data, self._dataset.scale)
        shares = _shares_of(self._has_genre[histories.indices])  # (n_ratings, n_genres)
        rated = (weights, np.arange(len(weights)), histories.indptr)
        sums = np.asarray(
            sparse.csr_array(rated, shape=(histories.shape[0], len(weights))) @ shares
        )
        totals = sums.sum(axis=1, keepdims=True)
        wanted = np.divide(sums, totals, out=np.zeros_like(sums), where=totals > 0)
        # sums by item order differ less
        rounded: NDArray[np.float64] = wanted.astype(np.float32).astype(np.float64)
        return rounded

    def pursue(self, batch: Batch, pools: NDArray[np.int64]) -> "_Divergence":
        """Begin with these pools (n, width) for these histories."""
        return _Divergence(self.wanted(batch.histories), _shares_of(self._has_genre[pools]))


class _Divergence:
    def __init__(self, wanted: NDArray[np.float64], shares: NDArray[np.float64]) -> None:
        self._wanted = wanted  # (n, n_genres)
        self._shares = shares  # (n, width, n_genres)
        self._has_genres: NDArray[np.bool_] = shares.sum(axis=2) > 0
        self._rows = np.arange(len(wanted))
        self._sums = np.zeros_like(wanted)  # of the shares of the list so far
        self._counts = np.zeros((len(wanted), 1))  # its items that have genres

    def values(self) -> NDArray[np.floating]:
        counts = np.maximum(self._counts + self._has_genres, 1.0)[:, :, None]
        return -_divergence(
            self._wanted[:, None, :], (self._sums[:, None, :] + self._shares) / counts
        )

    def take(self, positions: NDArray[np.int64]) -> None:
        self._sums += self._shares[self._rows, positions]
        self._counts += self._has_genres[self._rows, positions][:, None]


def _divergence(wanted: NDArray[np.float64], listed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return KL(wanted || smoothed listed) over the last axis, in nats; 0 where nothing is wanted.

    >>> _divergence(np.array([0.5, 0.5]), np.array([[0.5, 0.5], [1.0, 0.0]])).round(3).tolist()
    [0.0, 1.959]
    """
    smoothed = (1 - _ALPHA) * listed + _ALPHA * wanted
    ratio = np.divide(
        wanted,
        smoothed,
        out=np.ones(np.broadcast_shapes(wanted.shape, listed.shape)),
        where=wanted > 0,
    )
    nats: NDArray[np.float64] = (wanted * np.log(ratio)).sum(axis=-1)
    return nats


def _shares_of(has_genre: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return p(g|i): 1 / number of genres for each that an item has, (..., n_genres); zeros for an
    item without genres."""
    shares: NDArray[np.float64] = has_genre / np.maximum(has_genre.sum(axis=-1, keepdims=True), 1)
    return shares


def _liking_of(ratings: NDArray[np.floating], scale: RatingScale | None) -> NDArray[np.float64]:
    """Return how much each rating says for its item's genres: 0 at the low end of the scale to 1 at
    the high end.

    >>> scale = RatingScale(1, 5)
    >>> _liking_of(np.array([0.0, 1.0, 4.0, 6.0]), scale).tolist()
    [0.0, 0.0, 0.75, 1.0]
    >>> _liking_of(np.array([0.5, 2.0]), None).tolist()
    [0.5, 1.0]
    """
    low, high = (scale.low, scale.high) if scale else (0.0, 1.0)
    return np.clip((np.asarray(ratings, np.float64) - low) / (high - low), 0.0, 1.0)
