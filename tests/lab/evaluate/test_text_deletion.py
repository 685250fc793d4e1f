"""The deletion test: a ranking whose score is a known sum; citations by that sum correlate fully,
others do not."""

from collections.abc import Mapping

import numpy as np
import pytest

from recsys_rag.lab.evaluate.text.deletion import Cited, deletion

N_ITEMS = 40
ADDS = np.random.default_rng(3).uniform(0.1, 1.0, N_ITEMS)  # what each film adds to any score
HISTORY = dict.fromkeys(range(30), 5.0)
POPULARITY = np.random.default_rng(4).integers(1, 500, N_ITEMS)


def _scores(history: Mapping[int, float]) -> np.ndarray:
    return np.full(N_ITEMS, sum(ADDS[film] for film in history), np.float32)


def _cited(weights: Mapping[int, float], n_items: int = 10) -> list[Cited]:
    return [Cited(30 + place, weights) for place in range(n_items)]


def test_true_weights_correlate_fully_and_the_controls_do_not() -> None:
    best = sorted(HISTORY, key=lambda film: -ADDS[film])[:8]
    lists = [(HISTORY, _cited({film: float(ADDS[film]) for film in best}), _scores)] * 12

    found = deletion(lists, POPULARITY, np.random.default_rng(0))

    assert found.cited == pytest.approx(1.0)
    assert abs(found.random) < 0.15
    assert abs(found.popular) < 0.15
    assert (found.items, found.lose) == (120, 1.0)


def test_weights_against_the_truth_are_seen() -> None:
    lists = [(HISTORY, _cited({film: -float(ADDS[film]) for film in range(6)}), _scores)]

    assert deletion(lists, POPULARITY, np.random.default_rng(0)).cited == pytest.approx(-1.0)


def test_few_citations_are_counted_as_losing_but_not_correlated() -> None:
    found = deletion(
        [(HISTORY, _cited({1: 0.5, 2: 0.4}, 1), _scores)], POPULARITY, np.random.default_rng(0)
    )

    assert (found.items, found.lose) == (0, 1.0)
    assert np.isnan(found.cited)
