"""Influence: which of the person's own liked items carry an item, by how many places lower it ranks
without them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log10
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact, Named
from recsys_rag.facts._history import examples_of, liked_items
from recsys_rag.facts._leaving_out import LeavingOut, Standing
from recsys_rag.facts._nearness import near_to
from recsys_rag.facts._strength import between
from recsys_rag.facts.influence.phrases import PHRASES
from recsys_rag.facts.influence.reading import READING
from recsys_rag.facts.influence.recount import recount
from recsys_rag.facts.kind import Kind
from recsys_rag.protocols import EvidenceSource, FittedParts
from recsys_rag.types import Evidence, ResolvedQuery

_PAIR_FROM = 0.6  # of the loss without the first


@dataclass(frozen=True, slots=True)
class InfluenceFact(Fact):
    """Of the `n_ranked` items that could be shown, this one ranks `rank`, by its score; without one
    or two items of the person's it would rank `rank_without`.

    `ratings` are the person's own; () where feedback is implicit and for examples. `is_near`: other
    people's ratings bring the items near to this one (`nearness.near_to`). `is_example`: the person
    named the item and has not rated it. `is_main`: without the one item the score loses more than
    without any other, or than words and dislikes move it, or than it has for anybody.
    """

    kind = "influence"
    titles: tuple[str, ...]
    item_ids: tuple[str, ...]
    rank: int
    rank_without: int
    n_ranked: int
    ratings: tuple[float, ...] = ()
    is_near: bool = False
    is_example: bool = False
    is_main: bool = False

    @property
    def n_places(self) -> int:
        """How many places lower it would rank."""
        return self.rank_without - self.rank

    @property
    def names(self) -> tuple[Named, ...]:
        pairs = zip(self.titles, self.item_ids, strict=True)
        return tuple(Named(title, "title", item_id) for title, item_id in pairs)

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return tuple(("influence", title) for title in self.titles)


class _InfluenceEvidence:
    """States "it ranks 2 of 1447; without your 5 for Fargo (1996) it would rank 14".

    Items of the history are left out and all is ranked again; see `LeavingOut`. Only items that the
    person liked are named, and only where their loss costs the item a place, or where other
    people's ratings bring them near and the score is lower without them. An item gets up to
    `alternatives` facts with one title each, largest loss first, and one with the first two, left
    out together, where the second weighs at least 60 % of the first: so that a list need not name
    the same title five times. Items that were named as examples are stated too.
    """

    def __init__(self, dataset: Dataset, leaving_out: LeavingOut, *, alternatives: int = 3) -> None:
        self._dataset = dataset
        self.leaving_out = leaving_out
        self._alternatives = alternatives

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield the facts of each item, in the order of `item_indices`."""
        tried, is_whole = self.leaving_out.tried(resolved, item_indices)
        if not len(tried) or not len(item_indices):
            return
        standing = self.leaving_out.standing(resolved, item_indices, tried)
        examples = set(examples_of(resolved))
        own = set(liked_items(resolved, self._dataset).tolist()) - examples
        others: NDArray[np.float64] | None = None
        rated = dict(zip(resolved.item_indices.tolist(), resolved.ratings.tolist(), strict=True))
        for column, item in enumerate(item_indices.tolist()):
            named = [
                *self._named(column, item, standing, own, False),
                *self._named(column, item, standing, examples, True),
            ]
            if not named:
                continue
            standing.ask([group.items for group in named])
            near = near_to(self._dataset, item)
            if others is None:
                others = self.leaving_out.others(resolved, item_indices, standing.scores)
            ranked = standing.rank((), column)
            for group in named:
                ranks = ranked, standing.rank(group.items, column), standing.n_ranked
                is_near = bool(near[list(group.items)].all())
                if ranks[1] > ranks[0] or (is_near and ranks[1] == ranks[0]):
                    is_main = (
                        is_whole
                        and group.loss_rank == 1
                        and len(group.items) == 1
                        and standing.loss(group.items, column) > float(others[column])
                    )
                    yield self._stated(item, group, ranks, rated, is_near, is_main)

    def _named(
        self, column: int, item: int, standing: Standing, nameable: set[int], is_example: bool
    ) -> Iterator["_Group"]:
        """Yield the items to name for one item: the first few, and after the first the first two
        together."""
        losses = standing.losses[:, column]
        order = np.lexsort((standing.films, -losses))
        loss = dict(zip(standing.films[order].tolist(), losses[order].tolist(), strict=True))
        first = [
            _Group((other,), rank, is_example)
            for rank, other in enumerate(loss, 1)
            if other in nameable and other != item and loss[other] > 0
        ][: self._alternatives]
        if len(first) > 1 and not is_example:
            largest, second = first[0].items[0], first[1].items[0]
            if loss[second] >= _PAIR_FROM * loss[largest]:
                first.insert(1, _Group((largest, second), first[0].loss_rank, is_example))
        yield from first

    def _stated(
        self,
        item: int,
        group: "_Group",
        ranks: tuple[int, int, int],
        rated: dict[int, float],
        is_near: bool,
        is_main: bool,
    ) -> Evidence:
        dataset = self._dataset
        item_id, item_ids = dataset.items.id(item), dataset.items.ids_at(group.items)
        titles = tuple(dataset.catalog.name(own) for own in group.items)
        ratings: tuple[float, ...] = ()
        if group.is_example:
            without = f"{titles[0]}, which you named"
        elif dataset.scale:
            ratings = tuple(rated[own] for own in group.items)
            without = " and ".join(
                f"your {rating:g} for {title}"
                for title, rating in zip(titles, ratings, strict=True)
            )
        else:
            without = " and ".join(f"your choice of {title}" for title in titles)
        fact = InfluenceFact(titles, item_ids, *ranks, ratings, is_near, group.is_example, is_main)
        return Evidence(
            item_id,
            fact,
            f"rank of item {item_id} by score among {fact.n_ranked} items, and its rank when "
            f"history items {', '.join(item_ids)} are left out",
            _statement(fact, without),
            between(0.45, 0.85, log10(1 + fact.n_places / len(titles)) / 2)
            + 0.1 * is_near
            - 0.04 * min(group.loss_rank - 1, 5),
        )


def _statement(fact: InfluenceFact, without: str) -> str:
    verb = "rated" if fact.ratings or fact.is_example else "chosen"
    near = f"{verb} by much the same people"
    ranks = f"by score it ranks {fact.rank} of {fact.n_ranked}"
    if not fact.n_places:
        return f"{near}; {ranks}, with or without {without}"
    then = f"{ranks}; without {without} it would rank {fact.rank_without}"
    return f"{then}; {near}" if fact.is_near else then


class _Group(NamedTuple):
    """One or two items of the history, and the rank of the first one's loss."""

    items: tuple[int, ...]
    loss_rank: int
    is_example: bool


def _evidence(parts: FittedParts) -> EvidenceSource | None:
    if parts.ranking is None:
        return None
    leaving_out = LeavingOut(parts.dataset, parts.ranking, parts.proposer)
    return _InfluenceEvidence(parts.dataset, leaving_out)


def _samples() -> Iterator[InfluenceFact]:
    one = (("Vandrell (1979)",), ("110",))
    two = (("Vandrell (1979)", "Bonewhistle (1997)"), ("110", "126"))
    shapes = (((2, 14, 1400), True, False), ((3, 3, 1400), True, False), ((1, 2, 60), False, True))
    for ranks, is_near, is_main in shapes:
        yield InfluenceFact(*one, *ranks, (5.0,), is_near, is_main=is_main)
        yield InfluenceFact(*one, *ranks, (8.0,), is_near, is_main=is_main)
        yield InfluenceFact(*two, *ranks, (5.0, 4.5), is_near)
        yield InfluenceFact(*two, *ranks, (4.0, 4.0), is_near)
        yield InfluenceFact(*one, *ranks, (), is_near, is_main=is_main)
        yield InfluenceFact(*two, *ranks, (), is_near)
        yield InfluenceFact(*one, *ranks, (), is_near, is_example=True, is_main=is_main)


KIND = Kind(InfluenceFact, _evidence, PHRASES, READING, recount, tuple(_samples()))
