"""How sentences speak of a leaning: the share among what the person liked, and in the catalog."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check
from recsys_rag.verify.slots import FEEDBACK, SHARE, exactly, share

if TYPE_CHECKING:
    from recsys_rag.facts.leaning import Leaning

SHAPES = {"n_of_m": SHARE, "feedback": FEEDBACK}
PARTS = {
    "FILMS": ("films (?:that )?you (?:have )?<feedback>",),
    "SHARE": ("<n_of_m>", "<p> % of the"),
    "AGAINST": (
        "",
        ",? (?:against|compared (?:to|with)|versus|but) <q> % (?:of|in|across) the "
        "(?:whole |entire )?catalog",
    ),
}


def leaning_slots(fact: "Leaning") -> Mapping[str, Check]:
    return {
        "n_of_m": share(fact.n_liked, fact.n_history),
        "p": exactly(fact.share_percent),
        "q": exactly(fact.catalog_percent),
        "feedback": exactly(fact.feedback),
    }
