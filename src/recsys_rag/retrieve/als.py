"""Implicit-feedback matrix factorization, fitted by `implicit`, folded in exactly here. Keeps no
user factors.

Yifan Hu, Yehuda Koren, Chris Volinsky, "Collaborative Filtering for Implicit Feedback Datasets",
ICDM 2008.
"""

import copy
import itertools
import math
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import Learned, number, same_width, saved, whole_number, wider
from recsys_rag.retrieve._liking import liking_of
from recsys_rag.types import Batch, Scores

_WORTH_THREADS = 20_000  # ratings
_ALL_ITERATIONS = 1_000_000  # ratings up to which every iteration is made
_FEWEST_ITERATIONS = 0.4  # of them


def iterations_for(iterations: int, n_ratings: int) -> int:
    """Return how many iterations so many ratings get: beyond a million fewer, with the square root,
    as each says more.

    >>> [iterations_for(15, n) for n in (1_000, 1_000_000, 4_000_000, 10**9)]
    [15, 15, 8, 6]
    """
    share = math.sqrt(_ALL_ITERATIONS / max(n_ratings, _ALL_ITERATIONS))
    return math.ceil(iterations * max(share, _FEWEST_ITERATIONS))


class ALS:
    """score_i = x . y_i, where the factors x of a history solve (Y'Y + Y'(C - I)Y + regularization
    * I) x = Y'C 1.

    Y (n_items, factors) holds the item factors and C the confidences 1 + alpha * w of the history's
    items, w being how much each was liked (`retrieve._liking`); items at the lowest rating count as
    not rated. Every history is folded in so, known or not: the user factors of the fit are thrown
    away. The fit is the same for the same seed, on any number of threads; beyond a million ratings
    it makes fewer iterations, two fifths at the least. Defaults chosen by `tune` on
    validation parts of the training data of MovieLens 100K.
    """

    name = "als"

    _item_factors = Learned[NDArray[np.float32]]()  # (n_items, factors)
    # R^-1, where R R' = Y'Y + regularization * I, (factors, factors)
    _root_inverse = Learned[NDArray[np.float64]]()
    _by_factor = Learned[NDArray[np.float32]]()  # Z' for Z = Y R'^-1, (factors, n_items)

    def __init__(
        self,
        factors: int = 56,
        regularization: float = 43.0,
        alpha: float = 6.0,
        iterations: int = 15,
        seed: int = 42,
    ) -> None:
        self.factors = whole_number(self.name, "factors", factors, 1)
        self.regularization = number(self.name, "regularization", regularization, 0, above=True)
        self.alpha = number(self.name, "alpha", alpha, 0, above=True)
        self.iterations = whole_number(self.name, "iterations", iterations, 1)
        self.seed = whole_number(self.name, "seed", seed, 0)
        self._scale: RatingScale | None = None

    def confidences(self, histories: sparse.csr_array) -> sparse.csr_array:
        """Return 1 + alpha * w for each rating above the lowest; the others are not stored."""
        return sparse.csr_array(self._confidences(histories), shape=histories.shape)

    def _confidences(
        self, histories: sparse.csr_array
    ) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]:
        """Return the data, indices and indptr of `confidences`, without the matrix: making one
        takes longer than filling it."""
        weights = liking_of(histories.data, self._scale)
        liked = weights > 0
        ends = np.concatenate([[0], np.cumsum(liked)])[histories.indptr]
        confidences = np.float32(1.0) + np.float32(self.alpha) * weights[liked]
        return confidences, histories.indices[liked].astype(np.int32), ends.astype(np.int32)

    def fit(self, dataset: Dataset) -> Self:
        """Alternate least squares between users and items, starting from small random factors."""
        # before the limit: it loads one more BLAS
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        self._scale = dataset.scale
        liked = self.confidences(dataset.interactions)
        if not liked.nnz:
            return self._take(dataset, np.zeros((dataset.n_items, self.factors), np.float32))
        # implicit has its own threads, and warns about those of BLAS
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=self.factors,
                regularization=self.regularization,
                alpha=1.0,  # the confidences are weighed already
                iterations=iterations_for(self.iterations, liked.nnz),
                # all, or one where they would wait for each other longer than they compute; each
                # row is solved by one of them, so their number changes nothing
                num_threads=int(liked.nnz < _WORTH_THREADS),
                random_state=self.seed,
            )
            model.fit(sparse.csr_matrix(liked), show_progress=False)
        return self._take(dataset, np.asarray(model.item_factors, np.float32))

    def _take(self, dataset: Dataset, item_factors: NDArray[np.float32]) -> Self:
        from threadpoolctl import threadpool_limits

        wide = item_factors.astype(np.float64)
        self._item_factors, self._scale = item_factors, dataset.scale
        with threadpool_limits(1, "blas"):  # sums by several threads could round differently
            root = np.linalg.cholesky(wide.T @ wide + self.regularization * np.eye(wide.shape[1]))
            self._root_inverse = np.linalg.inv(root)
            whitened = wide @ self._root_inverse.T
        self._by_factor = np.ascontiguousarray(whitened.T, np.float32)
        return self

    def fold_in(self, histories: sparse.csr_array) -> NDArray[np.float32]:
        """Return the factors of each history, (n, factors); zeros where nothing was liked.
        NotFittedError before fit."""
        factors = np.einsum(
            "nf,fg->ng", self._folded(histories), self._root_inverse, optimize=False
        )
        return np.asarray(factors, np.float32)

    def _folded(self, histories: sparse.csr_array) -> NDArray[np.float64]:
        """Return u = R'x for the factors x of each history: then u . z_i = x . y_i, and u = (I +
        V'V)^-1 V'd.

        Here V = sqrt(C - I) Z over the history's items, and d = C (C - I)^-1/2 1. As (I + V'V)^-1
        V' = V'(I + VV')^-1, the smaller of the two systems is solved: that of the factors, or that
        of the history's items.
        """
        from scipy.linalg import lapack

        same_width(self.name, histories, len(self._item_factors))
        confidences, items, ends = self._confidences(histories)
        spreads = np.sqrt(confidences - 1.0, dtype=np.float64)
        wishes, n_factors = confidences / spreads, len(self._root_inverse)
        folded = np.zeros((histories.shape[0], n_factors))
        for row, (start, stop) in enumerate(itertools.pairwise(ends.tolist())):
            if start == stop:
                continue
            # rows of Z made on the spot: to hold all would be private to each process
            of_history = self._item_factors[items[start:stop]] * spreads[start:stop, None]
            weighed = of_history @ self._root_inverse.T  # (n_history, factors)
            by_items = stop - start < n_factors
            system = weighed @ weighed.T if by_items else weighed.T @ weighed
            system.ravel()[:: len(system) + 1] += 1.0
            wish = wishes[start:stop]
            _, solved, failed = lapack.dposv(
                system.T, wish if by_items else wish @ weighed, overwrite_a=1
            )
            assert failed == 0, "a sum of squares plus one is positive definite"
            folded[row] = solved @ weighed if by_items else solved
        return folded

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); a history in which nothing was liked gets zeros. NotFittedError
        before fit."""
        folded = self._folded(batch.histories).astype(np.float32)
        # not a BLAS product, which would round differently for other batch sizes: this adds factor
        # after factor
        scores: Scores = np.einsum("nf,fi->ni", folded, self._by_factor, optimize=False)
        return scores

    def score_without_each(self, batch: Batch) -> Scores:
        """Return the scores of one history without each of its items, (n_history, n_items): one
        inverse, changed by each item's part (Sherman and Morrison). NotFittedError before fit."""
        same_width(self.name, batch.histories, len(self._item_factors))
        confidences, items, _ = self._confidences(batch.histories)
        spreads = np.sqrt(confidences - 1.0, dtype=np.float64)
        weighed = self._item_factors[items] * spreads[:, None] @ self._root_inverse.T
        wished = weighed * (confidences / spreads)[:, None]
        inverse = np.linalg.inv(np.eye(weighed.shape[1]) + weighed.T @ weighed)
        whole = wished.sum(axis=0)
        by_part, left = weighed @ inverse, whole - wished
        lost = np.einsum("nf,nf->n", by_part, left)
        lost /= 1.0 - np.einsum("nf,nf->n", by_part, weighed)
        # an item that was not liked changes nothing
        folded = np.tile(inverse @ whole, (len(batch.histories.indices), 1))
        is_liked = np.isin(batch.histories.indices, items)
        folded[is_liked] = left @ inverse + by_part * lost[:, None]
        scores: Scores = folded.astype(np.float32) @ self._by_factor
        return scores

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this for a catalog with other words, and items that nobody rated behind its own.
        NotFittedError before fit."""
        other = copy.copy(self)
        other._item_factors = wider(self._item_factors, after.n_items)
        other._by_factor = wider(self._by_factor, after.n_items, axis=1)
        return other

    def state(self) -> State:
        """Return {"item_factors": Y (n_items, factors) float32, "by_factor": Y R'^-1 by column
        (factors, n_items) float32, "root_inverse": R^-1 (factors, factors) float64}."""
        return {
            "item_factors": self._item_factors,
            "by_factor": self._by_factor,
            "root_inverse": self._root_inverse,
        }

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned, on the same memory. Raises ArtifactError when it does
        not fit the dataset or these settings."""
        n_items, k = dataset.n_items, self.factors
        self._item_factors = saved(self.name, state, "item_factors", (n_items, k), np.float32)
        self._by_factor = saved(self.name, state, "by_factor", (k, n_items), np.float32)
        self._root_inverse = saved(self.name, state, "root_inverse", (k, k), np.float64)
        self._scale = dataset.scale
        return self
