"""What sentences about year and genres mean; how it is said of any film is in `words.toml`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import FLAG, exactly, holds, lists

if TYPE_CHECKING:
    from recsys_rag.facts.catalog import CatalogFact


def _slots(fact: "CatalogFact") -> Mapping[str, Check]:
    slots = {"listed": holds, "its_genres": lists(fact.genres)}
    if not fact.year:
        return slots
    decade = exactly(f"{fact.year // 10 * 10}s")
    return {**slots, "its_year": exactly(fact.year), "its_decade": decade}


READING = Reading(
    _slots,
    shapes={"listed": FLAG},
    clauses=(
        "<listed><it> is in the catalog",
        "<listed>the catalog has <it>",
        "<listed>you will find <it> in the catalog",
        "<listed>among the films of the catalog is <it>",
        "<listed>in the catalog there is <it>",
        "<listed>look in the catalog and you will find <it>",
    ),
)
