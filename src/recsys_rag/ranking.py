"""From a query to ranked candidates: resolve, score, fuse, exclude, select. Knows no concrete
retriever and writes no text."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.data.filters import CatalogFilters
from recsys_rag.errors import QueryError
from recsys_rag.fuse.asked import Asked
from recsys_rag.fuse.weighted import standardize
from recsys_rag.histories import checked_rating
from recsys_rag.protocols import Fuser, Histories, PredictsRatings, Retriever, Understands
from recsys_rag.rerank.selection import Selection, Strengths
from recsys_rag.retrieve.top_k import ranks_of, top_k
from recsys_rag.types import (
    Batch,
    Candidate,
    Filters,
    Query,
    Rankings,
    ResolvedQuery,
    Scores,
    Understanding,
)

_BLOCK = 256  # queries scored at once: bounds memory at _BLOCK x n_items a retriever
_NO_FILTERS = Filters()
_NOTHING = Understanding()  # what no words mean


@dataclass(frozen=True, slots=True)
class Ranker:
    """Fitted retrievers and what joins them. `profile_weight` is in standard deviations of the
    fused score."""

    dataset: Dataset
    histories: Histories
    retrievers: Mapping[str, Retriever]  # those that rank
    fuser: Fuser
    understander: Understands
    filters: CatalogFilters
    predictor: PredictsRatings | None = None
    profile_weight: float = 3.0
    dislike_weight: float = 0.5
    excludes_seen: bool = True
    selection: Selection | None = None  # None: the best are shown as they are

    # --- query -> history and words ---------------------------------------------------------------

    def resolve(self, query: Query) -> ResolvedQuery:
        """Swap the user id for the history, ids or titles for items, and words for what they mean
        in this catalog.

        Ratings in `query.history` replace the known user's own. Raises UnknownUserError,
        UnknownItemError, QueryError.
        """
        catalog = self.dataset.catalog
        ratings: dict[int, float] = {}  # oldest first; nan = seen, not rated
        if query.user_id is not None:
            history = self.histories.of(query.user_id)
            ratings.update(zip(history.items.tolist(), history.ratings.tolist(), strict=True))
        for id_or_title, rating in query.history.items():
            item = catalog.resolve(id_or_title)
            ratings.pop(item, None)  # what is given now was rated last
            ratings[item] = checked_rating(self.dataset, id_or_title, rating)
        disliked = tuple(map(catalog.resolve, query.dislikes))
        seen = tuple(item for item, rating in ratings.items() if math.isnan(rating))
        for item in (*disliked, *seen):
            ratings.pop(item, None)
        items = np.fromiter(ratings, np.int64, len(ratings))
        order = np.argsort(items)
        return ResolvedQuery(
            query,
            items[order],
            np.fromiter(ratings.values(), np.float32, len(ratings))[order],
            None if self.dataset.timestamps is None else (len(items) - 1 - order).astype(np.int32),
            disliked,
            tuple(map(catalog.resolve, query.exclude)),
            self.understander.understand(query.profile) if query.profile else _NOTHING,
            self.understander.understand(query.words) if query.words else _NOTHING,
            seen=seen,
        )

    # --- retrieve, fuse, rank ---------------------------------------------------------------------

    def rank(self, resolved: Sequence[ResolvedQuery], k: int) -> Rankings:
        """Return the k items selected for each query. Rows are shorter where the constraints leave
        fewer.

        Scores are the fused ones; the order is that of the stages of selection which are on. Raises
        QueryError for k, a filter or a strength that cannot be.
        """
        self._check_k(k)
        parts = []
        for begin in range(0, len(resolved), _BLOCK):
            block = resolved[begin : begin + _BLOCK]
            batch, active = self.batch(block), self._active(block)
            parts.append(self._selected(batch, self._pool(block, batch, k, active), k, active))
        if not parts:
            return Rankings(
                np.zeros((0, k), np.int64), np.zeros((0, k), np.str_), np.zeros((0, k), np.float32)
            )
        return Rankings(
            np.concatenate([one.item_indices for one in parts]),
            np.concatenate([one.item_ids for one in parts]),
            np.concatenate([one.scores for one in parts]),
        )

    def _pool(
        self, resolved: Sequence[ResolvedQuery], batch: Batch, width: int, active: Strengths
    ) -> Rankings:
        """Return the best of each query by fused score: `width`, or as many as are selected from
        where a stage is on."""
        if active and self.selection:
            width = max(width, self.selection.depth)
        width = min(width, self.dataset.n_items)
        return top_k(self.score(resolved, batch), self.allowed(resolved), width, self.dataset.items)

    def _selected(self, batch: Batch, pool: Rankings, k: int, active: Strengths) -> Rankings:
        """Return k of each pool, in the order of the stages that are on; the first k where none is."""
        if active and self.selection:
            return self.selection.reranker.rerank(batch, pool, k, active)
        return Rankings(pool.item_indices[:, :k], pool.item_ids[:, :k], pool.scores[:, :k])

    def _active(self, resolved: Sequence[ResolvedQuery]) -> Strengths:
        if self.selection is None:
            return {}
        return self.selection.active([one.query for one in resolved])

    def score(self, resolved: Sequence[ResolvedQuery], batch: Batch | None = None) -> Scores:
        """Return fused scores (n, n_items): retrievers, then words, then dislikes. `batch` is that
        of the queries, if at hand."""
        batch = self.batch(resolved) if batch is None else batch
        fused = standardize(self.fuser.fuse(Asked(self.retrievers, batch), batch))
        # the same words again, in `scores_without`
        nudges: dict[tuple[int, float], NDArray[np.float32]] = {}
        for row, one in enumerate(resolved):
            for understood, weight in ((one.profile, self.profile_weight), (one.words, 1.0)):
                if understood != _NOTHING:
                    key = (id(understood), weight)
                    if key not in nudges:
                        nudges[key] = self._nudge(understood, weight)
                    fused[row] += nudges[key]
        if self.dislike_weight and any(self._held_back(one) for one in resolved):
            fused -= self.dislike_weight * self._score_of_dislikes(resolved)
        return fused

    def scores_without(
        self,
        resolved: ResolvedQuery,
        left_out: Sequence[Sequence[int]],
        item_indices: NDArray[np.int64],
    ) -> Scores:
        """Return the scores of some items, each time with other films left out, (len(left_out),
        len(item_indices)).

        A row equals the scores for a person who never rated, or named as an example, those films.
        """
        anew = [without(resolved, one) for one in left_out]
        parts = [
            self.score(anew[begin : begin + _BLOCK])[:, item_indices]
            for begin in range(0, len(anew), _BLOCK)
        ]
        return np.concatenate([np.zeros((0, len(item_indices)), np.float32), *parts])

    def batch(self, resolved: Sequence[ResolvedQuery]) -> Batch:
        """Return the queries as retrievers see them: films named as "like ..." count as liked, and
        as rated last."""
        rows = [self._as_seen(one) for one in resolved]
        steps = [steps_back for _, _, steps_back in rows if steps_back is not None]
        times = [one.asked_at for one in resolved if one.asked_at is not None]
        return Batch(
            histories_of(self.dataset.n_items, [(items, ratings) for items, ratings, _ in rows]),
            tuple(f"{one.words.text} {one.profile.text}".strip() for one in resolved),
            np.concatenate([np.zeros(0, np.int32), *steps]) if len(steps) == len(rows) else None,
            np.array(times, np.int64) if times and len(times) == len(resolved) else None,
        )

    def _as_seen(
        self, one: ResolvedQuery
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int32] | None]:
        """Return the items of a history, ascending, the ratings and the steps back, with the films
        named as "like ..."."""
        likes = {*one.words.like_items, *one.profile.like_items}
        more = sorted(likes.difference(one.item_indices.tolist())) if likes else []
        if not more:
            return one.item_indices, one.ratings, one.steps_back
        items = np.concatenate([one.item_indices, np.array(more, np.int64)])
        order = np.argsort(items)
        ratings = np.concatenate([one.ratings, np.full(len(more), self._praise, np.float32)])[order]
        if one.steps_back is None:
            return items[order], ratings, None
        return (
            items[order],
            ratings,
            np.concatenate([one.steps_back, np.zeros(len(more), np.int32)])[order],
        )

    @property
    def _praise(self) -> float:
        return self.dataset.scale.high if self.dataset.scale else 1.0

    def _nudge(self, understood: Understanding, weight: float) -> NDArray[np.float32]:
        """Return what words add to the score of each item: the share of what was wanted that it
        has."""
        wanted: NDArray[np.float32] = self.understander.preference(understood)
        if understood.popularity:
            wanted = wanted + self._known(understood.popularity).astype(np.float32)
        return np.float32(weight) * wanted

    def _known(self, popularity: int) -> NDArray[np.bool_]:
        """Return which items are well known (+1) or little known (-1): more ratings than the
        average item, or not more."""
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
            self.dataset.n_items,
            [(row, np.full(len(row), self._praise, np.float32)) for row in rows],
        )
        batch = Batch(histories, ("",) * len(rows))
        scores = standardize(self.fuser.fuse(Asked(self.retrievers, batch), batch))
        scores[[not len(row) for row in rows]] = 0.0
        return scores

    def allowed(self, resolved: Sequence[ResolvedQuery]) -> NDArray[np.bool_]:
        """Return which items may be recommended to each (n, n_items): all but the seen, the named,
        the unwanted."""
        allowed = np.ones((len(resolved), self.dataset.n_items), np.bool_)
        same_as = self.dataset.catalog.same_as
        for row, one in enumerate(resolved):
            if not one.words.is_empty:
                allowed[row] &= self.understander.allowed(one.words)
            if one.words.popularity:
                allowed[row] &= self._known(one.words.popularity)
            if one.query.filters != _NO_FILTERS:
                allowed[row] &= self.filters.allowed(one.query.filters)
            named = [
                *one.excluded,
                *self._held_back(one),
                *one.words.like_items,
                *one.profile.like_items,
            ]
            seen = np.concatenate([one.item_indices, np.array(one.seen, np.int64)])
            if one.query.include_seen or not self.excludes_seen:
                seen = seen[:0]
            is_out = np.zeros(self.dataset.n_items, np.bool_)
            is_out[same_as[np.concatenate([seen, np.array(named, np.int64)])]] = True
            allowed[row] &= ~is_out[same_as]  # a film that the catalog lists twice is one film
        return allowed

    def _check_k(self, k: int) -> None:
        if not 1 <= k <= self.dataset.n_items:
            raise QueryError(
                f"k is {k}; ask for 1 to {self.dataset.n_items} items, which is all the catalog has"
            )

    # --- objects for the k items that are shown ---------------------------------------------------

    def candidates(self, resolved: ResolvedQuery, k: int) -> tuple[Candidate, ...]:
        """Return the k items selected for one query with what is shown of them. Raises QueryError
        when none is left."""
        self._check_k(k)
        active, batch = self._active([resolved]), self.batch([resolved])
        pool = self._once_each(self._pool([resolved], batch, 2 * k, active))
        if not pool.item_indices.size:
            raise QueryError(
                f"no item is left to recommend: {self.what_left(resolved)}; ask for less at once"
            )
        ranking = self._selected(batch, pool, min(k, pool.item_indices.shape[1]), active)
        items, scores = ranking.item_indices[0], ranking.scores[0]
        ranks: dict[str, list[int]] = {}
        for name, retriever in self.retrievers.items():
            opinion = retriever.score(batch)[0]
            if np.ptp(opinion) > 0:
                ranks[name] = ranks_of(opinion, items).tolist()
        predicted = (
            self.predictor.predict(batch.histories, items)[0].tolist()
            if self.predictor
            else [None] * len(items)
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

    def _once_each(self, ranking: Rankings) -> Rankings:
        """Return a ranking of one query without padding, and with the first of items that are one
        film listed twice."""
        items = ranking.item_indices[0]
        _, first = np.unique(self.dataset.catalog.same_as[items], return_index=True)
        places = np.sort(first)
        places = places[items[places] >= 0]
        return Rankings(
            ranking.item_indices[:, places], ranking.item_ids[:, places], ranking.scores[:, places]
        )

    def describe(self, resolved: ResolvedQuery) -> tuple[str, ...]:
        """Return what decides the list beside the history, one short phrase each: words, profile,
        filters, stages."""
        told = [*self.understander.describe(resolved.words)]
        told += [f"{phrase} (preferred)" for phrase in self.understander.describe(resolved.profile)]
        told += [f"{phrase} (filter)" for phrase in self.filters.describe(resolved.query.filters)]
        told += ["seen items too"] if resolved.query.include_seen else []
        return (
            *told,
            *(
                f"{name} {strength:g}"
                for name, strength in sorted(resolved.query.strengths.items())
                if strength
            ),
        )

    def what_left(self, resolved: ResolvedQuery) -> str:
        """Say how many items each thing that was required leaves, and how many all of them: why a
        list is short or empty."""
        nothing = np.zeros(0, np.int64)
        anew = replace(
            resolved, item_indices=nothing, ratings=nothing.astype(np.float32), steps_back=None
        )
        anew = replace(anew, disliked=(), excluded=(), seen=())
        fit, left = self.allowed([anew])[0].sum(), self.allowed([resolved])[0].sum()
        told = [
            f"{passes.sum()} fit {phrase!r}"
            for phrase, passes in self.filters.each(resolved.query.filters)
        ]
        if not resolved.words.is_empty:
            of_words = self.allowed(
                [replace(anew, query=replace(resolved.query, filters=Filters()))]
            )[0].sum()
            told.append(f"{of_words} fit '{'; '.join(self.understander.describe(resolved.words))}'")
        told += [f"{fit} fit all of it"] if len(told) > 1 else []
        told += [f"{fit - left} of {fit} are seen or excluded"] if left < fit else []
        return ", ".join(told) or f"the catalog has {self.dataset.n_items}"

    def liked(self, resolved: ResolvedQuery, n: int = 5) -> tuple[tuple[str, float], ...]:
        """Return the n films that the person rated highest, among equals the best known, as (title
        with year, rating)."""
        threshold = self.dataset.scale.liked if self.dataset.scale else 1.0
        popularity = self.dataset.popularity[resolved.item_indices]
        order = np.lexsort((resolved.item_indices, -popularity, -resolved.ratings))
        chosen = [place for place in order.tolist() if resolved.ratings[place] >= threshold][:n]
        return tuple(
            (
                self.dataset.catalog.name(int(resolved.item_indices[place])),
                float(resolved.ratings[place]),
            )
            for place in chosen
        )


def without(resolved: ResolvedQuery, items: Sequence[int]) -> ResolvedQuery:
    """Return the query of a person who never rated these items, and did not name them as examples."""
    if not items:
        return resolved
    stays = ~np.isin(resolved.item_indices, items)
    steps_back = resolved.steps_back
    if steps_back is not None:  # what was rated before a film that is gone is one step nearer
        gone, steps_back = steps_back[~stays], steps_back[stays]
        steps_back = (steps_back - (steps_back[:, None] > gone[None, :]).sum(axis=1)).astype(
            np.int32
        )
    return replace(
        resolved,
        item_indices=resolved.item_indices[stays],
        ratings=resolved.ratings[stays],
        steps_back=steps_back,
        profile=_naming_less(resolved.profile, items),
        words=_naming_less(resolved.words, items),
    )


def _naming_less(understood: Understanding, items: Sequence[int]) -> Understanding:
    likes = tuple(one for one in understood.like_items if one not in items)
    return understood if likes == understood.like_items else replace(understood, like_items=likes)


def alike(resolved: ResolvedQuery, item: int, dataset: Dataset) -> ResolvedQuery:
    """Return the query of somebody who praised this item and nothing else, and is not shown what
    the person who asks has seen."""
    praise = dataset.scale.high if dataset.scale else 1.0
    return replace(
        resolved,
        item_indices=np.array([item]),
        ratings=np.array([praise], np.float32),
        steps_back=None,
        excluded=(*resolved.excluded, item),
        seen=(*resolved.item_indices.tolist(), *resolved.seen),
        words=replace(resolved.words, text=dataset.catalog.text(item)),
    )
