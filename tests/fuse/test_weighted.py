"""WeightedFusion and standardize."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from recsys_rag._fuse.weighted import WeightedFusion, standardize
from recsys_rag.errors import SettingsError
from recsys_rag.protocols import Fuser
from recsys_rag.types import Batch

_scores = hnp.arrays(np.float32, (3, 5), elements=st.floats(-1000, 1000, width=32))


def _batch(n: int, n_items: int) -> Batch:
    return Batch(sparse.csr_array((n, n_items), dtype=np.float32), ("",) * n)


def test_it_is_a_fuser() -> None:
    assert isinstance(WeightedFusion({"a": 1}), Fuser)


def test_a_worked_example() -> None:
    # z: (-1, 1) and (1, -1)
    scores = {"a": np.array([[0, 2]], np.float32), "b": np.array([[30, 10]], np.float32)}
    np.testing.assert_array_equal(
        WeightedFusion({"a": 3, "b": 0.5}).fuse(scores, _batch(1, 2)), [[-2.5, 2.5]]
    )


def test_a_constant_row_adds_nothing_even_where_its_mean_rounds() -> None:
    constant = np.full((1, 7), 0.1, np.float32)
    other = np.arange(7, dtype=np.float32)[None, :]
    fused = WeightedFusion({"a": 5, "b": 1}).fuse({"a": constant, "b": other}, _batch(1, 7))
    np.testing.assert_array_equal(fused, standardize(other))
    assert not standardize(constant).any()


def test_a_retriever_of_weight_zero_may_be_there_or_not() -> None:
    a, b = np.array([[1, 2]], np.float32), np.array([[9, 2]], np.float32)
    fusion = WeightedFusion({"a": 1, "b": 0})
    np.testing.assert_array_equal(fusion.fuse({"a": a, "b": b}, _batch(1, 2)), [[-1, 1]])
    np.testing.assert_array_equal(fusion.fuse({"a": a}, _batch(1, 2)), [[-1, 1]])


def test_each_length_of_history_has_weights_of_its_own() -> None:
    lengths = [0, 1, 5, 6, 20, 21, 100, 101]
    histories = np.zeros((len(lengths), 101), np.float32)
    for row, length in enumerate(lengths):
        histories[row, :length] = 3
    scores = {
        name: np.tile(np.arange(101, dtype=np.float32) * sign, (8, 1))
        for name, sign in (("a", 1), ("b", -1))
    }
    batch = Batch(sparse.csr_array(histories), ("",) * len(lengths))
    fused = WeightedFusion({"a": 1, "b": (4, 0, 2, 3, 1)}).fuse(scores, batch)
    factors = np.array([-3, 1, 1, -1, -1, -2, -2, 0])
    np.testing.assert_allclose(fused, factors[:, None] * standardize(scores["a"]), atol=1e-5)


def test_no_queries_and_no_items_give_empty_scores() -> None:
    assert WeightedFusion({"a": 1}).fuse(
        {"a": np.zeros((0, 4), np.float32)}, _batch(0, 4)
    ).shape == (0, 4)
    assert standardize(np.zeros((2, 0), np.float32)).shape == (2, 0)


@given(_scores)
def test_standardized_rows_have_mean_0_and_deviation_1_or_are_zero(scores: np.ndarray) -> None:
    for row, before in zip(standardize(scores), scores, strict=True):
        if before.max() == before.min():
            assert not row.any()
        else:
            assert row.mean() == pytest.approx(0, abs=1e-4)
            assert row.std() == pytest.approx(1, abs=1e-4)


@given(_scores, _scores, _scores)
def test_fusion_does_not_depend_on_the_order_of_the_retrievers(
    a: np.ndarray, b: np.ndarray, c: np.ndarray
) -> None:
    fusion = WeightedFusion({"a": 0.3, "b": 1.7, "c": 0.9})
    first, *others = [
        fusion.fuse(dict(order), _batch(3, 5))
        for order in itertools.permutations({"a": a, "b": b, "c": c}.items())
    ]
    for other in others:
        np.testing.assert_array_equal(first, other)


@given(_scores)
def test_scores_in_another_unit_fuse_the_same(scores: np.ndarray) -> None:
    fusion = WeightedFusion({"a": 2.0})
    np.testing.assert_array_equal(
        fusion.fuse({"a": scores}, _batch(3, 5)),
        fusion.fuse({"a": scores * np.float32(8)}, _batch(3, 5)),
    )


def test_a_retriever_without_a_weight_is_refused() -> None:
    with pytest.raises(
        SettingsError,
        match="retriever 'bm25' has no fusion weight; there are weights for als, ease",
    ):
        WeightedFusion({"ease": 1, "als": 1}).fuse(
            {"bm25": np.zeros((1, 2), np.float32)}, _batch(1, 2)
        )


def test_a_weight_without_its_retriever_is_refused() -> None:
    with pytest.raises(
        SettingsError, match="weight for 'als', but the retrievers are ease; set it to 0 or add it"
    ):
        WeightedFusion({"ease": 1, "als": 1}).fuse(
            {"ease": np.zeros((1, 2), np.float32)}, _batch(1, 2)
        )


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf])
def test_a_weight_that_is_no_finite_number_of_0_or_more_is_refused(weight: float) -> None:
    with pytest.raises(SettingsError, match=f"weight of 'ease' is {weight}; give a finite number"):
        WeightedFusion({"ease": weight})


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(SettingsError, match="all fusion weights of histories of 0 ratings are 0"):
        WeightedFusion({"ease": 0})


def test_a_length_of_history_without_any_weight_is_refused_by_its_name() -> None:
    with pytest.raises(
        SettingsError, match="all fusion weights of histories of 6-20 ratings are 0"
    ):
        WeightedFusion({"ease": (1, 1, 0, 1, 1), "als": (0, 1, 0, 1, 1)})


def test_a_wrong_number_of_weights_is_refused() -> None:
    with pytest.raises(
        SettingsError, match="weight of 'ease' holds 2 numbers; give one, or one for each length"
    ):
        WeightedFusion({"ease": (1, 1)})


def test_short_histories_are_weighed_by_their_length_and_the_fame_of_their_items():
    of_b = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
    fusion = WeightedFusion({"a": 1.0, "b": 1.0}, {"b": of_b}, np.array([0.0, 0.5, 0.6, 1.0]))
    scores = {
        "a": np.tile(np.array([1.0, 0.0, 0.0, 0.0], np.float32), (5, 1)),
        "b": np.tile(np.array([0.0, 1.0, 0.0, 0.0], np.float32), (5, 1)),
    }
    # one of fame .5, .6 and 1, two of .8 in the mean, and nothing at all
    rated = np.array([[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 1], [0] * 4], np.float32)
    batch = Batch(sparse.csr_array(rated), ("",) * 5)
    a, b = standardize(scores["a"]), standardize(scores["b"])
    expected = a + np.array([[0.0], [1.0], [2.0], [5.0], [1.0]]) * b
    np.testing.assert_allclose(fusion.fuse(scores, batch), expected, atol=1e-6)


@pytest.mark.parametrize("given", [(1.0,), (*[1.0] * 8, -1.0), (*[1.0] * 8, np.nan)])
def test_weights_for_short_histories_that_cannot_be_are_refused(given):
    with pytest.raises(SettingsError, match=r"'ease' for short histories is .* give nine finite"):
        WeightedFusion({"ease": 1.0}, {"ease": given}, np.zeros(3))
