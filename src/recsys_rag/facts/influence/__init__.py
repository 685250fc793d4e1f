"""Influence: which of the person's own liked items carry an item's score, by how much lower it is
when ranked again without them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact, Named
from recsys_rag.facts.history import examples_of, liked_items
from recsys_rag.facts.influence.phrases import PHRASES
from recsys_rag.facts.influence.reading import READING
from recsys_rag.facts.influence.recount import recount
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.leaving_out import LeavingOut
from recsys_rag.facts.nearness import near_to
from recsys_rag.facts.strength import between
from recsys_rag.protocols import EvidenceSource, FittedParts
from recsys_rag.types import Evidence, ResolvedQuery

_PAIR_FROM = 0.6  # of the loss without the first


@dataclass(frozen=True, slots=True)
class InfluenceFact(Fact):
    """Without one or two items the score would be `loss_percent` lower.

    `ratings` are the person's own; () where feedback is implicit and for examples. `loss_rank` is
    the rank of the first item's loss among those of the history, None where not all were tried.
    `is_near`: other people's ratings bring the items near to this one (`nearness.near_to`).
    `is_example`: the person named the item in words ("like Fargo") and has not rated it.
    """

    kind = "influence"
    titles: tuple[str, ...]
    item_ids: tuple[str, ...]
    loss_percent: int
    ratings: tuple[float, ...] = ()
    loss_rank: int | None = None
    is_near: bool = False
    is_example: bool = False

    @property
    def names(self) -> tuple[Named, ...]:
        pairs = zip(self.titles, self.item_ids, strict=True)
        return tuple(Named(title, "title", item_id) for title, item_id in pairs)

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return tuple(("influence", title) for title in self.titles)


class InfluenceEvidence:
    """States "without your 5 for Fargo (1996), its score would be 9 % lower".

    Items of the history are left out and the list is scored again by the whole ranking; see
    `LeavingOut`. Only items that the person liked are named, only from `min_percent` to 100 %. An
    item gets up to `alternatives` facts with one title each, largest loss first, and one with the
    first two, left out together, where the second weighs at least 60 % of the first: so that a list
    need not name the same title five times. Items that were named as examples are stated too.
    """

    def __init__(
        self,
        dataset: Dataset,
        leaving_out: LeavingOut,
        *,
        alternatives: int = 3,
        min_percent: int = 1,
    ) -> None:
        self._dataset = dataset
        self.leaving_out = leaving_out
        self._alternatives = alternatives
        self._min_percent = min_percent

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield the facts of each item, in the order of `item_indices`; none where it scores no
        more than the average item."""
        tried, is_whole = self.leaving_out.tried(resolved, item_indices)
        losses = self.leaving_out.losses(resolved, item_indices, [(own,) for own in tried.tolist()])
        if not losses:
            return
        own = set(liked_items(resolved, self._dataset).tolist())
        examples = set(examples_of(resolved))
        named = [
            [
                *self._named(column, item, losses, own, False),
                *self._named(column, item, losses, examples, True),
            ]
            for column, item in enumerate(item_indices.tolist())
        ]
        pairs = dict.fromkeys(
            group.items for groups in named for group in groups if len(group.items) == 2
        )
        losses |= self.leaving_out.losses(resolved, item_indices, list(pairs))
        rated = dict(zip(resolved.item_indices.tolist(), resolved.ratings.tolist(), strict=True))
        for column, item in enumerate(item_indices.tolist()):
            near = near_to(self._dataset, item) if named[column] else np.zeros(0, np.bool_)
            for group in named[column]:
                percent = 100.0 * float(losses[group.items][column])
                # scores have no natural zero: beyond all of it, a share means nothing
                if self._min_percent <= round(percent) <= 100:
                    is_near = bool(near[list(group.items)].all())
                    yield self._stated(item, group, percent, rated, is_whole, is_near)

    def _named(
        self,
        column: int,
        item: int,
        losses: dict[tuple[int, ...], NDArray[np.float64]],
        nameable: set[int],
        is_example: bool,
    ) -> Iterator["_Group"]:
        """Yield the items to name for one item: the first few, and after the first the first two
        together."""
        loss = {items[0]: float(of_items[column]) for items, of_items in losses.items()}
        order = sorted(loss, key=lambda other: (-loss[other], other))
        first = [
            _Group((other,), rank, is_example)
            for rank, other in enumerate(order, 1)
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
        percent: float,
        rated: dict[int, float],
        is_whole: bool,
        is_near: bool,
    ) -> Evidence:
        dataset = self._dataset
        item_id, item_ids = dataset.items.id(item), dataset.items.ids_at(group.items)
        titles = tuple(dataset.catalog.name(own) for own in group.items)
        ratings: tuple[float, ...] = ()
        if group.is_example:
            without = f"your example {titles[0]}"
        elif dataset.scale:
            ratings = tuple(rated[own] for own in group.items)
            without = " and ".join(
                f"your {rating:g} for {title}"
                for title, rating in zip(titles, ratings, strict=True)
            )
        else:
            without = " and ".join(f"your choice of {title}" for title in titles)
        loss_rank = group.loss_rank if is_whole else None
        near = "; near it in others' ratings" if is_near else ""
        return Evidence(
            item_id,
            InfluenceFact(
                titles, item_ids, round(percent), ratings, loss_rank, is_near, group.is_example
            ),
            f"score of item {item_id}, against its score when history items "
            f"{', '.join(item_ids)} are left out",
            f"without {without}, its score would be {round(percent)} % lower{near}",
            between(0.45, 0.95, percent / len(titles) / 15) - 0.04 * min(group.loss_rank - 1, 5),
        )


class _Group(NamedTuple):
    """One or two items of the history, and the rank of the first one's loss."""

    items: tuple[int, ...]
    loss_rank: int
    is_example: bool


def _evidence(parts: FittedParts) -> EvidenceSource | None:
    if parts.ranking is None:
        return None
    leaving_out = LeavingOut(parts.dataset, parts.ranking, parts.proposer)
    return InfluenceEvidence(parts.dataset, leaving_out)


def _samples() -> Iterator[InfluenceFact]:
    one = (("Vandrell (1979)",), ("110",))
    two = (("Vandrell (1979)", "Bonewhistle (1997)"), ("110", "126"))
    for percent, is_near in ((31, True), (3, False)):
        yield InfluenceFact(*one, percent, (5.0,), 1, is_near)
        yield InfluenceFact(*one, percent, (8.0,), 2, is_near)
        yield InfluenceFact(*two, percent, (5.0, 4.5), 1, is_near)
        yield InfluenceFact(*two, percent, (4.0, 4.0), 1, is_near)
        yield InfluenceFact(*one, percent, (), 1, is_near)
        yield InfluenceFact(*two, percent, (), 1, is_near)
        yield InfluenceFact(*one, percent, (), 1, is_near, is_example=True)


KIND = Kind(InfluenceFact, _evidence, PHRASES, READING, recount, tuple(_samples()))
