"""The library implicit behind our two members: its ALS and its item-item neighborhoods. Known users
by its own fold-in."""

import warnings
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.retrieve._liking import occurred
from recsys_rag.types import Batch, Scores


class ImplicitALS:
    """implicit's AlternatingLeastSquares on likes; a history is folded in by its
    `recalculate_user`."""

    def __init__(self, factors: int = 16) -> None:
        self.factors = factors

    def fit(self, dataset: Dataset) -> Self:
        """Run the alternations on one thread."""
        # before the limit: it loads one more BLAS
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, "blas"):
            self.model = AlternatingLeastSquares(
                factors=self.factors,
                regularization=1.0,
                alpha=3.0,
                iterations=15,
                num_threads=1,
                random_state=42,
            )
            self.model.fit(_likes(dataset.interactions), show_progress=False)
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); implicit gives a history without ratings the factors 0."""
        users = self.model.recalculate_user(np.arange(len(batch)), _likes(batch.histories))
        return np.asarray(users @ self.model.item_factors.T, np.float32)


class ImplicitItemItem:
    """implicit's ItemItemRecommender: cosine of likes, the `neighbors` most similar of each item,
    without shrinkage."""

    def __init__(self, neighbors: int = 50) -> None:
        self.neighbors = neighbors
        self._similar: sparse.csr_array = sparse.csr_array(np.zeros((0, 0)))

    def fit(self, dataset: Dataset) -> Self:
        """Compare all pairs of items."""
        from implicit.nearest_neighbours import CosineRecommender
        from implicit.utils import ParameterWarning

        model = CosineRecommender(K=self.neighbors, num_threads=1)
        with warnings.catch_warnings():  # it warns of a conversion that it makes itself
            warnings.simplefilter("ignore", ParameterWarning)
            model.fit(_likes(dataset.interactions), show_progress=False)
        self._similar = sparse.csr_array(model.similarity)
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items), as its `recommend` sums them."""
        summed: NDArray[np.float64] = (occurred(batch.histories) @ self._similar).toarray()
        return np.asarray(summed, np.float32)


def _likes(interactions: sparse.csr_array) -> sparse.csr_matrix:
    """Return likes as implicit wants them: a csr_matrix of float32."""
    return sparse.csr_matrix(occurred(interactions).astype(np.float32))
