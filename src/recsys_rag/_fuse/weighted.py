"""Fusion by a weighted sum of standardized scores. The weights are given, not learned here."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag._fuse.bins import (
    BIN_NAMES,
    BINS_OF_SHORT,
    CLASS_NAMES,
    SHORT_NAMES,
    bins_of,
    classes_of,
)
from recsys_rag.errors import SettingsError
from recsys_rag.types import Batch, Scores

# one for all, or one for each class of history length in `bins.BIN_NAMES`
Weight: TypeAlias = float | Sequence[float]

_CELLS = 32_768  # scores that are standardized at a time


def standardize(scores: Scores) -> Scores:
    """Return each row (n, n_items) with mean 0 and standard deviation 1; a constant row, which is
    no opinion, as zeros.

    >>> standardize(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], np.float32)).round(2)
    array([[-1.22,  0.  ,  1.22],
           [ 0.  ,  0.  ,  0.  ]], dtype=float32)
    """
    standard = np.zeros(scores.shape, np.float32)
    for rows in _rows(scores):
        if (z_scores := _standardized(scores[rows])) is not None:
            standard[rows] = z_scores
    return standard


def _rows(scores: Scores) -> Iterator[slice]:
    """Yield a few rows at a time: what lies between fits the processor's cache, at a quarter of
    the time."""
    n_rows = max(1, _CELLS // max(1, scores.shape[1]))
    for begin in range(0, len(scores) if scores.size else 0, n_rows):
        yield slice(begin, begin + n_rows)


def _standardized(scores: Scores) -> NDArray[np.float64] | None:
    """Return the z-scores of each row, None where none has an opinion."""
    has_opinion = scores.max(axis=1, keepdims=True) > scores.min(axis=1, keepdims=True)
    if not has_opinion.any():
        return None
    centered = scores.astype(np.float64)
    centered -= (
        np.add.reduce(centered, axis=1, keepdims=True) / scores.shape[1]
    )  # as mean() does, in a third of the time
    deviations = np.sqrt(
        np.add.reduce(np.square(centered), axis=1, keepdims=True) / scores.shape[1]
    )
    deviations[~has_opinion] = np.inf
    centered /= deviations
    return centered


class WeightedFusion:
    """The sum over retrievers of weight times z-score of the row. A retriever without an opinion on
    a query adds nothing.

    `weights` maps retriever names to one finite number >= 0, or to five: one for each length of
    history (no rating, 1-5, 6-20, 21-100, more), so that words, popularity and other people's
    ratings take over from one another. Each stands for the influence of that retriever in standard
    deviations of its scores; every length needs one above 0. Raises SettingsError otherwise.

    `short` gives nine other weights for histories of up to 20 ratings, by their length and by the
    `fame` of their items (`bins.SHORT_NAMES`); a retriever that it does not name keeps its own.
    """

    def __init__(
        self,
        weights: Mapping[str, Weight],
        short: Mapping[str, Sequence[float]] | None = None,
        fame: NDArray[np.float64] | None = None,
    ) -> None:
        self._fame = fame if short else None
        self.weights = {
            name: np.concatenate([of_lengths, _of_short(name, of_lengths, short or {})])
            for name, weight in weights.items()
            for of_lengths in (_checked(name, weight),)
        }
        total = sum(self.weights.values(), np.zeros(len(CLASS_NAMES)))
        for length, summed in zip(CLASS_NAMES, total.tolist(), strict=True):
            if not summed:
                raise SettingsError(
                    f"all fusion weights of histories of {length} ratings are 0; "
                    "give a retriever a weight above 0"
                )

    def fuse(self, scores: Mapping[str, Scores], batch: Batch) -> Scores:
        """Return the fused scores (n, n_items); they do not depend on the order of the mapping.

        Raises SettingsError for a retriever without a weight, or a weight above 0 without its
        retriever.
        """
        self._check(scores)
        bins = (
            bins_of(batch.histories)
            if self._fame is None
            else classes_of(batch.histories, self._fame)
        )
        fused = np.zeros(batch.histories.shape, np.float32)
        for name in sorted(scores):
            weight = self.weights[name][bins]
            if weight.any() and (opinions := scores[name]).any():
                weights = weight.astype(np.float32)[:, None]
                for rows in _rows(opinions):
                    if (z_scores := _standardized(opinions[rows])) is not None:
                        fused[rows] += weights[rows] * z_scores.astype(np.float32)
        return fused

    def _check(self, scores: Mapping[str, Scores]) -> None:
        for name in sorted(scores):
            if name not in self.weights:
                known = ", ".join(sorted(self.weights))
                raise SettingsError(
                    f"retriever {name!r} has no fusion weight; there are weights for {known}"
                )
        for name in sorted(self.weights):
            if name not in scores and self.weights[name].any():
                there = ", ".join(sorted(scores)) or "none"
                raise SettingsError(
                    f"fusion weight for {name!r}, but the retrievers are {there}; "
                    "set it to 0 or add it"
                )


def _checked(name: str, weight: Weight) -> NDArray[np.float64]:
    """Return five weights, one for each length of history."""
    given = [weight] if isinstance(weight, int | float) else list(weight)
    if not all(math.isfinite(number) and number >= 0 for number in given):
        raise SettingsError(
            f"fusion weight of {name!r} is {weight}; give a finite number of 0 or more"
        )
    if len(given) not in (1, len(BIN_NAMES)):
        raise SettingsError(
            f"fusion weight of {name!r} holds {len(given)} numbers; "
            f"give one, or one for each length of history: {', '.join(BIN_NAMES)}"
        )
    return np.broadcast_to(np.array(given, np.float64), len(BIN_NAMES)).copy()


def _of_short(
    name: str, of_lengths: NDArray[np.float64], short: Mapping[str, Sequence[float]]
) -> NDArray[np.float64]:
    """Return the weights of short histories, one for each of `SHORT_NAMES`."""
    own = of_lengths[list(BINS_OF_SHORT)]
    given = np.array(short.get(name, own), np.float64)
    if given.shape != own.shape or not np.isfinite(given).all() or (given < 0).any():
        raise SettingsError(
            f"fusion weight of {name!r} for short histories is {short[name]}; give nine finite "
            f"numbers of 0 or more, for histories of: {'; '.join(SHORT_NAMES)}"
        )
    return given
