"""What evidence reads of a query: its history as a matrix row, and the liked part of it. States no facts."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.types import ResolvedQuery


def history_of(resolved: ResolvedQuery, dataset: Dataset) -> sparse.csr_array:
    """Return the history (1, n_items) that the ranking saw: films named as "like ..." count as rated highest."""
    ratings = dict(zip(resolved.item_indices.tolist(), resolved.ratings.tolist(), strict=True))
    praise = dataset.scale.high if dataset.scale else 1.0
    for item in (*resolved.words.like_items, *resolved.profile.like_items):
        ratings.setdefault(int(item), praise)
    order = sorted(ratings)
    values = np.array([ratings[item] for item in order], np.float32)
    return histories_of(dataset.n_items, [(np.array(order, np.int64), values)])


def liked_items(resolved: ResolvedQuery, dataset: Dataset) -> NDArray[np.int64]:
    """Return the item indices that the person rated at the liked threshold or above; all of them when implicit."""
    if dataset.scale is None:
        return resolved.item_indices
    return resolved.item_indices[resolved.ratings >= dataset.scale.liked]


def feedback_of(dataset: Dataset) -> str:
    """Return how the person's liking is known: "liked" from ratings, "chose" from implicit feedback."""
    return "chose" if dataset.scale is None else "liked"
