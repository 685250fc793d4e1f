"""The person's leaning toward a genre of the item: its share among the liked items against the
catalog's."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.evidence.affinity import MIN_LIKED, Affinity, affinities
from recsys_rag.evidence.history import feedback_of, liked_items
from recsys_rag.evidence.strength import between
from recsys_rag.types import Evidence, ResolvedQuery

NOT_GENRES = frozenset({"unknown", "(no genres listed)"})


class GenreEvidence:
    """States "42 of the 61 films you liked are dramas, 69 % against 32 % of the catalog", for each
    distinct genre."""

    kind = "genre"

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._genres = tuple(one for one in dataset.catalog.genre_names if one not in NOT_GENRES)
        self._has_genre = np.array(
            [[g in one for g in self._genres] for one in dataset.catalog.genres], np.bool_
        )
        self._has_genre = self._has_genre.reshape(len(dataset.catalog), len(self._genres))

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield a fact for each genre of each item that the person leans toward; none for short
        histories."""
        liked = liked_items(resolved, self._dataset)
        if len(liked) < MIN_LIKED:
            return
        found = dict(zip(self._genres, affinities(self._has_genre, liked), strict=True))
        for item in item_indices.tolist():
            for genre in self._dataset.catalog.genres[item]:
                if genre in found and found[genre].is_distinct:
                    yield self._stated(item, genre, found[genre])

    def _stated(self, item: int, genre: str, affinity: Affinity) -> Evidence:
        feedback, nouns = feedback_of(self._dataset), f"{self._dataset.catalog.noun}s"
        return Evidence(
            self.kind,
            self._dataset.items.id(item),
            {
                "genre": genre,
                "liked": affinity.count,
                "of": affinity.of,
                "share_percent": affinity.percent,
                "catalog_percent": affinity.catalog_percent,
                "feedback": feedback,
            },
            f"catalog genres of item {self._dataset.items.id(item)}; {affinity.count} of {affinity.of} liked items of "
            f"the history; {affinity.catalog_percent} % of {self._dataset.n_items} catalog items",
            f"{genre} is a genre of {affinity.count} of the {affinity.of} {nouns} you {feedback}: {affinity.percent} %, "
            f"against {affinity.catalog_percent} % of the catalog",
            between(0.3, 0.85, (affinity.share - affinity.catalog_share) / 0.5),
        )
