"""How likeness to a named item is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import clean, genre_forms, listed

if TYPE_CHECKING:
    from recsys_rag.facts.like import LikeFact


def _fields(fact: "LikeFact", noun: str) -> Fields:
    title = clean(fact.title)
    if len(fact.genres) == 1:
        return {"title": title, "kin": genre_forms(fact.genres[0], noun)[0]}
    return {"title": title, "shared": listed([clean(genre) for genre in fact.genres])}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is {kin}, like {title}, which you named",
        "Like {title}, which you named, {film} is {kin}",
        "You named {title}, and {film} is {kin} too",
        "{film} shares {shared} with {title}, which you named",
        "Like {title}, which you named, {film} is listed under {shared}",
        "You named {title}, and {film} is listed under {shared} too",
    ),
    nexts=(
        "it is {kin}, like {title}, which you named",
        "it is {kin}, as is {title}, which you named",
        "it shares {shared} with {title}, which you named",
        "it has {shared} in common with {title}, which you named",
        "it is listed under {shared}, like {title}, which you named",
        "it is listed under {shared}, as is {title}, which you named",
    ),
)
