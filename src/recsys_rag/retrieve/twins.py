"""Finds fitted users whose ratings equal a history exactly. Knows nothing of similarity."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def _digests(histories: sparse.csr_array) -> Iterator[bytes]:
    indices, ratings = histories.indices.astype(np.int64), histories.data.astype(np.float32)
    for start, stop in zip(histories.indptr[:-1].tolist(), histories.indptr[1:].tolist(), strict=True):
        row = indices[start:stop].tobytes() + ratings[start:stop].tobytes()
        yield hashlib.blake2b(row, digest_size=16).digest()


class Twins:
    """The fitted users by their exact ratings, so that a person is never found as their own neighbor.

    >>> likes = sparse.csr_array(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    >>> [(query, users.tolist()) for query, users in Twins(likes).of(likes[[0]])]
    [(0, [0, 2])]
    """

    def __init__(self, interactions: sparse.csr_array) -> None:
        users: dict[bytes, list[int]] = defaultdict(list)
        for user_index, digest in enumerate(_digests(interactions)):
            users[digest].append(user_index)
        self._users = {digest: np.array(found, np.int64) for digest, found in users.items()}

    def of(self, histories: sparse.csr_array) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield (row of the histories, user indices ascending) for each row that has twins; rows must be sorted."""
        for row, digest in enumerate(_digests(histories)):
            if digest in self._users:
                yield row, self._users[digest]
