"""How it is said where the catalog lists an item."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import clean, listed

if TYPE_CHECKING:
    from recsys_rag.facts.catalog import CatalogFact


def _fields(fact: "CatalogFact", noun: str) -> Fields:
    fields = {"year": str(fact.year)} if fact.year else {}
    if fact.genres:
        return {**fields, "labels": listed([clean(genre) for genre in fact.genres])}
    # that it is there is worth saying only where nothing else is
    bare = f"{fact.title} ({fact.year})" if fact.year else fact.title
    return {**fields, "bare": clean(bare), "it": "it"}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is listed under {labels}",
        "The catalog lists {film} under {labels}",
        "You will find {film} under {labels}",
        "Look under {labels} and you will find {film}",
        "{film} is in the catalog under {labels}",
        "Under {labels}, the catalog lists {film}",
        "In the catalog, {film} stands under {labels}",
        "{bare} is in the catalog",
        "The catalog has {bare}",
        "You will find {bare} in the catalog",
        "Among the films of the catalog is {bare}",
        "In the catalog there is {bare}",
        "Look in the catalog and you will find {bare}",
    ),
    nexts=(
        "it is listed under {labels}",
        "the catalog lists it under {labels}",
        "you will find it under {labels}",
        "in the catalog, it stands under {labels}",
        "it came out in {year} and is listed under {labels}",
        "it is a film of {year}, listed under {labels}",
        "{it} is in the catalog",
        "the catalog has {it}",
        "you will find {it} in the catalog",
    ),
    not_prompted=frozenset({"bare", "it"}),
)
