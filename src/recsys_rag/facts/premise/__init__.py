"""Premise: what a film is about, a sentence of our own notes. Sentences of others are quoted by
plot."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._notes import ORIGIN
from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named, Part
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.premise.phrases import PHRASES
from recsys_rag.facts.premise.reading import READING
from recsys_rag.facts.premise.recount import objection, recount
from recsys_rag.types import Evidence, ResolvedQuery

COLUMN = "plot"
# What premises begin with that keeps its capital within a sentence.
PROPER = frozenset(
    ("Africans", "Albert", "Allied", "American", "Americans", "Black", "Doc", "English", "Florida")
    + ("German", "Green", "Indian", "Irish", "Italian", "James", "Japanese", "King", "London")
    + ("Los", "Martian", "Pakistani", "San", "Somali")
)


@dataclass(frozen=True, slots=True)
class PremiseFact(Fact):
    kind = "premise"
    premise: str  # as the notes have it, without its full stop

    @property
    def part(self) -> Part:
        return "what"

    @property
    def names(self) -> tuple[Named, ...]:
        return (Named(said(self.premise), "quotation"),)


def said(premise: str) -> str:
    """Return a premise as it stands within a sentence.

    >>> said("A postman loses his bicycle"), said("James Bond loses his car")
    ('a postman loses his bicycle', 'James Bond loses his car')
    """
    first = premise.split(maxsplit=1)[0].rstrip(",")
    return premise if first in PROPER else premise[0].lower() + premise[1:]


class _PremiseEvidence:
    """States "a postman loses his bicycle and finds a village", the premise that the notes have."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        for item in item_indices.tolist():
            if self._catalog.origin(item, COLUMN) != ORIGIN:
                continue
            (premise,) = self._catalog.people(item, COLUMN)
            yield Evidence(
                self._catalog.items.id(item),
                PremiseFact(premise.removesuffix(".")),
                f"film notes premise of item {self._catalog.items.id(item)}, word for word",
                f"its premise: {premise.removesuffix('.')}",
                0.8,
            )


KIND = Kind(
    PremiseFact,
    lambda parts: _PremiseEvidence(parts.dataset.catalog),
    PHRASES,
    READING,
    recount,
    (
        PremiseFact("A tale that begins with signal and ends with conspiracy"),
        PremiseFact("James Orla, a tailor, finds a map"),
    ),
    objection,
)
