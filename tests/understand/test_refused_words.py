"""What is refused in words of its own, and what items are typical of their genres."""

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.understand._typical import Typicality
from recsys_rag.understand._understander import Understander
from understand.lettered import fitting, lettered

CATALOG = lettered(
    (
        ("Horror",),
        ("Horror", "Comedy"),
        ("War", "Drama"),
        ("War", "Sci-Fi", "Action"),
        ("Sci-Fi", "Action"),
        ("Drama",),
    ),
    metadata={
        "keywords": (
            ("slasher", "dark suits"),
            ("vampires",),
            ("Vietnam veteran",),
            ("black market", "rock and roll"),
            ("black and white",),
            ("Stephen King", "true love"),
        )
    },
    attributes={
        "place": ((), (), ("Vietnam and Cambodia",), (), (), ("Maine",)),
        "themes": ((), ("supernatural",), ("war",), ("space",), ("space",), ("war",)),
        "search_phrases": ((), (), (), (), ("an adopted child dies",), ("takes care",)),
    },
)
READER = Understander(CATALOG)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("horror, no vampires", "A"),
        ("horror without a vampire", "A"),
        ("horror, no slashers", "B"),
        ("a war film, not Vietnam", "D"),
        ("no vampires or slashers", "CDEF"),
        ("nothing in black and white", "ABCDF"),
        ("no rock and roll", "ABCEF"),
        ("no Stephen King", "ABCDE"),
        ("no kings", "ABCDEF"),
        ("nothing dark", "ABCDEF"),
        ("nothing in Maine", "ABCDE"),
        ("nothing where a child dies", "ABCDF"),
        ("no care", "ABCDEF"),  # one word of a search phrase says too little
        ("I can't stand love stories", "ABCDEF"),
    ],
)
def test_what_is_refused_is_held_against_keywords_and_places(words: str, titles: str) -> None:
    assert fitting(words, READER) == titles


def test_what_no_item_has_is_told_not_to_be_understood() -> None:
    assert READER.understand("horror, no unicorns").not_understood == ("not unicorns",)


def test_a_slasher_that_is_wanted_is_horror_and_one_that_is_refused_is_not_all_horror() -> None:
    assert READER.understand("a slasher").genres == ("Horror",)
    assert READER.understand("no slashers").excluded_genres == ()


def test_an_item_is_the_more_typical_of_a_genre_the_more_it_has_of_what_goes_with_it() -> None:
    genres = (*[("War", "Drama")] * 4, ("War", "Sci-Fi"), *[("Sci-Fi",)] * 4, ("Drama",))
    themes = (*[("war",)] * 3, (), ("space",), *[("space",)] * 4, ("family",))
    catalog = Catalog(
        items=Vocabulary(tuple("abcdefghij")),
        titles=tuple("ABCDEFGHIJ"),
        years=np.zeros(10, np.int32),
        genres=genres,
        attributes={"themes": themes},
    )
    war = Typicality(catalog).of(("War",))
    assert war.dtype == np.float32
    assert war[0] == war[1] == war[2] > war[3] > war[4] > 0
    assert (war[5:] == 0).all()


def test_an_item_of_one_genre_is_more_typical_of_it_than_one_of_several() -> None:
    genres = (*[("Drama",)] * 2, *[("Drama", "Comedy")] * 2, *[("Comedy",)] * 6)
    catalog = Catalog(
        items=Vocabulary(tuple("abcdefghij")),
        titles=tuple("ABCDEFGHIJ"),
        years=np.zeros(10, np.int32),
        genres=genres,
    )
    # of four places, the first two share the upper half; the others have a genre beside
    expected = [0.75, 0.75, 0.25 / np.sqrt(2), 0.25 / np.sqrt(2), *[0.0] * 6]
    np.testing.assert_allclose(Typicality(catalog).of(("Drama",)), expected, rtol=1e-6)


def test_of_two_genres_the_mean_counts_and_of_none_nothing() -> None:
    typical = Typicality(CATALOG)
    both = (typical.of(("War",)) + typical.of(("Drama",))) / 2
    np.testing.assert_allclose(typical.of(("War", "Drama")), both, rtol=1e-6)
    assert not typical.of(()).any()
    assert not typical.of(("Western",)).any()
