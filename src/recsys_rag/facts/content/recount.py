"""Strengths, read again from their columns."""

from typing import TYPE_CHECKING

import numpy as np

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.content import ContentFact


def objection(fact: "ContentFact", candidate: Candidate, catalog: Catalog) -> str:
    for name in fact.strong:
        column = catalog.attributes.get(name, ())
        if not (isinstance(column, np.ndarray) and column[candidate.item_index] >= 3):
            return f"the catalog does not call it strong in {name}"
    return ""
