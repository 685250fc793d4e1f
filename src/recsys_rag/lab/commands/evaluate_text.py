"""`recsys-rag evaluate-text`: how good the texts are, claim by claim. Measures nothing itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import json_option, model_options, source_of

if TYPE_CHECKING:
    from recsys_rag.cli.options import Source
    from recsys_rag.lab.evaluate.text.study import Study

_WRITERS = ("template", "clauses", "free", "tuned", "raw", "seed")  # a test holds it to the table


@click.command("evaluate-text")
@click.option(
    "--users",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    metavar="N",
    help="How many, drawn.",
)
@click.option(
    "-k",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="Texts for each.",
)
@click.option(
    "--writer",
    "writers",
    type=click.Choice(_WRITERS),
    multiple=True,
    help="Who writes; repeatable.  [default: who writes for `recommend`]",
)
@click.option(
    "--baselines", is_flag=True, help="Also raw and seed: what the model says unverified."
)
@click.option(
    "--draw",
    type=click.IntRange(min=0),
    default=2026,
    show_default=True,
    metavar="N",
    help="Seed of the draw.",
)
@click.option(
    "--lm",
    metavar="NAME",
    help="Whose texts: see `recsys-rag lm list`; template = no language model.",
)
@click.option(
    "--adapter",
    metavar="DIR",
    help="What `recsys-rag finetune writer` left for this --lm, or none.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Same seed, same question: same text."
)
@click.option(
    "--report",
    type=Path,
    metavar="DIR",
    help="Write results.json, report.md and report.html there.",
)
@model_options
@json_option
@debug_option
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
    """Measure the texts: are they true, this person's, and varied?

    Random users of the data get lists with texts. Each claim is judged by the verifier, and by a second judge that reads only
    the rows; each text is held against another person's data, where it should fail; and the films that texts cite are taken
    out of the history, which should cost the item score. docs/text-evaluation.md says what each figure means.

    \b
    Examples:
      recsys-rag evaluate-text --users 200 --lm smollm2 --report out
      recsys-rag evaluate-text --users 20 --writer tuned --writer clauses --baselines
      recsys-rag evaluate-text --lm template --json
    """
    if report is not None and report.exists() and not report.is_dir():
        raise click.UsageError(f"--report {report} is a file; name a folder")
    study = _studied(source_of(**source), users, k, writers, baselines, draw, report)
    if as_json:
        from recsys_rag.cli.console import write_json

        write_json(study.as_mapping())
        return
    from recsys_rag.cli.console import paper
    from recsys_rag.lab.commands.text_study_page import show

    show(paper(), study)
    if report is not None:
        click.echo(f"\nReport: {report / 'report.html'}")


def _studied(
    source: "Source",
    users: int,
    k: int,
    writers: tuple[str, ...],
    baselines: bool,
    draw: int,
    report: Path | None,
) -> "Study":
    from recsys_rag import __version__, build
    from recsys_rag.cli.console import progress
    from recsys_rag.cli.sources import opened
    from recsys_rag.lab.evaluate.text import report as reports
    from recsys_rag.lab.evaluate.text.study import models_of, run

    if report is not None:
        reports.needs()  # refuse early what would fail late
        report.mkdir(parents=True, exist_ok=True)
    recommender = opened(source, writes=True).recommender
    flow, settings = recommender.flow, recommender.settings
    model = recommender.models.writing()
    served = build.writer(settings, model).name if model else "template"
    asked = list(dict.fromkeys([*(writers or (served,)), *(("raw", "seed") * baselines)]))
    with progress() as bars:
        study = run(
            flow,
            models_of(flow, recommender.parts, settings),
            recommender.models.writing,
            settings,
            writers=asked,
            users=users,
            version=__version__,
            k=k,
            seed=draw,
            progress=bars.asked,
        )
    if report is not None:
        reports.write(study, report)
    return study
