"""Plain reference methods, as published and with nothing added. Proof that the harness is right;
they serve nobody.

All are of likes: a rating counts as 1, whatever its value. They need memory for (n_items, n_items).
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.retrieve._liking import occurred
from recsys_rag.retrieve._similarity import most_similar_columns
from recsys_rag.retrieve.ease import closed_form
from recsys_rag.types import Batch, Scores


class PlainPopularity:
    """Scores an item by the number of its ratings."""

    def __init__(self) -> None:
        self._scores = np.zeros(0, np.float32)

    def fit(self, dataset: Dataset) -> Self:
        """Count the ratings."""
        self._scores = dataset.popularity.astype(np.float32)
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items), the same row for each query."""
        return np.tile(self._scores, (len(batch), 1))


class PlainEASE:
    """EASE with one ridge for all items. Harald Steck, "Embarrassingly Shallow Autoencoders for
    Sparse Data", WWW 2019."""

    def __init__(self, l2: float = 300.0) -> None:
        self.l2 = l2
        self._weights: NDArray[np.float64] = np.zeros((0, 0))

    def fit(self, dataset: Dataset) -> Self:
        """Invert the Gram matrix plus l2 on the diagonal."""
        likes = occurred(dataset.interactions)
        self._weights = closed_form((likes.T @ likes).toarray(), np.full(dataset.n_items, self.l2))
        return self

    def score(self, batch: Batch) -> Scores:
        """Return the sums of weights from the history, (n, n_items)."""
        return np.asarray(occurred(batch.histories) @ self._weights, np.float32)


class PlainItemKNN:
    """Item neighborhoods by cosine of likes: sim_ij = n_ij / (sqrt(n_i n_j) + shrinkage), the
    `neighbors` largest a row."""

    def __init__(self, neighbors: int = 50, shrinkage: float = 10.0) -> None:
        self.neighbors, self.shrinkage = neighbors, shrinkage
        self._to_scores: sparse.csr_array = sparse.csr_array(np.zeros((0, 0)))

    def fit(self, dataset: Dataset) -> Self:
        """Compare all pairs of items."""
        likes = occurred(dataset.interactions)
        self._to_scores = most_similar_columns(likes, self.neighbors, self.shrinkage).T.tocsr()
        return self

    def score(self, batch: Batch) -> Scores:
        """Return the sums of similarities to the history, (n, n_items)."""
        return np.asarray((occurred(batch.histories) @ self._to_scores).toarray(), np.float32)


class ItemMean:
    """Predicts the mean rating of the film, and of all films for one that nobody rated; the same
    for everyone."""

    def __init__(self) -> None:
        self._means = np.zeros(0, np.float32)

    def fit(self, dataset: Dataset) -> Self:
        """Average the ratings."""
        overall = dataset.interactions.data.mean() if dataset.n_ratings else np.float32(0)
        self._means = np.where(np.isnan(dataset.item_means), overall, dataset.item_means).astype(
            np.float32
        )
        return self

    def predict(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return (n, len(item_indices)), the same row for each history."""
        return np.tile(self._means[item_indices], (histories.shape[0], 1))
