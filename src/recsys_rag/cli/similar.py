"""`recsys-rag similar`: items like one item. Nothing is written about them."""

from typing import Any

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import json_option, model_options, source_of


@click.command()
@click.argument("title")
@click.option("-k", default=10, show_default=True, metavar="N", help="How many items.")
@model_options
@json_option
@debug_option
def similar(title: str, k: int, as_json: bool, **source: Any) -> None:
    """List the items most similar to one item.

    TITLE is a title or an item id; case, accents and articles do not matter, and a year in brackets tells items of one
    title apart.

    \b
    Examples:
      recsys-rag similar "Fargo" -k 10
      recsys-rag similar "Sabrina (1954)" --json
    """
    from recsys_rag.cli.console import write_json
    from recsys_rag.cli.sources import opened
    from recsys_rag.wire import write

    recommender = opened(source_of(**source), writes=False).recommender
    found = recommender.similar(title, k=k)
    if as_json:
        item_id = recommender.dataset.items.id(recommender.dataset.catalog.resolve(title))
        items = [{"rank": rank} | write(candidate) for rank, candidate in enumerate(found, 1)]
        write_json({"item_id": item_id, "title": _name(recommender, title), "items": items})
        return
    from recsys_rag.cli.console import paper
    from recsys_rag.cli.render import listing, sentence

    page = paper()
    sentence(page, f"Most similar to {_name(recommender, title)}", "bold")
    page.print()
    listing(page, enumerate(found, 1), predictions=False)  # there is nobody to predict for


def _name(recommender: Any, title: str) -> str:
    catalog = recommender.dataset.catalog
    return str(catalog.name(catalog.resolve(title)))
