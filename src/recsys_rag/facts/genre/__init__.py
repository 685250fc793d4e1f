"""Genre: the person's leaning toward a genre of the item, its share among the liked items against
the catalog's."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import NO_GENRE
from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Named
from recsys_rag.facts._history import feedback_of, liked_items
from recsys_rag.facts._leaning import MIN_LIKED, Affinity, Leaning, affinities
from recsys_rag.facts._strength import between
from recsys_rag.facts.genre.phrases import PHRASES
from recsys_rag.facts.genre.reading import READING
from recsys_rag.facts.genre.recount import recount
from recsys_rag.facts.kind import Kind
from recsys_rag.types import Evidence, ResolvedQuery


@dataclass(frozen=True, slots=True)
class GenreFact(Leaning):
    kind = "genre"
    genre: str

    @property
    def names(self) -> tuple[Named, ...]:
        return (Named(self.genre, "genre"),)

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("genre", self.genre),)


class _GenreEvidence:
    """States "42 of the 61 films you liked are dramas, 69 % against 32 % of the catalog", for each
    distinct genre."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        catalog = dataset.catalog
        self._genres = tuple(genre for genre in catalog.genre_names if genre not in NO_GENRE)
        # few of all lists of genres are distinct
        has = {genres: [one in genres for one in self._genres] for genres in set(catalog.genres)}
        self._has_genre = np.array([has[genres] for genres in catalog.genres], np.bool_).reshape(
            len(catalog), len(self._genres)
        )

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield a fact for each genre of each item that the person leans toward; none for short
        histories."""
        liked = liked_items(resolved, self._dataset)
        if len(liked) < MIN_LIKED:
            return
        leanings = dict(zip(self._genres, affinities(self._has_genre, liked), strict=True))
        for item in item_indices.tolist():
            for genre in self._dataset.catalog.genres[item]:
                if genre in leanings and leanings[genre].is_distinct:
                    yield self._stated(item, genre, leanings[genre])

    def _stated(self, item: int, genre: str, affinity: Affinity) -> Evidence:
        feedback, nouns = feedback_of(self._dataset), f"{self._dataset.catalog.noun}s"
        count, of, percent = affinity.count, affinity.of, affinity.catalog_percent
        item_id = self._dataset.items.id(item)
        return Evidence(
            item_id,
            GenreFact(count, of, affinity.percent, percent, feedback, genre),
            f"catalog genres of item {item_id}; {count} of {of} liked items of "
            f"the history; {percent} % of {self._dataset.n_items} catalog items",
            f"{genre} is a genre of {count} of the {of} {nouns} you {feedback}: "
            f"{affinity.percent} %, against {percent} % of the catalog",
            between(0.3, 0.85, (affinity.share - affinity.catalog_share) / 0.5),
        )


KIND = Kind(
    GenreFact,
    lambda parts: _GenreEvidence(parts.dataset),
    PHRASES,
    READING,
    recount,
    (GenreFact(9, 14, 64, 22, "liked", "Sci-Fi"), GenreFact(14, 14, 100, 22, "chose", "Sci-Fi")),
)
