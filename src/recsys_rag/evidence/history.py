"""What evidence reads of a query: its history as a matrix row, the liked part of it, and named examples. States no facts."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.types import ResolvedQuery


def own_history(resolved: ResolvedQuery, dataset: Dataset) -> sparse.csr_array:
    """Return what the person rated or chose, and nothing else, (1, n_items)."""
    return histories_of(dataset.n_items, [(resolved.item_indices, resolved.ratings)])


def examples_of(resolved: ResolvedQuery) -> tuple[int, ...]:
    """Return the films named as "like ..." that are not in the history, in the order of naming."""
    named = dict.fromkeys((*resolved.words.like_items, *resolved.profile.like_items))
    return tuple(int(item) for item in named if item not in resolved.item_indices)


def ranked_history(resolved: ResolvedQuery, dataset: Dataset) -> sparse.csr_array:
    """Return the history (1, n_items) that the ranking saw: examples count as rated highest."""
    ratings = dict(zip(resolved.item_indices.tolist(), resolved.ratings.tolist(), strict=True))
    ratings.update(dict.fromkeys(examples_of(resolved), dataset.scale.high if dataset.scale else 1.0))
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
