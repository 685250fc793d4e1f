"""What sentences about the person's own items mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify._wordings import wordings_beside
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import (
    COUNT,
    FEEDBACK,
    FLAG,
    NAME,
    NUMBER,
    ORDINAL,
    RATING,
    TWO_NAMES,
    count,
    exactly,
    holds,
)

if TYPE_CHECKING:
    from recsys_rag.facts.influence import InfluenceFact

_MANY = (10, 20, 50, 100)  # places that "more than" may be said of, however many more

_FIRST = {10: "ten", 20: "twenty", 50: "fifty", 100: "hundred"}


def _slots(fact: "InfluenceFact") -> Mapping[str, Check]:
    titles, ratings = [as_shown(title) for title in fact.titles], [f"{r:g}" for r in fact.ratings]
    slots: dict[str, Check] = {"feedback": exactly("liked" if ratings else "chose")}
    slots["rank"] = exactly(fact.rank)
    slots |= {"n_ranked": count(fact.n_ranked), "rank_then": exactly(fact.rank_without)}
    if fact.rank == 1:
        slots["top"] = holds
    else:
        slots |= {"ahead": exactly(fact.rank - 1), "ahead_some": holds}
    slots["n_others"] = count(fact.n_ranked - 1)
    if fact.n_places:
        slots |= {"rank_without": exactly(fact.rank_without), "lower": holds}
        slots["beyond"] = exactly(
            *(name for n, name in _FIRST.items() if fact.rank <= n < fact.rank_without)
        )
    else:
        slots["same"] = holds
    if n := fact.n_places:
        is_it, more = count(n), exactly(*(f"more than {most}" for most in _MANY if n > most))
        single = exactly(*("one", "single") * (n == 1))
        slots["places"] = lambda text: is_it(text) or more(text) or single(text)
    if fact.is_near:
        slots["near"] = holds
    if fact.is_main:
        slots["main"] = holds
    if fact.is_example:
        return {**slots, "example": exactly(titles[0])}
    slots["rated" if ratings else "pick"] = holds
    if len(titles) == 2:
        slots["both"] = exactly(" and ".join(titles))
        slots["pair"] = exactly(" and ".join(titles), " and ".join(reversed(titles)))
        slots |= {"one": exactly(titles[0]), "other": exactly(titles[1])}
        if ratings:
            first, second = ratings
            slots |= {"r_one": exactly(first), "r_other": exactly(second)}
            if first == second:
                slots["each"] = exactly(first)
        return slots
    slots["title"] = exactly(titles[0])
    if ratings:
        slots["r"] = exactly(ratings[0])
    return slots


_WORDINGS = wordings_beside(__file__)
READING = Reading(
    _slots,
    shapes={
        **dict.fromkeys(("title", "example", "one", "other"), NAME),
        **dict.fromkeys(
            ("rated", "pick", "near", "main", "same", "lower", "top", "ahead_some"), FLAG
        ),
        **dict.fromkeys(("rank", "rank_without"), ORDINAL),
        "n_ranked": COUNT,
        **dict.fromkeys(("r", "r_one", "r_other", "each"), RATING),
        **dict.fromkeys(("both", "pair"), TWO_NAMES),
        "feedback": FEEDBACK,
        "places": f"{COUNT}|single",
        "n_others": COUNT,
        "ahead": NUMBER,
        "beyond": "|".join(_FIRST.values()),
    },
    adjoins=("predicted",),
    **_WORDINGS,
)
