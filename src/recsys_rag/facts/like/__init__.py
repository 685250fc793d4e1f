"""Like: what an item shares with one that the person named as an example ("something like Fargo"),
by genres of the catalog."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named
from recsys_rag.facts._strength import between
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.like.phrases import PHRASES
from recsys_rag.facts.like.reading import READING
from recsys_rag.facts.like.recount import objection, recount
from recsys_rag.types import Evidence, ResolvedQuery


@dataclass(frozen=True, slots=True)
class LikeFact(Fact):
    kind = "like"
    title: str
    item_id: str
    genres: tuple[str, ...]  # that both have

    @property
    def names(self) -> tuple[Named, ...]:
        genres = (Named(genre, "genre") for genre in self.genres)
        return (Named(self.title, "title", self.item_id), *genres)

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("like", self.title),)


class _LikeEvidence:
    """States "shares Crime and Drama with Fargo (1996), which you named"; nothing where no genre is
    shared."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield a fact for each item and each named one with which it shares a genre."""
        # also what was rated
        named = dict.fromkeys(
            (*resolved.liked, *resolved.words.like_items, *resolved.profile.like_items)
        )
        for item in item_indices.tolist():
            for example in map(int, named):
                theirs = self._catalog.known_genres(example)
                shared = tuple(genre for genre in self._catalog.genres[item] if genre in theirs)
                if not shared or example == item:
                    continue
                item_id, example_id = self._catalog.items.ids_at([item, example])
                title = self._catalog.name(example)
                yield Evidence(
                    item_id,
                    LikeFact(title, example_id, shared),
                    f"catalog genres of items {item_id} and {example_id}",
                    f"shares {', '.join(shared)} with {title}, which you named",
                    between(0.5, 0.8, len(shared) / len(set(theirs))),
                )


KIND = Kind(
    LikeFact,
    lambda parts: _LikeEvidence(parts.dataset.catalog),
    PHRASES,
    READING,
    recount,
    (
        LikeFact("Vandrell (1979)", "110", ("Sci-Fi",)),
        LikeFact("Vandrell (1979)", "110", ("Crime", "Sci-Fi")),
    ),
    objection,
)
