"""The k best of each row, exactly and with a stated tie-break. The one place where items are
excluded; scores nothing."""

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import QueryError
from recsys_rag.types import Rankings, Scores

_LANES = (
    8  # times k: into how many sets a wide row is cut, so that few values reach their k-th best
)


def _kth_largest(values: NDArray[np.floating], k: int) -> NDArray[np.floating]:
    """Return the k-th largest value of each row, (n,), for 0 < k <= width."""
    n, width = values.shape
    lanes = _LANES * k
    if width < _LANES * lanes or n < _LANES:  # partitioning a few values is faster than the detour
        return _by_partition(values, k)
    # The k-th largest of the lanes' maxima is at most the k-th largest of all: only what reaches it
    # can be among the k.
    maxima = values[:, : width - width % lanes].reshape(n, -1, lanes).max(axis=1)
    reach = values >= _kth_largest(maxima, k)[:, None]
    counts = np.count_nonzero(reach, axis=1)
    kth = np.empty(n, values.dtype)
    crowded = counts > lanes  # many ties, such as a row of zeros
    kth[crowded] = _by_partition(values[crowded], k)
    reach[crowded], counts[crowded] = False, 0
    few = np.full((n, lanes), -np.inf, values.dtype)
    reaching = np.flatnonzero(reach)  # ten times as fast as values[reach]
    few[np.arange(lanes) < counts[:, None]] = values.ravel()[reaching]
    kth[~crowded] = _kth_largest(few[~crowded], k)
    return kth


def _by_partition(values: NDArray[np.floating], k: int) -> NDArray[np.floating]:
    border = values.shape[1] - k
    kth: NDArray[np.floating] = np.partition(values, border, axis=1)[:, border]
    return kth


def largest(values: NDArray[np.floating], k: int) -> NDArray[np.bool_]:
    """Mark exactly the min(k, width) largest of each row, (n, width); among equals, those further
    left.

    >>> largest(np.array([[1.0, 3.0, 3.0, 2.0, 3.0]]), 2).astype(int)
    array([[0, 1, 1, 0, 0]])
    """
    width = values.shape[1]
    if k >= width:
        return np.ones(values.shape, np.bool_)
    if k <= 0:
        return np.zeros(values.shape, np.bool_)
    kth = _kth_largest(values, k)[:, None]
    marked: NDArray[np.bool_] = values >= kth
    # ties at the border: rare, and dear to resolve
    too_many = np.flatnonzero(np.count_nonzero(marked, axis=1) > k)
    if len(too_many):
        above = values[too_many] > kth[too_many]
        tied = marked[too_many] & ~above
        still_free = k - np.count_nonzero(above, axis=1)[:, None]
        marked[too_many] = above | (tied & (np.cumsum(tied, axis=1) <= still_free))
    return marked


def largest_places(
    values: NDArray[np.floating], columns: NDArray[np.integer], k: int
) -> NDArray[np.int64]:
    """Return the places of the k largest positive values of one row, largest first, ties by column.

    >>> largest_places(np.array([1.0, 2.0, 0.0, 2.0]), np.array([5, 4, 3, 2]), 2).tolist()
    [3, 1]
    """
    border = 0.0
    if len(values) > k > 0:
        border = np.partition(values, len(values) - k)[len(values) - k]
    places = np.flatnonzero((values >= border) & (values > 0))
    best: NDArray[np.int64] = places[np.lexsort((columns[places], -values[places]))[:k]]
    return best


def top_k(scores: Scores, allowed: NDArray[np.bool_] | None, k: int, items: Vocabulary) -> Rankings:
    """Return the k best items of each row of scores (n, n_items), best first, ties by item index.

    Items where `allowed` (n, n_items) is false never appear; None allows all. The result is always
    k wide: rows with fewer items end in index -1, id "" and score nan. Scores must be finite.
    Raises QueryError when k is below 1.

    >>> scores, allowed = np.array([[1, 2, 2]], np.float32), np.array([[True, False, True]])
    >>> best = top_k(scores, allowed, 3, Vocabulary(("a", "b", "c")))
    >>> best.item_ids.tolist(), best.item_indices.tolist(), best.scores.tolist()
    ([['c', 'a', '']], [[2, 0, -1]], [[2.0, 1.0, nan]])
    """
    if k < 1:
        raise QueryError(f"k is {k}; ask for at least 1 item")
    assert np.isfinite(scores).all(), "a retriever or fuser returned a score that is not finite"
    n, n_items = scores.shape
    possible = scores if allowed is None else np.where(allowed, scores, np.float32(-np.inf))
    kept = min(k, n_items)
    positions = np.flatnonzero(largest(possible, kept))  # ten times as fast as `nonzero`
    columns = (positions % n_items).reshape(
        n, kept
    )  # ascending, so that a stable sort keeps ties so
    values = np.take_along_axis(possible, columns, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    item_indices = np.full((n, k), -1, np.int64)
    best = np.full((n, k), np.nan, np.float32)
    item_indices[:, :kept] = np.take_along_axis(columns, order, axis=1)
    best[:, :kept] = np.take_along_axis(values, order, axis=1)
    missing = ~np.isfinite(best)
    item_indices[missing], best[missing] = -1, np.nan
    ids = [items.ids[item] if item >= 0 else "" for item in item_indices.ravel().tolist()]
    return Rankings(item_indices, np.array(ids, np.str_).reshape(n, k), best)


def ranks_of(scores: NDArray[np.floating], item_indices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the 1-based ranks of some items within one row of scores (n_items,), ties by item
    index, same order.

    >>> ranks_of(np.array([0.5, 2.0, 2.0]), np.array([2, 0]))
    array([2, 3])
    """
    own = scores[item_indices, None]
    before = (scores == own) & (np.arange(len(scores)) < item_indices[:, None])
    ranks: NDArray[np.int64] = 1 + ((scores > own) | before).sum(axis=1)
    return ranks
