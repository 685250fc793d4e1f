"""A service over an invented film club: in process, and as processes of its own."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recsys_rag import Recommender
from recsys_rag.testing.datasets import made_up_movies
from serving import SETTINGS

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from recsys_rag._serve.service import Service

_NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "alembic", "prometheus_client")
if not all(find_spec(name) for name in _NEEDED):  # pip install 'recsys-rag[serve]'
    collect_ignore_glob = ["test_*.py"]

_BINARIES = Path("/usr/lib/postgresql")  # of Debian, a folder a version


@pytest.fixture(scope="session")
def fitted_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recommender of invented films, saved."""
    folder = tmp_path_factory.mktemp("fitted") / "films"
    Recommender(SETTINGS).fit(made_up_movies()).save(folder)
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server that is started for these tests."""
    initdb = shutil.which("initdb") or next(_BINARIES.glob("*/bin/initdb"), None)
    if initdb is None:
        pytest.skip("the server of PostgreSQL is not here; on Debian: apt install postgresql")
    binaries = Path(initdb).parent
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # not pytest's: the server is another user
    as_user = []
    if os.getuid() == 0:  # it refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    quiet = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [*as_user, binaries / "initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-D", data],
        check=True,
        **quiet,
    )
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off".split()
    server = subprocess.Popen([*as_user, binaries / "postgres", "-D", data, *options], **quiet)
    try:
        address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        _wait_for_postgresql(address)
        yield address
    finally:
        server.send_signal(signal.SIGINT)  # does not wait for open connections
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_postgresql(address: str) -> None:
    import psycopg

    for _ in range(600):
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("PostgreSQL did not start")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "service.db")
    pytest.importorskip("psycopg", reason="needs the extra: pip install 'recsys-rag[postgres]'")
    address = request.getfixturevalue("postgresql")
    import psycopg

    name = f"t{time.monotonic_ns()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(address.rpartition("/")[0] + "/" + name)


@pytest.fixture
def make_service(fitted_folder: Path) -> Iterator[Callable[..., "Service"]]:
    """Makes the service of a database, with the invented films as its first model."""
    from recsys_rag._serve.database import Database
    from recsys_rag._serve.service import Service

    made = []

    def make(url: str, **options: object) -> "Service":
        database = Database(url)
        database.migrate()
        service = Service(database, SETTINGS, **options)  # type: ignore[arg-type]
        if service.versions.active() is None:
            version = service.versions.add(fitted_folder, {"origin": "films"})
            service.versions.activate(version, "first")
        made.append(service)
        return service

    yield make
    for service in made:
        service.close()


@pytest.fixture
def service(tmp_path: Path, make_service: Callable[..., "Service"]) -> "Service":
    """A service with SQLite."""
    return make_service(str(tmp_path / "service.db"))


@pytest.fixture
def client(service: "Service") -> Iterator["TestClient"]:
    """Asks the service in process."""
    from starlette.testclient import TestClient

    from recsys_rag._serve.app import make_app

    with TestClient(make_app(service), raise_server_exceptions=False) as client:
        yield client
