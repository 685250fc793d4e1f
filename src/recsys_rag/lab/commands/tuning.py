"""Runs the search for `tune` and for `fit --tune`, with bars on a terminal. Writes no file and
prints no result."""

from pathlib import Path
from typing import TYPE_CHECKING

from recsys_rag.cli.console import progress

if TYPE_CHECKING:
    from recsys_rag.data.dataset import Dataset
    from recsys_rag.lab.evaluate.tuning import Tuned
    from recsys_rag.settings import Settings


def tuned(
    dataset: "Dataset",
    settings: "Settings",
    *,
    protocol: str = "seed",
    trials: int = 40,
    seconds: float | None = None,
    seed: int = 0,
    study: Path | None = None,
) -> "Tuned":
    """Return what was chosen on the validation part. Raises EvaluationError, DataError,
    MissingExtraError."""
    from recsys_rag.lab.evaluate.protocols import protocol as named
    from recsys_rag.lab.evaluate.tuning import tune

    with progress() as bars:
        return tune(
            named(protocol).validations(dataset),
            settings,
            trials=trials,
            seconds=seconds,
            folder=study,
            seed=seed,
            progress=bars.trials,
        )
