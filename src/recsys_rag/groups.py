"""One list for two to ten people: what all of them would give a good rating, and why, for each of
them. Learns nothing; ranks by what is there for one person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag._flow import Flow
from recsys_rag._ranking import Ranker
from recsys_rag.errors import QueryError
from recsys_rag.types import Filters, Finished, Query, RecommendedItem, ResolvedQuery

MOST_MEMBERS = 10
_DEPTH = 100  # items of each member's own list from which the common one is chosen


@dataclass(frozen=True, slots=True)
class Member:
    """One of the group: what they are called, their question, and the flow that answers it."""

    name: str
    query: Query
    flow: Flow


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an item is to one member."""

    name: str
    value: float  # predicted rating; where there are none, the share of items that it stands before
    item: RecommendedItem  # as it would stand in this member's list, with its reason


@dataclass(frozen=True, slots=True)
class GroupItem:
    """An item of the common list."""

    rank: int
    item_id: str
    title: str
    year: int | None
    genres: tuple[str, ...]
    mean: float
    worst: float
    opinions: tuple[Opinion, ...]  # in the order of the members


@dataclass(frozen=True, slots=True)
class GroupList:
    """The common list: nobody's value of any item is below the floor."""

    items: tuple[GroupItem, ...]
    floor: float
    are_ratings: bool  # the values: False = shares of the items that are left
    notes: tuple[str, ...] = ()


def together(
    members: Sequence[Member], k: int = 5, floor: float | None = None, *, explain: bool = True
) -> GroupList:
    """Return the k items for these people, best first by mean + worst of what each would give, ties
    by item index; with `explain`, each with a reason for each member, by the template.

    Chosen among the best 100 of each member's own list that every member may be shown. Items below
    the floor for anybody are left out, and so the list may be shorter; by default the floor is the
    middle of the scale. Raises QueryError for a group or a floor that cannot be, and as
    `Flow.stream`.
    """
    if not 2 <= len(members) <= MOST_MEMBERS:
        raise QueryError(f"a group has 2 to {MOST_MEMBERS} people; this one has {len(members)}")
    names = [member.name for member in members]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise QueryError(f"{twice!r} is named twice; give each person once")
    ranker = members[0].flow.ranker
    if not 1 <= k <= ranker.dataset.n_items:
        raise QueryError(f"k is {k}; ask for 1 to {ranker.dataset.n_items} items")
    scale = ranker.dataset.scale
    low, high = (scale.low, scale.high) if scale and ranker.predictor else (0.0, 1.0)
    floor = (low + high) / 2 if floor is None else floor
    if not low <= floor <= high:
        raise QueryError(f"floor {floor:g} is outside {low:g} to {high:g}")
    resolved = [member.flow.ranker.resolve(member.query) for member in members]
    items, values = opinions_of(ranker, resolved)
    chosen = best(values, k, floor)
    notes = []
    if len(chosen) < k:
        notes.append(
            f"{len(chosen)} instead of {k}: nothing else that all may be shown would get "
            f"{floor:g} or more from everybody"
        )
    reasons = [_reasons(member, items[chosen], explain) for member in members]
    catalog = ranker.dataset.catalog
    listed = []
    for rank, place in enumerate(chosen.tolist(), 1):
        item = int(items[place])
        item_id = catalog.items.id(item)
        listed.append(
            GroupItem(
                rank,
                item_id,
                catalog.titles[item],
                catalog.year(item),
                catalog.genres[item],
                float(values[:, place].mean()),
                float(values[:, place].min()),
                tuple(
                    Opinion(member.name, float(value), reason[item_id])
                    for member, value, reason in zip(
                        members, values[:, place], reasons, strict=True
                    )
                ),
            )
        )
    return GroupList(tuple(listed), floor, bool(scale and ranker.predictor), tuple(notes))


def opinions_of(
    ranker: Ranker, resolved: Sequence[ResolvedQuery]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the items that stand among the best of any member and may be shown to all, ascending,
    and what each member would give them, (n_members, len(items)).

    That is the predicted rating or, where there is none, the share of the items left that stand
    behind it for this member.
    """
    batch = ranker.batch(resolved)
    scores = ranker.score(resolved, batch).astype(np.float64)
    is_left = np.asarray(ranker.allowed(resolved).all(axis=0))
    is_left[ranker.dataset.catalog.listed_again] = False  # a film that stands twice is one film
    left = np.flatnonzero(is_left)
    order = np.argsort(-scores[:, left], axis=1, kind="stable")
    items = np.unique(left[order[:, :_DEPTH]])
    if ranker.predictor:
        return items, ranker.predictor.predict(batch.histories, items).astype(np.float64)
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(order.shape[1])[None, :], axis=1)
    shares = 1 - places / max(1, len(left))
    return items, shares[:, np.searchsorted(left, items)]


def best(values: NDArray[np.float64], k: int, floor: float) -> NDArray[np.int64]:
    """Return the places of the k best columns of (n_members, n): none with a value below the floor,
    by mean + least, ties by place.

    >>> best(np.array([[5.0, 4.0, 2.0], [2.0, 4.0, 5.0]]), 2, 1.0)
    array([1, 0])
    >>> best(np.array([[5.0, 4.0, 2.0], [2.0, 4.0, 5.0]]), 2, 3.0)
    array([1])
    """
    merits = values.mean(axis=0) + values.min(axis=0)
    order: NDArray[np.int64] = np.argsort(-merits, kind="stable")
    is_left = values[:, order].min(axis=0) >= floor
    return np.asarray(order[is_left][:k], np.int64)


def _reasons(member: Member, items: NDArray[np.int64], explain: bool) -> dict[str, RecommendedItem]:
    """Return these items as they would stand in a member's own list, with the template's texts."""
    if not len(items):
        return {}
    ids = tuple(member.flow.ranker.dataset.items.id(item) for item in items.tolist())
    flow = replace(member.flow, language_model=lambda: None)
    query = replace(member.query, k=len(ids), filters=Filters(only=ids))
    for event in flow.stream(query, explain=explain):
        if isinstance(event, Finished):
            return {item.item_id: item for item in event.recommendation.items}
    raise AssertionError("a stream ends with Finished")
