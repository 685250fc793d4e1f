"""Simulated people: what they say is true, and what was held out is not in the fit."""

from dataclasses import replace

import numpy as np
import pytest

from recsys_rag import Dataset, Recommender
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import AssetError
from recsys_rag.lab.evaluate.simulated import Outcome, _differences, converse, held_out
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies

_CATALOG = Catalog(
    Vocabulary(tuple("abcd")),
    ("Xqa", "Xqb", "Xqc", "Xqd"),
    np.array([1990, 1980, 0, 1995], np.int32),
    (("Drama",), ("Drama", "War"), ("Drama",), ("Comedy",)),
)


def test_a_difference_is_said_where_it_holds_against_most_of_the_list() -> None:
    # of the list: all are dramas, one is a war film, two have a year, and the film is newer
    assert _differences(_CATALOG, [0, 1, 2], 3) == ["a comedy", "no drama", "newer than 1"]
    assert _differences(_CATALOG, [3], 1) == ["no comedy", "a drama", "a war", "older than 1"]


def test_a_mood_a_theme_or_a_feature_is_said_that_less_than_half_of_the_list_has() -> None:
    of_each = {
        "moods": (("gentle",), ("gentle", "epic"), (), ("epic", "gentle")),
        "features": ((), ("samurai",), (), ("samurai",)),
    }
    catalog = replace(_CATALOG, attributes=of_each)
    assert _differences(catalog, [0, 2, 1], 3)[2:4] == ["something epic", "with samurai"]
    assert _differences(catalog, [2], 0)[:1] == ["something gentle"]


def test_the_last_film_that_was_liked_is_held_out() -> None:
    dataset = made_up_movies()
    kept, people = held_out(dataset)
    assert kept.n_ratings == dataset.n_ratings - len(people)
    for person in people:
        user = dataset.user_index(person.user_id)
        items, ratings = dataset.history(person.user_id)
        assert ratings[items == person.target] >= dataset.scale.liked
        assert person.target not in kept.history(person.user_id)[0], user


def test_success_counts_turns_after_the_first_list() -> None:
    outcome = Outcome({"true": [0, 2, None]})
    assert outcome.success("true", 0).tolist() == [True, False, False]
    assert outcome.success("true", 2).tolist() == [True, True, False]


@pytest.mark.acceptance
@pytest.mark.movielens
def test_true_critiques_lead_to_the_film_sooner_than_none_and_random_ones() -> None:
    try:
        kept, people = held_out(Dataset.movielens("100k"))
    except AssetError as error:
        pytest.skip(f"MovieLens 100K is not here: {error}")
    plain = {"retrieve": {"encoder": "none"}, "generate": {"model": "template"}}
    recommender = Recommender(from_mapping(plain | {"fit": {"choose": False}})).fit(kept)
    outcome = converse(recommender, people[::4])
    rates = {name: outcome.success(name, 3).mean() for name in outcome.found_at}
    assert rates["true"] > rates["none"]
    assert rates["true"] > rates["random"]
