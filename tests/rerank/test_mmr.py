"""Maximal marginal relevance by hand and by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.rerank._attributes import attribute_matrix
from recsys_rag.rerank._greedy import Greedy
from recsys_rag.rerank.mmr import Diversity
from rerank.reranking import alike, batch_of, dataset, one_by_one, pools


def selected(made, scores, k, strength):
    found = Greedy([Diversity(made.catalog)]).rerank(
        batch_of(made), pools([scores]), k, {"diversity": np.array([strength])}
    )
    return found.item_indices[0].tolist()


@pytest.mark.parametrize(
    ("strength", "order"),
    [
        (0.4, [0, 1, 2]),  # the second noir: .6 x .8 - .4 x 1 = .08, the farce: 0
        (0.5, [0, 2, 1]),  # .5 x .8 - .5 x 1 = -.1
        (1.0, [0, 2, 1]),
    ],
)
def test_worked_example_a_second_noir_waits_when_it_adds_less_than_the_farce(strength, order):
    made = dataset([("Noir",), ("Noir",), ("Farce",)])
    assert selected(made, [1.0, 0.9, 0.5], 3, strength) == order


def test_another_decade_makes_a_film_of_the_same_genre_less_alike():
    # Like the first: 1 of 3 attributes (genre) for item 1, 2 of 2 for item 2.
    made = dataset([("Noir",), ("Noir",), ("Noir",)], [1941, 1955, 1949])
    assert attribute_matrix(made.catalog).sum(axis=1).tolist() == [2, 2, 2]
    assert selected(made, [1.0, 0.5, 0.5], 2, 0.5) == [0, 1]
    assert selected(made, [1.0, 0.4, 0.5], 2, 1.0) == [0, 1]


def test_an_unknown_year_is_no_decade_that_items_share():
    made = dataset([("Noir",), (), ()], [0, 0, 1990])
    assert attribute_matrix(made.catalog).astype(int).tolist() == [[1, 0], [0, 0], [0, 1]]


@given(
    st.lists(st.sets(st.sampled_from(["A", "B", "C"])), min_size=2, max_size=8),
    st.integers(0, 10_000),
    st.sampled_from([0.1, 0.37, 0.5, 0.9, 1.0]),
)
def test_it_equals_the_definition_followed_one_item_at_a_time(genres, seed, strength):
    rng = np.random.default_rng(seed)
    years = [int(year) for year in rng.choice([0, 1985, 1991, 1999], len(genres))]
    sets = [
        one | ({str(year // 10)} if year else set())
        for one, year in zip(genres, years, strict=True)
    ]
    scores = np.sort(rng.normal(size=len(genres)).astype(np.float32).astype(float))[::-1].tolist()

    def value(taken, place):
        return -max(
            (np.float32(alike(sets[place], sets[one])) for one in taken), default=np.float32(0)
        )

    expected = one_by_one(scores, len(genres), strength, value)
    assert (
        selected(dataset([sorted(one) for one in genres], years), scores, len(genres), strength)
        == expected
    )
