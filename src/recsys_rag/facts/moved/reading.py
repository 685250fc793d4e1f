"""What sentences about a move since the last list mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import exactly

if TYPE_CHECKING:
    from recsys_rag.facts.moved import MovedFact


def _slots(fact: "MovedFact") -> Mapping[str, Check]:
    if fact.last_rank is None:
        return {"entered": exactly(fact.rank)}
    direction = "up" if fact.rank < fact.last_rank else "down"
    return {"now": exactly(fact.rank), direction: exactly(fact.last_rank)}


READING = Reading(
    _slots,
    own=(
        "<it> moves up from place <up> to <now>",
        "<it> climbs from place <up> in your last list to <now>",
        "up from place <up> in your last list, <it> is now at <now>",
        "from place <up> in your last list, <it> rises to <now>",
        "last time <it> was at place <up>, now it is up at <now>",
        "<it> was at place <up> in your last list, now up at <now>",
        "since your last list, <it> has moved up from place <up> to <now>",
        "<it> moves down from place <down> to <now>",
        "<it> slips from place <down> in your last list to <now>",
        "down from place <down> in your last list, <it> is now at <now>",
        "from place <down> in your last list, <it> falls to <now>",
        "last time <it> was at place <down>, now it is down at <now>",
        "<it> was at place <down> in your last list, now down at <now>",
        "since your last list, <it> has moved down from place <down> to <now>",
        "<it> joins the list at place <entered>",
        "<it> is new in the list, at place <entered>",
        "new in the list at place <entered> is <film>",
        "(?:new since your last list is <film>|it is new since your last list), at place <entered>",
        "since your last list, <it> has come in at place <entered>",
        "<it> enters the list at place <entered>",
    ),
    predicates=(
        "(?:has )?(?:moved|climbed|risen|rose|gone|is) up from (?:place|number|rank) <up>(?: "
        "(?:in|on) your last list)?"
        "(?:,? (?:and is )?now (?:at|in) (?:place |number |rank )?<now>)?",
        "(?:has )?(?:moved|climbed|risen|rose|gone|is) (?:up )?from (?:place|number|rank) <up> "
        "to <now>",
        "(?:has )?(?:moved|gone|is) down from (?:place|number|rank) <down> to <now>",
        "(?:has )?(?:fallen|fell|slipped|dropped) (?:down )?from (?:place|number|rank) <down> "
        "to <now>",
        "is new (?:in|on|to) (?:the|this|your) list,? at (?:place |number |rank )?<entered>",
    ),
)
