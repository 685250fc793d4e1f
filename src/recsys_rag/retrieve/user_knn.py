"""User neighborhoods by shrunk cosine: what the people most like you liked. Keeps no user-by-user
matrix."""

import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import Learned, number, same_width, saved, whole_number
from recsys_rag.retrieve._liking import liking
from recsys_rag.retrieve._similarity import (
    blocks,
    csr_restored,
    csr_state,
    csr_wider,
    largest_stored,
    norms,
    product,
    shrunk_cosine,
    sparse_largest,
    stored_cosine,
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

    _ratings = Learned[sparse.csr_array]()  # (n_users, n_items)
    _by_item = Learned[sparse.csr_array]()  # how much was liked, (n_items, n_users)
    # that, dense where it is small
    _to_users = Learned[sparse.csr_array | NDArray[np.floating]]()
    _lengths = Learned[NDArray[np.float32]]()  # (n_users,)
    _twins = Learned[Twins]()

    def __init__(self, neighbors: int = 400, shrinkage: float = 10.0) -> None:
        self.neighbors_kept = whole_number(self.name, "neighbors", neighbors, 1)
        self.shrinkage = number(self.name, "shrinkage", shrinkage, 0)
        # how much was liked, (n_users, n_items): kept once many have been asked for at once
        self._likes: sparse.csr_array | None = None
        self._scale: RatingScale | None = None

    def fit(self, dataset: Dataset) -> Self:
        """Weigh and index the ratings; similarities are computed when asked for."""
        likes = liking(dataset.interactions, dataset.scale)
        return self._take(dataset, likes.T.tocsr(), norms(likes), Twins(dataset.interactions))

    def _take(
        self,
        dataset: Dataset,
        by_item: sparse.csr_array,
        lengths: NDArray[np.float32],
        twins: Twins,
    ) -> Self:
        self._scale, self._ratings = dataset.scale, dataset.interactions
        self._by_item, self._to_users = by_item, within_reach(by_item)
        self._lengths, self._twins, self._likes = lengths, twins, None
        return self

    def _similar(self, histories: sparse.csr_array) -> sparse.csr_array:
        weighed, twins = liking(histories, self._scale), self._twins.of(histories)
        dots, lengths = weighed @ self._to_users, norms(weighed)
        if isinstance(dots, np.ndarray):
            similarities = shrunk_cosine(dots, lengths, self._lengths, self.shrinkage)
            for row, users in twins:
                similarities[row, users] = 0.0
            return sparse_largest(similarities, self.neighbors_kept)
        stored = stored_cosine(sparse.csr_array(dots), lengths, self._lengths, self.shrinkage)
        for row, users in twins:
            of_row = slice(*stored.indptr[row : row + 2])
            stored.data[of_row][np.isin(stored.indices[of_row], users)] = 0.0
        return largest_stored(stored, self.neighbors_kept)

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); zeros for a history without neighbors. NotFittedError before fit."""
        same_width(self.name, batch.histories, self._ratings.shape[1])
        scores = np.zeros(batch.histories.shape, np.float32)
        for part in blocks(len(batch), max(self._ratings.shape), _CELLS_AT_ONCE):
            scores[part] = self._summed(self._similar(batch.histories[part]))
        return scores

    def _summed(self, similar: sparse.csr_array) -> NDArray[np.float32]:
        """Return the sums over neighbors (n, n_items), added by user index."""
        # few users: to pass over all ratings once is faster, and equal
        if isinstance(self._to_users, np.ndarray):
            dense: NDArray[np.float32] = (self._by_item @ similar.T.toarray()).T
            return dense
        n_gathered = int(np.diff(self._ratings.indptr)[similar.indices].sum())
        if n_gathered > self._ratings.nnz:  # neighbors are shared by many: nothing is gathered
            if self._likes is None:
                self._likes = liking(self._ratings, self._scale)
            return product(similar, self._likes)
        chosen = sparse.csr_array(
            (similar.data, np.arange(similar.nnz, dtype=similar.indptr.dtype), similar.indptr),
            shape=(similar.shape[0], similar.nnz),
        )
        return product(chosen, liking(self._ratings[similar.indices], self._scale))

    def neighbors(
        self, histories: sparse.csr_array
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return user indices and similarities of one history (1, n_items), most similar first,
        ties by index."""
        same_width(self.name, histories, self._ratings.shape[1])
        similar = self._similar(histories)
        # columns ascend, so a stable sort breaks ties by index
        order = np.argsort(-similar.data, kind="stable")
        return similar.indices[order].astype(np.int64), similar.data[order]

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this for a catalog with other words, and items that nobody rated behind its own.
        NotFittedError before fit."""
        by_item = csr_wider(self._by_item, after.n_items, after.n_users)
        return copy.copy(self)._take(after, by_item, self._lengths, self._twins)

    def state(self) -> State:
        """Return how much was liked by item as CSR {"likes" float32, "columns" int32, "starts"
        (n_items + 1,) int64}, the "lengths" (n_users,) float32, and the "digests" of all histories,
        ascending, with their "users"."""
        return {
            **csr_state(self._by_item, "likes"),
            "lengths": self._lengths,
            "digests": self._twins.digests,
            "users": self._twins.users,
        }

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned; ArtifactError when it does not fit the dataset."""
        n_users = (dataset.n_users,)
        by_item = csr_restored(self.name, state, "likes", dataset.n_items, dataset.n_users)
        digests = saved(self.name, state, "digests", n_users, np.uint64)
        users = saved(self.name, state, "users", n_users, np.int64)
        lengths = saved(self.name, state, "lengths", n_users, np.float32)
        return self._take(dataset, by_item, lengths, Twins.restored(users, digests))
