"""How a predicted rating is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.predicted import PredictedFact


def _fields(fact: "PredictedFact", noun: str) -> Fields:
    if fact.certainty:
        return {"sure": fact.certainty}
    return {"r": f"{fact.rating:.1f}", "top": f"{fact.top_rating:g}"}


PHRASES = Phrases(
    _fields,
    opens=(
        "Going by your ratings, {film} is {sure} for you",
        "Going by your ratings, we would call {film} {sure}",
        "Your ratings make {film} {sure}",
        "Going by your ratings, you would give {film} about {r} of {top}",
        "Your predicted rating for {film} is {r} of {top}",
        "For {film}, your ratings predict {r} of {top}",
    ),
    nexts=(
        "going by your ratings, it is {sure} for you",
        "going by your ratings, we would call it {sure}",
        "your ratings make it {sure}",
        "going by your ratings, you would give it about {r} of {top}",
        "your ratings predict {r} of {top} for it",
    ),
)
