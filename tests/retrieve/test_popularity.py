import numpy as np
import pytest

from recsys_rag.data.dataset import RatingScale
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import checkerboard, dataset_of


def test_the_score_is_the_count_times_the_damped_mean_as_worked_by_hand():
    # ratings: item 0 has 5 and 3, item 1 has 1, item 2 none; mean of all 3
    dataset = dataset_of(np.array([[5, 1, 0], [3, 0, 0]]), RatingScale(1, 5))
    scores = Popularity(damping=1.0).fit(dataset).score(batch_of(dataset))
    # item 0: 2 * ((8 + 3) / 3) / 5; item 1: 1 * ((1 + 3) / 2) / 5
    expected = [2 * (11 / 3) / 5, 2 / 5, 0]
    np.testing.assert_allclose(scores, [expected, expected], rtol=1e-6)


def test_of_two_equally_known_items_the_better_rated_comes_first():
    dataset = dataset_of(np.array([[2, 5], [2, 5]]), RatingScale(1, 5))
    scores = Popularity().fit(dataset).score(batch_of(dataset))
    assert scores[0, 1] > scores[0, 0]


def test_without_damping_an_item_without_ratings_scores_nothing():
    dataset = dataset_of(np.array([[2, 0], [2, 0]]), RatingScale(1, 5))
    assert Popularity(damping=0).fit(dataset).score(batch_of(dataset))[0].tolist() == pytest.approx(
        [0.8, 0.0]
    )


def test_for_implicit_feedback_the_score_is_the_count():
    board = checkerboard(5, 6)
    scores = Popularity().fit(board).score(batch_of(board))
    assert scores[0].tolist() == board.popularity.tolist()
