"""Assets as lists and lines: what `data list`, `lm list` and both `fetch` have in common."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import click

from recsys_rag.cli.bring import bring
from recsys_rag.cli.console import note, paper, plain, write_json
from recsys_rag.cli.flow import definitions
from recsys_rag.cli.phrases import joined, size

if TYPE_CHECKING:
    from recsys_rag.assets.asset import Asset

Kind = Literal["data", "model"]


def rows_of(kind: Kind) -> list[dict[str, Any]]:
    """Return what is known of each asset of a kind, and where it lies if it is here."""
    from recsys_rag import assets

    return [_row(asset) for asset in assets.registered(kind)]


def _row(asset: "Asset") -> dict[str, Any]:
    from recsys_rag import assets

    here = assets.available(asset.name)
    return {
        "name": asset.name,
        "title": asset.title,
        "size_bytes": asset.size,
        "licence": asset.licence,
        "terms": asset.terms,
        "sources": [source.label for source in asset.sources],
        "path": str(here) if here else None,
    }


def show_inventory(
    rows: Sequence[dict[str, Any]], others: Sequence[tuple[str, str, str]] = (), *, as_json: bool
) -> None:
    """Print assets as a table or as JSON; `others` are names that are no assets, with what they are
    and need."""
    if as_json:
        write_json(
            [
                *rows,
                *({"name": name, "title": title, "needs": needs} for name, title, needs in others),
            ]
        )
        return
    lines = [
        [
            (row["name"], "bold"),
            ("here" if row["path"] else "not here", "green" if row["path"] else "yellow"),
            (size(row["size_bytes"]), "dim"),
            (row["title"], ""),
        ]
        for row in rows
    ]
    lines += [
        [(name, "bold"), ("", ""), ("", ""), (f"{title} ({needs})", "")]
        for name, title, needs in others
    ]
    definitions(paper(), lines)


def fetch_asset(kind: Kind, name: str) -> None:
    """Bring an asset of a kind by name and say where it lies. Raises UsageError for a name that is
    none, AssetError."""
    from recsys_rag import assets

    known = [asset.name for asset in assets.registered(kind)]
    if name not in known:
        raise click.UsageError(
            f"there is no {'data set' if kind == 'data' else kind} {name!r}; there are {joined(known)}"
        )
    was_here = assets.available(name) is not None
    folder = bring(name)
    note(plain(f"{name} {'was here already' if was_here else 'is here now'}:"))
    click.echo(folder)
