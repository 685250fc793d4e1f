"""User neighborhoods by shrunk cosine: what the people most like you liked. Keeps no user-by-user
matrix."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import not_fitted, number, same_width, whole_number
from recsys_rag.retrieve._liking import liking
from recsys_rag.retrieve._similarity import (
    blocks,
    norms,
    product,
    shrunk_cosine,
    sparse_largest,
    within_reach,
)
from recsys_rag.retrieve._twins import Twins
from recsys_rag.types import Batch, Scores

# of a block: memory that is used again costs a sixth less time than new memory
_CELLS_AT_ONCE = 500_000


class UserKNN:
    """score_i = sum over the neighbors v of sim_uv * w_vi, the neighbors being the `neighbors` most
    similar fitted users.

    sim_uv = w_u . w_v / (|w_u| |w_v| + shrinkage), where w_u holds how much user u liked each item
    (`retrieve._liking`). Likings are not centered on the user's mean: centered, two people who both
    loved a film but love most films would count as strangers, and a history of two films rated
    alike would be all zeros. Only similarities above 0 count, ties go to the lower user index.
    Users whose ratings equal the history exactly are left out, so that a known user gets the same
    scores as a visitor with the same ratings. The defaults suit visitors with few ratings, kept out
    of MovieLens 100K (decision 0037). Jonathan Herlocker et al., "An Algorithmic Framework for
    Performing Collaborative Filtering", SIGIR 1999.
    """

    name = "user_knn"

    def __init__(self, neighbors: int = 400, shrinkage: float = 10.0) -> None:
        self.neighbors_kept = whole_number(self.name, "neighbors", neighbors, 1)
        self.shrinkage = number(self.name, "shrinkage", shrinkage, 0)
        self._likes: sparse.csr_array | None = None  # (n_users, n_items)
        self._by_item: sparse.csr_array | None = None  # its transpose
        # that, dense where it is small
        self._to_users: sparse.csr_array | NDArray[np.floating] | None = None
        self._lengths = np.zeros(0, np.float32)  # (n_users,)
        self._twins: Twins | None = None
        self._scale: RatingScale | None = None

    def fit(self, dataset: Dataset) -> Self:
        """Weigh and index the ratings; similarities are computed when asked for."""
        self._scale = dataset.scale
        likes = liking(dataset.interactions, dataset.scale)
        self._likes, self._by_item, self._lengths = likes, likes.T.tocsr(), norms(likes)
        self._to_users = within_reach(self._by_item)
        self._twins = Twins(dataset.interactions)
        return self

    def _similar(self, histories: sparse.csr_array) -> sparse.csr_array:
        assert self._twins is not None
        assert self._to_users is not None
        weighed = liking(histories, self._scale)
        dots = product(weighed, self._to_users)
        similarities = shrunk_cosine(dots, norms(weighed), self._lengths, self.shrinkage)
        for row, users in self._twins.of(histories):
            similarities[row, users] = 0.0
        return sparse_largest(similarities, self.neighbors_kept)

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); zeros for a history without neighbors. NotFittedError before fit."""
        if self._likes is None:
            raise not_fitted(self.name)
        same_width(self.name, batch.histories, self._likes.shape[1])
        scores = np.zeros(batch.histories.shape, np.float32)
        for part in blocks(len(batch), max(self._likes.shape), _CELLS_AT_ONCE):
            scores[part] = self._summed(self._similar(batch.histories[part]))
        return scores

    def _summed(self, similar: sparse.csr_array) -> NDArray[np.float32]:
        """Return the sums over neighbors (n, n_items), added by user index."""
        assert self._likes is not None
        # few users: to pass over all ratings once is faster, and equal
        if isinstance(self._to_users, np.ndarray):
            dense: NDArray[np.float32] = (self._by_item @ similar.T.toarray()).T
            return dense
        return product(similar, self._likes)

    def neighbors(
        self, histories: sparse.csr_array
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return user indices and similarities of one history (1, n_items), most similar first,
        ties by index."""
        if self._likes is None:
            raise not_fitted(self.name)
        same_width(self.name, histories, self._likes.shape[1])
        similar = self._similar(histories)
        # columns ascend, so a stable sort breaks ties by index
        order = np.argsort(-similar.data, kind="stable")
        return similar.indices[order].astype(np.int64), similar.data[order]

    def state(self) -> State:
        """Return {}: all that this needs is in the dataset."""
        if self._likes is None:
            raise not_fitted(self.name)
        return {}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Read the dataset again."""
        return self.fit(dataset)
