"""A premise, held against the notes of the catalog word for word."""

from typing import TYPE_CHECKING

from recsys_rag.data._notes import ORIGIN
from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.premise import PremiseFact


def objection(fact: "PremiseFact", candidate: Candidate, catalog: Catalog) -> str:
    sentences = catalog.people(candidate.item_index, "plot")
    is_ours = catalog.origin(candidate.item_index, "plot") == ORIGIN
    if is_ours and f"{fact.premise}." in sentences:
        return ""
    return f"the notes do not say of it {fact.premise!r}"
