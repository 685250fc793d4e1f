"""Where an item comes from, its language and its age rating: read by the values of one catalog."""

from dataclasses import replace

import pytest

from recsys_rag.understand._understander import Understander
from understand.lettered import fitting, lettered

CATALOG = lettered(
    (("Comedy",), ("Drama",), ("Comedy",), ("Crime",), ("Horror",), ("Drama",)),
    metadata={
        "language": (
            ("English",),
            ("French",),
            ("Italian",),
            ("English",),
            ("French",),
            ("English",),
        ),
        "director": (("Denise French",), (), (), (), (), ()),
    },
    attributes={
        "country": (("US",), ("France",), ("Italy",), ("UK",), ("Belgium",), ("Hong Kong",)),
        "certificate": (("G",), ("PG",), ("PG-13",), ("R",), ("NC-17",), ()),
    },
)
READER = Understander(CATALOG)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("a French film", "BE"),
        ("french", "BE"),
        ("French drama", "B"),
        ("something in French", "BE"),
        ("french language films", "BE"),
        ("French-speaking horror", "E"),
        ("from France", "B"),
        ("made in Italy", "C"),
        ("a film from Hong Kong", "F"),
        ("hong kong movies", "F"),
        ("french or italian", "BCE"),
        ("french or british", "BD"),  # what both have is a country
        ("British crime", "D"),
        ("American comedies", "A"),
        ("hollywood movies", "A"),
        ("foreign films", "BCE"),
        ("foreign language drama, not french", ""),
        ("not in English", "BCE"),
        ("not american", "BCDEF"),
        ("nothing French", "ACDF"),
        ("no italian films", "ABDEF"),
        ("European comedies", "C"),
        ("the French Revolution", "ABCDEF"),
        ("a drama about a French teacher", "BF"),
        ("about the French", "ABCDEF"),
        ("a film in French", "BE"),
        ("a film in French Polynesia", "ABCDEF"),
        ("directed by Denise French", "A"),
    ],
)
def test_languages_and_countries_are_held_against_the_catalog(words: str, titles: str) -> None:
    assert fitting(words, READER) == titles


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("rated PG", "B"),
        ("a PG rated film", "B"),
        ("PG-13", "C"),
        ("an R-rated comedy", ""),
        ("PG-13 or milder", "ABC"),
        ("nothing above PG", "AB"),
        ("at most PG-13", "ABC"),
        ("nothing R-rated", "ABC"),
        ("no NC-17 rated films", "ABCD"),
        ("milder than R", "ABC"),
        ("no PG films", "ACDEF"),
        ("no G-rated films", "BCDEF"),
        ("nothing PG-13", "AB"),
        ("nothing rated R", "ABC"),
        ("on pg 5", "ABCDEF"),
        ("no swearing", "AB"),
        ("they hate bad language", "AB"),
        ("a film about swearing", "ABCDEF"),
    ],
)
def test_age_ratings_are_steps_of_a_ladder(words: str, titles: str) -> None:
    assert fitting(words, READER) == titles


def test_a_nation_that_no_item_is_of_is_told() -> None:
    understood = READER.understand("a Korean comedy")
    assert understood.remarks == ("no film here is known to be Korean",)
    assert READER.understand("nothing Korean").remarks == ()
    assert fitting("korean comedies", READER) == "AC"


def test_each_word_of_a_choice_takes_back_the_whole_choice() -> None:
    understood = READER.understand("french or italian")
    (reading,) = understood.readings
    assert len(reading.spans) == 2
    assert understood.without(reading.part).traits == ()


def test_without_the_columns_the_words_are_searched_for() -> None:
    bare = Understander(replace(CATALOG, metadata={}, attributes={}))
    assert bare.understand("a French film").text == "French"
    assert bare.understand("a PG rated film").remarks == (
        "the catalog does not say which age rating it has",
    )


def test_another_catalog_may_write_codes_and_name_its_columns_otherwise() -> None:
    codes = (("en",), ("fr",), ("it",), ("en",), ("fr",), ("en",))
    reader = Understander(replace(CATALOG, metadata={"original_language": codes}, attributes={}))
    assert fitting("french or italian films", reader) == "BCE"
    assert fitting("foreign films", reader) == "BCE"


@pytest.mark.parametrize("words", ["American films", "nothing American", "British films"])
def test_what_no_column_could_tell_is_not_said_to_be_nowhere(words: str) -> None:
    codes = (("en",), ("fr",), ("it",), ("en",), ("fr",), ("en",))
    reader = Understander(replace(CATALOG, metadata={"language": codes}, attributes={}))
    understood = reader.understand(words)
    assert understood.text or understood.not_understood
    assert not [told for told in understood.remarks if "known to be" in told]
