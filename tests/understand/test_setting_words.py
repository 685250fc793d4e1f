"""Where and when a story is set: read by the values of one catalog."""

from dataclasses import replace

import pytest

from recsys_rag.understand._understander import Understander
from understand.lettered import fitting, lettered

CATALOG = lettered(
    (("Comedy",), ("Drama",), ("War",), ("Drama",), ("Sci-Fi",), ("Adventure", "Drama")),
    metadata={"actors": (("Denny Washington",), (), (), (), (), ())},
    attributes={
        "place": (
            ("Paris",),
            ("Paris and New York", "Nice"),
            ("Washington, D.C.",),
            ("a village in Wales",),
            ("outer space",),
            ("the Caribbean Sea",),
        ),
        "time": (("1990s",), ("1963",), ("1939 to 1945",), ("1940s",), ("2019",), ("1720",)),
        "themes": ((), (), ("war",), (), ("space",), ("adventure",)),
    },
)
READER = Understander(CATALOG)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("a comedy set in Paris", "A"),
        ("set in paris", "AB"),
        ("takes place in New York", "B"),
        ("set in Washington", "C"),
        ("with Denny Washington", "A"),
        ("Nice", "B"),
        ("something with nice views", "ABCDEF"),
        ("a drama in Paris", "B"),
        ("set in the Caribbean Sea", "F"),
        ("set in France", "AB"),
        ("set somewhere in Europe", "ABD"),
        ("set in Britain", "D"),
        ("set in Wales", "D"),
        ("set in the Caribbean", "F"),
        ("set in Paris in the 1960s", "B"),
        ("set in the 60s", "B"),
        ("set in 1963", "B"),
        ("during the 1940s", "CD"),
        ("World War II", "C"),
        ("a ww2 film", "C"),
        ("set in the 18th century", "F"),
        ("set in the early 18th century", "F"),
        ("a period piece", "F"),
        ("costume drama", "F"),
        ("set in the future", "E"),
        ("futuristic", "E"),
        ("not set in Paris", "CDEF"),
        ("nothing set in the future", "ABCDF"),
        ("medieval adventure", "F"),  # no time here is of the Middle Ages: the word is searched for
        ("from the 1990s", "ABCDEF"),  # when it was made
    ],
)
def test_places_and_times_of_the_story_are_held_against_the_catalog(
    words: str, titles: str
) -> None:
    assert fitting(words, READER) == titles


def test_where_nothing_is_known_of_settings_the_words_are_searched_for() -> None:
    bare = Understander(replace(CATALOG, attributes={}))
    assert bare.understand("a comedy set in Paris").text == "Paris"


def test_of_many_places_the_one_that_was_said_is_told() -> None:
    places = tuple((f"Paris and {name}",) for name in ("Rome", "Oslo", "Bern", "Lyon", "Nice"))
    catalog = replace(CATALOG, attributes={"place": (("Paris",), *places)})
    reader = Understander(catalog)
    assert reader.describe(reader.understand("set in Paris")) == (
        "place: Paris and 5 more like it",
    )


def test_a_costume_drama_is_a_drama_too_and_a_period_piece_of_any_kind() -> None:
    assert READER.understand("a costume drama").genres == ("Drama",)
    assert READER.understand("a period piece").genres == ()
