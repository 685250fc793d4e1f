"""Liked items of a person, counted again over the column of the role."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.person import PersonFact


def recount(fact: "PersonFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    """The item itself is not among the liked."""
    credits = rows.dataset.catalog.metadata[fact.role]
    liked = [item for item in rows.liked if item != candidate.item_index]
    return {
        "n_liked": sum(fact.person in credits[item] for item in liked),
        "n_history": len(liked),
        "n_theirs": sum(fact.person in names for names in credits),
        "n_catalog": rows.dataset.n_items,
        "feedback": rows.feedback,
    }


def objection(fact: "PersonFact", candidate: Candidate, catalog: Catalog) -> str:
    if fact.person in catalog.people(candidate.item_index, fact.role):
        return ""
    return f"the catalog does not have {fact.person} as its {fact.role}"
