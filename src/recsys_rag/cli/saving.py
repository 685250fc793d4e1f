"""Fits a recommender for `fit` and saves it, refusing early what would fail late."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag.cli.bring import bring
from recsys_rag.cli.console import progress
from recsys_rag.cli.options import Source
from recsys_rag.cli.sources import settings_of

if TYPE_CHECKING:
    from recsys_rag import Recommender
    from recsys_rag.data.dataset import Dataset


def fitted(
    source: Source,
    ratings: Path | None,
    table: Mapping[str, Any],
    out: Path,
    tune_seconds: float | None = None,
) -> "Recommender":
    """Fit to the person's own table, or to the source's data, save to `out`, and return the
    recommender.

    `tune_seconds` first chooses settings on validation data for about so long. Raises DataError,
    SettingsError, AssetError, ArtifactError, EvaluationError, MissingExtraError; OSError when `out`
    cannot be written.
    """
    from recsys_rag import store
    from recsys_rag.recommender import Recommender
    from recsys_rag.settings import with_changes

    settings = settings_of(source)
    store.check_target(out)
    dataset = dataset_of(source, ratings, table)
    if settings.preset != "seed" and settings.retrieve.encoder != "none":
        bring(settings.retrieve.encoder)  # what is saved is whole, or is not saved
    if tune_seconds is not None:
        from recsys_rag.lab.commands.tuning import tuned

        settings = with_changes(settings, tuned(dataset, settings, seconds=tune_seconds).changes)
    with progress() as bars:
        recommender = Recommender(settings).fit(dataset, progress=bars.steps)
    recommender.save(out)
    return recommender


def dataset_of(source: Source, ratings: Path | None, table: Mapping[str, Any]) -> "Dataset":
    """Return the data of the person's own table, or of the source. Raises DataError, AssetError,
    UsageError."""
    from recsys_rag.cli.datasets import open_data, open_tables

    if ratings is not None and source.data is not None:
        raise click.UsageError(
            "--ratings and --data exclude each other: both say what to learn from"
        )
    if ratings is not None or (table.get("items") and source.data is None):
        return open_tables(ratings, reading(table), source.metadata)
    stray = next((name for name, value in table.items() if value), None)
    if stray:
        raise click.UsageError(
            f"--{stray.replace('_', '-')} describes your own table; give --ratings FILE with it"
        )
    return open_data(source.data_or_default, source.metadata)


def reading(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of `fit` about tables as `readers.tables.read` takes them; what was not given is left out.

    >>> reading({"user_column": "u", "item_column": None, "implicit": True, "scale": "1:10", "separator": "\\\\t"})
    {'user_column': 'u', 'rating_column': None, 'scale': (1.0, 10.0, 1.0), 'separator': '\\t'}
    """
    given = {key: value for key, value in table.items() if value not in (None, False)}
    options: dict[str, Any] = {}
    for key, value in given.items():
        if key == "implicit":
            options["rating_column"] = None
        elif key == "scale":
            options[key] = _scale(value)
        elif key == "separator":
            options[key] = value.replace("\\t", "\t")
        else:
            options[key] = value
    return options


def _scale(text: str) -> tuple[float, float, float]:
    """Read "LOW:HIGH[:STEP]". Raises UsageError."""
    try:
        numbers = [float(part) for part in text.split(":")]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3):
        raise click.UsageError(
            f"--scale {text!r} is not of the form LOW:HIGH or LOW:HIGH:STEP, such as 0.5:5:0.5"
        )
    return numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else 1.0

