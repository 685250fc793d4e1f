"""Place and time, held against the catalog."""

from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.setting import SettingFact


def objection(fact: "SettingFact", candidate: Candidate, catalog: Catalog) -> str:
    for name, text in (("place", fact.place), ("time", fact.time)):
        if text and text not in catalog.texts(candidate.item_index, name):
            return f"the catalog does not have {text!r} as its {name}"
    return ""
