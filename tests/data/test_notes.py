"""Notes on films: joined by title and year, and never over what a catalog says itself."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recsys_rag._fitting import LocalFitter, load, save
from recsys_rag.data._notes import (
    FOLDER,
    ORIGIN,
    STRENGTHS,
    Note,
    film_notes,
    shared_wishes,
    with_notes,
)
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import AssetError
from recsys_rag.settings import from_mapping, with_changes
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.verify._traits import table

LOG = Note(
    "The Fisher's Log",
    1988,
    ("Das Logbuch",),
    ("Ada Lint",),
    ("Bo Ray", "Cy Ode"),
    ("Germany",),
    ("German",),
    "PG",
    92,
    "A fisher keeps a log of the same day.",
    ("gentle",),
    ("growing old",),
    ("sea",),
    "Hamburg",
    "1950s",
    0,
    0,
    1,
    0,
    ("one place",),
    "Fisher",
    ("Aardman",),
)
SETTINGS = from_mapping({"retrieve": {"encoder": "none"}})


def catalog_of(*titles: tuple[str, int], **columns: object) -> Catalog:
    n = len(titles)
    return Catalog(
        Vocabulary(tuple(map(str, range(n)))),
        tuple(title for title, _ in titles),
        np.array([year for _, year in titles], np.int32),
        ((),) * n,
        **columns,  # type: ignore[arg-type]
    )


def test_a_note_is_joined_by_title_and_year() -> None:
    catalog, account = with_notes(
        catalog_of(("The Fisher's Log", 1988), ("The Fisher's Log", 1999)), [LOG]
    )
    assert account == {"films": 1, "without": 1, "doubtful": 0}
    assert catalog.metadata["director"] == (("Ada Lint",), ())
    assert catalog.metadata["actors"][0] == ("Bo Ray", "Cy Ode")
    assert catalog.metadata["plot"][0] == ("A fisher keeps a log of the same day.",)
    assert catalog.runtimes.tolist() == [92, 0]
    assert catalog.texts(0, "moods") == ("gentle",)
    assert catalog.texts(0, "features") == ("one place",)
    assert catalog.texts(0, "series") == ("Fisher",)
    assert catalog.texts(0, "studio") == ("Aardman",)
    assert catalog.attributes["sadness"][0] == 1
    assert np.isnan(catalog.attributes["sadness"][1])
    assert catalog.source(0, "director") == "film notes director of item 0"
    assert catalog.source(1, "director") == "catalog director of item 1"


@pytest.mark.parametrize(
    "title", ["FISHERS LOG, THE", "Das Logbuch", "Logbuch, Das", "The Fishér's Log"]
)
def test_articles_accents_and_other_names_do_not_matter(title: str) -> None:
    assert with_notes(catalog_of((title, 1988)), [LOG])[1]["films"] == 1


@pytest.mark.parametrize("year", [0, 1987, 1989])
def test_another_year_or_none_is_never_guessed(year: int) -> None:
    catalog = catalog_of(("The Fisher's Log", year))
    assert with_notes(catalog, [LOG]) == (catalog, {"films": 0, "without": 1, "doubtful": 0})


def test_another_name_finds_its_film_where_it_names_no_other() -> None:
    catalog, _ = with_notes(catalog_of(("The Fisher's Log", 1988)), [LOG])
    assert catalog.find("Das Logbuch") == (0,)
    both, _ = with_notes(catalog_of(("The Fisher's Log", 1988), ("Das Logbuch", 1970)), [LOG])
    assert both.find("Das Logbuch") == (1,)


def test_a_film_that_two_notes_fit_is_left_alone_and_counted() -> None:
    twin = Note("Fisher's Log", 1988, director=("Somebody Else",))
    catalog = catalog_of(("The Fisher's Log", 1988))
    assert with_notes(catalog, [LOG, twin]) == (catalog, {"films": 0, "without": 0, "doubtful": 1})


def test_a_title_is_closer_than_another_name() -> None:
    other = Note("Another Log", 1988, ("The Fisher's Log",), ("Somebody Else",))
    catalog, _ = with_notes(catalog_of(("The Fisher's Log", 1988)), [other, LOG])
    assert catalog.people(0, "director") == ("Ada Lint",)


def test_a_note_whose_other_names_are_two_films_fits_neither() -> None:
    note = Note("Nowhere", 1988, ("Some Log", "Other Log"), ("Ada Lint",))
    _, account = with_notes(catalog_of(("Some Log", 1988), ("Other Log", 1988)), [note])
    assert account == {"films": 0, "without": 0, "doubtful": 2}


def test_a_film_that_the_catalog_lists_twice_has_its_note_twice() -> None:
    catalog, account = with_notes(catalog_of(*[("The Fisher's Log", 1988)] * 2), [LOG])
    assert account["films"] == 2
    assert catalog.metadata["director"] == (("Ada Lint",),) * 2


def test_what_the_catalog_says_itself_stays() -> None:
    own = catalog_of(
        ("The Fisher's Log", 1988),
        runtimes=np.array([94], np.int32),
        metadata={"director": (("Mine",),), "language": (("de",),)},
        attributes={"country": (("DE",),), "violence": np.array([3.0])},
    )
    catalog, _ = with_notes(own, [LOG])
    assert catalog.people(0, "director") == ("Mine",)
    assert catalog.origin(0, "director") == ""
    assert catalog.texts(0, "language") == ("de",)
    assert catalog.texts(0, "country") == ("DE",)
    assert catalog.attributes["violence"].tolist() == [3.0]
    assert catalog.runtimes.tolist() == [94]
    assert catalog.people(0, "actors") == ("Bo Ray", "Cy Ode")
    assert catalog.origin(0, "actors") == ORIGIN


def test_only_films_have_notes_on_films() -> None:
    books = catalog_of(("The Fisher's Log", 1988), noun="book")
    assert with_notes(books, [LOG]) == (books, {})


def test_text_search_reads_the_notes() -> None:
    catalog, _ = with_notes(catalog_of(("The Fisher's Log", 1988)), [LOG])
    assert catalog.text(0) == (
        "The Fisher's Log (1988). Bo Ray, Cy Ode. Ada Lint. sea. German. "
        "A fisher keeps a log of the same day.. PG. Germany. one place. gentle. Hamburg. Fisher. "
        "Aardman. growing old. 1950s."
    )


def test_a_saved_recommender_keeps_its_notes_and_where_they_come_from(tmp_path: Path) -> None:
    movies = made_up_movies()
    heat = replace(movies.catalog, titles=("Heat", *movies.catalog.titles[1:]))
    years = heat.years.copy()
    years[0] = 1995
    movies = replace(movies, catalog=replace(heat, years=years, metadata={}))
    fitted = LocalFitter().fit(movies, SETTINGS)
    assert fitted.dataset.reading["notes"]["films"] == 1
    save(fitted, tmp_path / "model")
    again = load(tmp_path / "model").dataset
    assert again.catalog.people(0, "director") == ("Michael Mann",)
    assert again.catalog.origins == fitted.dataset.catalog.origins
    assert again.catalog.texts(0, "moods")
    bare = LocalFitter().fit(movies, with_changes(SETTINGS, {"data": {"notes": False}}))
    assert "notes" not in bare.dataset.reading
    assert bare.dataset.catalog.metadata == {}


# --- the notes themselves -------------------------------------------------------------------------


def test_every_note_is_well_formed() -> None:
    vocabulary = json.loads((FOLDER / "vocabulary.json").read_text())
    shared = {phrase for wish in shared_wishes() for phrase in wish.said}
    assert len(film_notes()) == 3163
    for note in film_notes():
        assert note.title.strip() == note.title
        assert 1890 < note.year < 2030
        assert set(note.moods) <= vocabulary["moods"].keys(), note.title
        assert set(note.themes) <= vocabulary["themes"].keys(), note.title
        assert set(note.features) <= vocabulary["features"].keys(), note.title
        assert set(note.studio) <= vocabulary["studios"].keys(), note.title
        own = [phrase for phrase in note.search_phrases if phrase not in shared]
        assert len(own) <= 16, note.title
        assert all(1 <= len(phrase.split()) <= 8 for phrase in own), note.title
        assert all(phrase == phrase.strip().lower() for phrase in note.search_phrases), note.title
        assert len(note.premise.split()) <= 20, note.title
        assert not note.premise or note.premise.endswith("."), note.title
        assert all(getattr(note, name) in (None, 0, 1, 2, 3) for name in STRENGTHS), note.title


def test_every_wish_names_films_that_have_a_note_and_is_said_once() -> None:
    names = {f"{note.title} ({note.year})": note for note in film_notes()}
    said = [phrase for wish in shared_wishes() for phrase in wish.said]
    assert len(set(said)) == len(said)
    for wish in shared_wishes():
        assert wish.films
        assert len(set(wish.films)) == len(wish.films), wish.said[0]
        for film in wish.films:
            assert set(wish.said) <= {*names[film].search_phrases}, film


def test_every_feature_of_the_notes_has_words_of_its_own() -> None:
    vocabulary = json.loads((FOLDER / "vocabulary.json").read_text())
    words = table()["features"]
    assert words.keys() == vocabulary["features"].keys()
    phrases = [phrase for said in words.values() for phrase in said]
    assert len(set(phrases)) == len(phrases)  # no two features are said alike


def test_no_two_notes_bear_one_title_and_year() -> None:
    names = [(note.title.casefold(), note.year) for note in film_notes()]
    assert len(set(names)) == len(names)


@pytest.mark.movielens
def test_every_film_of_movielens_100k_has_a_note() -> None:
    try:
        catalog = Dataset.movielens("100k").catalog
    except AssetError as error:
        pytest.skip(f"MovieLens 100K is not here: {error}")
    account = with_notes(catalog)[1]
    assert account == {"films": 1681, "without": 1, "doubtful": 0}  # item 267 is a placeholder
