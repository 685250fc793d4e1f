"""Which items other people's ratings bring near to one: those whose raters its own raters share the
most. States no facts."""

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset

_MOST = 50  # items that are near to one
_SHARE = 20  # and no more than one in so many of the catalog


def near_to(dataset: Dataset, item: int) -> NDArray[np.bool_]:
    """Return which items are near to this one, (n_items,): fewer than 50, or a twentieth of the
    catalog, are nearer.

    Nearness is the cosine of who rated what, shared / sqrt(n_item n_other), whatever the ratings;
    never to itself, nor to an item without a shared rater. Items that are equally near are near
    together, or not.
    """
    users = dataset.by_item.indices[slice(*dataset.by_item.indptr[item:][:2])]
    shared = np.bincount(dataset.interactions[users].indices, minlength=dataset.n_items).astype(
        np.float64
    )
    shared[item] = 0.0
    # squared, and the same factor for all left out: exact
    nearness = shared**2 / np.maximum(dataset.popularity, 1)
    order = np.sort(nearness)[::-1]
    least = order[min(_MOST, max(1, dataset.n_items // _SHARE), dataset.n_items) - 1]
    near: NDArray[np.bool_] = (nearness >= least) & (shared > 0)
    return near
