"""One query held against the rows of a dataset: what a kind of fact is read again from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.types import ResolvedQuery


@dataclass(frozen=True)
class QueryRows:
    """A query's history and the list shown for it.

    Who is similar, and how items score without parts of the history, stands in no row: the fitted
    parts are asked, by functions that are None where a recommender has no such part.
    """

    dataset: Dataset
    resolved: ResolvedQuery
    shown: tuple[str, ...] = ()  # item ids of the list, best first
    find_neighbors: Callable[..., Any] | None = None  # protocols.FindsNeighbors.neighbors
    scores_without: Callable[..., Any] | None = None  # protocols.ScoresWithout.scores_without
    n_neighbors: int = 50
    # items left out of the history -> the scores of all items
    _scores: dict[tuple[int, ...], NDArray[np.float32]] = field(default_factory=dict, repr=False)

    @cached_property
    def rated(self) -> Mapping[int, float]:
        """The history: item index -> rating."""
        items, ratings = self.resolved.item_indices.tolist(), self.resolved.ratings.tolist()
        return dict(zip(items, ratings, strict=True))

    @cached_property
    def liked(self) -> tuple[int, ...]:
        """Item indices that were rated at the liked threshold or above; all where implicit."""
        scale = self.dataset.scale
        return tuple(
            item for item, rating in self.rated.items() if scale is None or rating >= scale.liked
        )

    @cached_property
    def named(self) -> tuple[int, ...]:
        """Item indices that the query's words name as examples."""
        words, profile = self.resolved.words, self.resolved.profile
        return tuple(dict.fromkeys(map(int, (*words.like_items, *profile.like_items))))

    @property
    def feedback(self) -> str:
        """How liking is known: "liked" from ratings, "chose" from implicit feedback."""
        return "liked" if self.dataset.scale else "chose"

    @cached_property
    def neighbors(self) -> NDArray[np.bool_]:
        """Which users are among the most similar, (n_users,)."""
        similar = np.zeros(self.dataset.n_users, np.bool_)
        if self.find_neighbors and self.rated:
            items = sorted(self.rated)
            ratings = np.array([self.rated[item] for item in items], np.float32)
            row = histories_of(self.dataset.n_items, [(np.array(items, np.int64), ratings)])
            users, similarities = self.find_neighbors(row)
            nearest = slice(0, self.n_neighbors)
            similar[users[nearest][similarities[nearest] > 0]] = True
        return similar

    def ratings_of(self, item_index: int) -> tuple[NDArray[np.integer], NDArray[np.float32]]:
        """Return who rated an item, and how."""
        by_item = self.dataset.by_item
        column = slice(*by_item.indptr[item_index:][:2])
        return by_item.indices[column], by_item.data[column]

    def losses(
        self, groups: Sequence[tuple[int, ...]], item_index: int
    ) -> dict[tuple[int, ...], float]:
        """Return what the item loses without each group of the history, as a share of its score; {}
        where there is nothing to lose."""
        missing = [group for group in dict.fromkeys([(), *groups]) if group not in self._scores]
        if self.scores_without and missing:
            every = np.arange(self.dataset.n_items)
            scores = self.scores_without(self.resolved, missing, every)
            self._scores.update(zip(missing, scores, strict=True))
        full = float(self._scores[()][item_index]) if self._scores else 0.0
        if full <= 0:
            return {}
        return {group: 1.0 - float(self._scores[group][item_index]) / full for group in groups}
