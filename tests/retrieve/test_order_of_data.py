"""The order in which a source names people and items is nobody's taste: no bit of a score depends
on it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_rag.data._order import reordered
from recsys_rag.retrieve._recent import Recent
from recsys_rag.retrieve.ease import EASE
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.retrieve.slit import SLIT
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import made_up_movies

MOVIES = made_up_movies()
MAKERS = {
    "ease": EASE,
    "ease that weighs by numbers which are not whole": lambda: EASE(
        attribute_weight=0.7, order_weight=1.3
    ),
    "ease of near items": lambda: EASE(dense_items=0, neighbors=7),
    "ease as published": lambda: EASE(
        user_power=0, attribute_weight=0, order_weight=0, diagonal_power=1
    ),
    "popularity": Popularity,
    "recent": Recent,
    "slit": SLIT,
}


@pytest.mark.parametrize("name", MAKERS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=10)
def test_no_bit_of_a_score_depends_on_the_order_of_people_or_items(name, seed):
    rng = np.random.default_rng(seed)
    people, items = rng.permutation(MOVIES.n_users), rng.permutation(MOVIES.n_items)
    others = reordered(MOVIES, people, items)
    assert others.content_hash == MOVIES.content_hash
    plain = MAKERS[name]().fit(MOVIES).score(batch_of(MOVIES))
    again = MAKERS[name]().fit(others).score(batch_of(others))
    assert (again == plain[np.ix_(people, items)]).all()
