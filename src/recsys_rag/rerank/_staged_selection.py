"""How strongly each stage of selection works for each query, and from how many items it selects.
Selects nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import QueryError
from recsys_rag.rerank._greedy import Greedy
from recsys_rag.types import Query

Strengths: TypeAlias = Mapping[str, NDArray[np.float64]]  # stage -> strength for each query, (n,)


@dataclass(frozen=True, slots=True)
class Selection:
    """A reranker, the strengths of its stages where a query does not say, and the depth: how many
    it selects from."""

    reranker: Greedy
    strengths: Mapping[str, float] = field(default_factory=dict)
    depth: int = 100

    def active(self, queries: Sequence[Query]) -> Strengths:
        """Return the stages that are on for some query; nothing where all are off.

        Raises QueryError for a stage that is not there and a strength that is not between 0 and 1.
        """
        strengths = [self._strengths_of(query) for query in queries]
        by_stage = {
            stage: np.array([of_query.get(stage, 0.0) for of_query in strengths])
            for stage in self.reranker.stages
        }
        return {stage: of_queries for stage, of_queries in by_stage.items() if of_queries.any()}

    def _strengths_of(self, query: Query) -> Mapping[str, float]:
        for name, strength in query.strengths.items():
            if name not in self.reranker.stages:
                known = ", ".join(sorted(self.reranker.stages))
                raise QueryError(f"no stage of selection {name!r}; there are: {known}")
            if not 0 <= strength <= 1:
                raise QueryError(f"{name} is {strength:g}; give 0 (off) to 1 (nothing but this)")
        return {**self.strengths, **query.strengths} if query.strengths else self.strengths
