"""How many rated an item, and their mean, counted again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.popularity import PopularityFact


def recount(fact: "PopularityFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    _, ratings = rows.ratings_of(candidate.item_index)
    scale = rows.dataset.scale
    if scale is None:
        return {"n_ratings": len(ratings), "mean_rating": None, "top_rating": None}
    mean = float(ratings.mean(dtype="float64")) if len(ratings) else None
    return {"n_ratings": len(ratings), "mean_rating": mean, "top_rating": float(scale.high)}
