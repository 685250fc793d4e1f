"""`recsys-rag evaluate`: how well held-out items are found, by a stated protocol."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.options import (
    command,
    data_options,
    json_option,
    option,
    report_folder,
    source_of,
)

if TYPE_CHECKING:
    from rich.console import Console

    from recsys_rag.lab.evaluate.fold import Fold
    from recsys_rag.lab.evaluate.methods import Method, Predictor
    from recsys_rag.lab.evaluate.results_table import Row as Measured
    from recsys_rag.lab.evaluate.results_table import Table
    from recsys_rag.settings import Settings

# a test holds it to the table
_PROTOCOLS = ("seed", "rb", "loo", "time", "llamarec", "u1", "u2", "u3", "u4", "u5")
_LISTS = ("{}", "{done:,} of {total:,} lists")  # a user once for each cut of the history
_HEAD = "bold"
_SIGNIFICANT = 0.05


def _names(_: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Split "a,b" into names."""
    names = tuple(name.strip() for name in (value or "").split(","))
    if value is not None and not all(names):
        raise click.BadParameter(
            f"{value!r} has an empty name; separate names by single commas", param=parameter
        )
    return names if value else ()


@command()
@option("--protocol", "How the data is split.", type=click.Choice(_PROTOCOLS), default="seed")
@option(
    "--part",
    "What to measure on; choose settings on validation, look at test once.",
    type=click.Choice(["test", "validation"]),
    default="test",
)
@option("-k", "Length of the lists.", metavar="N", type=click.IntRange(min=1), default=10)
@option(
    "--methods",
    "Which methods.  [default: all, and the peers named]",
    metavar="A,B",
    callback=_names,
)
@option(
    "--against",
    "Also measure peers: plain, implicit, surprise, lenskit.",
    metavar="A,B",
    callback=_names,
)
@option(
    "--method",
    "Also measure a class of your own, with fit(dataset) and score(batch); repeatable.",
    "own_methods",
    metavar="MODULE:CLASS",
    multiple=True,
)
@option(
    "--baseline",
    "The method that differences refer to.  [default: plain-ease, else ease]",
    metavar="NAME",
)
@option(
    "--relevant-from", "Count held-out items from this rating on.", metavar="RATING", type=float
)
@option(
    "--report", "Write results.json, report.md and report.html there.", metavar="DIR", type=Path
)
@option(
    "--runs",
    "Write the lists (TREC, CSV) and the figures of each person (CSV) there.",
    metavar="DIR",
    type=Path,
)
@option("--no-cache", "Measure again what was measured before.", is_flag=True)
@data_options
@json_option
def evaluate(
    protocol: str,
    part: str,
    k: int,
    methods: tuple[str, ...],
    against: tuple[str, ...],
    own_methods: tuple[str, ...],
    baseline: str | None,
    relevant_from: float | None,
    report: Path | None,
    runs: Path | None,
    no_cache: bool,
    as_json: bool,
    **source: Any,
) -> None:
    """Measure how well held-out items are found.

    Part of the ratings is held out, each method learns from the rest, and its lists are compared
    with what was held out. Every figure comes with its passport: data, split, what counts as
    relevant, who was skipped. Intervals are 95 %, from 2,000 resamples of the users; p values are
    paired and corrected for the number of methods (Holm).

    Methods: fused (what `recommend` serves), each of its retrievers alone, and seed (the method as
    first described). Protocols: seed, a random fifth; rb, a tenth of each user, as in RecBole; loo,
    each user's last; time, all after one moment; llamarec, for ml-latest-small; u1 to u5, rating
    prediction. See docs/evaluation.md.

    \b
    Examples:
      recsys-rag evaluate --data ml-100k --protocol seed
      recsys-rag evaluate --protocol loo --against plain,implicit --report out
      recsys-rag evaluate --part validation --methods fused,ease --json
      recsys-rag evaluate --part validation --method mine:MyRecommender
    """
    from recsys_rag._cli.console import paper, write_json
    from recsys_rag._cli.sources import dataset_of, settings_of
    from recsys_rag.lab.evaluate.division_protocols import protocol as named
    from recsys_rag.lab.evaluate.methods import own_method
    from recsys_rag.lab.evaluate.peers.peer_methods import peers

    report_folder(report)
    if runs is not None and runs.exists() and not runs.is_dir():
        raise click.UsageError(f"--runs {runs} is a file; name a folder")
    if report is not None:
        from recsys_rag.lab.evaluate.report import needs

        needs()  # refuse early what would fail late
        report.mkdir(parents=True, exist_ok=True)
    chosen = source_of(**source)
    settings = settings_of(chosen)
    division = named(protocol)
    if own_methods and division.task != "ranking":
        raise click.UsageError(f"--method ranks, but --protocol {protocol} predicts ratings")
    if runs is not None and division.task != "ranking":
        raise click.UsageError(f"--runs writes lists, but --protocol {protocol} predicts ratings")
    others: list[Method] = [own_method(spec) for spec in own_methods]
    methods = (*methods, *(method.name for method in others)) if methods else ()
    for library in against:
        others += peers(library, protocol)  # refuses a name that is none
    cut = division.test if part == "test" else division.validation
    fold = cut(dataset_of(chosen), relevant_from)
    if division.task == "rating prediction":
        table = _predicted(fold, methods, against, baseline, keeps=not no_cache)
    else:
        table = _ranked(fold, settings, methods, others, baseline, k, keeps=not no_cache, runs=runs)
    if report is not None:
        from recsys_rag.lab.evaluate.report import write

        write(table, report)
    if as_json:
        from recsys_rag.lab.evaluate.results_table import as_mapping

        write_json(as_mapping(table))
        return
    show(paper(), table)
    if report is not None:
        click.echo(f"\nReport: {report / 'report.html'}")


def _ranked(
    fold: "Fold",
    settings: "Settings",
    names: Sequence[str],
    peers: "Sequence[Method]",
    baseline: str | None,
    k: int,
    *,
    keeps: bool,
    runs: Path | None,
) -> "Table":
    from recsys_rag._cli.console import progress
    from recsys_rag.lab.evaluate.harness import run
    from recsys_rag.lab.evaluate.methods import chosen, ours

    known = [*ours(settings), *peers]
    methods = chosen(known, names or [method.name for method in known])
    measured = [method.name for method in methods]
    default = next((name for name in ("plain-ease", "ease") if name in measured), None)
    with progress() as bars:
        return run(
            fold,
            methods,
            k,
            baseline=baseline or default,
            folder=_folder(keeps),
            progress=bars.counting(*_LISTS, apart=True),
            runs=runs,
        )


def _predicted(
    fold: "Fold",
    names: Sequence[str],
    libraries: Sequence[str],
    baseline: str | None,
    *,
    keeps: bool,
) -> "Table":
    from recsys_rag._cli.console import note, progress
    from recsys_rag.lab.evaluate.methods import chosen, our_predictor
    from recsys_rag.lab.evaluate.peers.peer_methods import predicting_peers
    from recsys_rag.lab.evaluate.ratings import run_ratings

    known: list[Predictor] = [our_predictor()]
    for library in libraries:
        peers = predicting_peers(library)
        if not peers:
            note(f"{library} has no method here that predicts ratings; it is left out")
        known += peers
    predictors = chosen(known, names or [predictor.name for predictor in known])
    with progress() as bars:
        return run_ratings(
            fold,
            predictors,
            baseline=baseline,
            folder=_folder(keeps),
            progress=bars.counting(*_LISTS, apart=True),
        )


def _folder(keeps: bool) -> Path | None:
    from recsys_rag import _assets as assets

    return assets.cache_dir() / "evaluated" if keeps else None


# --- the page -------------------------------------------------------------------------------------


def show(page: "Console", table: "Table") -> None:
    """Write a table of ranking or of rating prediction: accuracy, what is beyond it, who is served
    how well, and the passport."""
    from recsys_rag._cli.lines import Row, definitions, sentence
    from recsys_rag._cli.lines import table as write_table
    from recsys_rag.lab.evaluate.shown import tables

    passport = table.passport
    what = f"{passport.data}: {passport.protocol} protocol, {passport.part} part"
    sentence(page, f"{what}, {passport.users:,} users", _HEAD)
    for number, shown in enumerate(tables(table, intervals=False)):
        page.print()
        head = shown.head if number == 0 else [shown.title, *shown.head[1:]]
        rows: list[Row] = [[(cell, _HEAD) for cell in head]]
        for measured, cells in zip(table.rows, shown.rows, strict=True):
            style = _style(table, measured) if number == 0 else ""
            # what is said against the baseline are the last three
            rows.append([(cell, style if n > 3 else "") for n, cell in enumerate(cells)])
        write_table(page, rows, right=frozenset(range(1, len(head))))
    page.print()
    definitions(page, [[(name, _HEAD), (text, "")] for name, text in passport.lines()])


def _style(table: "Table", measured: "Measured") -> str:
    """Return the color of a difference: none where it may be chance."""
    difference = measured.difference
    if difference is None:
        return "dim"
    if not difference.adjusted < _SIGNIFICANT:
        return ""
    is_better = difference.mean < 0 if table.metric == "rmse" else difference.mean > 0
    return "green" if is_better else "red"
