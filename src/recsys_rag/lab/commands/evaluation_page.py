"""A table of figures in the terminal: accuracy, what is beyond it, who is served how well, and the
passport. Measures nothing."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from recsys_rag.cli.flow import Paragraph, Row, definitions, table
from recsys_rag.lab.evaluate.figures import figure, interval, of_metric, p_value, signed
from recsys_rag.lab.evaluate.table import METRICS, Table, bin_heads
from recsys_rag.lab.evaluate.table import Row as Measured

if TYPE_CHECKING:
    from rich.console import Console

_ALSO = ("hit_rate", "precision", "mrr", "map")
_BEYOND = (
    "coverage",
    "novelty",
    "diversity",
    "embedding_diversity",
    "miscalibration",
    "gini",
    "popularity_lift",
)
_HEAD = "bold"
_SIGNIFICANT = 0.05


def show(page: "Console", found: Table) -> None:
    """Write a table of ranking or of rating prediction."""
    _title(page, found)
    if found.metric == "rmse":
        _rows(page, found, ("RMSE", "95 % interval", "MAE"), _predictions)
    else:
        _rows(page, found, (f"NDCG@{found.k}", "95 % interval", f"Recall@{found.k}"), _accuracy)
        _more(page, found, "further accuracy", _ALSO)
        _more(page, found, "beyond accuracy", _BEYOND)
    _by(page, found, _bin_heads(found), lambda one: [figure(of.mean) for of in one.bins.values()])
    if any(one.curve for one in found.rows):
        _curve(page, found)
    page.print()
    definitions(page, [[(name, "bold"), (text, "")] for name, text in found.passport.lines()])
    for missing in found.missing:
        page.print(f"Not measured: {missing}")


def _title(page: "Console", found: Table) -> None:
    passport = found.passport
    line = Paragraph(page)
    line.say(
        f"{passport.data}: {passport.protocol} protocol, {passport.part} part, {passport.users:,} users",
        _HEAD,
    )
    line.close()
    page.print()


def _rows(
    page: "Console", found: Table, heads: Sequence[str], cells: Callable[[Measured], list[str]]
) -> None:
    """Write the first table, with differences where there is a baseline."""
    compared = any(one.difference for one in found.rows)
    head = ["method", *heads, *([f"to {found.baseline}", "95 % interval", "p"] if compared else [])]
    rows: list[Row] = [[(one, _HEAD) for one in head]]
    better = -1 if found.metric == "rmse" else 1
    for one in found.rows:
        row = [(one.method, ""), *((cell, "") for cell in cells(one))]
        if compared and one.difference:
            style = _style(better * one.difference.mean, one.difference.adjusted)
            row += [(signed(one.difference.mean), style), (interval(one.difference), "dim")]
            row += [(p_value(one.difference.adjusted), style)]
        elif compared:
            row += [("baseline" if one.method == found.baseline else "", "dim"), ("", ""), ("", "")]
        rows.append(row)
    table(page, rows, right=frozenset(range(1, len(head))))


def _style(gain: float, p: float) -> str:
    if not p < _SIGNIFICANT:
        return ""
    return "green" if gain > 0 else "red"


def _accuracy(one: Measured) -> list[str]:
    ndcg = one.figures["ndcg"]
    return [figure(ndcg.mean), interval(ndcg), figure(one.figures["recall"].mean)]


def _predictions(one: Measured) -> list[str]:
    rmse = one.figures["rmse"]
    return [figure(rmse.mean), interval(rmse), figure(one.figures["mae"].mean)]


def _more(page: "Console", found: Table, title: str, metrics: Sequence[str]) -> None:
    """Write a table of those of the metrics that were measured of all."""
    names = [name for name in metrics if all(name in one.figures for one in found.rows)]
    heads = [
        f"{METRICS[name]}@{found.k}" if name in _ALSO else METRICS[name].lower() for name in names
    ]
    page.print()
    _plain(
        page,
        [title, *heads],
        [
            [one.method, *(of_metric(name, one.figures[name].mean) for name in names)]
            for one in found.rows
        ],
    )


def _bin_heads(found: Table) -> list[str]:
    metric = "RMSE" if found.metric == "rmse" else f"NDCG@{found.k}"
    return [f"{metric} by ratings known", *bin_heads(found)]


def _curve(page: "Console", found: Table) -> None:
    cuts = sorted({cut for one in found.rows for cut in one.curve})
    _by(
        page,
        found,
        [f"NDCG@{found.k} from the {found.passport.shortened} ... ratings", *map(str, cuts)],
        lambda one: [figure(one.curve[cut].mean) if cut in one.curve else "" for cut in cuts],
    )


def _by(
    page: "Console", found: Table, heads: list[str], cells: Callable[[Measured], list[str]]
) -> None:
    page.print()
    _plain(page, heads, [[one.method, *cells(one)] for one in found.rows])


def _plain(page: "Console", head: list[str], rows: list[list[str]]) -> None:
    """Write a table without styles but for its head."""
    whole: list[Row] = [
        [(one, _HEAD) for one in head],
        *([(cell, "") for cell in row] for row in rows),
    ]
    table(page, whole, right=frozenset(range(1, len(head))))
