"""Items whose text reads like that of others. Encodes nothing: the vectors are of `embedding`."""

from typing import Self

import numpy as np

from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import same_width
from recsys_rag.retrieve.embedding import Embedding
from recsys_rag.types import Batch, Scores


class ReadsAlike:
    """The cosine of each item's vector and the sum of the vectors of a history's items: what reads
    like them. It encodes nothing, learns nothing and keeps nothing: the vectors are those of
    `embedding`, which is fitted or restored before."""

    name = "reads_alike"

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding

    def fit(self, dataset: Dataset) -> Self:
        """Learn nothing."""
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); zeros for an empty history. NotFittedError before `embedding` is."""
        vectors = self._embedding._vectors
        same_width(self.name, batch.histories, len(vectors))
        scores = np.zeros(batch.histories.shape, np.float32)
        rows = np.split(batch.histories.indices, batch.histories.indptr[1:-1])
        for row, items in enumerate(rows):
            total = vectors[items].sum(axis=0)
            scores[row] = vectors @ (total / max(float(np.linalg.norm(total)), 1e-9))
        return scores

    def state(self) -> State:
        """Return nothing."""
        return {}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take nothing."""
        return self
