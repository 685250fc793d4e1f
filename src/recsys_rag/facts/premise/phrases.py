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
    is_clause = premise.split(maxsplit=1)[0].rstrip(",") not in _ADVERBIALS
    if not is_clause:
        return {"premise": premise}
    # "it tells how a crook tells the police how" would be told twice
    told = {} if " tell" in premise else {"told": premise}
    return {"premise": premise, "clause": premise, **told}


PHRASES = Phrases(
    _fields,
    opens=(
        "In {film}, {premise}",
        "{film} is the one in which {clause}",
        "{film} is a film in which {clause}",
        "{film} tells how {told}",
        "{film} is the story of how {clause}",
        "The premise of {film}: {premise}",
        "What happens in {film}: {premise}",
        "The story of {film} in short: {premise}",
        "Here is what {film} is about: {premise}",
        "Picture this in {film}: {premise}",
        "Settle in for {film}: {premise}",
        "Let {film} show you how {clause}",
        "In {film} you see how {clause}",
        "{film}, in a nutshell: {premise}",
        "{film} shows how {clause}",
    ),
    nexts=(
        "in it, {premise}",
        "it is the one in which {clause}",
        "it is a film in which {clause}",
        "it tells how {told}",
        "it shows how {clause}",
        "its story: {premise}",
        "it is the story of how {clause}",
        "its premise: {premise}",
        "here is what happens: {premise}",
        "picture this: {premise}",
        "in it you see how {clause}",
        "let it show you how {clause}",
    ),
)
