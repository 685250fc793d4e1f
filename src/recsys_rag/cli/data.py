"""`recsys-rag data`: data sets, by name or from files. Lists, brings and describes them; fits
nothing."""

from pathlib import Path

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import json_option


@click.group()
def data() -> None:
    """List, fetch and describe data sets.

    \b
    Examples:
      recsys-rag data list
      recsys-rag data fetch ml-100k
      recsys-rag data info ml-100k
    """


@data.command("list")
@json_option
@debug_option
def list_data(as_json: bool) -> None:
    """List the data sets known by name, and which of them are here.

    \b
    Example:
      recsys-rag data list
    """
    from recsys_rag.cli.inventory import rows_of, show_inventory

    show_inventory(rows_of("data"), as_json=as_json)


@data.command()
@click.argument("name")
@debug_option
def fetch(name: str) -> None:
    """Bring a data set into the cache; a second call does nothing.

    \b
    Example:
      recsys-rag data fetch ml-100k
    """
    from recsys_rag.cli.inventory import fetch_asset

    fetch_asset("data", name)


@data.command()
@click.argument("name_or_path", metavar="NAME|PATH")
@click.option(
    "--metadata",
    type=Path,
    metavar="FILE",
    help="More about the items, as `recsys-rag fit` takes it.",
)
@json_option
@debug_option
def info(name_or_path: str, metadata: Path | None, as_json: bool) -> None:
    """Describe a data set: users, items, ratings, scale, dates, genres, licence, content hash.

    \b
    Example:
      recsys-rag data info ml-100k
    """
    from recsys_rag.cli.console import paper, write_json
    from recsys_rag.cli.datasets import open_data
    from recsys_rag.cli.description import description, lines
    from recsys_rag.cli.flow import definitions

    told = description(open_data(name_or_path, metadata))
    if as_json:
        write_json(told)
    else:
        definitions(paper(), [[(name, "bold"), (text, "")] for name, text in lines(told)])
