"""Train/test protocols as pure functions of a dataset. Users and catalog stay whole, so that indices keep their meaning."""

import math

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError

_N_RATINGS_100K = 100_000
_N_FOLDS = 5


def random_split(dataset: Dataset, test_size: float = 0.2, seed: int = 42) -> tuple[Dataset, Dataset]:
    """Return (train, test): a random share of all ratings is held out, whosever they are.

    The same rows as scikit-learn's `train_test_split(rows, test_size=..., random_state=seed)` on the rows in file order:
    the first ceil(n * test_size) of `RandomState(seed).permutation(n)` are the test. Raises DataError unless both parts get
    a row.
    """
    n_rows = dataset.n_ratings
    n_test = math.ceil(n_rows * test_size)
    if not 0 < n_test < n_rows:
        raise DataError(
            f"a test size of {test_size} leaves {n_test} of {n_rows} ratings for the test; choose 0 < size < 1"
        )
    chosen = np.random.RandomState(seed).permutation(n_rows)[:n_test]
    held_out = np.zeros(n_rows, np.bool_)
    held_out[np.argsort(dataset.rows)[chosen]] = True  # permutation counts rows in file order
    return _cut(dataset, held_out)


def published_fold(dataset: Dataset, fold: int) -> tuple[Dataset, Dataset]:
    """Return (train, test) of one of the folds u1 to u5 that come with MovieLens 100K: the `fold`th 20,000 rows are the test.

    The folds are consecutive blocks of u.data, so that they need no files of their own. Raises DataError for another
    dataset, a dataset that was cut already, or a fold other than 1 to 5.
    """
    if fold not in range(1, _N_FOLDS + 1):
        raise DataError(f"there is no fold {fold}; MovieLens 100K has folds 1 to {_N_FOLDS}")
    if dataset.name != "ml-100k" or dataset.n_ratings != _N_RATINGS_100K:
        raise DataError(
            f"folds u1 to u5 are published for the 100,000 ratings of MovieLens 100K, and {dataset.name} has "
            f"{dataset.n_ratings:,}; use random_split"
        )
    size = _N_RATINGS_100K // _N_FOLDS
    return _cut(dataset, (dataset.rows // size) == fold - 1)


def leave_last_out(dataset: Dataset) -> tuple[Dataset, Dataset]:
    """Return (train, test): of each user with two ratings or more, the last in time is held out, ties by the later row.

    Raises DataError where the dataset has no timestamps.
    """
    if dataset.timestamps is None:
        raise DataError(f"{dataset.name} has no timestamps, so nothing is last; use random_split")
    users = np.repeat(np.arange(dataset.n_users), np.diff(dataset.interactions.indptr))
    order = np.lexsort(
        (dataset.rows, dataset.timestamps, users)
    )  # grouped by user: places within a user are as in the CSR
    counts = np.diff(dataset.interactions.indptr)
    held_out = np.zeros(dataset.n_ratings, np.bool_)
    held_out[order[dataset.interactions.indptr[1:][counts >= 2] - 1]] = True
    return _cut(dataset, held_out)


def _cut(dataset: Dataset, held_out: NDArray[np.bool_]) -> tuple[Dataset, Dataset]:
    return dataset.replace_rows(~held_out), dataset.replace_rows(held_out)
