"""Which items are near in other people's ratings: a small case by hand, and every pair counted
again with sets."""

import math

import numpy as np
import pytest

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.facts._nearness import near_to
from recsys_rag.testing.datasets import dataset_of, made_up_movies


def test_the_item_with_the_largest_share_of_common_raters_is_near() -> None:
    """Of item 0: item 1 shares 2 raters and has 2, item 2 shares 2 and has 4, item 3 shares none;
    one of 4 items is near."""
    rated = [[5, 4, 3, 0], [1, 5, 2, 0], [0, 0, 4, 3], [0, 0, 5, 3]]
    dataset = dataset_of(np.array(rated, float), RatingScale(1, 5))
    assert near_to(dataset, 0).tolist() == [False, True, False, False]


def test_items_that_are_equally_near_are_near_together_and_an_item_without_raters_to_nothing() -> (
    None
):
    dataset = dataset_of(np.array([[5, 4, 3, 0], [5, 4, 3, 0]], float), RatingScale(1, 5))
    assert near_to(dataset, 0).tolist() == [False, True, True, False]
    assert not near_to(dataset, 3).any()


@pytest.fixture(scope="module")
def movies() -> Dataset:
    return made_up_movies()


def test_the_nearest_twentieth_by_cosine_is_near(movies: Dataset) -> None:
    rated = movies.interactions.toarray() > 0
    for item in range(0, movies.n_items, 7):
        cosines = [
            0.0
            if other == item
            else (rated[:, item] & rated[:, other]).sum()
            / max(1.0, math.sqrt(rated[:, other].sum()))
            for other in range(movies.n_items)
        ]
        least = sorted(cosines, reverse=True)[max(1, movies.n_items // 20) - 1]
        expected = [one >= least - 1e-9 and one > 0 for one in cosines]
        assert near_to(movies, item).tolist() == expected
