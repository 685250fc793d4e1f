"""How long a history is, in the five classes that fusion weights and evaluation tell apart. Weighs
nothing."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LAST_OF_BIN = (0, 5, 20, 100)  # the last bin is open
BIN_NAMES = ("0", "1-5", "6-20", "21-100", ">100")


def bins_of_lengths(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return for each number of ratings its place in `BIN_NAMES`, same shape.

    >>> bins_of_lengths(np.array([0, 1, 5, 6, 20, 21, 100, 101])).tolist()
    [0, 1, 1, 2, 2, 3, 3, 4]
    """
    return np.searchsorted(np.array(LAST_OF_BIN), lengths, side="left").astype(np.int64)


def bins_of(histories: sparse.csr_array) -> NDArray[np.int64]:
    """Return for each history the place of its length in `BIN_NAMES`, (n,)."""
    return bins_of_lengths(np.diff(histories.indptr))
