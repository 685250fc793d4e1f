"""Rating prediction: RMSE and MAE over held-out ratings, intervals by resampling users. Ranks
nothing."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import EvaluationError
from recsys_rag.lab.evaluate import kept
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.harness import Progress
from recsys_rag.lab.evaluate.measure import Measured
from recsys_rag.lab.evaluate.methods import Predictor
from recsys_rag.lab.evaluate.results_table import Row, Table, corrected, users_by_bin
from recsys_rag.lab.evaluate.significance import RESAMPLES, Difference, Estimate, two_sided
from recsys_rag.protocols import PredictsRatings

_BLOCK = 128  # users predicted at once


def errors_of(fold: Fold, predictor: PredictsRatings) -> dict[str, NDArray[np.float64]]:
    """Return per evaluated user: sums of "squared" and "absolute" error, and how many "ratings"
    they are over."""
    squared, absolute = np.zeros(len(fold.users)), np.zeros(len(fold.users))
    held_out = fold.test.interactions
    for start in range(0, len(fold.users), _BLOCK):
        rows = fold.users[start : start + _BLOCK]
        of_block = held_out[rows]
        items = np.unique(of_block.indices).astype(np.int64)
        predicted = predictor.predict(fold.batch(rows).histories, items).astype(np.float64)
        users = np.repeat(np.arange(len(rows)), np.diff(of_block.indptr))
        error = predicted[users, np.searchsorted(items, of_block.indices)] - of_block.data
        squared[start : start + len(rows)] = np.bincount(users, error**2, len(rows))
        absolute[start : start + len(rows)] = np.bincount(users, np.abs(error), len(rows))
    return {
        "squared": squared,
        "absolute": absolute,
        "ratings": np.diff(held_out.indptr)[fold.users].astype(float),
    }


def run_ratings(
    fold: Fold,
    predictors: Sequence[Predictor],
    *,
    baseline: str | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Table:
    """Return the table of these predictors, the lowest RMSE first; differences are in RMSE, below 0
    is better.

    Raises EvaluationError for a fold of ranking or of likes, for a baseline that is not among them;
    errors of fitting.
    """
    if fold.passport.task != "rating prediction" or fold.train.scale is None:
        raise EvaluationError(
            f"protocol {fold.protocol!r} of {fold.train.name} has no ratings to predict; choose "
            "another"
        )
    names = [predictor.name for predictor in predictors]
    if baseline is not None and baseline not in names:
        raise EvaluationError(
            f"the baseline {baseline!r} is not among the methods: {', '.join(names)}"
        )
    measured = {}
    for done, predictor in enumerate(predictors):
        if progress:
            progress(predictor.name, done, len(predictors))
        file = (
            kept.place_of(folder, fold.passport, predictor.name, [predictor.settings])
            if folder
            else None
        )
        measured_one = kept.read(file) if file else None
        if measured_one is None:
            begin = time.perf_counter()
            fitted = predictor.fitted(fold.train)
            seconds = {"fit": time.perf_counter() - begin}
            begin = time.perf_counter()
            measured_one = Measured(errors_of(fold, fitted), {}, {}, seconds)
            measured_one.seconds["rank"] = time.perf_counter() - begin
            if file:
                kept.write(file, measured_one)
        measured[predictor.name] = measured_one
    rows = [
        _row(fold, name, measured_predictor, measured.get(baseline) if baseline else None)
        for name, measured_predictor in measured.items()
    ]
    rows = corrected(rows)
    rows.sort(key=lambda row: (row.figures["rmse"].mean, row.method))
    sizes = {label: int(which.sum()) for label, which in users_by_bin(fold.history_lengths).items()}
    return Table(fold.passport, 0, tuple(rows), baseline, sizes)


def _row(fold: Fold, name: str, measured: Measured, baseline: Measured | None) -> Row:
    errors = measured.per_user
    every = np.ones(len(fold.users), np.bool_)
    compared = None
    if baseline is not None and baseline is not measured:
        compared = _difference(errors, baseline.per_user)
    return Row(
        name,
        {"rmse": _rmse(errors, every), "mae": _mae(errors, every)},
        {
            label: _rmse(errors, which)
            for label, which in users_by_bin(fold.history_lengths).items()
        },
        {},
        compared,
        dict(measured.seconds),
    )


def _resampled(
    errors: dict[str, NDArray[np.float64]], which: str, users: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return sum of error / ratings over RESAMPLES samples of the users, the same samples for every
    method."""
    rng = np.random.default_rng(0)
    totals, counts = errors[which][users], errors["ratings"][users]
    drawn = rng.integers(len(totals), size=(RESAMPLES, len(totals)))
    return np.asarray(totals[drawn].sum(axis=1) / counts[drawn].sum(axis=1))


def _rmse(errors: dict[str, NDArray[np.float64]], users: NDArray[np.bool_]) -> Estimate:
    low, high = np.percentile(np.sqrt(_resampled(errors, "squared", users)), [2.5, 97.5])
    mean = np.sqrt(errors["squared"][users].sum() / errors["ratings"][users].sum())
    return Estimate(float(mean), float(low), float(high), int(users.sum()))


def _mae(errors: dict[str, NDArray[np.float64]], users: NDArray[np.bool_]) -> Estimate:
    low, high = np.percentile(_resampled(errors, "absolute", users), [2.5, 97.5])
    mean = errors["absolute"][users].sum() / errors["ratings"][users].sum()
    return Estimate(float(mean), float(low), float(high), int(users.sum()))


def _difference(
    ours: dict[str, NDArray[np.float64]], theirs: dict[str, NDArray[np.float64]]
) -> Difference:
    every = np.ones(len(ours["ratings"]), np.bool_)
    resampled = np.sqrt(_resampled(ours, "squared", every)) - np.sqrt(
        _resampled(theirs, "squared", every)
    )
    low, high = np.percentile(resampled, [2.5, 97.5])
    p = two_sided(resampled)
    return Difference(
        _rmse(ours, every).mean - _rmse(theirs, every).mean,
        float(low),
        float(high),
        p,
        p,
        len(every),
    )
