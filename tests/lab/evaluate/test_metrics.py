"""Metrics against plain loops over definitions, and examples that can be done by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recsys_rag.lab.evaluate import beyond, metrics
from recsys_rag.lab.evaluate.measure import ACCURACY


def loops(ranked: list[int], relevant: set[int], k: int) -> dict[str, float]:
    """The definitions of RecBole's documentation, one user, no arrays."""
    hits = [item in relevant for item in ranked[:k]]
    precisions = [sum(hits[: place + 1]) / (place + 1) for place in range(len(hits))]
    best = sum(1 / math.log2(place + 2) for place in range(min(k, len(relevant))))
    return {
        "hit_rate": float(any(hits)),
        "precision": sum(hits) / k,
        "recall": sum(hits) / len(relevant),
        "ndcg": sum(hit / math.log2(place + 2) for place, hit in enumerate(hits)) / best,
        "mrr": next((1 / (place + 1) for place, hit in enumerate(hits) if hit), 0.0),
        "map": sum(p for p, hit in zip(precisions, hits, strict=True) if hit)
        / min(k, len(relevant)),
    }


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[list[int]], list[set[int]], int, int]:
    n_items, k = draw(st.integers(1, 12)), draw(st.integers(1, 14))
    n_users = draw(st.integers(1, 5))
    ranked = [
        draw(st.permutations(range(n_items)))[: draw(st.integers(0, k))] for _ in range(n_users)
    ]
    relevant = [draw(st.sets(st.integers(0, n_items - 1))) for _ in range(n_users)]
    return ranked, relevant, n_items, k


def as_arrays(
    ranked: list[list[int]], relevant: list[set[int]], n_items: int, k: int
) -> tuple[np.ndarray, sparse.csr_array]:
    lists = np.full((len(ranked), k), -1)
    marks = np.zeros((len(ranked), n_items))
    for row, (items, wanted) in enumerate(zip(ranked, relevant, strict=True)):
        lists[row, : len(items)] = items
        marks[row, sorted(wanted)] = 1
    return lists, sparse.csr_array(marks)


@given(cases())
def test_every_accuracy_metric_is_its_definition_in_plain_loops(
    case: tuple[list[list[int]], list[set[int]], int, int],
) -> None:
    ranked, relevant, n_items, k = case
    arrays = as_arrays(ranked, relevant, n_items, k)
    for name, metric in ACCURACY.items():
        found = metric(*arrays, k)
        for row, (items, wanted) in enumerate(zip(ranked, relevant, strict=True)):
            if wanted:
                assert found[row] == pytest.approx(loops(items, wanted, k)[name], abs=1e-12), name
            else:
                assert np.isnan(found[row]), name


@given(cases())
def test_a_longer_list_never_lowers_recall_hit_rate_or_mrr(
    case: tuple[list[list[int]], list[set[int]], int, int],
) -> None:
    ranked, relevant, n_items, k = case
    arrays = as_arrays(ranked, relevant, n_items, k)
    for metric in (metrics.recall, metrics.hit_rate, metrics.mrr):
        shorter, longer = metric(*arrays, 1), metric(*arrays, k)
        assert (np.isnan(shorter) | (longer >= shorter)).all()


def test_a_perfect_list_scores_1_also_where_there_are_fewer_relevant_items_than_places() -> None:
    arrays = as_arrays([[4, 1, 0]], [{1, 4}], 5, 3)
    for metric in (
        metrics.ndcg,
        metrics.recall,
        metrics.mrr,
        metrics.average_precision,
        metrics.hit_rate,
    ):
        assert metric(*arrays, 3).tolist() == [1.0]
    assert metrics.precision(*arrays, 3).tolist() == [pytest.approx(2 / 3)]


def test_ndcg_of_a_hit_at_rank_3_of_two_relevant_items_by_hand() -> None:
    # DCG = 1 / log2(4) = .5; the best list has 1 + 1 / log2(3) = 1.6309
    assert metrics.ndcg(*as_arrays([[5, 6, 1]], [{1, 2}], 7, 3), 3)[0] == pytest.approx(
        0.5 / (1 + 1 / math.log2(3))
    )


# --- beyond accuracy ------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(0, 7), max_size=4, unique=True), min_size=1, max_size=6))
def test_gini_is_the_mean_absolute_difference_over_twice_the_mean(lists: list[list[int]]) -> None:
    ranked, _ = as_arrays(lists, [set()] * len(lists), 8, 4)
    shown = np.array([sum(item in one for one in lists) for item in range(8)], float)
    if shown.sum():
        expected = np.abs(shown[:, None] - shown[None, :]).mean() / (2 * shown.mean())
        assert beyond.gini(ranked, 8) == pytest.approx(expected)
    else:
        assert math.isnan(beyond.gini(ranked, 8))


@given(st.lists(st.integers(0, 5), min_size=0, max_size=6, unique=True), st.integers(0, 1000))
def test_diversity_is_one_minus_the_mean_cosine_over_pairs(items: list[int], seed: int) -> None:
    vectors = np.random.default_rng(seed).integers(0, 3, (6, 3)).astype(float)
    ranked, _ = as_arrays([items], [set()], 6, 6)
    kept = [vectors[item] for item in items if vectors[item].any()]
    cosines = [
        1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        for place, a in enumerate(kept)
        for b in kept[place + 1 :]
    ]
    found = beyond.diversity(ranked, vectors)[0]
    assert found == pytest.approx(np.mean(cosines)) if cosines else math.isnan(found)


def test_miscalibration_of_half_a_taste_by_hand() -> None:
    # history: one drama, one comedy -> p = (.5, .5); list: dramas only -> q~ = (.995, .005)
    genres = beyond.genre_matrix([("Drama",), ("Comedy",), ("Drama",)])
    found = beyond.miscalibration(np.array([[2, -1]]), sparse.csr_array([[1, 1, 0]]), genres)
    assert found[0] == pytest.approx(0.5 * math.log(0.5 / 0.995) + 0.5 * math.log(0.5 / 0.005))


def test_what_is_undefined_is_nan_and_warns_nobody() -> None:
    nobody, nothing = sparse.csr_array((1, 2)), np.array([[-1, -1]])
    genres = beyond.genre_matrix([(), ()])
    assert np.isnan(beyond.miscalibration(nothing, nobody, np.eye(2))).all()
    assert np.isnan(beyond.diversity(nothing, genres)).all() or genres.shape == (2, 0)
    assert np.isnan(beyond.novelty(nothing, np.array([1, 2]), 2)).all()
    assert np.isnan(beyond.list_popularity(nothing, np.array([1, 2]))).all()
    assert np.isnan(beyond.popularity_lift(np.array([[0, 1]]), nobody, np.array([1, 2]))).all()
    assert math.isnan(beyond.coverage(np.zeros((1, 0), int), 0))


def test_novelty_counts_bits_and_treats_the_unrated_as_rated_once() -> None:
    assert beyond.novelty(np.array([[0], [1], [2]]), np.array([8, 2, 0]), 8).tolist() == [
        0.0,
        2.0,
        3.0,
    ]
