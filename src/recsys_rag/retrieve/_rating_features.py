"""What is known of a history and of an item besides ratings, as numbers: who rated what, genres,
year. Learns no taste."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.retrieve._liking import occurred

Array = NDArray[np.float64]

# how many ratings' worth of evidence says that somebody's noise is like everybody's
NOISE_DEGREES = 20.0
HISTORY_DAMPING = 5.0  # ratings that it takes to believe half of what a history holds
_POWER_STEPS = 8
_SPARE = 10  # directions beyond those that are kept: they make the kept ones exact
_FURTHEST_YEAR = 3.0  # standard deviations: one film of 1922 shall not stretch the column


@dataclass(frozen=True)
class Features:
    """One row of numbers for each user or item; the columns of one group are weighted together.

    Column 0 is the constant 1, and the only one of group 0.
    """

    values: Array  # (n, n_features)
    groups: NDArray[np.int64]  # (n_features,)


def joined(*blocks: Array) -> Features:
    """Put a constant and then each block (n, any) side by side; each block is a group.

    >>> features = joined(np.eye(2), np.zeros((2, 1)))
    >>> features.values.tolist(), features.groups.tolist()
    ([[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]], [0, 1, 1, 2])
    """
    beside = [np.ones((len(blocks[0]), 1)), *blocks]
    return Features(
        np.hstack(beside), np.repeat(np.arange(len(beside)), [block.shape[1] for block in beside])
    )


def scale_of(block: Array) -> float:
    """Return what a block is divided by, so that its rows have a mean square length of 1; 1.0 where
    all are zero.

    >>> scale_of(np.array([[3.0, 4.0], [5.0, 0.0]])), scale_of(np.zeros((2, 1)))
    (5.0, 1.0)
    """
    return float(np.sqrt((block**2).sum() / max(len(block), 1))) or 1.0


def who_rated_what(interactions: sparse.csr_array) -> sparse.csr_array:
    """Return the pattern of the ratings with rows of length 1: each entry 1 / sqrt(entries of its
    row).

    >>> ratings = sparse.csr_array(np.array([[5.0, 3.0, 0.0], [0.0, 0.0, 0.0]]))
    >>> who_rated_what(ratings).toarray().round(3).tolist()
    [[0.707, 0.707, 0.0], [0.0, 0.0, 0.0]]
    """
    pattern = occurred(interactions)
    counts = np.diff(pattern.indptr)
    pattern.data = np.repeat(1.0 / np.sqrt(np.maximum(counts, 1)), counts)
    return pattern


def habits(histories: sparse.csr_array, projection: Array, center: Array) -> Array:
    """Return what it says of each person which items the history holds, whatever their ratings, (n,
    n_directions).

    n / (n + HISTORY_DAMPING) (sum of the n items' rows of `projection` / sqrt(n) - `center`): zeros
    for an empty history.
    """
    counts = np.diff(histories.indptr)
    return np.asarray(
        (who_rated_what(histories) @ projection - center)
        * (counts / (counts + HISTORY_DAMPING))[:, None]
    )


def directions(matrix: sparse.csr_array, n_directions: int, rng: np.random.Generator) -> Array:
    """Return the leading right singular vectors as columns (n_columns, at most n_directions),
    longest first.

    By subspace iteration from random directions (Halko, Martinsson and Tropp, SIAM Review 2011,
    algorithm 4.4).
    """
    kept = min(n_directions, *matrix.shape)
    basis = rng.normal(size=(matrix.shape[1], min(kept + _SPARE, *matrix.shape)))
    for _ in range(_POWER_STEPS):
        basis, _ = np.linalg.qr(matrix.T @ (matrix @ basis))
    _, _, turned = np.linalg.svd(matrix @ basis, full_matrices=False)
    return np.asarray((basis @ turned.T)[:, :kept])


def of_items(
    contents: Array, interactions: sparse.csr_array, n_directions: int, rng: np.random.Generator
) -> Features:
    """Return what is known of each item: who rated it (leading directions), what it is, log(1 + its
    ratings), centered."""
    by_item = interactions.T.tocsr()
    raters = who_rated_what(by_item)
    counts = np.log1p(np.diff(by_item.indptr))[:, None]
    blocks = (raters @ directions(raters, n_directions, rng), contents, counts - counts.mean())
    return joined(*(block / scale_of(block) for block in blocks))


def contents_of(genres: Sequence[Sequence[str]], years: NDArray[np.integer]) -> Array:
    """Return a column a genre (0 or 1, by name), then the year in standard deviations from the
    mean, 0 where unknown.

    >>> contents_of([("Drama",), ("Comedy", "Drama"), ()], np.array([1990, 1994, 0])).tolist()
    [[0.0, 1.0, -1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    """
    names = sorted({genre for genres_of_item in genres for genre in genres_of_item})
    contents = np.zeros((len(genres), len(names) + 1))
    for row, genres_of_item in enumerate(genres):
        contents[row, [names.index(genre) for genre in genres_of_item]] = 1.0
    known = np.asarray(years) > 0
    if known.any():
        known_years = np.asarray(years)[known].astype(np.float64)
        spread = known_years.std() or 1.0
        contents[known, -1] = np.clip(
            (known_years - known_years.mean()) / spread, -_FURTHEST_YEAR, _FURTHEST_YEAR
        )
    return contents
