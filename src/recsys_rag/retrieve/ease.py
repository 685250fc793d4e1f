"""EASE: one linear weight between every two items, in closed form. For likes; the catalog must fit in memory squared.

Harald Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, arXiv 1905.03375.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import ArtifactError
from recsys_rag.protocols import State
from recsys_rag.retrieve.checks import not_fitted, number, same_width, saved, whole_number
from recsys_rag.retrieve.liking import liking_of, occurred
from recsys_rag.types import Batch, Scores


def closed_form(gram: NDArray[np.float64], ridge: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights B that minimize |X - XB|^2 + sum_i ridge_i |B_i|^2 with a zero diagonal, from gram = X'X.

    P = (X'X + diag(ridge))^-1, B_ij = -P_ij / P_jj, B_jj = 0. `gram` (m, m) is overwritten; ridge must be positive.

    >>> closed_form(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([1.0, 1.0])).round(4)
    array([[0.    , 0.3333],
           [0.3333, 0.    ]])
    """
    from scipy.linalg import lapack

    if not len(gram):
        return gram
    gram[np.diag_indices_from(gram)] += ridge
    factor, failed = lapack.dpotrf(gram, lower=1, overwrite_a=1)
    assert failed == 0, "a Gram matrix plus a positive ridge is positive definite"
    inverse, failed = lapack.dpotri(factor, lower=1, overwrite_c=1)
    assert failed == 0
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    weights: NDArray[np.float64] = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


class EASE:
    """Scores an item by the sum over the history of (how much the film was liked) times (weight between the two).

    Learned on what was rated, whatever the rating; a history counts by its ratings (`retrieve.liking`: lowest 0, highest 1).
    The ridge of item i is l2 * (n_i / mean n) ** popularity_power, so that popular items are held back more; 0 is Steck's
    original. Defaults chosen on validation parts of the training data of MovieLens 100K.

    Only the `max_items` items with most ratings (ties by index) take part, as memory grows with their square (24 bytes a pair
    while fitting, 4 after); all others, and items without ratings, score 0.
    """

    name = "ease"

    def __init__(self, l2: float = 400.0, popularity_power: float = 0.25, max_items: int = 10_000) -> None:
        self.l2 = number(self.name, "l2", l2, 0, above=True)
        self.popularity_power = number(self.name, "popularity_power", popularity_power, 0)
        self.max_items = whole_number(self.name, "max_items", max_items, 1)
        self._weights: NDArray[np.float32] | None = None  # (m, m), from row to column
        self._places = np.zeros(0, np.int64)  # (n_items,) row of each item in the weights, -1 where it takes no part
        self._scale: RatingScale | None = None

    def fit(self, dataset: Dataset) -> Self:
        """Invert the regularized Gram matrix of the items that have ratings."""
        counts = dataset.popularity
        kept = np.sort(np.argsort(-counts, kind="stable")[: min(self.max_items, int((counts > 0).sum()))])
        likes = occurred(dataset.interactions)[:, kept]
        gram = (likes.T @ likes).toarray()
        share = counts[kept] / max(counts[kept].mean(), 1) if len(kept) else np.zeros(0)
        weights = closed_form(gram, self.l2 * share**self.popularity_power).astype(np.float32)
        return self._take(dataset, kept, weights)

    def _take(self, dataset: Dataset, kept: NDArray[np.int64], weights: NDArray[np.float32]) -> Self:
        self._places = np.full(dataset.n_items, -1, np.int64)
        self._places[kept] = np.arange(len(kept))
        self._weights, self._scale = np.ascontiguousarray(weights), dataset.scale
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); an empty history, or one of lowest ratings only, gets zeros. NotFittedError before fit."""
        if self._weights is None:
            raise not_fitted(self.name)
        same_width(self.name, batch.histories, len(self._places))
        kept = np.flatnonzero(self._places >= 0)
        histories = batch.histories
        stated = self._places[histories.indices] >= 0
        rows = np.repeat(np.arange(len(batch)), np.diff(histories.indptr))[stated]
        likes = sparse.csr_array(
            (
                liking_of(histories.data[stated], self._scale),
                self._places[histories.indices[stated]],
                np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(batch)))]),
            ),
            shape=(len(batch), len(kept)),
        )
        scores = np.zeros((len(batch), len(self._places)), np.float32)
        scores[:, kept] = likes @ self._weights
        return scores

    def contributions(self, histories: sparse.csr_array, item_indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what each item of one history adds to each score: (len(item_indices), n_history), rows sum to the score."""
        if self._weights is None:
            raise not_fitted(self.name)
        same_width(self.name, histories, len(self._places))
        sources, targets = self._places[histories.indices], self._places[item_indices]
        if not len(self._weights):
            return np.zeros((len(targets), len(sources)), np.float32)
        added = self._weights[np.ix_(sources, targets)].T * liking_of(histories.data, self._scale)
        added[:, sources < 0] = 0.0
        added[targets < 0] = 0.0
        return np.asarray(added, np.float32)

    def state(self) -> State:
        """Return {"items": (m,) int64 item indices, "weights": (m, m) float32}."""
        if self._weights is None:
            raise not_fitted(self.name)
        return {"items": np.flatnonzero(self._places >= 0), "weights": self._weights}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned. Raises ArtifactError when it does not fit the dataset."""
        kept = item_places(self.name, state, dataset.n_items)
        weights = saved(self.name, state, "weights", (len(kept), len(kept)))
        return self._take(dataset, kept, weights.astype(np.float32, copy=False))


def item_places(part: str, state: State, n_items: int) -> NDArray[np.int64]:
    """Return the saved item indices; ArtifactError when one is outside the catalog."""
    kept = saved(part, state, "items", (None,)).astype(np.int64)
    if len(kept) and (kept.min() < 0 or kept.max() >= n_items):
        raise ArtifactError(f"{part}: a saved item index is {kept.max()}, but the data has {n_items} items; fit again")
    return kept
