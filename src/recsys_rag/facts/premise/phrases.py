"""How a premise is told: as part of a sentence, in the words of the notes."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.premise import PremiseFact


# "in which after a robbery, two thieves ..." is no English
_ADVERBIALS = frozenset(
    ("after", "at", "both", "by", "disowned", "in", "on", "over", "still", "to", "when", "while")
)


def _fields(fact: "PremiseFact", noun: str) -> Fields:
    premise = fact.names[0].text
    fields = {"alone": fact.premise, "premise": premise}
    if premise.split(maxsplit=1)[0].rstrip(",") in _ADVERBIALS:
        return fields
    # "it tells how a crook tells the police how" would be told twice
    told = {} if " tell" in premise else {"told": premise}
    return {**fields, "clause": premise, **told}


PHRASES = Phrases(
    _fields,
    opens=("{alone}", "In {film}, {premise}", "{film} tells how {told}"),
    nexts=("in it, {premise}", "it tells how {told}", "it shows how {clause}"),
    not_prompted=frozenset({"alone"}),
)
