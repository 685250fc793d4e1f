"""A table as files for others: results.json, report.md and one report.html that asks nothing of any
network."""

import json
import math
from pathlib import Path
from typing import Any

from recsys_rag.errors import MissingExtraError
from recsys_rag.lab.evaluate.formatting import figure, interval, of_metric, p_value, signed
from recsys_rag.lab.evaluate.html_page import rendered
from recsys_rag.lab.evaluate.plots import plots
from recsys_rag.lab.evaluate.results_table import METRICS, Row, Table, as_mapping, bin_heads

_PAGE = Path(__file__).with_name("report.html.jinja")


def needs() -> None:
    """Raise MissingExtraError unless a report can be written."""
    from importlib.util import find_spec

    missing = [name for name in ("matplotlib", "jinja2") if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"a report needs {' and '.join(missing)}: pip install 'recsys-rag[report]'"
        )


def write(table: Table, folder: Path) -> None:
    """Write the three files into the folder, which is made if it is not there. Raises
    MissingExtraError, OSError."""
    needs()
    folder.mkdir(parents=True, exist_ok=True)
    results = json.dumps(_finite(as_mapping(table)), indent=2, ensure_ascii=False, allow_nan=False)
    for name, text in (
        ("results.json", results + "\n"),
        ("report.md", markdown(table)),
        ("report.html", page(table)),
    ):
        beside = folder / f".{name}.part"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / name)


def markdown(table: Table) -> str:
    """Return the report as Markdown: the same tables as the page, without the pictures."""
    parts = [f"# {heading(table)}\n"]
    for title, head, rows in tables(table):
        lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
        parts.append(
            f"## {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
        )
    passport = "\n".join(f"| {name} | {text} |" for name, text in table.passport.lines())
    parts.append(f"## Passport\n\n| | |\n|---|---|\n{passport}\n")
    parts += [f"Not measured: {missing}\n" for missing in table.missing]
    return "\n".join(parts)


def page(table: Table) -> str:
    """Return the report as one HTML page with pictures; all values are escaped."""
    return rendered(
        _PAGE,
        heading=heading(table),
        table=table,
        tables=tables(table),
        plots=plots(table),
        passport=table.passport.lines(),
        summary=summary(table),
    )


def heading(table: Table) -> str:
    """Return what was measured, in one line."""
    passport = table.passport
    return f"{passport.data}, {passport.protocol} protocol, {passport.part} part"


def summary(table: Table) -> str:
    """Return the finding in a sentence: the best method, and whether it is better than the baseline
    for sure."""
    best, metric = table.rows[0], METRICS[table.metric] + (f"@{table.k}" if table.k else "")
    best_figure = best.figures[table.metric]
    text = f"Best is {best.method} with {metric} {figure(best_figure.mean)} {interval(best_figure)}"
    if best.difference is None or table.baseline is None:
        return f"{text}."
    sure = "significant" if best.difference.adjusted < 0.05 else "not significant"
    return (
        f"{text}, {signed(best.difference.mean)} {interval(best.difference)} to {table.baseline}: "
        f"{sure}, p {p_value(best.difference.adjusted)} after Holm's correction."
    )


def tables(table: Table) -> list[tuple[str, list[str], list[list[str]]]]:
    """Return (title, head, rows) of every table of the report, all as text; the first column names
    the method."""
    tables = [("Accuracy", *_accuracy(table))]
    beyond = [
        name
        for name in METRICS
        if name not in ("ndcg", "recall", "hit_rate", "precision", "mrr", "map", "rmse", "mae")
        and all(name in row.figures for row in table.rows)
    ]
    if beyond:
        rows = [
            [row.method, *(of_metric(name, row.figures[name].mean) for name in beyond)]
            for row in table.rows
        ]
        tables.append(("Beyond accuracy", ["method", *(METRICS[name] for name in beyond)], rows))
    metric = METRICS[table.metric] + (f"@{table.k}" if table.k else "")
    by_bin = [
        [
            row.method,
            *(f"{figure(estimate.mean)} {interval(estimate)}" for estimate in row.bins.values()),
        ]
        for row in table.rows
    ]
    tables.append(
        (f"{metric} by how many ratings are known", ["method", *bin_heads(table)], by_bin)
    )
    cuts = sorted({cut for row in table.rows for cut in row.curve})
    if cuts:
        curve = [
            [row.method, *(figure(row.curve[cut].mean) if cut in row.curve else "" for cut in cuts)]
            for row in table.rows
        ]
        which = table.passport.shortened
        tables.append(
            (f"{metric} from the {which} ratings of each user", ["method", *map(str, cuts)], curve)
        )
    return tables


def _accuracy(table: Table) -> tuple[list[str], list[list[str]]]:
    """Return head and rows of the first table, with differences where there is a baseline."""
    names = [
        name
        for name in ("ndcg", "recall", "hit_rate", "precision", "mrr", "map", "rmse", "mae")
        if name in table.rows[0].figures
    ]
    at = f"@{table.k}" if table.k else ""
    head = [
        "method",
        METRICS[names[0]] + at,
        "95 % interval",
        *(METRICS[name] + at for name in names[1:]),
    ]
    compared = any(row.difference for row in table.rows)
    if compared:
        head += [f"to {table.baseline}", "95 % interval", "p"]
    return head, [
        [
            row.method,
            figure(row.figures[names[0]].mean),
            interval(row.figures[names[0]]),
            *(figure(row.figures[name].mean) for name in names[1:]),
            *(_difference(row) if compared else []),
        ]
        for row in table.rows
    ]


def _difference(row: Row) -> list[str]:
    difference = row.difference
    return (
        ["baseline", "", ""]
        if difference is None
        else [signed(difference.mean), interval(difference), p_value(difference.adjusted)]
    )


def _finite(value: Any) -> Any:
    """Replace nan, for which JSON has no word, by null."""
    if isinstance(value, dict):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
