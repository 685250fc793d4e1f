"""Moved: the rank of an item in this list and in the last one, or that it is new. Says nothing of
why."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.fact import Fact
from recsys_rag.facts._strength import between
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.moved.phrases import PHRASES
from recsys_rag.facts.moved.reading import READING
from recsys_rag.facts.moved.recount import recount
from recsys_rag.types import Evidence, ResolvedQuery

_FAR = 10  # ranks: a move as large as any


@dataclass(frozen=True, slots=True)
class MovedFact(Fact):
    kind = "moved"
    part = "sure"
    rank: int
    n_last: int  # items of the last list
    last_rank: int | None = None  # None: that list did not have it

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("new in the list",),) if self.last_rank is None else ()


class _MovedEvidence:
    """States "place 2 now, 9 in your last list" or "new in the list, which had 5 before".

    The last list is `query.previous`; without one nothing is stated, and nothing of items that
    stand where they stood.
    """

    def __init__(self, items: Vocabulary) -> None:
        self._items = items

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item. `item_indices` is the list of now, best first."""
        last_ranks = {item_id: rank for rank, item_id in enumerate(resolved.query.previous, 1)}
        if not last_ranks:
            return
        n_last = len(last_ranks)
        for rank, item in enumerate(item_indices.tolist(), 1):
            item_id = self._items.id(item)
            last_rank = last_ranks.get(item_id)
            if last_rank == rank:
                continue
            if last_rank is None:
                statement = (
                    f"new in the list, at place {rank}; your last list of {n_last} did not have it"
                )
                strength = 0.4
            else:
                statement = f"place {rank} now, {last_rank} in your last list"
                strength = between(0.3, 0.7, abs(last_rank - rank) / _FAR)
            yield Evidence(
                item_id,
                MovedFact(rank, n_last, last_rank),
                f"places of item {item_id} in this list and in the last one that was given",
                statement,
                strength,
            )


KIND = Kind(
    MovedFact,
    lambda parts: _MovedEvidence(parts.dataset.items),
    PHRASES,
    READING,
    recount,
    (MovedFact(2, 10, 9), MovedFact(4, 5, 1), MovedFact(3, 5)),
)
