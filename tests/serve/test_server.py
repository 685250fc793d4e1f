"""The service as processes: two workers over one database, killed and stopped under way."""

import json
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

from serving import until

# a client that makes its own takes 20 ms of processor time to be made, which is most of a request
_TLS = ssl.create_default_context()


class Server:
    """`recsys-rag serve` on a free port."""

    def __init__(self, folder: Path, model: Path, *options: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"log-{self.port}"
        command = [sys.executable, "-m", "recsys_rag", "serve", "--model", str(model)]
        command += ["--home", str(folder / "home"), "--port", str(self.port), *options]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True
            )
        try:
            until(self.is_ready)
        except BaseException:
            self.__exit__()
            raise

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx2.get(f"{self.url}/readyz", verify=_TLS).status_code == 200
        except httpx2.TransportError:
            return False

    @property
    def workers(self) -> list[int]:
        """The process ids that logged that they serve."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line[0] == "{"]
        begun = [line["event"] for line in lines if line["event"].startswith("Started server")]
        return [int(event.split("[")[1].rstrip("]")) for event in begun]

    def connected(self) -> httpx2.Client:
        """Return a connection of its own, which any of the workers may answer."""
        return httpx2.Client(base_url=f"{self.url}/api/v1", timeout=60, verify=_TLS)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *failure: object) -> None:
        """Stop it and its workers, whatever has failed: none outlives its test."""
        try:
            self.stop()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory, fitted_folder: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with Server(folder, fitted_folder, "--workers", "2") as server:
        yield server
    assert "Traceback" not in server.log.read_text()


@pytest.fixture
def start(tmp_path: Path, fitted_folder: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers of one home that end with the test."""
    with ExitStack() as servers:
        yield lambda *options: servers.enter_context(Server(tmp_path, fitted_folder, *options))


@contextmanager
def asking(ask: Callable[[int], object], n: int) -> Iterator[None]:
    """Ask in n threads, over and over, as long as the body runs, and whatever comes of it."""
    ended = threading.Event()

    def repeat(number: int) -> None:
        while not ended.is_set():
            ask(number)

    askers = [threading.Thread(target=repeat, args=(number,)) for number in range(n)]
    for asker in askers:
        asker.start()
    try:
        yield
    finally:
        ended.set()
        for asker in askers:
            asker.join()


def rated(user: str, item: str, rating: float) -> dict[str, Any]:
    return {"user": user, "item": item, "kind": "rating", "rating": rating}


def test_feedback_is_known_to_the_very_next_answer_of_either_worker(two_workers: Server) -> None:
    say_and_ask(two_workers, 100)


@pytest.mark.study
def test_feedback_is_known_to_the_next_answer_of_four_workers_ten_thousand_times(
    start: Callable[..., Server],
) -> None:
    say_and_ask(start("--workers", "4"), 10_000)


def say_and_ask(server: Server, n: int) -> None:
    """Say something n times, and see each time that the next answer knows it."""
    rng = random.Random(0)
    with server.connected() as catalog:
        page = catalog.get("/items", params={"limit": 60}).json()
    items = [item["item_id"] for item in page["items"]]
    for turn in range(n):
        # a connection each, so that either worker may have the one and the other
        user, item, rating = f"p{turn % 40}", rng.choice(items), float(rng.randint(1, 5))
        with server.connected() as one:
            assert one.post("/feedback", json=rated(user, item, rating)).status_code == 201
        with server.connected() as other:
            rows = other.get(f"/users/{user}/history").json()["history"]
            assert {row["item_id"]: row["rating"] for row in rows}[item] == rating
            ranking = other.post("/rankings", json={"queries": [{"user": user}], "k": 20}).json()
            assert item not in ranking["rankings"][0]["items"]


def test_no_acknowledged_feedback_is_lost_when_workers_are_killed(
    start: Callable[..., Server],
) -> None:
    kill_under_way(start("--workers", "2"), 2, kill_worker)


@pytest.mark.study
def test_no_acknowledged_feedback_is_lost_in_two_hundred_kills(
    start: Callable[..., Server], database_url: str, record_property: Callable[[str, object], None]
) -> None:
    server = start("--workers", "2", "--database", database_url)
    n_told = kill_under_way(server, 60, kill_worker)
    record_property("workers_killed", 60)
    if "postgresql" in database_url:
        n_told += kill_under_way(server, 60, lambda server, rng: kill_connection(database_url, rng))
        record_property("connections_ended", 60)
    record_property("acknowledged", n_told)


def test_a_service_whose_parent_is_killed_leaves_its_port_and_loses_nothing(
    start: Callable[..., Server],
) -> None:
    kill_parents(start, 1)


@pytest.mark.study
def test_nothing_is_lost_in_twenty_kills_of_the_parent(
    start: Callable[..., Server], record_property: Callable[[str, object], None]
) -> None:
    record_property("parents_killed", 20)
    record_property("acknowledged", kill_parents(start, 20))


def kill_parents(start: Callable[..., Server], n: int) -> int:
    """Kill the process that holds the workers, while others are told things; start it again, and
    see that all that was acknowledged is there."""
    acknowledged: list[tuple[str, float]] = []
    for number in range(n):
        server = start("--workers", "2")
        told: list[tuple[str, float]] = []

        def tell(person: int, server: Server = server, told: list[Any] = told) -> None:
            user, rating = f"o{server.process.pid}-{person}-{len(told)}", float(1 + person)
            with suppress(httpx2.TransportError), server.connected() as client:
                if client.post("/feedback", json=rated(user, "Vandrell", rating)).is_success:
                    told.append((user, rating))

        with asking(tell, 3):
            until(lambda told=told, number=number: len(told) > 5 + number)
            workers = server.workers
            os.kill(server.process.pid, signal.SIGKILL)
            until(lambda workers=workers: not any(map(_is_alive, workers)))
        acknowledged += told
    with start().connected() as client:
        assert_all_there(client, acknowledged)
    return len(acknowledged)


def kill_worker(server: Server, rng: random.Random) -> None:
    n_begun = len(server.workers)
    os.kill(rng.choice([one for one in server.workers if _is_alive(one)]), signal.SIGKILL)
    until(lambda: len(server.workers) > n_begun)  # another one starts by itself


def kill_connection(database_url: str, rng: random.Random) -> None:
    """Have the database's server end one of the connections to this database."""
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as connection:
        pids = connection.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
        if pids:
            connection.execute("SELECT pg_terminate_backend(%s)", rng.choice(pids))


def assert_all_there(client: httpx2.Client, acknowledged: list[tuple[str, float]]) -> None:
    for user, rating in acknowledged:
        rows = client.get(f"/users/{user}/history").json()["history"]
        assert [row["rating"] for row in rows] == [rating]


def kill_under_way(
    server: Server, n_kills: int, kill: Callable[[Server, random.Random], None]
) -> int:
    """Kill something at any moment while others are told things; all that was acknowledged is
    there, and goes on to be."""
    acknowledged: list[tuple[str, float]] = []
    turns = count(1)

    def tell(person: int) -> None:
        turn = next(turns)
        user, rating = f"k{person}-{turn}", float(1 + turn % 5)
        try:
            with server.connected() as client:
                answer = client.post("/feedback", json=rated(user, "Vandrell", rating))
        except httpx2.TransportError:
            return
        if answer.status_code == 201:
            acknowledged.append((user, rating))

    with asking(tell, 3):
        for number in range(n_kills):
            before = len(acknowledged)
            kill(server, random.Random(number))
            until(lambda n=before: len(acknowledged) > n + 10)
    with server.connected() as client:
        assert_all_there(client, acknowledged)
    return len(acknowledged)


def test_no_request_fails_and_no_answer_is_of_half_a_version_while_models_change(
    start: Callable[..., Server],
) -> None:
    server = start("--workers", "2")
    queries = [{"user": "1"}, {"user": "2"}]
    body = {"queries": queries, "k": 8}
    rows: set[tuple[int, str, tuple[str, ...]]] = set()
    statuses: list[int] = []

    def ask(number: int) -> None:
        with server.connected() as client:
            answer = client.post("/rankings", json=body)
        statuses.append(answer.status_code)
        for query, row in zip(queries, answer.json()["rankings"], strict=True):
            rows.add((row["model"], query["user"], tuple(row["items"])))

    with server.connected() as client:
        for user in ("3", "4", "5"):
            for item in ("Vandrell", "Moonmilk", "4417"):
                client.post("/feedback", json=rated(user, item, 5))
        with asking(ask, 3):
            client.post("/models:refit", json={})
            until(lambda: client.get("/models").json()["active"] == 2)
            until(lambda: any(model == 2 for model, *_ in rows.copy()))
            client.post("/models/1:activate")
            n = len(statuses)
            until(lambda: len(statuses) > n + 50)
    assert set(statuses) == {200}
    # each version has one list for each person, whichever process gave it, before and after
    assert len(rows) == len({(model, user) for model, user, _ in rows}) == 4


def test_the_log_and_the_figures_name_no_person_and_no_key(two_workers: Server) -> None:
    with two_workers.connected() as client:
        secret = {"Authorization": "Bearer rsr_abc_verysecret"}
        client.get("/users/Zebedee-Quillfeather/history?q=Quillfeather", headers=secret)
        client.post("/feedback", json=rated("Zebedee-Quillfeather", "Vandrell", 4))
    log = two_workers.log.read_text()
    assert "Quillfeather" not in log
    assert "verysecret" not in log
    lines = [json.loads(line) for line in log.splitlines()]
    assert any(line.get("route") == "/api/v1/users/{user}/history" for line in lines)


def test_a_stop_ends_what_is_in_work(start: Callable[..., Server]) -> None:
    server = start()

    def ask(number: int) -> int:
        body = {"user": str(number), "k": 10}
        with server.connected() as client:
            return client.post("/recommendations", json=body).status_code

    with ThreadPoolExecutor(4) as askers:
        answers = [askers.submit(ask, number) for number in range(1, 5)]
        until(lambda: any(answer.done() for answer in answers))
        server.stop()
    assert {answer.result() for answer in answers} <= {201, 503}


def test_another_address_is_refused_without_a_key_and_served_with_one(
    tmp_path: Path, fitted_folder: Path, start: Callable[..., Server]
) -> None:
    command = [sys.executable, "-m", "recsys_rag"]
    home = ["--home", str(tmp_path / "home")]
    serve = [*command, "serve", "--model", str(fitted_folder), *home, "--host", "0.0.0.0"]
    refused = subprocess.run(serve, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "there is no key yet" in refused.stderr
    made = subprocess.run(
        [*command, "key", "create", "--scope", "feedback", *home], capture_output=True, text=True
    )
    key = made.stdout.strip()
    server = start("--host", "0.0.0.0")
    with server.connected() as client:
        body = rated("ann", "Vandrell", 4)
        assert client.post("/feedback", json=body).status_code == 401
        headers = {"Authorization": f"Bearer {key}"}
        assert client.post("/feedback", json=body, headers=headers).status_code == 201
        lacking = client.post("/rankings", json={"queries": [{"user": "1"}]}, headers=headers)
        assert lacking.status_code == 403
        assert client.get("/models", headers=headers).status_code == 403
        id = key.split("_", 2)[1]
        subprocess.run([*command, "key", "revoke", id, *home], check=True, capture_output=True)
        until(lambda: client.post("/feedback", json=body, headers=headers).status_code == 401)
    listed = subprocess.run([*command, "key", "list", *home], capture_output=True, text=True)
    assert "revoked" in listed.stdout
    assert key.split("_", 2)[2] not in listed.stdout + server.log.read_text()


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.model
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system has no /proc")
def test_one_process_has_the_language_model_for_both_workers_and_is_replaced_when_it_dies(
    start: Callable[..., Server], smollm2_path: Path
) -> None:
    server = start("--workers", "2", "--lm", str(smollm2_path))

    def writers(number: int) -> set[str]:
        body = {"user": str(1 + number % 4), "k": 1}
        with server.connected() as client:
            answer = client.post("/recommendations", json=body)
        assert answer.status_code == 201
        return {item["written_by"] for item in answer.json()["items"]}

    def write(n: int, meanwhile: Callable[[], None]) -> set[str]:
        with ThreadPoolExecutor(n) as askers:
            answers = askers.map(writers, range(n))
            meanwhile()
            return set.union(*answers)

    assert not _with_file(smollm2_path, server)  # until somebody asks for a text
    assert "clauses" in write(8, lambda: None)
    (first,) = _with_file(smollm2_path, server)
    assert first not in server.workers
    write(8, lambda: os.kill(first, signal.SIGKILL))
    assert "clauses" in write(1, lambda: None)
    (second,) = _with_file(smollm2_path, server)
    assert second != first
    server.stop()
    until(lambda: not _is_alive(second))


def _with_file(path: Path, server: Server) -> list[int]:
    """Return the processes of a service that have a file in memory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            session = process.joinpath("stat").read_text().rpartition(")")[2].split()[3]
            maps = process.joinpath("maps").read_text()
            if int(session) == server.process.pid and str(path.resolve()) in maps:
                found.append(int(process.name))
    return found
