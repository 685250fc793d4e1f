"""What sentences about similar users mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify._wordings import wordings_beside
from recsys_rag.verify.slots import (
    AMOUNT,
    FLAG,
    SHARE,
    STARS,
    exactly,
    holds,
    percent,
    share,
    stars,
)

if TYPE_CHECKING:
    from recsys_rag.facts.neighbors import NeighborsFact

_ROUNDED, _ALIKE, _SLIGHTLY = 0.5, 2.5, 8.0  # percentage points apart


def _slots(fact: "NeighborsFact") -> Mapping[str, Check]:
    asked = exactly(fact.n_neighbors)
    if not fact.n_raters:
        return {"choosing": share(fact.n_liked, fact.n_neighbors), "asked": asked, "most": holds}
    of, liked = share(fact.n_liked, fact.n_raters), f"{fact.liked_rating:g}"
    ahead = 100 * fact.n_liked / fact.n_raters - fact.everyone_percent  # percentage points
    return {
        "split" if fact.is_split else "most": holds,
        "of": of,
        "all_of": of,
        "m": exactly(fact.n_raters),
        "everyone": percent(fact.everyone_percent),
        "rest": share(fact.n_raters - fact.n_liked, fact.n_raters),
        "below": exactly(liked),
        "more": holds if ahead > 0 else _no,
        "slightly": holds if _ROUNDED < ahead <= _SLIGHTLY else _no,
        "less": holds if ahead < 0 else _no,
        "slightly_less": holds if -_SLIGHTLY <= ahead < -_ROUNDED else _no,
        "alike": holds if abs(ahead) <= _ALIKE else _no,
        "stars": stars(fact.liked_rating, fact.top_rating, fact.rating_step),
        "polled": asked,
    }


def _no(text: str) -> bool:
    return False


_WORDINGS = wordings_beside(__file__)
READING = Reading(
    _slots,
    shapes={
        "of": SHARE,
        "all_of": "(all|both|every one|each)",
        "choosing": SHARE,
        "stars": STARS,
        "everyone": "{HOW}? {AMOUNT}",
        "rest": SHARE,
        "below": AMOUNT,
        **dict.fromkeys(("most", "split", "more", "slightly", "alike"), FLAG),
    },
    **_WORDINGS,
)
