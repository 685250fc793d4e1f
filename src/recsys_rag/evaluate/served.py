"""The whole ranking pipeline behind the two members of a scorer, so that what is measured is what is served. Ranks nothing itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.protocols import Retriever
from recsys_rag.ranking import Ranker
from recsys_rag.retrieve.seed import excludes_seen
from recsys_rag.types import Batch, Query, ResolvedQuery, Scores


@dataclass(frozen=True, slots=True)
class Served:
    """A fitted ranker, asked as `Recommender.rank` asks it: by histories, without words."""

    ranker: Ranker

    def score(self, batch: Batch) -> Scores:
        """Return the fused scores, (n, n_items)."""
        return self.ranker.score(_resolved(batch))

    def allowed(self, batch: Batch) -> NDArray[np.bool_] | None:
        """Return what the ranker would show, (n, n_items); None where it shows what is known too."""
        return self.ranker.allowed(_resolved(batch)) if self.ranker.excludes_seen else None


@dataclass(frozen=True, slots=True)
class Alone:
    """One fitted retriever by itself; the seed method's shows what is known too, as it was described."""

    retriever: Retriever

    def score(self, batch: Batch) -> Scores:
        """Return the retriever's own scores, (n, n_items)."""
        return self.retriever.score(batch)

    def allowed(self, batch: Batch) -> NDArray[np.bool_] | None:
        """Return all items (n, n_items), from which the known ones are taken; None where those are shown too."""
        return np.ones(batch.histories.shape, np.bool_) if excludes_seen(self.retriever) else None


def _resolved(batch: Batch) -> list[ResolvedQuery]:
    """Return the queries of a batch as `Ranker.resolve` makes them."""
    histories, queries = batch.histories, []
    for row, (start, stop) in enumerate(zip(histories.indptr, histories.indptr[1:], strict=False)):
        queries.append(
            ResolvedQuery(
                Query(),
                histories.indices[start:stop].astype(np.int64),
                histories.data[start:stop],
                None if batch.steps_back is None else batch.steps_back[start:stop],
                **({} if batch.asked_at is None else {"asked_at": int(batch.asked_at[row])}),
            )
        )
    return queries
