"""How strongly each stage of selection works for each query, and from how many items it selects.
Selects nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import QueryError
from recsys_rag.protocols import Reranker
from recsys_rag.types import Query

Strengths: TypeAlias = Mapping[str, NDArray[np.float64]]  # stage -> strength for each query, (n,)


@dataclass(frozen=True, slots=True)
class Selection:
    """A reranker, the strengths of its stages where a query does not say, and the depth: how many
    it selects from.

    `gated` are stages that no query can ask for: their strength is a matter of how long the history
    is, one for each class.
    """

    reranker: Reranker
    strengths: Mapping[str, float] = field(default_factory=dict)
    depth: int = 100
    gated: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def active(self, queries: Sequence[Query], lengths: Sequence[int]) -> Strengths:
        """Return the stages that are on for some query; nothing where all are off.

        `lengths` are the places of the histories' lengths in `fuse.bins.BIN_NAMES`; -1 where gated
        stages stay off. Raises QueryError for a stage that is not there and a strength that is not
        between 0 and 1.
        """
        asked = [self._of(query) for query in queries]
        found = {}
        if any(any(one.values()) for one in asked):
            found = {
                name: np.array([one.get(name, 0.0) for one in asked])
                for name in self.reranker.stages
            }
        for name, strengths in self.gated.items():
            found[name] = np.array([strengths[place] if place >= 0 else 0.0 for place in lengths])
        return {name: strengths for name, strengths in found.items() if strengths.any()}

    def _of(self, query: Query) -> Mapping[str, float]:
        for name, strength in query.strengths.items():
            known = sorted(set(self.reranker.stages) - set(self.gated))
            if name not in known:
                raise QueryError(f"no stage of selection {name!r}; there are: {', '.join(known)}")
            if not 0 <= strength <= 1:
                raise QueryError(f"{name} is {strength:g}; give 0 (off) to 1 (nothing but this)")
        return {**self.strengths, **query.strengths} if query.strengths else self.strengths
