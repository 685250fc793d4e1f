"""A predicted rating, held against the one that is shown beside the title."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.predicted import PredictedFact


def recount(fact: "PredictedFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    """Against the prediction that the ranking made, and what the model says of its error, which
    stands in no row."""
    scale = rows.dataset.scale
    if scale is None or candidate.predicted_rating is None or not rows.rated:
        return {"rating": None}
    shown = {"rating": float(candidate.predicted_rating), "top_rating": float(scale.high)}
    predicted = rows.predicted(candidate.item_index)
    if predicted is None:
        return {**shown, "rating_error": None, "liking_percent": None, "liked_rating": None}
    rating, error = predicted[0], max(predicted[1], 0.1)
    below = scale.liked - scale.step / 2 - rating
    likes = 0.5 * math.erfc(below / error / math.sqrt(2))
    likely = {"liking_percent": 100 * likes, "liked_rating": float(scale.liked)}
    return {**shown, "rating_error": error, **likely}


def objection(fact: "PredictedFact", candidate: Candidate, catalog: Catalog) -> str:
    shown = candidate.predicted_rating
    if shown is None or abs(fact.rating - shown) <= 0.0501:  # rounded to one decimal
        return ""
    return f"its predicted rating is {shown:.1f}, not {fact.rating:.1f}"
