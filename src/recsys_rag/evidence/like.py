"""What an item shares with a film that the person named as an example ("something like Fargo"):
genres of the catalog."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.evidence.genre import NOT_GENRES
from recsys_rag.evidence.strength import between
from recsys_rag.types import Evidence, ResolvedQuery


class LikeEvidence:
    """States "shares Crime and Drama with Fargo (1996), which you named"; nothing where no genre is
    shared."""

    kind = "like"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield a fact for each item and each named film with which it shares a genre."""
        # also what was rated
        named = dict.fromkeys((*resolved.words.like_items, *resolved.profile.like_items))
        for item in item_indices.tolist():
            for example in named:
                theirs = set(self._catalog.genres[example]) - NOT_GENRES
                shared = tuple(one for one in self._catalog.genres[item] if one in theirs)
                if shared and example != item:
                    yield self._stated(item, int(example), shared, len(shared) / len(theirs))

    def _stated(self, item: int, example: int, shared: tuple[str, ...], part: float) -> Evidence:
        item_id, example_id = self._catalog.items.ids_at([item, example])
        title = self._catalog.name(example)
        return Evidence(
            self.kind,
            item_id,
            {"title": title, "item_id": example_id, "genres": shared},
            f"catalog genres of items {item_id} and {example_id}",
            f"shares {', '.join(shared)} with {title}, which you named",
            between(0.5, 0.8, part),
        )
