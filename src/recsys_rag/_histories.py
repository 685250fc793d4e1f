"""Where a person's history comes from: the fitted data, and what came since. Ranks nothing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import QueryError, UnknownUserError
from recsys_rag.protocols import Histories
from recsys_rag.types import History


def checked_rating(dataset: Dataset, id_or_title: str, rating: float) -> float:
    """Return the rating as this data holds ratings. Raises QueryError outside the scale."""
    scale = dataset.scale
    if not isinstance(rating, (int, float, Decimal, np.number)):
        raise QueryError(f"rating {rating!r} for {id_or_title!r} is no number; give one such as 4")
    if scale is None:
        return 1.0
    if not scale.contains(np.array([float(rating)]))[0]:
        raise QueryError(
            f"rating {rating:g} for {id_or_title!r} is outside this data's scale of "
            f"{scale.low:g} to {scale.high:g}"
        )
    return float(rating)


@dataclass(frozen=True, slots=True)
class FittedHistories:
    """The histories of the data that was fitted; they never change."""

    dataset: Dataset

    def of(self, user_id: str) -> History:
        """Return what this user of the data rated, oldest first where times are known. Raises
        UnknownUserError."""
        items, ratings = self.dataset.history(user_id)
        if self.dataset.timestamps is None:
            return History(items, ratings)
        begin, end = self.dataset.interactions.indptr[self.dataset.user_index(user_id) :][:2]
        times, rows = self.dataset.timestamps[begin:end], self.dataset.rows[begin:end]
        order = np.lexsort((rows, times))  # as `steps_back`, which looks at everybody
        return History(items[order], ratings[order], times[order])


class Event(NamedTuple):
    """One thing that a person said about an item."""

    item: int  # item index
    rating: float  # nan = seen, not rated
    when: int | None  # seconds; None = after everything that is known


def merged(before: History, events: Sequence[Event]) -> History:
    """Return a history with what came since, oldest first.

    The latest rating of an item wins, of one moment the later in `events`; that an item was seen
    never replaces a rating.
    """
    if not events:
        return before
    times = [_UNKNOWN] * len(before.items) if before.times is None else before.times.tolist()
    known = map(Event, before.items.tolist(), before.ratings.tolist(), times)
    latest: dict[int, Event] = {}
    for event in sorted((*known, *events), key=_moment):  # stable
        if event.item not in latest or not math.isnan(event.rating):
            latest.pop(event.item, None)
            latest[event.item] = event
    moments = [_UNKNOWN if event.when is None else event.when for event in latest.values()]
    return History(
        np.fromiter(latest, np.int64, len(latest)),
        np.array([event.rating for event in latest.values()], np.float32),
        None if before.times is None else np.maximum.accumulate(moments),
        before.version + len(events),
    )


def no_history() -> History:
    """Return that of a person of whom nothing is known."""
    return History(*_NO_ROWS)


class LiveHistories:
    """Other histories, and the feedback that came since, kept in memory.

    The latest rating of an item wins; that an item was seen never replaces a rating. People who are
    not in the data begin with their first feedback. Safe to add to while others ask.
    """

    def __init__(self, dataset: Dataset, before: Histories | None = None) -> None:
        self._dataset = dataset
        self._before = before or FittedHistories(dataset)
        self._events: dict[str, list[Event]] = {}

    def add(
        self, user_id: str, feedback: Mapping[str, float | None], when: int | None = None
    ) -> None:
        """Take ratings by item id or title, None for an item that was seen and not rated.

        `when` is in seconds; None = after everything that is known. Raises UnknownItemError,
        QueryError; then nothing was taken.
        """
        catalog = self._dataset.catalog
        events = [
            Event(
                catalog.resolve(id_or_title),
                math.nan if rating is None else checked_rating(self._dataset, id_or_title, rating),
                when,
            )
            for id_or_title, rating in feedback.items()
        ]
        self._events.setdefault(user_id, []).extend(events)  # one step, as other threads see it

    def of(self, user_id: str) -> History:
        """Return what this person rated or saw, oldest first. Raises UnknownUserError for someone
        who is not in the data and gave no feedback."""
        events = tuple(self._events.get(user_id, ()))
        try:
            before = self._before.of(user_id)
        except UnknownUserError:
            if not events:
                raise
            before = no_history()
        return merged(before, events)


_UNKNOWN = np.iinfo(np.int64).min  # before every moment
_NO_ROWS = (np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64))


def _moment(event: Event) -> tuple[bool, int]:
    return (event.when is None, event.when or 0)
