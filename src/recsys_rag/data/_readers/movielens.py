"""Every MovieLens release -> Dataset: 100K, 1M, 10M, latest-small, 20M, 25M, 32M. Tags and the
video dates are left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from recsys_rag._assets import registry
from recsys_rag.data._assemble import from_indices, unknown_item
from recsys_rag.data._readers import movielens_items as items_of
from recsys_rag.data._readers.container import Container, lines_of
from recsys_rag.data._readers.metadata import with_metadata_of
from recsys_rag.data._readers.options import Options
from recsys_rag.data._readers.ratings_table import Places, read_ratings
from recsys_rag.data._readers.separated import table_of_lines
from recsys_rag.data._readers.table import Form as TableForm
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

_WHOLE_STARS = RatingScale(1, 5)
_HALF_STARS = RatingScale(0.5, 5, 0.5)
_UserFields = Mapping[str, Mapping[str, str]]
Read = TypeVar("Read")

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
    return dataset if metadata is None else with_metadata_of(dataset, metadata)


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
        where = container.where(form.ratings)
        with container.open(form.ratings) as stream:
            names = () if form.header else ("user", "item", "rating", "timestamp")
            written = TableForm(separator=form.separator, columns=names)
            table = table_of_lines(lines_of(stream), where, written)
            rows = read_ratings(table, Places(0, 1, 2, 3), Options(), catalog.items.ids)
        for index, user_id in enumerate(rows.user_ids):
            if not user_id.isdecimal():
                row = int(rows.numbers[np.argmax(rows.users == index)])
                raise DataError(
                    f"{where}: row {row}: user id {user_id!r} is not a whole number; correct or "
                    "remove the line"
                )
        unknown = np.flatnonzero(rows.items >= len(catalog))
        if len(unknown):
            first = int(unknown[0])
            raise unknown_item(where, rows.item_ids[rows.items[first]], int(rows.numbers[first]))
        return from_indices(
            f"ml-{release}",
            Vocabulary(tuple(rows.user_ids)),
            rows.users,
            rows.items,
            rows.ratings,
            catalog,
            timestamps=rows.seconds,
            scale=RELEASES[release][1],
            source=where,
            user_fields=form.read_users(container),
            row_numbers=rows.numbers,
        )[0]


# --- the forms ------------------------------------------------------------------------------------


def _read(
    container: Container, *, name: str, reader: Callable[..., Read], encoding: str = "utf-8-sig"
) -> Read:
    """Return what a reader of `movielens_items` makes of the lines of a file."""
    with container.open(name) as stream:
        return reader(lines_of(stream, encoding), container.where(name))


def _users(container: Container, *, name: str, reader: Callable[..., _UserFields]) -> _UserFields:
    return _read(container, name=name, reader=reader) if container.find(name) else {}


def _items_dat(container: Container) -> Catalog:
    with container.open("movies.dat") as stream:
        raw = stream.read()
    try:
        text = raw.decode("utf-8")  # 10M
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # 1M
    return items_of.read_items_dat(text.split("\n"), container.where("movies.dat"))


def _items_csv(container: Container) -> Catalog:
    has_links = container.find("links.csv") is not None
    links = _read(container, name="links.csv", reader=items_of.read_links) if has_links else {}
    reader = partial(items_of.read_items_csv, links=links)
    return _read(container, name="movies.csv", reader=reader)


_ORIGINAL = _Form(
    "u.data",
    "\t",
    False,
    partial(_read, name="u.item", reader=items_of.read_items_100k, encoding="latin-1"),
    partial(_users, name="u.user", reader=items_of.read_users_100k),
)
_RECBOLE = _Form(
    "ml-100k.inter",
    "\t",
    True,
    partial(_read, name="ml-100k.item", reader=items_of.read_items_recbole),
    partial(
        _users,
        name="ml-100k.user",
        reader=partial(items_of.read_users_100k, separator="\t", header=True),
    ),
)
_DAT = _Form(
    "ratings.dat",
    "::",
    False,
    _items_dat,
    partial(_users, name="users.dat", reader=items_of.read_users_1m),
)
_CSV = _Form("ratings.csv", ",", True, _items_csv, lambda container: {})

RELEASES: Mapping[str, tuple[tuple[_Form, ...], RatingScale]] = {
    "100k": ((_ORIGINAL, _RECBOLE), _WHOLE_STARS),
    "1m": ((_DAT,), _WHOLE_STARS),
    "10m": ((_DAT,), _HALF_STARS),
    "latest-small": ((_CSV,), _HALF_STARS),
    "20m": ((_CSV,), _HALF_STARS),
    "25m": ((_CSV,), _HALF_STARS),
    "32m": ((_CSV,), _HALF_STARS),
}
