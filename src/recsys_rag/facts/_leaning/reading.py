"""How sentences speak of a leaning: the share among what the person liked, and in the catalog.

Genre, decade and person say `{MANY}` ("crime films"), `{ARE}` ("are crime films"), `{IS}` ("is a
crime film") and `{NOUN}` ("crime film") in their own words; what may be said with them is here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check
from recsys_rag.verify._wordings import wordings_beside
from recsys_rag.verify.slots import (
    ABOUT_NUMBER,
    FEEDBACK,
    FLAG,
    SHARE,
    about,
    exactly,
    holds,
    percent,
    share,
    times,
)

if TYPE_CHECKING:
    from recsys_rag.facts._leaning import Leaning

SHAPES = {
    "of": SHARE,
    "all_of": "(all|both|every one|every|each)",
    "feedback": FEEDBACK,
    "q": ABOUT_NUMBER,
    "of_all": SHARE,
    "times": "({ABOUT} |nearly |almost |over |more than |well over )?"
    "(twice|double|triple|<number> times)",
    **dict.fromkeys(("oftener", "far_oftener"), FLAG),
}
_FAR = 1.5  # times as often is "far more often"
_WORDINGS = wordings_beside(__file__)
CLAUSES, PREDICATES, MODIFIERS, FRAMES = (
    _WORDINGS[role] for role in ("clauses", "predicates", "modifiers", "frames")
)
SHARED_PARTS = _WORDINGS["parts"]
# "9 of the 14 films you liked", in all its forms
LIKED = {name: SHARED_PARTS[name] for name in ("YOU_LIKED", "FILMS", "OF_LIKED")}


def leaning_slots(fact: "Leaning") -> Mapping[str, Check]:
    n, m, of_all = fact.n_liked, fact.n_history, fact.catalog_percent
    ratio = 100 * n / m / of_all if of_all else 0.0
    compared: dict[str, Check] = {}
    if of_all:
        compared = {"of_all": percent(of_all), "times": times(n / m, of_all / 100)}
        compared |= dict.fromkeys(
            ["oftener"] * (ratio > 1) + ["far_oftener"] * (ratio >= _FAR), holds
        )
    return compared | {
        "of": share(n, m),
        "all_of": share(n, m),
        "n": exactly(n),
        "m": exactly(m),
        "q": about(fact.catalog_percent),
        "feedback": exactly(fact.feedback),
    }
