"""What accuracy does not say of lists: coverage, exposure, novelty, diversity, calibration,
popularity. Arrays in and out.

`ranked` (n, k) holds item indices, best first, -1 where a list has ended. What is said of a user is
nan where it is undefined.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.lab.evaluate.metrics import Lists, PerUser


def _exposure(ranked: Lists, n_items: int) -> NDArray[np.int64]:
    """Return in how many lists each item stands, (n_items,)."""
    return np.bincount(ranked[ranked >= 0], minlength=n_items).astype(np.int64)


def coverage(ranked: Lists, n_items: int) -> float:
    """Return the share of the catalog that stands in at least one list; nan for an empty catalog.

    >>> coverage(np.array([[0, 1], [1, -1]]), 4)
    0.5
    """
    return float((_exposure(ranked, n_items) > 0).mean()) if n_items else float("nan")


def gini(ranked: Lists, n_items: int) -> float:
    """Return the Gini index of exposure: 0 = all items are shown equally often, near 1 = a few take
    all.

    sum_i (2 i - n - 1) x_(i) / (n sum x), x_(1) <= ... <= x_(n) being how often each of the n items
    of the catalog is shown. As RecBole 1.2; nan where nothing is shown.

    >>> gini(np.array([[0, 1]]), 2), gini(np.array([[0], [0]]), 2)
    (0.0, 0.5)
    """
    shown = np.sort(_exposure(ranked, n_items)).astype(np.float64)
    if not shown.sum():
        return float("nan")
    weights = 2 * np.arange(1, n_items + 1) - n_items - 1
    return float(weights @ shown / (n_items * shown.sum()))


def _mean_over_list(ranked: Lists, values: NDArray[np.floating] | NDArray[np.integer]) -> PerUser:
    """Return the mean of the items' values (n_items,) over each list; nan for an empty list."""
    there = ranked >= 0
    totals = np.where(there, np.asarray(values, np.float64)[ranked], 0.0).sum(axis=1)
    return np.asarray(totals / np.where(there.any(axis=1), there.sum(axis=1), np.nan))


def novelty(ranked: Lists, popularity: NDArray[np.integer], n_users: int) -> PerUser:
    """Return the mean self-information of the list, -log2(share of users who rated the item), in
    bits.

    An item that nobody rated counts as if one had. Tao Zhou et al., "Solving the apparent
    diversity-accuracy dilemma of recommender systems", PNAS 2010.

    >>> novelty(np.array([[0, 1]]), np.array([4, 1]), 4)
    array([1.])
    """
    return _mean_over_list(ranked, -np.log2(np.maximum(popularity, 1) / max(n_users, 1)))


def list_popularity(ranked: Lists, popularity: NDArray[np.integer]) -> PerUser:
    """Return the mean number of ratings of the items of each list.

    >>> list_popularity(np.array([[0, 1], [1, -1]]), np.array([4, 1]))
    array([2.5, 1. ])
    """
    return _mean_over_list(ranked, popularity)


def popularity_lift(
    ranked: Lists, histories: sparse.csr_array, popularity: NDArray[np.integer]
) -> PerUser:
    """Return how much more popular the list is than the history: mean of the one / mean of the
    other - 1.

    0 = as popular as what the person has rated; nan without history. Himan Abdollahpouri et al.,
    "The Connection Between Popularity Bias, Calibration, and Fairness in Recommendation", RecSys
    2020.

    >>> popularity_lift(np.array([[0]]), sparse.csr_array([[0, 1]]), np.array([6, 4]))
    array([0.5])
    """
    counts = np.diff(histories.indptr)
    rows = np.repeat(np.arange(len(counts)), counts)
    totals = np.bincount(rows, weights=popularity[histories.indices], minlength=len(counts))
    of_history = totals / np.where(counts > 0, counts, np.nan)
    return np.asarray(
        list_popularity(ranked, popularity) / np.where(of_history > 0, of_history, np.nan) - 1
    )


def diversity(ranked: Lists, vectors: NDArray[np.floating]) -> PerUser:
    """Return the mean of 1 - cosine over all pairs of the list; items whose vector is zero are left
    out.

    nan where fewer than two are left. `vectors` is (n_items, any): genres as 0 and 1, or
    embeddings. Cai-Nicolas Ziegler et al., "Improving Recommendation Lists Through Topic
    Diversification", WWW 2005.

    >>> diversity(np.array([[0, 1], [0, 2]]), np.array([[1, 0], [0, 2], [3, 0]]))
    array([1., 0.])
    """
    lengths = np.linalg.norm(np.asarray(vectors, np.float64), axis=1)
    units = vectors / np.where(lengths > 0, lengths, 1)[:, None]
    there = (ranked >= 0) & (lengths[ranked] > 0)
    of_lists = np.where(there[:, :, None], units[ranked], 0.0)  # (n, k, dimensions)
    n = there.sum(axis=1)
    # sum over all ordered pairs, each with itself too
    together = (of_lists.sum(axis=1) ** 2).sum(axis=1)
    pairs = np.where(n > 1, n * (n - 1), np.nan)
    return np.asarray(1 - (together - n) / pairs)


def genre_matrix(genres: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Return (n_items, n_genres) of 1 where the item is of the genre, else 0; genres in the order
    of their text.

    >>> genre_matrix([("Drama",), (), ("Comedy", "Drama")])
    array([[0., 1.],
           [0., 0.],
           [1., 1.]])
    """
    names = sorted({name for genre in genres for name in genre})
    places = {name: position for position, name in enumerate(names)}
    matrix = np.zeros((len(genres), len(names)))
    for item, genre in enumerate(genres):
        matrix[item, [places[name] for name in genre]] = 1.0
    return matrix


def miscalibration(
    ranked: Lists,
    histories: sparse.csr_array,
    genres: NDArray[np.floating],
    smoothing: float = 0.01,
) -> PerUser:
    """Return KL(p || q~) between the genres of the history, p, and those of the list, q; 0 = in the
    same proportions.

    An item spreads one unit over its genres. q~ = (1 - smoothing) q + smoothing p keeps it finite.
    In nats; nan where history or list is of no genre. Harald Steck, "Calibrated Recommendations",
    RecSys 2018.

    >>> histories = sparse.csr_array([[1, 0], [1, 0]])
    >>> miscalibration(np.array([[0], [1]]), histories, np.eye(2)).round(3) + 0
    array([0.   , 4.605])
    """
    shares = genres / np.maximum(genres.sum(axis=1, keepdims=True), 1)
    shown = np.where((ranked >= 0)[:, :, None], shares[ranked], 0.0).sum(axis=1)
    ones = sparse.csr_array(
        (np.ones(histories.nnz), histories.indices, histories.indptr), shape=histories.shape
    )
    p, q = _distribution(ones @ shares), _distribution(shown)
    mixed = (1 - smoothing) * q + smoothing * p
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p == 0, 0.0, p * np.log(p / mixed))
    return np.where(np.isnan(p).any(axis=1) | np.isnan(q).any(axis=1), np.nan, terms.sum(axis=1))


def _distribution(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows that sum to 1; a row of zeros becomes nan."""
    whole = totals.sum(axis=1, keepdims=True)
    return np.asarray(totals / np.where(whole > 0, whole, np.nan))
