"""How a premise is told: as part of a sentence, in the words of the notes."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.premise import PremiseFact


def _fields(fact: "PremiseFact", noun: str) -> Fields:
    return {"alone": fact.premise, "premise": fact.names[0].text}


PHRASES = Phrases(
    _fields,
    opens=("{alone}", "In {film}, {premise}"),
    nexts=("in it, {premise}",),
    not_prompted=frozenset({"alone"}),
)
