"""Catalog, the floor: title, year and genres of an item, which every catalog has. One fact for
every item of any query."""

from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named
from recsys_rag.facts.catalog.phrases import PHRASES
from recsys_rag.facts.catalog.reading import READING
from recsys_rag.facts.catalog.recount import objection, recount
from recsys_rag.facts.kind import Kind, of_items
from recsys_rag.types import Evidence


@dataclass(frozen=True, slots=True)
class CatalogFact(Fact):
    kind = "catalog"
    part = "what"
    title: str
    genres: tuple[str, ...] = ()
    year: int | None = None

    @property
    def names(self) -> tuple[Named, ...]:
        return tuple(Named(genre, "genre") for genre in self.genres)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset()  # it may stand beside a leaning toward one of the genres


def _stated(catalog: Catalog, item: int) -> Evidence:
    """State "Fargo (1996): Crime, Drama, Thriller"."""
    item_id, genres = catalog.items.id(item), catalog.known_genres(item)
    return Evidence(
        item_id,
        CatalogFact(catalog.titles[item], genres, catalog.year(item)),
        f"catalog title, year and genres of item {item_id}",
        f"{catalog.name(item)}: {', '.join(genres) or 'no genre listed'}",
        0.1,
    )


KIND = Kind(
    CatalogFact,
    of_items(_stated),
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
