"""`recsys-rag fit`: learn from ratings and save what was learned, for --model. Recommends nothing."""

from pathlib import Path
from typing import Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import data_options, json_option, source_of, table_options


@click.command()
@data_options
@table_options
@click.option(
    "--out", required=True, type=Path, metavar="DIR", help="Where the recommender is saved."
)
@click.option("--force", is_flag=True, help="Replace a recommender that is there.")
@click.option(
    "--tune",
    type=click.FloatRange(1),
    metavar="SECONDS",
    help="First choose the settings on validation data, for about so long (needs the [tune] extra).",
)
@json_option
@debug_option
def fit(
    ratings: Path | None,
    out: Path,
    force: bool,
    tune: float | None,
    as_json: bool,
    data: str | None,
    metadata: Path | None,
    settings: Path | None,
    preset: str | None,
    **table: Any,
) -> None:
    """Fit a recommender to ratings and save it.

    The ratings are a data set known by name, the files of one (--data), or any table of yours (--ratings): CSV, TSV or
    Parquet, also as .gz or .zst. Name your columns where they are not called user, item, rating and so on. A table of items
    alone (--items) is enough to be asked in words.

    What is saved holds the data itself; `recsys-rag recommend --model DIR` needs nothing else. It is written beside DIR
    and renamed, so that DIR is either whole or not there.

    \b
    Examples:
      recsys-rag fit --data ml-100k --out models/ml-100k
      recsys-rag fit --ratings r.csv --items i.csv --out models/mine
      recsys-rag fit --ratings plays.parquet --user-column listener --implicit --out models/plays
    """
    if tune is not None and preset == "seed":
        raise click.UsageError(
            "--preset seed is the method as it was first described; there is nothing to tune in it"
        )
    if not force and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise click.UsageError(
            f"{out} is there already; give --force to replace it, or another --out"
        )
    from recsys_rag.cli.saving import fitted

    recommender = fitted(
        source_of(data=data, metadata=metadata, settings=settings, preset=preset),
        ratings,
        table,
        out,
        tune,
    )
    dataset = recommender.dataset
    about = {
        "model": str(out),
        "name": dataset.name,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "ratings": dataset.n_ratings,
        "content_hash": dataset.content_hash,
    }
    if as_json:
        from recsys_rag.cli.console import write_json

        write_json(about)
        return
    told = (
        f"{dataset.n_ratings:,} ratings of {dataset.n_users:,} users for {dataset.n_items:,} items"
    )
    click.echo(f"Fitted {told}; saved in {out}")
    whom = f"--user {dataset.users.id(0)}" if dataset.n_users else '--query "WORDS"'
    click.echo(f"Try: recsys-rag recommend --model {out} {whom}")
