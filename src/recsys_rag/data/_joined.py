"""Ratings on top of ratings: what a reading of all rows would give. Reads no file."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._assemble import from_indices
from recsys_rag.data.catalog import extended
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError


def joined(before: Dataset, new: Dataset) -> Dataset:
    """Return the ratings of both, the new ones behind: of a pair that is in both, the latest
    counts, by time and else the new one.

    Items and people that are new come behind. Raises DataError where it would not equal a reading
    of all rows: scales differ, one has times and the other not, or events are counted, whose
    weights hang together.
    """
    _check_alike(before, new)
    items = [item for item in new.items.ids if item not in before.items]
    catalog = extended(before.catalog, items, new.catalog)
    users = [user for user in new.users.ids if user not in before.users]
    everybody = Vocabulary((*before.users.ids, *users))
    columns = [
        _in_order_of_rows(before, np.arange(before.n_users), np.arange(before.n_items)),
        _in_order_of_rows(
            new, everybody.indices(new.users.ids), catalog.items.indices(new.items.ids)
        ),
    ]
    whose, what, ratings, times = map(np.concatenate, zip(*columns, strict=True))
    both, n_repeats = from_indices(
        before.name,
        everybody,
        whose,
        what,
        None if before.scale is None else ratings,
        catalog,
        timestamps=None if before.timestamps is None else times,
        scale=before.scale,
        source=before.source,
        repeats="latest",
    )
    if n_repeats and before.scale is None:
        raise DataError(
            f"{new.source or new.name}: {n_repeats:,} of its choices are in the saved data already;"
            " how often something was chosen is not kept, so fit to all rows anew"
        )
    return replace(
        both,
        user_fields={
            name: (*column, *[""] * len(users)) for name, column in before.user_fields.items()
        },
        reading={**before.reading, "added": dict(new.reading)},
    )


def _check_alike(before: Dataset, new: Dataset) -> None:
    where = new.source or new.name
    if before.scale != new.scale:
        told = (
            "likes" if one is None else f"{one.low:g} to {one.high:g}"
            for one in (before.scale, new.scale)
        )
        raise DataError(
            f"{where}: the saved ratings are {next(told)}, these are {next(told)}; state their "
            "scale, or fit to all rows anew"
        )
    if (before.timestamps is None) != (new.timestamps is None):
        with_times = "the saved ratings" if new.timestamps is None else "these"
        raise DataError(f"{where}: only {with_times} have times; give both times, or fit anew")
    for one in (before, new):
        if one.scale is None and one.n_ratings and one.interactions.data.min() < 1:
            raise DataError(
                f"{where}: counted events weigh by the median of all, so they cannot be added to; "
                "fit to all rows anew"
            )


def _in_order_of_rows(
    dataset: Dataset, users: NDArray[np.int64], items: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Return who, what, rating and time of each row, in file order, renumbered."""
    ratings, order = dataset.interactions, np.argsort(dataset.rows)
    whose = np.repeat(users, np.diff(ratings.indptr))
    times = np.zeros(len(order), np.int64) if dataset.timestamps is None else dataset.timestamps
    return whose[order], items[ratings.indices][order], ratings.data[order], times[order]
