"""Contexts as the product makes them, sampled over users, items, situations and kinds of evidence.
Writes no text."""

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys_rag._flow import Flow
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import QueryError
from recsys_rag.generate._nouns import names_of
from recsys_rag.generate._selection import select
from recsys_rag.types import Candidate, Context, Evidence, Query, ResolvedQuery

_SHARES = {"train": 80, "validation": 90, "test": 100}  # cumulative percent of users, and of items
_DEPTH = 40  # candidates that an item is drawn from
_LIST = 5  # items that are shown together
_HAD_A_LIST = 0.25  # share of queries that come after another list
# share of contexts whose evidence is drawn, not chosen by strength: rare kinds get their turn
_FREE_CHOICE = 0.5
_MOST_TRIES = 400  # for one context, before the data counts as too poor


def part_of(identity: str) -> str:
    """Return the part of the data that a user or an item belongs to, by its name alone.

    >>> [part_of(one) for one in ("user 196", "user 7", "item 50")]
    ['train', 'train', 'validation']
    """
    percentile = zlib.crc32(identity.encode()) % 100
    return next(part for part, end in _SHARES.items() if percentile < end)


@dataclass(frozen=True, slots=True)
class ContextSampler:
    """Draws contexts of one fitted flow from one part of its users and items: "train", "validation"
    or "test".

    User and recommended item are of that part. Evidence may name items of an earlier part, never of
    a later one: what is held out cannot be met in training, while a person of the test part has
    also rated what everybody has.
    """

    flow: Flow
    part: str

    @property
    def _dataset(self) -> Dataset:
        return self.flow.ranker.dataset

    def contexts(self, rng: random.Random) -> Iterator[Context]:
        """Yield contexts without end; none at all where this part of the data offers nothing to
        say."""
        users = [
            user_id
            for user_id in self._dataset.users.ids
            if part_of(f"user {user_id}") == self.part
        ]
        failures = 0
        while users and failures < _MOST_TRIES:
            context = self._context(rng.choice(users), rng)
            failures = 0 if context else failures + 1
            if context:
                yield context

    def _context(self, user: str, rng: random.Random) -> Context | None:
        resolved = self.flow.ranker.resolve(self._query(user, rng))
        try:
            ranked = self.flow.ranker.candidates(resolved, _DEPTH)
        except QueryError:  # words that leave nothing to recommend
            return None
        mine = [listed for listed in ranked if self._is_mine(listed.item_index)]
        if not mine:
            return None
        candidate = rng.choice(mine)
        shown = rng.sample(
            [listed for listed in ranked if listed is not candidate],
            min(_LIST - 1, len(ranked) - 1),
        )
        shown.insert(rng.randint(0, len(shown)), candidate)
        if rng.random() < _HAD_A_LIST:
            previous = tuple(
                candidate.item_id
                for candidate in rng.sample(shown, len(shown))[: rng.randint(1, len(shown))]
            )
            resolved = replace(resolved, query=replace(resolved.query, previous=previous))
        evidence = self._evidence(resolved, shown, shown.index(candidate), rng)
        if not evidence or self._names_later_items(candidate, evidence):
            return None
        return Context(candidate, evidence)

    def _query(self, user: str, rng: random.Random) -> Query:
        """Return what somebody may ask: a known user, a visitor with some of that history, words, a
        taste, or both."""
        roll, words = rng.random(), self._words(rng)
        visitor = Query(history=self._some_history(user, rng), k=_DEPTH)
        if roll < 0.45:
            return Query(user_id=user, k=_DEPTH)
        if roll < 0.60:
            return visitor
        if roll < 0.75:
            return Query(user_id=user, words=words, k=_DEPTH)
        if roll < 0.85:
            return Query(user_id=user, profile=words, k=_DEPTH)
        return replace(visitor, words=words) if roll < 0.93 else Query(words=words, k=_DEPTH)

    def _some_history(self, user: str, rng: random.Random) -> dict[str, float]:
        items, ratings = self._dataset.history(user)
        places = [
            position for position, item in enumerate(items.tolist()) if self._is_mine(item)
        ] or list(range(len(items)))
        chosen = sorted(rng.sample(places, min(len(places), rng.randint(1, 8))))
        return {
            self._dataset.items.id(int(items[index])): float(ratings[index]) for index in chosen
        }

    def _words(self, rng: random.Random) -> str:
        """Return a wish in words that this catalog can answer."""
        catalog = self._dataset.catalog
        item = rng.choice([item for item in range(len(catalog)) if self._is_mine(item)])
        genres, year = catalog.genres[item], catalog.year(item)
        wishes = [f"something like {catalog.titles[item]}"]
        if genres:
            wishes += [rng.choice(genres), f"{rng.choice(genres)} {catalog.noun}s"]
        if year:
            wishes += [
                f"from the {year // 10 * 10}s",
                f"{catalog.noun}s from {year - 3} to {year + 2}",
            ]
        if genres and year:
            wishes += [f"{rng.choice(genres)} from the {year // 10 * 10}s"] * 2
        people = [*catalog.people(item, "director"), *catalog.people(item, "actors")]
        if people:
            wishes += [
                f"with {rng.choice(people)}",
                f"{rng.choice([*genres, 'something'])} by {rng.choice(people)}",
            ]
        return rng.choice(wishes)

    def _evidence(
        self, resolved: ResolvedQuery, shown: Sequence[Candidate], rank: int, rng: random.Random
    ) -> tuple[Evidence, ...]:
        """Return the evidence of one item of a list: as the product chooses it, or drawn from all
        that there is."""
        if rng.random() >= _FREE_CHOICE:
            return self.flow.evidence(resolved, shown)[rank]
        items = np.array([candidate.item_index for candidate in shown], np.int64)
        facts = [
            piece
            for source in self.flow.evidence_sources
            for piece in source.evidence(resolved, items)
        ]
        by_chance = [
            replace(piece, strength=0.3 + 0.7 * rng.random())
            for piece in facts
            if piece.item_id == shown[rank].item_id
        ]
        return select([by_chance], rng.randint(1, 3))[0]

    def _is_mine(self, item: int) -> bool:
        return part_of(f"item {self._dataset.items.id(item)}") == self.part

    def _names_later_items(self, candidate: Candidate, evidence: Sequence[Evidence]) -> bool:
        catalog, mine = self._dataset.catalog, list(_SHARES).index(self.part)
        named = {item for name in names_of(evidence) for item in catalog.find(name)} - {
            candidate.item_index
        }
        return any(
            list(_SHARES).index(part_of(f"item {catalog.items.id(item)}")) > mine for item in named
        )
