"""What sentences about our record with a person mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import AMOUNT, NUMBER, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.record import RecordFact


def _slots(fact: "RecordFact") -> Mapping[str, Check]:
    slots = {"n": exactly(fact.n_right), "m": exactly(fact.n_ratings)}
    if fact.margin == 0.5:
        slots["star"] = exactly("half a star")
    return {**slots, "points": exactly(f"{fact.margin:g}")}


READING = Reading(
    _slots,
    shapes={"n": NUMBER, "m": NUMBER, "star": "half a star", "points": AMOUNT},
    clauses=("{LEAD}{SHORT}", "{LEAD}{LONG}", "{LONG}"),
    parts={
        "MARGIN": ("<star>", "<points> points", "half a point"),
        "LAST": (
            "your (last|latest|most recent) <m> ratings",
            "your <m> (last|latest|most recent) ratings",
            "the <m> (last |latest |most recent )?ratings (that )?you gave( (most recently|last))?",
        ),
        "OURS": (
            "we would have been",
            "our (forecasts?|predictions?|guess|guesses) (came|was|were|have been|would have been)",
            "we (were|came|got)",
        ),
        "LEAD": (
            "before you trust us on <it>: ",
            "how far to trust us on <it>: ",
            "judge <it> by our record with you: ",
            "on <it>,? bear our record in mind: ",
            "(for the record|our record with you),? before you try <it>: ",
            "our record with you: ",
            "how often we were right for you: ",
            "(for the record|so that you know),? ",
        ),
        "SHORT": ("within {MARGIN} on <n> of {LAST}",),
        "LONG": (
            "of {LAST},? {OURS} (to )?within {MARGIN} (on|for) <n>",
            "{OURS} (to )?within {MARGIN} (on|for) <n> of {LAST}",
            "(on|for) <n> of {LAST},? {OURS} (to )?within {MARGIN}",
            "we were right (about|on) <n> of {LAST} to within {MARGIN}",
            "(on|for) {LAST},? {OURS} (to )?within {MARGIN} <n> times",
            "when we (forecast|guessed|predicted) {LAST},? {OURS} (to )?within {MARGIN} <n> times",
            "we( managed to)? (foretold|foretell|predicted|predict|guessed|guess) <n> of {LAST} "
            "(to )?within {MARGIN}",
        ),
    },
)
