"""EASE of large catalogs: each item's ridge regression among the items nearest to it. Knows nothing
of people.

Pure functions of arrays, an item or a batch of items at a time, so that they run wherever the rows
of the Gram matrix (`retrieve._gram`) lie.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.retrieve._gram import row_blocks

_LEAST_LEFT = 1e-3


class Strongest(NamedTuple):
    """The strongest entries of some rows of a symmetric matrix, each row by strength, ties by
    column: (n_rows, width) each; a column of n_items, with value 0, stands for none."""

    columns: NDArray[np.int32]
    values: NDArray[np.float32]


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
    inverse = (1.0 / np.maximum(lengths, np.finfo(np.float64).tiny)).astype(np.float32)
    for row in range(n):
        stored = slice(rows.indptr[row], rows.indptr[row + 1])
        others, found = rows.indices[stored], rows.data[stored].astype(np.float32)
        strengths = found * inverse[others]  # length_i is the same for all
        strengths[others == first + row] = 0.0
        chosen = _largest(strengths, others, width)
        columns[row, : len(chosen)], values[row, : len(chosen)] = others[chosen], found[chosen]
    return Strongest(columns, values)


def _largest(
    strengths: NDArray[np.float32], columns: NDArray[np.int32], k: int
) -> NDArray[np.int64]:
    """Return the places of the k largest positive strengths, largest first, ties by column."""
    if len(strengths) > k:
        border = np.partition(strengths, len(strengths) - k)[len(strengths) - k]
        places = np.flatnonzero((strengths >= border) & (strengths > 0))
    else:
        places = np.flatnonzero(strengths > 0)
    order = np.lexsort((columns[places], -strengths[places]))
    best: NDArray[np.int64] = places[order[:k]]
    return best


def among(
    gram: Strongest, neighbors: NDArray[np.int32], place_of: NDArray[np.int16]
) -> NDArray[np.float64]:
    """Return the entries of the matrix between each two of these items, (m, m), its diagonal 0; 0
    for pairs that are not among the strongest of either.

    `neighbors` (m,) are distinct; `place_of` (n_items + 1,) is -1 everywhere, now and after.
    """
    n_neighbors, width = len(neighbors), gram.columns.shape[1]
    place_of[neighbors] = np.arange(n_neighbors)
    places = place_of[gram.columns[neighbors]].ravel()
    place_of[neighbors] = -1
    cells = np.flatnonzero(places >= 0)
    rows, within = np.divmod(cells, width)
    found = np.zeros((n_neighbors, n_neighbors))
    found[rows, places[cells]] = gram.values[neighbors[rows], within]
    return np.maximum(found, found.T)


_GRAM_BYTES = 2**30  # of the strongest entries that are kept of the Gram matrix
_WIDEST = 5  # times the neighbors, the entries of each row that are kept
_RATINGS_AT_ONCE = 20_000  # whose people's ratings make some rows of the matrix
_ITEMS_AT_ONCE = 32


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(len(os.sched_getaffinity(0)))


def all_strongest(
    rows_of: Callable[[slice], sparse.csr_array],
    counts: NDArray[np.int64],
    diagonal: NDArray[np.float64],
    neighbors: int,
) -> Strongest:
    """Return the strongest entries of all rows, as many a row as fit a gigabyte: at least
    `neighbors`, at most five times that.

    `rows_of` gives some rows of the matrix, (len(rows), n_items); `counts` (n_items,) are the
    ratings of each item, by which rows are asked for in blocks, on all processors.
    """
    n_items = len(counts)
    width = min(max(neighbors, min(_GRAM_BYTES // (8 * n_items), _WIDEST * neighbors)), n_items)
    lengths = np.sqrt(diagonal)
    columns, values = np.empty((n_items, width), np.int32), np.empty((n_items, width), np.float32)

    def fill(rows: slice) -> None:
        columns[rows], values[rows] = strongest(rows_of(rows), rows.start, lengths, width)

    with _threads() as threads:
        for _ in threads.map(fill, row_blocks(counts, _RATINGS_AT_ONCE)):
            pass
    return Strongest(columns, values)


def local_weights(
    gram: Strongest,
    diagonal: NDArray[np.float64],
    attributes: sparse.csr_array,
    neighbors: int,
    diagonal_power: float,
) -> sparse.csr_array:
    """Return the weights from row to column, (n_items, n_items): each column's from its `neighbors`
    strongest.

    The matrix of the regressions is `gram`, with `diagonal` (n_items,), which holds the ridge, plus
    `attributes` times their transpose (n_items, any).
    """
    n_items = len(diagonal)
    neighbors = min(neighbors, gram.columns.shape[1])
    weights = np.empty((n_items, neighbors), np.float32)
    padded = np.append(diagonal, 1.0)
    described = sparse.vstack([attributes, sparse.csr_array((1, attributes.shape[1]))]).tocsr()

    def fill(items: NDArray[np.int64]) -> None:
        together = np.column_stack([gram.columns[items, :neighbors], items])
        systems = _shared(described, together)
        place_of = np.full(n_items + 1, -1, np.int16)
        for system, some in zip(systems, together, strict=True):
            real = some < n_items
            system[np.ix_(real, real)] += among(gram, some[real], place_of)
        systems[:, np.arange(neighbors + 1), np.arange(neighbors + 1)] += padded[together]
        weights[items] = regressed(systems, diagonal_power)

    with _threads() as threads:
        parts = np.array_split(np.arange(n_items), -(-n_items // _ITEMS_AT_ONCE))
        for _ in threads.map(fill, parts):
            pass
    real = gram.columns[:, :neighbors] < n_items
    ends = np.concatenate([[0], np.cumsum(np.count_nonzero(real, axis=1))])
    by_target = sparse.csr_array(
        (weights[real], gram.columns[:, :neighbors][real], ends), shape=(n_items, n_items)
    )
    return by_target.T.tocsr()


def _shared(described: sparse.csr_array, items: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the products of attributes within each row of items: (n, m) -> (n, m, m)."""
    n, m = items.shape
    flat = described[items.ravel()]
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


def regressed(matrices: NDArray[np.float64], diagonal_power: float) -> NDArray[np.float32]:
    """Return the weights of some items' regressions on their neighbors, (n, m).

    `matrices` (n, m + 1, m + 1) are the Gram matrix plus ridge of the m neighbors and, last, the
    item. With A the neighbors' part and t their entries with the item, whose own is d: b solves
    A b = t, P = 1 / (d - t . b), and the weights are b * P ** (1 - diagonal_power). With all other
    items for neighbors, that is `ease.closed_form`.

    >>> regressed(np.array([[[3.0, 1.0], [1.0, 3.0]]]), 1.0).round(4).tolist()
    [[0.33329999446868896]]
    """
    targets, own = matrices[:, :-1, -1], matrices[:, -1, -1]
    solved = np.linalg.solve(matrices[:, :-1, :-1], targets[:, :, None])[:, :, 0]
    left = own - np.einsum("nm,nm->n", targets, solved)
    # entries that were left out of the matrix may make it look as if nothing were left
    left = np.maximum(left, own * _LEAST_LEFT)
    weights: NDArray[np.float32] = (solved * left[:, None] ** (diagonal_power - 1)).astype(
        np.float32
    )
    return weights
