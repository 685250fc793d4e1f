"""What a catalog cannot serve, said in whole sentences."""

import pytest

from noted import noted_movies
from recsys_rag.understand._understander import Understander

READER = Understander(noted_movies().catalog)
LAST = int(noted_movies().catalog.years.max())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("ein lustiger Film für die ganze Familie", "Ich lese nur Englisch."),
        ("un film drôle pour ce soir", "Je ne lis que l'anglais."),
        ("quiero una película de miedo", "Solo leo inglés."),
        ("vorrei vedere un film divertente", "Leggo solo l'inglese."),
        ("quero um filme triste", "Só leio inglês."),
        ("een leuke film voor vanavond", "Ik lees alleen Engels."),
        ("что-нибудь смешное", "I read English only."),
    ],
)
def test_other_languages_are_answered_and_not_read(words: str, sentence: str) -> None:
    understood = READER.understand(words)
    assert understood.remarks == (sentence,)
    assert understood.is_empty


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (f"movies from {LAST + 20}", f"the catalog ends in {LAST}"),
        ("Oppenheimer", "no film or person called Oppenheimer here"),
        ("Harbor Nobody", "no film or person called Harbor Nobody here"),
        ("anything on Netflix", "the catalog does not say where it can be watched"),
        ("an oscar winner", "the catalog does not say which awards it has"),
        ("nominated for a Golden Globe", "the catalog does not say which awards it has"),
        ("critically acclaimed", "the catalog does not say what other sites think of it"),
        ("closed captions", "the catalog does not say which subtitles or voices it has"),
        (
            "films about blockchain",
            'no film here has the word "blockchain"; what comes near in meaning is shown',
        ),
    ],
)
def test_what_the_catalog_does_not_have_is_said(words: str, sentence: str) -> None:
    assert READER.understand(words).remarks == (sentence,)


@pytest.mark.parametrize("words", ["a comedy that is not a comedy", "no comedy, comedy please"])
def test_a_contradiction_is_told_and_answered(words: str) -> None:
    understood = READER.understand(words)
    assert understood.genres == ("Comedy",)
    assert understood.remarks == ("Comedy is asked for and refused; it is read as asked for",)


def test_years_that_were_not_said_but_guessed_from_an_age_are_told() -> None:
    understood = READER.understand("old black and white crime films")
    assert understood.years is not None
    first, last = understood.years
    assert f'"old" is read as {first} to {last}' in understood.remarks
    assert understood.text == "black and white"
    assert READER.understand("crime films from the 90s").remarks == ()


@pytest.mark.parametrize(
    "words", ["", "a comedy", "something like Vandrell", "a quiet harbor", "no horror"]
)
def test_what_can_be_served_gets_no_remark(words: str) -> None:
    assert READER.understand(words).remarks == ()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("something like Inception", "no film called Inception"),
        ("inception type thing", "no film called inception"),
        ("the new Dune movie", "no film called Dune"),
        ("Gone Girl, but funny", "no film called Gone Girl"),
        ("any of the harry potter films", "nothing of Harry Potter"),
        ("something like the dark knight", "no film called the dark knight"),
        ("lord of the rings or anything close to it", "nothing of The Lord of the Rings"),
    ],
)
def test_what_is_like_a_film_that_is_not_here_is_searched_for_and_told(
    words: str, told: str
) -> None:
    understood = READER.understand(words)
    assert f"{told} here; what is like its story is shown" in understood.remarks
    assert len(understood.text.split()) > 20  # its premise, and how people ask for it
    assert understood.not_understood == ()


def test_each_of_several_films_that_are_not_here_is_told() -> None:
    understood = READER.understand("i liked inception and dune")
    for title in ("inception", "dune"):
        told = f"no film called {title} here; what is like its story is shown"
        assert told in understood.remarks


@pytest.mark.parametrize("words", ["I can't sleep", "war movies", "heist", "up all night, big"])
def test_words_that_are_also_a_title_somewhere_name_no_film(words: str) -> None:
    assert not any("called" in remark for remark in READER.understand(words).remarks)


def test_who_is_in_a_film_that_is_not_here_is_told_of_it() -> None:
    understood = READER.understand("something like Inception with DiCaprio, funny")
    assert "DiCaprio" not in understood.text
    assert understood.people == understood.not_understood == ()
