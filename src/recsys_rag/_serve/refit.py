"""Fits a new version from data and feedback, in a process of its own: `python -m
recsys_rag._serve.refit VERSION`. Measures it against the one that answers, and lets it answer if it
is not worse; people who asked to be forgotten are left out, and then it answers in any case."""

import json
import logging
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from recsys_rag import _fitting as fitting
from recsys_rag import _store as store
from recsys_rag._models import LanguageModels
from recsys_rag._serve import learning, logs, tables
from recsys_rag._serve.configuration import Configuration, handed_on
from recsys_rag._serve.database import Database, now
from recsys_rag._serve.engine import Engine
from recsys_rag._serve.learning import Said
from recsys_rag._serve.people import hashed, secret_of
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.versions import Version, Versions
from recsys_rag.data import _artifact as artifact
from recsys_rag.data.catalog import with_rows
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import ArtifactError
from recsys_rag.recommender import Recommender
from recsys_rag.types import History
from recsys_rag.version import __version__

_LOG = logging.getLogger("recsys_rag._serve")


# --- the first data -------------------------------------------------------------------------------


def save_data(dataset: Dataset, home: Path) -> Path:
    """Keep data without anything that was learned from it; return its folder."""
    folder = home / "data" / dataset.content_hash[:16]
    store.save(
        folder,
        about={"name": dataset.name},
        arrays=artifact.to_arrays(dataset),
        documents=artifact.to_documents(dataset),
        package_version=__version__,
    )
    return folder


def load_data(folder: Path) -> Dataset:
    """Return data that was kept. Raises ArtifactError."""
    loaded = store.load(folder)
    return artifact.from_parts(loaded.arrays, loaded.documents)


# --- starting one ---------------------------------------------------------------------------------


def start(
    versions: Versions, configuration: Configuration, activate: str
) -> tuple[int, "subprocess.Popen[bytes]"]:
    """Begin to fit a new version; return it, and its process. Raises Refused (409) where one is
    being fitted, or nothing answers yet."""
    active = versions.active()
    if active is None:
        raise Refused(409, "there is no model yet that could be fitted anew")
    if busy := in_work(versions):
        raise Refused(409, f"model {busy.version} is being fitted; ask again when it is done")
    card = dict(versions.of(active).card)
    kept: dict[str, Any] = {name: card[name] for name in ("origin", "data_folder") if name in card}
    if "data_folder" not in kept:
        raise Refused(409, "the data of this model is not kept here; it cannot be fitted anew")
    version = versions.add("", {**kept, "made_by": "refit", "of": active}, "fitting")
    environment = {**os.environ, "RECSYS_RAG_SERVICE": msgspec.json.encode(configuration).decode()}
    process = subprocess.Popen(
        [sys.executable, "-m", "recsys_rag._serve.refit", str(version), activate],
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    versions.change(version, card=dict(versions.of(version).card) | {"process": process.pid})
    return version, process


def in_work(versions: Versions) -> Version | None:
    """Return the version that is being fitted; one whose process is gone has failed."""
    busy = None
    for version in versions.all():
        if version.status != "fitting":
            continue
        if _is_alive(version.card.get("process"), version.created_at):
            busy = version
        else:
            versions.change(version.version, status="failed")
    return busy


def _is_alive(process: int | None, since: int) -> bool:
    if process is None:
        return now() - since < 10  # it is just being started
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# --- the process itself ---------------------------------------------------------------------------


def main(arguments: list[str]) -> None:
    """Fit the version of this number."""
    logs.set_up()
    with suppress(OSError):
        os.nice(10)  # who asks comes first
    configuration = handed_on()
    database = Database(configuration.database)
    settings = configuration.product
    versions = Versions(database, settings, LanguageModels(settings))
    number, activate = int(arguments[0]), arguments[1]
    try:
        refit(versions, database, Path(configuration.home), number, activate)
    except BaseException as error:
        versions.change(number, status="failed", card=_card(versions, number, error=str(error)))
        raise


def refit(versions: Versions, database: Database, home: Path, number: int, activate: str) -> None:
    """Fit a version that was written down, measure it, and let it answer where that is right: in
    any case where the one that answers cannot be read here, as an earlier version of this package
    saved it. Raises ArtifactError where the data cannot be read."""
    settings = versions.settings
    active, changed = versions.now()
    assert active is not None
    old: Engine | None = None
    with suppress(ArtifactError):
        old = versions.engine(active, changed)
    folder = Path(versions.of(number).card["data_folder"])
    base, data_folder, forgotten = _without_forgotten(load_data(folder), folder, database, home)
    base = base.with_catalog(with_rows(base.catalog, versions.items.rows(changed)))
    rows, last = _feedback(database)
    liked = base.scale.liked if base.scale else 1.0
    said = learning.standing(rows, is_implicit=base.scale is None)
    since = int(versions.of(active).card.get("feedback", 0))
    out = learning.held_out(said, liked, since)
    learned = learning.with_feedback(base, [one for one in said if out.get(one.user_id) != one])
    fitted = fitting.LocalFitter().fit(learned, settings)
    target = home / "models" / str(number)
    fitting.save(fitted, target)
    new = Recommender(settings, fitting.load(target, settings))
    comparison = learning.compared(*_gains(old, new, out))
    is_needed = bool(forgotten) or activate == "always" or old is None
    answers = is_needed or (activate == "if_not_worse" and not comparison.is_worse)
    dataset = fitted.dataset
    card = _card(
        versions,
        number,
        data=dataset.content_hash,
        data_folder=str(data_folder),
        users=dataset.n_users,
        items=dataset.n_items,
        ratings=dataset.n_ratings,
        feedback=last,
        changed_items=changed,
        measured={
            name: None if value != value else value for name, value in asdict(comparison).items()
        }
        | {"metric": "NDCG@10 of the last item that each person liked", "against": active},
        verdict="worse"
        if comparison.is_worse
        else "not worse"
        if comparison.people
        else "nobody to measure with",
    )
    status = "refused" if comparison.is_worse and not is_needed else "ready"
    versions.change(number, status=status, folder=target, card=card)
    if answers:
        why = "people are forgotten" if forgotten else f"fitted anew; {card['verdict']}"
        versions.activate(number, why)
    if forgotten:
        _erase_others(versions, database, home, number, data_folder, folder, forgotten)
    _LOG.info("model %d was fitted: %s", number, card["verdict"])


def _without_forgotten(
    base: Dataset, folder: Path, database: Database, home: Path
) -> tuple[Dataset, Path, set[str]]:
    """Return the data without those who asked to be forgotten, its folder, and their hashes."""
    with database.reading() as connection:
        hashes = set(connection.execute(sa.select(tables.forgotten.c.user_sha256)).scalars())
        secret = secret_of(connection)
    if not hashes:
        return base, folder, set()
    gone = {user_id for user_id in base.users.ids if hashed(user_id, secret) in hashes}
    if not gone:
        return base, folder, hashes
    left = learning.without_people(base, gone)
    return left, save_data(left, home), hashes


def _feedback(database: Database) -> tuple[list[tuple[str, str, str, float | None, int, int]], int]:
    about = tables.feedback.c
    with database.reading() as connection:
        rows = connection.execute(
            sa.select(
                about.user_id, about.item_id, about.kind, about.rating, about.said_at, about.number
            )
            .where(about.kind.in_(("rating", "liked", "not_for_me", "withdrawn")))
            .order_by(about.said_at, about.number)
        ).all()
        last = connection.execute(sa.select(sa.func.max(about.number))).scalar() or 0
    return [tuple(row) for row in rows], int(last)


def _gains(
    old: Engine | None, new: Recommender, out: dict[str, Said]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what two versions make of what was held out, both with the same histories; of nobody,
    where there is no old one."""
    if old is None:
        return np.zeros(0), np.zeros(0)
    catalogs = (old.recommender.dataset.items, new.dataset.items)
    wanted = {
        user_id: one.item_id
        for user_id, one in out.items()
        if all(one.item_id in items for items in catalogs)
    }
    people = old.people.of_many(wanted) if wanted else {}
    histories = {
        user_id: _less(people[user_id].history, old.recommender.dataset.items.index(item_id))
        for user_id, item_id in wanted.items()
    }
    moved = {
        user_id: _moved(history, old.recommender.dataset, new.dataset)
        for user_id, history in histories.items()
    }
    return learning.gains(old.recommender, histories, wanted), learning.gains(new, moved, wanted)


def _less(history: History, item: int) -> History:
    stays = history.items != item
    times = None if history.times is None else history.times[stays]
    return History(history.items[stays], history.ratings[stays], times)


def _moved(history: History, old: Dataset, new: Dataset) -> History:
    """Return a history in the indices of another dataset of the same items."""
    if old.items.ids == new.items.ids:
        return history
    return History(
        new.items.indices(old.items.ids_at(history.items)), history.ratings, history.times
    )


def _erase_others(
    versions: Versions,
    database: Database,
    home: Path,
    number: int,
    data_folder: Path,
    old_folder: Path,
    forgotten: set[str],
) -> None:
    """Remove all that was fitted with people who are forgotten, and write their receipts."""
    for version in versions.all():
        if version.version != number and version.status != "erased":
            if version.folder.is_relative_to(home):
                shutil.rmtree(version.folder, ignore_errors=True)
            versions.change(version.version, status="erased")
    if old_folder != data_folder:
        shutil.rmtree(old_folder, ignore_errors=True)
    about = tables.forgotten.c
    with database.writing() as connection:
        rows = connection.execute(
            sa.select(about.receipt_id).where(about.user_sha256.in_(forgotten))
        ).scalars()
        for receipt_id in list(rows):
            _complete(connection, receipt_id)
        connection.execute(sa.delete(tables.forgotten).where(about.user_sha256.in_(forgotten)))
    database.shrink()


def _complete(connection: sa.Connection, receipt_id: str) -> None:
    about = tables.receipts.c
    body = connection.execute(sa.select(about.body).where(about.id == receipt_id)).scalar()
    if body is not None:
        told = json.loads(body) | {"state": "complete", "completed_at": now()}
        connection.execute(
            sa.update(tables.receipts).where(about.id == receipt_id).values(body=json.dumps(told))
        )


def _card(versions: Versions, number: int, **more: Any) -> dict[str, Any]:
    return {**versions.of(number).card, **more}


if __name__ == "__main__":
    main(sys.argv[1:])
