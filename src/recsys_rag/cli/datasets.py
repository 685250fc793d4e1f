"""From what a person calls their data - a name, a folder, an archive, a table - to a Dataset. Fits
nothing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from recsys_rag import assets
from recsys_rag.cli.bring import bring
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.readers import movielens
from recsys_rag.data.readers.container import Container
from recsys_rag.data.readers.metadata import enrich
from recsys_rag.errors import DataError

_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")


def open_data(data: str, metadata: Path | None = None) -> Dataset:
    """Return a data set by name, bringing it if need be, or from its files: a MovieLens folder or
    archive, or a table.

    Raises DataError for what is neither and for files that are not what they should be, AssetError.
    """
    known = [asset.name for asset in assets.registered("data")]
    if data in known:
        bring(data)
        return with_metadata(Dataset.movielens(data.removeprefix("ml-")), metadata)
    path = Path(data)
    if not path.exists():
        raise DataError(
            f"{data!r} is neither a file nor a folder nor one of the data sets {', '.join(known)}"
        )
    if path.is_dir() or path.name.lower().endswith(_ARCHIVES):
        return with_metadata(_movielens(path), metadata)
    return open_tables(path, {}, metadata)


def open_tables(
    ratings: Path | None, options: Mapping[str, Any], metadata: Path | None = None
) -> Dataset:
    """Return the data set in a person's own tables; `options` are those of `readers.tables.read`,
    and `items`."""
    return with_metadata(
        Dataset.from_csv(None if ratings is None else str(ratings), **options), metadata
    )


def with_metadata(dataset: Dataset, metadata: Path | None) -> Dataset:
    """Return the data set with more said about its items, if there is a file that says it."""
    return (
        dataset
        if metadata is None
        else replace(dataset, catalog=enrich(dataset.catalog, metadata)[0])
    )


def _movielens(path: Path) -> Dataset:
    """Read a folder or archive in one of the forms of MovieLens, under its own name.

    The four releases in CSV have one form; 1M differs from 10M in the file users.dat.
    """
    with Container(path) as container:
        there = container.find
        if there("u.data") or there("ml-100k.inter"):
            release = "100k"
        elif there("ratings.dat"):
            release = "1m" if there("users.dat") else "10m"
        elif there("ratings.csv") and there("movies.csv"):
            release = "latest-small"
        else:
            raise DataError(
                f"{path}: no release of MovieLens (its files are {', '.join(sorted(container.names)[:12]) or 'none'}); "
                "fit a table of your own with `recsys-rag fit --ratings FILE`"
            )
    dataset = movielens.read(release, path)
    return (
        dataset
        if release in ("100k", "1m", "10m")
        else replace(dataset, name=path.name.split(".")[0])
    )
