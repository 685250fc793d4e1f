"""The library Surprise behind our members: KNNBasic and SVD, all items ranked by predicted rating.
Knows users it was fitted to.

Surprise has no fold-in: a history is found among the fitted users by its ratings. Who is not found
is predicted as Surprise predicts a stranger, which is one ranking for all.
"""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import EvaluationError, MissingExtraError
from recsys_rag.types import Batch, Scores


class SurpriseModel:
    """An algorithm of Surprise; `make` returns it unfitted."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._users: dict[bytes, int] = {}

    def fit(self, dataset: Dataset) -> Self:
        """Fit to the ratings in the order of their file. Raises EvaluationError for likes,
        MissingExtraError."""
        if dataset.scale is None:
            raise EvaluationError(
                f"Surprise predicts ratings, and {dataset.name} has none; leave it out"
            )
        try:
            from surprise import Dataset as Ratings
            from surprise import Reader, Trainset
        except ImportError:
            raise MissingExtraError(
                "the peer surprise needs: pip install 'recsys-rag[peers]'"
            ) from None
        interactions = dataset.interactions
        users = np.repeat(np.arange(dataset.n_users), np.diff(interactions.indptr))
        order = np.argsort(dataset.rows)
        rows = zip(
            users[order].tolist(),
            interactions.indices[order].tolist(),
            interactions.data[order].tolist(),
            strict=True,
        )
        reader = Reader(rating_scale=(dataset.scale.low, dataset.scale.high))
        ratings = Ratings(reader)
        train: Trainset = ratings.construct_trainset(
            [(user, item, rating, None) for user, item, rating in rows]
        )
        self._model = self._make().fit(train)
        self._users = {_key(interactions[[row]]): row for row in range(dataset.n_users)}
        return self

    def predict(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return (n, len(item_indices)) predicted ratings, clipped to the scale."""
        predicted = np.empty((histories.shape[0], len(item_indices)), np.float32)
        for row in range(histories.shape[0]):
            user = self._users.get(_key(histories[[row]]), -1)
            predicted[row] = [self._model.predict(user, item).est for item in item_indices.tolist()]
        return predicted

    def score(self, batch: Batch) -> Scores:
        """Return the predicted ratings of all items, (n, n_items)."""
        return self.predict(batch.histories, np.arange(batch.histories.shape[1]))


def svd() -> SurpriseModel:
    """Return SVD with Surprise's defaults."""

    def make() -> Any:
        from surprise import SVD

        return SVD(random_state=42)

    return SurpriseModel(make)


def knn_basic() -> SurpriseModel:
    """Return KNNBasic by cosine of users, the seed method's model, with Surprise's defaults."""

    def make() -> Any:
        from surprise import KNNBasic

        return KNNBasic(sim_options={"name": "cosine", "user_based": True}, verbose=False)

    return SurpriseModel(make)


def _key(history: sparse.csr_array) -> bytes:
    """Return what tells one history from another."""
    return history.indices.astype(np.int64).tobytes() + history.data.astype(np.float32).tobytes()
