"""Filters held against a catalog: who passes, what they are called, and what is said of a name that
is not there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data._filters import CatalogFilters
from recsys_rag.errors import QueryError, UnknownItemError
from recsys_rag.testing._films import made_up_catalog
from recsys_rag.testing.datasets import plain_catalog
from recsys_rag.types import Filters

FILMS = made_up_catalog()
HELD = CatalogFilters(FILMS)


def passing(filters):
    return {FILMS.name(int(item)) for item in np.nonzero(HELD.allowed(filters))[0]}


def by_rule(rule):
    return {FILMS.name(item) for item in range(len(FILMS)) if rule(item)}


def test_no_filter_lets_everything_pass():
    assert HELD.allowed(Filters()).all()
    assert HELD.describe(Filters()) == ()


def test_every_field_must_hold():
    found = passing(
        Filters(
            genres=("crime", "COMEDY"), years=(1995, None), where={"director": ("petra solvane",)}
        )
    )
    assert found == {"Nobody Shoots the Baker (1995)", "Three Liars and a Safe (1999)"}


def test_all_genres_are_wanted_and_no_excluded_one():
    assert passing(Filters(genres=("Sci-Fi", "Horror"))) == by_rule(
        lambda i: {"Sci-Fi", "Horror"} <= {*FILMS.genres[i]}
    )
    assert passing(Filters(excluded_genres=("Drama", "Comedy"))) == by_rule(
        lambda i: not {"Drama", "Comedy"} & {*FILMS.genres[i]}
    )


@pytest.mark.parametrize(
    "years", [(1990, 1999), (1990, None), (None, 1959), (1994, 1994), (None, None)]
)
def test_years_are_inclusive_and_may_be_open(years):
    first, last = years
    assert passing(Filters(years=years)) == by_rule(
        lambda i: (
            (first is None or FILMS.years[i] >= first) and (last is None or FILMS.years[i] <= last)
        )
    )


def test_an_unknown_year_is_in_no_span():
    assert not CatalogFilters(plain_catalog(3)).allowed(Filters(years=(None, 2100))).any()


def test_any_value_of_a_column_is_enough():
    found = passing(Filters(where={"actors": ("Gus Torrey", "Wes Calloran")}))
    assert found == by_rule(
        lambda i: {"Gus Torrey", "Wes Calloran"} & {*FILMS.metadata["actors"][i]}
    )


def test_what_every_catalog_has_are_columns_too():
    assert passing(Filters(where={"title": ("cafe morvane",), "year": ("1966",)})) == {
        "Café Morvane (1966)"
    }
    assert passing(Filters(where={"genres": ("western",)})) == passing(Filters(genres=("Western",)))
    assert HELD.columns[:5] == ("genres", "title", "year", "release_date", "runtime")


def test_one_text_is_one_value():
    assert passing(Filters(where={"director": "Orla Venn"})) == passing(
        Filters(where={"director": ("Orla Venn",)})
    )


def test_only_names_items_by_id_or_title():
    assert passing(Filters(only=(FILMS.items.ids[3], "Vandrell"))) == {
        FILMS.name(3),
        "Vandrell (1979)",
    }


@given(
    st.sets(st.sampled_from(FILMS.genre_names), max_size=2),
    st.sets(st.sampled_from(FILMS.genre_names), max_size=2),
    st.tuples(st.integers(1950, 1980), st.integers(1980, 2005)),
)
def test_together_they_leave_what_each_leaves(genres, excluded, years):
    whole = HELD.allowed(Filters(tuple(genres), tuple(excluded), years))
    parts = [Filters(tuple(genres)), Filters(excluded_genres=tuple(excluded)), Filters(years=years)]
    np.testing.assert_array_equal(whole, np.all([HELD.allowed(one) for one in parts], axis=0))


@pytest.mark.parametrize(
    ("filters", "phrases"),
    [
        (Filters(genres=("crime",), excluded_genres=("drama",)), ("genre: Crime", "not: Drama")),
        (Filters(years=(1990, 1999)), ("years: 1990 to 1999",)),
        (Filters(years=(1990, None)), ("years: from 1990",)),
        (Filters(years=(None, 1959)), ("years: until 1959",)),
        (Filters(years=(1994, 1994)), ("years: 1994",)),
        (Filters(only=("Vandrell", "Quillmere")), ("only: 2 named items",)),
        (Filters(only=("Vandrell",)), ("only: 1 named item",)),
        (
            Filters(where={"director": ("ORLA VENN", "Kit Osei")}),
            ("director: Orla Venn or Kit Osei",),
        ),
    ],
)
def test_each_is_called_as_the_catalog_writes_it(filters, phrases):
    assert HELD.describe(filters) == phrases


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (Filters(genres=("Wesern",)), "no genre 'Wesern' in this catalog; closest: Western"),
        (Filters(excluded_genres=("comdy",)), "no genre 'comdy' in this catalog; closest: Comedy"),
        (
            Filters(where={"directer": ("Kit Osei",)}),
            "no column 'directer' in this catalog; closest: director",
        ),
        (
            Filters(where={"director": ("Kit Oseo",)}),
            "no director 'Kit Oseo' in this catalog; closest: Kit Osei",
        ),
        (Filters(years=(1999, 1990)), "the years 1999 to 1990 end before they begin"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is_closest(filters, told):
    with pytest.raises(QueryError, match=told):
        HELD.allowed(filters)


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (Filters(genres=("Drama",)), "no genre 'Drama' in this catalog; it has no genre at all"),
        (
            Filters(where={"runtime": ("90",)}),
            "no runtime '90' in this catalog; it has no runtime at all",
        ),
    ],
)
def test_a_catalog_that_knows_nothing_of_the_kind_says_so(filters, told):
    with pytest.raises(QueryError, match=told):
        CatalogFilters(plain_catalog(3)).allowed(filters)


def test_an_unknown_item_of_only_is_refused():
    with pytest.raises(
        UnknownItemError, match="no item with id or title 'Vandral'; closest titles: Vandrell"
    ):
        HELD.allowed(Filters(only=("Vandral",)))


# --- the columns of a shop ------------------------------------------------------------------------

SHOP = replace(
    plain_catalog(4),
    attributes={
        "price": np.array([10.0, 29.99, 30.0, np.nan]),
        "in_stock": np.array([1.0, 0.0, 1.0, np.nan]),
        "designer": (("Ada Lint",), ("Bo Ray", "Ada Lint"), (), ("Bo Ray",)),
    },
)


@pytest.mark.parametrize(
    ("where", "items"),
    [
        ({"price": ("<=30",)}, {0, 1, 2}),
        ({"price": ("<30", ">10")}, {1}),
        ({"price": ("10:29.99",)}, {0, 1}),
        ({"price": (":29",)}, {0}),
        ({"price": (10, 30)}, {0, 2}),  # a set of values, as numbers
        ({"price": ("!=30",)}, {0, 1}),  # what is unknown passes no comparison
        ({"in_stock": ("true",)}, {0, 2}),
        ({"in_stock": True}, {0, 2}),
        ({"in_stock": ("false",)}, {1}),
        ({"in_stock": ("1",), "price": ("<=10",)}, {0}),
        ({"designer": ("ada lint",)}, {0, 1}),
        ({"designer": ("!=Ada Lint",)}, {2, 3}),
    ],
)
def test_numbers_and_flags_of_a_shop_are_compared_as_such(where, items):
    assert set(np.flatnonzero(CatalogFilters(SHOP).allowed(Filters(where=where)))) == items


def test_a_comparison_is_called_as_it_is_written():
    where = {"price": ("<=30", ">10"), "in_stock": ("true",)}
    assert CatalogFilters(SHOP).describe(Filters(where=where)) == (
        "price: <= 30, > 10",
        "in_stock: yes",
    )


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (
            {"price": ("cheap",)},
            "'cheap' is no number, as column 'price' holds them; write price<=30",
        ),
        ({"price": ("<=cheap",)}, "'cheap' is no number"),
        ({"designer": ("<=3",)}, "column 'designer' holds texts, which <= does not compare"),
        ({"pric": ("3",)}, "no column 'pric' in this catalog; closest: price"),
    ],
)
def test_a_condition_that_a_column_cannot_have_is_refused(where, told):
    with pytest.raises(QueryError, match=told):
        CatalogFilters(SHOP).allowed(Filters(where=where))


@given(
    st.lists(st.one_of(st.just(np.nan), st.floats(-100, 100)), min_size=4, max_size=4),
    st.floats(-100, 100),
)
def test_a_comparison_and_its_opposite_part_what_is_known(prices, limit):
    known = ~np.isnan(prices)
    if not known.any():
        return
    held = CatalogFilters(replace(SHOP, attributes={"price": np.array(prices)}))
    below = held.allowed(Filters(where={"price": (f"<={limit!r}",)}))
    above = held.allowed(Filters(where={"price": (f">{limit!r}",)}))
    np.testing.assert_array_equal(below ^ above, known)
    assert not (below & above).any()
