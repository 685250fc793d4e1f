"""What evidence reads of a query: its history as a matrix row, the liked part of it, and named
examples. States no facts."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.facts._leaning import Feedback
from recsys_rag.types import Batch, ResolvedQuery


def own_history(resolved: ResolvedQuery, dataset: Dataset) -> sparse.csr_array:
    """Return what the person rated or chose, and nothing else, (1, n_items)."""
    return histories_of(dataset.n_items, [(resolved.item_indices, resolved.ratings)])


def examples_of(resolved: ResolvedQuery) -> tuple[int, ...]:
    """Return the items that were named, as liked or in "like ...", and are not in the history, in
    the order of naming."""
    named = dict.fromkeys(
        (*resolved.liked, *resolved.words.like_items, *resolved.profile.like_items)
    )
    return tuple(int(item) for item in named if item not in resolved.item_indices)


def ranked_history(resolved: ResolvedQuery, dataset: Dataset) -> Batch:
    """Return the history, as a batch of one, that the ranking saw: examples count as rated highest,
    and last."""
    items, ratings = resolved.item_indices, resolved.ratings
    examples = np.array(examples_of(resolved), np.int64)
    order = np.argsort(np.concatenate([items, examples]))
    praise = np.full(len(examples), dataset.scale.high if dataset.scale else 1.0, np.float32)
    steps_back = None
    if resolved.steps_back is not None:
        steps_back = np.concatenate([resolved.steps_back, np.zeros(len(examples), np.int32)])[order]
    history = np.concatenate([items, examples])[order], np.concatenate([ratings, praise])[order]
    return Batch(histories_of(dataset.n_items, [history]), ("",), steps_back)


def liked_items(resolved: ResolvedQuery, dataset: Dataset) -> NDArray[np.int64]:
    """Return the item indices that the person rated at the liked threshold or above, all of them
    when implicit, and those that were named as liked."""
    named = np.array(resolved.liked, np.int64)
    if dataset.scale is None:
        return np.concatenate([resolved.item_indices, named])
    liked = resolved.item_indices[resolved.ratings >= dataset.scale.liked]
    return np.concatenate([liked, named])


def feedback_of(dataset: Dataset) -> Feedback:
    """Return how the person's liking is known: "liked" from ratings, "chose" from implicit
    feedback."""
    return "chose" if dataset.scale is None else "liked"
