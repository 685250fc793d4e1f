"""How much a rating says that its item was liked."""

import numpy as np
import pytest
from scipy import sparse

from recsys_rag.data.dataset import RatingScale
from recsys_rag.retrieve._liking import liking, liking_of, occurred

_STARS = RatingScale(1, 5)


def test_the_lowest_rating_weighs_nothing_and_the_highest_one():
    # the root of the share of the scale: (r - 1) / 4
    weights = liking_of(np.array([1.0, 2.0, 3.25, 5.0]), _STARS)
    assert weights.tolist() == [0.0, 0.5, 0.75, 1.0]
    assert weights.dtype == np.float32


@pytest.mark.parametrize(("rating", "weight"), [(-3.0, 0.0), (0.9, 0.0), (5.1, 1.0), (1e6, 1.0)])
def test_values_outside_the_scale_count_as_its_nearest_end(rating, weight):
    assert liking_of(np.array([rating]), _STARS).tolist() == [weight]


def test_a_scale_that_does_not_begin_at_one_is_measured_from_its_own_ends():
    assert liking_of(np.array([0.0, 25.0, 100.0]), RatingScale(0, 100)).tolist() == [0.0, 0.5, 1.0]
    assert liking_of(np.array([0.5, 5.0]), RatingScale(0.5, 5)).tolist() == [0.0, 1.0]


def test_implicit_feedback_weighs_what_it_holds_up_to_one():
    assert liking_of(np.array([[0.5, 7.0]]), None).tolist() == [[0.5, 1.0]]


def test_a_higher_rating_never_weighs_less():
    weights = liking_of(np.linspace(1, 5, 50), _STARS)
    assert (np.diff(weights) > 0).all()


def test_weights_stand_where_the_ratings_stood_and_a_zero_stays_stored():
    ratings = sparse.csr_array((np.array([1.0, 5.0]), np.array([2, 0]), np.array([0, 1, 2])))
    weighed = liking(ratings, _STARS)
    assert weighed.shape == ratings.shape
    assert weighed.nnz == 2
    assert weighed.indices.tolist() == [2, 0]
    assert weighed.toarray().tolist() == [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]


def test_what_was_rated_occurred_once_even_at_zero():
    ratings = sparse.csr_array((np.array([0.0, 5.0]), np.array([1, 0]), np.array([0, 1, 2])))
    ones = occurred(ratings)
    assert ones.dtype == np.float64
    assert ones.toarray().tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert ratings.data.tolist() == [0.0, 5.0]  # the ratings are left alone
