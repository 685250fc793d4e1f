"""Ratings in blocks of rows, and each row's normal equations given the other side. No draws."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.retrieve._rating_features import Array

Narrow = NDArray[np.float32]

_BLOCK = 256  # rows: what one is computed with stays in the processor's cache


@dataclass(frozen=True)
class Block:
    """Some rows of the ratings, the entries of one after those of another: row i has those from
    starts[i] to starts[i + 1]."""

    rows: slice
    others: NDArray[np.int32]  # (n_entries,) which of the other side was rated
    ratings: Narrow  # (n_entries,)
    starts: NDArray[np.int64]  # (n_rows + 1,)

    def equations(self, weighted: Narrow) -> Array:
        """Return sums over each row's entries of c v v', for v = (1, factors, rating - bias), (n, d
        + 1, d + 1), given sqrt(c) (1, factors, -bias) of all on the other side.

        With A and r as in `_rating_samples.Samples.fold_in`: A'CA, beside it A'Cr, and r'Cr in the
        corner.
        """
        of_entries = weighted.take(self.others, axis=0)  # sqrt(c) v
        of_entries[:, -1] += self.ratings * of_entries[:, 0]
        size = weighted.shape[1]
        systems = np.empty((len(self.starts) - 1, size, size), np.float32)
        for system, (start, stop) in zip(
            systems, itertools.pairwise(self.starts.tolist()), strict=True
        ):
            of_row = of_entries[start:stop]
            np.dot(of_row.T, of_row, out=system)
        # a draw shakes its row by far more than rounding of the sums does, but roots want more
        return systems.astype(np.float64)


def weighted_vectors(vectors: Array, precisions: Array) -> Narrow:
    """Return sqrt(c) (1, factors, -bias), given vectors with the bias first, (n, d) -> (n, d + 1).

    >>> weighted_vectors(np.array([[3.0, 5.0]]), np.array([4.0])).tolist()
    [[2.0, 10.0, -6.0]]
    """
    beside = np.column_stack([np.ones(len(vectors)), vectors[:, 1:], -vectors[:, 0]])
    beside *= np.sqrt(precisions)[:, None]
    return beside.astype(np.float32)


def in_blocks(ratings: sparse.csr_array) -> Sequence[Block]:
    """Return the rows of a matrix, some at a time."""
    blocks = []
    for start in range(0, ratings.shape[0], _BLOCK):
        rows = slice(start, start + _BLOCK)
        part = ratings[rows]
        starts = part.indptr.astype(np.int64)
        blocks.append(Block(rows, part.indices, part.data.astype(np.float32), starts))
    return blocks
