"""The matrix that EASE inverts: sums over people, whoever counts them, and the attributes of items.
Inverts nothing."""

import itertools
from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.retrieve._gram import Partition, exact, nearness
from recsys_rag.retrieve._similarity import blocks, places_among


class OverPeople(Protocol):
    """What the matrix that EASE inverts sums over people, for items that take part: a symmetric
    matrix without the attributes."""

    def rows(self, rows: slice) -> sparse.csr_array:
        """Return some rows, (len(rows), n_items)."""
        ...

    def diagonal(self) -> NDArray[np.float64]:
        """Return the diagonal, (n_items,)."""
        ...

    def times(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the matrix times a narrow one of `exact` numbers, (n_items, any)."""
        ...

    def together_times(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same without what was rated in succession."""
        ...


class OfDataset:
    """The sums over all people of a dataset."""

    def __init__(
        self,
        dataset: Dataset,
        kept: NDArray[np.int64],
        user_power: float,
        order: tuple[float, float],
    ) -> None:
        self._people = Partition.of(dataset, places_among(kept, dataset.n_items), len(kept))
        n_ratings = np.maximum(np.diff(dataset.interactions.indptr), 1)
        usual = n_ratings.mean() if len(n_ratings) else 1.0
        self._weights = exact((n_ratings / usual) ** -user_power)
        # what ratings 0, 1, 2 ... apart count; none where their order does not
        self._lags = exact(order[0] * nearness(order[1])) if order[0] else np.zeros(0)

    def rows(self, rows: slice) -> sparse.csr_array:
        if not len(self._lags):
            return self._people.together(rows, self._weights)
        return self._people.pairs(rows, self._weights, self._lags)

    def times(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        product = self.together_times(right)
        if len(self._lags):
            product += self._people.near_times(self._lags, right)
        return product

    def together_times(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._people.together_times(self._weights, right)

    def diagonal(self) -> NDArray[np.float64]:
        own = float(self._lags[:1].sum())  # what a rating is to itself
        return self._people.weighed(self._weights) + own * self._people.counts


def dense(over_people: OverPeople, attributes: sparse.csr_array) -> NDArray[np.float64]:
    """Return the whole matrix, attributes (n_items, any) and all."""
    n_items = attributes.shape[0]
    gram = np.zeros((n_items, n_items))
    for part in blocks(n_items, n_items):
        gram[part] = over_people.rows(part).toarray()
        gram[part] += (attributes[part] @ attributes.T).toarray()
    return gram


Sums: TypeAlias = Callable[[Dataset, NDArray[np.int64]], OverPeople]


def attributes_of(catalog: Catalog, kept: NDArray[np.int64]) -> sparse.csr_array:
    """Return 1.0 for each genre and each known year of an item: (len(kept), n_attributes)."""
    columns: dict[str | int, int] = {}
    rows = [
        [columns.setdefault(attribute, len(columns)) for attribute in sorted(catalog.genres[item])]
        + (
            [columns.setdefault(year, len(columns))]
            if (year := int(catalog.years[item])) > 0
            else []
        )
        for item in kept.tolist()
    ]
    ends = np.cumsum([0, *map(len, rows)])
    cells = np.fromiter(itertools.chain.from_iterable(rows), np.int32, ends[-1])
    return sparse.csr_array((np.ones(len(cells)), cells, ends), shape=(len(kept), len(columns)))
