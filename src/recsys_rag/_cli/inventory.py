"""What `data` and `lm` have in common: list the assets of a kind, and fetch one."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import click

from recsys_rag._cli.captions import joined
from recsys_rag._cli.console import note, paper, plain, size, write_json
from recsys_rag._cli.lines import definitions
from recsys_rag._cli.options import json_option
from recsys_rag._cli.sources import bring

Kind = Literal["data", "model"]
# (name, what it is, what it needs) of what is no asset
Others: TypeAlias = Sequence[tuple[str, str, str]]


def add_commands(
    to: click.Group, kind: Kind, listing: str, fetching: str, example: str, others: Others = ()
) -> None:
    """Give a group `list` and `fetch` for a kind of assets, with these sentences as their help."""

    @to.command("list", help=f"{listing}\n\n\b\nExample:\n  recsys-rag {to.name} list")
    @json_option
    def _list(as_json: bool) -> None:
        _show(kind, others, as_json)

    @to.command("fetch", help=f"{fetching}\n\n\b\nExample:\n  recsys-rag {to.name} fetch {example}")
    @click.argument("name")
    def _fetch(name: str) -> None:
        _bring(kind, name)


def _show(kind: Kind, others: Others, as_json: bool) -> None:
    """Print the assets of a kind, as a table or as JSON, and where each lies if it is here."""
    from recsys_rag import _assets as assets

    here = {asset.name: assets.available(asset.name) for asset in assets.registered(kind)}
    if as_json:
        rows = [
            {
                "name": asset.name,
                "title": asset.title,
                "size_bytes": asset.size,
                "licence": asset.licence,
                "terms": asset.terms,
                "sources": [source.label for source in asset.sources],
                "path": str(here[asset.name]) if here[asset.name] else None,
            }
            for asset in assets.registered(kind)
        ]
        more = [{"name": name, "title": title, "needs": needs} for name, title, needs in others]
        write_json([*rows, *more])
        return
    lines = [
        [
            (asset.name, "bold"),
            ("here", "green") if here[asset.name] else ("not here", "yellow"),
            (size(asset.size), "dim"),
            (asset.title, ""),
        ]
        for asset in assets.registered(kind)
    ]
    lines += [
        [(name, "bold"), ("", ""), ("", ""), (f"{title} ({needs})", "")]
        for name, title, needs in others
    ]
    definitions(paper(), lines)


def _bring(kind: Kind, name: str) -> None:
    """Bring an asset of a kind and say where it lies. Raises UsageError for an unknown name,
    AssetError."""
    from recsys_rag import _assets as assets

    known = [asset.name for asset in assets.registered(kind)]
    if name not in known:
        noun = "data set" if kind == "data" else kind
        raise click.UsageError(f"there is no {noun} {name!r}; there are {joined(known)}")
    was_here = assets.available(name) is not None
    folder = bring(name)
    note(plain(f"{name} {'was already here' if was_here else 'is here now'}:"))
    click.echo(folder)
