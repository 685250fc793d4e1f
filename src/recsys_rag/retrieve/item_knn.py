"""Item neighborhoods by shrunk cosine, summed over what a person liked. Makes no use of dislikes
beyond not counting them."""

import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import Learned, number, same_width, whole_number
from recsys_rag.retrieve._liking import liking, liking_of
from recsys_rag.retrieve._similarity import (
    csr_restored,
    csr_state,
    csr_wider,
    most_similar_columns,
    product,
    within_reach,
)
from recsys_rag.types import Batch, Scores


class ItemKNN:
    """score_i = sum over j in history of w_j * sim_ij, over the j that are among the `neighbors`
    most similar to i.

    sim_ij = x_i . x_j / (|x_i| |x_j| + shrinkage), where x_i holds how much each user liked item i
    (`retrieve._liking`) and w_j how much the person liked j. Shrinkage takes from pairs that rest
    on few users. Neighborhoods belong to the item that is scored, so that score and explanation
    need one row each. Defaults chosen on a validation part of the training data of MovieLens 100K.
    Badrul Sarwar et al., "Item-Based Collaborative Filtering Recommendation Algorithms", WWW 2001.
    """

    name = "item_knn"

    # (n_items, n_items), from the item of a history to the one that is scored
    _similar = Learned[sparse.csr_array]()
    # the same, dense where it is small
    _to_scores = Learned[sparse.csr_array | NDArray[np.floating]]()

    def __init__(self, neighbors: int = 200, shrinkage: float = 25.0) -> None:
        self.neighbors_kept = whole_number(self.name, "neighbors", neighbors, 1)
        self.shrinkage = number(self.name, "shrinkage", shrinkage, 0)
        self._scale: RatingScale | None = None

    def fit(self, dataset: Dataset) -> Self:
        """Compare all pairs of items and keep the most similar ones of each."""
        similar = most_similar_columns(
            liking(dataset.interactions, dataset.scale), self.neighbors_kept, self.shrinkage
        )
        return self._take(dataset, similar.T.tocsr())

    def _take(self, dataset: Dataset, similar: sparse.csr_array) -> Self:
        self._similar, self._to_scores, self._scale = (
            similar,
            within_reach(similar),
            dataset.scale,
        )
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); an empty history, or one of lowest ratings only, gets zeros.
        NotFittedError before fit."""
        same_width(self.name, batch.histories, self._similar.shape[0])
        return product(liking(batch.histories, self._scale), self._to_scores)

    def contributions(self, batch: Batch, item_indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what each item of one history adds to each score: (len(item_indices), n_history),
        rows sum to the score."""
        same_width(self.name, batch.histories, self._similar.shape[0])
        similarities = self._similar[batch.histories.indices][:, item_indices].toarray().T
        added: NDArray[np.float32] = similarities * liking_of(batch.histories.data, self._scale)
        return added

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this for a catalog with other words, and items that nobody rated behind its own.
        NotFittedError before fit."""
        similar = csr_wider(self._similar, after.n_items, after.n_items)
        return copy.copy(self)._take(after, similar)

    def state(self) -> State:
        """Return the similarities from items of a history to those that are scored as CSR:
        {"to_scores" float32, "columns" int32, "starts" (n_items + 1,) int64}."""
        return csr_state(self._similar, "to_scores")

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned; ArtifactError when it does not fit the dataset."""
        return self._take(dataset, csr_restored(self.name, state, "to_scores", dataset.n_items))
