"""`recsys-rag evaluate-text`: how good the texts are, claim by claim."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.options import (
    command,
    json_option,
    model_options,
    option,
    report_folder,
    source_of,
    writing_options,
)

if TYPE_CHECKING:
    from rich.console import Console

    from recsys_rag.lab.evaluate.text.study import Study

_WRITERS = ("template", "clauses", "free", "tuned", "raw", "seed")  # a test holds it to the table
_SHOWN_PROBLEMS = 5


@command("evaluate-text")
@option("--users", "How many users to draw.", metavar="N", type=click.IntRange(min=1), default=200)
@option("-k", "Texts for each user.", metavar="N", type=click.IntRange(min=1), default=5)
@option(
    "--writer",
    "Which writer; repeatable.  [default: the one that writes for `recommend`]",
    "writers",
    type=click.Choice(_WRITERS),
    multiple=True,
)
@option("--baselines", "Also raw and seed: what the model says unverified.", is_flag=True)
@option("--draw", "Seed for drawing users.", metavar="N", type=click.IntRange(min=0), default=2026)
@option(
    "--report", "Write results.json, report.md and report.html there.", metavar="DIR", type=Path
)
@writing_options
@model_options
@json_option
def evaluate_text(
    users: int,
    k: int,
    writers: tuple[str, ...],
    baselines: bool,
    draw: int,
    report: Path | None,
    as_json: bool,
    **source: Any,
) -> None:
    """Measure the texts: are they true, personal, and varied?

    Random users of the data get lists with texts. Each claim is judged by the verifier, by a
    second judge that reads only the rows, and by SQL over these rows; each text is compared with
    another person's data, where it should fail; and the films that texts cite are taken out of the
    history, which should lower the item's score. docs/text-evaluation.md explains each figure.

    \b
    Examples:
      recsys-rag evaluate-text --users 200 --lm smollm2 --report out
      recsys-rag evaluate-text --users 20 --writer tuned --writer clauses --baselines
      recsys-rag evaluate-text --lm template --json
    """
    report_folder(report)
    from recsys_rag import __version__
    from recsys_rag import _build as build
    from recsys_rag._cli.console import paper, progress, write_json
    from recsys_rag._cli.sources import opened
    from recsys_rag.lab.evaluate.text import text_report as reports
    from recsys_rag.lab.evaluate.text.study import run

    if report is not None:
        reports.needs()  # refuse early what would fail late
        report.mkdir(parents=True, exist_ok=True)
    recommender = opened(source_of(**source), writes=True).recommender
    flow, settings = recommender.flow, recommender.settings
    model = recommender.models.writing()
    default = build.writer(settings, model).name if model else "template"
    chosen = dict.fromkeys([*(writers or (default,)), *(("raw", "seed") if baselines else ())])
    with progress() as bars:
        study = run(
            flow,
            recommender.models.writing,
            settings,
            writers=list(chosen),
            users=users,
            version=__version__,
            k=k,
            seed=draw,
            progress=bars.counting("{}"),
        )
    if report is not None:
        reports.write(study, report)
    if as_json:
        write_json(study.as_mapping())
        return
    show(paper(), study)
    if report is not None:
        click.echo(f"\nReport: {report / 'report.html'}")


def show(page: "Console", study: "Study") -> None:
    """Write a study: figures by writer, the deletion test, the passport."""
    from recsys_rag._cli.lines import Row, definitions, sentence, table
    from recsys_rag.lab.evaluate.text.text_report import deletion_lines
    from recsys_rag.lab.evaluate.text.text_report import table as table_of

    passport = study.passport
    sentence(
        page, f"Texts about {passport.data}: {passport.users} users, {passport.k} each", "bold"
    )
    page.print()
    head, *rows = table_of(study)
    shown: list[Row] = [[(cell, "bold") for cell in head]]
    table(page, shown + [[(cell, "") for cell in row] for row in rows])
    if study.deletion:
        page.print()
        sentence(
            page,
            "Deletion test: rank correlation between the weight of a cited film and what the item "
            "loses without it",
            "bold",
        )
        definitions(page, [[(value, ""), (what, "")] for what, value in deletion_lines(study)])
    for label, problems in study.problems.items():
        if problems:
            page.print()
            sentence(
                page,
                f"The first problems that the second and third judges found in {label}",
                "bold",
            )
        for problem in problems[:_SHOWN_PROBLEMS]:
            sentence(page, problem)
    page.print()
    definitions(page, [[(name, "bold"), (text, "")] for name, text in passport.lines()])
