"""The sums over people that the Gram matrix of EASE is made of: of any part of the people, to be
added and taken away. Inverts nothing, reads nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import ArtifactError
from recsys_rag.retrieve._gram import Partition, exact, nearness, row_blocks
from recsys_rag.retrieve.ease import EASE

_RATINGS_AT_ONCE = 200_000  # whose people's ratings make some rows of a sum


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over people for each two items, the lower halves of (n_items, n_items) float64 in an
    order of items that is the caller's.

    `together` sums n ** -user_power for each person who rated both items, n being how many ratings
    the person has; `near` sums decay ** (ratings between the two), without pairs that weigh under
    0.05, and how many rated an item on the diagonal.
    """

    together: sparse.csr_array
    near: sparse.csr_array

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.together + other.together, self.near + other.near)

    def placed(self, places: NDArray[np.int64], n_items: int) -> "Sums":
        """Return the sums with each item at its place among n_items, (n_items_before,)."""
        if n_items == len(places) and (places == np.arange(n_items)).all():
            return self

        def moved(matrix: sparse.csr_array) -> sparse.csr_array:
            entries = matrix.tocoo()
            rows, columns = places[entries.row], places[entries.col]
            cells = np.maximum(rows, columns), np.minimum(rows, columns)
            return sparse.csr_array((entries.data, cells), shape=(n_items, n_items))

        return Sums(moved(self.together), moved(self.near))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what an artifact keeps, as plain arrays."""
        kept: dict[str, NDArray[Any]] = {}
        for name, half in (("together", self.together), ("near", self.near)):
            half.sort_indices()
            kept[f"sums.{name}_values"] = half.data
            kept[f"sums.{name}_columns"] = half.indices.astype(np.int32)
            kept[f"sums.{name}_starts"] = half.indptr.astype(np.int64)
        return kept

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], n_items: int) -> "Sums | None":
        """Return what `arrays` took apart; None where an artifact has none. Raises ArtifactError
        when it does not fit so many items."""
        if "sums.together_values" not in arrays:
            return None
        try:
            halves = []
            for name in ("together", "near"):
                parts = (arrays[f"sums.{name}_{part}"] for part in ("values", "columns", "starts"))
                halves.append(sparse.csr_array(tuple(parts), shape=(n_items, n_items)))
        except (KeyError, ValueError) as error:
            raise ArtifactError(
                f"the kept sums are damaged, or of other data ({error}); fit again"
            ) from None
        return cls(*halves)


def sums_of(people: Partition, user_power: float, decay: float) -> Sums:
    """Return the sums of some people.

    >>> two = Partition(np.array([1, 0, 1], np.int32), np.array([0, 2, 3]), 2, True)
    >>> sums = sums_of(two, 1.0, 0.5)
    >>> sums.together.toarray().tolist(), sums.near.toarray().tolist()
    ([[0.5, 0.0], [0.5, 1.5]], [[1.0, 0.0], [0.5, 2.0]])
    """
    weights, lags = _weights(people, user_power), nearness(decay)
    halves: tuple[list[sparse.csr_array], ...] = ([], [])
    for rows in row_blocks(people.counts, _RATINGS_AT_ONCE):
        halves[0].append(_half(people.together(rows, weights), rows.start))
        halves[1].append(_half(people.near(rows, lags), rows.start))
    return Sums(*(sparse.csr_array(sparse.vstack(half, format="csr")) for half in halves))


def _half(rows: sparse.csr_array, first: int = 0) -> sparse.csr_array:
    """Return what stands on or below the diagonal, of the rows from `first` on."""
    return sparse.csr_array(sparse.tril(rows, first, format="csr"))


def _weights(people: Partition, user_power: float) -> NDArray[np.float64]:
    """Return how much each person's pairs count, (n_people,)."""
    return exact(np.maximum(np.diff(people.starts), 1) ** -user_power)


def partition_of(dataset: Dataset, people: NDArray[np.integer]) -> Partition:
    """Return the ratings of these people, all items taking part."""
    bounds = dataset.interactions.indptr
    counts = np.diff(bounds)[people]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    # the place of each of their ratings in the data
    places = np.arange(starts[-1]) + np.repeat(bounds[people] - starts[:-1], counts)
    items = dataset.interactions.indices[places].astype(np.int32)
    if dataset.timestamps is not None:
        person = np.repeat(np.arange(len(counts)), counts)
        items = items[np.lexsort((dataset.rows[places], dataset.timestamps[places], person))]
    return Partition(items, starts, dataset.n_items, dataset.timestamps is not None)


def sums_of_dataset(dataset: Dataset, ease: EASE) -> Sums:
    """Return the sums of all people, as the settings of `ease` weigh them."""
    people = partition_of(dataset, np.arange(dataset.n_users))
    return sums_of(people, ease.user_power, ease.order_decay)


def after(sums: Sums, before: Dataset, now: Dataset, users: Sequence[str], ease: EASE) -> Sums:
    """Return the sums of all people now, in its order of items, from those before: only `users`
    have rated since, or rated again what they had.

    A person's pairs change all, as the weight goes by how many there are; but those that were there
    change by the difference alone.
    """
    places = now.items.indices(before.items.ids)
    old, new = _of_users(before, users), _of_users(now, users)
    there = Partition(places[old.items].astype(np.int32), old.starts, new.n_items, old.in_order)
    rated = _rated(there)
    added = _rated(new) - rated
    added.eliminate_zeros()
    weight_then, weight = (_weights(one, ease.user_power) for one in (old, new))
    changed = sparse.diags_array(weight - weight_then) @ rated
    changed.eliminate_zeros()
    across = added.T @ (sparse.diags_array(weight) @ rated)
    within = added.T @ (sparse.diags_array(weight) @ added)
    together = rated.T @ changed + across + across.T + within
    everything, lags = slice(0, new.n_items), nearness(ease.order_decay)
    near = new.near(everything, lags) - there.near(everything, lags)
    return sums.placed(places, new.n_items) + Sums(_half(together), _half(near))


def _of_users(dataset: Dataset, users: Sequence[str]) -> Partition:
    """Return the ratings of these people, one after another; who is not there has none."""
    places = np.array([dataset.users.get(user) is not None for user in users])
    known = dataset.users.indices(user for user in users if user in dataset.users)
    people = partition_of(dataset, known)
    counts = np.zeros(len(users), np.int64)
    counts[places] = np.diff(people.starts)
    return replace(people, starts=np.concatenate([[0], np.cumsum(counts)]))


def _rated(people: Partition) -> sparse.csr_array:
    """Return 1.0 for each rating, (n_people, n_items)."""
    return sparse.csr_array(
        (np.ones(len(people.items)), people.items, people.starts),
        shape=(len(people.starts) - 1, people.n_items),
    )


class OfSums:
    """What EASE asks of the sums over all people of a dataset, for the items `kept`."""

    def __init__(self, sums: Sums, dataset: Dataset, kept: NDArray[np.int64], ease: EASE) -> None:
        counts = np.maximum(np.diff(dataset.interactions.indptr), 1)
        usual = counts.mean() if len(counts) else 1.0
        half = sums.together[kept][:, kept] * usual**ease.user_power
        self._together = half
        if ease.order_weight:
            half = half + ease.order_weight * sums.near[kept][:, kept]
        self._diagonal: NDArray[np.float64] = half.diagonal()
        # items in another order have pairs on either side of the diagonal, each on one
        self._gram = (half + half.T - sparse.diags_array(self._diagonal)).tocsr()

    def rows(self, rows: slice) -> sparse.csr_array:
        part: sparse.csr_array = self._gram[rows]
        return part

    def diagonal(self) -> NDArray[np.float64]:
        return self._diagonal

    def times(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        product: NDArray[np.float64] = self._gram @ right
        return product

    def together_times(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        half = self._together
        product: NDArray[np.float64] = half @ right + half.T @ right
        product -= half.diagonal()[:, None] * right
        return product
