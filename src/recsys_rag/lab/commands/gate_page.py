"""A verdict of the gate in the terminal: the outcome, and a row for each length of history.
Measures nothing."""

from typing import TYPE_CHECKING

from recsys_rag.cli.flow import Row, table
from recsys_rag.cli.render import sentence
from recsys_rag.lab.evaluate.gate_words import HEAD, rows, summary

if TYPE_CHECKING:
    from rich.console import Console

    from recsys_rag.gate_verdict import GateVerdict


def show(page: "Console", verdict: "GateVerdict") -> None:
    """Write the outcome in a sentence, and the figures beneath."""
    sentence(page, f"Gate: {summary(verdict)}.", "bold")
    page.print()
    lines: list[Row] = [[(one, "bold") for one in HEAD]]
    for one, cells in zip(verdict.bins, rows(verdict), strict=True):
        lines.append(
            [*((cell, "") for cell in cells[:-1]), (cells[-1], "green" if one.is_on else "dim")]
        )
    table(page, lines, right=frozenset(range(1, len(HEAD) - 1)))
