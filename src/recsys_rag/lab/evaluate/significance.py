"""Whether a difference could be chance: bootstrap over users, paired comparison, Holm's correction.
Arrays in and out.

Bradley Efron, Robert Tibshirani, "An Introduction to the Bootstrap", 1993 (percentile interval);
Sture Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of
Statistics 1979.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
_AT_ONCE = 2_000_000  # draws held at a time


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over users with its 95 % interval, nan where no user counts; `users` are those whose
    figure is defined."""

    mean: float
    low: float
    high: float
    users: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A paired mean difference with its 95 % interval and two-sided p; `adjusted` is p after Holm's
    correction."""

    mean: float
    low: float
    high: float
    p: float
    adjusted: float
    users: int


def resampled_means(
    values: NDArray[np.float64], seed: int = 0, resamples: int = RESAMPLES
) -> NDArray[np.float64]:
    """Return the means of `resamples` samples of the values, drawn with replacement; (resamples,).
    Needs one value."""
    rng = np.random.default_rng(seed)
    means = np.empty(resamples)
    step = max(1, _AT_ONCE // len(values))
    for start in range(0, resamples, step):
        stop = min(start + step, resamples)
        means[start:stop] = values[
            rng.integers(len(values), size=(stop - start, len(values)))
        ].mean(axis=1)
    return means


def estimate(values: NDArray[np.float64], seed: int = 0, resamples: int = RESAMPLES) -> Estimate:
    """Return the mean over the users whose value is not nan, with the percentile interval of the
    bootstrap.

    >>> estimate(np.array([0.5, 0.5, np.nan]))
    Estimate(mean=0.5, low=0.5, high=0.5, users=2)
    """
    defined = values[~np.isnan(values)]
    if not len(defined):
        return Estimate(np.nan, np.nan, np.nan, 0)
    low, high = np.percentile(resampled_means(defined, seed, resamples), [2.5, 97.5])
    return Estimate(float(defined.mean()), float(low), float(high), len(defined))


def difference(
    ours: NDArray[np.float64],
    theirs: NDArray[np.float64],
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Difference:
    """Return ours minus theirs over the same users, in the same order; users where one is nan do
    not count.

    p = 2 min(P(mean <= 0), P(mean >= 0)) over the resampled means, at least 2 / (resamples + 1) and
    at most 1. `adjusted` is p until `holm` has seen the whole family.
    """
    assert ours.shape == theirs.shape
    paired = ours - theirs
    interval = estimate(paired, seed, resamples)
    if not interval.users:
        return Difference(np.nan, np.nan, np.nan, np.nan, np.nan, 0)
    means = resampled_means(paired[~np.isnan(paired)], seed, resamples)
    p = two_sided(means)
    return Difference(interval.mean, interval.low, interval.high, p, p, interval.users)


def two_sided(resampled: NDArray[np.float64]) -> float:
    """Return the two-sided p of the hypothesis that these resampled differences are around 0.

    >>> two_sided(np.array([-1.0, 1.0, 2.0, 3.0]))
    0.8
    """
    beyond = min(int((resampled <= 0).sum()), int((resampled >= 0).sum()))
    return min(1.0, 2 * (beyond + 1) / (len(resampled) + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p values corrected for being a family, same order; nan stays nan and does not
    count.

    The i-th smallest of m is multiplied by m - i + 1, none falls below the one before, none exceeds
    1.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = list(p_values)
    order = sorted(
        (position for position, p in enumerate(p_values) if not np.isnan(p)),
        key=p_values.__getitem__,
    )
    least = 0.0
    for smaller, rank in enumerate(order):
        least = max(least, min(1.0, p_values[rank] * (len(order) - smaller)))
        adjusted[rank] = least
    return adjusted
