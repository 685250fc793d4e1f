"""The nouns check themselves."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from recsys_rag.errors import QueryError
from recsys_rag.types import (
    Candidate,
    Filters,
    Query,
    Rankings,
    Recommendation,
    RecommendedItem,
    ResolvedQuery,
    Understanding,
)


@pytest.mark.parametrize("name", ["dislikes", "exclude", "previous"])
def test_a_query_holds_lists_as_tuples_and_refuses_a_text_for_a_list(name: str) -> None:
    assert getattr(Query(**{name: ["Fargo"]}), name) == ("Fargo",)
    with pytest.raises(QueryError, match=f"{name} is one text, 'Fargo'; give a list of texts"):
        Query(**{name: "Fargo"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"exclude": 3}, r"exclude is 3; give a list, such as \[3\]"),
        ({"likes": 3}, "likes is 3; give a list"),
        ({"dislikes": 3.5}, "dislikes is 3.5; give a list"),
        ({"history": [1, 2]}, r"the history is \[1, 2\]; map ids or titles to ratings"),
        ({"history": np.array([1])}, "the history is array"),
        ({"history": "Fargo"}, "the history is 'Fargo'"),
        ({"words": 5}, "words: 5 is no text"),
        ({"profile": ["comedy"]}, r"profile: \['comedy'\] is no text"),
        ({"k": 2.0}, "k is 2.0; give a whole number"),
        ({"k": "2"}, "k is '2'; give a whole number"),
    ],
)
def test_a_query_of_another_type_is_refused_in_a_sentence(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        Query(**given)


def test_a_cutoff_may_be_of_any_kind_of_whole_number() -> None:
    assert type(Query(k=np.int64(3)).k) is int  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["genres", "excluded_genres", "only"])
def test_filters_refuse_a_text_for_a_list(name: str) -> None:
    assert getattr(Filters(**{name: ["Drama"]}), name) == ("Drama",)
    with pytest.raises(QueryError, match=f"{name} is one text, 'Drama'"):
        Filters(**{name: "Drama"})


def test_rankings_are_cut_by_columns_and_stacked_by_rows() -> None:
    rankings = Rankings(
        np.array([[2, 0, 1], [1, -1, -1]]),
        np.array([["c", "a", "b"], ["b", "", ""]]),
        np.array([[3, 2, 1], [5, np.nan, np.nan]], np.float32),
    )
    assert rankings.columns(slice(2)).item_ids.tolist() == [["c", "a"], ["b", ""]]
    assert rankings.columns(np.array([2, 0])).item_indices.tolist() == [[1, 2], [-1, 1]]
    stacked = Rankings.stacked([rankings, rankings.columns(slice(3))], 3)
    assert stacked.item_indices.tolist() == [[2, 0, 1], [1, -1, -1]] * 2
    assert stacked.scores.dtype == np.float32
    assert Rankings.stacked([], 4).item_ids.shape == (0, 4)


def test_a_resolved_query_knows_its_examples_and_what_is_held_back() -> None:
    resolved = ResolvedQuery(
        Query(),
        np.zeros(0, np.int64),
        np.zeros(0, np.float32),
        disliked=(7,),
        profile=Understanding(like_items=(1,), unlike_items=(2,)),
        words=Understanding(like_items=(3, 1), unlike_items=(4,)),
    )
    assert resolved.examples == {1, 3}
    assert resolved.held_back == {2, 7}  # "like 3, but not 4": 4 is of the kind that is asked for
    refusing = replace(resolved, words=Understanding(unlike_items=(4,)))
    assert refusing.held_back == {2, 4, 7}


def test_a_candidate_without_a_year_is_called_by_its_title() -> None:
    assert Candidate("1", 0, "Fargo", None, (), 1.0).name == "Fargo"
    assert Candidate("1", 0, "Fargo", None, (), 1.0) == Candidate("1", 5, "Fargo", None, (), 1.0)


def test_the_text_of_a_recommendation_is_its_explained_items() -> None:
    items = [
        RecommendedItem(place, Candidate(str(place), 0, title, 1990, (), 1.0), (), text)
        for place, title, text in ((1, "Alpha", "One."), (2, "Bravo", ""), (3, "Carol", "Three."))
    ]
    recommendation = Recommendation(Query(), (), (), tuple(items))
    assert recommendation.text == "Alpha (1990): One.\n\nCarol (1990): Three."
