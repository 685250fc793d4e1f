"""What sentences about similar users mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import FLAG, SHARE, STARS, exactly, holds, share, stars
from recsys_rag.verify.wordings import wordings_beside

if TYPE_CHECKING:
    from recsys_rag.facts.neighbors import NeighborsFact


def _slots(fact: "NeighborsFact") -> Mapping[str, Check]:
    asked = exactly(fact.n_neighbors)
    if not fact.n_raters:
        return {"choosing": share(fact.n_liked, fact.n_neighbors), "asked": asked, "most": holds}
    of = share(fact.n_liked, fact.n_raters)
    return {
        "split" if fact.is_split else "most": holds,
        "of": of,
        "all_of": of,
        "m": exactly(fact.n_raters),
        "everyone": share(fact.everyone_percent, 100),
        "more": holds if fact.n_liked * 100 > fact.everyone_percent * fact.n_raters else _no,
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
        **dict.fromkeys(("most", "split", "more"), FLAG),
    },
    **_WORDINGS,
)
