"""Moods and themes, read again in the order of the catalog."""

from typing import TYPE_CHECKING

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.mood import MoodFact


def objection(fact: "MoodFact", candidate: Candidate, catalog: Catalog) -> str:
    item = candidate.item_index
    for values, column in ((fact.moods, "moods"), (fact.themes, "themes")):
        for value in values:
            if value not in catalog.texts(item, column):
                return f"{value!r} is not among its {column}"
    if fact.for_families and "for families" not in catalog.texts(item, "moods"):
        return "its moods do not say that it is for families"
    return ""
