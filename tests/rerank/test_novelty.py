"""Novelty by hand and by its formula."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.rerank._greedy import Greedy
from recsys_rag.rerank.novelty import Novelty
from rerank.reranking import batch_of, dataset, one_by_one, pools


def selected(made, scores, k, strength):
    found = Greedy([Novelty(made)]).rerank(
        batch_of(made), pools([scores]), k, {"novelty": np.array([strength])}
    )
    return found.item_indices[0].tolist()


def test_worked_example_the_unrated_film_passes_the_well_known_one_at_its_strength():
    # Ratings of 3 people: 3, 1, 0 -> log2(4/4), log2(4/2), log2(4/1) = 0, 1, 2 bits, scaled 0, .5,
    # 1; scores scaled 1, .6, 0.
    made = dataset([()] * 3, ratings=[[5, 5, 0], [5, 0, 0], [5, 0, 0]])
    assert selected(made, [1.0, 0.6, 0.0], 3, 0.3) == [0, 1, 2]  # .7, .57, .3
    assert selected(made, [1.0, 0.6, 0.0], 3, 0.45) == [1, 0, 2]  # .55, .555, .45
    assert selected(made, [1.0, 0.6, 0.0], 3, 1.0) == [2, 1, 0]


@given(
    st.lists(st.integers(0, 6), min_size=2, max_size=9),
    st.sampled_from([0.13, 0.5, 0.9]),
    st.integers(0, 10_000),
)
def test_it_equals_the_definition_followed_one_item_at_a_time(counts, strength, seed):
    ratings = (np.arange(6)[:, None] < np.array(counts)[None, :]) * 4.0
    rng = np.random.default_rng(seed)
    scores = np.sort(rng.normal(size=len(counts)).astype(np.float32).astype(float))[::-1].tolist()
    bits = [-math.log2((count + 1) / 7) for count in counts]
    spread = max(bits) - min(bits)
    expected = one_by_one(
        scores,
        len(counts),
        strength,
        lambda taken, at: (bits[at] - min(bits)) / spread if spread else 0.0,
    )
    assert (
        selected(dataset([()] * len(counts), ratings=ratings), scores, len(counts), strength)
        == expected
    )
