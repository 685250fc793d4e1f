import numpy as np
import pytest
from scipy import sparse

from recsys_rag.retrieve._rating_features import (
    contents_of,
    directions,
    habits,
    of_items,
    who_rated_what,
)
from recsys_rag.testing.datasets import made_up_movies


def test_directions_are_the_leading_right_singular_vectors():
    pattern = who_rated_what(made_up_movies().interactions)
    found = directions(pattern, 5, np.random.default_rng(0))
    _, lengths, truth = np.linalg.svd(pattern.toarray(), full_matrices=False)
    assert found.shape == (60, 5)
    np.testing.assert_allclose(found.T @ found, np.eye(5), atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(pattern @ found, axis=0), lengths[:5], rtol=1e-2)
    np.testing.assert_allclose(abs((found[:, 0] * truth[0]).sum()), 1.0, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (2, 3)])
def test_there_are_never_more_directions_than_rows_or_columns(shape):
    matrix = sparse.csr_array(np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape))
    assert directions(matrix, 60, np.random.default_rng(0)).shape == (shape[1], min(shape))


def test_habits_of_a_history_as_worked_by_hand():
    histories = sparse.csr_array(np.array([[4.0, 2.0, 1.0, 5.0, 0.0], [0.0] * 5]))
    projection = np.array([[1.0], [2.0], [3.0], [4.0], [9.0]])
    # four items: (1 + 2 + 3 + 4) / sqrt(4) - 2 = 3, believed 4 / (4 + 5); none: nothing
    np.testing.assert_allclose(
        habits(histories, projection, np.array([2.0])), [[3.0 * 4 / 9], [0.0]]
    )


def test_habits_do_not_depend_on_the_ratings():
    movies = made_up_movies()
    other = movies.interactions.copy()
    other.data = 6 - other.data
    projection = np.random.default_rng(0).normal(size=(60, 3))
    np.testing.assert_array_equal(
        habits(movies.interactions, projection, np.zeros(3)), habits(other, projection, np.zeros(3))
    )


def test_each_group_of_item_features_has_a_mean_square_row_length_of_one():
    movies = made_up_movies()
    contents = contents_of(movies.catalog.genres, movies.catalog.years)
    features = of_items(contents, movies.interactions, 6, np.random.default_rng(0))
    assert features.groups.tolist() == [0] + [1] * 6 + [2] * contents.shape[1] + [3]
    for group in range(4):
        squares = (features.values[:, features.groups == group] ** 2).sum(axis=1)
        assert squares.mean() == pytest.approx(1.0)


def test_a_catalog_without_genres_and_years_has_no_contents():
    assert contents_of([(), ()], np.zeros(2, np.int32)).tolist() == [[0.0], [0.0]]
    assert contents_of([("A",), ("A",)], np.array([1999, 1999])).tolist() == [
        [1.0, 0.0],
        [1.0, 0.0],
    ]


def test_a_far_away_year_is_held_at_three_standard_deviations():
    years = np.array([1922] + [1995] * 40)
    assert contents_of([()] * 41, years)[0, 0] == -3.0
