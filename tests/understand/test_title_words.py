"""Which titles are meant as examples, which only stand there, and which are not known."""

from dataclasses import replace

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.types import Understanding
from recsys_rag.understand._understander import Understander

_TITLES = {
    "Copperlight": 1990,
    "The Salt Ledger": 1991,
    "Twelve Lanterns": 1992,
    "Vanmoor": 1980,
    "Vanmoor ": 1999,  # the same title once more
    "Winter": 1993,
    "Marrowgate: The Long Return": 1994,
    "Scary Comedy": 1995,
    "Ostrava II": 1996,
}
_CATALOG = Catalog(
    Vocabulary(tuple(map(str, range(len(_TITLES))))),
    tuple(title.strip() for title in _TITLES),
    np.array(list(_TITLES.values()), np.int32),
    (("Comedy",), ("Horror",), *[("Drama",)] * (len(_TITLES) - 2)),
)
_UNDERSTANDER = Understander(_CATALOG)


def _understood(text: str) -> Understanding:
    return _UNDERSTANDER.understand(text)


def _named(items: tuple[int, ...]) -> list[str]:
    return [_CATALOG.name(item) for item in items]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("like Copperlight", ["Copperlight (1990)"]),
        ("films like copperlight", ["Copperlight (1990)"]),
        ("similar to The Salt Ledger", ["The Salt Ledger (1991)"]),
        ("similar films to the salt ledger", ["The Salt Ledger (1991)"]),
        ("like salt ledger", ["The Salt Ledger (1991)"]),
        ("like Ledger, Salt", []),
        ("like 12 lanterns", ["Twelve Lanterns (1992)"]),
        ("like Ostrava 2", ["Ostrava II (1996)"]),
        ("like Marrowgate", ["Marrowgate: The Long Return (1994)"]),
        ("like Coperlight", ["Copperlight (1990)"]),
        ("like the salt leger", ["The Salt Ledger (1991)"]),
        ("like Vanmoor", ["Vanmoor (1999)"]),  # the most recent
        ("like Vanmoor (1980)", ["Vanmoor (1980)"]),
        ("like Vanmoor, 1980", ["Vanmoor (1980)"]),
        ("like Vanmoor 1980", ["Vanmoor (1980)"]),
        ("like Copperlight and Vanmoor", ["Copperlight (1990)", "Vanmoor (1999)"]),
        ("like Copperlight, Vanmoor", ["Copperlight (1990)", "Vanmoor (1999)"]),
        ("films like copperlight and vanmoor", ["Copperlight (1990)", "Vanmoor (1999)"]),
        ("films like copperlight or winter", ["Copperlight (1990)", "Winter (1993)"]),
        ("films like copperlight and winter sports", ["Copperlight (1990)"]),
        ("like Copperlight, The Salt Ledger", ["Copperlight (1990)", "The Salt Ledger (1991)"]),
        ("like Salt Ledger, The", ["The Salt Ledger (1991)"]),
        ("like Nobody Knows, Copperlight", ["Copperlight (1990)"]),
        ("like Nobody Knows and Copperlight", ["Copperlight (1990)"]),
        ("in the style of Copperlight", ["Copperlight (1990)"]),
        ("as tense as Copperlight", ["Copperlight (1990)"]),
        ("my favourite film is Copperlight", ["Copperlight (1990)"]),
        ("I loved Copperlight", ["Copperlight (1990)"]),
        ("I loved coperlight", []),  # not sure enough for a slip
        ("a film called Copperlight", ["Copperlight (1990)"]),
        ("Copperlight-style drama", ["Copperlight (1990)"]),
        ("Copperlight but funny", ["Copperlight (1990)"]),
        ("Copperlight meets Vanmoor", ["Copperlight (1990)", "Vanmoor (1999)"]),
        ("if Copperlight and Vanmoor had a baby", ["Copperlight (1990)", "Vanmoor (1999)"]),
        ("Copperlight was great", ["Copperlight (1990)"]),
        ("coperlight was really good", ["Copperlight (1990)"]),
        ("Copperlight scared us", ["Copperlight (1990)"]),
        (
            "Coperlight, the salt ledger, that sort of thing",
            ["Copperlight (1990)", "The Salt Ledger (1991)"],
        ),
        ("I like winter", []),  # a word of the language
        ("I like Winter", ["Winter (1993)"]),
        ("like a scary comedy", []),  # genres
        ("it feels like Copperlight", ["Copperlight (1990)"]),
        ("I would like Copperlight", ["Copperlight (1990)"]),
        ("the salt ledger", ["The Salt Ledger (1991)"]),
        ("I put the salt ledger away", []),
        ("Vanmoor is my comfort film. What else?", ["Vanmoor (1999)"]),
        ("just finished Vanmoor and The Salt Ledger", ["Vanmoor (1999)", "The Salt Ledger (1991)"]),
        ("my ex loved Vanmoor", []),
        ("everybody raves about Vanmoor. comedies?", []),
        ("Vanmoor bored me. Copperlight: 9/10", ["Copperlight (1990)"]),
    ],
)
def test_a_title_is_an_example_where_the_words_around_it_say_so(
    text: str, names: list[str]
) -> None:
    assert _named(_understood(text).like_items) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("unlike Copperlight", ["Copperlight (1990)"]),
        ("not like Copperlight", ["Copperlight (1990)"]),
        ("dramas but not copperlight", ["Copperlight (1990)"]),
        ("dramas except copperlight", ["Copperlight (1990)"]),
        ("dramas, not Copperlight", ["Copperlight (1990)"]),
        ("dramas, no copperlight lamps", []),
        ("nothing like Copperlight or Vanmoor", ["Copperlight (1990)", "Vanmoor (1999)"]),
        ("Copperlight bored me", ["Copperlight (1990)"]),
        ("Saw Copperlight yesterday. Never again.", ["Copperlight (1990)"]),
        ("I know everybody loves Vanmoor but it put me to sleep", ["Vanmoor (1999)"]),
        ("Copperlight: 2 stars", ["Copperlight (1990)"]),
        ("Vanmoor I didn't enjoy", ["Vanmoor (1999)"]),
    ],
)
def test_a_refused_title_is_not_wanted(text: str, names: list[str]) -> None:
    understood = _understood(text)
    assert _named(understood.unlike_items) == names
    assert understood.like_items == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("like Blorbexia", ("like Blorbexia",)),
        ("films like blorbexia", ("like blorbexia",)),
        ("similar to Blorbexia but funny", ("like Blorbexia",)),
        ("I like blorbexia", ()),  # may be a thing
        ("something like a dream", ()),
        ("anything like the blorbexia", ("like the blorbexia",)),
    ],
)
def test_a_title_that_the_catalog_lacks_is_told(text: str, said: tuple[str, ...]) -> None:
    assert _understood(text).not_understood == said


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("like Copperlight (2023)", None),  # a wrong year behind a title is no wish
        ("like Copperlight, 1990 or later", (1990, 1999)),
        ("like Copperlight from 1992", (1992, 1992)),
        ("like Copperlight, 1995", (1995, 1995)),
    ],
)
def test_a_year_in_brackets_behind_a_title_belongs_to_it(
    text: str, years: tuple[int, int] | None
) -> None:
    understood = _understood(text)
    assert _named(understood.like_items) == ["Copperlight (1990)"]
    assert understood.years == years


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a drama, but not vanmoor or winter", ["Vanmoor (1999)", "Winter (1993)"]),
        (
            "a drama, not copperlight or twelve lanterns",
            ["Copperlight (1990)", "Twelve Lanterns (1992)"],
        ),
        ("a drama except copperlight, seen it too many times", ["Copperlight (1990)"]),
        ("a drama, not winter", []),  # a season, as likely as not
        ("a drama, not twelve lanterns", ["Twelve Lanterns (1992)"]),  # two words are no season
        ("no twelve lanterns please", ["Twelve Lanterns (1992)"]),
        ("anything but the salt ledger", ["The Salt Ledger (1991)"]),
        ("We'd love a drama tonight, just not Copperlight", ["Copperlight (1990)"]),
        ("I'd love a drama, just not the Salt Ledger", ["The Salt Ledger (1991)"]),
    ],
)
def test_titles_that_are_refused_are_not_what_is_liked(text: str, names: list[str]) -> None:
    understood = _understood(text)
    assert _named(understood.unlike_items) == names
    assert not understood.like_items


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("salt ledger but with more jokes", ["The Salt Ledger (1991)"]),
        ("twelve lanterns only funnier", ["Twelve Lanterns (1992)"]),
        ("Winter without the snow", ["Winter (1993)"]),
        ("copperlight but with more snow", ["Copperlight (1990)"]),
        ("horror but with more snow", []),
        ("a Winter Olsen film", []),  # the first name of somebody
        ("a Vanmoor kind of film", ["Vanmoor (1999)"]),
    ],
)
def test_a_title_that_a_message_begins_with_is_an_example(text: str, names: list[str]) -> None:
    assert _named(_understood(text).like_items) == names


@pytest.mark.parametrize(
    ("text", "seen", "liked"),
    [
        (
            "like Copperlight, but I've already seen Winter",
            ["Winter (1993)"],
            ["Copperlight (1990)"],
        ),
        (
            "dramas. I've seen Winter and The Salt Ledger",
            ["Winter (1993)", "The Salt Ledger (1991)"],
            [],
        ),
        (
            "dramas. We've seen all the big ones (Winter, Copperlight, Vanmoor)",
            ["Winter (1993)", "Copperlight (1990)", "Vanmoor (1999)"],
            [],
        ),
        (
            "dramas. I've already seen Winter, Copperlight and Vanmoor",
            ["Winter (1993)", "Copperlight (1990)", "Vanmoor (1999)"],
            [],
        ),
        ("I've already seen Winter, something similar", ["Winter (1993)"], ["Winter (1993)"]),
        ("seen Copperlight, want more like it", [], ["Copperlight (1990)"]),
        ("I've seen Copperlight and loved it", [], ["Copperlight (1990)"]),
    ],
)
def test_titles_that_are_only_known_are_neither_examples_nor_disliked(
    text: str, seen: list[str], liked: list[str]
) -> None:
    understood = _understood(text)
    assert _named(understood.seen_items) == seen
    assert _named(understood.like_items) == liked
    assert understood.unlike_items == ()
    assert not _UNDERSTANDER.allowed(understood)[list(understood.seen_items)].any()


def test_what_is_refused_beside_a_title_is_not_searched_for() -> None:
    understood = _understood("no twelve lanterns of any sort of brass")
    assert understood.text == ""
    assert understood.not_understood == ("not twelve lanterns", "not brass")


@pytest.mark.parametrize(
    ("text", "names", "rest"),
    [
        ("coperlight", ["Copperlight (1990)"], ""),
        ("the salt leger", ["The Salt Ledger (1991)"], ""),
        ("twelve lantens but shorter", ["Twelve Lanterns (1992)"], "shorter"),
        ("the salt leger type of movie", ["The Salt Ledger (1991)"], ""),
        ("same as copperlight", ["Copperlight (1990)"], ""),
        ("twelve lantens", ["Twelve Lanterns (1992)"], ""),
        ("copperlights", [], "copperlights"),  # the plural of what the catalog has
        ("the salt leger in lisbon", [], "salt leger in lisbon"),
        ("winter or something like that", ["Winter (1993)"], ""),
        ("copperlight or sth grim like it", ["Copperlight (1990)"], "grim"),
        ("winter kind of movie", ["Winter (1993)"], ""),
        ("Vanmoor kinda film", ["Vanmoor (1999)"], ""),
        ("winter or summer", [], "winter or summer"),
    ],
)
def test_a_title_alone_or_with_something_like_it_is_an_example(
    text: str, names: list[str], rest: str
) -> None:
    understood = _understood(text)
    assert (_named(understood.like_items), understood.text) == (names, rest)


def test_a_story_behind_an_example_keeps_all_its_words() -> None:
    understood = _understood("like Copperlight, but the whole crew must show up")
    assert _named(understood.like_items) == ["Copperlight (1990)"]
    assert understood.text.endswith("crew must show up")


def test_a_word_that_many_films_have_is_no_title_before_a_turn() -> None:
    plots = tuple((f"a {'winter ' * 16}",) for _ in _TITLES)
    wintry = Understander(replace(_CATALOG, metadata={"plot": plots}))
    assert wintry.understand("winter but with more jokes").like_items == ()
    assert _named(_understood("winter but with more jokes").like_items) == ["Winter (1993)"]


def test_titles_that_were_watched_so_many_times_are_examples() -> None:
    understood = _understood("she watched copperlight and winter 1000 times, something like that")
    assert _named(understood.like_items) == ["Copperlight (1990)", "Winter (1993)"]
