"""How directors and actors are said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import clean, listed

if TYPE_CHECKING:
    from recsys_rag.facts.metadata import MetadataFact


def _fields(fact: "MetadataFact", noun: str) -> Fields:
    people = {"directors": fact.directors, "actors": fact.actors}
    return {name: listed([clean(person) for person in of]) for name, of in people.items() if of}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} was directed by {directors}",
        "{directors} directed {film}",
        "{film} is a film by {directors}",
        "Behind the camera of {film} stood {directors}",
        "{film} was directed by {directors}, with {actors} in the cast",
        "{film} is a film by {directors} with {actors}",
        "The cast of {film} includes {actors}",
        "In {film} you will see {actors}",
        "{film} has {actors} in the cast",
        "Watch for {actors} in {film}",
    ),
    nexts=(
        "it was directed by {directors}",
        "{directors} directed it",
        "it is a film by {directors}",
        "it was directed by {directors}, with {actors} in the cast",
        "it is a film by {directors} with {actors}",
        "its cast includes {actors}",
        "it has {actors} in the cast",
        "you will see {actors} in it",
    ),
)
