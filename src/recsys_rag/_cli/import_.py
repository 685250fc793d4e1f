"""`recsys-rag import`: what an export of another site says, in the terms of the data. Recommends
nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.history_options import imported, reading_options
from recsys_rag._cli.options import command, json_option, model_options, option, source_of

if TYPE_CHECKING:
    from rich.console import Console

    from recsys_rag.imports import Imported, Match

_SHOWN = 10


@command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=Path)
@option("--out", "Write all entries there, as a table for --history.", type=Path, metavar="FILE")
@reading_options
@model_options
@json_option
def import_(
    files: tuple[Path, ...],
    out: Path | None,
    viewer: str | None,
    history_scale: str | None,
    as_json: bool,
    **source: Any,
) -> None:
    """Bring a history from Letterboxd, IMDb, Trakt or another site.

    FILE is what the site gave: a zip of Letterboxd or Trakt, tables of IMDb, TMDB, Goodreads,
    StoryGraph or Netflix, MyAnimeList's XML, plays of Spotify, Steam, Plex or Jellyfin, or a table
    with title, year and rating; also its unpacked folder. Every row is told: found, ambiguous,
    unknown, or left out and why. Columns about the person are not read.

    \b
    Examples:
      recsys-rag import letterboxd-me-2025-09-01-utc.zip
      recsys-rag import ratings.csv watchlist.csv --data ml-100k --out history.csv
      recsys-rag recommend --history history.csv --watchlist
    """
    from recsys_rag._cli.sources import dataset_or_saved

    dataset = dataset_or_saved(source_of(**source))
    answer = imported(files, viewer, history_scale, dataset)
    if out is not None:
        out.write_text(answer.csv(), encoding="utf-8")
    if as_json:
        from recsys_rag._cli.console import write_json

        write_json(answer.document())
        return
    from recsys_rag._cli.console import paper

    noun = dataset.catalog.noun
    _show(paper(), answer, noun, dataset.catalog.name, dataset.items.index)
    if out is not None:
        paper().print(f"\nWritten: {out}")


def _show(page: "Console", answer: "Imported", noun: str, name: Any, index: Any) -> None:
    from recsys_rag._cli.lines import sentence, table

    export = answer.export
    sentence(page, f"{export.format}: {export.n_rows:,} rows in {_files(export.files)}", "bold")
    for file, why in export.files_not_read.items():
        sentence(page, f"not read: {file} ({why})")
    for note in export.notes:
        sentence(page, f"note: {note}")
    page.print()
    rows: list[tuple[str, ...]] = [("", "found", "ambiguous", "unknown")]
    for kind, counts in answer.counts().items():
        rows.append((kind, *(f"{counts[name]:,}" for name in ("matched", "ambiguous", "unknown"))))
    table(page, [[(cell, "") for cell in row] for row in rows], right=frozenset({1, 2, 3}))
    page.print()
    sentence(
        page,
        f"In the terms of this data: {len(answer.history):,} {noun}s with a rating, "
        f"{len(answer.likes):,} liked without one, "
        f"{len(answer.seen):,} seen, {len(answer.wanting):,} on the watchlist and not seen.",
    )
    several = {match.entry.title: match for match in answer.ambiguous}
    if several:
        page.print()
        sentence(page, "Ambiguous, left out:", "bold")
        for title, match in list(several.items())[:_SHOWN]:
            meant = ", ".join(name(index(item)) for item in match.candidates)
            sentence(page, f"{title}: {meant}")
        _more(page, len(several))
    if answer.unknown:
        page.print()
        sentence(page, "Unknown here:", "bold")
        titles = dict.fromkeys(_line(match) for match in answer.unknown)
        for line in list(titles)[:_SHOWN]:
            sentence(page, line)
        _more(page, len(titles))
    if export.skipped:
        page.print()
        sentence(page, "Rows left out:", "bold")
        reasons: dict[str, list[str]] = {}
        for row in export.skipped:
            reasons.setdefault(row.reason, []).append(row.where)
        for reason, places in reasons.items():
            sentence(page, f"{len(places):,} {reason} (first: {places[0]})")


def _files(files: tuple[str, ...]) -> str:
    return files[0] if len(files) == 1 else f"{len(files)} files"


def _line(match: "Match") -> str:
    year = f" ({match.entry.year})" if match.entry.year else ""
    return f"{match.entry.title}{year}: {match.how}"


def _more(page: "Console", n: int) -> None:
    if n > _SHOWN:
        page.print(f"... and {n - _SHOWN:,} more; all of them: --json")
