"""Genres and decades of a catalog as matrices, and how alike they make two items. No scores."""

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog


def genre_matrix(catalog: Catalog) -> NDArray[np.bool_]:
    """Return which item has which genre, (n_items, n_genres), columns in the order of
    `catalog.genre_names`."""
    column = {genre: i for i, genre in enumerate(catalog.genre_names)}
    has = np.zeros((len(catalog), len(column)), np.bool_)
    for item, genres in enumerate(catalog.genres):
        has[item, [column[genre] for genre in genres]] = True
    return has


def attribute_matrix(catalog: Catalog) -> NDArray[np.bool_]:
    """Return which item has which genre or is of which decade, (n_items, n_attributes); an unknown
    year is of none."""
    decades = np.unique(catalog.years[catalog.years > 0] // 10)
    is_of = (catalog.years[:, None] > 0) & (catalog.years[:, None] // 10 == decades[None, :])
    return np.hstack([genre_matrix(catalog), is_of])


def jaccard(
    shared: NDArray[np.floating], sizes: NDArray[np.floating], other_sizes: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Return shared / (sizes + other sizes - shared) of sets, broadcast; two empty sets have
    nothing in common: 0.

    >>> jaccard(np.array([2.0, 0.0]), np.array([3.0, 0.0]), np.array([2.0, 0.0])).round(2).tolist()
    [0.67, 0.0]
    """
    # sizes are whole numbers: a union below 1 is empty, and then nothing is shared
    alike: NDArray[np.floating] = shared / np.maximum(sizes + other_sizes - shared, np.float32(1))
    return alike
