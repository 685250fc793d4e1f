"""Predicts the rating a person would give: damped biases and item neighborhoods of residuals. Explicit ratings only.

Yehuda Koren, "Factor in the Neighbors: Scalable and Accurate Collaborative Filtering", ACM TKDD 2010.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import DataError
from recsys_rag.protocols import State
from recsys_rag.retrieve.checks import not_fitted, number, same_width, saved, whole_number
from recsys_rag.retrieve.item_knn import csr_restored, csr_state
from recsys_rag.retrieve.liking import occurred
from recsys_rag.retrieve.similarity import blocks, sparse_largest, stacked

_BIAS_SWEEPS = 10
_HELD_OUT_SHARE = 0.1
_PULL_TO_BASELINE = 0.1  # added to the sum of weights: with few similar films in the history, the biases decide
_AMPLIFICATION = 1.5  # power of the similarities (Breese et al., UAI 1998): the closest films speak loudest


class RatingPredictor:
    """r_ui = mean + b_u + b_i + sum_j w_ij e_uj / (sum_j w_ij + 0.1), over the j of the history that are neighbors of i.

    e_uj = r_uj - mean - b_u - b_j is what the biases leave. w_ij = (rho_ij n_ij / (n_ij + shrinkage)) ** 1.5, where rho_ij is
    the correlation of the residuals of items i and j over the n_ij users who rated both; only positive ones, and only the
    `neighbors` largest of each item. Item biases b_i and, for each history, b_u are damped means: sums of what is left over
    divided by count + damping. b_u is computed from the history, so a visitor is predicted like anyone else. Defaults
    chosen on a validation part of the training data of u1 of MovieLens 100K.

    `error_` is the root mean square error on a tenth of the ratings, held out in `fit` from a first fit on the others; the
    final fit uses all. It is nan where there are fewer than 20 ratings.
    """

    name = "rating"

    def __init__(self, neighbors: int = 200, shrinkage: float = 100.0, damping: float = 3.0, seed: int = 42) -> None:
        self.neighbors_kept = whole_number(self.name, "neighbors", neighbors, 1)
        self.shrinkage = number(self.name, "shrinkage", shrinkage, 0)
        self.damping = number(self.name, "damping", damping, 0, above=True)
        self.seed = whole_number(self.name, "seed", seed, 0)
        self.error_ = float("nan")
        self._scale: RatingScale | None = None
        self._mean = 0.0
        self._item_biases = np.zeros(0)  # (n_items,)
        self._similar: sparse.csr_array = sparse.csr_array(np.zeros((0, 0)))  # (n_items, n_items), row = predicted item

    def fit(self, dataset: Dataset) -> Self:
        """Learn biases and neighborhoods; raises DataError for implicit feedback, which has no ratings to predict."""
        if dataset.scale is None:
            raise DataError(
                f"{dataset.name} holds implicit feedback, so there are no ratings to predict; "
                "leave the rating predictor out, or give the ratings and their scale"
            )
        self._scale = dataset.scale
        self.error_ = self._held_out_error(dataset)
        self._learn(dataset.interactions)
        return self

    def _held_out_error(self, dataset: Dataset) -> float:
        assert dataset.scale is not None
        if dataset.n_ratings < 20:
            return float("nan")
        held_out = np.random.default_rng(self.seed).random(dataset.n_ratings) < _HELD_OUT_SHARE
        if not held_out.any():
            return float("nan")
        rest = dataset.replace_rows(~held_out).interactions
        self._learn(rest)
        truth = dataset.replace_rows(held_out).interactions
        squares = 0.0
        for part in blocks(dataset.n_users, dataset.n_items):
            users = np.repeat(np.arange(part.stop - part.start), np.diff(truth[part].indptr))
            predicted = self.predict(rest[part], np.arange(dataset.n_items))[users, truth[part].indices]
            squares += float(((predicted - truth[part].data) ** 2).sum())
        return float(np.sqrt(squares / truth.nnz))

    def _learn(self, interactions: sparse.csr_array) -> None:
        assert self._scale is not None
        ratings = interactions.data.astype(np.float64)
        n_users, n_items = interactions.shape
        users = np.repeat(np.arange(n_users), np.diff(interactions.indptr))
        items = interactions.indices
        self._mean = float(ratings.mean()) if len(ratings) else (self._scale.low + self._scale.high) / 2
        by_user = np.bincount(users, minlength=n_users) + self.damping
        by_item = np.bincount(items, minlength=n_items) + self.damping
        left, user_biases = ratings - self._mean, np.zeros(n_users)
        for _ in range(_BIAS_SWEEPS):
            self._item_biases = np.bincount(items, weights=left - user_biases[users], minlength=n_items) / by_item
            user_biases = np.bincount(users, weights=left - self._item_biases[items], minlength=n_users) / by_user
        residuals = left - user_biases[users] - self._item_biases[items]
        self._similar = self._neighborhoods(
            sparse.csr_array((residuals, items, interactions.indptr), shape=interactions.shape)
        )

    def _neighborhoods(self, residuals: sparse.csr_array) -> sparse.csr_array:
        n_items = residuals.shape[1]
        ones, squares = occurred(residuals), residuals.power(2)
        kept = []
        for part in blocks(n_items, n_items):
            left, left_ones = residuals[:, part].T.tocsr(), ones[:, part].T.tocsr()
            common = (left_ones @ ones).toarray()
            length = np.sqrt((left.power(2) @ ones).toarray() * (left_ones @ squares).toarray())
            dots = np.maximum((left @ residuals).toarray(), 0.0)
            weights = np.divide(dots, length, out=np.zeros_like(dots), where=length > 1e-9)
            weights *= np.divide(common, common + self.shrinkage, out=np.zeros_like(common), where=common > 0)
            weights[np.arange(part.stop - part.start), np.arange(part.start, part.stop)] = 0.0
            kept.append(sparse_largest((weights**_AMPLIFICATION).astype(np.float32), self.neighbors_kept))
        return stacked(kept)

    def predict(self, histories: sparse.csr_array, item_indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return (n, len(item_indices)) predicted ratings, clipped to the scale; an item is not its own neighbor."""
        if self._scale is None:
            raise not_fitted(self.name)
        same_width(self.name, histories, len(self._item_biases))
        counts = np.diff(histories.indptr)
        rows = np.repeat(np.arange(histories.shape[0]), counts)
        left = histories.data.astype(np.float64) - self._mean - self._item_biases[histories.indices]
        user_biases = np.bincount(rows, weights=left, minlength=len(counts)) / (counts + self.damping)
        residuals = sparse.csr_array((left - user_biases[rows], histories.indices, histories.indptr), histories.shape)
        to_items = self._similar[item_indices].T.tocsr()
        pull = (residuals @ to_items).toarray() / ((occurred(histories) @ to_items).toarray() + _PULL_TO_BASELINE)
        predicted = self._mean + user_biases[:, None] + self._item_biases[item_indices] + pull
        clipped: NDArray[np.float32] = np.clip(predicted, self._scale.low, self._scale.high).astype(np.float32)
        return clipped

    def state(self) -> State:
        """Return the similarities as CSR, the item biases, and [mean, error]."""
        if self._scale is None:
            raise not_fitted(self.name)
        numbers = np.array([self._mean, self.error_])
        return {**csr_state(self._similar), "item_biases": self._item_biases, "mean_and_error": numbers}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned. Raises ArtifactError when it does not fit the dataset."""
        self._similar = csr_restored(self.name, state, dataset.n_items)
        self._item_biases = saved(self.name, state, "item_biases", (dataset.n_items,)).astype(np.float64)
        self._mean, self.error_ = (float(one) for one in saved(self.name, state, "mean_and_error", (2,)))
        self._scale = dataset.scale
        return self
