"""EASE of large catalogs: each item's ridge regression on the items nearest to it, and on a few
directions of all items. Knows nothing of people.

Pure functions of arrays, a batch of rows or items at a time, so that they run wherever the rows of
the Gram matrix (`retrieve._gram`) lie: `strongest` is the top-k of some rows, `LocalSystem.weights`
the regressions of some items.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.retrieve._gram import exact, row_blocks
from recsys_rag.retrieve._similarity import blocks
from recsys_rag.retrieve._top_k import largest_places

_LEAST = 1e-3  # of an item's own entry, what a regression is taken to leave unexplained
_RATINGS_AT_ONCE = 20_000  # whose people's ratings make some rows of the matrix
_ITEMS_AT_ONCE = 32

Times = Callable[[NDArray[np.float64]], NDArray[np.float64]]


class Strongest(NamedTuple):
    """The strongest entries of some rows of a symmetric matrix, strongest first, ties by column:
    (n_rows, width) each; a column of n_items, with value 0, stands for none."""

    columns: NDArray[np.int32]
    values: NDArray[np.float32]


class LocalWeights(NamedTuple):
    """Weights between all items, from row to column: near + left @ right.

    `near` (n_items, n_items) is sparse; its diagonal takes back what the product gives an item of
    itself.
    """

    near: sparse.csr_array
    left: NDArray[np.float32]  # (n_items, k)
    right: NDArray[np.float32]  # (k, n_items)


# --- the nearest items ----------------------------------------------------------------------------


def strongest(
    rows: sparse.csr_array, first: int, lengths: NDArray[np.float64], width: int
) -> Strongest:
    """Return the `width` entries of each row with the largest value_ij / (length_i * length_j),
    without the diagonal; only positive ones.

    `rows` (n, n_items) are those from `first` on of the whole matrix, `lengths` (n_items,) the
    roots of its diagonal.

    >>> rows = sparse.csr_array(np.array([[9.0, 3.0, 2.0], [3.0, 4.0, 0.0]]))
    >>> [array.tolist() for array in strongest(rows, 0, np.array([3.0, 2.0, 1.0]), 1)]
    [[[2], [0]], [[2.0], [3.0]]]
    """
    n, n_items = rows.shape
    columns = np.full((n, width), n_items, np.int32)
    values = np.zeros((n, width), np.float32)
    inverse = (1.0 / lengths).astype(np.float32)
    for row in range(n):
        stored = slice(rows.indptr[row], rows.indptr[row + 1])
        others, found = rows.indices[stored], rows.data[stored].astype(np.float32)
        strengths = found * inverse[others]  # length_i is the same for all
        strengths[others == first + row] = 0.0
        best = largest_places(strengths, others, width)
        columns[row, : len(best)], values[row, : len(best)] = others[best], found[best]
    return Strongest(columns, values)


def all_strongest(
    rows_of: Callable[[slice], sparse.csr_array],
    counts: NDArray[np.int64],
    lengths: NDArray[np.float64],
    width: int,
) -> Strongest:
    """Return the strongest entries of all rows, (n_items, width), computed on all processors.

    `rows_of` gives some rows of the matrix, (len(rows), n_items); `counts` (n_items,) are the
    ratings of each item, by which rows are asked for in blocks.
    """
    n_items = len(counts)
    width = min(width, n_items - 1)
    columns, values = np.empty((n_items, width), np.int32), np.empty((n_items, width), np.float32)

    def fill(rows: slice) -> None:
        columns[rows], values[rows] = strongest(rows_of(rows), rows.start, lengths, width)

    with _threads() as threads:
        list(threads.map(fill, row_blocks(counts, _RATINGS_AT_ONCE)))
    return Strongest(columns, values)


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(len(os.sched_getaffinity(0)))


# --- directions of all items ----------------------------------------------------------------------


def leading(turns: Sequence[Times], lengths: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return the k leading directions of a Gram matrix as correlations, in terms of the items,
    (n_items, k): L^-1 U for the eigenvectors U of L^-1 G L^-1, L the `lengths`, by subspace
    iteration from a fixed start; `exact`, the largest of each column 1.

    Each of the `turns` multiplies the matrix, or for the first ones another with directions near to
    its own, with a narrow one of `exact` numbers.
    """
    found = np.random.default_rng(0).standard_normal((len(lengths), min(k, len(lengths))))
    for times in turns:
        vectors = np.linalg.qr(found)[0] / lengths[:, None]
        vectors = exact(vectors / np.abs(vectors).max(axis=0))
        found = times(vectors) / lengths[:, None]
    return vectors


# --- the regressions ------------------------------------------------------------------------------


class LocalSystem:
    """The matrix A of the regressions, the Gram matrix G plus attributes times their transpose plus
    ridge, as far as it is known.

    `gram` are the strongest entries of G, by which each item's neighbors are chosen. `diagonal`
    (n_items,) is that of A; `vectors` V (n_items, k) are directions, and `images` A V. Entries of
    pairs that `gram` does not hold are taken for those of A V (V'A V)^-1 V'A (Nystroem's estimate).
    """

    def __init__(
        self,
        gram: Strongest,
        diagonal: NDArray[np.float64],
        attributes: sparse.csr_array,
        vectors: NDArray[np.float64],
        images: NDArray[np.float64],
    ) -> None:
        values, turns = np.linalg.eigh(vectors.T @ images)
        kept = values > 1e-9 * values[-1]
        turns = turns[:, kept] / np.sqrt(values[kept])
        directions, images = vectors @ turns, images @ turns  # U, such that U'A U = I, and A U
        left = np.maximum(diagonal - (images**2).sum(axis=1), _LEAST * diagonal)
        self.n_items, self._least = len(diagonal), 1.0 / diagonal
        # the last row stands for none
        self.directions = directions.astype(np.float32)
        self._images = np.concatenate([images, np.zeros((1, images.shape[1]))]).astype(np.float32)
        self._own_left = np.append(left, 1.0).astype(np.float32)
        # A - A U U'A, which is what the directions leave: the same for whoever has the pair
        self.left = Strongest(gram.columns, self._left_of(gram, attributes))

    def _left_of(self, gram: Strongest, attributes: sparse.csr_array) -> NDArray[np.float32]:
        """Return the entries of A - A U U'A where `gram` has its, the same shape."""
        left = np.empty_like(gram.values)
        none = sparse.csr_array((1, attributes.shape[1]))
        padded = sparse.csr_array(sparse.vstack([attributes, none], format="csr"))

        def fill(rows: slice) -> None:
            columns = gram.columns[rows]
            images = self._images[columns]  # (n, width, k)
            of_directions = images @ self._images[rows, :, None]
            left[rows] = gram.values[rows] - of_directions[:, :, 0]
            own = np.repeat(np.arange(self.n_items)[rows], columns.shape[1])
            shared = padded[own].multiply(padded[columns.ravel()]).sum(axis=1)
            left[rows] += shared.reshape(columns.shape)

        with _threads() as threads:
            list(threads.map(fill, blocks(self.n_items, gram.columns.size // self.n_items * 64)))
        return left

    def weights(
        self, items: NDArray[np.int64], diagonal_power: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return for some items the weights b of their neighbors (n, width) and c of the directions
        (n, k).

        Of all weights of the form b + U c, b for the neighbors and the item itself, and 0 for the
        item in all, these minimize what `ease.closed_form` does, and are found as there: as the
        column of the inverse P of A within that space, divided by -P_ii ** diagonal_power.
        """
        together = np.column_stack([self.left.columns[items], items])  # (n, m)
        images, own = self._images[together], self.directions[items]
        aims = -(images @ own[:, :, None])
        aims[:, -1] += 1.0
        near = np.linalg.solve(self._left_among(together), aims)[:, :, 0]
        far = own - (near[:, None, :] @ images)[:, 0]
        inverse = near[:, -1] + np.einsum("nk,nk->n", own, far)
        # entries that are estimated may make it look as if nothing were left, or less
        least = self._least[items]
        inverse = np.where(inverse > least, np.minimum(inverse, least / _LEAST), least)
        scale = -(inverse[:, None] ** -diagonal_power)
        return (near[:, :-1] * scale).astype(np.float32), (far * scale).astype(np.float32)

    def _left_among(self, together: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return A - A U U'A within each row of items, (n, m) -> (n, m, m)."""
        place_of = np.full(self.n_items + 1, -1, np.int16)
        left = np.stack([among(self.left, some, place_of) for some in together])
        places = np.arange(together.shape[1])
        left[:, places, places] = self._own_left[together]
        return left


def among(
    matrix: Strongest, items: NDArray[np.int64], place_of: NDArray[np.int16]
) -> NDArray[np.float32]:
    """Return the entries of a symmetric matrix between each two of these items, (m, m); 0 on the
    diagonal and for pairs that are not among the strongest of either.

    `items` (m,) are distinct, but for n_items, which stands for none; `place_of` (n_items + 1,) is
    -1 everywhere, now and after.
    """
    m, width = len(items), matrix.columns.shape[1]
    n_items = len(place_of) - 1
    place_of[items], place_of[n_items] = np.arange(m), -1
    real = np.flatnonzero(items < n_items)
    of_items = items[real]
    places = place_of.take(matrix.columns[of_items].ravel())
    place_of[items] = -1
    cells = np.flatnonzero(places >= 0)
    rows, columns = real.take(cells // width), places.take(cells).astype(np.int64)
    found = np.zeros((m, m), np.float32)
    # flat, which is faster than by rows and columns
    flat, values = found.ravel(), matrix.values[of_items].ravel().take(cells)
    flat[rows * m + columns] = values
    flat[columns * m + rows] = values
    return found


def local_weights(system: LocalSystem, diagonal_power: float) -> LocalWeights:
    """Return the weights of all items, computed on all processors."""
    n_items, width = system.left.columns.shape
    k = system.directions.shape[1]
    near, right = np.empty((n_items, width), np.float32), np.empty((n_items, k), np.float32)

    def fill(items: NDArray[np.int64]) -> None:
        near[items], right[items] = system.weights(items, diagonal_power)

    with _threads() as threads:
        n_parts = -(-n_items // _ITEMS_AT_ONCE)
        list(threads.map(fill, np.array_split(np.arange(n_items), n_parts)))
    left = system.directions
    itself = np.einsum("ik,ik->i", left, right)
    columns = np.column_stack([system.left.columns, np.arange(n_items, dtype=np.int32)])
    values = np.column_stack([near, -itself])
    real = columns < n_items
    starts = np.concatenate([[0], np.cumsum(np.count_nonzero(real, axis=1))])
    by_target = sparse.csr_array((values[real], columns[real], starts), shape=(n_items, n_items))
    return LocalWeights(by_target.T.tocsr(), left, np.ascontiguousarray(right.T))
