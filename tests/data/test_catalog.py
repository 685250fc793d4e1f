"""The catalog: its checks, and how titles are found in it, as typed by a person and as written in a
text."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noted import noted_movies
from recsys_rag.data.catalog import Catalog, Row, fold, with_rows, without_article
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError, UnknownItemError
from recsys_rag.testing._films import made_up_catalog

FILMS = (
    ("127", "The Godfather", 1972, ()),
    ("274", "Sabrina", 1995, ()),
    ("486", "Sabrina", 1954, ()),
    ("144", "Die Hard", 1988, ()),
    ("543", "Les Misérables", 1995, ()),
    ("639", "The Tin Drum", 1979, ("Die Blechtrommel",)),
    ("1535", "L'Enfer", 1994, ()),
    ("231", "Dumb & Dumber", 1994, ()),
    ("318", "Schindler's List", 1993, ()),
    ("302", "L.A. Confidential", 1997, ()),
    ("333", "The Game", 1997, ()),
    ("362", "187", 1997, ()),
    ("179", "8 1/2", 1963, ()),
    ("273", "Heat", 1995, ()),
    ("582", "M", 1931, ()),
    ("11", "Seven", 1995, ("Se7en",)),
    ("226", "Die Hard 2", 1990, ()),
    ("178", "Movie (2000)", 2005, ()),
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return catalog_of(FILMS)


def catalog_of(films: tuple[tuple[str, str, int, tuple[str, ...]], ...]) -> Catalog:
    ids, titles, years, aliases = zip(*films, strict=True)
    return Catalog(Vocabulary(ids), titles, np.array(years, np.int32), ((),) * len(ids), aliases)


def names(catalog: Catalog, places: tuple[int, ...]) -> list[str]:
    return [catalog.name(place) for place in places]


def mentioned(catalog: Catalog, text: str) -> list[tuple[str, list[str]]]:
    return [
        (text[one.start : one.stop], names(catalog, one.item_indices))
        for one in catalog.mentions(text)
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("The Godfather", "The Godfather (1972)"),
        ("godfather", "The Godfather (1972)"),
        ("Godfather, The (1972)", "The Godfather (1972)"),
        ("  the   GODFATHER ", "The Godfather (1972)"),
        ("les miserables", "Les Misérables (1995)"),
        ("Misérables, Les", "Les Misérables (1995)"),
        ("Blechtrommel, Die", "The Tin Drum (1979)"),
        ("Die Blechtrommel", "The Tin Drum (1979)"),
        ("Tin Drum, The (Blechtrommel, Die) (1979)", "The Tin Drum (1979)"),
        ("Enfer, L'", "L'Enfer (1994)"),
        ("L’Enfer", "L'Enfer (1994)"),
        ("Dumb and Dumber", "Dumb & Dumber (1994)"),
        ("Schindlers List", "Schindler's List (1993)"),
        ("LA Confidential", None),
        ("l a confidential", "L.A. Confidential (1997)"),
        ("Sabrina (1954)", "Sabrina (1954)"),
        ("Sabrina (1960)", None),
        ("187", "187 (1997)"),
        ("8½", "8 1/2 (1963)"),
        ("Se7en", "Seven (1995)"),
        ("Seven (Se7en) (1995)", "Seven (1995)"),
        ("Hard", None),
        ("Movie (2000)", "Movie (2000) (2005)"),
        ("", None),
        ("(1995)", None),
    ],
)
def test_a_typed_title_finds_its_item(catalog: Catalog, typed: str, found: str | None) -> None:
    assert names(catalog, catalog.find(typed)) == ([found] if found else [])


def test_a_title_that_two_items_bear_finds_both_in_catalog_order(catalog: Catalog) -> None:
    assert names(catalog, catalog.find("sabrina")) == ["Sabrina (1995)", "Sabrina (1954)"]


def test_an_id_wins_over_a_title_and_the_latest_film_over_its_namesakes(catalog: Catalog) -> None:
    assert catalog.name(catalog.resolve("144")) == "Die Hard (1988)"
    assert catalog.name(catalog.resolve("Sabrina")) == "Sabrina (1995)"
    assert catalog.name(catalog.resolve("Sabrina (1954)")) == "Sabrina (1954)"


def test_an_unknown_title_is_refused_with_the_three_closest(catalog: Catalog) -> None:
    with pytest.raises(
        UnknownItemError,
        match=r"no item with id or title 'Godfahter'; closest titles: The Godfather \(1972\), ",
    ):
        catalog.resolve("Godfahter")
    assert len(catalog.closest("Godfahter")) == 3


def test_an_empty_catalog_refuses_without_naming_titles() -> None:
    with pytest.raises(UnknownItemError, match=r"no item with id or title 'Heat'$"):
        Catalog(Vocabulary(()), (), np.zeros(0, np.int32), ()).resolve("Heat")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("like the game of chess, it was heat", []),
        ("The Game and Heat", [("The Game", ["The Game (1997)"]), ("Heat", ["Heat (1995)"])]),
        ("you liked heat (1995)", [("heat", ["Heat (1995)"])]),
        ("187 people saw 187 (1997)", [("187", ["187 (1997)"])]),
        ("8 1/2 stars, and 8½ (1963)", [("8½", ["8 1/2 (1963)"])]),
        ("Mr. M. is in M (1931)", [("M", ["M (1931)"])]),
        ("Hard to say, but die hard is", [("die hard", ["Die Hard (1988)"])]),
        ("Die Hard 2 it is", [("Die Hard 2", ["Die Hard 2 (1990)"])]),
        ("Sabrina (1954)", [("Sabrina", ["Sabrina (1954)"])]),
        ("Sabrina again", [("Sabrina", ["Sabrina (1995)", "Sabrina (1954)"])]),
        ("Sabrina (1960)", [("Sabrina", ["Sabrina (1995)", "Sabrina (1954)"])]),
        ("DUMB & DUMBER", [("DUMB & DUMBER", ["Dumb & Dumber (1994)"])]),
        ("dumb and dumber", [("dumb and dumber", ["Dumb & Dumber (1994)"])]),
        ("Schindler’s List", [("Schindler’s List", ["Schindler's List (1993)"])]),
        ("Les Mise\u0301rables", [("Les Mise\u0301rables", ["Les Misérables (1995)"])]),
        ("Schindler's Listless", []),
        ("", []),
    ],
)
def test_titles_are_found_in_a_text_where_they_are_written_as_titles(
    catalog: Catalog, text: str, found: list[tuple[str, list[str]]]
) -> None:
    assert mentioned(catalog, text) == found


words = st.text(
    st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x24F)
    | st.sampled_from(" '&,-()½é"),
    min_size=1,
    max_size=30,
)


@given(words)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper().lower()) == fold(text.lower())


@given(st.lists(words.filter(lambda text: bool(fold(text))), min_size=1, max_size=8))
def test_every_item_is_found_by_its_own_title_and_name(titles: list[str]) -> None:
    catalog = catalog_of(
        tuple((f"i{place}", title, 1990 + place, ()) for place, title in enumerate(titles))
    )
    for place, title in enumerate(titles):
        assert place in catalog.find(title)
        assert place in catalog.find(catalog.name(place))


@given(words)
def test_mentions_do_not_overlap_and_bear_the_title_they_stand_for(text: str) -> None:
    catalog = catalog_of(FILMS)
    last = 0
    whole = f"Heat, {text} The Game"
    for mention in catalog.mentions(whole):
        assert last <= mention.start < mention.stop
        assert set(mention.item_indices) <= set(catalog.find(whole[mention.start : mention.stop]))
        last = mention.stop
    assert last == len(whole)


def test_an_article_alone_is_a_title_too() -> None:
    assert without_article(fold("The The")) == "the"
    assert without_article("") == ""


def test_a_column_of_another_length_is_refused() -> None:
    with pytest.raises(DataError, match="catalog column 'titles' has 1 entries for 2 items"):
        Catalog(Vocabulary(("a", "b")), ("A",), np.zeros(2, np.int32), ((), ()))


def test_the_text_of_an_item_is_its_name_genres_and_metadata_but_no_address() -> None:
    catalog = Catalog(
        Vocabulary(("1",)),
        ("Fargo",),
        np.array([1996], np.int32),
        (("Crime", "Drama"),),
        metadata={"director": (("Joel Coen",),), "imdb_id": (("tt0116282",),), "plot": ((),)},
    )
    assert catalog.text(0) == "Fargo (1996). Crime, Drama. Joel Coen."


def test_genres_are_ordered_by_how_many_items_have_them() -> None:
    catalog = Catalog(
        Vocabulary(("1", "2", "3")),
        ("A", "B", "C"),
        np.zeros(3, np.int32),
        (("War",), ("Drama", "War"), ("Action",)),
    )
    assert catalog.genre_names == ("War", "Action", "Drama")


@pytest.mark.movielens
def test_every_film_of_movielens_is_found_by_name_and_mentioned_by_name(ml100k: Dataset) -> None:
    catalog = ml100k.catalog
    for place in range(len(catalog)):
        assert place in catalog.find(catalog.name(place))
        if catalog.titles[place] != "unknown":
            found = [
                one.item_indices
                for one in catalog.mentions(f"You may like {catalog.name(place)}, too.")
            ]
            assert any(place in places for places in found), catalog.name(place)


@pytest.mark.parametrize("noun", ["", " ", "b00k", "book [1]", "a\nb"])
def test_a_noun_that_is_no_word_is_refused(noun: str) -> None:
    with pytest.raises(DataError, match="is not a word for one item"):
        Catalog(Vocabulary(("1",)), ("T",), np.zeros(1, np.int32), ((),), noun=noun)


SIGNS = ("Ω", "ω", "ß", "ss", "ﬁre", "fire", "UP", "Up", "up!", "$", "!!!", "🎬", "...", "C", "C++")
SIGNS += (
    "C#",
    "8½",
    "11:14",
    "007",
    "7",
    "50/50",
    "[REC]",
    "M*A*S*H",
    "कहाना",
    "कहानी",
    "👩",
    "👩‍👩‍👧",
)


@pytest.mark.parametrize("title", SIGNS)
def test_a_title_spelled_just_so_is_that_one_and_no_other(title: str) -> None:
    # the later the film, the sooner it is taken for its namesakes
    films = [(f"i{n}", one, 1950 + n, ()) for n, one in enumerate(SIGNS)]
    catalog = catalog_of(tuple(films))
    assert catalog.titles[catalog.resolve(title)] == title
    assert catalog.same_as.tolist() == list(range(len(SIGNS)))


@pytest.mark.parametrize("given", [127, 127.0, np.int64(127), np.float64(127), "127"])
def test_an_id_may_be_a_number_of_any_type(given: str | int, catalog: Catalog) -> None:
    assert catalog.name(catalog.resolve(given)) == "The Godfather (1972)"


def test_a_catalog_with_changed_rows_has_them_and_all_else_as_before() -> None:
    catalog = made_up_catalog()
    changed = replace(catalog.row(0), title="Glass", metadata={"director": ("Ann Ro",)})
    new = Row("Clockwork", 1999, ("Horror",), ("Tick",), "1999-01-02", 90, {"plot": ("A tide.",)})
    with_both = with_rows(catalog, {"x1": new, "101": changed, "102": catalog.row(1)})
    assert with_both.items.ids == (*catalog.items.ids, "x1")
    assert [with_both.row(place) for place in (0, 60)] == [changed, new]
    rows = [catalog.row(place) for place in range(1, 60)]
    assert [with_both.row(place) for place in range(1, 60)] == rows
    assert with_both.find("tick") == (60,)
    assert catalog.find("tick") == ()  # the catalog itself stays


def test_a_catalog_that_has_the_rows_already_is_returned_as_it_is() -> None:
    catalog = made_up_catalog()
    assert with_rows(catalog, {"101": catalog.row(0)}) is catalog


def test_what_is_put_has_its_own_origin_and_what_stays_keeps_its() -> None:
    movies = noted_movies().catalog
    assert movies.origin(0, "plot")
    other = with_rows(movies, {movies.items.id(0): replace(movies.row(0), title="Glass")})
    assert other.origin(0, "plot") == movies.origin(0, "plot")
    plot = movies.row(0).metadata | {"plot": ("Another.",)}
    other = with_rows(movies, {movies.items.id(0): replace(movies.row(0), metadata=plot)})
    assert other.origin(0, "plot") == ""
    assert other.origin(1, "plot") == movies.origin(1, "plot")


def test_numbers_and_texts_of_attributes_come_back_as_rows() -> None:
    catalog = replace(
        made_up_catalog(),
        attributes={
            "stars": np.array([2.5, np.nan] + [1.0] * 58),
            "places": (("sea",), ()) + ((),) * 58,
        },
    )
    assert catalog.row(0).attributes == {"stars": 2.5, "places": ("sea",)}
    assert catalog.row(1).attributes == {}
    other = with_rows(catalog, {"101": catalog.row(1), "102": catalog.row(0)})
    assert [other.row(place) for place in (1, 0)] == [catalog.row(place) for place in (0, 1)]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Row("A", metadata={"color": ("red",)}), "no metadata 'color'; it has actors, director"),
        (Row("A", attributes={"color": 1.0}), "no attribute 'color'; it has none"),
    ],
)
def test_a_row_with_a_column_that_the_catalog_lacks_is_refused(row: Row, says: str) -> None:
    with pytest.raises(DataError, match=says):
        made_up_catalog().check(row)


def test_a_row_with_a_value_of_another_kind_is_refused() -> None:
    catalog = replace(made_up_catalog(), attributes={"stars": np.ones(60)})
    with pytest.raises(DataError, match="attribute 'stars' holds a number, not \\('two',\\)"):
        catalog.check(Row("A", attributes={"stars": ("two",)}))
