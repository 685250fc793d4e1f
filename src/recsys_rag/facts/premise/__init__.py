"""Premise: what a film is about, a sentence of our own notes. Sentences of others are quoted by
plot."""

from dataclasses import dataclass

from recsys_rag.data._notes import ORIGIN
from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named
from recsys_rag.facts.kind import Kind, nothing_more, of_items
from recsys_rag.facts.premise.phrases import PHRASES
from recsys_rag.facts.premise.reading import READING
from recsys_rag.facts.premise.recount import objection
from recsys_rag.types import Evidence

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
    part = "what"
    premise: str  # as the notes have it, without its full stop

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


def _stated(catalog: Catalog, item: int) -> Evidence | None:
    """State "a postman loses his bicycle and finds a village", the premise that the notes have."""
    if catalog.origin(item, COLUMN) != ORIGIN:
        return None
    (premise,) = catalog.people(item, COLUMN)
    return Evidence(
        catalog.items.id(item),
        PremiseFact(premise.removesuffix(".")),
        f"film notes premise of item {catalog.items.id(item)}, word for word",
        f"its premise: {premise.removesuffix('.')}",
        0.8,
    )


KIND = Kind(
    PremiseFact,
    of_items(_stated),
    PHRASES,
    READING,
    nothing_more,
    (
        PremiseFact("A tale that begins with signal and ends with conspiracy"),
        PremiseFact("James Orla, a tailor, finds a map"),
    ),
    objection,
)
