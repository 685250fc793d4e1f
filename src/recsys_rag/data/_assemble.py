"""Parallel columns -> Dataset, refusing what cannot be, with the row it stands in. Knows no file
format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale, in_rows
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

RowNumbers: TypeAlias = Sequence[int] | NDArray[np.integer]


def from_indices(
    name: str,
    users: Vocabulary,
    user_indices: NDArray[np.integer],
    item_indices: NDArray[np.integer],
    ratings: NDArray[np.floating] | None,
    catalog: Catalog,
    *,
    timestamps: NDArray[np.int64] | None = None,
    nanoseconds: NDArray[np.int64] | None = None,
    scale: RatingScale | None = None,
    source: str = "",
    user_fields: Mapping[str, Mapping[str, str]] | None = None,
    row_numbers: RowNumbers | None = None,
    repeats: str = "refuse",
    counts: bool = False,
) -> tuple[Dataset, int]:
    """Make a dataset from columns of indices into `users` and `catalog.items`, (n_rows,) each, in
    file order; return it with the number of rows that repeat a pair.

    `ratings` None means implicit feedback, and `counts` that they say how often an item was chosen:
    both are implicit, repeated pairs are added up, and the sums weigh as `weights_of` says. Of
    ratings, `repeats` says which counts:
    latest, first, mean, highest, or none ("refuse"). `nanoseconds` within the second order what is
    of one second. Raises DataError for no rows at all, for a rating that is not finite or outside
    the scale, and for a pair that occurs twice where that is refused.
    """
    where = source or name
    n_rows = len(user_indices)
    if not n_rows:
        raise DataError(
            f"{where}: no ratings in it; give a file with at least one row below its header"
        )
    ids = _Pairs(users, catalog.items, user_indices, item_indices, row_numbers)
    implicit = ratings is None or counts
    values = np.ones(n_rows, np.float32) if ratings is None else np.asarray(ratings, np.float32)
    if ratings is not None:
        _refuse_wrong_ratings(where, values, None if counts else scale, ids)
    rows = _rows_by_time(timestamps, nanoseconds, n_rows)
    times = np.zeros(n_rows, np.int64) if timestamps is None else np.asarray(timestamps, np.int64)
    pairs = user_indices.astype(np.int64) * len(catalog) + item_indices
    order = np.argsort(pairs, kind="stable")
    begins = np.flatnonzero(np.diff(pairs[order], prepend=-1))
    if len(begins) < n_rows:  # of one pair by time
        order = np.lexsort((rows, times, pairs))
    n_repeats = n_rows - len(begins)
    if n_repeats and not implicit and repeats == "refuse":
        _refuse_repeat(where, order, begins, ids)
    last = np.concatenate([begins[1:], [n_rows]]) - 1
    chosen = order[begins if repeats == "first" and not implicit else last]
    values = _merged(values[order], begins, last, implicit, repeats)
    shape = (len(users), len(catalog))
    interactions = in_rows(user_indices[chosen], item_indices[chosen], values, shape)
    fields = {
        key: tuple(values_of.get(user, "") for user in users.ids)
        for key, values_of in (user_fields or {}).items()
    }
    return (
        Dataset(
            name,
            users,
            catalog,
            interactions,
            _numbered(rows[chosen]),
            None if timestamps is None else times[chosen],
            None if implicit else scale,
            fields,
            source,
        ),
        n_repeats,
    )


def _rows_by_time(
    timestamps: NDArray[np.int64] | None, nanoseconds: NDArray[np.int64] | None, n_rows: int
) -> NDArray[np.int64]:
    """Return the place of each row in the file; rows of one second change places where their
    nanoseconds say so, since ties in time go by the row.

    >>> _rows_by_time(np.array([5, 5, 5, 9]), np.array([1, 9, 4, 0]), 4).tolist()
    [0, 2, 1, 3]
    """
    rows = np.arange(n_rows, dtype=np.int64)
    if timestamps is None or nanoseconds is None or not nanoseconds.any():
        return rows
    by_second = np.lexsort((rows, timestamps))
    rows[np.lexsort((rows, nanoseconds, timestamps))] = by_second
    return rows


def _numbered(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return rows in their order, numbered without gaps.

    >>> _numbered(np.array([7, 2, 4])).tolist()
    [2, 0, 1]
    """
    numbers = np.empty(len(rows), np.int64)
    numbers[np.argsort(rows)] = np.arange(len(rows))
    return numbers


def _merged(
    values: NDArray[np.float32],
    begins: NDArray[np.int64],
    last: NDArray[np.int64],
    implicit: bool,
    repeats: str,
) -> NDArray[np.float32]:
    """Return one value a pair; `values` stand by pair and time, a pair from `begins` to `last`."""
    if implicit:
        return weights_of(np.add.reduceat(values.astype(np.float64), begins))
    if repeats == "mean":
        return np.asarray(np.add.reduceat(values, begins) / (last - begins + 1), np.float32)
    if repeats == "highest":
        return np.asarray(np.maximum.reduceat(values, begins), np.float32)
    return values[begins if repeats == "first" else last]


def weights_of(counts: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return how much a pair that occurred so often counts: the root of its share of the median
    pair, at most 1.

    Where most pairs occurred once, all count 1. Chosen by measurement: see decision 0040.

    >>> weights_of(np.array([1.0, 4.0, 4.0, 900.0])).tolist(), weights_of(np.ones(2)).tolist()
    ([0.5, 1.0, 1.0, 1.0], [1.0, 1.0])
    """
    return np.asarray(np.sqrt(np.minimum(counts / np.median(counts), 1.0)), np.float32)


def of_items_alone(name: str, catalog: Catalog, source: str = "") -> Dataset:
    """Make a dataset of items that nobody has rated: it serves words, and what reads alike.

    >>> from recsys_rag.testing._films import made_up_catalog
    >>> alone = of_items_alone("club", made_up_catalog())
    >>> alone.n_users, alone.n_items, alone.n_ratings, alone.scale
    (0, 60, 0, None)
    """
    nothing = sparse.csr_array(np.zeros((0, len(catalog)), np.float32))
    return Dataset(name, Vocabulary(()), catalog, nothing, np.zeros(0, np.int64), source=source)


def unknown_item(where: str, item_id: str, row: int) -> DataError:
    """Return the error for a rating of an item that the catalog does not have."""
    return DataError(
        f"{where}: row {row}: item {item_id!r} is not in the catalog; add it to the items file"
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Who rated what in which row: for messages."""

    users: Vocabulary
    items: Vocabulary
    user_indices: NDArray[np.integer]
    item_indices: NDArray[np.integer]
    row_numbers: RowNumbers | None

    def user(self, row: int) -> str:
        return self.users.id(int(self.user_indices[row]))

    def item(self, row: int) -> str:
        return self.items.id(int(self.item_indices[row]))

    def number(self, row: int) -> int:
        return row_number(self.row_numbers, row)


def row_number(row_numbers: RowNumbers | None, row: int) -> int:
    """Return the number of a row in its file, which is its place from 1 where no other is given."""
    return row + 1 if row_numbers is None else int(row_numbers[row])


def _refuse_wrong_ratings(
    where: str, values: NDArray[np.float32], scale: RatingScale | None, ids: _Pairs
) -> None:
    wrong = np.flatnonzero(~(scale.contains(values) if scale is not None else np.isfinite(values)))
    if not len(wrong):
        return
    row = int(wrong[0])
    bounds = (
        f"outside {scale.low:g} to {scale.high:g}" if scale is not None else "not a finite number"
    )
    raise DataError(
        f"{where}: row {ids.number(row)}: rating {values[row]:g} of user {ids.user(row)!r} for "
        f"item {ids.item(row)!r} is "
        f"{bounds}; correct it or state the scale of your data"
    )


def _refuse_repeat(
    where: str, order: NDArray[np.int64], begins: NDArray[np.int64], ids: _Pairs
) -> None:
    second_of_pair = np.setdiff1d(np.arange(len(order)), begins)[0]
    first, second = sorted(order[second_of_pair - 1 : second_of_pair + 1].tolist())
    n_repeats = len(order) - len(begins)
    repeat = "row repeats" if n_repeats == 1 else "rows repeat"
    raise DataError(
        f"{where}: row {ids.number(second)}: user {ids.user(first)!r} already rated item "
        f"{ids.item(first)!r} in row {ids.number(first)} ({n_repeats:,} {repeat} a pair); keep "
        "one of them, or say which counts: repeats='latest', 'first', 'mean' or 'highest'"
    )
