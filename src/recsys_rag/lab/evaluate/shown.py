"""A table of results as tables of text, for terminal and reports alike. Computes nothing."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from recsys_rag.lab.evaluate.formatting import figure, interval, of_metric, p_value, signed
from recsys_rag.lab.evaluate.results_table import METRICS, Row, Table, bin_heads

_FURTHER = ("hit_rate", "precision", "mrr", "map")
_ACCURACY = ("ndcg", "recall", *_FURTHER, "rmse", "mae")


class Shown(NamedTuple):
    """Head and rows as text; the first column names the method."""

    title: str
    head: list[str]
    rows: list[list[str]]


def tables(table: Table, *, intervals: bool = True) -> list[Shown]:
    """Return accuracy with its differences, further metrics, figures by how many ratings are known
    and from how many, as far as they were measured for all.

    Without `intervals`, those of each number of ratings are left out, which a terminal has no room
    for.
    """

    def of(title: str, head: Sequence[str], cells: Callable[[Row], Sequence[str]]) -> Shown:
        rows = [[row.method, *cells(row)] for row in table.rows]
        return Shown(title, ["method", *head], rows)

    def of_metrics(title: str, names: Sequence[str], at: str) -> Shown:
        return of(
            title,
            [METRICS[name] + at for name in names],
            lambda row: [of_metric(name, row.figures[name].mean) for name in names],
        )

    at = f"@{table.k}" if table.k else ""
    first, second = ("rmse", "mae") if table.metric == "rmse" else ("ndcg", "recall")
    metric = METRICS[table.metric] + at
    compared = any(row.difference for row in table.rows)
    head = [METRICS[first] + at, "95 % interval", METRICS[second] + at]
    shown = [
        of(
            "Accuracy",
            [*head, *([f"to {table.baseline}", "95 % interval", "p"] if compared else [])],
            lambda row: [
                figure(row.figures[first].mean),
                interval(row.figures[first]),
                figure(row.figures[second].mean),
                *(_difference(row, table.baseline) if compared else []),
            ],
        )
    ]
    there = [name for name in METRICS if all(name in row.figures for row in table.rows)]
    if further := [name for name in there if name in _FURTHER]:
        shown.append(of_metrics("Further accuracy", further, at))
    if beyond := [name for name in there if name not in _ACCURACY]:
        shown.append(of_metrics("Beyond accuracy", beyond, ""))
    shown.append(
        of(
            f"{metric} by ratings known",
            bin_heads(table),
            lambda row: [
                f"{figure(one.mean)} {interval(one)}" if intervals else figure(one.mean)
                for one in row.bins.values()
            ],
        )
    )
    if cuts := sorted({cut for row in table.rows for cut in row.curve}):
        shown.append(
            of(
                f"{metric} from the {table.passport.shortened} ... ratings",
                list(map(str, cuts)),
                lambda row: [
                    figure(row.curve[cut].mean) if cut in row.curve else "" for cut in cuts
                ],
            )
        )
    return shown


def _difference(row: Row, baseline: str | None) -> list[str]:
    if row.difference is None:
        return ["baseline" if row.method == baseline else "", "", ""]
    difference = row.difference
    return [signed(difference.mean), interval(difference), p_value(difference.adjusted)]
