"""Greedy selection: of a pool, item after item, whichever is worth most to the list so far. Knows
no criterion itself.

The worth of an item starts as its relevance, the fused score scaled to 0 (last of the pool) to 1
(first), and each criterion mixes itself in with its strength s, in the order in which the criteria
are given:

    worth = (1 - s) worth + s value(item, list so far)

so that a strength means the same on every list: 0 leaves the criterion out, 1 leaves nothing but
it. With one criterion this is the greedy objective of maximal marginal relevance and of calibrated
recommendations.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recsys_rag.types import Batch, Rankings

# worth of padding: less than any item's, more than that of an item already taken
_PADDING = -1e9


class Pursuit(Protocol):
    """One criterion at work on the pools (n, width) of one batch; it remembers what was taken."""

    def values(self) -> NDArray[np.floating]:
        """Return what each item would add to its list now, (n, width), finite, at most 1."""
        ...

    def take(self, positions: NDArray[np.int64]) -> None:
        """Add the item at this position of each pool, (n,), to the list."""
        ...


class Criterion(Protocol):
    """What a list should have beside relevant items; its strength is asked for by `name`."""

    @property
    def name(self) -> str: ...
    def pursue(self, batch: Batch, pools: NDArray[np.int64]) -> Pursuit:
        """Begin with these pools of item indices (n, width), best first; -1 where a pool is
        shorter, or this is off."""
        ...


class Constant:
    """A pursuit whose values (n, width) do not depend on the list so far."""

    def __init__(self, values: NDArray[np.floating]) -> None:
        self._values = values

    def values(self) -> NDArray[np.floating]:
        return self._values

    def take(self, positions: NDArray[np.int64]) -> None:
        """Nothing changes."""


class Greedy:
    """Selects by relevance and these criteria; deterministic, ties by the order given."""

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        self._criteria = tuple(criteria)

    @property
    def stages(self) -> tuple[str, ...]:
        """The names under which strengths are given."""
        return tuple(criterion.name for criterion in self._criteria)

    def rerank(
        self,
        batch: Batch,
        rankings: Rankings,
        k: int,
        strengths: Mapping[str, NDArray[np.floating]],
    ) -> Rankings:
        """Return k of the items of each ranking (n, width >= k), in the order of selection, with
        the scores they came with.

        `strengths` maps stages to one number from 0 to 1 a query, (n,); a stage that is not named
        is off. Where all are 0, the first k come back as they were. Rows that hold fewer than k
        items end in -1, "" and nan, as they came.
        """
        assert 1 <= k <= rankings.item_indices.shape[1], (k, rankings.item_indices.shape)
        assert set(strengths) <= set(self.stages), (strengths, self.stages)
        active = [
            criterion
            for criterion in self._criteria
            if criterion.name in strengths and strengths[criterion.name].any()
        ]
        if not active:
            return chosen(rankings, np.broadcast_to(np.arange(k), (len(batch), k)))
        pursuits = [
            criterion.pursue(
                batch, np.where(strengths[criterion.name][:, None] > 0, rankings.item_indices, -1)
            )
            for criterion in active
        ]
        shares = [
            (1.0 - strengths[criterion.name][:, None], strengths[criterion.name][:, None])
            for criterion in active
        ]
        relevance = scaled(rankings.scores)  # (n, width)
        # added to the worth (n, width): 0 for items, -inf once taken, so that argmax passes them by
        barred = np.where(rankings.item_indices < 0, _PADDING, 0.0)
        rows = np.arange(len(batch))
        positions = np.empty((len(batch), k), np.int64)
        for step in range(k):
            worth = relevance  # mixed with one criterion after the other, the last weighs most
            for (rest, strength), pursuit in zip(shares, pursuits, strict=True):
                worth = rest * worth + strength * pursuit.values()
            positions[:, step] = best = (worth + barred).argmax(axis=1)
            barred[rows, best] = -np.inf
            if step < k - 1:  # the last item changes nothing any more
                for pursuit in pursuits:
                    pursuit.take(best)
        return chosen(rankings, positions)


def chosen(rankings: Rankings, positions: NDArray[np.integer]) -> Rankings:
    """Return the items at these positions (n, k) of each ranking, in this order."""
    return Rankings(
        np.take_along_axis(rankings.item_indices, positions, axis=1),
        np.take_along_axis(rankings.item_ids, positions, axis=1),
        np.take_along_axis(rankings.scores, positions, axis=1),
    )


def scaled(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return each row (n, width) with its least value at 0 and its greatest at 1; 0 where all are
    equal, and for nan.

    >>> scaled(np.array([[3.0, 2.0, 1.0, np.nan], [5.0, 5.0, np.nan, np.nan]])).tolist()
    [[1.0, 0.5, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """
    known = np.isfinite(values)
    numbers = values.astype(np.float64)
    low = np.where(known, numbers, np.inf).min(axis=1, keepdims=True, initial=np.inf)
    high = np.where(known, numbers, -np.inf).max(axis=1, keepdims=True, initial=-np.inf)
    shares: NDArray[np.float64] = np.divide(
        numbers - np.where(np.isfinite(low), low, 0.0),
        high - low,
        out=np.zeros(values.shape),
        where=known & (high > low),
    )
    return shares
