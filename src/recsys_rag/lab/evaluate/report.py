"""A table as files for others: results.json, report.md and one report.html that asks nothing of any
network."""

import math
from pathlib import Path
from typing import Any

from recsys_rag.lab.evaluate import report_files
from recsys_rag.lab.evaluate.formatting import figure, interval, p_value, signed
from recsys_rag.lab.evaluate.plots import plots
from recsys_rag.lab.evaluate.report_files import (
    markdown_passport,
    markdown_table,
    rendered,
    write_files,
)
from recsys_rag.lab.evaluate.results_table import METRICS, Table, as_mapping
from recsys_rag.lab.evaluate.shown import tables

_PAGE = Path(__file__).with_name("report.html.jinja")


def needs() -> None:
    """Raise MissingExtraError unless a report can be written."""
    report_files.needs("matplotlib", "jinja2")


def write(table: Table, folder: Path) -> None:
    """Write the three files into the folder. Raises MissingExtraError, OSError."""
    needs()
    write_files(folder, _finite(as_mapping(table)), markdown(table), page(table))


def markdown(table: Table) -> str:
    """Return the report as Markdown: the same tables as the page, without the pictures."""
    parts = [f"# {heading(table)}\n"]
    parts += [f"## {title}\n\n{markdown_table(head, rows)}" for title, head, rows in tables(table)]
    parts.append(markdown_passport(table.passport.lines()))
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


def _finite(value: Any) -> Any:
    """Replace nan, for which JSON has no word, by null."""
    if isinstance(value, dict):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
