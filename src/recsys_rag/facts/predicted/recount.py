"""A predicted rating, held against the one that is shown beside the title."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.predicted import PredictedFact


def recount(fact: "PredictedFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    """Against the prediction that the ranking made; what its error is, no row says."""
    scale = rows.dataset.scale
    if scale is None or candidate.predicted_rating is None or not rows.rated:
        return {"rating": None}
    return {"rating": float(candidate.predicted_rating), "top_rating": float(scale.high)}


def objection(fact: "PredictedFact", candidate: Candidate, catalog: Catalog) -> str:
    shown = candidate.predicted_rating
    if shown is None or abs(fact.rating - shown) <= 0.0501:  # rounded to one decimal
        return ""
    return f"its predicted rating is {shown:.1f}, not {fact.rating:.1f}"
