"""Every MovieLens release -> Dataset: 100K, 1M, 10M, latest-small, 20M, 25M, 32M. Tags and the
video dates are left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys_rag.assets import registry
from recsys_rag.data.assemble import from_indices, unknown_item
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.readers import movielens_items as items_of
from recsys_rag.data.readers.container import Container, lines_of
from recsys_rag.data.readers.metadata import enrich
from recsys_rag.data.readers.movielens_ratings import RatingRows, read_rating_rows
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

_WHOLE_STARS = RatingScale(1, 5)
_HALF_STARS = RatingScale(0.5, 5, 0.5)
_UserFields = Mapping[str, Mapping[str, str]]

# SHA-256 of the 100,000 (user, item, rating, timestamp) rows of the original u.data: see
# Dataset.content_hash
CONTENT_HASH_100K = "db214797590887ff1db252b83589d41fb96d06c23914e1cd37b88b6fa619e856"


@dataclass(frozen=True, slots=True)
class _Form:
    """How a release is written: its ratings file, what stands between the fields, and who reads
    items and users."""

    ratings: str
    separator: str
    header: bool
    read_items: Callable[[Container], Catalog]
    read_users: Callable[[Container], _UserFields]


def read(
    release: str = "100k", path: str | Path | None = None, metadata: str | Path | None = None
) -> Dataset:
    """Return a MovieLens release ("100k", "1m", "10m", "latest-small", "20m", "25m", "32m").

    `path` is a folder, zip or tar archive that holds it; without, the asset cache is asked and, if
    need be, the network. `metadata` is a file with more about the items (see `readers.metadata`).
    Ratings of 100k are held against their content hash. Raises AssetError when the release cannot
    be brought, DataError when a file is not what it should be.
    """
    if release not in RELEASES:
        raise DataError(f"no MovieLens release {release!r}; there are: {', '.join(RELEASES)}")
    folder = Path(path) if path is not None else registry.fetch(f"ml-{release}")
    dataset = read_folder(release, folder)
    if release == "100k" and dataset.content_hash != CONTENT_HASH_100K:
        raise DataError(
            f"{dataset.source}: {dataset.n_ratings:,} ratings of {dataset.n_users:,} users are not "
            "the 100,000 of MovieLens 100K (their content hash differs); get it anew: recsys-rag "
            "data fetch ml-100k"
        )
    return (
        dataset
        if metadata is None
        else replace(dataset, catalog=enrich(dataset.catalog, metadata)[0])
    )


def read_folder(release: str, path: Path) -> Dataset:
    """Read a release from a folder, zip or tar, recognized by the files in it; the content hash is
    not checked."""
    with Container(path) as container:
        form = next((form for form in RELEASES[release][0] if container.find(form.ratings)), None)
        if form is None:
            expected = " or ".join(form.ratings for form in RELEASES[release][0])
            raise DataError(
                f"{path}: no MovieLens {release} here: there is no {expected}; it holds "
                f"{', '.join(sorted(container.names)[:12]) or 'nothing'}"
            )
        catalog = form.read_items(container)
        with container.open(form.ratings) as stream:
            rows = read_rating_rows(
                lines_of(stream), form.separator, container.where(form.ratings), header=form.header
            )
        users = form.read_users(container)
        dataset, _ = _assemble(
            f"ml-{release}",
            rows,
            catalog,
            RELEASES[release][1],
            users,
            container.where(form.ratings),
        )
        return dataset


def _assemble(
    name: str,
    rows: RatingRows,
    catalog: Catalog,
    scale: RatingScale,
    user_fields: _UserFields,
    source: str,
) -> tuple[Dataset, int]:
    user_numbers, user_indices = _in_order_of_appearance(rows.users)
    return from_indices(
        name,
        Vocabulary(tuple(map(str, user_numbers.tolist()))),
        user_indices,
        _item_indices(rows, catalog, source),
        rows.ratings,
        catalog,
        timestamps=rows.timestamps,
        scale=scale,
        source=source,
        user_fields=user_fields,
        row_numbers=rows.line_numbers,
    )


def _in_order_of_appearance(
    numbers: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the distinct numbers by first appearance, and for each entry the place of its number
    among them.

    >>> _in_order_of_appearance(np.array([7, 3, 7], np.int32))
    (array([7, 3], dtype=int32), array([0, 1, 0], dtype=int32))
    """
    if not len(numbers):
        return numbers, numbers
    first = np.full(int(numbers.max()) + 1, -1, np.int64)
    # the last write wins, and that is the first appearance
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    distinct = np.flatnonzero(first >= 0)
    distinct = distinct[np.argsort(first[distinct])]
    place = np.zeros(len(first), np.int32)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    return distinct.astype(np.int32), place[numbers]


def _item_indices(rows: RatingRows, catalog: Catalog, source: str) -> NDArray[np.int32]:
    numbers = np.array([int(one) if one.isdecimal() else -1 for one in catalog.items.ids])
    place = np.full(int(max(numbers.max(), rows.items.max(initial=0))) + 1, -1, np.int32)
    place[numbers[numbers >= 0]] = np.flatnonzero(numbers >= 0)
    found = place[rows.items]
    missing = np.flatnonzero(found < 0)
    if len(missing):
        raise unknown_item(source, str(rows.items[missing[0]]), rows.line_numbers[int(missing[0])])
    return found


# --- the forms ------------------------------------------------------------------------------------


def _items_100k(container: Container) -> Catalog:
    with container.open("u.item") as stream:
        return items_of.read_items_100k(lines_of(stream, "latin-1"), container.where("u.item"))


def _users_100k(container: Container) -> _UserFields:
    if container.find("u.user") is None:
        return {}
    with container.open("u.user") as stream:
        return items_of.read_users_100k(lines_of(stream), container.where("u.user"))


def _items_recbole(container: Container) -> Catalog:
    with container.open("ml-100k.item") as stream:
        return items_of.read_items_recbole(lines_of(stream), container.where("ml-100k.item"))


def _users_recbole(container: Container) -> _UserFields:
    if container.find("ml-100k.user") is None:
        return {}
    with container.open("ml-100k.user") as stream:
        return items_of.read_users_100k(
            lines_of(stream), container.where("ml-100k.user"), "\t", header=True
        )


def _items_dat(container: Container) -> Catalog:
    with container.open("movies.dat") as stream:
        raw = stream.read()
    try:
        text = raw.decode("utf-8")  # 10M
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # 1M
    return items_of.read_items_dat(text.split("\n"), container.where("movies.dat"))


def _users_dat(container: Container) -> _UserFields:
    if container.find("users.dat") is None:
        return {}
    with container.open("users.dat") as stream:
        return items_of.read_users_1m(lines_of(stream), container.where("users.dat"))


def _items_csv(container: Container) -> Catalog:
    links: dict[str, dict[str, str]] = {}
    if container.find("links.csv") is not None:
        with container.open("links.csv") as stream:
            links = items_of.read_links(lines_of(stream), container.where("links.csv"))
    with container.open("movies.csv") as stream:
        return items_of.read_items_csv(lines_of(stream), container.where("movies.csv"), links)


def _no_users(container: Container) -> _UserFields:
    return {}


_ORIGINAL = _Form("u.data", "\t", False, _items_100k, _users_100k)
_RECBOLE = _Form("ml-100k.inter", "\t", True, _items_recbole, _users_recbole)
_DAT = _Form("ratings.dat", "::", False, _items_dat, _users_dat)
_CSV = _Form("ratings.csv", ",", True, _items_csv, _no_users)

RELEASES: Mapping[str, tuple[tuple[_Form, ...], RatingScale]] = {
    "100k": ((_ORIGINAL, _RECBOLE), _WHOLE_STARS),
    "1m": ((_DAT,), _WHOLE_STARS),
    "10m": ((_DAT,), _HALF_STARS),
    "latest-small": ((_CSV,), _HALF_STARS),
    "20m": ((_CSV,), _HALF_STARS),
    "25m": ((_CSV,), _HALF_STARS),
    "32m": ((_CSV,), _HALF_STARS),
}
