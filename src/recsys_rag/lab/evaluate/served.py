"""The whole ranking pipeline as a method to measure, so that what is measured is what is served.
Ranks nothing itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag._ranking import Ranker
from recsys_rag.types import Batch, Query, ResolvedQuery


@dataclass(frozen=True, slots=True)
class Served:
    """A fitted ranker, asked as `Recommender.rank` asks it: by histories, without words, selection
    and all."""

    ranker: Ranker

    def rank(self, batch: Batch, known: sparse.csr_array, k: int) -> NDArray[np.int64]:
        """Return the items shown to each (n, k), -1 where there are no more.

        Known items are named as not wanted, so that they stay out where they are no part of the
        history, too; a ranker that shows known items by design shows them.
        """
        histories = batch.histories
        resolved: list[ResolvedQuery] = []
        for row, (start, stop) in enumerate(
            zip(histories.indptr, histories.indptr[1:], strict=False)
        ):
            out = known.indices[
                known.indptr[row] : known.indptr[row + 1] if self.ranker.excludes_seen else 0
            ]
            resolved.append(
                ResolvedQuery(
                    Query(),
                    histories.indices[start:stop].astype(np.int64),
                    histories.data[start:stop],
                    None if batch.steps_back is None else batch.steps_back[start:stop],
                    excluded=tuple(int(item) for item in out),
                    asked_at=None if batch.asked_at is None else int(batch.asked_at[row]),
                )
            )
        return self.ranker.rank(resolved, k).item_indices
