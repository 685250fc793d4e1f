"""Maximal marginal relevance: what resembles the list so far is held back. Resemblance is by genres
and decade only.

Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering documents and
producing summaries", SIGIR 1998: the next item is the one of greatest lambda relevance - (1 -
lambda) max similarity to the items chosen; the strength here is 1 - lambda. Two items are as
similar as the Jaccard index of their sets of genres and decade says: exact fractions of small
numbers, so that no result depends on the order of additions. Items of which neither is known
resemble nothing, and a catalog without genres and years keeps its order.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.rerank._attributes import attribute_matrix, jaccard
from recsys_rag.types import Batch


class Diversity:
    """The criterion `diversity`: minus the greatest similarity to an item of the list."""

    name = "diversity"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @cached_property
    def _attributes(self) -> NDArray[np.bool_]:
        return attribute_matrix(self._catalog)

    def pursue(self, batch: Batch, pools: NDArray[np.int64]) -> "_Redundancy":
        """Begin with these pools (n, width); histories do not matter."""
        return _Redundancy(self._attributes[pools].astype(np.float32))


class _Redundancy:
    def __init__(self, attributes: NDArray[np.float32]) -> None:
        self._attributes = attributes  # (n, width, n_attributes)
        self._sizes = attributes.sum(axis=2)
        self._rows = np.arange(len(attributes))
        self._values: NDArray[np.floating] = np.zeros(attributes.shape[:2], np.float32)

    def values(self) -> NDArray[np.floating]:
        return self._values

    def take(self, positions: NDArray[np.int64]) -> None:
        taken = self._attributes[self._rows, positions]  # (n, n_attributes)
        # (n, width, n_attributes) @ (n, n_attributes, 1): attributes in common with the taken item
        shared = np.matmul(self._attributes, taken[:, :, None])[:, :, 0]  # (n, width)
        alike = jaccard(shared, self._sizes, self._sizes[self._rows, positions][:, None])
        self._values = np.minimum(self._values, -alike)  # the nearest item of the list decides
