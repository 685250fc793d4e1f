"""How a move since the last list is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.moved import MovedFact


def _fields(fact: "MovedFact", noun: str) -> Fields:
    rank = str(fact.rank)
    if fact.last_rank is None:
        return {"entered": rank}
    return {"now": rank, "up" if fact.rank < fact.last_rank else "down": str(fact.last_rank)}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} moves up from place {up} to {now}",
        "{film} climbs from place {up} in your last list to {now}",
        "Up from place {up} in your last list, {film} is now at {now}",
        "From place {up} in your last list, {film} rises to {now}",
        "Last time {film} was at place {up}, now it is up at {now}",
        "{film} moves down from place {down} to {now}",
        "{film} slips from place {down} in your last list to {now}",
        "Down from place {down} in your last list, {film} is now at {now}",
        "From place {down} in your last list, {film} falls to {now}",
        "Last time {film} was at place {down}, now it is down at {now}",
        "{film} joins the list at place {entered}",
        "{film} is new in the list, at place {entered}",
        "New in the list at place {entered} is {film}",
        "New since your last list is {film}, at place {entered}",
        "Since your last list, {film} has come in at place {entered}",
    ),
    nexts=(
        "it moves up from place {up} to {now}",
        "it climbs from place {up} in your last list to {now}",
        "from place {up} in your last list, it rises to {now}",
        "it was at place {up} in your last list, now up at {now}",
        "since your last list, it has moved up from place {up} to {now}",
        "it moves down from place {down} to {now}",
        "it slips from place {down} in your last list to {now}",
        "from place {down} in your last list, it falls to {now}",
        "it was at place {down} in your last list, now down at {now}",
        "since your last list, it has moved down from place {down} to {now}",
        "it is new in the list, at place {entered}",
        "it joins the list at place {entered}",
        "it is new since your last list, at place {entered}",
        "since your last list, it has come in at place {entered}",
        "it enters the list at place {entered}",
    ),
)
