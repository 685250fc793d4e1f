"""Plot: a sentence of the catalog's plot as a quotation. Data of others: quoted whole and
literally, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._notes import ORIGIN
from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named, Part
from recsys_rag.facts._quoting import quotable
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.plot.phrases import PHRASES
from recsys_rag.facts.plot.reading import READING
from recsys_rag.facts.plot.recount import objection, recount
from recsys_rag.types import Evidence, ResolvedQuery

COLUMN = "plot"


@dataclass(frozen=True, slots=True)
class PlotFact(Fact):
    kind = "plot"
    quote: str  # without its full stop
    column: str  # of the catalog

    @property
    def part(self) -> Part:
        return "what"

    @property
    def names(self) -> tuple[Named, ...]:
        return (Named(self.quote, "quotation"),)


class _PlotEvidence:
    """States 'the catalog says: "A postman loses his bicycle and finds a village"', the first
    sentence of the item's plot.

    Nothing is stated where that is no short plain statement (see `quoting.quotable`).
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        for item in item_indices.tolist():
            if self._catalog.origin(item, COLUMN) == ORIGIN:
                continue  # our own words are no quotation: see the kind premise
            quotes = (quotable(plot) for plot in self._catalog.people(item, COLUMN))
            if quote := next(filter(None, quotes), ""):
                item_id = self._catalog.items.id(item)
                yield Evidence(
                    item_id,
                    PlotFact(quote, COLUMN),
                    f"{self._catalog.source(item, COLUMN)}, word for word",
                    f'the catalog says: "{quote}"',
                    0.42,
                )


KIND = Kind(
    PlotFact,
    lambda parts: _PlotEvidence(parts.dataset.catalog),
    PHRASES,
    READING,
    recount,
    (PlotFact("A tale that begins with signal and ends with conspiracy", COLUMN),),
    objection,
)
