"""Plot: a sentence of the catalog's plot as a quotation. Data of others: quoted whole and
literally, or not at all."""

from dataclasses import dataclass

from recsys_rag.data._notes import ORIGIN
from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named
from recsys_rag.facts._quoting import quotable
from recsys_rag.facts.kind import Kind, nothing_more, of_items
from recsys_rag.facts.plot.phrases import PHRASES
from recsys_rag.facts.plot.reading import READING
from recsys_rag.facts.plot.recount import objection
from recsys_rag.types import Evidence

COLUMN = "plot"


@dataclass(frozen=True, slots=True)
class PlotFact(Fact):
    kind = "plot"
    part = "what"
    quote: str  # without its full stop
    column: str  # of the catalog

    @property
    def names(self) -> tuple[Named, ...]:
        return (Named(self.quote, "quotation"),)


def _stated(catalog: Catalog, item: int) -> Evidence | None:
    """State 'the catalog says: "A postman loses his bicycle and finds a village"', the first
    sentence of the item's plot, where that is a short plain statement (see `quoting.quotable`)."""
    if catalog.origin(item, COLUMN) == ORIGIN:
        return None  # our own words are no quotation: see the kind premise
    quotes = (quotable(plot) for plot in catalog.people(item, COLUMN))
    if not (quote := next(filter(None, quotes), "")):
        return None
    return Evidence(
        catalog.items.id(item),
        PlotFact(quote, COLUMN),
        f"{catalog.source(item, COLUMN)}, word for word",
        f'the catalog says: "{quote}"',
        0.42,
    )


KIND = Kind(
    PlotFact,
    of_items(_stated),
    PHRASES,
    READING,
    nothing_more,
    (PlotFact("A tale that begins with signal and ends with conspiracy", COLUMN),),
    objection,
)
