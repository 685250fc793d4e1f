"""Starts the service: the first model, the processes, and their end."""

import ctypes
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path

import msgspec
from starlette.types import ASGIApp
from threadpoolctl import threadpool_limits

from recsys_rag._models import LanguageModels
from recsys_rag._serve import logs, metrics
from recsys_rag._serve.app import make_app
from recsys_rag._serve.configuration import LOOPBACK, Configuration, handed_on
from recsys_rag._serve.database import Database
from recsys_rag._serve.keys import Keys
from recsys_rag._serve.pages.routes import router
from recsys_rag._serve.people import make_secret
from recsys_rag._serve.refit import refit, save_data
from recsys_rag._serve.service import Service
from recsys_rag._serve.shared_model import SharedModels, lent
from recsys_rag._serve.versions import Versions
from recsys_rag.errors import ArtifactError, SettingsError
from recsys_rag.recommender import Recommender

_LOG = logging.getLogger("recsys_rag._serve")
_LOOP = "recsys_rag._serve.accepting:Loop"  # where there is uvloop: not on Windows
_GRACE_SECONDS = 20  # for requests in work, when the service stops
_LOOK_SECONDS = 0.25  # how soon a worker notices that its parent is gone
_M_ARENA_MAX = -8  # of malloc.h
_COLLECT_AFTER = 20_000  # objects more than before; a text makes thousands, which are soon gone
_SWITCH_SECONDS = 0.0005  # how long what computes keeps the event loop waiting; Python's are 0.005


def application() -> ASGIApp:
    """Return the application of a worker process; uvicorn calls it by name."""
    logs.set_up()
    # many ask at once: a thread of BLAS more for one of them is a thread less for another
    threadpool_limits(1)
    sys.setswitchinterval(_SWITCH_SECONDS)
    _share_arenas()
    configuration = handed_on()
    settings, address = configuration.product, configuration.model_address
    service = Service(
        Database(configuration.database),
        settings,
        models=SharedModels(settings, address) if address else LanguageModels(settings),
        n_workers=configuration.n_workers,
        texts_at_once=configuration.texts_at_once,
        text_seconds=configuration.text_seconds,
        configuration=configuration,
    )
    service.renew()  # loads the model before the first request
    service.warm()
    # what stays for good is not looked through again by each collection, which takes .1 s and more
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    service.database.fill()
    if configuration.n_workers > 1:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    return make_app(
        service, needs_key=configuration.needs_key, hosts=configuration.hosts, pages=(router,)
    )


def _share_arenas() -> None:
    """Have all threads take their memory from two arenas, where the C library is that of GNU: it
    has eight a core, each keeps what its threads once needed, and a process grows for minutes."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 2)


def _end_with(parent: int) -> None:
    """End this worker when the process that started it is gone: nobody would stop it, and it would
    hold the port against a new start."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


def check_door(configuration: Configuration, keys: Keys) -> None:
    """Refuse to serve other machines without a key. Raises SettingsError."""
    if configuration.host not in LOOPBACK and not keys.any_valid():
        raise SettingsError(
            f"--host {configuration.host} lets other machines ask, and there is no key yet; make "
            "one with `recsys-rag key create`, or leave --host out"
        )


def first_model(
    database: Database,
    home: Path,
    recommender: Recommender,
    origin: str,
    tell: Callable[[str], None] = _LOG.warning,
) -> int:
    """Have the model of this origin answer; where it is not there yet, it is written down first.

    Returns its version. A model that was refitted from this origin goes on to answer. One that
    cannot be read, as an earlier version saved it or with other settings, is fitted anew with all
    that people said since; where the kept data cannot be read either, the `recommender` answers,
    and what people said counts as ever. `tell` hears of it.
    """
    make_secret(database)
    versions = Versions(database, recommender.settings, LanguageModels(recommender.settings))
    active = versions.active()
    if active is not None and versions.of(active).card.get("origin") == origin:
        try:
            versions.engine(active)
        except ArtifactError as error:
            tell(f"Model {active} cannot be read here ({error}); fitting it anew.")
        else:
            return active
        if anew := _anew(versions, database, home, active, tell):
            return anew
    dataset = recommender.dataset
    card = {
        "origin": origin,
        "made_by": "fit",
        "data": dataset.content_hash,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "ratings": dataset.n_ratings,
        "data_folder": str(save_data(dataset, home)),
    }
    version = versions.add("", card, "fitting")
    folder = home / "models" / str(version)
    recommender.save(folder)
    versions.change(version, status="ready", folder=folder)
    versions.take(version, recommender.fitted)
    versions.activate(version, f"the first model of {origin}")
    return version


def _anew(
    versions: Versions, database: Database, home: Path, before: int, tell: Callable[[str], None]
) -> int | None:
    """Fit from the data that is kept here and all feedback; return the version, None where the data
    cannot be read."""
    card = versions.of(before).card
    about = {name: card[name] for name in ("origin", "data_folder") if name in card}
    version = versions.add("", {**about, "made_by": "refit", "of": before}, "fitting")
    try:
        refit(versions, database, home, version, "always")
    except (ArtifactError, KeyError) as error:
        versions.change(version, status="failed")
        tell(
            f"The data of model {before} cannot be read either ({error}); the model of "
            f"{card['origin']} answers, with all that people said here. It may know people again "
            "who were forgotten here; see docs/service.md."
        )
        return None
    finally:
        versions.change(before, status="failed")
    return version


def run(configuration: Configuration, *, metrics_port: int | None = None) -> None:
    """Serve until a signal says stop: requests that are in work end first."""
    import uvicorn

    metrics.shared_folder()
    logs.set_up()
    with ExitStack() as ending:
        if metrics_port is not None:
            ending.callback(metrics.listen("127.0.0.1", metrics_port).shutdown)
        if configuration.n_workers > 1:
            address = ending.enter_context(lent(configuration.product))
            configuration = msgspec.structs.replace(configuration, model_address=address)
        configuration.hand_on()
        uvicorn.run(
            "recsys_rag._serve.running:application",
            factory=True,
            host=configuration.host,
            port=configuration.port,
            workers=configuration.n_workers,
            loop=_LOOP if configuration.n_workers > 1 and find_spec("uvloop") else "auto",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            proxy_headers=False,
        )
