"""SLIT, generalised: what comes next after what came before, in closed form.

Minjin Choi et al., "Session-aware Linear Item-Item Models for Session-based Recommendation", WWW
2021, arXiv 2103.16104. Beyond it: what came before fades at several rates at once, each with
weights of its own, so that the last item and the last dozen say different things.
"""

import copy
from collections.abc import Iterator
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import (
    Learned,
    number,
    same_width,
    saved,
    saved_items,
    whole_number,
)
from recsys_rag.retrieve._similarity import places_among, rated_in_order
from recsys_rag.types import Batch, Scores

_FADED = 0.01  # below which what is left of an item counts no more
_FASTEST, _SLOWEST = 0.1, 10_000.0  # rates: less is nothing left, more is nothing faded
_LAGS = 4  # counted at once: bounds memory at this many places for each rating


def _sequences(
    dataset: Dataset, kept: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what each person rated, oldest first, as places among the kept items, one person after
    another in the order of their ids, and where each begins; people without any are left out."""
    assert dataset.steps_back is not None
    by_id = np.argsort(np.array(dataset.users.ids, np.str_), kind="stable")
    people = places_among(by_id, dataset.n_users)
    of_rating = np.repeat(people, np.diff(dataset.interactions.indptr))
    items = places_among(kept, dataset.n_items)[dataset.interactions.indices]
    order = np.lexsort((-dataset.steps_back, of_rating))
    order = order[items[order] >= 0]
    of_rating = of_rating[order]
    starts = np.flatnonzero(np.diff(of_rating, prepend=-1))
    return items[order], starts


class SLIT:
    """Scores an item by the sum over the history of (how much of an item is left after so many
    others, at each rate) times (its weight for what comes next, at that rate).

    Learned by one ridge regression: for every rating of every person, from all that they rated
    before, faded by exp(-s / fast) and by exp(-s / slow) for s ratings in between, to the item that
    came next. Ratings themselves do not count, nor do seconds. Where order is not known there is no
    opinion: all scores are 0. Only the `most_items` with most ratings take part, as memory grows
    with the square of their number, about 55 bytes a pair while fitting a million ratings and 8
    after, and time with its cube; the others score 0.
    """

    name = "slit"

    _weights = Learned[NDArray[np.float32]]()  # (2 * m, m), from row to column
    _kept = Learned[NDArray[np.int64]]()  # (m,) item of each column
    _places = Learned[NDArray[np.int64]]()  # (n_items,) column of each item, -1 for none

    def __init__(
        self, l2: float = 300.0, fast: float = 1.0, slow: float = 8.0, most_items: int = 4_000
    ) -> None:
        self.l2 = number(self.name, "l2", l2, 0, above=True)
        self.rates = (
            number(self.name, "fast", fast, _FASTEST, below=_SLOWEST),
            number(self.name, "slow", slow, _FASTEST, below=_SLOWEST),
        )
        self.most_items = whole_number(self.name, "most_items", most_items, 0)

    def fit(self, dataset: Dataset) -> Self:
        """Solve the regression over all ratings but the first of each person."""
        from threadpoolctl import threadpool_limits

        kept = rated_in_order(dataset)[: self.most_items]
        if dataset.steps_back is None or not len(kept):
            return self._take(dataset, kept[:0], np.zeros((0, 0), np.float32))
        items, starts = _sequences(dataset, kept)
        with threadpool_limits(1, "blas"):  # LAPACK rounds differently for other numbers of threads
            weights = self._solved(*self._sums(items, starts, len(kept)))
        return self._take(dataset, kept, weights)

    def _sums(
        self, items: NDArray[np.int64], starts: NDArray[np.int64], m: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return X'X (2 * m, 2 * m) and X'Y (2 * m, m), where a row of X is what is left of a
        history before one of its ratings, and that of Y the item rated then.

        No row is made: what the pairs of a history, so many apart, add to both is known in closed
        form.
        """
        lengths = np.diff(np.append(starts, len(items)))
        place = np.arange(len(items)) - np.repeat(starts, lengths)
        n_behind = np.repeat(lengths, lengths) - 1 - place  # ratings that an item stands before
        left = [np.exp(-1 / rate) for rate in self.rates]
        gram = np.zeros((len(left) * m,) * 2, np.float32)
        next_item = np.zeros((len(left) * m, m), np.float32, order="F")  # as LAPACK solves it
        for a, fading in enumerate(left):
            rows = slice(a * m, (a + 1) * m)
            # a pair `lag` apart: the earlier is faded lag - 1 times when the later is rated
            next_item[rows] = _counted(items, place, m, fading, np.ones(len(items))) / fading
            for b, other in enumerate(left):
                both = fading * other
                # the later of a pair is met again before each rating behind it, faded ever more
                met = (1 - both**n_behind) / (1 - both)
                earlier_in_a = _counted(items, place, m, fading, met)
                columns = slice(b * m, (b + 1) * m)
                gram[rows, columns] += earlier_in_a
                gram[columns, rows] += earlier_in_a.T
                # an item meets itself once, at both rates
                places = np.arange(m)
                gram[a * m + places, b * m + places] += np.bincount(items, met, m)
        return gram, next_item

    def _solved(
        self, gram: NDArray[np.float32], next_item: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        from scipy.linalg import cho_factor, cho_solve

        gram[np.diag_indices_from(gram)] += np.float32(self.l2)
        # symmetric, so that its transpose is itself in the order of LAPACK, and not copied
        factor = cho_factor(gram.T, lower=True, overwrite_a=True, check_finite=False)
        weights = cho_solve(factor, next_item, overwrite_b=True, check_finite=False)
        return np.ascontiguousarray(weights, np.float32)

    def _take(
        self, dataset: Dataset, kept: NDArray[np.int64], weights: NDArray[np.float32]
    ) -> Self:
        self._places = places_among(kept, dataset.n_items)
        self._kept, self._weights = kept, weights
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); a history whose order is not known gets zeros. NotFittedError before
        fit."""
        same_width(self.name, batch.histories, len(self._places))
        scores = np.zeros((len(batch), len(self._places)), np.float32)
        if batch.steps_back is None or not len(self._kept):
            return scores
        people = np.repeat(np.arange(len(batch)), np.diff(batch.histories.indptr))
        columns = self._places[batch.histories.indices]
        rows, sources, counts = [], [], []
        for place, rate in enumerate(self.rates):
            left = np.exp(-batch.steps_back / rate)
            tells = (columns >= 0) & (left >= _FADED)
            rows.append(people[tells])
            sources.append(place * len(self._kept) + columns[tells])
            counts.append(left[tells])
        faded = sparse.csr_array(
            (
                np.concatenate(counts).astype(np.float32),
                (np.concatenate(rows), np.concatenate(sources)),
            ),
            shape=(len(batch), len(self._weights)),
        )
        faded.sort_indices()  # the order of the weights, which is that of no catalog
        scores[:, self._kept] = faded @ self._weights
        return scores

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this for a catalog with other words, and items that nobody rated behind its own.
        NotFittedError before fit."""
        return copy.copy(self)._take(after, self._kept, self._weights)

    def state(self) -> State:
        """Return {"items": (m,) int64 item indices, "weights": (2 * m, m) float32}; both empty
        where order is not known."""
        return {"items": self._kept, "weights": self._weights}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned; ArtifactError when it does not fit the dataset."""
        kept = saved_items(self.name, state, dataset.n_items)
        shape = (len(self.rates) * len(kept), len(kept))
        weights = saved(self.name, state, "weights", shape, np.float32)
        return self._take(dataset, kept, weights)


def _counted(
    items: NDArray[np.int64],
    place: NDArray[np.int64],
    m: int,
    fading: float,
    worth: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Return the sum of fading ** lag * worth of the later, over all pairs of ratings of a person
    that are `lag` apart, by item of the earlier and of the later, (m, m)."""
    total = np.zeros(m * m, np.float32)
    for earlier, later, lags in _pairs(items, place, int(np.ceil(np.log(_FADED) / np.log(fading)))):
        cells = items[earlier] * m + items[later]
        total += np.bincount(cells, fading**lags * worth[later], m * m).astype(np.float32)
    return total.reshape(m, m)


def _pairs(
    items: NDArray[np.int64], place: NDArray[np.int64], most: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (earlier, later, lag) of all pairs of ratings of one person up to `most` apart, some
    lags at a time."""
    for first in range(1, most + 1, _LAGS):
        lags = np.arange(first, min(first + _LAGS, most + 1))
        ends = [np.flatnonzero(place >= lag) for lag in lags]
        later = np.concatenate(ends)
        lag = np.repeat(lags, [len(end) for end in ends])
        if not len(later):
            return
        yield later - lag, later, lag
