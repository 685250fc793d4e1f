"""Calibrated lists by hand, by Steck's formula written out, and by brute force."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.rerank._greedy import Greedy
from recsys_rag.rerank.calibration import Calibration, _divergence
from rerank.reranking import batch_of, dataset, kl, one_by_one, pools


def selected(made, pool, k, strength):
    found = Greedy([Calibration(made)]).rerank(
        batch_of(made), pool, k, {"calibration": np.array([strength])}
    )
    return found.item_indices[0].tolist()


def wanted(made):
    row = Calibration(made).wanted(made.interactions[:1])[0]
    return dict(zip(made.catalog.genre_names, row.tolist(), strict=True))


def test_worked_example_three_dramas_and_a_comedy_liked_give_three_dramas_and_a_comedy():
    # Items 0-3 were liked, 4-8 are dramas to choose from, 9 the comedy that scores least. KL after
    # the first drama is .94, of two dramas .94, of a drama and a comedy .13; then dramas up to the
    # exact 3 : 1.
    made = dataset(
        [("Drama",)] * 3 + [("Comedy",)] + [("Drama",)] * 5 + [("Comedy",)],
        ratings=[[5] * 4 + [0] * 6],
    )
    pool = pools([[6.0, 5.0, 4.0, 3.0, 2.0, 1.0]], [[4, 5, 6, 7, 8, 9]])
    assert selected(made, pool, 4, 1.0) == [4, 9, 5, 6]
    assert selected(made, pool, 4, 0.01) == [4, 5, 6, 7]


def test_what_was_liked_counts_as_much_as_it_was_liked():
    # Weights 1 for 5 stars, 0.5 for 3, 0 for 1; an item of two genres gives each the half.
    made = dataset([("Drama",), ("Comedy",), ("Noir",), ("Drama", "Noir")], ratings=[[5, 3, 1, 5]])
    assert wanted(made) == pytest.approx(
        {"Drama": 1.5 / 2.5, "Comedy": 0.5 / 2.5, "Noir": 0.5 / 2.5}
    )


def test_likes_without_stars_count_alike():
    made = dataset([("Drama",), ("Comedy",), ()], ratings=[[1, 1, 1]], scale=None)
    assert wanted(made) == {"Comedy": 0.5, "Drama": 0.5}


@pytest.mark.parametrize(
    "ratings",
    [[0, 0, 0], [1, 0, 0], [0, 0, 5]],
    ids=["no history", "nothing in it was liked", "nothing in it has genres"],
)
def test_who_wants_no_genre_gets_the_best_as_they_are(ratings):
    made = dataset([("Drama",), ("Comedy",), ()], ratings=[ratings])
    assert set(wanted(made).values()) == {0.0}
    for strength in (0.5, 1.0):
        assert selected(made, pools([[3.0, 2.0, 1.0]]), 3, strength) == [0, 1, 2]


def test_the_divergence_is_stecks():
    p, q = np.array([0.75, 0.25, 0.0]), np.array([0.5, 0.0, 0.5])
    expected = 0.75 * math.log(0.75 / (0.99 * 0.5 + 0.0075)) + 0.25 * math.log(0.25 / 0.0025)
    assert _divergence(p, q) == pytest.approx(expected)
    assert _divergence(p, p) == pytest.approx(0.0, abs=1e-12)
    assert _divergence(np.zeros(3), q) == 0.0


genre_sets = st.lists(st.sets(st.sampled_from(["A", "B", "C"]), max_size=2), min_size=2, max_size=7)


@given(genre_sets, genre_sets, st.integers(0, 10_000), st.sampled_from([0.1, 0.5, 0.83]))
def test_it_equals_the_definition_followed_one_item_at_a_time(history, pool, seed, strength):
    rng = np.random.default_rng(seed)
    rated = rng.integers(2, 6, len(history)).tolist()
    genres = [tuple(sorted(one)) for one in (*history, *pool)]
    made = dataset(genres, ratings=[rated + [0] * len(pool)])
    scores = np.sort(rng.normal(size=len(pool)).astype(np.float32).astype(float))[::-1].tolist()
    sums = {}
    for one, rating in zip(genres, rated, strict=False):
        for genre in one:
            sums[genre] = sums.get(genre, 0.0) + (rating - 1) / 4 / len(one)
    target = {genre: total / sum(sums.values()) for genre, total in sums.items()}
    offered = genres[len(history) :]

    def value(taken, place):
        # with two items alike to the eye, the first one; the last digits of a sum say nothing
        return -round(kl(target, [offered[one] for one in (*taken, place)]), 6)

    chosen = selected(
        made, pools([scores], [range(len(history), len(genres))]), len(pool), strength
    )
    expected = [len(history) + place for place in one_by_one(scores, len(pool), strength, value)]
    if chosen != expected:  # only where two were worth the same to six digits
        at = next(
            step
            for step, pair in enumerate(zip(chosen, expected, strict=True))
            if pair[0] != pair[1]
        )
        taken = [item - len(history) for item in chosen[:at]]
        worth = [
            (1 - strength) * (scores[i - len(history)] - min(scores)) / (max(scores) - min(scores))
            + strength * value(taken, i - len(history))
            for i in (chosen[at], expected[at])
        ]
        assert worth[0] == pytest.approx(worth[1], abs=1e-5)
