"""Ratings in blocks of rows, and each row's normal equations against the other side. Draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys_rag.retrieve.rating_features import Array

_BLOCK = 256  # rows: what one is computed with stays in the processor's cache


@dataclass(frozen=True)
class Block:
    """Some rows of the ratings, three times: who rated what as ones, the ratings, and their
    squares. They share indices."""

    rows: slice
    ones: sparse.csr_array
    ratings: sparse.csr_array
    squares: sparse.csr_array

    def equations(self, weighted: Array, products: Array) -> Array:
        """Return sums over each row's entries of c v v', for v = (1, factors, rating - bias), (n, d
        + 1, d + 1).

        The arguments are what `weighted_products` makes of the other side. With A and r as in
        `rating_samples.Samples.fold_in`: A'CA, beside it A'Cr, and r'Cr in the corner.
        """
        size = weighted.shape[1]
        places = _places(size)
        sums, with_ratings = self.ones @ products, self.ratings @ weighted
        beside, corner = places[-1, :-1], places[-1, -1]
        sums[:, beside] = with_ratings[:, :-1] - sums[:, beside]
        sums[:, corner] += self.squares @ weighted[:, 0] - 2 * with_ratings[:, -1]
        return np.take(sums, places.ravel(), axis=1).reshape(-1, size, size)


def weighted_products(vectors: Array, precisions: Array) -> tuple[Array, Array]:
    """Return c v for v = (1, factors, bias), and c v_a v_b for each a <= b, given vectors with the
    bias first.

    >>> [one.tolist() for one in weighted_products(np.array([[3.0, 5.0]]), np.array([2.0]))]
    [[[2.0, 10.0, 6.0]], [[2.0, 10.0, 6.0, 50.0, 30.0, 18.0]]]
    """
    # a row for each: long is fast
    by_column = np.vstack([np.ones(len(vectors)), vectors[:, 1:].T, vectors[:, 0]])
    weighted = by_column * precisions
    products = np.vstack([weighted[place] * by_column[place:] for place in range(len(by_column))])
    return np.ascontiguousarray(weighted.T), np.ascontiguousarray(products.T)


def _places(dimension: int) -> np.ndarray:
    """Return where each entry of a symmetric matrix stands in its upper triangle, row by row.

    >>> _places(3).tolist()
    [[0, 1, 2], [1, 3, 4], [2, 4, 5]]
    """
    rows, columns = np.triu_indices(dimension)
    places = np.empty((dimension, dimension), np.int64)
    places[rows, columns] = places[columns, rows] = np.arange(len(rows))
    return places


def in_blocks(ratings: sparse.csr_array) -> Sequence[Block]:
    """Return the rows of a matrix, some at a time."""
    made = []
    for start in range(0, ratings.shape[0], _BLOCK):
        rows = slice(start, start + _BLOCK)
        one = ratings[rows]
        kinds = (np.ones(one.nnz), one.data, one.data**2)
        made.append(
            Block(
                rows,
                *(sparse.csr_array((kind, one.indices, one.indptr), one.shape) for kind in kinds),
            )
        )
    return made
