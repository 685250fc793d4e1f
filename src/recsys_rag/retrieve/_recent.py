"""What people rated in the days before the question: popularity with a window. Knows nothing of the
person."""

import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import Learned, number, same_width, saved
from recsys_rag.types import Batch, Scores

_SECONDS_A_DAY = 86_400


class Recent:
    """The number of ratings of an item in the `days` up to the moment of asking, that second
    included.

    The moment is `batch.asked_at`, or, where that is not given, the last rating that was fitted.
    Only ratings that were there at that moment count, so that nobody is served from the future.
    Under a split by time this is a strong signal that the usual methods do not use. Without
    timestamps there is no opinion: all scores are 0.
    """

    name = "recent"

    _times = Learned[NDArray[np.int64]]()  # of all ratings, ascending
    _items = Learned[NDArray[np.int32]]()  # rated then
    _n_items = Learned[int]()

    def __init__(self, days: float = 55.0) -> None:
        self.days = number(self.name, "days", days, 0, above=True)

    def fit(self, dataset: Dataset) -> Self:
        """Sort the ratings by time."""
        self._n_items = dataset.n_items
        if dataset.timestamps is None:
            self._times, self._items = np.zeros(0, np.int32), np.zeros(0, np.int32)
            return self
        order = np.argsort(dataset.timestamps, kind="stable")
        self._times = dataset.timestamps[order].astype(np.int64)
        self._items = dataset.interactions.indices[order].astype(np.int32)
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items), the same row for all who ask at one moment. NotFittedError before
        fit."""
        same_width(self.name, batch.histories, self._n_items)
        if not len(self._times):
            return np.zeros(batch.histories.shape, np.float32)
        asked_at = (
            np.full(len(batch), self._times[-1]) if batch.asked_at is None else batch.asked_at
        )
        moments, which = np.unique(asked_at, return_inverse=True)
        ends = np.searchsorted(self._times, moments, side="right")
        # whole: else all times would be cast
        since = np.ceil(moments - self.days * _SECONDS_A_DAY).astype(np.int64)
        starts = np.searchsorted(self._times, since, side="left")
        counts = np.zeros((len(moments), self._n_items), np.float32)
        for row, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            counts[row] = np.bincount(self._items[start:end], minlength=self._n_items)
        return counts[which]

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this for a catalog with other words, and items that nobody rated behind its own.
        NotFittedError before fit."""
        other = copy.copy(self)
        other._times, other._n_items = self._times, after.n_items
        return other

    def state(self) -> State:
        """Return {"times": (n_ratings,) int64 seconds, ascending, "items": (n_ratings,) int32};
        empty without timestamps."""
        return {"times": self._times, "items": self._items}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned; ArtifactError when it does not fit the dataset."""
        n_ratings = 0 if dataset.timestamps is None else dataset.n_ratings
        self._times = saved(self.name, state, "times", (n_ratings,), np.int64)
        self._items = saved(self.name, state, "items", (n_ratings,), np.int32)
        self._n_items = dataset.n_items
        return self
