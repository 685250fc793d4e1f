"""What sentences about a predicted rating mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import DECIMAL, RATING, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.predicted import PredictedFact


def _slots(fact: "PredictedFact") -> Mapping[str, Check]:
    slots = {"decimal": exactly(f"{fact.rating:.1f}"), "top": exactly(f"{fact.top_rating:g}")}
    if fact.rating_error is not None:
        slots["error"] = exactly(f"{fact.rating_error:.1f}")
    return slots


READING = Reading(
    _slots,
    shapes={"decimal": DECIMAL, "top": RATING, "error": DECIMAL},
    own=(
        "your predicted rating(?: for <it>)? is <decimal> of <top>",
        "going by your ratings, you would give <it> about <decimal> of <top>",
        "the prediction for <film> is <decimal> of <top>, going by your ratings",
        "the prediction for you is <decimal> of <top>(?:, give or take <error>)?",
        "<it> is predicted at <decimal> of <top> for you",
        "by the numbers, <it> comes out at <decimal> of <top> for you",
        "put your ratings together and <it> comes out at <decimal> of <top>",
        "from your ratings follows a prediction of <decimal> of <top> for <it>",
        "the estimate of your rating(?: for <it>)? is <decimal> of <top>, give or take <error>",
        "for <film>, your ratings predict <decimal> of <top>, give or take <error>",
        "your ratings predict <decimal> of <top> for <it>",
    ),
    clauses=(
        "{BASIS}{WE_THINK}you would (?:probably |likely )?(?:give|rate) <it> (?:at "
        ")?{ABOUT}{ERROR}",
        "{BASIS}we (?:predict|expect|estimate) {ABOUT} for <it>{ERROR}",
        "{BASIS}(?:your|our|the) (?:predicted|expected|estimated) rating (?:for|of) <it> is "
        "{ABOUT}{ERROR}",
        "{BASIS}(?:our|the) (?:prediction|estimate)(?: for you)? for <it> is {ABOUT}{ERROR}",
        "{BASIS}{ITS} predicted rating for you is {ABOUT}{ERROR}",
        "your ratings (?:predict|point to|suggest) {ABOUT} for <it>{ERROR}",
        "{BASIS}your (?:predicted|expected|estimated) rating is {ABOUT}{ERROR}",
    ),
    predicates=(
        "(?:is|has been) {PREDICTED_AT} {ABOUT} (?:for|from|by) you{ERROR}",
        "(?:is|has been) {PREDICTED_AT} {ABOUT}{ERROR}",
        "(?:has|gets|carries|comes with|earns) a predicted rating (?:for you )?of {ABOUT}(?: "
        "for you)?{ERROR}",
        "(?:would|should) (?:probably |likely )?(?:get|earn|receive) {ABOUT} from you{ERROR}",
        "comes out at {ABOUT} for you{ERROR}",
    ),
    modifiers=(
        "with a predicted rating (?:for you )?of {ABOUT}(?: for you)?{ERROR}",
        "{PREDICTED_AT} {ABOUT} (?:for|from|by) you{ERROR}",
    ),
    parts={
        "ABOUT": (
            "(?:an? )?(?:about |around )?<decimal>",
            "(?:an? )?(?:about |around )?<decimal> of <top>",
        ),
        "ERROR": ("", ",? (?:give or take|plus or minus) <error>"),
        "BASIS": (
            "",
            "(?:based on|going by|judging by|given|from) (?:your (?:own )?ratings|your "
            "history|what you have rated),? ",
        ),
        "WE_THINK": ("(?:we (?:think|expect|predict|estimate) (?:that )?)?",),
        "PREDICTED_AT": ("(?:predicted|expected|estimated) (?:at|to (?:get|earn|receive|be))",),
        "ITS": ("its", "<film>'s"),
    },
    closes=True,
)
