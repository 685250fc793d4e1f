"""Immutable ratings with their catalog. Readers make it, splits cut it, everything else only reads
it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError, UnknownUserError

_AT_ONCE = 1_000_000  # ratings that are counted together


@dataclass(frozen=True, slots=True)
class RatingScale:
    """The values that a rating may take: low to high in steps. `liked` is the threshold above which
    a rating is praise."""

    low: float
    high: float
    step: float = 1.0

    def __post_init__(self) -> None:
        if not (self.low < self.high and self.step > 0):
            raise DataError(
                f"rating scale {self.low} to {self.high} in steps of {self.step} is empty"
            )

    @property
    def liked(self) -> float:
        """The smallest rating that counts as liking: 4 on a scale of 1 to 5.

        >>> RatingScale(1, 5).liked, RatingScale(0.5, 5, 0.5).liked, RatingScale(1, 10).liked
        (4.0, 4.0, 8.0)
        """
        steps = np.ceil(round((0.75 * (self.high - self.low)) / self.step, 9))
        return float(self.low + steps * self.step)

    def contains(self, ratings: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Say for each rating whether it lies between low and high."""
        return np.asarray(np.isfinite(ratings) & (ratings >= self.low) & (ratings <= self.high))


@dataclass(frozen=True)
class Dataset:
    """Ratings of users (rows) for items (columns), with times and the catalog.

    `interactions` (n_users, n_items) float32, sorted indices, one entry a pair; implicit feedback
    stores how much a pair counts, above 0 to 1 (1.0 where it was not counted), and has `scale`
    None. `timestamps` (seconds) and `rows` (0-based row in the source,
    file order) are aligned with `interactions.data`; `timestamps` is None where the source has
    none.
    """

    name: str
    users: Vocabulary
    catalog: Catalog
    interactions: sparse.csr_array
    rows: NDArray[np.int64]
    timestamps: NDArray[np.int64] | None = None
    scale: RatingScale | None = None
    user_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""
    # what the readers inferred and left out
    reading: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.interactions.shape != (len(self.users), len(self.catalog)):
            raise DataError(
                f"interactions are {self.interactions.shape}, but there are {len(self.users)} "
                f"users and {len(self.catalog)} items"
            )
        if not np.isfinite(self.interactions.data).all():
            raise DataError(
                f"{self.name}: a rating is {_odd(self.interactions.data):g}; leave out what is not "
                "rated"
            )
        assert self.interactions.has_sorted_indices
        assert len(self.rows) == self.interactions.nnz

    @property
    def items(self) -> Vocabulary:
        return self.catalog.items

    @property
    def n_users(self) -> int:
        return len(self.users)

    @property
    def n_items(self) -> int:
        return len(self.catalog)

    @property
    def n_ratings(self) -> int:
        return int(self.interactions.nnz)

    def user_index(self, user_id: str) -> int:
        """Return the row of a user. UnknownUserError tells nobody else's id: see
        `close_user_ids`."""
        place = self.users.get(user_id)
        if place is None:
            raise UnknownUserError(
                f"no user {user_id!r} among the {self.n_users:,} of {self.name}; check the id, or "
                "say what the person likes instead"
            )
        return place

    def close_user_ids(self, user_id: str, n: int = 3) -> tuple[str, ...]:
        """Return the n ids that are spelled most like this one: other people's, to be shown only
        to who may see them."""
        from rapidfuzz import process

        return tuple(match for match, _, _ in process.extract(user_id, self.users.ids, limit=n))

    def history(self, user_id: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return a user's item indices, ascending, and ratings. Raises UnknownUserError."""
        row = self.user_index(user_id)
        begin, end = self.interactions.indptr[row], self.interactions.indptr[row + 1]
        return self.interactions.indices[begin:end].astype(np.int64), self.interactions.data[
            begin:end
        ]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all (user id, item id, rating, timestamp), independent of the order of rows,
        users and items.

        Ids stand as text in the order of their text, so that one JSON list and four number columns
        hold everything.
        """
        user_ranks, users = _ranked(self.users.ids, users_of_ratings(self))
        item_ranks, items = _ranked(self.items.ids, self.interactions.indices)
        order = np.lexsort((item_ranks, user_ranks))
        digest = hashlib.sha256(json.dumps([users, items, self.timestamps is not None]).encode())
        for column in (user_ranks, item_ranks):
            digest.update(column[order].astype("<u4").tobytes())
        digest.update(self.interactions.data[order].astype("<f4").tobytes())
        if self.timestamps is not None:
            digest.update(self.timestamps[order].astype("<i8").tobytes())
        return digest.hexdigest()

    @cached_property
    def steps_back(self) -> NDArray[np.int32] | None:
        """How many ratings of the same user came after each, aligned with `interactions.data`; None
        without timestamps.

        Among ratings of one second, the later row of the source came later.
        """
        if self.timestamps is None:
            return None
        ends = self.interactions.indptr[1:]
        users = users_of_ratings(self)
        order = np.lexsort((self.rows, self.timestamps, users))
        steps = np.empty(self.n_ratings, np.int32)
        steps[order] = ends[users] - 1 - np.arange(self.n_ratings)
        return steps

    @cached_property
    def popularity(self) -> NDArray[np.int64]:
        """Number of ratings of each item, (n_items,)."""
        counts = np.zeros(self.n_items, np.int64)
        for start in range(0, self.n_ratings, _AT_ONCE):  # numpy widens what it counts
            some = self.interactions.indices[start : start + _AT_ONCE]
            counts += np.bincount(some, minlength=self.n_items)
        return counts

    @cached_property
    def by_item(self) -> sparse.csc_array:
        """The interactions by column."""
        return self.interactions.tocsc()

    @cached_property
    def item_means(self) -> NDArray[np.float32]:
        """Mean rating of each item, (n_items,); nan where it has none."""
        totals = np.bincount(
            self.interactions.indices, weights=self.interactions.data, minlength=self.n_items
        )
        with np.errstate(invalid="ignore"):
            return (totals / np.where(self.popularity, self.popularity, np.nan)).astype(np.float32)

    def replace_rows(self, keep: NDArray[np.bool_]) -> "Dataset":
        """Return a dataset with only the interactions where `keep` (aligned with
        `interactions.data`) is true.

        Users and catalog stay as they are, so that indices keep their meaning.
        """
        user_indices = users_of_ratings(self)[keep]
        known = self.interactions
        return replace(
            self,
            interactions=in_rows(user_indices, known.indices[keep], known.data[keep], known.shape),
            rows=self.rows[keep],
            timestamps=self.timestamps[keep] if self.timestamps is not None else None,
        )

    def with_catalog(self, catalog: Catalog) -> "Dataset":
        """Return the same ratings with another catalog: the same items, and others behind them."""
        known = self.interactions
        wider = sparse.csr_array(
            (known.data, known.indices, known.indptr), shape=(self.n_users, len(catalog))
        )
        return replace(self, catalog=catalog, interactions=wider)

    # --- where data sets come from ----------------------------------------------------------------

    @classmethod
    def from_triples(
        cls,
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
        row_numbers: Sequence[int] | NDArray[np.integer] | None = None,
    ) -> "Dataset":
        """Make a dataset from parallel columns, in file order; `ratings` None means implicit
        feedback.

        Users are numbered in order of first appearance. Items must be in the catalog. Rating values
        and duplicate pairs are refused with the row they stand in: `row_numbers` gives the number
        that a row bears in its file, 1, 2, ... where it is not given. `user_fields` maps a field to
        {user id: value}. Raises DataError.
        """
        from recsys_rag.data import _assemble as assemble

        users = Vocabulary(tuple(dict.fromkeys(user_ids)))
        try:
            items = catalog.items.indices(item_ids)
        except KeyError as error:
            (item_id,) = error.args
            row = assemble.row_number(row_numbers, list(item_ids).index(item_id))
            raise assemble.unknown_item(source or name, item_id, row) from None
        return assemble.from_indices(
            name,
            users,
            users.indices(user_ids),
            items,
            ratings,
            catalog,
            timestamps=timestamps,
            scale=scale,
            source=source,
            user_fields=user_fields,
            row_numbers=row_numbers,
        )[0]

    @classmethod
    def movielens(
        cls, release: str = "100k", *, path: str | None = None, metadata: str | None = None
    ) -> "Dataset":
        """Return a MovieLens release ("100k", "1m", "10m", "latest-small", "20m", "25m", "32m").

        `path` is a folder or zip with it; without, the asset cache is asked and, if need be, the
        network. Raises AssetError when it cannot be brought, DataError when a file is not what it
        should be.
        """
        from recsys_rag.data._readers import movielens

        return movielens.read(release, path=path, metadata=metadata)

    @classmethod
    def from_csv(cls, ratings: str | None, items: str | None = None, **options: Any) -> "Dataset":
        """Read a dataset from table files: `readers.tables.read_csv`."""
        from recsys_rag.data._readers import tables

        return tables.read_csv(ratings, items, **options)

    @classmethod
    def from_frames(cls, ratings: Any, items: Any = None, **options: Any) -> "Dataset":
        """Make a dataset from data frames: `readers.tables.read_frames`."""
        from recsys_rag.data._readers import tables

        return tables.read_frames(ratings, items, **options)


def _odd(values: NDArray[np.floating]) -> float:
    """Return the first value that is not finite."""
    return float(values[~np.isfinite(values)][0])


def _ranked(
    ids: Sequence[str], indices: NDArray[np.integer]
) -> tuple[NDArray[np.int64], list[str]]:
    """Return, for each entry, the place of its id among the ids that occur, in the order of their
    text; and those ids.

    >>> _ranked(("9", "10", "7"), np.array([2, 0, 2]))
    (array([0, 1, 0]), ['7', '9'])
    """
    occurring = np.unique(indices)
    in_order = sorted(occurring.tolist(), key=ids.__getitem__)
    ranks = np.zeros(len(ids), np.int64)
    ranks[in_order] = np.arange(len(in_order))
    return ranks[indices], [ids[index] for index in in_order]


def users_of_ratings(dataset: Dataset) -> NDArray[np.int64]:
    """Return the user of each rating, aligned with `interactions.data`."""
    return np.repeat(np.arange(dataset.n_users), np.diff(dataset.interactions.indptr))


def in_rows(
    rows: NDArray[np.integer],
    columns: NDArray[np.integer],
    values: NDArray[np.floating],
    shape: tuple[int, int],
) -> sparse.csr_array:
    """Return a matrix of entries that stand in its order: row by row, each by column.

    >>> in_rows(np.array([0, 2]), np.array([1, 0]), np.array([5.0, 3.0]), (3, 2)).toarray().tolist()
    [[0.0, 5.0], [0.0, 0.0], [3.0, 0.0]]
    """
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=shape[0]))])
    whole = (values, columns.astype(np.int32, copy=False), starts.astype(np.int32))
    return sparse.csr_array(whole, shape=shape)


def histories_of(
    n_items: int, rows: Iterable[tuple[NDArray[np.int64], NDArray[np.float32]]]
) -> sparse.csr_array:
    """Stack histories (item indices ascending, ratings) into (n, n_items), as retrievers take
    them."""
    pairs = list(rows)
    lengths = [len(indices) for indices, _ in pairs]
    nothing = (np.zeros(0, np.int64), np.zeros(0, np.float32))
    indices, ratings = (np.concatenate(column) for column in zip(nothing, *pairs, strict=True))
    whose = np.repeat(np.arange(len(pairs)), lengths)
    return in_rows(whose, indices, ratings.astype(np.float32), (len(pairs), n_items))
