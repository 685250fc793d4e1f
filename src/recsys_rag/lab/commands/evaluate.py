"""`recsys-rag evaluate`: how well held-out items are found, by a stated protocol. Measures nothing
itself."""

from pathlib import Path
from typing import Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import data_options, json_option, source_of

# a test holds it to the table
_PROTOCOLS = ("seed", "rb", "loo", "time", "llamarec", "u1", "u2", "u3", "u4", "u5")


def _names(_: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Split "a,b" into names."""
    names = tuple(one.strip() for one in (value or "").split(","))
    if value is not None and not all(names):
        raise click.BadParameter(
            f"{value!r} has an empty name; separate names by single commas", param=parameter
        )
    return names if value else ()


@click.command()
@click.option(
    "--protocol",
    type=click.Choice(_PROTOCOLS),
    default="seed",
    show_default=True,
    help="How data is split.",
)
@click.option(
    "--part",
    type=click.Choice(["test", "validation"]),
    default="test",
    show_default=True,
    help="What is measured on; choose settings on validation, look at test once.",
)
@click.option(
    "-k",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Length of the lists.",
)
@click.option(
    "--methods",
    callback=_names,
    metavar="A,B",
    help="Which methods.  [default: all, and the peers named]",
)
@click.option(
    "--against",
    callback=_names,
    metavar="A,B",
    help="Peers too: plain, implicit, surprise, lenskit.",
)
@click.option(
    "--baseline",
    metavar="NAME",
    help="What differences are to.  [default: plain-ease, else ease, if there]",
)
@click.option(
    "--relevant-from",
    type=float,
    metavar="RATING",
    help="Count held-out items from this rating on.",
)
@click.option(
    "--report",
    type=Path,
    metavar="DIR",
    help="Write results.json, report.md and report.html there.",
)
@click.option("--no-cache", is_flag=True, help="Measure again what was measured before.")
@data_options
@json_option
@debug_option
def evaluate(
    protocol: str,
    part: str,
    k: int,
    methods: tuple[str, ...],
    against: tuple[str, ...],
    baseline: str | None,
    relevant_from: float | None,
    report: Path | None,
    no_cache: bool,
    as_json: bool,
    **source: Any,
) -> None:
    """Measure how well held-out items are found.

    Part of the ratings is held out, each method learns from the rest, and its lists are held against what was held out.
    Every figure comes with its passport: data, split, what counts as relevant, who was skipped. Intervals are of 95 %, by
    2,000 resamples of the users; p values are paired and corrected for the number of methods (Holm).

    Methods: fused (what `recommend` serves), its retrievers alone, and seed (the method as it was first described). Protocols:
    seed, a random fifth; rb, a tenth of each user, as RecBole; loo, each user's last; time, after one moment; llamarec, for
    ml-latest-small; u1 to u5, rating prediction. docs/evaluation.md says more.

    \b
    Examples:
      recsys-rag evaluate --data ml-100k --protocol seed
      recsys-rag evaluate --protocol loo --against plain,implicit --report out
      recsys-rag evaluate --part validation --methods fused,ease --json
    """
    from recsys_rag.lab.commands.evaluating import Request, measured

    if report is not None and report.exists() and not report.is_dir():
        raise click.UsageError(f"--report {report} is a file; name a folder")
    asked = Request(protocol, part, k, methods, against, baseline, relevant_from, not no_cache)
    table = measured(asked, source_of(**source), report)
    if as_json:
        from recsys_rag.cli.console import write_json
        from recsys_rag.lab.evaluate.table import as_mapping

        write_json(as_mapping(table))
    else:
        from recsys_rag.cli.console import paper
        from recsys_rag.lab.commands.evaluation_page import show

        show(paper(), table)
    if report is not None and not as_json:
        click.echo(f"\nReport: {report / 'report.html'}")
