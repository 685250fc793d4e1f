"""How long a history is, in the five classes that fusion weights and evaluation tell apart, and
whether a short one holds what everybody knows. Weighs nothing."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LAST_OF_BIN = (0, 5, 20, 100)  # the last bin is open
BIN_NAMES = ("0", "1-5", "6-20", "21-100", ">100")
# lengths of which the histories of well-known items are a class of their own, behind the others
WELL_KNOWN = ("1-5", "6-20")
CLASS_NAMES = (*BIN_NAMES, *(f"{name}, well known" for name in WELL_KNOWN))
_WELL_KNOWN = 0.55  # mean fame of a history; that of all ratings is one half


def bins_of_lengths(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return for each number of ratings its place in `BIN_NAMES`, same shape.

    >>> bins_of_lengths(np.array([0, 1, 5, 6, 20, 21, 100, 101])).tolist()
    [0, 1, 1, 2, 2, 3, 3, 4]
    """
    return np.searchsorted(np.array(LAST_OF_BIN), lengths, side="left").astype(np.int64)


def bins_of(histories: sparse.csr_array) -> NDArray[np.int64]:
    """Return for each history the place of its length in `BIN_NAMES`, (n,)."""
    return bins_of_lengths(np.diff(histories.indptr))


def fame(popularity: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return for each item the share of all ratings that items rated less often have, (n_items,).

    >>> fame(np.array([1, 6, 3])).tolist()
    [0.0, 0.4, 0.1]
    """
    ascending = np.sort(popularity)
    before = np.concatenate([[0], np.cumsum(ascending)])[np.searchsorted(ascending, popularity)]
    return np.asarray(before / max(int(popularity.sum()), 1), np.float64)


def classes_of(histories: sparse.csr_array, of_items: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each history its place in `CLASS_NAMES`, (n,), by the fame of items (n_items,).

    People begin with what everybody knows: whoever has told only of that is best told of more
    of it, as whoever has told as little of what few know is not.
    """
    classes = bins_of(histories)
    first = BIN_NAMES.index(WELL_KNOWN[0])
    short = np.flatnonzero((classes >= first) & (classes < first + len(WELL_KNOWN)))
    summed = histories.copy()
    summed.data = of_items[histories.indices]
    mean = summed.sum(axis=1)[short] / np.diff(histories.indptr)[short]
    famous = short[mean > _WELL_KNOWN]
    classes[famous] += len(BIN_NAMES) - first
    return classes
