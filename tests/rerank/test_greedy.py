"""What every selection keeps, whatever it is after: items, ties, short pools, batches; and how
criteria join."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.rerank._greedy import Greedy
from recsys_rag.rerank.calibration import Calibration
from recsys_rag.rerank.mmr import Diversity
from recsys_rag.rerank.novelty import Novelty
from rerank.reranking import batch_of, dataset, pools

STAGES = ("novelty", "calibration", "diversity")
N_ITEMS = 14


def greedy(made):
    return Greedy([Novelty(made), Calibration(made), Diversity(made.catalog)])


def club(seed, n_users=4, n_items=N_ITEMS):
    """Random genres (some items without), years (some unknown) and ratings."""
    rng = np.random.default_rng(seed)
    names = np.array(["Crime", "Drama", "Farce", "Noir"])
    genres = [tuple(names[rng.random(4) < 0.4]) for _ in range(n_items)]
    years = np.where(rng.random(n_items) < 0.2, 0, rng.integers(1960, 2000, n_items))
    ratings = rng.integers(1, 6, (n_users, n_items)) * (rng.random((n_users, n_items)) < 0.4)
    return dataset(genres, years.tolist(), ratings)


def random_pools(seed, n, width=10):
    rng = np.random.default_rng(seed)
    scores = np.sort(rng.integers(-20, 20, (n, width)) / 4.0)[:, ::-1]
    items = np.stack([rng.permutation(N_ITEMS)[:width] for _ in range(n)])
    return pools(scores, items)


strengths_of_stages = st.fixed_dictionaries(
    {name: st.sampled_from([0.0, 0.05, 0.3, 0.8, 1.0]) for name in STAGES}
)


def each(strengths, n):
    return {name: np.full(n, value) for name, value in strengths.items()}


@given(st.integers(0, 10_000), strengths_of_stages, st.integers(1, 10))
def test_it_takes_k_of_the_pool_with_their_own_scores_and_repeats_none(seed, strengths, k):
    made, pool = club(seed), random_pools(seed, 4)
    found = greedy(made).rerank(batch_of(made, 4), pool, k, each(strengths, 4))
    assert found.item_indices.shape == found.item_ids.shape == found.scores.shape == (4, k)
    for row in range(4):
        score_of = dict(
            zip(pool.item_indices[row].tolist(), pool.scores[row].tolist(), strict=True)
        )
        items = found.item_indices[row].tolist()
        assert len(set(items)) == k
        assert [score_of[item] for item in items] == found.scores[row].tolist()
        assert [f"i{item}" for item in items] == found.item_ids[row].tolist()


@given(st.integers(0, 10_000), strengths_of_stages)
def test_asking_again_alone_or_for_fewer_gives_the_same_order(seed, strengths):
    made, pool = club(seed), random_pools(seed, 4)
    whole = greedy(made).rerank(batch_of(made, 4), pool, 8, each(strengths, 4))
    for row in range(4):
        alone = pools(pool.scores[[row]], pool.item_indices[[row]])
        batch = batch_of(made, 4)
        own = type(batch)(batch.histories[[row]], ("",))
        again = greedy(made).rerank(own, alone, 5, each(strengths, 1))
        assert again.item_indices[0].tolist() == whole.item_indices[row, :5].tolist()


@given(st.integers(0, 10_000), strengths_of_stages)
def test_the_order_of_the_catalog_does_not_matter(seed, strengths):
    made = club(seed)
    rng = np.random.default_rng(seed)
    order = rng.permutation(N_ITEMS)
    moved = dataset(
        [made.catalog.genres[item] for item in order],
        made.catalog.years[order].tolist(),
        made.interactions.toarray()[:, order],
    )
    scores = np.sort(rng.normal(size=(4, N_ITEMS)))[:, ::-1]
    items = np.stack([rng.permutation(N_ITEMS) for _ in range(4)])
    first = greedy(made).rerank(batch_of(made, 4), pools(scores, items), 6, each(strengths, 4))
    other = greedy(moved).rerank(
        batch_of(moved, 4), pools(scores, np.argsort(order)[items]), 6, each(strengths, 4)
    )
    np.testing.assert_array_equal(order[other.item_indices], first.item_indices)


@pytest.mark.parametrize(
    "strengths", [{}, {"diversity": np.zeros(2)}, {name: np.zeros(2) for name in STAGES}]
)
def test_strength_0_returns_the_first_k_as_they_are(strengths):
    made, pool = club(1), random_pools(1, 2)
    found = greedy(made).rerank(batch_of(made, 2), pool, 4, strengths)
    np.testing.assert_array_equal(found.item_indices, pool.item_indices[:, :4])
    np.testing.assert_array_equal(found.item_ids, pool.item_ids[:, :4])
    np.testing.assert_array_equal(found.scores, pool.scores[:, :4])


@given(st.integers(0, 10_000), st.sampled_from(STAGES))
def test_a_query_that_wants_nothing_is_left_alone_beside_one_that_does(seed, stage):
    made, pool = club(seed), random_pools(seed, 2)
    found = greedy(made).rerank(batch_of(made, 2), pool, 5, {stage: np.array([0.9, 0.0])})
    assert found.item_indices[1].tolist() == pool.item_indices[1, :5].tolist()


@given(st.integers(0, 10_000), strengths_of_stages)
def test_a_short_pool_gives_all_of_its_items_and_then_ends(seed, strengths):
    made, full = club(seed), random_pools(seed, 2, width=6)
    scores = full.scores.copy()
    scores[0, 2:] = np.nan
    pool = pools(scores, full.item_indices)
    found = greedy(made).rerank(batch_of(made, 2), pool, 5, each(strengths, 2))
    assert sorted(found.item_indices[0, :2].tolist()) == sorted(pool.item_indices[0, :2].tolist())
    assert found.item_indices[0, 2:].tolist() == [-1, -1, -1]
    assert found.item_ids[0, 2:].tolist() == ["", "", ""]
    assert np.isnan(found.scores[0, 2:]).all()
    assert (found.item_indices[1] >= 0).all()


def test_a_pool_of_nothing_stays_nothing():
    made = club(3)
    found = greedy(made).rerank(
        batch_of(made), pools([[np.nan, np.nan]]), 2, each(dict.fromkeys(STAGES, 0.5), 1)
    )
    assert found.item_indices.tolist() == [[-1, -1]]


def test_a_catalog_of_one_item_recommends_it():
    made = dataset([("Drama",)], [1994], [[0.0]])
    found = greedy(made).rerank(
        batch_of(made), pools([[2.0]]), 1, each(dict.fromkeys(STAGES, 1.0), 1)
    )
    assert found.item_ids.tolist() == [["i0"]]


def test_without_genres_years_and_ratings_every_strength_keeps_the_order():
    made = dataset([()] * 5)
    pool = pools([[5.0, 4.0, 3.0, 2.0, 1.0]])
    for stage in STAGES:
        for strength in (0.3, 1.0):
            found = greedy(made).rerank(batch_of(made), pool, 4, {stage: np.array([strength])})
            assert found.item_indices.tolist() == [[0, 1, 2, 3]], stage


def test_criteria_mix_in_one_after_the_other():
    # Scaled scores 1, .5, 0; self-information of 3, 3 and 0 ratings by 3 people: 0, 0, 2 bits,
    # scaled 0, 0, 1. Novelty .5: .5, .25, .5, a tie for item 0. Diversity .5 of that: item 1, like
    # item 0, is worth .125 - .5; item 2 .25.
    made = dataset([("Noir",), ("Noir",), ("Farce",)], ratings=[[5, 5, 0]] * 3)
    found = greedy(made).rerank(
        batch_of(made),
        pools([[3.0, 2.0, 1.0]]),
        3,
        {"novelty": np.array([0.5]), "diversity": np.array([0.5])},
    )
    assert found.item_indices.tolist() == [[0, 2, 1]]


def test_it_names_its_stages():
    assert greedy(club(0)).stages == STAGES
