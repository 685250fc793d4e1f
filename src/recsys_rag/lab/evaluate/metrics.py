"""How good lists are: plain functions of arrays, one value a user, nan where undefined. Means and
tests are others' work.

`ranked` (n, k or more) holds item indices, best first, -1 where a list has ended; `relevant` (n,
n_items) CSR marks the relevant items of the same users by its stored entries, whatever their value.
Accuracy is nan for a user without relevant items. The definitions of hit rate, precision, recall,
NDCG, MRR and MAP are those of RecBole 1.2.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Lists = NDArray[np.int64]
PerUser = NDArray[np.float64]  # (n,)


def _hits(
    ranked: Lists, relevant: sparse.csr_array, k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return which of the first k are relevant (n, k), 1 or 0, and how many relevant items there
    are (n,), nan for none."""
    assert ranked.shape[0] == relevant.shape[0], (ranked.shape, relevant.shape)
    assert k >= 1, k
    n_items = relevant.shape[1]
    counts = np.diff(relevant.indptr)
    pairs = np.repeat(np.arange(len(counts)), counts) * n_items + relevant.indices
    shown = np.full((len(ranked), k), -1, np.int64)
    shown[:, : ranked.shape[1]] = ranked[:, :k]
    shown_pairs = np.arange(len(ranked))[:, None] * n_items + shown
    hits = (np.isin(shown_pairs, pairs) & (shown >= 0)).astype(np.float64)
    return hits, np.where(counts > 0, counts, np.nan)


def hit_rate(ranked: Lists, relevant: sparse.csr_array, k: int) -> PerUser:
    """Return 1 where one of the first k is relevant, else 0.

    >>> hit_rate(np.array([[0, 2]]), sparse.csr_array([[0, 0, 1]]), 2)
    array([1.])
    """
    hits, n_relevant = _hits(ranked, relevant, k)
    return np.where(np.isnan(n_relevant), np.nan, hits.max(axis=1, initial=0))


def precision(ranked: Lists, relevant: sparse.csr_array, k: int) -> PerUser:
    """Return the relevant among the first k, divided by k even where the list is shorter.

    >>> precision(np.array([[0, 2]]), sparse.csr_array([[0, 0, 1]]), 2)
    array([0.5])
    """
    hits, n_relevant = _hits(ranked, relevant, k)
    return np.where(np.isnan(n_relevant), np.nan, hits.sum(axis=1) / k)


def recall(ranked: Lists, relevant: sparse.csr_array, k: int) -> PerUser:
    """Return the relevant among the first k, divided by all that are relevant (so it may be unable
    to reach 1).

    >>> recall(np.array([[0, 2]]), sparse.csr_array([[0, 1, 1]]), 2)
    array([0.5])
    """
    hits, n_relevant = _hits(ranked, relevant, k)
    return np.asarray(hits.sum(axis=1) / n_relevant)


def ndcg(ranked: Lists, relevant: sparse.csr_array, k: int) -> PerUser:
    """Return sum over relevant ranks r <= k of 1 / log2(r + 1), divided by the same for the best
    list there could be.

    Relevance is 0 or 1. Kalervo Järvelin, Jaana Kekäläinen, "Cumulated Gain-Based Evaluation of IR
    Techniques", ACM TOIS 2002.

    >>> ndcg(np.array([[0, 2]]), sparse.csr_array([[0, 0, 1]]), 2).round(4)  # 1 / log2(3) of 1
    array([0.6309])
    """
    hits, n_relevant = _hits(ranked, relevant, k)
    discounts = 1 / np.log2(np.arange(k) + 2)
    best = np.concatenate([[np.nan], np.cumsum(discounts)])[
        np.nan_to_num(np.minimum(n_relevant, k)).astype(int)
    ]
    return np.asarray(hits @ discounts / best)


def mrr(ranked: Lists, relevant: sparse.csr_array, k: int) -> PerUser:
    """Return 1 / rank of the first relevant item, 0 where none is among the first k.

    >>> mrr(np.array([[0, 2]]), sparse.csr_array([[0, 0, 1]]), 2)
    array([0.5])
    """
    hits, n_relevant = _hits(ranked, relevant, k)
    first = np.where(hits.any(axis=1), 1 / (hits.argmax(axis=1) + 1), 0.0)
    return np.where(np.isnan(n_relevant), np.nan, first)


def average_precision(ranked: Lists, relevant: sparse.csr_array, k: int) -> PerUser:
    """Return the sum of precision@r over the relevant ranks r <= k, divided by min(k, relevant
    items). Its mean is MAP.

    >>> average_precision(np.array([[0, 2]]), sparse.csr_array([[1, 0, 1]]), 2), average_precision(
    ...     np.array([[1, 2]]), sparse.csr_array([[1, 0, 1]]), 2)
    (array([1.]), array([0.25]))
    """
    hits, n_relevant = _hits(ranked, relevant, k)
    precisions = np.cumsum(hits, axis=1) / (np.arange(k) + 1)
    return np.asarray((precisions * hits).sum(axis=1) / np.minimum(n_relevant, k))
