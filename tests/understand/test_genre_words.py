"""Which genres a text names: a catalog's own names, what people call them, slips, and plots."""

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.understand._genre_words import GenreFind, GenreFinder, grouped
from recsys_rag.understand._tokens import Words

_GENRES = (
    *("Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary"),
    *("Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi"),
    *("Thriller", "War", "Western"),
)


def _finder(*genres: str, titles: tuple[str, ...] = ()) -> GenreFinder:
    names = titles or tuple(f"Xq{i}" for i in range(len(genres)))
    return GenreFinder(
        Catalog(
            Vocabulary(tuple(map(str, range(len(genres))))),
            names,
            np.zeros(len(genres), np.int32),
            tuple((genre,) for genre in genres),
        )
    )


_FINDER = _finder(*_GENRES)


def _finds(text: str, finder: GenreFinder = _FINDER) -> list[GenreFind]:
    return list(finder.claim_all(Words(text)))


def _named(text: str, finder: GenreFinder = _FINDER) -> list[str]:
    return [genre for find in _finds(text, finder) for genre in find.genres]


@pytest.mark.parametrize(
    ("text", "genres"),
    [
        # the catalog's own names, in any spelling
        ("drama", ["Drama"]),
        ("DRAMAS", ["Drama"]),
        ("film noir", ["Film-Noir"]),
        ("film-noirs", ["Film-Noir"]),
        ("sci fi", ["Sci-Fi"]),
        ("children's films", ["Children's"]),
        # what people call them
        ("action-packed", ["Action"]),
        ("swashbucklers", ["Adventure"]),
        ("anime", ["Animation"]),
        ("cartoons", ["Animation"]),
        ("for kids", ["Children's"]),
        ("kid friendly", ["Children's"]),
        ("child-friendly", ["Children's"]),
        ("for the whole family", ["Children's"]),
        ("a family night", ["Children's"]),
        ("funny", ["Comedy"]),
        ("make me laugh", ["Comedy"]),
        ("romcoms", ["Comedy", "Romance"]),
        ("a dramedy", ["Comedy", "Drama"]),
        ("gangster", ["Crime"]),
        ("documentaries", ["Documentary"]),
        ("melodramas", ["Drama"]),
        ("noir", ["Film-Noir"]),
        ("scare us", ["Horror"]),
        ("the scariest", ["Horror"]),
        ("whodunits", ["Mystery"]),
        ("love stories", ["Romance"]),
        ("science fiction", ["Sci-Fi"]),
        ("suspenseful", ["Thriller"]),
        ("wartime", ["War"]),
        ("cowboys", ["Western"]),
        # for families, or about one
        ("family comedies", ["Children's", "Comedy"]),
        ("family drama", ["Drama"]),
        # slips of the finger
        ("comdey", ["Comedy"]),
        ("horrror", ["Horror"]),
        ("weterns", ["Western"]),
        ("dramma", []),  # too short to tell from another word
        # several
        ("a crime drama", ["Crime", "Drama"]),
        ("submarine", []),
        ("", []),
    ],
)
def test_a_genre_is_found_under_what_people_call_it(text: str, genres: list[str]) -> None:
    assert _named(text) == genres


@pytest.mark.parametrize(
    "text",
    ["about kids", "a film about the war of kids", "with kids", "history of music", "who family"],
)
def test_a_word_of_the_plot_is_no_genre(text: str) -> None:
    assert "Children's" not in _named(text)
    assert "Musical" not in _named(text)


@pytest.mark.parametrize(
    ("text", "genres"),
    [
        ("to watch with the kids", ["Children's"]),
        ("with my kids", ["Children's"]),
        ("before the war", []),
        ("since the war", []),
        ("the war", ["War"]),
        ("after a war", ["War"]),
    ],
)
def test_who_watches_and_when_are_told_from_what_is_shown(text: str, genres: list[str]) -> None:
    assert _named(text) == genres


def test_a_slip_that_is_a_word_of_a_title_is_left_alone() -> None:
    assert _named("comdey", _finder("Comedy", titles=("Comdey Street",))) == []


def test_only_genres_of_the_catalog_are_found() -> None:
    assert _named("a funny western", _finder("Comedy")) == ["Comedy"]
    assert _named("suspense", _finder("Suspense")) == ["Suspense"]
    assert _named("cartoons", _finder("Cartoon", "Animation")) == ["Cartoon"]


def test_a_word_that_says_more_than_its_genre_is_searched_for_too() -> None:
    words = Words("a slasher or a comedy")
    list(_FINDER.claim_all(words))
    assert words.kept == [False, True, False, False, False]
    assert words.claimed == [False, True, False, False, True]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("crime drama", [["Crime", "Drama"]]),
        ("a funny western", [["Comedy", "Western"]]),
        ("comedy or drama", [["Comedy"], ["Drama"]]),
        ("horror, war", [["Horror"], ["War"]]),
        ("horror/war", [["Horror"], ["War"]]),
        ("comedy and drama", [["Comedy", "Drama"]]),
        ("comedies and dramas", [["Comedy"], ["Drama"]]),
        ("comedies and crime dramas", [["Comedy"], ["Crime", "Drama"]]),
        ("crime dramas and romantic comedies", [["Crime", "Drama"], ["Romance", "Comedy"]]),
        ("comedies and drama", [["Comedy", "Drama"]]),
        ("comedies and war movies", [["Comedy"], ["War"]]),
        ("war films and comedies", [["War"], ["Comedy"]]),
        ("comedies and romantic, dramas", [["Comedy", "Romance"], ["Drama"]]),
        ("comedy, a drama", [["Comedy", "Drama"]]),
        ("funny comedy", [["Comedy"]]),
        ("a western with action", [["Western", "Action"]]),
        ("", []),
    ],
)
def test_genres_are_wanted_together_or_as_alternatives(text: str, groups: list[list[str]]) -> None:
    words = Words(text)
    assert grouped(words, list(_FINDER.claim_all(words))) == groups


def test_other_joins_hold_genres_apart_where_they_are_given() -> None:
    words = Words("comedy and drama")
    finds = list(_FINDER.claim_all(words))
    assert grouped(words, finds, frozenset(("and",))) == [["Comedy"], ["Drama"]]
