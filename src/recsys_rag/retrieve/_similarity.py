"""Cosine similarity with shrinkage, in blocks, keeping the most similar only. Never holds all pairs
densely."""

import itertools
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import saved
from recsys_rag.retrieve._gram import row_blocks
from recsys_rag.retrieve._top_k import largest, largest_places

_CELLS_AT_ONCE = 4_000_000  # of a dense block: 16 MB of float32
_RATINGS_AT_ONCE = 20_000  # whose people's ratings are compared with some items


def blocks(n_rows: int, width: int, cells: int | None = None) -> Iterator[slice]:
    """Yield slices over the rows such that a dense block of this width stays small: `cells`
    numbers, 4 million unless said.

    >>> [(rows.start, rows.stop) for rows in blocks(5, 2_000_000)]
    [(0, 2), (2, 4), (4, 5)]
    """
    step = max(1, (cells or _CELLS_AT_ONCE) // max(width, 1))
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def rated_in_order(dataset: Dataset) -> NDArray[np.int64]:
    """Return the items that have ratings, those with most first, ties by id: an order that does not
    depend on that of the catalog."""
    ids = np.array(dataset.items.ids, np.str_)
    order: NDArray[np.int64] = np.lexsort((ids, -dataset.popularity))
    return order[: int((dataset.popularity > 0).sum())]


def places_among(kept: NDArray[np.int64], n_items: int) -> NDArray[np.int64]:
    """Return the place of each item among those kept, (n_items,), -1 where it is not kept.

    >>> places_among(np.array([2, 0]), 4).tolist()
    [1, -1, 0, -1]
    """
    places = np.full(n_items, -1, np.int64)
    places[kept] = np.arange(len(kept))
    return places


def within_reach(matrix: sparse.csr_array) -> sparse.csr_array | NDArray[np.floating]:
    """Return a small matrix dense, since products with it are twice as fast then, and equal; a
    large one as it is."""
    return matrix.toarray() if matrix.shape[0] * matrix.shape[1] <= _CELLS_AT_ONCE else matrix


def product(
    left: sparse.csr_array, right: sparse.csr_array | NDArray[np.floating]
) -> NDArray[np.float32]:
    """Return left @ right, dense; the result is the same whether `right` is sparse or dense.

    >>> eye = sparse.csr_array(np.eye(2, dtype=np.float32))
    >>> (product(eye, eye) == product(eye, eye.toarray())).all()
    np.True_
    """
    whole = left @ right
    dense: NDArray[np.float32] = whole if isinstance(whole, np.ndarray) else whole.toarray()
    return dense


def norms(rows: sparse.csr_array) -> NDArray[np.float32]:
    """Return the Euclidean length of each row, (n_rows,)."""
    row_of_entry = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    squares = np.bincount(
        row_of_entry, weights=rows.data.astype(np.float64) ** 2, minlength=rows.shape[0]
    )
    return np.sqrt(squares).astype(np.float32)


def shrunk_cosine(
    dots: NDArray[np.float32],
    left: NDArray[np.float32],
    right: NDArray[np.float32],
    shrinkage: float,
) -> NDArray[np.float32]:
    """Return dots_ij / (left_i * right_j + shrinkage), 0 where that is undefined; left (n,) and
    right (m,) are norms.

    >>> shrunk_cosine(np.array([[4.0, 0.0]]), np.array([2.0]), np.array([2.0, 0.0]), 4.0)
    array([[0.5, 0. ]], dtype=float32)
    """
    below = np.multiply.outer(left, right)
    below += shrinkage
    np.maximum(below, np.finfo(np.float32).tiny, out=below)  # where a length is 0, so is the dot
    # in place: new memory costs more than sums
    return np.divide(dots, below, out=below).astype(np.float32, copy=False)


def stored_cosine(
    dots: sparse.csr_array, left: NDArray[np.float32], right: NDArray[np.float32], shrinkage: float
) -> sparse.csr_array:
    """Return `shrunk_cosine` of what is stored of dots (n, m), in place and equal to the bit.

    >>> dots = sparse.csr_array(np.array([[4.0, 0.0]], np.float32))
    >>> stored_cosine(dots, np.float32([2.0]), np.float32([2.0, 0.0]), 4.0).toarray()
    array([[0.5, 0. ]], dtype=float32)
    """
    below = np.repeat(left, np.diff(dots.indptr))
    below *= right[dots.indices]
    below += np.float32(shrinkage)
    dots.data /= np.maximum(below, np.finfo(np.float32).tiny, out=below)
    return dots


def sparse_largest(values: NDArray[np.floating], k: int) -> sparse.csr_array:
    """Return the k largest positive entries of each row as CSR, sorted by column; ties keep those
    further left.

    >>> values = np.array([[0.5, 0.0, 0.9, 0.5], [0.0, -1.0, 0.0, 0.0]], np.float32)
    >>> sparse_largest(values, 2).toarray()
    array([[0.5, 0. , 0.9, 0. ],
           [0. , 0. , 0. , 0. ]], dtype=float32)
    """
    positions = np.flatnonzero(largest(values, k) & (values > 0))  # ten times as fast as `nonzero`
    rows, columns = np.divmod(positions, max(values.shape[1], 1))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(values)))])
    return sparse.csr_array(
        (values[rows, columns], columns.astype(np.int32), starts), shape=values.shape
    )


def most_similar_columns(
    likes: sparse.csr_array, neighbors: int, shrinkage: float
) -> sparse.csr_array:
    """Return (n_items, n_items): row i holds the similarities of column i to the `neighbors`
    columns most similar to it.

    sim_ij = x_i . x_j / (|x_i| |x_j| + shrinkage); only positive ones, never an item with itself,
    ties by index.
    """
    by_item = likes.T.tocsr().astype(np.float32)
    lengths = norms(by_item)

    def similar(rows: slice) -> sparse.csr_array:
        similarities = stored_cosine(by_item[rows] @ likes, lengths[rows], lengths, shrinkage)
        row_of = np.repeat(np.arange(rows.start, rows.stop), np.diff(similarities.indptr))
        similarities.data[similarities.indices == row_of] = 0.0
        return largest_stored(similarities, neighbors)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        blocks_of_rows = row_blocks(np.diff(by_item.indptr), _RATINGS_AT_ONCE)
        return stacked(list(threads.map(similar, blocks_of_rows)))


def largest_stored(rows: sparse.csr_array, k: int) -> sparse.csr_array:
    """Return the k largest positive stored entries of each row, sorted by column; ties keep those
    further left.

    >>> rows = sparse.csr_array(np.array([[0.5, 0.0, 0.9, 0.5], [0.0, -1.0, 0.0, 0.0]]))
    >>> largest_stored(rows, 2).toarray()
    array([[0.5, 0. , 0.9, 0. ],
           [0. , 0. , 0. , 0. ]])
    """
    best = [
        start + np.sort(largest_places(rows.data[start:stop], rows.indices[start:stop], k))
        for start, stop in itertools.pairwise(rows.indptr.tolist())
    ]
    places = np.concatenate([np.zeros(0, np.int64), *best])
    starts = np.concatenate([[0], np.cumsum([len(row) for row in best], dtype=np.int64)])
    kept = sparse.csr_array((rows.data[places], rows.indices[places], starts), shape=rows.shape)
    kept.sort_indices()
    return kept


def stacked(parts: Sequence[sparse.csr_array]) -> sparse.csr_array:
    """Put blocks of rows under each other; none give (0, 0)."""
    whole: sparse.csr_array = (
        sparse.vstack(parts, format="csr") if parts else sparse.csr_array(np.zeros((0, 0)))
    )
    return whole


def csr_wider(matrix: sparse.csr_array, n: int, n_columns: int) -> sparse.csr_array:
    """Return the matrix with empty rows and columns behind its own, on the same memory.

    >>> csr_wider(sparse.csr_array(np.eye(1)), 2, 3).toarray().tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    starts = np.pad(matrix.indptr, (0, n - matrix.shape[0]), mode="edge")
    return sparse.csr_array((matrix.data, matrix.indices, starts), shape=(n, n_columns))


def csr_state(matrix: sparse.csr_array, name: str) -> State:
    """Return a CSR matrix as plain arrays: {name float32, "columns" int32, "starts" (n + 1,)
    int64}."""
    return {
        name: matrix.data,
        "columns": matrix.indices.astype(np.int32, copy=False),
        "starts": matrix.indptr.astype(np.int64),
    }


def csr_restored(
    part: str, state: State, name: str, n: int, n_columns: int | None = None
) -> sparse.csr_array:
    """Return the (n, n_columns) matrix, square unless said, that `csr_state` took apart, on the
    same memory; ArtifactError when it cannot be one."""
    starts = saved(part, state, "starts", (n + 1,), np.int64)
    columns = saved(part, state, "columns", (int(starts[-1]),), np.int32)
    values = saved(part, state, name, (int(starts[-1]),), np.float32)
    if starts[-1] < 2**31:  # scipy would copy the columns to the wider kind
        starts = starts.astype(np.int32)
    return sparse.csr_array(
        (values, columns, starts), shape=(n, n if n_columns is None else n_columns)
    )
