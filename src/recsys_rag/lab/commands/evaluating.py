"""From the options of `evaluate` to a table and a report: opens the data, chooses the methods,
shows bars. Shows no figure."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recsys_rag.cli.console import note, progress
from recsys_rag.cli.options import Source

if TYPE_CHECKING:
    from recsys_rag.lab.evaluate.fold import Fold
    from recsys_rag.lab.evaluate.methods import Method, Predictor
    from recsys_rag.lab.evaluate.table import Table
    from recsys_rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be measured, as the options say it."""

    protocol: str
    part: str
    k: int
    methods: tuple[str, ...]
    against: tuple[str, ...]
    baseline: str | None
    relevant_from: float | None
    keeps: bool


def measured(asked: Request, source: Source, report: Path | None) -> "Table":
    """Return the table that was asked for, and write the report, if there is to be one.

    Raises EvaluationError, DataError, SettingsError, AssetError, MissingExtraError; OSError for the
    report.
    """
    from recsys_rag.cli.datasets import open_data
    from recsys_rag.cli.sources import settings_of
    from recsys_rag.lab.evaluate.protocols import protocol

    if report is not None:
        from recsys_rag.lab.evaluate.report import needs

        needs()  # refuse early what would fail late
        report.mkdir(parents=True, exist_ok=True)
    settings = settings_of(source)
    _check_peers(asked)
    dataset = open_data(source.data_or_default, source.metadata)
    by = protocol(asked.protocol)
    fold = (by.test if asked.part == "test" else by.validation)(dataset, asked.relevant_from)
    if by.task == "rating prediction":
        table = _ratings(asked, fold)
    else:
        table = _ranking(asked, fold, settings)
    if report is not None:
        from recsys_rag.lab.evaluate.report import write

        write(table, report)
    return table


def _check_peers(asked: Request) -> None:
    from recsys_rag.lab.evaluate.peers.known import peers

    for library in asked.against:
        peers(library, asked.protocol)


def _ranking(asked: Request, fold: "Fold", settings: "Settings") -> "Table":
    from recsys_rag.lab.evaluate.harness import run
    from recsys_rag.lab.evaluate.methods import chosen, ours
    from recsys_rag.lab.evaluate.peers.known import peers

    methods: list[Method] = [*ours(settings)]
    for library in asked.against:
        methods += peers(library, asked.protocol)
    methods = [*chosen(methods, asked.methods or [one.name for one in methods])]
    names = [one.name for one in methods]
    baseline = asked.baseline or next((one for one in ("plain-ease", "ease") if one in names), None)
    with progress() as bars:
        return run(
            fold,
            methods,
            asked.k,
            baseline=baseline,
            folder=_folder(asked.keeps),
            progress=bars.measured,
        )


def _ratings(asked: Request, fold: "Fold") -> "Table":
    from recsys_rag.lab.evaluate.methods import chosen_predictors, our_predictor
    from recsys_rag.lab.evaluate.peers.known import predicting_peers
    from recsys_rag.lab.evaluate.ratings import run_ratings

    predictors: list[Predictor] = [our_predictor()]
    for library in asked.against:
        found = predicting_peers(library)
        if not found:
            note(f"{library} has no method here that predicts ratings; it is left out")
        predictors += found
    predictors = [*chosen_predictors(predictors, asked.methods or [one.name for one in predictors])]
    with progress() as bars:
        return run_ratings(
            fold,
            predictors,
            baseline=asked.baseline,
            folder=_folder(asked.keeps),
            progress=bars.measured,
        )


def _folder(keeps: bool) -> Path | None:
    from recsys_rag import assets

    return assets.cache_dir() / "evaluated" if keeps else None
