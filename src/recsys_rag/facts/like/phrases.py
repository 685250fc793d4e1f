"""How likeness to a named item is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import clean, listed

if TYPE_CHECKING:
    from recsys_rag.facts.like import LikeFact


def _fields(fact: "LikeFact", noun: str) -> Fields:
    shared = listed([clean(genre) for genre in fact.genres])
    return {"title": clean(fact.title), "shared": shared}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} shares {shared} with {title}, which you named",
        "Like {title}, which you named, {film} is listed under {shared}",
        "You named {title}, and {film} is listed under {shared} too",
        "Starting from {title}, which you named, {film} stays with {shared}",
        "With {title} as your example, {film} has {shared} in common",
        "What {film} has in common with {title}, your example, is {shared}",
    ),
    nexts=(
        "it shares {shared} with {title}, which you named",
        "it is listed under {shared}, like {title}, which you named",
        "it is listed under {shared}, as is {title}, which you named",
        "what it has in common with {title}, your example, is {shared}",
        "it stays with {shared}, like {title}, which you named",
        "it has {shared} in common with {title}, which you named",
    ),
)
