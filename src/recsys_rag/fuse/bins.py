"""How long a history is, in the five classes that fusion weights and evaluation tell apart. Weighs nothing."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LAST_OF_BIN = (0, 5, 20, 100)  # the last bin is open
BIN_NAMES = ("0", "1-5", "6-20", "21-100", "> 100")


def bins_of(histories: sparse.csr_array) -> NDArray[np.int64]:
    """Return for each history the place of its length in `BIN_NAMES`, (n,).

    >>> bins_of(sparse.csr_array(np.array([[0, 0, 0], [5, 0, 0]]))).tolist()
    [0, 1]
    """
    return np.searchsorted(np.array(LAST_OF_BIN), np.diff(histories.indptr), side="left").astype(np.int64)
