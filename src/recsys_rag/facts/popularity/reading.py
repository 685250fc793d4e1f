"""What sentences about the ratings of all people mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify._wordings import wordings_beside
from recsys_rag.verify.slots import COUNT, MEAN, RATING, count, exactly, mean

if TYPE_CHECKING:
    from recsys_rag.facts.popularity import PopularityFact


def _slots(fact: "PopularityFact") -> Mapping[str, Check]:
    if fact.mean_rating is None:
        return {"choices": count(fact.n_ratings)}
    return {
        "count": count(fact.n_ratings),
        "mean": mean(fact.mean_rating),
        "top": exactly(f"{fact.top_rating:g}"),
    }


_WORDINGS = wordings_beside(__file__)
READING = Reading(
    _slots, shapes={"count": COUNT, "choices": COUNT, "mean": MEAN, "top": RATING}, **_WORDINGS
)
