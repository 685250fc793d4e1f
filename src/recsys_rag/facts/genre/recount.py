"""A leaning toward a genre, counted again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.query_rows import QueryRows
from recsys_rag.facts._leaning.recount import recounted
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.genre import GenreFact


def recount(fact: "GenreFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    return recounted(rows, [fact.genre in genres for genres in rows.dataset.catalog.genres])
