"""What was asked for, held against the query again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.words import WordsFact


def recount(fact: "WordsFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    """Only that it was asked for; that the item has it is the catalog's to say."""
    asked = {"words": rows.resolved.words, "profile": rows.resolved.profile}[fact.asked]
    people = {fold(person) for person in asked.people}
    return {
        "genres": tuple(genre for genre in fact.genres if genre in asked.genres),
        "people": tuple(person for person in fact.people if fold(person) in people),
        "years": asked.years if fact.years else None,
    }


def objection(fact: "WordsFact", candidate: Candidate, catalog: Catalog) -> str:
    if fact.years is None or fact.years[0] <= (candidate.year or 0) <= fact.years[1]:
        return ""
    return f"{candidate.name} is not of {fact.years[0]} to {fact.years[1]}"
