"""`recsys-rag tune`: choose settings on the validation part of the data. Fits nothing that is kept,
and sees no test part."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.options import command, data_options, json_option, option, source_of

if TYPE_CHECKING:
    from recsys_rag.data.dataset import Dataset
    from recsys_rag.lab.evaluate.tuning import Tuned
    from recsys_rag.settings import Settings


@command()
@data_options
@option(
    "--protocol",
    "How validation data is set apart: seed, rb, loo, time or llamarec.",
    metavar="NAME",
    default="seed",
)
@option(
    "--trials",
    "Trials for each retriever, and for the weights of each length of history.",
    type=click.IntRange(1),
    default=40,
)
@option(
    "--seconds",
    "Stop after about this long, with the best so far.",
    metavar="N",
    type=click.FloatRange(1),
)
@option("--seed", "Seed of the search.", type=click.IntRange(0), default=0)
@option("--study", "Where the search is kept; the same DIR continues it.", metavar="DIR", type=Path)
@option("--out", "Where the settings are written, for --settings.", metavar="FILE", type=Path)
@json_option
def tune(
    protocol: str,
    trials: int,
    seconds: float | None,
    seed: int,
    study: Path | None,
    out: Path | None,
    as_json: bool,
    **source: Any,
) -> None:
    """Choose settings and fusion weights on validation data.

    Each retriever is tuned alone, by NDCG@10, then the weights that fuse them, for people with no
    rating, 1-5, 6-20, 21-100 and more. The given settings are tried first, so that the outcome is
    never below them on this data. Their diversity stays where it costs nothing; otherwise it is set
    to 0. The test part of the protocol is not looked at: measure the outcome with
    `recsys-rag evaluate --settings FILE`.

    Needs the [tune] extra.

    \b
    Examples:
      recsys-rag tune --seconds 300 --out tuned.toml
      recsys-rag tune --protocol loo --study studies/loo --out loo.toml
      recsys-rag tune --ratings plays.csv --implicit --out plays.toml
    """
    chosen = source_of(**source)
    from recsys_rag._cli.console import write_json
    from recsys_rag._cli.sources import dataset_of, settings_of

    outcome = tuned(
        dataset_of(chosen),
        settings_of(chosen),
        protocol=protocol,
        trials=trials,
        seconds=seconds,
        seed=seed,
        study=study,
    )
    text = outcome.toml()
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if as_json:
        passports = [passport.key for passport in outcome.passports]
        changes = dict(outcome.changes)
        write_json({"ndcg_at_10": dict(outcome.ndcg), "changes": changes, "passports": passports})
        return
    click.echo(text, nl=False)
    if out is not None:
        click.echo(
            f"\nWritten to {out}. Try: recsys-rag evaluate --protocol {protocol} --settings {out}",
            err=True,
        )


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
    """Return what was chosen on the validation part, with bars on a terminal; also for
    `fit --tune`. Raises EvaluationError, DataError, MissingExtraError."""
    if settings.preset != "default":
        raise click.UsageError(
            f"--preset {settings.preset} is a method as published; there is nothing to tune in it"
        )
    from recsys_rag._cli.console import progress
    from recsys_rag.lab.evaluate.division_protocols import protocol as named
    from recsys_rag.lab.evaluate.tuning import tune as search

    with progress() as bars:
        return search(
            named(protocol).validations(dataset),
            settings,
            trials=trials,
            seconds=seconds,
            folder=study,
            seed=seed,
            progress=bars.counting("tuning {}", "{done} of {total} trials"),
        )
