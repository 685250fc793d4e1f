"""Metadata: who made an item, director and actors as the catalog has them. Says nothing where the
catalog does not."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named, Part
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.metadata.phrases import PHRASES
from recsys_rag.facts.metadata.reading import READING
from recsys_rag.facts.metadata.recount import objection, recount
from recsys_rag.types import Evidence, ResolvedQuery

_SHOWN = 2  # of each column


@dataclass(frozen=True, slots=True)
class MetadataFact(Fact):
    kind = "metadata"
    directors: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()

    @property
    def part(self) -> Part:
        return "what"

    @property
    def names(self) -> tuple[Named, ...]:
        return tuple(Named(person, "person") for person in self.directors + self.actors)


class _MetadataEvidence:
    """States "directed by Joel Coen, with Frances McDormand and William H. Macy"."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        for item in item_indices.tolist():
            directors = self._catalog.people(item, "director")[:_SHOWN]
            actors = self._catalog.people(item, "actors")[:_SHOWN]
            if not directors and not actors:
                continue
            item_id = self._catalog.items.id(item)
            columns = [*(["director"] if directors else []), *(["actors"] if actors else [])]
            credits = [f"directed by {' and '.join(directors)}"] if directors else []
            credits += [f"with {' and '.join(actors)}"] if actors else []
            yield Evidence(
                item_id,
                MetadataFact(directors, actors),
                self._catalog.source(item, *columns),
                ", ".join(credits),
                0.3,
            )


KIND = Kind(
    MetadataFact,
    lambda parts: _MetadataEvidence(parts.dataset.catalog),
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
