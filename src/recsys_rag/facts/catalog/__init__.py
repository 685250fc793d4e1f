"""Catalog, the floor: title, year and genres of an item, which every catalog has. One fact for
every item of any query."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named, Part
from recsys_rag.facts.catalog.phrases import PHRASES
from recsys_rag.facts.catalog.reading import READING
from recsys_rag.facts.catalog.recount import objection, recount
from recsys_rag.facts.kind import Kind
from recsys_rag.types import Evidence, ResolvedQuery


@dataclass(frozen=True, slots=True)
class CatalogFact(Fact):
    kind = "catalog"
    title: str
    genres: tuple[str, ...] = ()
    year: int | None = None

    @property
    def part(self) -> Part:
        return "what"

    @property
    def names(self) -> tuple[Named, ...]:
        return tuple(Named(genre, "genre") for genre in self.genres)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset()  # it may stand beside a leaning toward one of the genres


class _CatalogEvidence:
    """States "Fargo (1996): Crime, Drama, Thriller"."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield exactly one fact an item, in the order of `item_indices`."""
        for item in item_indices.tolist():
            item_id, genres = self._catalog.items.id(item), self._catalog.known_genres(item)
            yield Evidence(
                item_id,
                CatalogFact(self._catalog.titles[item], genres, self._catalog.year(item)),
                f"catalog title, year and genres of item {item_id}",
                f"{self._catalog.name(item)}: {', '.join(genres) or 'no genre listed'}",
                0.1,
            )


KIND = Kind(
    CatalogFact,
    lambda parts: _CatalogEvidence(parts.dataset.catalog),
    PHRASES,
    READING,
    recount,
    (
        CatalogFact("The Ninth Antenna", ("Sci-Fi", "Thriller"), 1977),
        CatalogFact("The Ninth Antenna", (), 1977),
        CatalogFact("The Ninth Antenna"),
    ),
    objection,
)
