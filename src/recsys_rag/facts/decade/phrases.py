"""How a leaning toward a decade is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.facts._leaning.phrases import leaning_fields

if TYPE_CHECKING:
    from recsys_rag.facts.decade import DecadeFact


def _fields(fact: "DecadeFact", noun: str) -> Fields:
    return {**leaning_fields(fact), "decade": f"{fact.decade}s"}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} comes from the {decade}, like {n_of_m} films you {liked}",
        "Like {n_of_m} films you {liked}, {film} comes from the {decade}",
        "{film} is a film of the {decade}, as are {n_of_m} films you {liked}",
        "Like {n_of_m} films you {liked}, {film} belongs to the {decade}",
    ),
    nexts=(
        "it comes from the {decade}, like {n_of_m} films you {liked}",
        "it is a film of the {decade}, as are {n_of_m} films you {liked}",
        "like {n_of_m} films you {liked}, it comes from the {decade}",
    ),
)
