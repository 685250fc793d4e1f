"""A leaning toward a decade, counted again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.facts._leaning.recount import recounted
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.decade import DecadeFact


def recount(fact: "DecadeFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    years = rows.dataset.catalog.years.tolist()
    return recounted(rows, [year // 10 * 10 == fact.decade for year in years])


def objection(fact: "DecadeFact", candidate: Candidate, catalog: Catalog) -> str:
    is_of_it = (candidate.year or 0) // 10 * 10 == fact.decade
    return "" if is_of_it else f"{candidate.name} is not of the {fact.decade}s"
