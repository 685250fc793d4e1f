"""The nouns: what was understood is a value that can be added to and taken back."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.errors import QueryError
from recsys_rag.testing.films import made_up_catalog
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
from recsys_rag.understand.understander import Understander

CATALOG = made_up_catalog()
READER = Understander(CATALOG)
NOTHING = Understanding()
GENRES = CATALOG.genre_names
PEOPLE = tuple(sorted({name for cell in CATALOG.metadata["director"] for name in cell}))
ITEMS = tuple(range(len(CATALOG)))


def some(values: tuple, most: int = 2) -> st.SearchStrategy[tuple]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


span = st.tuples(st.integers(1950, 1980), st.integers(1980, 2005))


@st.composite
def understandings(draw: st.DrawFn, half: int = 0, singles: bool = True) -> Understanding:
    """An understanding out of one half of everything; the halves share no value."""

    def mine(values: tuple) -> tuple:
        return values[half::2]

    genres = draw(some(mine(GENRES), 4))
    people = draw(some(mine(PEOPLE), 3))
    wanted = Understanding(
        genres=genres[:2],
        any_genre=draw(st.booleans()) and bool(genres),
        excluded_genres=genres[2:],
        people=people[:2],
        any_person=draw(st.booleans()) and bool(people),
        roles=tuple((name, "director") for name in people[:1] if draw(st.booleans())),
        excluded_people=people[2:],
        unlike_items=draw(some(mine(ITEMS))),
        text=" ".join(draw(some(mine(("dark", "slow", "funny", "sad"))))),
        not_understood=draw(some(mine(("foo", "bar")), 1)),
    )
    if not singles:
        return wanted
    return replace(
        wanted,
        years=draw(st.none() | span),
        excluded_years=draw(st.none() | span),
        min_runtime=draw(st.none() | st.integers(80, 100)),
        max_runtime=draw(st.none() | st.integers(100, 160)),
        popularity=draw(st.sampled_from((-1, 0, 1))),
        either=draw(st.just(()) | some((Understanding(("Drama",)), Understanding(("Crime",))))),
        neither=draw(
            some((Understanding(("War",), years=(1960, 1969)), Understanding(("Horror",))))
        ),
    )


def allowed(understanding: Understanding) -> list[bool]:
    return READER.allowed(understanding).tolist()


@given(understandings())
def test_an_understanding_merged_with_itself_or_with_nothing_is_itself(
    understanding: Understanding,
) -> None:
    assert understanding.merged(understanding) == understanding
    assert understanding.merged(NOTHING) == understanding
    assert NOTHING.merged(understanding) == understanding


@given(understandings())
def test_what_is_taken_back_from_itself_is_nothing(understanding: Understanding) -> None:
    assert understanding.without(understanding) == NOTHING
    assert understanding.without(NOTHING) == understanding
    assert NOTHING.without(understanding) == NOTHING


def _share_a_choice(first: Understanding, second: Understanding) -> bool:
    return bool(
        (first.genres and second.genres and (first.any_genre or second.any_genre))
        or (first.people and second.people and (first.any_person or second.any_person))
    )


@given(understandings(0), understandings(1, singles=False))
def test_what_was_merged_can_be_taken_back(before: Understanding, added: Understanding) -> None:
    if not _share_a_choice(before, added):
        assert before.merged(added).without(added) == before
        assert added.merged(before).without(before) == added


@given(understandings(0), understandings(1, singles=False))
def test_merged_allows_what_both_allow_in_either_order(
    first: Understanding, second: Understanding
) -> None:
    both = (np.array(allowed(first)) & np.array(allowed(second))).tolist()
    assert allowed(first.merged(second)) == both
    assert allowed(second.merged(first)) == both
    assert allowed(first.merged(second).merged(second)) == both


@given(understandings(0), understandings(0))
def test_the_later_word_on_one_thing_counts(first: Understanding, later: Understanding) -> None:
    merged = first.merged(later)
    for name in ("years", "excluded_years", "min_runtime", "max_runtime", "popularity"):
        assert getattr(merged, name) == (getattr(later, name) or getattr(first, name))
    assert set(later.excluded_genres) <= set(merged.excluded_genres)
    assert set(later.unlike_items) <= set(merged.unlike_items)
    assert not set(merged.genres) & set(merged.excluded_genres)
    assert not set(merged.people) & set(merged.excluded_people)
    assert {person for person, _ in merged.roles} <= set(merged.people)


def test_a_genre_refused_later_is_no_longer_wanted_and_the_other_way_round() -> None:
    wanted, refused = Understanding(genres=("War",)), Understanding(excluded_genres=("War",))
    assert wanted.merged(refused) == refused
    assert refused.merged(wanted) == wanted


def test_a_choice_stays_a_choice_when_more_is_asked_for() -> None:
    choice = Understanding(genres=("Drama", "Crime"), any_genre=True)
    merged = choice.merged(Understanding(genres=("Comedy",)))
    assert merged.genres == ("Comedy",)
    assert merged.either == (Understanding(("Drama",)), Understanding(("Crime",)))
    again = merged.merged(Understanding(genres=("Action", "Romance"), any_genre=True))
    assert [part.genres for part in again.either] == [
        ("Drama", "Action"),
        ("Drama", "Romance"),
        ("Crime", "Action"),
        ("Crime", "Romance"),
    ]


def test_all_of_these_said_after_any_of_these_is_stricter() -> None:
    any_of = Understanding(genres=("Drama", "Crime"), any_genre=True)
    all_of = Understanding(genres=("Drama", "Crime"))
    assert allowed(any_of.merged(all_of)) == allowed(all_of) != allowed(any_of)


@pytest.mark.parametrize(
    ("text", "more", "merged"),
    [
        ("dark", "slow", "dark slow"),
        ("dark slow", "slow", "dark slow"),
        ("ark", "dark", "ark dark"),
    ],
)
def test_words_for_text_retrieval_are_joined_once(text: str, more: str, merged: str) -> None:
    assert Understanding(text=text).merged(Understanding(text=more)).text == merged


def test_words_are_taken_back_whole() -> None:
    assert Understanding(text="darker dark").without(Understanding(text="dark")).text == "darker"
    assert Understanding(text="darker").without(Understanding(text="dark")).text == "darker"


@pytest.mark.parametrize("name", ["dislikes", "exclude", "previous"])
def test_a_query_holds_lists_as_tuples_and_refuses_a_text_for_a_list(name: str) -> None:
    assert getattr(Query(**{name: ["Fargo"]}), name) == ("Fargo",)
    with pytest.raises(QueryError, match=f"{name} is one text, 'Fargo'; give a list of texts"):
        Query(**{name: "Fargo"})


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
    assert resolved.held_back == {2, 4, 7}


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
