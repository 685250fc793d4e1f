"""What was understood is a value that can be added to and taken back."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.testing._films import made_up_catalog
from recsys_rag.types import Understanding
from recsys_rag.understand._readings import telling
from recsys_rag.understand._tokens import Words
from recsys_rag.understand._understander import Understander

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


# --- what the words of a text tell ---------------------------------------------------------------


HEIST = Understanding(traits=(("themes", ("heist",)),))


def _told(*parts: tuple[Understanding, str]) -> Understanding:
    whole = Understanding()
    for part, words in parts:
        whole = whole.merged(replace(part, told=((part, words),)))
    return whole


def test_what_tells_is_kept_in_the_words_it_was_asked_for_in() -> None:
    text = Understanding(text="in the rain")
    both = _told((HEIST, "a big heist"), (text, "in the rain"))
    assert both.telling == "a big heist in the rain"
    assert both.without(HEIST).telling == "in the rain"
    assert both.without(text).telling == "a big heist"
    assert both.merged(Understanding(genres=("Drama",))).telling == both.telling


def test_what_is_refused_later_tells_no_more() -> None:
    later = Understanding(excluded_traits=HEIST.traits)
    assert _told((HEIST, "a big heist")).merged(later).telling == ""


def test_what_is_searched_for_tells_even_where_nothing_says_so() -> None:
    both = Understanding(text="heist").merged(Understanding(text="gone wrong"))
    assert both.telling == "heist gone wrong"
    assert _told((HEIST, "a big heist")).merged(both).telling == "a big heist heist gone wrong"


@given(understandings(), understandings(half=1))
def test_all_that_is_searched_for_is_told(first: Understanding, second: Understanding) -> None:
    assert first.text in first.merged(second).telling


def test_a_reader_says_what_tells_but_no_years_people_and_refusals() -> None:
    name = CATALOG.metadata["director"][0][0]
    words = f"a drama from the 1990s by {name} about a glass harbor, no war"
    understood = READER.understand(words)
    assert "drama" in understood.telling
    assert "glass harbor" in understood.telling
    for word in ("1990s", name, "war"):
        assert word not in understood.telling


def test_what_lies_within_a_longer_text_is_told_once() -> None:
    words = Words("a heist gone wrong by night")
    text = Understanding(text="heist gone wrong")
    told = telling(words, [(1, 2, HEIST), (1, 4, text), (2, 3, HEIST), (5, 6, HEIST)])
    assert [said for _, said in told] == ["heist gone wrong", "night"]
