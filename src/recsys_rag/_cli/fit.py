"""`recsys-rag fit`: learns from ratings and saves what was learned, for --model. Recommends
nothing."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.engine_options import check_fitter, engine_options, fitter_of
from recsys_rag._cli.failures import in_options
from recsys_rag._cli.options import command, data_options, json_option, option, source_of

if TYPE_CHECKING:
    from recsys_rag.data.dataset import Dataset


@command()
@data_options
@option("--out", "Where the recommender is saved.", metavar="DIR", required=True, type=Path)
@option("--force", "Replace a recommender that is already there.", is_flag=True)
@option(
    "--from",
    "Add the ratings to those of this saved recommender, with its settings.",
    "base",
    metavar="DIR",
    type=Path,
)
@engine_options
@option(
    "--tune",
    "First choose settings on validation data for about this long (needs the [tune] extra).",
    metavar="SECONDS",
    type=click.FloatRange(1),
)
@json_option
def fit(
    out: Path,
    force: bool,
    base: Path | None,
    engine: str,
    master: str | None,
    tune: float | None,
    as_json: bool,
    **source: Any,
) -> None:
    """Fit a recommender to ratings and save it.

    The ratings are a data set known by name, the files of one (--data), or any table of yours
    (--ratings): text with any separator, JSON, Parquet or a workbook, also compressed. Name your
    columns where they are not called user, item, rating and so on. A table of items alone (--items)
    is enough to be asked in words. What was inferred is printed; docs/own-data.md says more.

    What is saved contains the data itself; `recsys-rag recommend --model DIR` needs nothing else.
    It is written beside DIR and renamed, so that DIR is either complete or not there.

    \b
    Examples:
      recsys-rag fit --data ml-100k --out models/ml-100k
      recsys-rag fit --ratings r.csv --items i.csv --out models/mine
      recsys-rag fit --ratings plays.parquet --user-column listener --implicit --out models/plays
      recsys-rag fit --from models/mine --ratings today.csv --out models/mine --force
    """
    chosen = source_of(**source)
    _check_out(out, force)
    check_fitter(chosen, base, engine, tune)
    from recsys_rag import _fitting as fitting
    from recsys_rag import _store as store
    from recsys_rag._cli.console import progress, write_json
    from recsys_rag._cli.sources import bring, settings_of
    from recsys_rag._engine.adding import AddingFitter
    from recsys_rag.recommender import Recommender
    from recsys_rag.settings import with_changes

    settings = settings_of(chosen)
    store.check_target(out)
    fitter, dataset = fitter_of(chosen, base, engine, master)
    settings = fitter.settings if isinstance(fitter, AddingFitter) else settings
    if settings.retrieve.encoder != "none":
        bring(settings.retrieve.encoder)  # what is saved is complete, or is not saved
    if tune is not None:
        # found by name: the product imports nothing of the laboratory
        laboratory = import_module("recsys_rag.lab.commands.tune")
        tuned = laboratory.tuned(dataset, settings, seconds=tune)
        settings = with_changes(settings, tuned.changes)
    with progress() as bars:
        recommender = Recommender(settings).fit(
            dataset, progress=bars.counting("fitting {}"), fitter=fitter
        )
    fitting.save(recommender.fitted, out, fitter.kept() if fitter else {})
    dataset, scale = recommender.dataset, recommender.dataset.scale
    if as_json:
        about = {
            "model": str(out),
            "name": dataset.name,
            "users": dataset.n_users,
            "items": dataset.n_items,
            "ratings": dataset.n_ratings,
            "content_hash": dataset.content_hash,
            "scale": scale and [scale.low, scale.high, scale.step],
            "reading": dict(dataset.reading),
            "choice": {
                "changes": dict(recommender.fitted.choice.changes),
                "account": list(recommender.fitted.choice.account),
            },
        }
        write_json(about)
        return
    click.echo(
        f"Fitted {dataset.n_ratings:,} ratings of {dataset.n_users:,} users "
        f"for {dataset.n_items:,} items; saved in {out}"
    )
    for name, text in _inferred(dataset):
        click.echo(f"  {name}: {in_options(' '.join(text.split()))}")
    for line in recommender.fitted.choice.account:
        click.echo(f"  chosen: {line}")
    person = f"--user {dataset.users.id(0)}" if dataset.n_users else '--query "WORDS"'
    click.echo(f"Try: recsys-rag recommend --model {out} {person}")


def _inferred(dataset: "Dataset") -> list[tuple[str, str]]:
    """Return what the readers inferred of a person's own tables, and which films have notes, as
    (name, text) lines."""
    from recsys_rag._cli.data import reading_lines

    scale, lines = dataset.scale, reading_lines(dataset.reading)
    if not dataset.n_ratings or not {"ratings", "items"} & dataset.reading.keys():
        return lines
    graded = (
        "none: likes without ratings"
        if scale is None
        else (
            f"{scale.low:g} to {scale.high:g} in steps of {scale.step:g}, liked from "
            f"{scale.liked:g}; state another by scale=(low, high, step)"
        )
    )
    return [("scale", graded), *lines]


def _check_out(out: Path, force: bool) -> None:
    """Refuse a folder that is taken, before time is spent on fitting."""
    if not force and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise click.UsageError(
            f"{out} already exists; give --force to replace it, or another --out"
        )
