"""Liked items with a mood or theme, counted again over the column."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.shared import SharedFact


def recount(fact: "SharedFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    """The item itself is not among the liked."""
    catalog = rows.dataset.catalog
    liked = [item for item in rows.liked if item != candidate.item_index]
    theirs = [item for item in liked if fact.value in catalog.texts(item, fact.column)]
    named = [item for item in theirs if catalog.items.id(item) in fact.example_ids]
    names = {catalog.items.id(item): catalog.name(item) for item in named}
    return {
        "n_liked": len(theirs),
        "n_history": len(liked),
        "n_having": sum(
            fact.value in catalog.texts(item, fact.column) for item in range(len(catalog))
        ),
        "n_catalog": len(catalog),
        "feedback": rows.feedback,
        "examples": tuple(names[one] for one in fact.example_ids if one in names),
        "example_ids": tuple(one for one in fact.example_ids if one in names),
    }


def objection(fact: "SharedFact", candidate: Candidate, catalog: Catalog) -> str:
    if fact.value in catalog.texts(candidate.item_index, fact.column):
        return ""
    return f"{fact.value!r} is not among its {fact.column}"
