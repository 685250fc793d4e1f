"""Ratings in blocks of rows, and each row's normal equations given the other side. No draws."""

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
    """Some rows of the ratings, three times: who rated what as ones, the ratings, and their
    squares. They share indices."""

    rows: slice
    ones: sparse.csr_array
    ratings: sparse.csr_array
    squares: sparse.csr_array

    def equations(self, weighted: Narrow, products: Narrow) -> Array:
        """Return sums over each row's entries of c v v', for v = (1, factors, rating - bias), (n, d
        + 1, d + 1).

        The arguments are what `weighted_products` makes of the other side. With A and r as in
        `_rating_samples.Samples.fold_in`: A'CA, beside it A'Cr, and r'Cr in the corner.
        """
        size = weighted.shape[1]
        positions = _triangle(size)
        sums, with_ratings = self.ones @ products, self.ratings @ weighted
        # so far the last entry of v is the bias b; sums over (r - b) follow from those over b:
        # c v (r - b) = c v r - c v b, and c (r - b)^2 = c b^2 + c r^2 - 2 c r b
        beside, corner = positions[-1, :-1], positions[-1, -1]
        sums[:, beside] = with_ratings[:, :-1] - sums[:, beside]
        sums[:, corner] += self.squares @ weighted[:, 0] - 2 * with_ratings[:, -1]
        # a draw shakes its row by far more than rounding of the sums does, but roots want more
        system = np.take(sums, positions.ravel(), axis=1).astype(np.float64)
        return system.reshape(-1, size, size)


def weighted_products(vectors: Array, precisions: Array) -> tuple[Narrow, Narrow]:
    """Return c v for v = (1, factors, bias), and c v_a v_b for each a <= b, given vectors with the
    bias first.

    >>> [rows.tolist() for rows in weighted_products(np.array([[3.0, 5.0]]), np.array([2.0]))]
    [[[2.0, 10.0, 6.0]], [[2.0, 10.0, 6.0, 50.0, 30.0, 18.0]]]
    """
    # one row an entry of v, (d + 1, n): numpy is fast along long rows
    by_column = np.vstack([np.ones(len(vectors)), vectors[:, 1:].T, vectors[:, 0]])
    by_column = by_column.astype(np.float32)
    weighted = by_column * precisions.astype(np.float32)
    products = np.concatenate([row * by_column[first:] for first, row in enumerate(weighted)])
    return np.ascontiguousarray(weighted.T), np.ascontiguousarray(products.T)


def _triangle(dimension: int) -> np.ndarray:
    """Return where each entry of a symmetric matrix stands in its upper triangle, row by row.

    >>> _triangle(3).tolist()
    [[0, 1, 2], [1, 3, 4], [2, 4, 5]]
    """
    rows, columns = np.triu_indices(dimension)
    positions = np.empty((dimension, dimension), np.int64)
    positions[rows, columns] = positions[columns, rows] = np.arange(len(rows))
    return positions


def in_blocks(ratings: sparse.csr_array) -> Sequence[Block]:
    """Return the rows of a matrix, some at a time."""
    blocks = []
    for start in range(0, ratings.shape[0], _BLOCK):
        rows = slice(start, start + _BLOCK)
        part = ratings[rows]
        given = part.data.astype(np.float32)
        kinds = (np.ones_like(given), given, given**2)
        blocks.append(
            Block(
                rows,
                *(
                    sparse.csr_array((kind, part.indices, part.indptr), part.shape)
                    for kind in kinds
                ),
            )
        )
    return blocks
