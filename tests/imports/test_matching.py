"""Which item a title means, and where that cannot be told."""

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.imports import Entry
from recsys_rag.imports._matching import Matcher

# id, title, year, other titles, IMDb id
_FILMS = [
    ("1", "The Glass Harbor", 1958, (), "tt1"),
    ("2", "The Glass Harbor", 1994, (), "tt2"),
    ("3", "Café Morvane", 1966, ("Das Café am Meer",), "tt3"),
    ("4", "Redline Mesa II: Overdrive", 1987, (), "tt4"),
    ("5", "Star Harbor: Episode IV - A New Tide", 1977, (), "tt5"),
    ("6", "Emma", 1996, (), "tt6"),
    ("7", "Emma", 1996, (), "tt7"),
    ("8", "Les Boys", 1997, (), ""),
    ("9", "Vandrell", 0, (), ""),
    ("10", "What the Marsh Kept", 1986, (), ""),
    ("11", "1917", 2019, (), ""),
    ("12", "Twin", 1990, (), ""),
    ("13", "Twin", 1990, (), ""),
    ("14", "Learn C", 2001, (), ""),
    ("15", "Learn C++", 2001, (), ""),
    ("16", "Convoy of Lanterns", 1963, (), ""),
    ("17", "Convoy of Lantern", 1963, (), ""),
]


def catalog(noun: str = "film", **metadata) -> Catalog:
    return Catalog(
        Vocabulary(tuple(film[0] for film in _FILMS)),
        tuple(film[1] for film in _FILMS),
        np.array([film[2] for film in _FILMS], np.int32),
        ((),) * len(_FILMS),
        tuple(film[3] for film in _FILMS),
        metadata=metadata
        or {"imdb_id": tuple((f"tt{int(film[4][2:]):07d}",) if film[4] else () for film in _FILMS)},
        noun=noun,
    )


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(catalog())


def found(matcher: Matcher, title: str, year: int | None = None, **more):
    match = matcher.match(Entry("watched", title, "x:1", year, **more))
    return match.item_id or match.candidates


@pytest.mark.parametrize(
    ("title", "year", "item_id"),
    [
        ("The Glass Harbor", 1994, "2"),
        ("Glass Harbor, The", 1958, "1"),
        ("GLASS HARBOR", 1958, "1"),
        ("The Glass Harbor (1994)", None, "2"),
        ("Cafe Morvane", 1966, "3"),
        ("CafÃ© Morvane", 1966, "3"),
        ("Das Café am Meer", 1966, "3"),
        ("Café Morvane", 1965, "3"),  # sites differ by a year
        ("Café Morvane", None, "3"),
        ("Redline Mesa 2 - Overdrive", 1987, "4"),
        ("Redline Mesa 2", 1987, "4"),
        ("Redline Mesa: Overdrive", 1987, "4"),
        ("Star Harbor", 1977, "5"),
        ("A New Tide", 1977, "5"),
        ("What teh Marsh Kept", 1986, "10"),
        ("1917", 2019, "11"),
        ("Learn C++", 2001, "15"),
        ("Learn C", 2001, "14"),
        ("Convoy of Lanterns", 1963, "16"),
    ],
)
def test_a_title_is_found_as_it_may_be_written(matcher, title, year, item_id):
    assert found(matcher, title, year) == item_id


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Café Morvane", 1999),  # a remake that the catalog lacks
        ("The Boys", 1998),  # not Les Boys of 1997
        ("Star Harbor: Another", 1977),  # shares a part, goes on differently
        ("Star Harbor", 1978),  # a part counts with its very year only
        ("Redline Mesa 3: Overdrive", 1999),
        ("Twan", 1990),  # too short to tell a slip from another title
        ("", 1990),
    ],
)
def test_another_title_is_not_found(matcher, title, year):
    assert found(matcher, title, year) == ()


@pytest.mark.parametrize(
    ("title", "year", "item_id"),
    [
        ("Les Bays", 1997, ()),  # so short a title with another letter is another title
        ("Cafe Morvene", 1966, "3"),  # a slip in eight letters or more
        ("Cafe Morvnae", 1966, "3"),  # two letters that changed places are one
        ("Cafe Murvene", 1966, ()),  # two in fewer than sixteen
        ("What the Mersh Kapt", 1986, "10"),
        ("What the Mersh Kapd", 1986, ()),  # three are too many in any title
        ("Cafe Morvene", 1967, ()),  # and only in its very year
    ],
)
def test_how_many_slips_a_title_may_have_goes_by_its_length(matcher, title, year, item_id):
    assert found(matcher, title, year) == item_id


def test_what_cannot_be_told_is_ambiguous_and_says_which(matcher):
    assert found(matcher, "Emma", 1996) == ("6", "7")  # two films: they have ids of their own
    assert found(matcher, "The Glass Harbor") == ("1", "2")
    assert found(matcher, "Vandrell", 1979) == ("9",)  # its year is not known
    assert found(matcher, "Convoy of Lanternx", 1963) == ("16", "17")[0:0]  # two are as near


def test_a_film_that_the_catalog_lists_twice_is_one_film(matcher):
    assert found(matcher, "Twin", 1990) == "12"


def test_ids_decide_before_titles(matcher):
    assert found(matcher, "Quite Another", 2020, ids={"imdb": "tt0000007"}) == "7"
    assert found(matcher, "Emma", 1996, ids={"imdb": "tt0000006"}) == "6"
    assert found(matcher, "x", ids={"item": "11"}) == "11"


def test_an_id_that_nothing_here_has_leaves_the_title_to_decide(matcher):
    assert found(matcher, "1917", 2019, ids={"item": "99"}) == "11"
    assert found(matcher, "1917", 2019, ids={"steam": "7"}) == "11"
    assert found(matcher, "Nowhere", 2019, ids={"item": "99"}) == ()


def test_an_item_with_another_id_is_not_meant(matcher):
    entry = Entry("rated", "Café Morvane", "x:1", 1966, ids={"imdb": "tt0099999"})
    match = matcher.match(entry)
    assert (match.item_id, match.how) == (None, "the item of this title has another id")
    # where the item has no id, the title counts
    assert found(matcher, "1917", 2019, ids={"imdb": "tt0099999"}) == "11"


def test_ids_of_two_items_are_ambiguous():
    both = Matcher(
        catalog(imdb_id=(("tt0000001",),) + ((),) * 16, tmdb_id=((), ("5",)) + ((),) * 15)
    )
    assert found(both, "x", ids={"imdb": "tt0000001", "tmdb": "5"}) == ("1", "2")


def test_a_series_means_no_film_of_its_name_but_by_id(matcher):
    assert found(matcher, "Café Morvane", 1966, medium="series") == ()
    assert found(matcher, "Café Morvane", 1966, medium="series", ids={"imdb": "tt0000003"}) == "3"
    assert found(matcher, "Café Morvane", 1966, medium="book") == ()
    assert found(Matcher(catalog("title")), "Café Morvane", 1966, medium="series") == "3"


def test_it_says_why_nothing_was_found(matcher):
    def why(*args, **more):
        return matcher.match(Entry("watched", *args, **more)).how

    assert why("Nowhere", "x", 1999) == "no item of this title"
    assert why("The Glass Harbor", "x", 2011) == "of 1958, 1994, not of 2011"
    assert why("Emma", "x", 1996, "book") == (
        "the catalog is of films; this is of another medium, book"
    )
    assert why("Emma", "x", 1996, "series") == "a series; looked for by its id only"
