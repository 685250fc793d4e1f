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
        "With {film} you would stay with {genres}, like {n_of_m} films you {liked}",
        "Look at {n_of_m} films you {liked}: they are {genres}, and so is {film}",
        "Like {n_of_m} films you {liked}, {film} is {a_genre}",
        "Since {n_of_m} films you {liked} are {genres}, {film} is on familiar ground",
        "{film} joins the {genres}, to which {n_of_m} films you {liked} belong",
    ),
    nexts=(
        "it is {a_genre}, like {n_of_m} films you {liked}",
        "it is {a_genre}, as are {n_of_m} films you {liked}",
        "as {a_genre} it is in line with {n_of_m} films you {liked}",
        "you lean toward {genres} like this one, with {n_of_m} films you {liked}",
        "it joins the {genres}, to which {n_of_m} films you {liked} belong",
        "since {n_of_m} films you {liked} are {genres}, it is on familiar ground",
        "like {n_of_m} films you {liked}, it is {a_genre}",
    ),
)
