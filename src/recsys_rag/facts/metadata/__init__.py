"""Metadata: who made an item, director and actors as the catalog has them. Says nothing where the
catalog does not."""

from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named
from recsys_rag.facts.kind import Kind, of_items
from recsys_rag.facts.metadata.phrases import PHRASES
from recsys_rag.facts.metadata.reading import READING
from recsys_rag.facts.metadata.recount import objection, recount
from recsys_rag.types import Evidence

_SHOWN = 2  # of each column


@dataclass(frozen=True, slots=True)
class MetadataFact(Fact):
    kind = "metadata"
    part = "what"
    directors: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[Named, ...]:
        return tuple(Named(person, "person") for person in self.directors + self.actors)


def _stated(catalog: Catalog, item: int) -> Evidence | None:
    """State "directed by Joel Coen, with Frances McDormand and William H. Macy"."""
    directors = catalog.people(item, "director")[:_SHOWN]
    actors = catalog.people(item, "actors")[:_SHOWN]
    if not directors and not actors:
        return None
    columns = [*(["director"] if directors else []), *(["actors"] if actors else [])]
    credits = [f"directed by {' and '.join(directors)}"] if directors else []
    credits += [f"with {' and '.join(actors)}"] if actors else []
    return Evidence(
        catalog.items.id(item),
        MetadataFact(directors, actors),
        catalog.source(item, *columns),
        ", ".join(credits),
        0.3,
    )


KIND = Kind(
    MetadataFact,
    of_items(_stated),
    PHRASES,
    READING,
    recount,
    (
        MetadataFact(("Kit Osei",), ("Rhea Landau", "Cole Abernath")),
        MetadataFact(("Kit Osei",)),
        MetadataFact((), ("Rhea Landau",)),
    ),
    objection,
)
