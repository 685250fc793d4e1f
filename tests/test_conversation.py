"""A conversation as a value, on a catalog small enough to work out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from recsys_rag.conversation import Conversation, Critique, turn, which_of
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.types import Understanding
from recsys_rag.understand._understander import Understander
from waiting import processor_seconds

CATALOG = Catalog(
    items=Vocabulary(tuple("abcde")),
    titles=("Alpha", "Bravo", "Carol", "Delta", "Echo"),
    years=np.array([1980, 1985, 1990, 1995, 1998], np.int32),
    genres=(("Drama",), ("Comedy",), ("War",), ("Drama",), ("Comedy", "War")),
    runtimes=np.array([90, 100, 120, 0, 150], np.int32),
    metadata={"director": (("Kit Osei",), (), (), (), ())},
    attributes={"violence": np.array([0, 1, 3, 2, np.nan]), "sadness": np.array([0, 1, 2, 3, 3.0])},
)
READER = Understander(CATALOG)
SHOWN = Conversation().shown((2, 3, 0))


def after(*messages: str, of: Conversation = SHOWN) -> Conversation:
    for message in messages:
        of = turn(of, message, CATALOG, READER.understand)
    return of


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("less violent", Understanding(levels=(("violence", 0, 1),))),  # the mean is 5/3
        ("less violent than 2", Understanding(levels=(("violence", 0, 1),))),
        ("more violent than the third", Understanding(levels=(("violence", 1, 3),))),
        ("something lighter", Understanding(levels=(("sadness", 0, 1),))),
        ("newer", Understanding(years=(1991, 1998))),
        ("older than 1", Understanding(years=(1980, 1989))),
        ("shorter", Understanding(max_runtime=104)),  # 90 and 120 are known
        ("longer than 3", Understanding(min_runtime=91)),
        ("funnier", Understanding(genres=("Comedy",))),
        ("more like 2", Understanding(like_items=(3,))),
        ("more like 1, but shorter", Understanding(like_items=(2,), max_runtime=104)),
        ("better known", Understanding(popularity=1)),
        ("no war", Understanding(excluded_genres=("War",))),
        # a complaint about the list
        ("these are a bit old", Understanding(years=(1991, 1998))),
        ("those are too long", Understanding(max_runtime=104)),
        ("too violent for me", Understanding(levels=(("violence", 0, 1),))),
        # a number of the list is no length, and a refusal no complaint
        ("not longer than 2 hours", Understanding(max_runtime=120)),
        ("like the second one", Understanding(like_items=(3,))),
        # capitals are kept: a title behind a critique
        ("newer, like Echo", Understanding(years=(1991, 1998), like_items=(4,))),
    ],
)
def test_a_critique_moves_along_a_fact(message: str, asks: Understanding) -> None:
    (critique,) = after(message).critiques
    assert critique.asks == asks


@pytest.mark.parametrize(
    ("message", "level"),
    # between mild and clear, where the notes say of no film of the list how violent it is
    [("less violent", ("violence", 0, 1)), ("more violent", ("violence", 2, 3))],
)
def test_what_is_known_of_nothing_in_the_list_is_taken_for_the_middle(
    message: str, level: tuple[str, int, int]
) -> None:
    said = after(message, of=Conversation().shown((4,)))
    assert said.words == Understanding(levels=(level,))


def test_what_is_said_of_items_is_kept_and_they_do_not_come_again() -> None:
    said = after("seen 1 and 3, loved 3", "not 2")
    assert said.ratings == {0: 1.0}
    assert set(said.out) == {0, 2, 3}


@pytest.mark.parametrize(
    ("message", "ratings", "seen"),
    [
        ("I love 3", {0: 1.0}, ()),
        ("2 was fun, 3 not so much", {3: 1.0, 0: 0.0}, ()),
        ("number two is my favorite", {3: 1.0}, ()),
        ("we saw 1 last week and didn't like it", {2: 0.0}, (2,)),
        ("seen 1 yesterday", {}, (2,)),
    ],
)
def test_opinions_are_read_in_the_words_of_the_day(
    message: str, ratings: dict[int, float], seen: tuple[int, ...]
) -> None:
    (critique,) = after(message).critiques
    assert (critique.ratings, critique.seen) == (ratings, seen)


@pytest.mark.parametrize("message", ["seen 90s films", "more like 80s films", "seen 12 Monkeys"])
def test_years_and_titles_are_no_numbers_of_the_list(message: str) -> None:
    said = after(message)
    assert not said.out
    assert "say which by its number" not in said.reply


@pytest.mark.parametrize("message", ["newer than 9", "shorter than 9", "less violent than 9"])
def test_what_points_beyond_the_list_moves_nothing(message: str) -> None:
    said = after(message)
    assert said.critiques == ()
    assert said.reply == "the list has 3 items; say which by its number"


def test_a_contradiction_of_moves_is_said() -> None:
    said = after("newer than 1 and older than 1")
    assert said.reply == "nothing is older than that"
    assert said.words.years == (1991, 1998)


def test_ten_thousand_characters_take_no_time_of_their_square() -> None:
    texts = ("1, 2, 3, " * 1100, "seen 1 and " * 900, "that " * 2000, "too " * 2500, "x" * 10_000)
    assert processor_seconds(lambda: [after(text) for text in texts]) < 10


def test_one_thing_of_a_message_is_taken_back_and_the_rest_holds() -> None:
    said = after("seen 1, no war, newer than 3")
    (critique,) = said.critiques
    ids = {part.asks or part.seen: part.critique_id for part in critique.parts}
    left = said.without(ids[Understanding(excluded_genres=("War",))])
    assert left.words == Understanding(years=(1981, 1998))
    assert left.out == (2,)
    while said.critiques:  # the first that is left has the first number
        n_parts = len(said.critiques[0].parts)
        said = said.without(said.critiques[0].parts[0].critique_id)
        assert [len(one.parts) for one in said.critiques] == [n_parts - 1] * (n_parts > 1)


def test_each_single_thing_of_a_message_can_be_taken_back() -> None:
    critique = Critique(
        7, "", Understanding(genres=("War",), max_runtime=90), {0: 1.0, 1: 0.0}, (2, 3), (4,)
    )
    parts = critique.parts
    assert [part.critique_id for part in parts] == list(range(7000, 7007))
    things = [part.asks.genres or part.asks.max_runtime for part in parts]
    assert things == [("War",), 90, *[None] * 5]
    assert [(dict(part.ratings), part.seen, part.refused) for part in parts[2:]] == [
        ({0: 1.0}, (), ()),
        ({1: 0.0}, (), ()),
        ({}, (2,), ()),
        ({}, (3,), ()),
        ({}, (), (4,)),
    ]
    for part in parts:
        critique = critique.without(part)
    assert critique == Critique(7, "")


@pytest.mark.parametrize(
    ("message", "n_left"),
    [
        ("can you go back to the previous list?", 1),
        ("undo that", 1),
        ("forget all that, let's start over", 0),
        ("please start again", 0),
    ],
)
def test_control_is_read_in_a_sentence(message: str, n_left: int) -> None:
    assert len(after("no war", "newer", message).critiques) == n_left


def test_turns_add_up_and_are_taken_back() -> None:
    said = after("dramas", "newer", "shorter")
    assert said.words == Understanding(genres=("Drama",), years=(1991, 1998), max_runtime=104)
    back = after("back", of=said)
    assert back.words == Understanding(genres=("Drama",), years=(1991, 1998))
    assert said.without(1).words == Understanding(years=(1991, 1998), max_runtime=104)
    over = after("start over", of=said)
    assert (over.critiques, over.lists) == ((), said.lists)


def test_the_same_messages_make_the_same_conversation() -> None:
    assert after("dramas", "newer") == after("dramas", "newer")


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("who directed 3?", "Alpha (1980): Kit Osei"),
        ("who directed 1?", "Carol (1990): the catalog does not say"),
        ("how long is 1?", "Carol (1990): 120 minutes"),
        ("is the first violent?", "Carol (1990): violence: strong"),
        ("what is 9 about?", "the list has 3 items; say which by its number"),
        ("who directed it?", "the list has 3 items; say which by its number"),
    ],
)
def test_questions_are_answered_from_the_catalog_and_change_nothing(
    question: str, reply: str
) -> None:
    asked = after(question)
    assert asked.reply == reply
    assert asked.critiques == ()


def test_it_is_what_was_named_last() -> None:
    assert after("who directed 3?", "how long is it?").reply == "Alpha (1980): 90 minutes"


def test_it_is_what_was_named_in_the_same_message_before_what_was_named_earlier() -> None:
    said = after("newer than 2", "seen 1, loved it")
    first = SHOWN.lists[-1][0]
    assert said.critiques[-1].seen == (first,)
    assert dict(said.critiques[-1].ratings) == {first: 1.0}


def test_what_cannot_be_or_points_nowhere_is_said_and_changes_nothing() -> None:
    mild = Conversation().shown((0,))
    assert after("less violent", of=mild).reply == "violence cannot be less than that"
    assert after("not 7").reply == "the list has 3 items; say which by its number"
    assert after("older", of=Conversation().shown((0,))).reply == "nothing is older than that"
    plain = replace(CATALOG, attributes={})
    said = turn(SHOWN, "less violent", plain, Understander(plain).understand)
    assert said.reply == "the catalog does not say how much violence a film has"
    for conversation in (after("less violent", of=mild), after("not 7"), said):
        assert conversation.critiques == ()


def test_a_list_of_one_item_is_told_in_the_singular() -> None:
    assert which_of(1) == "the list has 1 item; say which by its number"
    assert which_of(0) == "the list has 0 items; say which by its number"
