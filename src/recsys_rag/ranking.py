"""From a query to ranked candidates: resolve, score, fuse, exclude. Knows no concrete retriever and writes no text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.errors import QueryError
from recsys_rag.fuse.weighted import standardize
from recsys_rag.protocols import Fuser, PredictsRatings, Retriever
from recsys_rag.retrieve.top_k import ranks_of, top_k
from recsys_rag.types import Batch, Candidate, Query, Rankings, ResolvedQuery, Scores, Understanding
from recsys_rag.understand.words import Understander

_BLOCK = 256  # queries scored at once: bounds memory at _BLOCK x n_items a retriever


@dataclass(frozen=True, slots=True)
class Ranker:
    """Fitted retrievers and what joins them. `profile_weight` is in standard deviations of the fused score."""

    dataset: Dataset
    retrievers: Mapping[str, Retriever]  # those that rank
    fuser: Fuser
    understander: Understander
    predictor: PredictsRatings | None = None
    profile_weight: float = 3.0
    dislike_weight: float = 0.5
    excludes_seen: bool = True

    # --- query -> history and words ------------------------------------------------------------------------------

    def resolve(self, query: Query) -> ResolvedQuery:
        """Swap the user id for the history, ids or titles for items, and words for what they mean in this catalog.

        Ratings in `query.history` replace the known user's own. Raises UnknownUserError, UnknownItemError, QueryError.
        """
        ratings: dict[int, float] = {}  # oldest first
        if query.user_id is not None:
            ratings.update(self._known_history(query.user_id))
        for id_or_title, rating in query.history.items():
            item = self.dataset.catalog.resolve(id_or_title)
            ratings.pop(item, None)
            ratings[item] = self._checked(id_or_title, rating)
        disliked = tuple(self.dataset.catalog.resolve(one) for one in query.dislikes)
        for item in disliked:
            ratings.pop(item, None)
        items = np.array(list(ratings), np.int64)
        order = np.argsort(items)
        return ResolvedQuery(
            query,
            items[order],
            np.array(list(ratings.values()), np.float32)[order],
            None if self.dataset.timestamps is None else (len(items) - 1 - order).astype(np.int32),
            disliked,
            tuple(self.dataset.catalog.resolve(one) for one in query.exclude),
            self.understander.understand(query.profile),
            self.understander.understand(query.words),
        )

    def _known_history(self, user_id: str) -> list[tuple[int, float]]:
        """Return the (item index, rating) of a user of the data, oldest first where times are known. Raises UnknownUserError."""
        items, ratings = self.dataset.history(user_id)
        if self.dataset.steps_back is not None:
            row = self.dataset.user_index(user_id)
            begin, end = self.dataset.interactions.indptr[row], self.dataset.interactions.indptr[row + 1]
            order = np.argsort(-self.dataset.steps_back[begin:end])
            items, ratings = items[order], ratings[order]
        return list(zip(items.tolist(), ratings.tolist(), strict=True))

    def _checked(self, id_or_title: str, rating: float) -> float:
        scale = self.dataset.scale
        if scale is None:
            return 1.0
        if not scale.contains(np.array([rating]))[0]:
            raise QueryError(
                f"rating {rating:g} for {id_or_title!r} is outside this data's scale of {scale.low:g} to {scale.high:g}"
            )
        return float(rating)

    # --- retrieve, fuse, rank ------------------------------------------------------------------------------------

    def rank(self, resolved: Sequence[ResolvedQuery], k: int) -> Rankings:
        """Return the k best items of each query. Rows are shorter where the constraints leave fewer."""
        self._check_k(k)
        parts = []
        for begin in range(0, len(resolved), _BLOCK):
            block = resolved[begin : begin + _BLOCK]
            parts.append(top_k(self.score(block), self.allowed(block), k, self.dataset.items))
        if not parts:
            return Rankings(np.zeros((0, k), np.int64), np.zeros((0, k), np.str_), np.zeros((0, k), np.float32))
        return Rankings(
            np.concatenate([one.item_indices for one in parts]),
            np.concatenate([one.item_ids for one in parts]),
            np.concatenate([one.scores for one in parts]),
        )

    def score(self, resolved: Sequence[ResolvedQuery]) -> Scores:
        """Return the fused score of every item for each query (n, n_items): retrievers, then words, then dislikes."""
        batch = self.batch(resolved)
        fused = standardize(self.fuser.fuse({name: one.score(batch) for name, one in self.retrievers.items()}, batch))
        for row, one in enumerate(resolved):
            fused[row] += self._nudge(one.profile, self.profile_weight) + self._nudge(one.words, 1.0)
        if self.dislike_weight and any(self._held_back(one) for one in resolved):
            fused -= self.dislike_weight * self._score_of_dislikes(resolved)
        return fused

    def batch(self, resolved: Sequence[ResolvedQuery]) -> Batch:
        """Return the queries as retrievers see them: films named as "like ..." count as liked, and as rated last."""
        likes = [self._likes(one) for one in resolved]
        rows = [
            (np.concatenate([one.item_indices, more]), np.concatenate([one.ratings, np.full(len(more), self._praise)]))
            for one, more in zip(resolved, likes, strict=True)
        ]
        orders = [np.argsort(items) for items, _ in rows]
        histories = histories_of(
            self.dataset.n_items,
            [(items[order], ratings[order]) for (items, ratings), order in zip(rows, orders, strict=True)],
        )
        steps_back = None
        if all(one.steps_back is not None for one in resolved):
            steps = [np.zeros(0, np.int32)]
            for one, more, order in zip(resolved, likes, orders, strict=True):
                assert one.steps_back is not None
                steps.append(np.concatenate([one.steps_back, np.zeros(len(more), np.int32)])[order])
            steps_back = np.concatenate(steps)
        return Batch(
            histories, tuple(f"{one.words.text} {one.profile.text}".strip() for one in resolved), steps_back
        )

    @staticmethod
    def _likes(one: ResolvedQuery) -> NDArray[np.int64]:
        """Return the films named as "like ..." that the history lacks, ascending."""
        likes = {*one.words.like_items, *one.profile.like_items}
        return np.array(sorted(likes.difference(one.item_indices.tolist())) if likes else [], np.int64)

    @property
    def _praise(self) -> float:
        return self.dataset.scale.high if self.dataset.scale else 1.0

    def _nudge(self, understood: Understanding, weight: float) -> NDArray[np.float32]:
        """Return what words add to the score of each item: the share of what was wanted that it has."""
        wanted: NDArray[np.float32] = self.understander.preference(understood)
        if understood.popularity:
            wanted = wanted + self._known(understood.popularity).astype(np.float32)
        return np.float32(weight) * wanted

    def _known(self, popularity: int) -> NDArray[np.bool_]:
        """Return which items are well known (+1) or little known (-1): more ratings than the average item, or not more."""
        counts = self.dataset.popularity
        known: NDArray[np.bool_] = counts > counts.mean()
        return known if popularity > 0 else ~known

    @staticmethod
    def _held_back(one: ResolvedQuery) -> list[int]:
        return sorted({*one.disliked, *one.words.unlike_items, *one.profile.unlike_items})

    def _score_of_dislikes(self, resolved: Sequence[ResolvedQuery]) -> Scores:
        """Score as if the disliked items were all that the person liked; no dislikes, zeros."""
        rows = [np.array(self._held_back(one), np.int64) for one in resolved]
        histories = histories_of(
            self.dataset.n_items, [(row, np.full(len(row), self._praise, np.float32)) for row in rows]
        )
        batch = Batch(histories, ("",) * len(rows))
        scores = standardize(self.fuser.fuse({name: one.score(batch) for name, one in self.retrievers.items()}, batch))
        scores[[not len(row) for row in rows]] = 0.0
        return scores

    def allowed(self, resolved: Sequence[ResolvedQuery]) -> NDArray[np.bool_]:
        """Return which items may be recommended to each (n, n_items): all but the seen, the named, the unwanted."""
        allowed = np.ones((len(resolved), self.dataset.n_items), np.bool_)
        same_as = self.dataset.catalog.same_as
        for row, one in enumerate(resolved):
            if not one.words.is_empty:
                allowed[row] &= self.understander.allowed(one.words)
            if one.words.popularity:
                allowed[row] &= self._known(one.words.popularity)
            named = [*one.excluded, *self._held_back(one), *one.words.like_items, *one.profile.like_items]
            out = np.concatenate([one.item_indices if self.excludes_seen else [], named]).astype(np.int64)
            allowed[row] &= ~np.isin(same_as, same_as[out])  # a film that the catalog lists twice is one film
        return allowed

    def _check_k(self, k: int) -> None:
        if not 1 <= k <= self.dataset.n_items:
            raise QueryError(f"k is {k}; ask for 1 to {self.dataset.n_items} items, which is all the catalog has")

    # --- objects for the k items that are shown ------------------------------------------------------------------

    def candidates(self, resolved: ResolvedQuery, k: int) -> tuple[Candidate, ...]:
        """Return the k best items for one query with what is shown of them. Raises QueryError when none is left."""
        self._check_k(k)
        ranking = self.rank([resolved], min(2 * k, self.dataset.n_items))
        _, first = np.unique(self.dataset.catalog.same_as[ranking.item_indices[0]], return_index=True)
        places = np.sort(first)
        places = places[ranking.item_indices[0][places] >= 0][:k]
        items, scores = ranking.item_indices[0][places], ranking.scores[0][places]
        if not len(items):
            wanted = "; ".join(self.understander.describe(resolved.words)) or "all items are seen or excluded"
            raise QueryError(f"no item is left to recommend ({wanted}); ask for less at once")
        batch = self.batch([resolved])
        ranks: dict[str, list[int]] = {}
        for name, retriever in self.retrievers.items():
            opinion = retriever.score(batch)[0]
            if np.ptp(opinion) > 0:
                ranks[name] = ranks_of(opinion, items).tolist()
        predicted = (
            self.predictor.predict(batch.histories, items)[0].tolist() if self.predictor else [None] * len(items)
        )
        catalog = self.dataset.catalog
        return tuple(
            Candidate(
                catalog.items.id(item),
                item,
                catalog.titles[item],
                catalog.year(item),
                catalog.genres[item],
                float(scores[place]),
                predicted[place],
                {name: of[place] for name, of in sorted(ranks.items())},
            )
            for place, item in enumerate(items.tolist())
        )

    def liked(self, resolved: ResolvedQuery, n: int = 5) -> tuple[tuple[str, float], ...]:
        """Return the n films that the person rated highest, among equals the best known, as (title with year, rating)."""
        threshold = self.dataset.scale.liked if self.dataset.scale else 1.0
        popularity = self.dataset.popularity[resolved.item_indices]
        order = np.lexsort((resolved.item_indices, -popularity, -resolved.ratings))
        chosen = [place for place in order.tolist() if resolved.ratings[place] >= threshold][:n]
        return tuple(
            (self.dataset.catalog.name(int(resolved.item_indices[place])), float(resolved.ratings[place]))
            for place in chosen
        )
