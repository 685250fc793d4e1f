"""A study of texts in the terminal: figures by writer, the deletion test, the passport. Measures
nothing."""

from typing import TYPE_CHECKING

from recsys_rag.cli.flow import Paragraph, Row, definitions, table
from recsys_rag.lab.evaluate.text.report import deletion_lines
from recsys_rag.lab.evaluate.text.report import table as table_of
from recsys_rag.lab.evaluate.text.study import Study

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_PROBLEMS = 5


def show(page: "Console", study: Study) -> None:
    """Write a study."""
    _said(
        page,
        f"Texts about {study.passport.data}: {study.passport.users} users, {study.passport.k} each",
        "bold",
    )
    page.print()
    head, *rows = table_of(study)
    shown: list[Row] = [
        [(one, "bold") for one in head],
        *([(one, "") for one in row] for row in rows),
    ]
    table(page, shown)
    if study.deletion:
        page.print()
        _said(
            page,
            "Deletion test: rank correlation of the weight of a cited film and what the item loses without it",
            "bold",
        )
        definitions(page, [[(value, ""), (what, "")] for what, value in deletion_lines(study)])
    for label, problems in study.problems.items():
        if problems:
            page.print()
            _said(page, f"What the second judge found in {label}, the first of it", "bold")
        for one in problems[:_SHOWN_PROBLEMS]:
            _said(page, one)
    page.print()
    definitions(page, [[(name, "bold"), (text, "")] for name, text in study.passport.lines()])


def _said(page: "Console", text: str, style: str = "") -> None:
    line = Paragraph(page)
    line.say(text, style)
    line.close()
