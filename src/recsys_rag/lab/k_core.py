"""The k-core of a data set: what is left when users and items with few ratings are gone. Renumbers
both."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data._order import at_places, catalog_of
from recsys_rag.data.dataset import Dataset, users_of_ratings
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError


def core(dataset: Dataset, k: int) -> Dataset:
    """Return the largest part of the data in which every user and every item has k ratings or more.

    Users and items with fewer are dropped again and again until none is left to drop; the order of
    dropping makes no difference. The catalog shrinks with them. `rows` keep the numbers of the
    source. Raises DataError when nothing is left.
    """
    users = users_of_ratings(dataset)
    items = dataset.interactions.indices
    kept = np.ones(dataset.n_ratings, np.bool_)
    while True:
        of_users = np.bincount(users[kept], minlength=dataset.n_users)
        of_items = np.bincount(items[kept], minlength=dataset.n_items)
        thin = kept & ((of_users[users] < k) | (of_items[items] < k))
        if not thin.any():
            break
        kept &= ~thin
    if not kept.any():
        raise DataError(
            f"{dataset.name} has no {k}-core: no set of users and items has {k} ratings each; use "
            "fewer"
        )
    return _of(dataset.replace_rows(kept), np.flatnonzero(of_users), np.flatnonzero(of_items))


def _of(dataset: Dataset, users: NDArray[np.int64], items: NDArray[np.int64]) -> Dataset:
    """Return the dataset with these users and items only, numbered anew; they must hold all of its
    ratings."""
    ratings = sparse.csr_array(dataset.interactions[users][:, items])
    ratings.sort_indices()
    assert (
        ratings.nnz == dataset.n_ratings
    )  # order within a user is that of the item index, which stays, so columns stay
    return replace(
        dataset,
        users=Vocabulary(at_places(dataset.users.ids, users)),
        catalog=catalog_of(dataset.catalog, items),
        interactions=ratings,
        user_fields={
            name: at_places(column, users) for name, column in dataset.user_fields.items()
        },
    )
