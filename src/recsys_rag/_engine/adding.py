"""New days of ratings on top of a saved recommender: the sums over all people are kept, and only
those who rated anew are counted again."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag import _fitting as fitting
from recsys_rag import _store as store
from recsys_rag._engine.sums import OfSums, Sums, after, sums_of_dataset
from recsys_rag._fitted import Choice, Fitted, Progress
from recsys_rag.data import _artifact as artifact
from recsys_rag.data._assemble import from_indices
from recsys_rag.data._order import in_order_of_ids
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError
from recsys_rag.retrieve.ease import EASE
from recsys_rag.settings import Settings


class AddingFitter:
    """Fits to the ratings of a saved recommender and new ones, with its settings and its choice.

    EASE's Gram matrix comes from the kept sums: the rows of people in the new ratings are taken
    away as they were and added as they are. An artifact without sums has them counted once. All
    other parts are fitted anew. `sums` are those of the last fit, in the order of its items.
    """

    def __init__(self, base: Path) -> None:
        self.settings = fitting.saved_settings(base)
        loaded = store.load(base)
        self.dataset = artifact.from_parts(loaded.arrays, loaded.documents)
        said = loaded.manifest.about["choice"]
        self._choice = Choice(said["changes"], tuple(said["account"]))
        self.sums = Sums.from_arrays(loaded.arrays, self.dataset.n_items)

    def fit(self, dataset: Dataset, settings: Settings, progress: Progress | None = None) -> Fitted:
        """Learn from the saved ratings and these. Raises DataError as `joined` does."""
        before, now = self.dataset, in_order_of_ids(joined(self.dataset, dataset))

        def fit_ease(ease: EASE, data: Dataset) -> None:
            users = dataset.users.ids
            self.sums = (
                after(self.sums, before, data, users, ease)
                if self.sums
                else sums_of_dataset(data, ease)
            )
            counted = self.sums
            ease.fit(data, lambda data, kept: OfSums(counted, data, kept, ease))

        fitted = fitting.LocalFitter({"ease": fit_ease}, self._choice).fit(now, settings, progress)
        self.dataset = fitted.dataset
        return fitted

    def kept(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact keeps for the next time."""
        return self.sums.arrays() if self.sums else {}


def joined(before: Dataset, new: Dataset) -> Dataset:
    """Return the ratings of both, the new ones behind: of a pair that is in both, the latest
    counts, by time and else the new one.

    Items and people that are new come behind. Raises DataError where it would not equal a reading
    of all rows: scales differ, one has times and the other not, or events are counted, whose
    weights hang together.
    """
    _check_alike(before, new)
    items = [item for item in new.items.ids if item not in before.items]
    catalog = _longer(before.catalog, new.catalog, new.items.indices(items))
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


def _told(scale: RatingScale | None) -> str:
    return "likes" if scale is None else f"from {scale.low:g} to {scale.high:g}"


def _in_order_of_rows(
    dataset: Dataset, users: NDArray[np.int64], items: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Return who, what, rating and time of each row, in file order, renumbered."""
    ratings, order = dataset.interactions, np.argsort(dataset.rows)
    whose = np.repeat(users, np.diff(ratings.indptr))
    times = np.zeros(len(order), np.int64) if dataset.timestamps is None else dataset.timestamps
    return whose[order], items[ratings.indices][order], ratings.data[order], times[order]


def _longer(catalog: Catalog, other: Catalog, items: NDArray[np.int64]) -> Catalog:
    """Return the catalog with these items of another behind its own; columns that only the other
    has are left out."""

    def lengthened(column: Any, more: Any) -> Any:
        if isinstance(column, np.ndarray):
            filler = np.nan if column.dtype.kind == "f" else 0
            added = np.full(len(items), filler) if more is None else np.asarray(more)[items]
            return np.concatenate([column, added.astype(column.dtype)])
        nothing = "" if column and isinstance(column[0], str) else ()
        return (*column, *(nothing if more is None else more[item] for item in items.tolist()))

    changes: dict[str, Any] = {}
    for one in fields(catalog):
        own, others = getattr(catalog, one.name), getattr(other, one.name)
        if isinstance(own, Mapping):
            changes[one.name] = {
                name: lengthened(column, others.get(name)) for name, column in own.items()
            }
        elif isinstance(own, (tuple, np.ndarray)):
            changes[one.name] = lengthened(own, others)
    ids = (*catalog.items.ids, *other.items.ids_at(items))
    return replace(catalog, **changes, items=Vocabulary(ids))
