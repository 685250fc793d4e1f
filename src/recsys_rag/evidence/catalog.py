"""The floor: title, year and genres of an item, which every catalog has. One fact for every item of
any query."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.evidence.genre import NOT_GENRES
from recsys_rag.types import Evidence, Fact, ResolvedQuery


class CatalogEvidence:
    """States "Fargo (1996): Crime, Drama, Thriller"."""

    kind = "catalog"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield exactly one fact an item, in the order of `item_indices`."""
        for item in item_indices.tolist():
            item_id = self._catalog.items.id(item)
            genres = tuple(one for one in self._catalog.genres[item] if one not in NOT_GENRES)
            year = self._catalog.year(item)
            facts: dict[str, Fact] = {"title": self._catalog.titles[item], "genres": genres}
            if year:
                facts["year"] = year
            said = f"{self._catalog.name(item)}: {', '.join(genres) or 'no genre listed'}"
            yield Evidence(
                self.kind,
                item_id,
                facts,
                f"catalog title, year and genres of item {item_id}",
                said,
                0.1,
            )
