"""ReciprocalRankFusion against exact fractions."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from recsys_rag._fuse.rrf import ReciprocalRankFusion
from recsys_rag.errors import SettingsError
from recsys_rag.protocols import Fuser
from recsys_rag.types import Batch

# integers: many ties
_scores = hnp.arrays(np.float32, (2, 6), elements=st.integers(-3, 3).map(np.float32))


def _batch(n: int, n_items: int) -> Batch:
    return Batch(sparse.csr_array((n, n_items), dtype=np.float32), ("",) * n)


def _exact(rows: list[np.ndarray], smoothing: int, depth: int) -> list[Fraction]:
    totals = [Fraction(0)] * len(rows[0])
    for row in rows:
        if len(set(row.tolist())) > 1:
            ranked = sorted(range(len(row)), key=lambda item: (-row[item], item))
            for rank, item in enumerate(ranked[:depth], start=1):
                totals[item] += Fraction(1, smoothing + rank)
    return totals


def test_it_is_a_fuser() -> None:
    assert isinstance(ReciprocalRankFusion(), Fuser)


def test_a_worked_example() -> None:
    scores = {
        "a": np.array([[0.9, 0.1, 0.5]], np.float32),
        "b": np.array([[10, 30, 20]], np.float32),
    }
    expected = [[1 / 61 + 1 / 63, 1 / 63 + 1 / 61, 1 / 62 + 1 / 62]]
    np.testing.assert_allclose(
        ReciprocalRankFusion().fuse(scores, _batch(1, 3)), expected, rtol=1e-6
    )


def test_items_below_the_depth_get_nothing() -> None:
    fused = ReciprocalRankFusion(depth=1).fuse(
        {"a": np.array([[1, 3, 2]], np.float32)}, _batch(1, 3)
    )
    np.testing.assert_allclose(fused, [[0, 1 / 61, 0]], rtol=1e-6)


def test_among_equal_scores_the_first_item_ranks_first() -> None:
    fused = ReciprocalRankFusion(smoothing=1).fuse(
        {"a": np.array([[0, 5, 5]], np.float32)}, _batch(1, 3)
    )
    np.testing.assert_allclose(fused, [[1 / 4, 1 / 2, 1 / 3]], rtol=1e-6)


def test_the_same_three_ranks_in_another_order_tie_exactly() -> None:
    ranks = np.array(
        list(itertools.permutations((1, 2, 3))), np.float32
    )  # six items; each retriever sees ties, so spread:
    scores = {
        name: -(ranks[:, place] + np.arange(6) * 1e-3)[None, :].astype(np.float32)
        for place, name in enumerate("abc")
    }
    exact = _exact([one[0] for one in scores.values()], 60, 200)
    fused = ReciprocalRankFusion().fuse(scores, _batch(1, 6))[0]
    for first, second in itertools.combinations(range(6), 2):
        assert (fused[first] == fused[second]) == (exact[first] == exact[second])


def test_without_retrievers_everything_is_zero() -> None:
    np.testing.assert_array_equal(ReciprocalRankFusion().fuse({}, _batch(2, 3)), np.zeros((2, 3)))


@given(st.lists(_scores, min_size=1, max_size=4), st.integers(1, 8))
def test_scores_equal_the_exact_sum_whatever_the_order(
    scores: list[np.ndarray], depth: int
) -> None:
    fusion = ReciprocalRankFusion(60, depth)
    named = {f"r{place}": one for place, one in enumerate(scores)}
    fused = fusion.fuse(named, _batch(2, 6))
    np.testing.assert_array_equal(fused, fusion.fuse(dict(reversed(named.items())), _batch(2, 6)))
    for row in range(2):
        exact = _exact([one[row] for one in scores], 60, depth)
        np.testing.assert_allclose(fused[row], [float(one) for one in exact], rtol=1e-6)
        for item, other in itertools.combinations(range(6), 2):
            if exact[item] == exact[other]:
                assert fused[row, item] == fused[row, other]


@pytest.mark.parametrize("smoothing", [0, -1, float("nan"), float("inf")])
def test_a_smoothing_that_is_not_above_zero_is_refused(smoothing: float) -> None:
    with pytest.raises(
        SettingsError, match=r"smoothing of reciprocal rank fusion is .*; give a number above 0"
    ):
        ReciprocalRankFusion(smoothing)


def test_a_depth_below_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="depth of reciprocal rank fusion is 0; give 1 or more"):
        ReciprocalRankFusion(depth=0)
