"""`recsys-rag enrich`: facts about a catalog's items from elsewhere, written as a table for
--metadata. Fits nothing."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.options import command, json_option, model_options, option, source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from recsys_rag._enrich import Enriched
    from recsys_rag.data.catalog import Catalog

_SERVICES = ("wikidata", "tmdb", "omdb")


@command()
@option(
    "--from",
    "Who is asked; tags reads a tags.csv of MovieLens.",
    "service_name",
    type=click.Choice([*_SERVICES, "tags"]),
    required=True,
)
@option("--out", "The table to write, for --metadata.", type=Path, metavar="FILE", required=True)
@option("--tags", "The tags.csv, for --from tags.", type=Path, metavar="FILE")
@option("--limit", "Ask about the first N items only.", type=click.IntRange(min=1), metavar="N")
@option("--server", "Another address of the service.", metavar="URL")
@model_options
@json_option
def enrich(
    service_name: str,
    out: Path,
    tags: Path | None,
    limit: int | None,
    server: str | None,
    as_json: bool,
    **source: Any,
) -> None:
    """Fill a catalog from Wikidata, TMDB, OMDb or tags.

    Items are joined by IMDb or TMDB id where the data has them (MovieLens' links.csv), else by
    title and year; what fits two is left out and counted. Wikidata needs no key; TMDB and OMDb need
    yours, in TMDB_API_KEY or OMDB_API_KEY. Answers are kept: a run that ends early, also by Ctrl-C,
    goes on where it ended. What your data says itself stays.

    \b
    Examples:
      recsys-rag enrich --from wikidata --data ml-latest-small --out films.csv
      recsys-rag recommend --data ml-latest-small --metadata films.csv --query "by Jane Campion"
      recsys-rag enrich --from tags --tags tags.csv --data ml-latest-small --out tagged.csv
    """
    from recsys_rag._cli.console import note, progress
    from recsys_rag._cli.sources import dataset_or_saved
    from recsys_rag._enrich import from_tags, table_of

    if (service_name == "tags") != (tags is not None):
        raise click.UsageError("--from tags and --tags FILE belong together")
    if not out.parent.is_dir():
        raise click.UsageError(f"--out {out}: there is no folder {out.parent}")
    catalog = dataset_or_saved(source_of(**source)).catalog
    if tags is not None:
        found = from_tags(catalog, tags)
    else:
        with progress() as bars:
            found = _asked(catalog, service_name, limit, server, bars.counting("asking {}"))
    if found.facts:
        part = out.with_name(f".{out.name}.part")
        part.write_text(table_of(found, catalog), encoding="utf-8")
        part.replace(out)
    if as_json:
        from recsys_rag._cli.console import write_json

        write_json({**_account(found), "out": str(out) if found.facts else None})
        return
    told = _account(found)
    click.echo(
        f"{told['items']:,} items with facts ({told['kept']:,} answers of earlier runs), "
        f"{told['unknown']:,} unknown there, {told['doubtful']:,} doubtful and left out"
        + (f", {told['unanswered']:,} without an answer" if told["unanswered"] else "")
    )
    if found.stopped:
        note(f"Stopped: {found.stopped}. What was answered is kept; run it again to go on.")
    if found.facts:
        click.echo(f"Written: {out}; use it with --metadata {out}")


def _asked(
    catalog: "Catalog",
    name: str,
    limit: int | None,
    server: str | None,
    progress: "Callable[[str, int, int], None]",
) -> "Enriched":
    from recsys_rag import _assets as assets
    from recsys_rag._cli.console import note
    from recsys_rag._enrich import from_service, wanted
    from recsys_rag._enrich.asking import Asker
    from recsys_rag._enrich.kept import Kept
    from recsys_rag._enrich.services import RATES, SERVICES

    kind = SERVICES[name]
    key = os.environ.get(kind.key_name, "") if kind.key_name else ""
    if kind.key_name and not key:
        raise click.UsageError(f"--from {name} needs a key of your own: set {kind.key_name}")
    note(f"Terms: {kind.terms}")
    kept = Kept(assets.cache_dir() / "enrich" / f"{name}.jsonl")
    asker = Asker(RATES[name])
    service = kind(asker, key, server) if server else kind(asker, key)
    try:
        return from_service(wanted(catalog)[:limit], service, kept, progress)
    finally:
        kept.close()


def _account(found: "Enriched") -> dict[str, Any]:
    return {
        "items": len(found.facts),
        "kept": found.n_kept,
        "unknown": found.n_unknown,
        "doubtful": found.n_doubtful,
        "unanswered": found.n_unanswered,
        "stopped": found.stopped or None,
    }
