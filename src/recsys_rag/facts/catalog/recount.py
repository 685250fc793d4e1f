"""Title, year and genres, read again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.catalog import CatalogFact


def recount(fact: "CatalogFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    genres = rows.dataset.catalog.known_genres(candidate.item_index)
    return {"title": candidate.title, "genres": genres, "year": candidate.year}


def objection(fact: "CatalogFact", candidate: Candidate, catalog: Catalog) -> str:
    if fact.year is None or fact.year == candidate.year:
        return ""
    return f"{candidate.name} is not of {fact.year}"
