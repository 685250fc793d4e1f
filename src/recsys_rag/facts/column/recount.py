"""Columns, read again."""

from typing import TYPE_CHECKING

import numpy as np

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.column import ColumnFact


def texts_of(catalog: Catalog, item: int, column: str) -> tuple[str, ...]:
    """Return the texts of a column, without blanks around and within them."""
    return tuple(" ".join(value.split()) for value in catalog.texts(item, column))


def objection(fact: "ColumnFact", candidate: Candidate, catalog: Catalog) -> str:
    item = candidate.item_index
    if fact.values:
        wrong = set(fact.values) - set(texts_of(catalog, item, fact.column))
        return f"its {fact.column} is not {sorted(wrong)[0]!r}" if wrong else ""
    if fact.number is None:
        return f"its {fact.column} is not said"
    if fact.column == "runtime":
        is_so = fact.highest is None and int(catalog.runtimes[item]) == fact.number
    else:
        numbers = [
            float(column[item])
            for column in catalog.attributes.values()
            if isinstance(column, np.ndarray)
        ]
        own = catalog.attributes.get(fact.column)
        is_so = isinstance(own, np.ndarray) and float(own[item]) == fact.number
        is_so = is_so and (fact.highest is None or fact.highest in numbers)
    return "" if is_so else f"its {fact.column} is not {fact.number:g}"
