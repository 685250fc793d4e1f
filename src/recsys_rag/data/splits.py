"""Train/test protocols as pure functions of a dataset. Users and catalog stay whole, so that
indices keep their meaning."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset, users_of_ratings
from recsys_rag.errors import DataError

_N_RATINGS_100K = 100_000
_N_FOLDS = 5


def random_split(
    dataset: Dataset, test_size: float = 0.2, seed: int = 42
) -> tuple[Dataset, Dataset]:
    """Return (train, test): a random share of all ratings is held out, whosever they are.

    The same rows as scikit-learn's `train_test_split(rows, test_size=..., random_state=seed)` on
    the rows in file order: the first ceil(n * test_size) of `RandomState(seed).permutation(n)` are
    the test. Raises DataError unless both parts get a row.
    """
    n_rows = dataset.n_ratings
    n_test = math.ceil(n_rows * test_size)
    if not 0 < n_test < n_rows:
        raise DataError(
            f"a test size of {test_size} leaves {n_test} of {n_rows} ratings for the test; choose "
            "0 < size < 1"
        )
    chosen = np.random.RandomState(seed).permutation(n_rows)[:n_test]
    held_out = np.zeros(n_rows, np.bool_)
    held_out[np.argsort(dataset.rows)[chosen]] = True  # permutation counts rows in file order
    return _cut(dataset, held_out)


def published_fold(dataset: Dataset, fold: int) -> tuple[Dataset, Dataset]:
    """Return (train, test) of one of the folds u1 to u5 that come with MovieLens 100K: the `fold`th
    20,000 rows are the test.

    The folds are consecutive blocks of u.data, so that they need no files of their own. Raises
    DataError for another dataset, a dataset that was cut already, or a fold other than 1 to 5.
    """
    if fold not in range(1, _N_FOLDS + 1):
        raise DataError(f"there is no fold {fold}; MovieLens 100K has folds 1 to {_N_FOLDS}")
    if dataset.name != "ml-100k" or dataset.n_ratings != _N_RATINGS_100K:
        raise DataError(
            "folds u1 to u5 are published for the 100,000 ratings of MovieLens 100K, and "
            f"{dataset.name} has {dataset.n_ratings:,}; use random_split"
        )
    size = _N_RATINGS_100K // _N_FOLDS
    return _cut(dataset, (dataset.rows // size) == fold - 1)


def leave_last_out(dataset: Dataset) -> tuple[Dataset, Dataset]:
    """Return (train, test): of each user with two ratings or more, the last in time is held out,
    ties by the later row.

    Raises DataError where the dataset has no timestamps.
    """
    if dataset.steps_back is None:
        raise DataError(f"{dataset.name} has no timestamps, so nothing is last; use random_split")
    return _cut(dataset, (dataset.steps_back == 0) & (_counts(dataset) >= 2))


def ties_by_item(dataset: Dataset) -> Dataset:
    """Return the dataset with its rows numbered by user and item id, so that ties in time go by
    item id.

    Ids that are all whole numbers are compared as numbers, others as text.
    """
    numbers = all(user_id.isdecimal() for user_id in dataset.items.ids)
    keys = [(int(item_id), "") if numbers else (0, item_id) for item_id in dataset.items.ids]
    ranks = np.empty(dataset.n_items, np.int64)
    ranks[sorted(range(dataset.n_items), key=keys.__getitem__)] = np.arange(dataset.n_items)
    rows = np.empty(dataset.n_ratings, np.int64)
    rows[np.lexsort((ranks[dataset.interactions.indices], users_of_ratings(dataset)))] = np.arange(
        dataset.n_ratings
    )
    return replace(dataset, rows=rows)


def per_user_split(dataset: Dataset, seed: int = 2020) -> tuple[Dataset, Dataset, Dataset]:
    """Return (train, validation, test): of each user 80, 10 and 10 percent, the very rows that
    RecBole 1.2 chooses.

    RecBole (`split: {RS: [0.8, 0.1, 0.1]}, order: RO, group_by: user`) shuffles all rows by
    `torch.randperm` under its seed; then the last int(n / 10) of a user's n rows are the test and
    the int(n / 10) before them the validation; a user of 2 to 9 rows still gives one to the test,
    and of 3 to 9 one to the validation.
    """
    order = torch_permutation(dataset.n_ratings, seed)
    places = np.argsort(dataset.rows)[order]  # the permutation counts rows in file order
    turn = np.empty(dataset.n_ratings, np.int64)
    turn[places] = np.arange(dataset.n_ratings)
    by_turn = np.lexsort((turn, users_of_ratings(dataset)))
    part = np.empty(dataset.n_ratings, np.int8)
    for begin, end in zip(
        dataset.interactions.indptr, dataset.interactions.indptr[1:], strict=False
    ):
        part[by_turn[begin:end]] = np.repeat([0, 1, 2], _shares(int(end - begin)))
    train, validation, test = (dataset.replace_rows(part == attempt) for attempt in range(3))
    return train, validation, test


def _shares(n: int) -> tuple[int, int, int]:
    """Return how many of n rows of a user train, validate and test.

    >>> _shares(25), _shares(3), _shares(2), _shares(1)
    ((21, 2, 2), (1, 1, 1), (1, 0, 1), (1, 0, 0))
    """
    validation = test = int(0.1 * n)
    train = n - validation - test
    if train > 1 and 0 < 0.1 * n < 1:
        test, train = test + 1, train - 1
    if train > 1 and 0 < 0.1 * n < 1:
        validation, train = validation + 1, train - 1
    return train, validation, test


def torch_permutation(n: int, seed: int) -> NDArray[np.int64]:
    """Return what `torch.manual_seed(seed); torch.randperm(n)` does on a CPU, without torch (n
    below 2**32).

    Both draw 32-bit numbers from MT19937 seeded alike; place i is exchanged with place i + draw %
    (n - i), i = 0, 1, ...

    >>> torch_permutation(10, 2020).tolist()
    [0, 7, 5, 4, 2, 6, 1, 8, 9, 3]
    """
    draws = (
        np.random.RandomState(seed).randint(0, 2**32, size=max(n - 1, 0), dtype=np.uint32).tolist()
    )
    order = list(range(n))
    for position, draw in enumerate(draws):
        other = position + draw % (n - position)
        order[position], order[other] = order[other], order[position]
    return np.array(order, np.int64)


def time_split(dataset: Dataset, share: float = 0.8) -> tuple[Dataset, Dataset, int]:
    """Return (train, test, moment): train is what was rated up to the moment by which `share` of
    all ratings were made.

    Nothing after the moment, in whole seconds, is in train, whosever it is. Raises DataError where
    the dataset has no timestamps, or unless both parts get a rating.
    """
    if dataset.timestamps is None:
        raise DataError(
            f"{dataset.name} has no timestamps, so nothing is before or after; use random_split"
        )
    if not dataset.n_ratings:
        raise DataError(f"{dataset.name} has no ratings to split")
    moment = int(np.floor(np.quantile(dataset.timestamps, share)))
    later = dataset.timestamps > moment
    if later.all() or not later.any():
        raise DataError(
            f"{share:g} of the time of {dataset.name} leaves one part empty; its ratings have too "
            "few dates"
        )
    return *_cut(dataset, later), moment


def _counts(dataset: Dataset) -> NDArray[np.int64]:
    """Return how many ratings the user of each rating has, aligned with `interactions.data`."""
    return np.diff(dataset.interactions.indptr)[users_of_ratings(dataset)].astype(np.int64)


def _cut(dataset: Dataset, held_out: NDArray[np.bool_]) -> tuple[Dataset, Dataset]:
    return dataset.replace_rows(~held_out), dataset.replace_rows(held_out)
