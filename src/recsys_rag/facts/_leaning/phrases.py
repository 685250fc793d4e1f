"""The words that phrases about a leaning are filled with."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields
from recsys_rag.generate.wording import share

if TYPE_CHECKING:
    from recsys_rag.facts._leaning import Leaning


def leaning_fields(fact: "Leaning") -> Fields:
    return {
        "n_of_m": share(fact.n_liked, fact.n_history),
        "p": str(fact.share_percent),
        "q": str(fact.catalog_percent),
        "liked": fact.feedback,
    }
