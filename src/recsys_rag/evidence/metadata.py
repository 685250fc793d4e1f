"""Who made an item: director and actors as the catalog has them. Says nothing where the catalog
does not."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Evidence, Fact, ResolvedQuery

_SHOWN_ACTORS = 2
_SHOWN_DIRECTORS = 2


class MetadataEvidence:
    """States "directed by Joel Coen, with Frances McDormand and William H. Macy"."""

    kind = "metadata"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        for item in item_indices.tolist():
            facts: dict[str, Fact] = {}
            said = []
            directors = self._catalog.people(item, "director")[:_SHOWN_DIRECTORS]
            actors = self._catalog.people(item, "actors")[:_SHOWN_ACTORS]
            if directors:
                facts["director"] = directors
                said.append(f"directed by {' and '.join(directors)}")
            if actors:
                facts["actors"] = actors
                said.append(f"with {' and '.join(actors)}")
            if facts:
                item_id = self._catalog.items.id(item)
                source = f"catalog {' and '.join(facts)} of item {item_id}"
                yield Evidence(self.kind, item_id, facts, source, ", ".join(said), 0.3)
