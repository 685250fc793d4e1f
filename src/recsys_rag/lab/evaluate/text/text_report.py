"""A study of texts as files for others: results.json, report.md and one report.html that asks
nothing of any network."""

from pathlib import Path

from recsys_rag.lab.evaluate import report_files
from recsys_rag.lab.evaluate.formatting import figure
from recsys_rag.lab.evaluate.report_files import (
    markdown_passport,
    markdown_table,
    rendered,
    write_files,
)
from recsys_rag.lab.evaluate.text.answers import Answer
from recsys_rag.lab.evaluate.text.study import Study
from recsys_rag.lab.evaluate.text.text_figures import FIGURES

_PAGE = Path(__file__).with_name("report.html.jinja")
_COUNTS = frozenset({"texts", "claims", "same_opener", "empty"})
_SHARES = frozenset(
    {
        "precision_verifier",
        "precision_judge",
        "precision_rows",
        "not_in_rows",
        "invented_titles",
        "recall",
        "template",
        "repaired",
        "rejected",
        "swap_fails",
    }
)
_SHOWN_USERS = 4  # lists whose texts are shown in full, of each writer


def needs() -> None:
    """Raise MissingExtraError unless a report can be written."""
    report_files.needs("jinja2")


def write(study: Study, folder: Path) -> None:
    """Write the three files into the folder. Raises MissingExtraError, OSError."""
    needs()
    write_files(folder, study.as_mapping(), markdown(study), page(study))


def cell(name: str, value: float) -> str:
    """Return a figure as it is shown.

    >>> cell("texts", 1000), cell("recall", 0.9871), cell("unique_sentences", 0.812)
    ('1,000', '98.7 %', '.812')
    """
    if value != value:
        return "-"
    if name in _COUNTS:
        return f"{value:,.0f}"
    if name in _SHARES:
        return f"{100 * value:.1f} %"
    return figure(value, 3 if value < 1 and name != "seconds" else 2)


def table(study: Study) -> list[list[str]]:
    """Return the figures as rows of text: the head with the writers, then a row for each figure."""
    return [
        ["", *study.rows],
        *(
            [figure, *(cell(name, row[name]) for row in study.rows.values())]
            for name, figure in FIGURES.items()
        ),
    ]


def deletion_lines(study: Study) -> list[tuple[str, str]]:
    """Return the deletion test as (what, figure); empty where there was none."""
    deletion = study.deletion
    if deletion is None:
        return []
    return [
        ("our citations", figure(deletion.cited, 3)),
        ("random films of the history", figure(deletion.random, 3)),
        ("its most popular films", figure(deletion.popular, 3)),
        ("items", f"{deletion.items:,}"),
        ("cited films without which the item scores less", f"{100 * deletion.lose:.1f} %"),
    ]


def markdown(study: Study) -> str:
    """Return the report as Markdown."""
    head, *rows = table(study)
    parts = [f"# Texts about {study.passport.data}\n", markdown_table(head, rows)]
    if study.deletion:
        table_lines = "\n".join(f"| {what} | {value} |" for what, value in deletion_lines(study))
        parts.append(
            "## Deletion test: rank correlation of weight and loss\n\n| | "
            f"|\n|---|---:|\n{table_lines}\n"
        )
    for label, problems in study.problems.items():
        if problems:
            parts.append(
                f"## What the second and third judges found in {label}\n\n"
                + "\n".join(f"- {problem}" for problem in problems)
                + "\n"
            )
    parts.append(markdown_passport(study.passport.lines()))
    return "\n".join(parts)


def page(study: Study) -> str:
    """Return the report as one HTML page; all values are escaped."""
    shown = {
        label: [_texts(answer) for answer in answers[:_SHOWN_USERS]]
        for label, answers in study.answers.items()
    }
    return rendered(
        _PAGE,
        study=study,
        table=table(study),
        deletion=deletion_lines(study),
        passport=study.passport.lines(),
        shown=shown,
    )


def _texts(answer: Answer) -> tuple[str, list[tuple[str, list[str]]]]:
    """Return whom a list is for, and each text with the statements that it cites."""
    texts = [
        (item.explanation, [evidence.statement for evidence in item.evidence])
        for item in answer.items
    ]
    return answer.recommendation.query.user_id or "", texts
