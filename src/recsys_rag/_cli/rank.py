"""`recsys-rag rank`: lists for everybody in a saved recommender, as a table. Writes no text."""

from pathlib import Path

import click

from recsys_rag._cli.engine_options import engine_options
from recsys_rag._cli.options import command, option


@command()
@option(
    "--model", "A recommender saved by `recsys-rag fit`.", metavar="DIR", required=True, type=Path
)
@option("--out", "The Parquet that is written.", metavar="FILE", required=True, type=Path)
@option("-k", "How many items for each.", type=click.IntRange(1), default=10)
@engine_options
def rank(model: Path, out: Path, k: int, engine: str, master: str | None) -> None:
    """Rank for everybody in a saved recommender, into Parquet.

    A row is a user, a rank from 1, an item with its title, and a score. With --engine spark, FILE
    is a folder, and every worker must see DIR at the same path. Lists with reasons are written by
    `recsys-rag recommend --users`.

    \b
    Examples:
      recsys-rag rank --model models/mine --out lists.parquet
      recsys-rag rank --model models/mine --out lists.parquet --engine spark
    """
    from recsys_rag._engine import lists

    if engine == "spark":
        from recsys_rag._engine.spark import session

        lists.write_on_cluster(session(master), model, str(out), k)
    else:
        lists.write_at_home(model, out, k)
    click.echo(f"Lists of {k} for everybody in {model} are in {out}")
