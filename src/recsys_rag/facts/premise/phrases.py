"""How a premise is told: as part of a sentence, in the words of the notes."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.premise import PremiseFact


def _fields(fact: "PremiseFact", noun: str) -> Fields:
    return {"premise": fact.names[0].text}


PHRASES = Phrases(
    _fields,
    opens=(
        "In {film}, {premise}",
        "{film} is the one in which {premise}",
        "{film} is a film in which {premise}",
        "{film} tells how {premise}",
        "{film} is the story of how {premise}",
        "{film} in one sentence: {premise}",
        "The premise of {film}: {premise}",
        "What happens in {film}: {premise}",
        "The story of {film} in short: {premise}",
        "Here is what {film} is about: {premise}",
        "This is where {film} begins: {premise}",
        "{film}, in a nutshell: {premise}",
        "The idea of {film}: {premise}",
        "{film} sets out from this: {premise}",
    ),
    nexts=(
        "in it, {premise}",
        "it is the one in which {premise}",
        "it is a film in which {premise}",
        "it tells how {premise}",
        "it is the story of how {premise}",
        "its premise: {premise}",
        "its story in short: {premise}",
        "here is what happens: {premise}",
        "it is about this: {premise}",
    ),
)
