"""What sentences about a predicted rating mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import (
    ABOUT_DECIMAL,
    DECIMAL,
    RATING,
    exactly,
    holds,
    percent,
    stars,
    to_one_decimal,
)

if TYPE_CHECKING:
    from recsys_rag.facts.predicted import PredictedFact


def _slots(fact: "PredictedFact") -> Mapping[str, Check]:
    slots = {"rating": to_one_decimal(fact.rating), "top": exactly(f"{fact.top_rating:g}")}
    if fact.rating_error is not None:
        slots["error"] = to_one_decimal(fact.rating_error)
    if fact.liked_rating is not None and fact.liking_percent is not None:
        slots["hits"] = stars(fact.liked_rating, fact.top_rating, 0)
        slots["goal"] = exactly(f"{fact.liked_rating:g}")
        slots["likely"] = percent(fact.liking_percent)
        slots["unlikely"] = percent(100 - fact.liking_percent)
    if fact.certainty == "a long shot":
        slots["doubted"] = holds
    elif fact.certainty:
        slots["trusted"] = holds
    if fact.certainty:
        slots["sure"] = exactly(fact.certainty, fact.certainty.replace("guess", "bet"))
    return slots


READING = Reading(
    _slots,
    shapes={
        "rating": ABOUT_DECIMAL,
        "top": RATING,
        "error": DECIMAL,
        "sure": "(a (safe|fair) (guess|bet)|a long shot)",
    },
    clauses=(
        "{BASIS}<it> is <sure>( for you)?",
        "for you,? <it> is <sure>",
        "{BASIS}we (would )?(call|consider) <it> <sure>( for you)?",
        "your ratings make <it> <sure>( for you)?",
        "{BASIS}{WE_THINK}you would {LIKELY}{GIVE} <it> {AT}{VALUE}",
        "{BASIS}{WE_THINK}you would {LIKELY}{GIVE} {VALUE} to <it>",
        "{BASIS}we {EXPECT} {VALUE}( from you)? for <it>",
        "{BASIS}we {EXPECT} you to {GIVE} <it> {AT}{VALUE}",
        "{BASIS}{THE} {PREDICTION}( for <it>| of <it>)?( for you)?( for <it>)?(,? {BASED},?)? is "
        "{VALUE}",
        "{BASIS}{THE} {PREDICTION}( for <it>)? (comes|comes out|stands|lies|is) (to|at) {VALUE}",
        "{BASIS}{THE} {PREDICTION} of your rating( for <it>| of <it>)? is {VALUE}",
        "{BASIS}{THE} {PREDICTION} (at|for|of) your rating( for <it>| of <it>)? is {VALUE}",
        "{BASIS}your {PREDICTION}( for <it>| of <it>)? is {VALUE}",
        "{BASIS}<its> {PREDICTION} for you is {VALUE}",
        "{BASIS}the prediction for <it> is {VALUE}(,? {BASED})?",
        "for <it>,? your ratings {PREDICT} {VALUE}",
        "your (ratings|history) {PREDICT} {VALUE}( for <it>)?",
        "from your ratings follows a prediction of {VALUE} for <it>",
        "put your ratings together and <it> comes out at {VALUE}",
        "by the numbers,? <it> comes out at {VALUE} for you",
        "(our|the) model {PREDICTS} (that )?you would {GIVE} <it> {AT}{VALUE}",
        "(our|the) model {PREDICTS} {VALUE}( from you)? for <it>",
        "{BASIS}you are {PREDICTED} to {GIVE} <it> {AT}{VALUE}",
        "{BASIS}<it> (should|would) {LIKELY}(land|end up|come out|come in) {AT}{VALUE} "
        "(for|with) you",
    ),
    predicates=(
        "is <sure>( for you)?",
        "(is|has been) {PREDICTED_AT} {VALUE}( (for|from|by) you)?{ERROR}",
        "(has|gets|carries|comes with|earns) a predicted rating (for you )?of {VALUE}( for "
        "you)?{ERROR}",
        "(would|should) {LIKELY}(get|earn|receive) {VALUE} from you{ERROR}",
        "(comes|works) out at {VALUE} for you{ERROR}",
        "is {LIKELY}a {VALUE} for you{ERROR}",
    ),
    modifiers=(
        "with a predicted rating (for you )?of {VALUE}( for you)?{ERROR}",
        "{PREDICTED_AT} {VALUE} (for|from|by) you{ERROR}",
    ),
    parts={
        "VALUE": ("(an? )?<rating>( stars)?( (of|out of|/) <top>)?( stars)?{ERROR}",),
        "ERROR": ("", ",? (give or take|plus or minus|with an error of( about)?) <error>"),
        "BASED": (
            "(based on|going by|judging by|given|from) (your (own )?ratings|your history|what "
            "you have rated|what you rated)",
        ),
        "BASIS": ("", "{BASED},? "),
        "WE_THINK": ("", "we {EXPECT} (that )?", "(our|the) guess is (that )?"),
        "LIKELY": ("", "(probably|likely) "),
        "AT": ("", "(at|around|about) "),
        "EXPECT": ("(think|expect|predict|estimate|believe|guess|reckon)",),
        "THE": ("(our|the)",),
        "PREDICT": ("(predict|point to|suggest|imply|indicate)",),
        "PREDICTS": ("(predicts|expects|estimates|thinks|reckons)",),
        "PREDICTED": ("(predicted|expected|likely)",),
        "PREDICTION": (
            "(predicted|expected|estimated|likely) rating",
            "(best )?(prediction|estimate|guess|forecast)",
        ),
        "PREDICTED_AT": ("(predicted|expected|estimated) (at|to (get|earn|receive|be))",),
    },
)
