"""Our record with a person, counted again: the model is asked for each of the last ratings without
it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.record import RecordFact


def recount(fact: "RecordFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    scale, steps = rows.dataset.scale, rows.resolved.steps_back
    if scale is None or steps is None:
        return {"n_ratings": None}
    newest = sorted(zip(steps.tolist(), rows.resolved.item_indices.tolist(), strict=True))
    last = [item for _, item in newest[:20]]
    foretold = rows.foretold(last)
    if foretold is None:
        return {"n_right": None}
    margin = (scale.high - scale.low) / 8
    n_right = sum(
        abs(predicted - rows.rated[item]) <= margin
        for item, predicted in zip(last, foretold, strict=True)
    )
    return {"n_right": n_right, "n_ratings": len(last), "margin": margin}
