"""`recsys-rag similar`: items like one item. Nothing is written about them."""

from typing import Any

import click

from recsys_rag._cli.options import command, json_option, model_options, option, source_of


@command()
@click.argument("title")
@option("-k", "How many items.", default=10, metavar="N")
@model_options
@json_option
def similar(title: str, k: int, as_json: bool, **source: Any) -> None:
    """List the items most similar to one item.

    TITLE is a title or an item id. Case, accents and articles do not matter; a year in brackets
    tells items of the same title apart.

    \b
    Examples:
      recsys-rag similar "Fargo" -k 10
      recsys-rag similar "Sabrina (1954)" --json
    """
    from recsys_rag._cli.sources import opened

    recommender = opened(source_of(**source), writes=False).recommender
    similar_items = recommender.similar(title, k=k)
    catalog = recommender.dataset.catalog
    item = catalog.resolve(title)
    if as_json:
        from recsys_rag._cli.console import write_json
        from recsys_rag.wire import write

        items = [
            {"rank": rank} | write(candidate) for rank, candidate in enumerate(similar_items, 1)
        ]
        item_id, name = recommender.dataset.items.id(item), catalog.name(item)
        write_json({"item_id": item_id, "title": name, "items": items})
        return
    from recsys_rag._cli.console import paper
    from recsys_rag._cli.lines import sentence
    from recsys_rag._cli.render import listing

    page = paper()
    sentence(page, f"Most similar to {catalog.name(item)}", "bold")
    page.print()
    listing(page, enumerate(similar_items, 1), predictions=False)  # there is nobody to predict for
