"""In which order a dataset names its users and items. Changes no rating, and no result of what is
fitted in one order."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, in_rows
from recsys_rag.data.vocabulary import Vocabulary, id_order


def in_order_of_ids(dataset: Dataset) -> Dataset:
    """Return the same ratings with users and items in the order of their ids, "9" before "10"; rows
    stay as they are.

    Sums are rounded and ties are broken in the order of indices: so no bit of what is fitted to
    this depends on the order in which a source happened to name people and items. A dataset that is
    in order is returned as it is.
    """
    users, items = (_order(one.ids) for one in (dataset.users, dataset.items))
    is_ordered = all((one == np.arange(len(one))).all() for one in (users, items))
    return dataset if is_ordered else reordered(dataset, users, items)


def _order(ids: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the places of the ids, shortest first, those of a length by their text.

    >>> _order(("10", "b", "9")).tolist()
    [2, 1, 0]
    """
    return np.array(sorted(range(len(ids)), key=lambda place: id_order(ids[place])), np.int64)


def reordered(dataset: Dataset, users: NDArray[np.int64], items: NDArray[np.int64]) -> Dataset:
    """Return the same ratings with users and items numbered in these orders, permutations of all;
    rows stay as they are."""
    # the new row of each rating
    user_of = np.repeat(np.argsort(users), np.diff(dataset.interactions.indptr))
    item_of = np.argsort(items)[dataset.interactions.indices]
    order = np.lexsort((item_of, user_of))
    ratings = dataset.interactions
    return replace(
        dataset,
        users=Vocabulary(at_places(dataset.users.ids, users)),
        catalog=catalog_of(dataset.catalog, items),
        interactions=in_rows(user_of[order], item_of[order], ratings.data[order], ratings.shape),
        rows=dataset.rows[order],
        timestamps=None if dataset.timestamps is None else dataset.timestamps[order],
        user_fields={
            name: at_places(column, users) for name, column in dataset.user_fields.items()
        },
    )


def catalog_of(catalog: Catalog, items: NDArray[np.int64]) -> Catalog:
    """Return a catalog of these items, in this order: every column of it is cut, whatever columns
    there are."""

    def cut(column: Any) -> Any:
        return column[items] if isinstance(column, np.ndarray) else at_places(column, items)

    changes: dict[str, Any] = {}
    for one in fields(catalog):
        own = getattr(catalog, one.name)
        if isinstance(own, Mapping):
            changes[one.name] = {name: cut(column) for name, column in own.items()}
        elif isinstance(own, (tuple, np.ndarray)):
            changes[one.name] = cut(own)
    return replace(catalog, **changes, items=Vocabulary(at_places(catalog.items.ids, items)))


def at_places(column: Sequence[Any], places: NDArray[np.int64]) -> tuple[Any, ...]:
    """Return what a column has at these places."""
    return tuple(column[place] for place in places.tolist())
