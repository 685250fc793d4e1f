"""Where a command computes: here, on top of a saved recommender, or on a Spark cluster."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsys_rag._cli.options import Source, group_of, option
from recsys_rag._cli.table_options import reading

if TYPE_CHECKING:
    from recsys_rag._engine.adding import AddingFitter
    from recsys_rag._engine.spark import SparkFitter
    from recsys_rag.data.dataset import Dataset

engine_options = group_of(
    option(
        "--engine",
        "Where it computes; spark needs the [spark] extra and Java.",
        type=click.Choice(["local", "spark"]),
        default="local",
    ),
    option(
        "--master",
        "The Spark cluster, such as spark://host:7077; without, that of spark-submit.",
        metavar="URL",
    ),
)


def check_fitter(source: Source, base: Path | None, engine: str, tune: float | None) -> None:
    """Refuse what a saved recommender has settled already, and what a cluster does not read."""
    if base is not None:
        stated = {"--tune": tune, "--settings": source.settings, "--preset": source.preset}
        stated |= {"--metadata": source.metadata, "--engine spark": engine == "spark" or None}
        for name, value in stated.items():
            if value is not None:
                raise click.UsageError(
                    f"--from and {name} exclude each other: the settings are those of the saved "
                    "recommender; to change them, fit to all ratings"
                )
    if engine == "spark" and (source.ratings is None or source.metadata is not None):
        raise click.UsageError(
            "--engine spark reads --ratings and --items; name these, without --metadata"
        )


def fitter_of(
    source: Source, base: Path | None, engine: str, master: str | None
) -> "tuple[AddingFitter | SparkFitter | None, Dataset]":
    """Return what fits where it is not done here from nothing, and the ratings that were read.
    Raises as `sources.dataset_of`, ArtifactError, MissingExtraError."""
    from recsys_rag._cli.sources import dataset_of

    if engine == "spark":
        from recsys_rag._engine.spark import SparkFitter

        assert source.ratings is not None
        cluster = SparkFitter.at(master, source.ratings, **reading(source.table))
        return cluster, cluster.dataset
    if base is None:
        return None, dataset_of(source)
    from recsys_rag._engine.adding import AddingFitter

    adding = AddingFitter(base)
    scale = adding.dataset.scale
    if scale is not None and "scale" not in source.table and source.ratings is not None:
        stated = f"{scale.low}:{scale.high}:{scale.step}"
        source = replace(source, table={**source.table, "scale": stated})
    return adding, dataset_of(source)
