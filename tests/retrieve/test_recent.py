"""Recent: counts in a window before the question."""

from dataclasses import replace

import numpy as np

from recsys_rag.retrieve._recent import Recent
from recsys_rag.testing.datasets import dataset_of
from recsys_rag.types import Batch

_DAY = 86_400


def timed():
    """Ratings (user 0: items 0, 1; user 1: items 1, 2) on days 0, 10, 11, 30."""
    dataset = dataset_of(np.array([[4, 5, 0], [0, 3, 2]]))
    return replace(dataset, timestamps=np.array([0, 10, 11, 30]) * _DAY)


def asked(dataset, *days):
    histories = dataset.interactions[[0] * len(days)]
    return Batch(histories, ("",) * len(days), None, np.array(days) * _DAY)


def test_only_ratings_of_the_window_before_the_question_count():
    recent = Recent(days=5).fit(timed())
    scores = recent.score(asked(timed(), 0, 9, 10, 11, 30))
    assert scores.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 2, 0], [0, 0, 1]]


def test_nothing_of_the_future_is_known():
    scores = Recent(days=10_000).fit(timed()).score(asked(timed(), -1, 10))
    assert scores.tolist() == [[0, 0, 0], [1, 1, 0]]


def test_without_a_moment_it_is_the_last_of_the_data():
    dataset = timed()
    recent = Recent(days=5).fit(dataset)
    assert recent.score(Batch(dataset.interactions, ("", ""))).tolist() == [[0, 0, 1]] * 2


def test_without_timestamps_there_is_no_opinion():
    dataset = dataset_of(np.array([[4, 5, 0], [0, 3, 2]]))
    assert not Recent().fit(dataset).score(asked(dataset, 0, 5)).any()
