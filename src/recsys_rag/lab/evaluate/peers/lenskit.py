"""The library LensKit behind our members: its ImplicitMF and its user neighborhoods. Histories are
given with the query."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import MissingExtraError
from recsys_rag.types import Batch, Scores


class LensKitModel:
    """A scorer of LensKit; `make` returns it untrained."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def fit(self, dataset: Dataset) -> Self:
        """Train on the ratings. Raises MissingExtraError where LensKit is not installed."""
        try:
            import lenskit
            from lenskit.data import from_interactions_df
            from lenskit.training import TrainingOptions
            from pandas import DataFrame
        except ImportError:
            raise MissingExtraError("the peer lenskit needs: pip install lenskit") from None
        assert lenskit
        interactions = dataset.interactions
        users = np.repeat(np.arange(dataset.n_users), np.diff(interactions.indptr))
        frame = DataFrame(
            {"user_id": users, "item_id": interactions.indices, "rating": interactions.data}
        )
        self._model = self._make()
        self._model.train(from_interactions_df(frame), TrainingOptions(rng=42))
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); items that LensKit has no score for come after all others."""
        from lenskit.data import ItemList, RecQuery

        n_items = batch.histories.shape[1]
        everything = ItemList(item_ids=np.arange(n_items))
        all_scores = np.zeros(batch.histories.shape, np.float32)
        for row, (start, stop) in enumerate(
            zip(batch.histories.indptr, batch.histories.indptr[1:], strict=False)
        ):
            history = ItemList(
                item_ids=batch.histories.indices[start:stop].astype(np.int64),
                rating=batch.histories.data[start:stop],
            )
            scores = np.asarray(
                self._model(RecQuery(history_items=history), everything).scores("numpy"), np.float32
            )
            all_scores[row] = _filled(scores)
        return all_scores


def implicit_mf() -> LensKitModel:
    """Return implicit-feedback matrix factorization: 16 factors, weight 2, the best of six on a
    validation part of ML-100K."""

    def make() -> Any:
        from lenskit.als import ImplicitMFScorer

        return ImplicitMFScorer(embedding_size=16, weight=2, regularization=0.1)

    return LensKitModel(make)


def user_knn() -> LensKitModel:
    """Return user neighborhoods of likes: 50 neighbors, the best of 20 to 200 on a validation part
    of ML-100K."""

    def make() -> Any:
        from lenskit.knn import UserKNNScorer

        return UserKNNScorer(feedback="implicit", max_nbrs=50)

    return LensKitModel(make)


def _filled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the scores with one less than their lowest in the place of nan; zeros where all are
    nan.

    >>> _filled(np.array([2.0, np.nan, 1.0], np.float32)).tolist()
    [2.0, 0.0, 1.0]
    """
    scored = np.isfinite(scores)
    return np.where(scored, scores, scores[scored].min() - 1 if scored.any() else 0.0).astype(
        np.float32
    )
