"""`recsys-rag tune`: choose settings on the validation part of the data. Fits nothing that is kept,
and sees no test part."""

from pathlib import Path
from typing import Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import data_options, json_option, source_of, table_options


@click.command()
@data_options
@table_options
@click.option(
    "--protocol",
    default="seed",
    show_default=True,
    metavar="NAME",
    help="How validation data is set apart: seed, rb, loo, time or llamarec.",
)
@click.option(
    "--trials",
    type=click.IntRange(1),
    default=40,
    show_default=True,
    help="Trials for each retriever, and for the weights of each length of history.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    metavar="N",
    help="Stop after about so long, with the best so far.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the search."
)
@click.option(
    "--study",
    type=Path,
    metavar="DIR",
    help="Where the search is kept; the same DIR goes on with it.",
)
@click.option(
    "--out", type=Path, metavar="FILE", help="Where the settings are written, for --settings."
)
@json_option
@debug_option
def tune(
    ratings: Path | None,
    protocol: str,
    trials: int,
    seconds: float | None,
    seed: int,
    study: Path | None,
    out: Path | None,
    as_json: bool,
    data: str | None,
    metadata: Path | None,
    settings: Path | None,
    preset: str | None,
    **table: Any,
) -> None:
    """Choose settings and fusion weights on validation data.

    Each retriever is tuned alone, by NDCG@10, then the weights with which they are joined, for people with no rating, 1-5, 6-20,
    21-100 and more. The settings that are given are tried first, so that the outcome is not below them on this data. Their
    diversity stays where it costs nothing, else it is set to 0. The test part of the protocol is not looked at: measure the
    outcome with `recsys-rag evaluate --settings FILE`.

    Needs the [tune] extra.

    \b
    Examples:
      recsys-rag tune --seconds 300 --out tuned.toml
      recsys-rag tune --protocol loo --study studies/loo --out loo.toml
      recsys-rag tune --ratings plays.csv --implicit --out plays.toml
    """
    if preset == "seed":
        raise click.UsageError(
            "--preset seed is the method as it was first described; there is nothing to tune in it"
        )
    from recsys_rag.cli.saving import dataset_of
    from recsys_rag.cli.sources import settings_of
    from recsys_rag.lab.commands.tuning import tuned

    source = source_of(data=data, metadata=metadata, settings=settings, preset=preset)
    chosen = tuned(
        dataset_of(source, ratings, table),
        settings_of(source),
        protocol=protocol,
        trials=trials,
        seconds=seconds,
        seed=seed,
        study=study,
    )
    text = chosen.toml()
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if as_json:
        from recsys_rag.cli.console import write_json

        write_json(
            {
                "ndcg_at_10": dict(chosen.ndcg),
                "changes": dict(chosen.changes),
                "passports": [one.key for one in chosen.passports],
            }
        )
        return
    click.echo(text, nl=False)
    if out is not None:
        click.echo(
            f"\nWritten to {out}. Try: recsys-rag evaluate --protocol {protocol} --settings {out}",
            err=True,
        )
