"""From a query to ranked candidates: resolve, score, fuse, exclude, select. Knows no concrete
retriever and writes no text."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recsys_rag._fuse.asked import Asked, AskedOnce, AskedWithoutEach
from recsys_rag._fuse.weighted import standardize
from recsys_rag._histories import checked_rating
from recsys_rag._relevance import Relevance, Traits
from recsys_rag.data._filters import CatalogFilters
from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.errors import QueryError
from recsys_rag.protocols import Fuser, Histories, PredictsRatings, Retriever, Understands
from recsys_rag.rerank._staged_selection import Selection, Strengths
from recsys_rag.retrieve._top_k import ranks_of, top_k
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

if TYPE_CHECKING:
    from recsys_rag.conversation import Conversation

_BLOCK = 256  # queries scored at once: bounds memory at _BLOCK x n_items a retriever
_FEWEST_TIMES = 8  # that items of a history are left out, to score it once for all
_NO_FILTERS = Filters()
# Standard deviations between the least and the most typical item of a genre: beside taste or other
# words, and where genres are all that is known.
_OF_A_KIND, _OF_A_KIND_ALONE = 0.7, 2.0
# Items that fit all; with fewer, a mood is given up; beside other words themes and features only
# where fewer than two fit.
_FEWEST, _FEWEST_ALONE = 5, 2
_GIVEN_UP = np.float32(4.0)  # standard deviations, for what has all that was given up
_SOFT = frozenset(("moods", "themes", "features"))  # what is not known of all that have it
_FAME = 0.15  # what stands for the taste of somebody without a history, beside what was said


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
    relevance: Relevance | None = None  # None: words and examples are fused like a history
    taste_weight: float = 0.5  # beside what was said, in standard deviations of the fused score

    # --- query -> history and words ---------------------------------------------------------------

    def resolve(self, query: Query) -> ResolvedQuery:
        """Swap the user id for the history, ids or titles for items, and words for what they mean
        in this catalog.

        Ratings in `query.history` replace the known user's own. What a list names and the catalog
        lacks is passed over, and kept as `unknown`, where the list names something that is there.
        Raises UnknownUserError, UnknownItemError, QueryError.
        """
        catalog = self.dataset.catalog
        filters, asked = self.filters.with_words(query.filters, query.words)
        query = replace(query, filters=filters)
        ratings: dict[int, float] = {}  # oldest first; nan = seen, not rated
        if query.user_id is not None:
            history = self.histories.of(query.user_id)
            ratings.update(zip(history.items.tolist(), history.ratings.tolist(), strict=True))
        rated, lost = catalog.resolve_known(query.history)
        disliked, lost_dislikes = catalog.resolve_known(query.dislikes)
        excluded, lost_excluded = catalog.resolve_known(query.exclude)
        lost_only = self.filters.unknown(query.filters)
        for id_or_title, given in query.history.items():
            item = rated.get(id_or_title, -1)
            if item < 0:
                continue
            rating = checked_rating(self.dataset, id_or_title, given)
            ratings.pop(item, None)  # what is given now was rated last
            ratings[item] = rating
        named, lost_likes = catalog.resolve_known(query.likes)
        seen = tuple(item for item, rating in ratings.items() if math.isnan(rating))
        for item in (*disliked.values(), *seen):
            ratings.pop(item, None)
        items = np.fromiter(ratings, np.int64, len(ratings))
        order = np.argsort(items)
        words = self.understander.understand(asked) if asked else Understanding()
        known = {*ratings, *disliked.values()}
        liked = tuple(item for item in dict.fromkeys(named.values()) if item not in known)
        only = self._only_liked(ratings, liked)
        return ResolvedQuery(
            query,
            items[order],
            np.fromiter(ratings.values(), np.float32, len(ratings))[order],
            None if self.dataset.timestamps is None else (len(items) - 1 - order).astype(np.int32),
            liked,
            tuple(disliked.values()),
            tuple(excluded.values()),
            self.understander.understand(query.profile) if query.profile else Understanding(),
            words,
            seen=seen,
            unknown=(*lost, *lost_likes, *lost_dislikes, *lost_excluded, *lost_only),
            only_liked=only,
            leads=only is not None or _leads(words, has_taste=bool(ratings or liked)),
        )

    @property
    def _liked(self) -> float:
        return self.dataset.scale.liked if self.dataset.scale else 0.0

    # --- retrieve, fuse, rank ---------------------------------------------------------------------

    def rank(self, resolved: Sequence[ResolvedQuery], k: int) -> Rankings:
        """Return the k items selected for each query; rows end early where less is allowed.

        Scores are the fused ones; the order is that of the stages of selection which are on. Raises
        QueryError for a k, a filter or a strength that cannot be.
        """
        self._check_k(k)
        blocks = []
        for queries in _blocks(resolved):
            batch, active = self.batch(queries), self._active(queries)
            blocks.append(self._selected(batch, self._pool(queries, batch, k, active), k, active))
        return Rankings.stacked(blocks, k)

    def rank_once_each(self, resolved: Sequence[ResolvedQuery], k: int) -> Rankings:
        """Rank, with the first of items that are one film listed twice."""
        self._check_k(k)
        same_as = self.dataset.catalog.same_as
        if not len(self.dataset.catalog.listed_again):
            return self.rank(resolved, k)
        wide = self.rank(resolved, min(2 * k, self.dataset.n_items))
        films = np.where(wide.item_indices < 0, -1, same_as[wide.item_indices])
        again = films < 0
        for row, of_row in zip(again, films, strict=True):
            row |= ~np.isin(np.arange(len(of_row)), np.unique(of_row, return_index=True)[1])
        order = np.argsort(again, axis=1, kind="stable")[:, :k]
        ids, scores = wide.item_ids, wide.scores
        return Rankings(
            np.take_along_axis(np.where(again, -1, wide.item_indices), order, 1),
            np.take_along_axis(np.where(again, "", ids), order, 1),
            np.take_along_axis(np.where(again, np.float32(np.nan), scores), order, 1),
        )

    def _pool(
        self,
        resolved: Sequence[ResolvedQuery],
        batch: Batch,
        width: int,
        active: Strengths,
        asked: Asked | None = None,
    ) -> Rankings:
        """Return the best of each query by fused score: `width`, or as many as are selected from
        where a stage is on."""
        if active and self.selection:
            width = max(width, self.selection.depth)
        width = min(width, self.dataset.n_items)
        scores = self.score(resolved, batch, asked)
        return top_k(scores, self.allowed(resolved), width, self.dataset.items)

    def _selected(self, batch: Batch, pool: Rankings, k: int, active: Strengths) -> Rankings:
        """Return k of each pool in the order of the stages that are on, the first k without one."""
        if active and self.selection:
            return self.selection.reranker.rerank(batch, pool, k, active)
        return pool.columns(slice(k))

    def _active(self, resolved: Sequence[ResolvedQuery]) -> Strengths:
        if self.selection is None:
            return {}
        return self.selection.active([query.query for query in resolved])

    def score(
        self,
        resolved: Sequence[ResolvedQuery],
        batch: Batch | None = None,
        asked: Asked | None = None,
    ) -> Scores:
        """Return fused scores (n, n_items): what was said, or the retrievers, then wishes, then
        dislikes. `batch` is that of the queries, `asked` what the retrievers say of it, if at
        hand."""
        led = [row for row, query in enumerate(resolved) if self.relevance and query.leads]
        if len(led) < len(resolved):
            fused = self._fused(self.batch(resolved) if batch is None else batch, asked)
        else:
            fused = np.zeros((len(resolved), self.dataset.n_items), np.float32)
        if led:
            fused[led] = self._led_by_words([resolved[row] for row in led])
        # by identity: `scores_without` asks with the same words again and again
        nudges: dict[tuple[int, float], NDArray[np.float32]] = {}
        for row, query in enumerate(resolved):
            for understood, weight in ((query.profile, self.profile_weight), (query.words, 1.0)):
                if not understood.is_empty:
                    key = (id(understood), weight)
                    if key not in nudges:
                        nudges[key] = self._nudge(understood, weight)
                        if understood is query.words:
                            nudges[key] += self._typical(query)
                            nudges[key] += self._having_given_up(query.given_up)
                    fused[row] += nudges[key]
        if self.dislike_weight and any(query.held_back for query in resolved):
            fused -= self.dislike_weight * self._scores_of_dislikes(resolved)
        return fused

    def _led_by_words(self, resolved: Sequence[ResolvedQuery]) -> Scores:
        """Return how near each item is to what was said, and then to the taste of who says it,
        standardized, (n, n_items)."""
        assert self.relevance
        said = {
            key: self.relevance.relevance(*key) for key in {self._said(query) for query in resolved}
        }
        silent = [_saying_nothing(query, self._examples(query)) for query in resolved]
        weights = [
            self._weight_of_taste(query, left) for query, left in zip(resolved, silent, strict=True)
        ]
        led = np.stack([said[self._said(query)] for query in resolved])
        if any(weights):
            taste = self._fused(self.batch(silent))
            led += np.array(weights, np.float32)[:, None] * taste
        return standardize(led)

    def _weight_of_taste(self, query: ResolvedQuery, silent: ResolvedQuery) -> float:
        """Return how much taste counts beside what was said: for somebody without a history it is
        fame, which says nothing where examples were named."""
        if len(silent.item_indices) or silent.liked:
            return self.taste_weight
        return 0.0 if self._examples(query) else _FAME

    def _said(self, query: ResolvedQuery) -> tuple[tuple[int, ...], str, Traits]:
        return self._examples(query), query.words.telling, query.words.traits

    def _examples(self, query: ResolvedQuery) -> tuple[int, ...]:
        """Return the items that were named as "like ...", by words or as the only one that is
        liked."""
        named, only = set(query.words.like_items), query.only_liked
        if only is not None and (only in query.liked or only in query.item_indices):
            named.add(only)
        return tuple(sorted(named))

    def _only_liked(self, ratings: Mapping[int, float], liked: Sequence[int]) -> int | None:
        """Return the item if a person, known or not, has told of one alone, and likes it."""
        if len(ratings) + len(liked) != 1:
            return None
        for item, rating in ratings.items():
            return item if rating >= self._liked else None
        return liked[0]

    def _fused(self, batch: Batch, asked: Asked | None = None) -> Scores:
        return standardize(self.fuser.fuse(asked or Asked(self.retrievers, batch), batch))

    def scores_without(
        self,
        resolved: ResolvedQuery,
        left_out: Sequence[Sequence[int]],
        item_indices: NDArray[np.int64],
    ) -> Scores:
        """Return the scores of some items, each time with other films left out, (len(left_out),
        len(item_indices)).

        A row is, to rounding, the scores for a person who never rated, or named as an example,
        those films.
        """
        if places := self._places_of_each(resolved, left_out):
            each = AskedWithoutEach(self.retrievers, self.batch([resolved]), places)
            return self.score([resolved] * len(places), each.batch, each)[:, item_indices]
        others = [without(resolved, items) for items in left_out]
        scores = [self.score(queries)[:, item_indices] for queries in _blocks(others)]
        return np.concatenate([np.zeros((0, len(item_indices)), np.float32), *scores])

    def _places_of_each(
        self, resolved: ResolvedQuery, left_out: Sequence[Sequence[int]]
    ) -> list[int]:
        """Return the place in the history of what is left out each time, -1 = nothing; [] where
        that is not one rated item each time, or too few times to be worth it."""
        is_plain = not resolved.examples and not (self.relevance and resolved.leads)
        is_one = all(len(items) < 2 for items in left_out)
        if not (is_plain and is_one and _FEWEST_TIMES < len(left_out) <= _BLOCK):
            return []
        place = {item: place for place, item in enumerate(resolved.item_indices.tolist())}
        if not all(item in place for items in left_out for item in items):
            return []
        return [place[items[0]] if items else -1 for items in left_out]

    def batch(self, resolved: Sequence[ResolvedQuery]) -> Batch:
        """Return the queries as retrievers see them: films named as "like ..." count as praised,
        and as rated last."""
        rows = [self._with_examples(query) for query in resolved]
        steps = [row.steps_back for row in rows if row.steps_back is not None]
        times = [query.asked_at for query in resolved if query.asked_at is not None]
        return Batch(
            histories_of(self.dataset.n_items, [(row.item_indices, row.ratings) for row in rows]),
            tuple(f"{row.words.text} {row.profile.text}".strip() for row in rows),
            np.concatenate([np.zeros(0, np.int32), *steps]) if len(steps) == len(rows) else None,
            np.array(times, np.int64) if times and len(times) == len(rows) else None,
        )

    def _with_examples(self, query: ResolvedQuery) -> ResolvedQuery:
        """Return the query with the films named as "like ..." in its history, if not rated."""
        named = query.examples and sorted(query.examples - set(query.item_indices.tolist()))
        if not named:
            return query
        items = np.concatenate([query.item_indices, np.array(named, np.int64)])
        ratings = np.concatenate([query.ratings, np.full(len(named), self._praise, np.float32)])
        steps, order = query.steps_back, np.argsort(items)
        if steps is not None:
            steps = np.concatenate([steps, np.zeros(len(named), np.int32)])[order]
        return replace(query, item_indices=items[order], ratings=ratings[order], steps_back=steps)

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

    def _typical(self, query: ResolvedQuery) -> NDArray[np.float32]:
        """Return what the words for genres add to the score of each item, for how typical it is;
        and what refusals add that stand alone."""
        words = query.words
        is_all = not (self._examples(query) or words.text or words.traits or query.given_up.traits)
        is_alone = is_all and (query.leads or not words.genres)
        weight = np.float32(_OF_A_KIND_ALONE if is_alone else _OF_A_KIND)
        typical: NDArray[np.float32] = weight * self.understander.typicality(words)
        return typical

    def _having_given_up(self, given_up: Understanding) -> NDArray[np.float32]:
        """Return what an item gains by having what no item need have: all of it goes before the
        most of it, and of two the one that fewer items have counts more."""
        gain = np.zeros(self.dataset.n_items, np.float32)
        if given_up.popularity:
            gain += _GIVEN_UP * self._known(given_up.popularity).astype(np.float32)
        has = [self.understander.allowed(Understanding(traits=(one,))) for one in given_up.traits]
        if has:
            rare = np.log((self.dataset.n_items + 1.0) / (np.sum(has, axis=1) + 1.0))
            share = (rare / rare.sum() @ np.array(has, np.float64)).astype(np.float32)
            gain += _GIVEN_UP * (share + np.all(has, axis=0))
        return gain

    def _known(self, popularity: int) -> NDArray[np.bool_]:
        """Return which items are well known (+1) or little known (-1): more ratings than the
        average item, or not more."""
        counts = self.dataset.popularity
        known: NDArray[np.bool_] = counts > counts.mean()
        return known if popularity > 0 else ~known

    def _scores_of_dislikes(self, resolved: Sequence[ResolvedQuery]) -> Scores:
        """Score as if what is held back were all that the person liked; zeros without dislikes."""
        rows = [np.array(sorted(query.held_back), np.int64) for query in resolved]
        praised = [(row, np.full(len(row), self._praise, np.float32)) for row in rows]
        scores = self._fused(Batch(histories_of(self.dataset.n_items, praised), ("",) * len(rows)))
        scores[[not len(row) for row in rows]] = (
            0.0  # no dislikes, no opinion: popularity would have one
        )
        return scores

    def allowed(self, resolved: Sequence[ResolvedQuery]) -> NDArray[np.bool_]:
        """Return which items may be recommended to each (n, n_items): all but the seen, the named,
        the unwanted."""
        allowed = np.ones((len(resolved), self.dataset.n_items), np.bool_)
        same_as, again = self.dataset.catalog.same_as, self.dataset.catalog.listed_again
        for row, query in zip(allowed, resolved, strict=True):
            if not query.words.is_empty:
                row &= self.understander.allowed(query.words)
            if query.words.popularity:
                row &= self._known(query.words.popularity)
            if query.query.filters != _NO_FILTERS:
                row &= self.filters.allowed(query.query.filters)
            out = [*query.excluded, *query.held_back, *query.examples]
            if self.excludes_seen and not query.query.include_seen:
                out += [*query.item_indices.tolist(), *query.seen]
            is_out = np.zeros(len(row), np.bool_)
            is_out[same_as[np.array(out, np.int64)]] = True
            row &= ~is_out
            row[again] &= ~is_out[same_as[again]]  # a film that is listed twice is one film
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
        asked = AskedOnce(self.retrievers, batch)
        pool = self._once_each(self._pool([resolved], batch, 2 * k, active, asked))
        width = pool.item_indices.shape[1]
        if not width:
            raise QueryError(
                f"no item is left to recommend: {self.what_left(resolved)}; "
                "drop one of the conditions"
            )
        ranking = self._selected(batch, pool, min(k, width), active)
        items, scores = ranking.item_indices[0], ranking.scores[0].tolist()
        ranks = {
            name: ranks_of(asked[name][0], items).tolist()
            for name in sorted(self.retrievers)
            if np.ptp(asked[name]) > 0
        }
        predicted: list[float | None] = [None] * len(items)
        if self.predictor:
            predicted = self.predictor.predict(batch.histories, items)[0].tolist()
        catalog = self.dataset.catalog
        return tuple(
            Candidate(
                catalog.items.id(item),
                item,
                catalog.titles[item],
                catalog.year(item),
                catalog.genres[item],
                scores[place],
                predicted[place],
                {name: ranks_in_list[place] for name, ranks_in_list in ranks.items()},
            )
            for place, item in enumerate(items.tolist())
        )

    def _once_each(self, ranking: Rankings) -> Rankings:
        """Return a ranking of one query without padding, and with the first of items that are one
        film listed twice."""
        items = ranking.item_indices[0]
        _, first = np.unique(self.dataset.catalog.same_as[items], return_index=True)
        return ranking.columns(np.sort(first[items[first] >= 0]))

    def describe(self, resolved: ResolvedQuery) -> tuple[str, ...]:
        """Return what decides the list beside the history, one short phrase each: words, profile,
        filters, stages."""
        query, read = resolved.query, self.understander.describe
        return (
            *read(resolved.words),
            *(f"{phrase} (preferred)" for phrase in read(resolved.profile)),
            *(f"{phrase} (filter)" for phrase in self.filters.describe(query.filters)),
            *(("seen items too",) if query.include_seen else ()),
            *(f"{name} {share:g}" for name, share in sorted(query.strengths.items()) if share),
        )

    def what_left(self, resolved: ResolvedQuery) -> str:
        """Say how many items each thing that was required leaves, and how many all of them: why a
        list is short or empty."""
        required = replace(
            resolved, query=replace(resolved.query, include_seen=True), disliked=(), excluded=()
        )
        unfiltered = replace(required, query=replace(required.query, filters=_NO_FILTERS))
        fit, left, fit_words = (
            int(self.allowed([query]).sum()) for query in (required, resolved, unfiltered)
        )
        counts = [
            f"{passes.sum()} fit {phrase!r}"
            for phrase, passes in self.filters.each(resolved.query.filters)
        ]
        if not resolved.words.is_empty:
            words = "; ".join(self.understander.describe(resolved.words))
            counts.append(f"{fit_words} fit '{words}'")
        counts += [f"{fit} fit all of it"] if len(counts) > 1 else []
        counts += [f"{fit - left} of {fit} are seen or excluded"] if left < fit else []
        return ", ".join(counts) or f"the catalog has {self.dataset.n_items}"

    def continued(self, resolved: ResolvedQuery, conversation: "Conversation") -> ResolvedQuery:
        """Return the query with all that was said in a conversation: words, ratings, what must not
        be shown again."""
        words = resolved.words.merged(conversation.words)
        low, high = (
            (self.dataset.scale.low, self.dataset.scale.high) if self.dataset.scale else (0, 1)
        )
        said = {item: low + share * (high - low) for item, share in conversation.ratings.items()}
        kept = without(resolved, [item for item in said if item in resolved.item_indices])
        items = np.concatenate([kept.item_indices, np.array(sorted(said), np.int64)])
        order, rated = np.argsort(items), [said[item] for item in sorted(said)]
        return replace(
            kept,
            item_indices=items[order],
            ratings=np.concatenate([kept.ratings, np.array(rated, np.float32)])[order],
            steps_back=kept.steps_back if not said else None,
            excluded=(*resolved.excluded, *conversation.out),
            words=words,
            leads=resolved.leads or _leads(words, has_taste=bool(len(items) or resolved.liked)),
        )

    def nearest(self, resolved: ResolvedQuery) -> tuple[ResolvedQuery, str]:
        """Return the query as it can be served, and what was given up for it, "" for nothing.

        Where no item or one alone fits all that the words ask for, or fewer than five beside an
        example, any of the moods, themes and features is enough: what has all comes first, then
        what has the most, a rare one counting more (`_having_given_up`). A mood alone is given up
        for fewer than five, too, since it is a matter of degree; two films that are right say more
        than five of which three are not. Where nothing fits even so, parts are left out until
        something does, each time the one that weighs least (`_weight`). How well known an item is,
        is given up before. The query stays as it is where nothing is to be left out.
        """
        whole = int(self.allowed([resolved]).sum())
        fame = Understanding(popularity=resolved.words.popularity)
        if whole >= min(_FEWEST, resolved.query.k):
            return resolved, ""
        if fame.popularity:
            return self._however_known(resolved, fame, whole)
        soft = [part for part in _parts(resolved) if _is_soft(part)]
        is_degree = len(soft) == 1 and _is_mood(soft[0])
        if whole < _FEWEST_ALONE or is_degree or resolved.words.like_items:
            served = self._with_any_of(resolved, soft)
            if int(self.allowed([served]).sum()) > whole:
                return served, self._told(whole, soft)
        return (resolved, "") if whole else self._without_what_nothing_has(resolved)

    def _told(self, whole: int, soft: Sequence[Understanding]) -> str:
        """Say how many items fit all that was asked for, and what the others lack."""
        noun = self.dataset.catalog.noun
        said = "; ".join(one for part in soft for one in self.understander.describe(part))
        lack = f"fit part of {said!r}" if len(soft) > 1 else f"fit all but {said!r}"
        if not whole:
            return f"no {noun} fits all of it; these {lack}"
        fitting = f"one {noun} fits" if whole == 1 else f"{whole} {noun}s fit"
        return f"only {fitting} all of it; the others {lack}"

    def _with_any_of(self, resolved: ResolvedQuery, soft: Sequence[Understanding]) -> ResolvedQuery:
        """Return the query that any of these parts is enough for; for one alone, none of them, and
        the very query where nothing else is asked for."""
        words, given_up = resolved.words, resolved.given_up
        for part in soft:
            words, given_up = words.without(part), given_up.merged(part)
        if len(soft) > 1:
            words = words.merged(Understanding(either=tuple(soft)))
        if words.is_empty:
            return resolved
        words = replace(words, told=resolved.words.told)  # is searched for all the same
        return replace(resolved, words=words, given_up=given_up)

    def _however_known(
        self, resolved: ResolvedQuery, fame: Understanding, whole: int
    ) -> tuple[ResolvedQuery, str]:
        """Return the query with how well known an item is left out, which is given up before what
        it is like; what is known so, if `whole` is not 0, comes first."""
        words, given_up = resolved.words.without(fame), resolved.given_up.merged(fame)
        query, told = self.nearest(replace(resolved, words=words, given_up=given_up))
        (said,) = self.understander.describe(fame)
        how_many = (
            f"only {whole} of what fits {'is' if whole == 1 else 'are'}"
            if whole
            else ("nothing that fits is")
        )
        return query, "; ".join(filter(None, (f"{how_many} {said}", told)))

    def _without_what_nothing_has(self, resolved: ResolvedQuery) -> tuple[ResolvedQuery, str]:
        """Return the query with as many parts left out as must be, those that weigh least first. A
        title that is refused is never given up; where somebody has made nothing else, what is like
        it is."""
        noun, parts = self.dataset.catalog.noun, _parts(resolved)
        parts = [part for part in parts if not (part.unlike_items or part.seen_items)]
        left_out: list[str] = []
        query = resolved
        while len(parts) > 1 or (parts and not left_out):
            others = [replace(query, words=query.words.without(part)) for part in parts]
            fits = [int(self.allowed([other]).sum()) for other in others]
            best = max(range(len(parts)), key=lambda i: (fits[i] > 0, -_weight(parts[i]), fits[i]))
            part = parts.pop(best)
            left_out += self.understander.describe(part)
            given_up = query.given_up.merged(part if part.traits else Understanding())
            query = replace(others[best], given_up=given_up)
            if part.people and query.words.unlike_items:
                like = Understanding(like_items=query.words.unlike_items)
                query = replace(query, words=query.words.merged(like), leads=True)
            if fits[best]:
                said = "; ".join(left_out)
                return query, f"no {noun} fits all of it; these fit all but {said!r}"
        return resolved, ""

    def liked(self, resolved: ResolvedQuery, n: int = 5) -> tuple[tuple[str, float], ...]:
        """Return the n films that the person rated highest, among equals the best known, as (title
        with year, rating)."""
        scale, items, ratings = self.dataset.scale, resolved.item_indices, resolved.ratings
        order = np.lexsort((items, -self.dataset.popularity[items], -ratings))
        best = order[ratings[order] >= self._liked][:n]
        return tuple(
            (self.dataset.catalog.name(item), rating if scale else 1.0)
            for item, rating in zip(items[best].tolist(), ratings[best].tolist(), strict=True)
        )


def _leads(words: Understanding, *, has_taste: bool) -> bool:
    """Say whether words order the list, and taste only among what fits them alike: genres do for
    somebody of whom nothing is known but them."""
    said = words.text or words.like_items or any(way.traits for way in (words, *words.either))
    return bool(said or ((words.genres or words.levels) and not has_taste))


def _parts(query: ResolvedQuery) -> list[Understanding]:
    return list(dict.fromkeys(reading.part for reading in query.words.readings))


def _is_soft(part: Understanding) -> bool:
    return bool(part.traits) and all(column in _SOFT for column, _ in part.traits)


def _is_mood(part: Understanding) -> bool:
    return all(column == "moods" for column, _ in part.traits)


def _weight(part: Understanding) -> int:
    """Return how much is lost when a part is given up: moods, themes and features were read out of
    more than they say; what is refused was meant, and most of all who is in it."""
    if _is_soft(part):
        return 0
    if not (part.traits or part.genres or part.years or part.text):
        return 4 if part.people else 3
    return 2 if part.genres or part.years else 1


def _blocks(queries: Sequence[ResolvedQuery]) -> Iterator[Sequence[ResolvedQuery]]:
    return (queries[begin : begin + _BLOCK] for begin in range(0, len(queries), _BLOCK))


def without(resolved: ResolvedQuery, items: Sequence[int]) -> ResolvedQuery:
    """Return the query of a person who never rated these items, nor named them as examples."""
    if not items:
        return resolved
    stays = np.ones(len(resolved.item_indices), np.bool_)
    for item in items:  # one or two: isin would cost ten times as much, for each film of a history
        stays &= resolved.item_indices != item
    steps = resolved.steps_back
    if steps is not None:  # what was rated before a film that is gone is one step nearer
        gone, kept = steps[~stays], steps[stays]
        steps = (kept - (kept[:, None] > gone[None, :]).sum(axis=1)).astype(np.int32)
    return replace(
        resolved,
        item_indices=resolved.item_indices[stays],
        ratings=resolved.ratings[stays],
        steps_back=steps,
        liked=tuple(item for item in resolved.liked if item not in items),
        profile=_naming_less(resolved.profile, items),
        words=_naming_less(resolved.words, items),
    )


def _naming_less(understood: Understanding, items: Sequence[int]) -> Understanding:
    """Return the same without these examples; the very object where it names none of them."""
    examples = tuple(item for item in understood.like_items if item not in items)
    if examples == understood.like_items:
        return understood
    return replace(understood, like_items=examples)


def _saying_nothing(query: ResolvedQuery, examples: Sequence[int]) -> ResolvedQuery:
    """Return the query of the same person without words and examples: what is left is taste."""
    return replace(without(query, examples), words=Understanding())


def alike(resolved: ResolvedQuery, item: int) -> ResolvedQuery:
    """Return the query of somebody who asks for what is like this item and nothing else, and is not
    shown what the person who asks has seen."""
    return replace(
        resolved,
        query=replace(resolved.query, user_id=None, history={}),
        item_indices=np.zeros(0, np.int64),
        ratings=np.zeros(0, np.float32),
        steps_back=None,
        liked=(),
        seen=(*resolved.item_indices.tolist(), *resolved.seen),
        words=resolved.words.merged(Understanding(like_items=(item,))),
        leads=True,
    )
