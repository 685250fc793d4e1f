"""`recsys-rag cache`: what is kept on disk between calls, and how to make room. Fetches and fits
nothing."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from recsys_rag._cli.console import paper, size, write_json
from recsys_rag._cli.lines import Row, definitions, sentence, table
from recsys_rag._cli.options import group, json_option, option

# folder -> what is in it; all of it can be made again
_MADE = {
    "fitted": "fitted recommender",
    "evaluated": "figures of `evaluate`",
    "merged": "model merged with its adapter",
}


@dataclass(frozen=True, slots=True)
class _Kept:
    """One thing in the cache. An asset was fetched; the others were made here."""

    kind: str
    name: str
    size_bytes: int
    path: str


@group
def cache() -> None:
    """List what is kept between calls, and make room.

    \b
    Examples:
      recsys-rag cache list
      recsys-rag cache clear
    """


@cache.command("list")
@json_option
def _list_cache(as_json: bool) -> None:
    """List what the cache holds, where, and how large it is.

    \b
    Example:
      recsys-rag cache list
    """
    from recsys_rag import _assets as assets

    folder = assets.cache_dir()
    kept = list(_contents(folder))
    total = sum(entry.size_bytes for entry in kept)
    if as_json:
        entries = [asdict(entry) for entry in kept]
        write_json({"path": str(folder), "size_bytes": total, "kept": entries})
        return
    page = paper()
    sentence(page, f"{folder}: {size(total) if kept else 'nothing is kept there'}", "bold")
    rows: list[Row] = [
        [(entry.name, "bold"), (size(entry.size_bytes), ""), (entry.kind, "dim")] for entry in kept
    ]
    if rows:
        page.print()
        table(page, rows, right=frozenset({1}))


@cache.command("clear")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@option(
    "--all",
    "Also remove data sets and models, which would be fetched again.",
    "everything",
    is_flag=True,
)
@json_option
def _clear(names: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Remove what can be made again: fitted recommenders, figures, merged models.

    NAME is one that `recsys-rag cache list` shows; then only that is removed, whatever it is.

    \b
    Examples:
      recsys-rag cache clear
      recsys-rag cache clear smollm2
      recsys-rag cache clear --all
    """
    from recsys_rag import _assets as assets

    if names and everything:
        raise click.UsageError("names and --all exclude each other; give one of them")
    kept = list(_contents(assets.cache_dir()))
    unknown = next((name for name in names if name not in {entry.name for entry in kept}), None)
    if unknown is not None:
        raise click.UsageError(
            f"nothing in the cache is called {unknown!r}; see `recsys-rag cache list`"
        )
    removed = [
        entry
        for entry in kept
        if everything or (entry.name in names if names else entry.kind != "asset")
    ]
    for entry in removed:
        _remove(Path(entry.path))
    total = sum(entry.size_bytes for entry in removed)
    if as_json:
        write_json({"size_bytes": total, "removed": [asdict(entry) for entry in removed]})
        return
    page = paper()
    definitions(page, [[("removed", "dim"), (entry.name, "")] for entry in removed])
    sentence(page, f"{size(total)} freed." if removed else "There was nothing to remove.", "bold")


def _contents(folder: Path) -> Iterator[_Kept]:
    """Yield what the cache folder holds: assets by name, then what was made here."""
    from recsys_rag import _assets as assets

    for asset in assets.registered():
        if (place := folder / asset.name).exists():
            yield _Kept("asset", asset.name, _size_of(place), str(place))
    for made, kind in _MADE.items():
        place = folder / made
        if made == "evaluated" and place.is_dir():  # many small files, of use together only
            yield _Kept(kind, made, _size_of(place), str(place))
        elif place.is_dir():
            for inside in sorted(place.iterdir()):
                yield _Kept(kind, inside.name, _size_of(inside), str(inside))


def _size_of(place: Path) -> int:
    """Return the bytes in a file or folder; what a link points to is not counted."""
    if place.is_symlink() or place.is_file():
        return place.lstat().st_size
    return sum(_size_of(inside) for inside in place.iterdir())


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()
