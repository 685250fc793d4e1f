"""How a leaning toward a genre is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.facts._leaning.phrases import leaning_fields
from recsys_rag.generate.wording import genre_forms

if TYPE_CHECKING:
    from recsys_rag.facts.genre import GenreFact


def _fields(fact: "GenreFact", noun: str) -> Fields:
    one, many = genre_forms(fact.genre, noun)
    fields = {**leaning_fields(fact), "a_genre": one, "genres": many}
    if fact.n_liked < fact.n_history:
        fields |= {"n": str(fact.n_liked), "m": str(fact.n_history)}
    return fields


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is {a_genre}, like {n_of_m} films you {liked}",
        "Like {n_of_m} films you {liked}, {film} is {a_genre}",
        "Among the {m} films you {liked} are {n} {genres}, and {film} is another",
        "{film} is {a_genre}, as are {n_of_m} films you {liked}",
    ),
    nexts=(
        "it is {a_genre}, like {n_of_m} films you {liked}",
        "it is {a_genre}, as are {n_of_m} films you {liked}",
        "like {n_of_m} films you {liked}, it is {a_genre}",
    ),
    not_prompted=frozenset({"n", "m"}),
)
