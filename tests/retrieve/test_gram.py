import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_rag.retrieve._gram import Partition, exact, nearness, row_blocks
from recsys_rag.testing.datasets import dataset_of, made_up_movies

MOVIES = made_up_movies()
ALL = np.arange(MOVIES.n_items)


def brute_force_nearness(dataset, decay):
    gram = np.zeros((dataset.n_items, dataset.n_items))
    for user in range(dataset.n_users):
        row = slice(*dataset.interactions.indptr[user : user + 2])
        items, steps = dataset.interactions.indices[row], dataset.steps_back[row]
        for one, step in zip(items, steps, strict=True):
            for other, step_of_other in zip(items, steps, strict=True):
                weight = decay ** abs(int(step) - int(step_of_other))
                gram[one, other] += weight if weight >= 0.05 else 0
    return gram


def whole(partition, lags, weights):
    rows = slice(0, partition.n_items)
    return partition.together(rows, weights).toarray(), partition.near(rows, lags).toarray()


@pytest.mark.parametrize("decay", [0.0, 0.3, 0.9])
def test_nearness_equals_the_sum_over_all_pairs_of_each_person(decay):
    people = Partition.of(MOVIES, ALL, MOVIES.n_items)
    lags = nearness(decay)
    near = people.near(slice(0, MOVIES.n_items), lags).toarray()
    np.testing.assert_allclose(near, brute_force_nearness(MOVIES, decay), atol=1e-5)
    some = np.where(ALL % 3 == 0, ALL // 3, -1)
    of_some = Partition.of(MOVIES, some, 20)
    assert (of_some.near(slice(0, 20), lags).toarray() == near[::3, ::3]).all()
    assert (of_some.near(slice(4, 9), lags).toarray() == near[12:25:3, ::3]).all()
    assert (of_some.counts == MOVIES.popularity[::3]).all()


def test_together_is_the_weighted_product():
    weights = exact(np.linspace(0.1, 3, MOVIES.n_users))
    people = Partition.of(MOVIES, ALL, MOVIES.n_items)
    seen = (MOVIES.interactions.toarray() > 0).astype(float)
    expected = seen.T @ (weights[:, None] * seen)
    assert (people.together(slice(3, 11), weights).toarray() == expected[3:11]).all()
    assert (people.weighed(weights) == np.diag(expected)).all()


@pytest.mark.parametrize("decay", [0.0, 0.9])
@pytest.mark.parametrize("gathered", [0, 30_000])
def test_pairs_are_what_is_together_and_what_is_near(decay, gathered, monkeypatch):
    monkeypatch.setattr("recsys_rag.retrieve._gram._MOST_GATHERED", gathered)
    weights, lags = exact(np.linspace(0.1, 3, MOVIES.n_users)), exact(2.7 * nearness(decay))
    some = np.where(ALL % 3 == 0, ALL // 3, -1)
    people, rows = Partition.of(MOVIES, some, 20), slice(4, 9)
    expected = people.together(rows, weights) + people.near(rows, lags)
    assert (people.pairs(rows, weights, lags).toarray() == expected.toarray()).all()


@given(seed=st.integers(0, 2**32 - 1), n_parts=st.integers(1, 5))
@settings(deadline=None, max_examples=15)
def test_partitions_in_any_order_add_up_to_the_whole_without_rounding(seed, n_parts):
    rng = np.random.default_rng(seed)
    weights, lags = exact(rng.random(MOVIES.n_users) + 0.1), nearness(0.85)
    people = Partition.of(MOVIES, ALL, MOVIES.n_items)
    found = [np.zeros((MOVIES.n_items, MOVIES.n_items)) for _ in range(2)]
    part_of = rng.integers(n_parts, size=MOVIES.n_users)
    for part in range(n_parts):
        chosen = rng.permutation(np.flatnonzero(part_of == part))
        rows = [people.items[people.starts[user] : people.starts[user + 1]] for user in chosen]
        starts = np.cumsum([0, *map(len, rows)])
        items = np.concatenate([np.zeros(0, np.int32), *rows])
        partition = Partition(items, starts, MOVIES.n_items, True)
        for total, share in zip(found, whole(partition, lags, weights[chosen]), strict=True):
            total += share
    for total, at_once in zip(found, whole(people, lags, weights), strict=True):
        assert (total == at_once).all()


def test_few_pairs_at_a_time_change_nothing(monkeypatch):
    people, lags = Partition.of(MOVIES, ALL, MOVIES.n_items), nearness(0.85)
    near = people.near(slice(0, 30), lags).toarray()
    monkeypatch.setattr("recsys_rag.retrieve._gram._PAIRS_AT_ONCE", 100)
    assert (people.near(slice(0, 30), lags).toarray() == near).all()


def test_without_times_only_the_diagonal_is_near():
    untimed = dataset_of(np.array([[1, 1], [1, 0]]))
    people = Partition.of(untimed, np.arange(2), 2)
    assert people.near(slice(0, 2), nearness(0.9)).toarray().tolist() == [[2, 0], [0, 1]]


@given(counts=st.lists(st.integers(0, 9)), at_once=st.integers(1, 12))
def test_blocks_of_rows_hold_every_item_and_not_too_many_ratings(counts, at_once):
    blocks = list(row_blocks(np.array(counts, np.int64), at_once))
    assert [item for rows in blocks for item in range(rows.start, rows.stop)] == list(
        range(len(counts))
    )
    for rows in blocks:
        assert rows.stop - rows.start == 1 or sum(counts[rows]) <= at_once


def test_products_with_a_narrow_matrix_need_no_product_of_items():
    weights, lags = exact(np.linspace(0.1, 3, MOVIES.n_users)), nearness(0.85)
    columns = np.where(ALL % 3 == 0, -1, np.cumsum(ALL % 3 > 0) - 1)
    people = Partition.of(MOVIES, columns, 40)
    right = exact(np.random.default_rng(0).uniform(-1, 1, (40, 5)))
    together, near = whole(people, lags, weights)
    np.testing.assert_allclose(people.together_times(weights, right), together @ right, atol=1e-4)
    np.testing.assert_allclose(people.near_times(lags, right), near @ right, atol=1e-4)
