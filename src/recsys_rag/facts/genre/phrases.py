"""How a leaning toward a genre is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.facts.leaning.phrases import leaning_fields
from recsys_rag.generate.wording import genre_forms

if TYPE_CHECKING:
    from recsys_rag.facts.genre import GenreFact


def _fields(fact: "GenreFact", noun: str) -> Fields:
    one, many = genre_forms(fact.genre, noun)
    return {**leaning_fields(fact), "a_genre": one, "genres": many}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is {a_genre}, like {n_of_m} films you {liked}",
        "You lean toward {genres}, with {n_of_m} films you {liked}, and {film} is another",
        "As {a_genre}, {film} is in line with {n_of_m} films you {liked}",
        "Of the films you {liked}, {p} % are {genres}, against {q} % of the catalog, and "
        "{film} is one more",
        "Since {p} % of the films you {liked} are {genres}, {film} is on familiar ground",
        "With {film} you would stay with {genres}, which are {p} % of the films you {liked}",
        "Look at {n_of_m} films you {liked}: they are {genres}, and so is {film}",
        "{film} joins the {genres}, which are {p} % of the films you {liked} but {q} % of the "
        "catalog",
        "Your history leans toward {genres}, {p} % of the films you {liked} against {q} % of "
        "the catalog, and {film} is one",
    ),
    nexts=(
        "it is {a_genre}, like {n_of_m} films you {liked}",
        "it is {a_genre}, as are {p} % of the films you {liked}",
        "as {a_genre} it is in line with {n_of_m} films you {liked}",
        "{p} % of the films you {liked} are {genres} too, against {q} % of the catalog",
        "you lean toward {genres} like this one, with {n_of_m} films you {liked}",
        "it joins the {genres}, which are {p} % of the films you {liked} but {q} % of the catalog",
        "it stays with {genres}, which are {p} % of the films you {liked}",
        "since {p} % of the films you {liked} are {genres}, it is on familiar ground",
    ),
)
