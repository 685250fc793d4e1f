"""In which order a dataset names its users and items. Changes no rating, and no result of what is
fitted in one order."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data._core import catalog_of
from recsys_rag.data.dataset import Dataset
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
    indptr = np.concatenate([[0], np.cumsum(np.diff(dataset.interactions.indptr)[users])])
    return replace(
        dataset,
        users=Vocabulary(tuple(dataset.users.ids[user] for user in users.tolist())),
        catalog=catalog_of(dataset.catalog, items),
        interactions=sparse.csr_array(
            (
                dataset.interactions.data[order],
                item_of[order].astype(np.int32),
                indptr.astype(np.int32),
            ),
            shape=dataset.interactions.shape,
        ),
        rows=dataset.rows[order],
        timestamps=None if dataset.timestamps is None else dataset.timestamps[order],
        user_fields={
            name: tuple(column[user] for user in users.tolist())
            for name, column in dataset.user_fields.items()
        },
    )
