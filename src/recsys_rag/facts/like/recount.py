"""Genres shared with a named item, read again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.like import LikeFact


def recount(fact: "LikeFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    catalog = rows.dataset.catalog
    example = catalog.items.index(fact.item_id)
    theirs = catalog.known_genres(example) if example in rows.named else ()
    return {"genres": tuple(genre for genre in candidate.genres if genre in theirs)}


def objection(fact: "LikeFact", candidate: Candidate, catalog: Catalog) -> str:
    example = catalog.items.get(fact.item_id)
    theirs = () if example is None else catalog.genres[example]
    missing = [genre for genre in fact.genres if genre not in theirs]
    return f"{missing[0]} is not a genre of {fact.title}" if missing else ""
