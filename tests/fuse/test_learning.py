"""Weights learned from questions with known answers."""

import numpy as np
from scipy import sparse

from recsys_rag._fuse.bins import CLASS_NAMES, bins_of
from recsys_rag._fuse.learning import Learned, Pool, learned, pools
from recsys_rag._fuse.weighted import standardize
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.lab.evaluate import metrics
from recsys_rag.retrieve._top_k import top_k

RNG = np.random.default_rng(3)
N, ITEMS = 60, 80


def asked(
    right: np.ndarray, scores: dict[str, np.ndarray], known: np.ndarray | None = None
) -> list[Pool]:
    """Questions of people with one rating each, which is of item 0."""
    histories = sparse.csr_array(
        (np.ones(N, np.float32), np.zeros(N, np.int32), np.arange(N + 1)), shape=(N, ITEMS)
    )
    seen = histories.toarray() > 0 if known is None else known
    return list(pools("first 1", np.arange(N), bins_of(histories), seen, right, scores))


def noise() -> np.ndarray:
    return RNG.normal(size=(N, ITEMS)).astype(np.float32)


def answers() -> np.ndarray:
    right = RNG.random((N, ITEMS)) < 0.1
    right[:, 0] = False
    right[:, 1] = True
    return right


def test_the_ndcg_of_a_pool_is_that_of_the_lists_over_the_whole_catalog() -> None:
    right, scores = answers(), {"a": noise(), "b": noise()}
    (pool,) = asked(right, scores)
    fused = 0.3 * standardize(scores["a"]) + 0.7 * standardize(scores["b"])
    allowed = np.ones((N, ITEMS), np.bool_)
    allowed[:, 0] = False
    items = Vocabulary(tuple(f"i{item}" for item in range(ITEMS)))
    lists = top_k(fused.astype(np.float32), allowed, 10, items).item_indices
    expected = metrics.ndcg(lists, sparse.csr_array(right), 10)
    np.testing.assert_allclose(pool.ndcg(np.array([0.3, 0.7])), expected, atol=1e-6)


def one(parts: list[Pool], given: list[float], least: list[float] | None = None) -> Learned:
    weights, floors = (
        np.repeat(np.array(of_retrievers)[:, None], len(CLASS_NAMES), axis=1)
        for of_retrievers in (given, least or [0.0] * len(given))
    )
    (of_length,) = learned(parts, weights, floors)
    return of_length


def test_the_retriever_that_knows_the_answers_gets_the_weight() -> None:
    right = answers()
    told = one(asked(right, {"guess": noise(), "knows": right + 0.3 * noise()}), [1.0, 0.0])
    assert CLASS_NAMES[told.length] == "1-5"
    assert told.weights[1] > 3 * told.weights[0]
    assert told.reached > told.given
    assert told.best_single[0] == 1


def test_two_halves_of_the_truth_are_mixed() -> None:
    right = answers()
    even = np.arange(ITEMS) % 2 == 0
    left, other = (right & even) + 0.2 * noise(), (right & ~even) + 0.2 * noise()
    told = one(asked(right, {"left": left, "right": other}), [1.0, 0.0])
    assert min(told.weights) > 0.2 * sum(told.weights)
    assert told.reached > told.best_single[1]


def test_what_is_given_stays_where_nothing_is_better_by_more_than_chance() -> None:
    same = noise()
    told = one(asked(answers(), {"a": same, "b": same}), [0.0, 1.5])
    np.testing.assert_allclose(told.weights, [0.0, 1.5])


def test_a_retriever_keeps_the_share_it_has_at_least() -> None:
    right = answers()
    parts = asked(right, {"ease": noise(), "knows": right + 0.4 * noise()})
    told = one(parts, [1.0, 1.0], [0.1, 0.0])
    assert 0.09 < told.weights[0] / told.weights.sum() < 0.25


def test_items_that_are_known_are_no_answers() -> None:
    right, known = answers(), np.zeros((N, ITEMS), np.bool_)
    known[:, :40] = True
    (pool,) = asked(right, {"a": noise()}, known)
    assert pool.there.sum(axis=1).max() <= 40


def test_no_kind_of_question_pays_for_another() -> None:
    # "a" knows all of one kind and nothing of the other, where "b" alone is far better
    first, last = answers(), answers()
    kinds = [
        pools(
            "first 1",
            np.arange(N),
            np.full(N, CLASS_NAMES.index("2-5, known")),
            np.zeros((N, ITEMS), bool),
            right,
            by,
        )
        for right, by in (
            (first, {"a": first + 0.1 * noise(), "b": first + 0.3 * noise()}),
            (last, {"a": noise(), "b": last + 0.3 * noise()}),
        )
    ]
    told = one([pool for pools_of in kinds for pool in pools_of], [1.0, 0.0])
    assert told.weights[1] > told.weights[0]
