"""Who rates as a person does: people whose stars agree with theirs on what both rated. Needs
ratings; states no facts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset

PRIOR = 10  # shared items that count as much as what is usual between two people
FEWEST_SHARED = 3
_MOST, _FEWEST = 100, 20  # people who are asked, and a tenth of all between them


def n_asked(n_users: int) -> int:
    """Return how many people are asked at most: a tenth of all, 20 to 100.

    >>> n_asked(943), n_asked(50), n_asked(10**6)
    (94, 20, 100)
    """
    return min(_MOST, max(_FEWEST, n_users // 10))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Finds people by agreement in stars, however little else they have in common.

    The difference between two people is the mean of |r_ui - r_vi| over the items i that both rated,
    drawn toward the mean of this person and everybody where these are few:
    (sum_i |r_ui - r_vi| + 10 m) / (n + 10). Only people with at least three items in common who are
    nearer than m agree.
    """

    dataset: Dataset

    def neighbors(
        self, histories: sparse.csr_array
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return user indices and by how many stars each is nearer than people are on average, of
        one history (1, n_items), nearest first, ties by index.

        Users whose ratings equal the history exactly are left out: they are the person, or add
        nothing unseen.
        """
        items, mine = histories.indices, histories.data.astype(np.float64)
        rated = self.dataset.interactions[:, items].tocsr()
        n_shared = np.diff(rated.indptr)
        differences = np.abs(rated.data.astype(np.float64) - mine[rated.indices])
        who = np.repeat(np.arange(len(n_shared)), n_shared)
        sums = np.bincount(who, differences, minlength=len(n_shared))
        if not n_shared.sum():
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        usual = sums.sum() / n_shared.sum()
        shrunk = (sums + PRIOR * usual) / (n_shared + PRIOR)
        sizes = np.diff(self.dataset.interactions.indptr)
        is_same = (sums == 0) & (n_shared == len(items)) & (sizes == len(items))
        agree = np.flatnonzero((n_shared >= FEWEST_SHARED) & (shrunk < usual) & ~is_same)
        order = agree[np.argsort(shrunk[agree], kind="stable")]
        return order.astype(np.int64), (usual - shrunk[order]).astype(np.float32)
