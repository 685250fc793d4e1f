"""In which order, and from how much, the rating predictor learns."""

import numpy as np
import pytest
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.retrieve._rating_fit import Learning, Table, in_order_of_ids

_LEARNING = Learning(factors=2, directions=3, sweeps=10, draws=4)


def _dataset(user_ids, item_ids, ratings):
    """Return a dataset of these ids; 0 is no rating. Genres and years go with the item ids."""
    interactions = sparse.csr_array(np.array(ratings, np.float32))
    catalog = Catalog(
        Vocabulary(item_ids),
        item_ids,
        np.array([1900 + 10 * ord(item) for item in item_ids], np.int32),
        tuple(("Drama",) if item < "m" else ("Comedy", "War") for item in item_ids),
    )
    return Dataset(
        "made",
        Vocabulary(user_ids),
        catalog,
        interactions,
        np.arange(interactions.nnz),
        scale=RatingScale(1, 5),
    )


_RATINGS = [[5, 0, 3], [0, 0, 0], [1, 2, 4], [0, 4, 0]]


def _table(most_ratings=100, seed=0):
    dataset = _dataset(("d", "a", "c", "b"), ("z", "a", "m"), _RATINGS)
    return in_order_of_ids(dataset, most_ratings, np.random.default_rng(seed))


def test_users_and_items_stand_in_the_order_of_their_ids_and_who_rated_nothing_is_left_out():
    table = _table()
    # users b, c, d by items a, m, z
    assert table.interactions.toarray().tolist() == [[4, 0, 0], [2, 4, 1], [0, 3, 5]]
    assert table.item_indices.tolist() == [1, 2, 0]
    # Comedy, Drama, War; then the year in standard deviations
    assert table.contents[:, :3].tolist() == [[0, 1, 0], [1, 0, 1], [1, 0, 1]]
    assert table.contents[0, 3] < table.contents[1, 3] < table.contents[2, 3]


def test_the_order_of_the_data_does_not_matter():
    users, items = [2, 0, 3, 1], [1, 2, 0]
    shuffled = _dataset(
        tuple("dacb"[user] for user in users),
        tuple("zam"[item] for item in items),
        np.array(_RATINGS)[users][:, items],
    )
    other = in_order_of_ids(shuffled, 100, np.random.default_rng(0))
    assert other.interactions.toarray().tolist() == _table().interactions.toarray().tolist()
    assert other.contents.tolist() == _table().contents.tolist()


@pytest.mark.parametrize("most_ratings", [1, 3, 4, 5, 6])
def test_a_random_part_of_the_users_is_taken_when_there_are_too_many_ratings(most_ratings):
    whole = _table().interactions.toarray().tolist()
    for seed in range(6):
        rows = _table(most_ratings, seed).interactions.toarray().tolist()
        assert rows
        assert [row for row in whole if row in rows] == rows  # some of them, in order
        assert np.count_nonzero(rows) <= most_ratings or len(rows) == 1


def test_everybody_is_kept_where_the_ratings_just_fit():
    assert len(_table(6).interactions.toarray()) == 3
    assert all(len(_table(5, seed).interactions.toarray()) < 3 for seed in range(5))


def test_other_ratings_stand_where_the_first_stood():
    table = _table()
    changed = table.with_ratings(np.arange(6.0))
    assert changed.interactions.indices.tolist() == table.interactions.indices.tolist()
    assert changed.interactions.data.tolist() == [0, 1, 2, 3, 4, 5]
    assert changed.item_indices is table.item_indices


def test_as_many_draws_are_kept_as_were_asked_for():
    samples = _LEARNING.samples(_table(), np.random.default_rng(1))
    assert samples.item_vectors.shape == (4, 3, 3)  # draws, items, bias and factors
    assert samples.item_precisions.shape == (4, 3)
    assert samples.coefficients.shape == (4, 1 + 3, 3)
    assert samples.spreads.shape == (4, 3, 3)
    assert samples.noises.shape == (4,)
    assert samples.projection.shape == (3, 3)
    assert samples.center.shape == (3,)
    assert (samples.item_vectors[0] != samples.item_vectors[-1]).any()


def test_two_fits_with_one_seed_are_equal_and_with_another_differ():
    first, again, other = (
        _LEARNING.samples(_table(), np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert (first.item_vectors == again.item_vectors).all()
    assert (first.item_vectors != other.item_vectors).any()


def test_a_table_without_ratings_gives_one_draw_that_expects_the_mean():
    empty = Table(sparse.csr_array((0, 3)), np.zeros((3, 1)), np.arange(3))
    samples = _LEARNING.samples(empty, np.random.default_rng(0))
    assert samples.item_vectors.shape == (1, 3, 3)
    assert not samples.item_vectors.any()
    person = samples.fold_in(np.zeros(0, np.int64), np.zeros(0))
    assert samples.expected(person, np.arange(3)).tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("n_ratings", "sweeps"),
    [(0, 100), (100_000, 100), (100_001, 100), (400_000, 50), (625_000, 40), (10**9, 40)],
)
def test_sweeps_fall_with_the_root_of_the_ratings_to_two_fifths(n_ratings, sweeps):
    assert Learning(1, 1, 100, 1).sweeps_for(n_ratings) == sweeps
