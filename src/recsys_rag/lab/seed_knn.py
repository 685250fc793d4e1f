"""The seed method's retriever, faults and all: the nearest users' items in arbitrary order. A
baseline, not for use.

Its known faults: cosine over co-rated items only makes a stranger with one film in common as near
as anyone can be; the neighbors' similarities do not weigh their items; the items come in the
arbitrary order of a Python set, cut after k; and items that the person has already seen are not
excluded (`excludes_seen` is False).
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import Learned, same_width, whole_number
from recsys_rag.retrieve._liking import occurred
from recsys_rag.retrieve._similarity import blocks, sparse_largest
from recsys_rag.retrieve._twins import Twins
from recsys_rag.types import Batch, Scores


class SeedKNN:
    """Scores the items of the k nearest users in an arbitrary but fixed order, and nothing else.

    As Surprise's KNNBasic with user-based cosine: sim_uv = sum r_ui r_vi / sqrt(sum r_ui^2 * sum
    r_vi^2), each sum over the items rated by both, 0 where there are none; the `neighbors` largest
    by `heapq.nlargest`, so ties go to the user who comes first (there by order in the shuffled
    training rows, here by user index; ties at 1.0 are the rule, so this order decides). As there, a
    neighbor of similarity 0 counts when nobody better is left. The person is left out by their
    ratings (`retrieve._twins`), which also leaves out users who rated exactly the same and so would
    add nothing unseen.

    The first code showed `list(set(items))[:k]`, an arbitrary order. Here it is that of the item
    index: score n_items - i for an item i that a neighbor rated, 0 for all others. Cutting and
    exclusion are the caller's.
    """

    name = "seed"
    excludes_seen = False

    _rated = Learned[sparse.csr_array]()  # (n_users, n_items) ones
    _twins = Learned[Twins]()

    def __init__(self, neighbors: int = 10) -> None:
        self.neighbors_kept = whole_number(self.name, "neighbors", neighbors, 1)
        # (n_items, n_users), as the other two
        self._ratings: sparse.csr_array = sparse.csr_array(np.zeros((0, 0)))
        self._squares: sparse.csr_array = sparse.csr_array(np.zeros((0, 0)))
        self._ones: sparse.csr_array = sparse.csr_array(np.zeros((0, 0)))

    def fit(self, dataset: Dataset) -> Self:
        """Index the ratings; similarities are computed when asked for."""
        self._rated = occurred(dataset.interactions)
        self._ones = self._rated.T.tocsr()
        self._ratings = dataset.interactions.astype(np.float64).T.tocsr()
        self._squares = self._ratings.power(2)
        self._twins = Twins(dataset.interactions)
        return self

    def _nearest(self, histories: sparse.csr_array) -> sparse.csr_array:
        """Return (n, n_users): similarity + 1 of the nearest users, so that one of similarity 0 can
        be among them."""
        ratings = histories.astype(np.float64)
        dots = (ratings @ self._ratings).toarray()
        own = (ratings.power(2) @ self._ones).toarray()
        theirs = (occurred(histories) @ self._squares).toarray()
        length = np.sqrt(own * theirs)
        similarities = np.divide(dots, length, out=np.zeros_like(dots), where=length > 0) + 1.0
        similarities[np.diff(histories.indptr) == 0] = 0.0  # no history, no opinion
        for row, users in self._twins.of(histories):
            similarities[row, users] = 0.0
        return sparse_largest(similarities, self.neighbors_kept)

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); an empty history gets zeros. NotFittedError before fit."""
        n_items = self._rated.shape[1]
        same_width(self.name, batch.histories, n_items)
        order = np.arange(n_items, 0, -1, dtype=np.float32)
        scores = np.zeros(batch.histories.shape, np.float32)
        for part in blocks(len(batch), max(self._rated.shape)):
            scores[part] = (
                (self._nearest(batch.histories[part]) @ self._rated).toarray() > 0
            ) * order
        return scores

    def neighbors(
        self, histories: sparse.csr_array
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return user indices and similarities of one history (1, n_items), most similar first,
        ties by index."""
        same_width(self.name, histories, self._rated.shape[1])
        nearest = self._nearest(histories)
        order = np.argsort(-nearest.data, kind="stable")
        return nearest.indices[order].astype(np.int64), (nearest.data[order] - 1.0).astype(
            np.float32
        )

    def state(self) -> State:
        """Return {}: all that this needs is in the dataset. NotFittedError before fit."""
        _ = self._rated
        return {}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Read the dataset again."""
        return self.fit(dataset)
