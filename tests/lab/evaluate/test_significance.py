"""Intervals and p values: by hand where that can be done, by their meaning where it cannot."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.lab.evaluate.significance import (
    difference,
    estimate,
    holm,
    resampled_means,
    two_sided,
)


def test_the_interval_of_many_values_is_that_of_the_normal_approximation() -> None:
    values = np.random.default_rng(3).normal(2.0, 1.0, 4_000)
    found = estimate(values, resamples=4_000)
    half = 1.96 * values.std() / math.sqrt(len(values))
    assert found.low == pytest.approx(values.mean() - half, abs=0.003)
    assert found.high == pytest.approx(values.mean() + half, abs=0.003)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    covered = [
        one.low <= 0 <= one.high
        for one in (estimate(rng.normal(0, 1, 80), resamples=400) for _ in range(300))
    ]
    assert 0.90 <= np.mean(covered) <= 0.98


def test_resampling_is_the_same_for_the_same_seed_and_in_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.arange(50.0)
    assert (resampled_means(values, 1) == resampled_means(values, 1)).all()
    assert (resampled_means(values, 1) != resampled_means(values, 2)).any()


def test_a_paired_difference_is_seen_where_unpaired_intervals_overlap() -> None:
    easy_and_hard = np.random.default_rng(1).uniform(0, 1, 400)
    ours, theirs = easy_and_hard + 0.01, easy_and_hard
    assert estimate(ours).low < estimate(theirs).high
    found = difference(ours, theirs)
    assert found.low > 0
    assert found.p == pytest.approx(2 / 2001)


def test_no_difference_has_p_1_and_users_without_a_value_do_not_count() -> None:
    values = np.array([0.1, np.nan, 0.4])
    found = difference(values, values)
    assert (found.mean, found.low, found.high, found.p, found.users) == (0.0, 0.0, 0.0, 1.0, 2)
    assert difference(np.array([np.nan]), np.array([1.0])).users == 0


def test_swapping_sides_turns_the_difference_and_keeps_p() -> None:
    rng = np.random.default_rng(0)
    ours, theirs = rng.normal(0.1, 1, 60), rng.normal(0, 1, 60)
    one, other = difference(ours, theirs), difference(theirs, ours)
    assert (one.mean, one.low, one.high) == pytest.approx((-other.mean, -other.high, -other.low))
    assert one.p == other.p


def test_p_under_the_null_is_below_a_twentieth_about_one_time_in_twenty() -> None:
    rng = np.random.default_rng(11)
    ps = [difference(rng.normal(0, 1, 60), np.zeros(60), resamples=400).p for _ in range(300)]
    assert 0.02 <= np.mean(np.array(ps) < 0.05) <= 0.09


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_a_p_keeps_their_order_and_stays_below_bonferroni(
    ps: list[float],
) -> None:
    adjusted = holm(ps)
    assert all(p <= a <= min(1.0, p * len(ps)) + 1e-12 for p, a in zip(ps, adjusted, strict=True))
    order = np.argsort(ps, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0).all()


def test_holm_by_hand_with_one_that_is_undefined() -> None:
    assert holm([0.04, float("nan"), 0.01, 0.03])[::2] == pytest.approx([0.06, 0.03])
    assert math.isnan(holm([0.04, float("nan")])[1])


def test_two_sided_p_counts_the_smaller_side_and_never_says_0() -> None:
    assert two_sided(np.ones(1999)) == pytest.approx(2 / 2000)
    assert two_sided(np.zeros(9)) == 1.0
