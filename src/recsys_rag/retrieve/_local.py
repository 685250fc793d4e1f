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
        def padded(rows: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.concatenate([rows, np.zeros((1, *rows.shape[1:]))])

        self.gram, self.n_items = gram, len(diagonal)
        values, turns = np.linalg.eigh(vectors.T @ images)
        kept = values > 1e-9 * values[-1]
        turns = turns[:, kept] / np.sqrt(values[kept])
        self.directions = vectors @ turns  # U, such that U'A U is the identity
        self._images = padded(images @ turns)  # A U
        # of A - A U U'A, which is what the directions leave
        self._left = np.append(diagonal - (self._images[:-1] ** 2).sum(axis=1), 1.0)
        self._left = np.maximum(self._left, _LEAST * np.append(diagonal, 1.0))
        self._least = 1.0 / diagonal
        none = sparse.csr_array((1, attributes.shape[1]))
        self._attributes = sparse.vstack([attributes, none]).tocsr()

    def weights(
        self, items: NDArray[np.int64], diagonal_power: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return for some items the weights b of their neighbors (n, width) and c of the directions
        (n, k).

        Of all weights of the form b + U c, b for the neighbors and the item itself, and 0 for the
        item in all, these minimize what `ease.closed_form` does, and are found as there: as the
        column of the inverse P of A within that space, divided by -P_ii ** diagonal_power.
        """
        together = np.column_stack([self.gram.columns[items], items])  # (n, m)
        images, own = self._images[together], self.directions[items]
        aims = -np.einsum("nmk,nk->nm", images, own)
        aims[:, -1] += 1.0
        near = np.linalg.solve(self._residual(together, images), aims[:, :, None])[:, :, 0]
        far = own - np.einsum("nmk,nm->nk", images, near)
        inverse = near[:, -1] + np.einsum("nk,nk->n", own, far)
        # entries that are estimated may make it look as if nothing were left, or less
        least = self._least[items]
        inverse = np.where(inverse > least, np.minimum(inverse, least / _LEAST), least)
        scale = -(inverse[:, None] ** -diagonal_power)
        return (near[:, :-1] * scale).astype(np.float32), (far * scale).astype(np.float32)

    def _residual(
        self, together: NDArray[np.int64], images: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return A - A U U'A within each row of items, (n, m) -> (n, m, m)."""
        residual = _shared(self._attributes, together) - images @ images.transpose(0, 2, 1)
        place_of = np.full(self.n_items + 1, -1, np.int16)
        for matrix, some in zip(residual, together, strict=True):
            matrix += among(self.gram, some, place_of)
        residual[np.isnan(residual)] = 0.0
        places = np.arange(together.shape[1])
        residual[:, places, places] = self._left[together]
        return residual


def among(
    gram: Strongest, items: NDArray[np.int64], place_of: NDArray[np.int16]
) -> NDArray[np.float64]:
    """Return the entries of the matrix between each two of these items, (m, m); nan on the diagonal
    and for pairs that are not among the strongest of either.

    `items` (m,) are distinct, but for n_items, which stands for none; `place_of` (n_items + 1,) is
    -1 everywhere, now and after.
    """
    m, width = len(items), gram.columns.shape[1]
    n_items = len(place_of) - 1
    place_of[items], place_of[n_items] = np.arange(m), -1
    real = np.flatnonzero(items < n_items)
    places = place_of[gram.columns[items[real]]].ravel()
    place_of[items] = -1
    cells = np.flatnonzero(places >= 0)
    rows, within = real[cells // width], cells % width
    found = np.full((m, m), np.nan)
    found[rows, places[cells]] = gram.values[items[rows], within]
    both: NDArray[np.float64] = np.fmax(found, found.T)
    return both


def _shared(attributes: sparse.csr_array, items: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the products of attributes within each row of items: (n, m) -> (n, m, m)."""
    n, m = items.shape
    flat = attributes[items.ravel()]
    # each row of items has columns of its own, so that one product gives all
    of_row = np.repeat(np.arange(n), np.diff(flat.indptr[::m]))
    apart = sparse.csr_array(
        (flat.data, flat.indices + of_row * flat.shape[1], flat.indptr),
        shape=(n * m, n * flat.shape[1]),
    )
    products = apart @ apart.T
    shared = np.zeros((n * m, m))
    rows = np.repeat(np.arange(n * m), np.diff(products.indptr))
    shared[rows, products.indices % m] = products.data
    return shared.reshape(n, m, m)


def local_weights(system: LocalSystem, diagonal_power: float) -> LocalWeights:
    """Return the weights of all items, computed on all processors."""
    n_items, width = system.gram.columns.shape
    k = system.directions.shape[1]
    near, right = np.empty((n_items, width), np.float32), np.empty((n_items, k), np.float32)

    def fill(items: NDArray[np.int64]) -> None:
        near[items], right[items] = system.weights(items, diagonal_power)

    with _threads() as threads:
        n_parts = -(-n_items // _ITEMS_AT_ONCE)
        list(threads.map(fill, np.array_split(np.arange(n_items), n_parts)))
    left = system.directions.astype(np.float32)
    itself = np.einsum("ik,ik->i", left, right)
    columns = np.column_stack([system.gram.columns, np.arange(n_items, dtype=np.int32)])
    values = np.column_stack([near, -itself])
    real = columns < n_items
    starts = np.concatenate([[0], np.cumsum(np.count_nonzero(real, axis=1))])
    by_target = sparse.csr_array((values[real], columns[real], starts), shape=(n_items, n_items))
    return LocalWeights(by_target.T.tocsr(), left, np.ascontiguousarray(right.T))
