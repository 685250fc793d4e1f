"""How a predicted rating is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.predicted import PredictedFact


def _fields(fact: "PredictedFact", noun: str) -> Fields:
    fields = {"r": f"{fact.rating:.1f}", "top": f"{fact.top_rating:g}"}
    if fact.rating_error is not None:
        fields["error"] = f"{fact.rating_error:.1f}"
    return fields


PHRASES = Phrases(
    _fields,
    opens=(
        "Your predicted rating for {film} is {r} of {top}",
        "Going by your ratings, you would give {film} about {r} of {top}",
        "The prediction for {film} is {r} of {top}, going by your ratings",
        "{film} is predicted at {r} of {top} for you",
        "By the numbers, {film} comes out at {r} of {top} for you",
        "Put your ratings together and {film} comes out at {r} of {top}",
        "From your ratings follows a prediction of {r} of {top} for {film}",
        "The estimate of your rating for {film} is {r} of {top}, give or take {error}",
        "For {film}, your ratings predict {r} of {top}, give or take {error}",
    ),
    nexts=(
        "your predicted rating is {r} of {top}",
        "the prediction for you is {r} of {top}",
        "going by your ratings, you would give it about {r} of {top}",
        "it is predicted at {r} of {top} for you",
        "by the numbers, it comes out at {r} of {top} for you",
        "your ratings predict {r} of {top} for it",
        "the estimate of your rating is {r} of {top}, give or take {error}",
        "the prediction for you is {r} of {top}, give or take {error}",
    ),
)
