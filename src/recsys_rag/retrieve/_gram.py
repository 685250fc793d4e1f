"""The Gram matrix of EASE as sums over people: of any partition of the people, any rows at a time.
Inverts nothing.

Pure functions of arrays, so that whoever keeps sums from day to day, or spreads partitions over
machines, calls them as they are: what the partitions give adds up to the whole. Weights are
multiples of 2^-24, so the sums are exact in float64 and equal whatever the order of addition.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset

FAINTEST = 0.05  # pairs of ratings whose weight has decayed below this are not counted
_BLOCK = 64  # rows that are multiplied at once
_PEOPLES_RATINGS = 20_000  # that are looked at together: memory is used again, not asked for
_MOST_GATHERED = 30_000  # ratings whose people's ratings are gathered
_CELLS_AT_ONCE = 4_000_000  # that are multiplied together
_ROUNDING = np.float64(1.5 * 2**28)
_PAIRS_AT_ONCE = 100_000  # of ratings near each other: they stay in the cache


def exact(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nearest multiples of 2^-24 of numbers below 2^27: sums of them below 2^29 have no
    rounding error.

    >>> float(exact(np.array([0.1]))[0] * 2**24)
    1677722.0
    """
    # subtle: no double near so great a number has a smaller part than 2^-24
    exact_weights = weights + _ROUNDING
    exact_weights -= _ROUNDING
    return exact_weights


def nearness(decay: float) -> NDArray[np.float64]:
    """Return what two ratings of a person count that are 0 (the same), 1, 2 ... ratings apart, as
    long as it is not faint: decay ** distance.

    >>> nearness(0.25).tolist(), nearness(0.0).tolist()
    ([1.0, 0.25, 0.0625], [1.0])
    """
    furthest = int(np.log(FAINTEST) / np.log(decay)) if decay > 0 else 0
    return exact(decay ** np.arange(furthest + 1.0))


@dataclass(frozen=True)
class Partition:
    """The ratings of some people: who rated what, in what order.

    `items` (n_ratings,) int32 are columns of the Gram matrix, person after person, each person's
    oldest first where `in_order`; -1 takes no part but keeps its place in the order. `starts`
    (n_people + 1,) says where each person begins.
    """

    items: NDArray[np.int32]
    starts: NDArray[np.int64]
    n_items: int
    in_order: bool

    @classmethod
    def of(cls, dataset: Dataset, columns: NDArray[np.int64], n_kept: int) -> Self:
        """Return all ratings of a dataset; `columns` (n_items,) is the column of each item, -1
        where it takes no part."""
        starts = dataset.interactions.indptr.astype(np.int64)
        items = columns[dataset.interactions.indices].astype(np.int32)
        if dataset.steps_back is None:
            return cls(items, starts, n_kept, False)
        in_time = np.empty_like(items)
        ends = np.repeat(starts[1:], np.diff(starts))
        in_time[ends - 1 - dataset.steps_back] = items
        return cls(in_time, starts, n_kept, True)

    @cached_property
    def _people(self) -> NDArray[np.int32]:
        """Return whose each rating is, (n_ratings,)."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))

    @cached_property
    def _by_item(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places of all ratings, item after item, and where each item begins."""
        places = np.argsort(self.items, kind="stable")
        counts = np.bincount(self.items + 1, minlength=self.n_items + 1)  # first those of -1
        return places, np.cumsum(counts)

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of ratings of each column, (n_items,)."""
        return np.diff(self._by_item[1])

    def weighed(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the diagonal of `together`: for each item the weights of all who rated it."""
        sums: NDArray[np.float64] = weights @ self._rated
        return sums

    def together_times(
        self, weights: NDArray[np.float64], right: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return `together` of all rows times a narrow matrix (n_items, any) of `exact` numbers, to
        2^-24, without the product of the items."""
        of_people = _times(self._rated, right)
        of_people *= weights[:, None]
        return _times(self._raters, exact(of_people))

    def near_times(
        self, lags: NDArray[np.float64], right: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return `near` of all rows times a narrow matrix (n_items, any) of `exact` numbers, to
        2^-24, without the product of the items."""
        lags = lags if self.in_order else lags[:1]
        gap, n_columns = len(lags) - 1, right.shape[1]
        # what a row adds to those up to a gap before and behind it, for a block of rows
        apart = np.abs(np.arange(_BLOCK)[:, None] + gap - np.arange(_BLOCK + 2 * gap))
        band = np.append(lags, np.zeros(_BLOCK + gap))[apart].astype(np.float32)
        padded = np.vstack([right, np.zeros((1, n_columns))]).astype(np.float32)

        def of_people(people: slice) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
            items = self.items[self.starts[people.start] : self.starts[people.stop]]
            whose = self._people[self.starts[people.start] : self.starts[people.stop]]
            # people stand apart by a gap of zeros, and never mix
            places = np.arange(len(items)) + gap * (whose - people.start + 1)
            n_blocks = -(-(len(items) + gap * (people.stop - people.start)) // _BLOCK)
            rows = np.zeros((n_blocks * _BLOCK + 2 * gap, n_columns), np.float32)
            rows[places] = padded[items]  # -1 is the last: zeros
            blocks = sliding_window_view(rows, len(band[0]), axis=0)[::_BLOCK].transpose(0, 2, 1)
            sums = exact((band @ blocks).reshape(-1, n_columns)[places - gap])
            rated, which = np.unique(items, return_inverse=True)
            counted = sparse.csr_array(
                (np.ones(len(items)), (which, np.arange(len(items)))),
                shape=(len(rated), len(items)),
            )
            return rated, np.asarray(counted @ sums)

        product = np.zeros((self.n_items + 1, n_columns))  # the last for -1
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
            shares = threads.map(of_people, row_blocks(np.diff(self.starts), _PEOPLES_RATINGS))
            for rated, share in shares:
                product[rated] += share
        return product[:-1]

    def _chosen(self, rows: slice) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places of the ratings of these items, and where each item begins."""
        places, starts = self._by_item
        of_rows = starts[rows.start : rows.stop + 1]
        return places[of_rows[0] : of_rows[-1]], of_rows - of_rows[0]

    @cached_property
    def _rated(self) -> sparse.csr_array:
        """Return 1.0 for each rating that takes part, (n_people, n_items)."""
        takes_part = self.items >= 0
        ends = np.concatenate([[0], np.cumsum(takes_part)])[self.starts]
        items = self.items[takes_part]
        return sparse.csr_array(
            (np.ones(len(items)), items, ends), shape=(len(ends) - 1, self.n_items)
        )

    @cached_property
    def _raters(self) -> sparse.csr_array:
        """Return the transpose of `_rated`."""
        return self._rated.T.tocsr()

    def together(self, rows: slice, weights: NDArray[np.float64]) -> sparse.csr_array:
        """Return some rows of X'WX, (len(rows), n_items): for two items, the sum over people who
        rated both of the person's weight; `weights` (n_people,), made `exact`. Unsorted
        indices."""
        places, starts = self._chosen(rows)
        people = self._people[places]
        left = sparse.csr_array(
            (weights[people], people, starts), shape=(len(starts) - 1, len(self.starts) - 1)
        )
        rows_of_gram: sparse.csr_array = left @ self._rated
        return rows_of_gram

    def near(self, rows: slice, lags: NDArray[np.float64]) -> sparse.csr_array:
        """Return some rows of E'KE, (len(rows), n_items): for two items, the sum over people of
        lags[d] for their ratings d apart; only the diagonal where the order is not known."""
        places, starts = self._chosen(rows)
        near: sparse.csr_array = _selected(starts) @ self._around(places, lags)
        return near

    def pairs(
        self, rows: slice, weights: NDArray[np.float64], lags: NDArray[np.float64]
    ) -> sparse.csr_array:
        """Return `together` + `near`; where the rows have few ratings counted in one product, which
        takes two thirds of the time, but as much memory as their people's ratings."""
        places, starts = self._chosen(rows)
        if len(places) > _MOST_GATHERED:
            apart: sparse.csr_array = self.together(rows, weights) + self.near(rows, lags)
            return apart
        people, n = self._people[places], len(places)
        # of each rating first the rows of its person, then those around it
        counts = np.column_stack([weights[people], np.ones(n)]).ravel()
        columns = np.column_stack([np.arange(n), np.arange(n, 2 * n)]).ravel()
        both = sparse.csr_array(
            (counts, _narrow(columns), _narrow(2 * starts)), shape=(len(starts) - 1, 2 * n)
        )
        counted = sparse.vstack([self._rated[people], self._around(places, lags)], "csr")
        found: sparse.csr_array = both @ counted
        return found

    def _around(self, places: NDArray[np.int64], lags: NDArray[np.float64]) -> sparse.csr_array:
        """Return for each of these ratings the weights of those near it and its own,
        (n_places, n_items); what is not there, or takes no part, is its own item with weight 0."""
        lags = lags if self.in_order else lags[:1]
        offsets, n_around = np.arange(1 - len(lags), len(lags)), 2 * len(lags) - 1
        items = np.empty((len(places), n_around), np.int32)
        weights = np.empty(items.shape)
        for begin in range(0, len(places), step := max(1, _PAIRS_AT_ONCE // n_around)):
            some = slice(begin, begin + step)
            people = self._people[places[some]]
            around = places[some, None] + offsets
            inside = around >= self.starts[people][:, None]
            inside &= around < self.starts[people + 1][:, None]
            found = self.items.take(around, mode="clip")  # what is clipped is outside
            inside &= found >= 0
            items[some] = np.where(inside, found, self.items[places[some], None])
            weights[some] = np.where(inside, lags[np.abs(offsets)], 0.0)
        return sparse.csr_array(
            (weights.ravel(), items.ravel(), _narrow(np.arange(0, items.size + 1, n_around))),
            shape=(len(places), self.n_items),
        )


def _selected(ends: NDArray[np.int64]) -> sparse.csr_array:
    """Return the matrix that adds up runs of rows, each ending where the next begins.

    >>> _selected(np.array([0, 2, 3])).toarray().tolist()
    [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    n = int(ends[-1])
    return sparse.csr_array(
        (np.ones(n), _narrow(np.arange(n)), _narrow(ends)), shape=(len(ends) - 1, n)
    )


def _narrow(ends: NDArray[np.int64]) -> NDArray[np.integer]:
    """Return the same in int32 where it fits: scipy would widen the indices beside it."""
    return ends.astype(np.int32) if not len(ends) or ends[-1] < 2**31 else ends


def _times(rows: sparse.csr_array, right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows @ right, (n, any), on all processors."""
    product = np.empty((rows.shape[0], right.shape[1]))

    def fill(some: slice) -> None:
        product[some] = rows[some] @ right

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        list(threads.map(fill, row_blocks(np.diff(rows.indptr), _CELLS_AT_ONCE // right.shape[1])))
    return product


def row_blocks(counts: NDArray[np.int64], at_once: int) -> Iterator[slice]:
    """Yield slices over the items such that each has about `at_once` ratings, or is one item.

    >>> [(rows.start, rows.stop) for rows in row_blocks(np.array([5, 1, 1, 9]), 5)]
    [(0, 1), (1, 3), (3, 4)]
    """
    start, held = 0, 0
    for item, count in enumerate(counts.tolist()):
        if item > start and held + count > at_once:
            yield slice(start, item)
            start, held = item, 0
        held += count
    if len(counts) > start:
        yield slice(start, len(counts))
