"""Splits: the rows that are held out, and that nothing is lost or shared."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data._readers.container import Container
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.splits import (
    leave_last_out,
    per_user_split,
    published_fold,
    random_split,
    ties_by_item,
    time_split,
    torch_permutation,
)
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError
from recsys_rag.testing.datasets import dataset_of, plain_catalog


def in_file_order(n_rows: int) -> Dataset:
    """A dataset whose rows in the file run against the order of its matrix."""
    users = [f"u{row % 3}" for row in range(n_rows)]
    items = [f"i{n_rows - row}" for row in range(n_rows)]
    return Dataset.from_triples(
        "made", users, items, None, plain_catalog(n_rows + 1), timestamps=np.arange(n_rows)
    )


def test_random_split_holds_out_the_rows_that_scikit_learn_does() -> None:
    # train_test_split(range(7), test_size=0.3, random_state=42) of scikit-learn 1.9.1 gives the
    # test [0, 1, 5]
    train, test = random_split(in_file_order(7), test_size=0.3, seed=42)
    assert sorted(test.rows.tolist()) == [0, 1, 5]
    assert sorted(train.rows.tolist()) == [2, 3, 4, 6]


@given(st.integers(2, 40), st.floats(0.05, 0.95), st.integers(0, 5))
def test_random_split_follows_the_documented_algorithm_and_shares_nothing(
    n_rows: int, size: float, seed: int
) -> None:
    n_test = int(np.ceil(n_rows * size))
    if n_test == n_rows:
        return
    train, test = random_split(in_file_order(n_rows), size, seed)
    permutation = np.random.RandomState(seed).permutation(n_rows)
    assert sorted(test.rows.tolist()) == sorted(permutation[:n_test].tolist())
    assert sorted(train.rows.tolist()) == sorted(permutation[n_test:].tolist())


@pytest.mark.parametrize("size", [0.0, 1.0, -0.1, 1.5])
def test_random_split_refuses_a_size_that_leaves_a_part_empty(size: float) -> None:
    with pytest.raises(DataError, match=f"a test size of {size} leaves"):
        random_split(in_file_order(7), size)


def test_leave_last_out_takes_the_last_in_time_and_leaves_single_ratings() -> None:
    dataset = Dataset.from_triples(
        "made",
        ["a", "a", "b", "c", "c", "c"],
        ["i0", "i1", "i0", "i2", "i1", "i0"],
        None,
        plain_catalog(3),
        timestamps=np.array([5, 3, 9, 7, 7, 1]),
    )
    train, test = leave_last_out(dataset)
    # of c, rows 3 and 4 are at the same time: the later row is the last
    assert sorted(test.rows.tolist()) == [0, 4]
    assert sorted(train.rows.tolist()) == [1, 2, 3, 5]
    assert train.users == dataset.users


def test_leave_last_out_passes_over_users_without_ratings() -> None:
    bare = dataset_of(np.array([[1, 2], [0, 0], [3, 0], [4, 5]]))
    dataset = Dataset(
        bare.name, bare.users, bare.catalog, bare.interactions, bare.rows, np.array([2, 1, 1, 1, 2])
    )
    train, test = leave_last_out(dataset)
    assert test.interactions.toarray().tolist() == [[1, 0], [0, 0], [0, 0], [0, 5]]
    assert train.interactions.toarray().tolist() == [[0, 2], [0, 0], [3, 0], [4, 0]]


def test_leave_last_out_needs_times() -> None:
    with pytest.raises(
        DataError, match="dense has no timestamps, so nothing is last; use random_split"
    ):
        leave_last_out(dataset_of(np.ones((2, 2))))


def test_published_folds_are_of_movielens_100k_only() -> None:
    with pytest.raises(
        DataError, match="published for the 100,000 ratings of MovieLens 100K, and made has 7"
    ):
        published_fold(in_file_order(7), 1)
    with pytest.raises(DataError, match="there is no fold 6"):
        published_fold(in_file_order(7), 6)


@pytest.mark.movielens
def test_published_folds_are_consecutive_and_share_nothing(ml100k: Dataset) -> None:
    for fold in (1, 5):
        train, test = published_fold(ml100k, fold)
        assert (train.n_ratings, test.n_ratings) == (80_000, 20_000)
        assert sorted(test.rows.tolist()) == list(range((fold - 1) * 20_000, fold * 20_000))
    with pytest.raises(DataError, match="ml-100k has 80,000"):
        published_fold(train, 1)


@pytest.mark.movielens
def test_published_folds_are_those_of_the_archive(ml100k: Dataset) -> None:
    archive = Path(__file__).parents[2] / "../shared/data/ml-100k/ml-100k-original.tar.xz"
    if not archive.exists():
        pytest.skip(
            "the full archive of MovieLens 100K, with u1.test to u5.test, is not beside the project"
        )
    with Container(archive) as container, container.open("u3.test") as stream:
        published = {tuple(line.split(b"\t")[:2]) for line in stream}
    _, test = published_fold(ml100k, 3)
    coordinates = test.interactions.tocoo()
    pairs = zip(test.users.ids_at(coordinates.row), test.items.ids_at(coordinates.col), strict=True)
    assert {(user.encode(), item.encode()) for user, item in pairs} == published


def test_ties_in_time_go_by_item_id_as_a_number_when_rows_are_numbered_so() -> None:
    catalog = plain_catalog(3)
    catalog = replace(catalog, items=Vocabulary(("10", "9", "8")))
    dataset = Dataset.from_triples(
        "made", ["a"] * 3, ["8", "10", "9"], None, catalog, timestamps=np.array([1, 1, 1])
    )
    # the last row
    assert [dataset.items.ids[i] for i in leave_last_out(dataset)[1].interactions.indices] == ["9"]
    assert [
        dataset.items.ids[i] for i in leave_last_out(ties_by_item(dataset))[1].interactions.indices
    ] == ["10"]


@pytest.mark.parametrize(
    ("n", "seed", "first"),
    [  # torch 2.13.0: torch.manual_seed(seed); torch.randperm(n)[:10]
        (1_000, 3, [986, 114, 871, 894, 140, 885, 232, 402, 837, 674]),
        (100_000, 2020, [26720, 6370, 64853, 5713, 27935, 8431, 95557, 4967, 70695, 31946]),
        (100_000, 42, [37542, 60279, 68544, 70051, 15790, 14785, 72904, 31383, 48566, 9472]),
        (1, 0, [0]),
        (0, 0, []),
    ],
)
def test_the_permutation_is_that_of_torch(n: int, seed: int, first: list[int]) -> None:
    permutation = torch_permutation(n, seed)
    assert permutation[:10].tolist() == first
    assert sorted(permutation.tolist()) == list(range(n))


@given(st.integers(1, 60), st.integers(0, 5))
def test_per_user_split_follows_the_documented_algorithm(n_rows: int, seed: int) -> None:
    dataset = in_file_order(n_rows)
    parts = per_user_split(dataset, seed)
    order = torch_permutation(n_rows, seed).tolist()
    for user in range(min(3, n_rows)):
        # `in_file_order` gives row r to user r % 3
        of_user = [row for row in order if row % 3 == user]
        n_test = max(len(of_user) // 10, 1 if len(of_user) > 1 else 0)
        n_validation = max(len(of_user) // 10, 1 if len(of_user) > 2 else 0)
        cut = len(of_user) - n_test - n_validation
        expected = (of_user[:cut], of_user[cut : cut + n_validation], of_user[cut + n_validation :])
        for part, wanted in zip(parts, expected, strict=True):
            assert sorted(row for row in part.rows.tolist() if row % 3 == user) == sorted(wanted)


def test_time_split_keeps_a_second_whole() -> None:
    times = np.array([5, 1, 2, 2, 2])
    dataset = Dataset.from_triples(
        "made",
        ["a", "a", "b", "b", "b"],
        ["i0", "i1", "i0", "i1", "i2"],
        None,
        plain_catalog(3),
        timestamps=times,
    )
    train, test, moment = time_split(dataset, 0.5)
    assert (moment, sorted(train.rows.tolist()), test.rows.tolist()) == (2, [1, 2, 3, 4], [0])
    with pytest.raises(DataError, match="leaves one part empty"):
        time_split(train.replace_rows(train.timestamps == 2))
    with pytest.raises(DataError, match="dense has no timestamps"):
        time_split(dataset_of(np.ones((2, 2))))
