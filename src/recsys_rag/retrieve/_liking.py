"""How much a rating says that its item was liked, 0 to 1. The one place that turns stars into
weights; learns nothing.

The lowest rating of the scale weighs 0 and the highest 1, with the square root of the place in
between; implicit feedback weighs what it holds, 1 but for counted events. So a film that someone
hated is known as seen, but never counts as liked. Beside counting all that a history holds as
liked, this costs nothing where any film that was watched is relevant, and gains where only films
rated 4 or 5 are: nDCG@10 of EASE .270 -> .270 and .233 -> .242, mean of four validation parts of
the training data of MovieLens 100K.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import RatingScale


def liking_of(ratings: NDArray[np.floating], scale: RatingScale | None) -> NDArray[np.float32]:
    """Return the weight of each rating, same shape; values outside the scale count as its nearest
    end.

    >>> scale = RatingScale(1, 5)
    >>> liking_of(np.array([1.0, 2.0, 5.0]), scale).tolist(), liking_of(np.ones(1), None).tolist()
    ([0.0, 0.5, 1.0], [1.0])
    """
    if scale is None:
        return np.asarray(np.clip(ratings, 0.0, 1.0), np.float32)
    share = (np.asarray(ratings, np.float32) - np.float32(scale.low)) / np.float32(
        scale.high - scale.low
    )
    weights: NDArray[np.float32] = np.sqrt(np.clip(share, 0.0, 1.0)).astype(np.float32)
    return weights


def liking(interactions: sparse.csr_array, scale: RatingScale | None) -> sparse.csr_array:
    """Return the weights of all ratings as a matrix of the same shape, entry for entry (a 0 stays
    stored)."""
    return sparse.csr_array(
        (liking_of(interactions.data, scale), interactions.indices, interactions.indptr),
        shape=interactions.shape,
    )


def occurred(interactions: sparse.csr_array) -> sparse.csr_array:
    """Return 1.0 for every rating, whatever its value, as a float64 matrix of the same shape."""
    return sparse.csr_array(
        (np.ones(interactions.nnz), interactions.indices, interactions.indptr),
        shape=interactions.shape,
    )
