"""One query held against the rows of a dataset: what a kind of fact is read again from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.types import Query, ResolvedQuery


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
    allowed: Callable[..., Any] | None = None  # protocols.ScoresWithout.allowed
    predict_with_errors: Callable[..., Any] | None = None  # of protocols.PredictsWithErrors
    # of protocols.PredictsWithoutEach
    predict_without_each: Callable[..., Any] | None = None
    n_neighbors: int = 50
    # items left out of the history -> the scores of all items
    _scores: dict[tuple[int, ...], NDArray[np.float32]] = field(default_factory=dict, repr=False)
    # what a kind counts for the whole list, by the kind's name
    counted: dict[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def rated(self) -> Mapping[int, float]:
        """The history: item index -> rating."""
        items, ratings = self.resolved.item_indices.tolist(), self.resolved.ratings.tolist()
        return dict(zip(items, ratings, strict=True))

    @cached_property
    def liked(self) -> tuple[int, ...]:
        """Item indices that were rated at the liked threshold or above, all where implicit, and
        those that were named as liked."""
        scale = self.dataset.scale
        rated = (
            item for item, rating in self.rated.items() if scale is None or rating >= scale.liked
        )
        return (*rated, *self.resolved.liked)

    @cached_property
    def named(self) -> tuple[int, ...]:
        """Item indices that the query names: as liked, or as examples in words."""
        words, profile = self.resolved.words, self.resolved.profile
        named = (*self.resolved.liked, *words.like_items, *profile.like_items)
        return tuple(dict.fromkeys(map(int, named)))

    @property
    def feedback(self) -> str:
        """How liking is known: "liked" from ratings, "chose" from implicit feedback."""
        return "liked" if self.dataset.scale else "chose"

    @property
    def _own(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The history by item index, ascending: items, and what they were rated."""
        items = sorted(self.rated)
        return np.array(items, np.int64), np.array([self.rated[item] for item in items], np.float32)

    def foretold(self, item_indices: Sequence[int]) -> list[float] | None:
        """Return the rating that the model predicts for each of these rated items from all the
        others; None where no model can."""
        if self.predict_without_each is None:
            return None
        items, ratings = self._own
        predicted = self.predict_without_each(items, ratings, np.searchsorted(items, item_indices))
        return [float(rating) for rating in predicted]

    def predicted(self, item_index: int) -> tuple[float, float] | None:
        """Return the rating that the model predicts from the history, and its error; None where
        nothing predicts."""
        if self.predict_with_errors is None:
            return None
        row = histories_of(self.dataset.n_items, [self._own])
        rating, error = self.predict_with_errors(row, np.array([item_index]))
        return float(rating[0, 0]), float(error[0, 0])

    @cached_property
    def neighbors(self) -> NDArray[np.bool_]:
        """Which users are among the most similar by their choices, (n_users,): the model is
        asked."""
        similar = np.zeros(self.dataset.n_users, np.bool_)
        if self.find_neighbors and self.rated:
            row = histories_of(self.dataset.n_items, [self._own])
            users, similarities = self.find_neighbors(row)
            nearest = slice(0, self.n_neighbors)
            similar[users[nearest][similarities[nearest] > 0]] = True
        return similar

    def ratings_of(self, item_index: int) -> tuple[NDArray[np.integer], NDArray[np.float32]]:
        """Return who rated an item, and how."""
        by_item = self.dataset.by_item
        column = slice(*by_item.indptr[item_index:][:2])
        return by_item.indices[column], by_item.data[column]

    def scores_of(
        self, groups: Sequence[tuple[int, ...]]
    ) -> Mapping[tuple[int, ...], NDArray[np.float32]]:
        """Return the scores of all items without each group of the history; {} without a
        ranking."""
        missing = [group for group in dict.fromkeys(groups) if group not in self._scores]
        if self.scores_without and missing:
            every = np.arange(self.dataset.n_items)
            scores = self.scores_without(self.resolved, missing, every)
            self._scores.update(zip(missing, scores, strict=True))
        return {group: self._scores[group] for group in groups if group in self._scores}

    def score_for_films(self, item_index: int) -> float:
        """Return the score of an item for the history and the examples alone: no words, no
        dislikes."""
        resolved = self.resolved
        words, profile = (
            type(said)(like_items=said.like_items) for said in (resolved.words, resolved.profile)
        )
        return self._score(replace(resolved, words=words, profile=profile, disliked=()), item_index)

    def score_for_nobody(self, item_index: int) -> float:
        """Return the score of an item for a person of whom nothing is known."""
        unknown = ResolvedQuery(Query(), np.zeros(0, np.int64), np.zeros(0, np.float32))
        return self._score(unknown, item_index)

    def _score(self, resolved: ResolvedQuery, item_index: int) -> float:
        if self.scores_without is None:
            return 0.0
        return float(self.scores_without(resolved, [()], np.array([item_index]))[0, 0])

    @cached_property
    def rankable(self) -> NDArray[np.bool_]:
        """Which items may be recommended to this person, (n_items,)."""
        if self.allowed is None:
            return np.ones(self.dataset.n_items, np.bool_)
        return np.asarray(self.allowed([self.resolved])[0], np.bool_)
