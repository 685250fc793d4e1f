"""Parallel columns -> Dataset, refusing what cannot be, with the row it stands in. Knows no file
format."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

RowNumbers: TypeAlias = Sequence[int] | NDArray[np.integer]


def from_triples(
    name: str,
    user_ids: Sequence[str],
    item_ids: Sequence[str],
    ratings: NDArray[np.floating] | None,
    catalog: Catalog,
    *,
    timestamps: NDArray[np.int64] | None = None,
    scale: RatingScale | None = None,
    source: str = "",
    user_fields: Mapping[str, Mapping[str, str]] | None = None,
    row_numbers: RowNumbers | None = None,
) -> Dataset:
    """Make a dataset from columns of ids; the contract is that of `Dataset.from_triples`."""
    users = Vocabulary(tuple(dict.fromkeys(user_ids)))
    try:
        item_indices = catalog.items.indices(item_ids)
    except KeyError as error:
        row = list(item_ids).index(error.args[0])
        raise unknown_item(source or name, error.args[0], _row_number(row_numbers, row)) from None
    return from_indices(
        name,
        users,
        users.indices(user_ids),
        item_indices,
        ratings,
        catalog,
        timestamps=timestamps,
        scale=scale,
        source=source,
        user_fields=user_fields,
        row_numbers=row_numbers,
    )


def from_indices(
    name: str,
    users: Vocabulary,
    user_indices: NDArray[np.integer],
    item_indices: NDArray[np.integer],
    ratings: NDArray[np.floating] | None,
    catalog: Catalog,
    *,
    timestamps: NDArray[np.int64] | None = None,
    scale: RatingScale | None = None,
    source: str = "",
    user_fields: Mapping[str, Mapping[str, str]] | None = None,
    row_numbers: RowNumbers | None = None,
) -> Dataset:
    """Make a dataset from columns of indices into `users` and `catalog.items`, (n_rows,) each, in
    file order.

    `ratings` None means implicit feedback. Raises DataError for no rows at all, for a rating that
    is not finite or outside the scale, and for a pair that occurs twice.
    """
    where = source or name
    if not len(user_indices):
        raise DataError(
            f"{where}: no ratings in it; give a file with at least one row below its header"
        )
    ids = _Pairs(users, catalog.items, user_indices, item_indices, row_numbers)
    values = (
        np.ones(len(user_indices), np.float32)
        if ratings is None
        else np.asarray(ratings, np.float32)
    )
    if ratings is not None:
        _refuse_wrong_ratings(where, values, scale, ids)
    order = np.lexsort((item_indices, user_indices))
    _refuse_duplicates(where, order, ids)
    counts = np.bincount(user_indices, minlength=len(users))
    interactions = sparse.csr_array(
        (
            values[order],
            item_indices[order].astype(np.int32),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        ),
        shape=(len(users), len(catalog)),
    )
    return Dataset(
        name,
        users,
        catalog,
        interactions,
        order.astype(np.int64),
        None if timestamps is None else np.asarray(timestamps, np.int64)[order],
        scale if ratings is not None else None,
        {
            key: tuple(values_of.get(user, "") for user in users.ids)
            for key, values_of in (user_fields or {}).items()
        },
        source,
    )


def of_items_alone(name: str, catalog: Catalog, source: str = "") -> Dataset:
    """Make a dataset of items that nobody has rated: it serves words, and what reads alike.

    >>> from recsys_rag.testing.films import made_up_catalog
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


class _Pairs:
    """Who rated what in which row: for messages."""

    def __init__(
        self,
        users: Vocabulary,
        items: Vocabulary,
        user_indices: NDArray[np.integer],
        item_indices: NDArray[np.integer],
        row_numbers: RowNumbers | None,
    ) -> None:
        self.user_indices, self.item_indices = user_indices, item_indices
        self._users, self._items, self._row_numbers = users, items, row_numbers

    def user(self, row: int) -> str:
        return self._users.id(int(self.user_indices[row]))

    def item(self, row: int) -> str:
        return self._items.id(int(self.item_indices[row]))

    def number(self, row: int) -> int:
        return _row_number(self._row_numbers, row)


def _row_number(row_numbers: RowNumbers | None, row: int) -> int:
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
        f"{where}: row {ids.number(row)}: rating {values[row]:g} of user {ids.user(row)!r} for item {ids.item(row)!r} is "
        f"{bounds}; correct it or state the scale of your data"
    )


def _refuse_duplicates(where: str, order: NDArray[np.int64], ids: _Pairs) -> None:
    same = (np.diff(ids.user_indices[order]) == 0) & (np.diff(ids.item_indices[order]) == 0)
    if not same.any():
        return
    place = int(np.flatnonzero(same)[0])
    first, second = sorted((int(order[place]), int(order[place + 1])))
    raise DataError(
        f"{where}: row {ids.number(second)}: user {ids.user(first)!r} already rated item {ids.item(first)!r} in row "
        f"{ids.number(first)}; keep one of them"
    )
