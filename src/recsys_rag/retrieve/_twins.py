"""Finds fitted users whose ratings equal a history exactly. Knows nothing of similarity."""

from collections.abc import Iterator
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers that look random, another for each: the finalizer of SplitMix64 (Steele, Lea,
    Flood, OOPSLA 2014)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _digests(histories: sparse.csr_array) -> NDArray[np.uint64]:
    """Return 64 bits of each history, (n,): two that differ have equal ones once in 10^19 times."""
    items = histories.indices.astype(np.uint64) + np.uint64(1)
    ratings = histories.data.astype(np.float32).view(np.uint32).astype(np.uint64)
    # modulo 2^64
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(_mixed(_mixed(items) ^ ratings))])
    digests: NDArray[np.uint64] = sums[histories.indptr[1:]] - sums[histories.indptr[:-1]]
    return digests


class Twins:
    """The fitted users by their exact ratings, so that a person is never found as their own
    neighbor.

    >>> likes = sparse.csr_array(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    >>> [(query, users.tolist()) for query, users in Twins(likes).of(likes[[0]])]
    [(0, [0, 2])]
    """

    def __init__(self, interactions: sparse.csr_array) -> None:
        digests = _digests(interactions)
        self.users = np.argsort(digests, kind="stable")
        self.digests = digests[self.users]  # ascending

    @classmethod
    def restored(cls, users: NDArray[np.int64], digests: NDArray[np.uint64]) -> Self:
        """Return what had these attributes."""
        twins = cls.__new__(cls)
        twins.users, twins.digests = users, digests
        return twins

    def of(self, histories: sparse.csr_array) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield (row of the histories, user indices ascending) for each row that has twins."""
        digests = _digests(histories)
        starts, stops = (
            np.searchsorted(self.digests, digests, side).tolist() for side in ("left", "right")
        )
        for row, (start, stop) in enumerate(zip(starts, stops, strict=True)):
            if start < stop:
                yield row, self.users[start:stop]
