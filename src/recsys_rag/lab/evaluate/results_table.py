"""Methods side by side: figures with intervals, by history length, paired differences. Measures
nothing and draws nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from recsys_rag._fuse.bins import BIN_NAMES, bins_of_lengths
from recsys_rag.errors import EvaluationError
from recsys_rag.lab.evaluate.measure import Measured
from recsys_rag.lab.evaluate.passport import Passport
from recsys_rag.lab.evaluate.significance import Difference, Estimate, difference, estimate, holm

METRICS = {
    "ndcg": "NDCG",
    "recall": "Recall",
    "hit_rate": "Hit rate",
    "precision": "Precision",
    "mrr": "MRR",
    "map": "MAP",
    "coverage": "Coverage",
    "novelty": "Novelty, bits",
    "diversity": "Diversity",
    "miscalibration": "Miscalibration",
    "gini": "Gini",
    "popularity": "Popularity",
    "popularity_lift": "Popularity lift",
    "rmse": "RMSE",
    "mae": "MAE",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One method: estimates by metric, NDCG by history length and by cut, the paired NDCG
    difference to the baseline."""

    method: str
    figures: dict[str, Estimate]
    bins: dict[str, Estimate] = field(default_factory=dict)
    curve: dict[int, Estimate] = field(default_factory=dict)
    difference: Difference | None = None
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """Methods measured by one protocol. `bin_sizes` says how many users each bin has."""

    passport: Passport
    k: int
    rows: tuple[Row, ...]
    baseline: str | None = None
    bin_sizes: dict[str, int] = field(default_factory=dict)

    @property
    def metric(self) -> str:
        """The metric that rows are ordered by and compared in."""
        return "ndcg" if self.passport.task == "ranking" else "rmse"

    def row(self, method: str) -> Row:
        """Return the row of a method. Raises EvaluationError naming those that there are."""
        for row in self.rows:
            if row.method == method:
                return row
        raise EvaluationError(
            f"no method {method!r} in this table; it has "
            f"{', '.join(row.method for row in self.rows)}"
        )


def bin_heads(table: Table) -> list[str]:
    """Return the bins of a table as column heads: "21-100 (510 users)"."""
    return [f"{name} ({n:,} user{'s' * (n != 1)})" for name, n in table.bin_sizes.items()]


def users_by_bin(history_lengths: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
    """Return which users have each length of history, by its name in `fuse.bins`; those that nobody
    has are left out.

    >>> {name: which.tolist() for name, which in users_by_bin(np.array([3, 200])).items()}
    {'1-5': [True, False], '>100': [False, True]}
    """
    places = bins_of_lengths(history_lengths)
    return {
        name: places == position
        for position, name in enumerate(BIN_NAMES)
        if (places == position).any()
    }


def table_of(
    passport: Passport,
    k: int,
    measured: Mapping[str, Measured],
    history_lengths: NDArray[np.int64],
    baseline: str | None = None,
) -> Table:
    """Return the table of these methods, the best NDCG first, ties by name.

    Differences in NDCG are against the baseline, p values corrected for all of them (Holm). Raises
    EvaluationError for a baseline that was not measured.
    """
    if baseline is not None and baseline not in measured:
        raise EvaluationError(
            f"the baseline {baseline!r} is not among the methods: {', '.join(measured)}"
        )
    bins = users_by_bin(history_lengths)
    rows = [_row(name, measured_method, bins) for name, measured_method in measured.items()]
    if baseline is not None:
        against = measured[baseline].per_user["ndcg"]
        rows = corrected(
            [
                row
                if row.method == baseline
                else replace(
                    row, difference=difference(measured[row.method].per_user["ndcg"], against)
                )
                for row in rows
            ]
        )
    rows.sort(key=lambda row: (-row.figures["ndcg"].mean, row.method))
    sizes = {name: int(which.sum()) for name, which in bins.items()}
    return Table(passport, k, tuple(rows), baseline, sizes)


def _row(name: str, measured: Measured, bins: Mapping[str, NDArray[np.bool_]]) -> Row:
    figures = {metric: estimate(values) for metric, values in measured.per_user.items()}
    users = len(measured.per_user["ndcg"])
    figures |= {
        metric: Estimate(value, np.nan, np.nan, users) for metric, value in measured.overall.items()
    }
    return Row(
        name,
        {metric: figures[metric] for metric in METRICS if metric in figures},
        {label: estimate(measured.per_user["ndcg"][which]) for label, which in bins.items()},
        {cut: estimate(values) for cut, values in measured.curve.items()},
        None,
        dict(measured.seconds),
    )


def corrected(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with Holm's correction over all their differences."""
    adjusted = iter(holm([row.difference.p for row in rows if row.difference]))
    return [
        replace(row, difference=replace(row.difference, adjusted=next(adjusted)))
        if row.difference
        else row
        for row in rows
    ]


def as_mapping(table: Table) -> dict[str, Any]:
    """Return a table as plain objects: passport with its key, k, baseline, rows, bin sizes. What is
    not defined stays nan."""
    whole: dict[str, Any] = msgspec.to_builtins(table)
    whole["passport"]["key"] = table.passport.key
    return whole
