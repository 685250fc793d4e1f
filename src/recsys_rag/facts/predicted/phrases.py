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
        "{film} is {sure} for you",
        "For you, {film} is {sure}",
        "We call {film} {sure} for you",
        "Going by your ratings, {film} is {sure}",
        "Your ratings make {film} {sure}",
        "Going by your ratings, you would give {film} about {r} of {top}",
        "Your predicted rating for {film} is {r} of {top}",
        "For {film}, your ratings predict {r} of {top}",
        "{film} is predicted at {r} of {top} for you",
    ),
    nexts=(
        "it is {sure} for you",
        "for you, it is {sure}",
        "we call it {sure} for you",
        "going by your ratings, it is {sure}",
        "your ratings make it {sure}",
        "going by your ratings, you would give it about {r} of {top}",
        "your predicted rating is {r} of {top}",
        "your ratings predict {r} of {top} for it",
        "it is predicted at {r} of {top} for you",
    ),
)
