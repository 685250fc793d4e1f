"""Which of the person's own liked items carry an item's score: how much lower it is, ranked again
without them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.evidence.history import examples_of, liked_items
from recsys_rag.evidence.leaving_out import LeavingOut
from recsys_rag.evidence.nearness import near_to
from recsys_rag.evidence.strength import between
from recsys_rag.types import Evidence, Fact, ResolvedQuery

_PAIR_FROM = 0.6  # of the loss without the first


class CarrierEvidence:
    """States "without your 5 for Fargo (1996), its score would be 9 % lower".

    Films of the history are left out and the list is scored again by the whole ranking; see
    `LeavingOut`. Only films that the person liked are named, and only from `min_percent` on. An
    item gets up to `alternatives` facts with one title each, largest loss first, and one with the
    first two, left out together, where the second weighs at least 60 % of the first: so that a list
    need not name the same title five times. Films that were named as examples ("like Fargo") are
    stated too, told apart by the fact `named`. `place` is the place of the (first) title's loss
    among those of all of the history, where all of it was tried. `near` says that other people's
    ratings bring each title near to the item (`near_to`): what carries a score need not.
    """

    kind = "carrier"

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
        lost = self.leaving_out.losses(resolved, item_indices, [(one,) for one in tried.tolist()])
        if not lost:
            return
        own, examples = (
            set(liked_items(resolved, self._dataset).tolist()),
            set(examples_of(resolved)),
        )
        named = [
            [
                *self._named(column, item, lost, own, False),
                *self._named(column, item, lost, examples, True),
            ]
            for column, item in enumerate(item_indices.tolist())
        ]
        pairs = dict.fromkeys(
            one.items for of_item in named for one in of_item if len(one.items) == 2
        )
        lost |= self.leaving_out.losses(resolved, item_indices, list(pairs))
        rated = dict(zip(resolved.item_indices.tolist(), resolved.ratings.tolist(), strict=True))
        for column, item in enumerate(item_indices.tolist()):
            near = near_to(self._dataset, item) if named[column] else np.zeros(0, np.bool_)
            for one in named[column]:
                percent = 100.0 * float(lost[one.items][column])
                if round(percent) >= self._min_percent:
                    yield self._stated(
                        item, one, percent, rated, is_whole, bool(near[list(one.items)].all())
                    )

    def _named(
        self,
        column: int,
        item: int,
        lost: dict[tuple[int, ...], NDArray[np.float64]],
        nameable: set[int],
        is_example: bool,
    ) -> Iterator["_Named"]:
        """Yield the films to name for one item: the first few, and after the first the first two
        together."""
        losses = {items[0]: float(of_items[column]) for items, of_items in lost.items()}
        order = sorted(losses, key=lambda one: (-losses[one], one))
        first = [
            _Named((one,), place, is_example)
            for place, one in enumerate(order, 1)
            if one in nameable and one != item and losses[one] > 0
        ][: self._alternatives]
        if len(first) > 1 and not is_example:
            (one,), (other,) = first[0].items, first[1].items
            if losses[other] >= _PAIR_FROM * losses[one]:
                first.insert(1, _Named((one, other), first[0].place, is_example))
        yield from first

    def _stated(
        self,
        item: int,
        named: "_Named",
        percent: float,
        rated: dict[int, float],
        is_whole: bool,
        is_near: bool,
    ) -> Evidence:
        dataset = self._dataset
        item_id, item_ids = dataset.items.id(item), dataset.items.ids_at(named.items)
        titles = tuple(dataset.catalog.name(one) for one in named.items)
        facts: dict[str, Fact] = {
            "titles": titles,
            "item_ids": item_ids,
            "loss_percent": round(percent),
        }
        if is_whole:
            facts["place"] = named.place
        if is_near:
            facts["near"] = 1
        if named.is_example:
            facts["named"] = 1
            said = f"your example {titles[0]}"
        elif dataset.scale:
            ratings = tuple(f"{rated[one]:g}" for one in named.items)
            facts["ratings"] = ratings
            said = " and ".join(
                f"your {rating} for {title}" for title, rating in zip(titles, ratings, strict=True)
            )
        else:
            said = " and ".join(f"your choice of {title}" for title in titles)
        return Evidence(
            self.kind,
            item_id,
            facts,
            f"score of item {item_id}, against its score when history items {', '.join(item_ids)} are left out",
            f"without {said}, its score would be {round(percent)} % lower"
            + ("; near it in others' ratings" if is_near else ""),
            between(0.45, 0.95, percent / len(titles) / 15) - 0.04 * min(named.place - 1, 5),
        )


class _Named(NamedTuple):
    """One or two films of the history, and the place of the first one's loss."""

    items: tuple[int, ...]
    place: int
    is_example: bool
