"""What moved since the last list: the place of an item then and now, or that it is new. Says
nothing of why."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.evidence.strength import between
from recsys_rag.types import Evidence, Fact, ResolvedQuery

_FAR = 10  # places: a move as large as any


class MovedEvidence:
    """States "place 2 now, 9 in your last list" or "new in the list, which had 5 before".

    The last list is `query.previous`; without one nothing is stated, and nothing of items that
    stand where they stood.
    """

    kind = "moved"

    def __init__(self, items: Vocabulary) -> None:
        self._items = items

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item. `item_indices` is the list of now, best first."""
        before = {item_id: place for place, item_id in enumerate(resolved.query.previous, 1)}
        if not before:
            return
        for now, item in enumerate(item_indices.tolist(), 1):
            item_id = self._items.id(item)
            if item_id not in before:
                said = f"new in the list, at place {now}; your last list of {len(before)} did not have it"
                yield self._stated(item_id, {"now": now, "last": len(before)}, said, 0.4)
            elif before[item_id] != now:
                moved = abs(before[item_id] - now)
                said = f"place {now} now, {before[item_id]} in your last list"
                facts: dict[str, Fact] = {
                    "now": now,
                    "before": before[item_id],
                    "last": len(before),
                }
                yield self._stated(item_id, facts, said, between(0.3, 0.7, moved / _FAR))

    def _stated(self, item_id: str, facts: dict[str, Fact], said: str, strength: float) -> Evidence:
        source = f"places of item {item_id} in this list and in the last one that was given"
        return Evidence(self.kind, item_id, facts, source, said, strength)
