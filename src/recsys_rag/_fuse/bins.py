"""How long a history is, in the five lengths that fusion weights and evaluation tell apart, and how
well known the items of a short one are. Weighs nothing."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LAST_OF_BIN = (0, 5, 20, 100)  # the last bin is open
BIN_NAMES = ("0", "1-5", "6-20", "21-100", ">100")
# short histories are told apart further, by length and by the mean fame of their items
_LAST_OF_SHORT, _FAME_ABOVE = (1, 5, 20), (0.55, 0.75)  # the mean fame of all ratings is one half
SHORT_NAMES = tuple(
    f"{length}, {items}"
    for length in ("1", "2-5", "6-20")
    for items in ("little known", "known", "well known")
)
FAME_LEVELS = len(_FAME_ABOVE) + 1
BINS_OF_SHORT = (1, 1, 1, 1, 1, 1, 2, 2, 2)  # places in `BIN_NAMES`
CLASS_NAMES = (*BIN_NAMES, *SHORT_NAMES)


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
    lengths = np.diff(histories.indptr)
    classes = bins_of_lengths(lengths)
    short = np.flatnonzero((lengths > 0) & (lengths <= _LAST_OF_SHORT[-1]))
    summed = histories.copy()
    summed.data = of_items[histories.indices]
    mean = summed.sum(axis=1)[short] / lengths[short]
    by_length = np.searchsorted(_LAST_OF_SHORT, lengths[short])
    by_fame = np.searchsorted(_FAME_ABOVE, mean)
    classes[short] = len(BIN_NAMES) + FAME_LEVELS * by_length + by_fame
    return classes
