"""The service as processes: two workers over one database, killed and stopped under way."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from serving import until


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
        until(self.is_ready)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx2.get(f"{self.url}/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    @property
    def workers(self) -> list[int]:
        """The process ids that logged that they serve."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line[0] == "{"]
        begun = [line["event"] for line in lines if line["event"].startswith("Started server")]
        return [int(event.split("[")[1].rstrip("]")) for event in begun]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory, fitted_folder: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    server = Server(folder, fitted_folder, "--workers", "2")
    yield server
    server.stop()
    assert "Traceback" not in server.log.read_text()


def rated(user: str, item: str, rating: float) -> dict[str, Any]:
    return {"user": user, "item": item, "kind": "rating", "rating": rating}


def test_feedback_is_known_to_the_very_next_answer_of_either_worker(two_workers: Server) -> None:
    say_and_ask(two_workers, 250)


@pytest.mark.study
def test_feedback_is_known_to_the_next_answer_of_four_workers_ten_thousand_times(
    tmp_path: Path, fitted_folder: Path
) -> None:
    server = Server(tmp_path, fitted_folder, "--workers", "4")
    say_and_ask(server, 10_000)
    server.stop()


def say_and_ask(server: Server, n: int) -> None:
    """Say something n times, and see each time that the next answer knows it."""
    rng = random.Random(0)
    with httpx2.Client(base_url=f"{server.url}/api/v1") as catalog:
        page = catalog.get("/items", params={"limit": 60}).json()
    items = [item["item_id"] for item in page["items"]]
    for turn in range(n):
        # a connection each, so that either worker may have the one and the other
        user, item, rating = f"p{turn % 40}", rng.choice(items), float(rng.randint(1, 5))
        with httpx2.Client(base_url=f"{server.url}/api/v1") as one:
            assert one.post("/feedback", json=rated(user, item, rating)).status_code == 201
        with httpx2.Client(base_url=f"{server.url}/api/v1") as other:
            rows = other.get(f"/users/{user}/history").json()["history"]
            assert {row["item_id"]: row["rating"] for row in rows}[item] == rating
            ranking = other.post("/rankings", json={"queries": [{"user": user}], "k": 20}).json()
            assert item not in ranking["rankings"][0]["items"]


def test_no_acknowledged_feedback_is_lost_when_workers_are_killed(
    tmp_path: Path, fitted_folder: Path
) -> None:
    kill_under_way(tmp_path, fitted_folder, 4)


@pytest.mark.study
def test_no_acknowledged_feedback_is_lost_in_two_hundred_kills(
    tmp_path: Path, fitted_folder: Path
) -> None:
    kill_under_way(tmp_path, fitted_folder, 200)


def kill_under_way(tmp_path: Path, fitted_folder: Path, n_kills: int) -> None:
    """Kill workers at any moment while others are told things; all that was acknowledged is there,
    and a worker begins in the place of each."""
    server = Server(tmp_path, fitted_folder, "--workers", "2")
    acknowledged: list[tuple[str, float]] = []
    ended = threading.Event()

    def tell(person: int) -> None:
        turn = 0
        while not ended.is_set():
            turn += 1
            user, rating = f"k{person}-{turn}", float(1 + turn % 5)
            try:
                with httpx2.Client(base_url=f"{server.url}/api/v1") as client:
                    answer = client.post("/feedback", json=rated(user, "Vandrell", rating))
            except httpx2.TransportError:
                continue
            if answer.status_code == 201:
                acknowledged.append((user, rating))

    askers = [threading.Thread(target=tell, args=(person,)) for person in range(3)]
    for asker in askers:
        asker.start()
    n_killed = 0
    while n_killed < n_kills:
        alive = [worker for worker in server.workers if _is_alive(worker)]
        before = len(acknowledged)
        os.kill(random.Random(n_killed).choice(alive), signal.SIGKILL)
        n_killed += 1
        n_begun = len(server.workers)
        until(lambda n=n_begun: len(server.workers) > n)  # another one starts by itself
        until(lambda n=before: len(acknowledged) > n + 10)
    ended.set()
    for asker in askers:
        asker.join()
    with httpx2.Client(base_url=f"{server.url}/api/v1") as client:
        for user, rating in acknowledged:
            rows = client.get(f"/users/{user}/history").json()["history"]
            assert [row["rating"] for row in rows] == [rating]
    assert len(acknowledged) > 50
    server.stop()


def test_no_request_fails_and_no_answer_is_of_half_a_version_while_models_change(
    tmp_path: Path, fitted_folder: Path
) -> None:
    server = Server(tmp_path, fitted_folder, "--workers", "2")
    body = {"queries": [{"user": "1"}, {"user": "2"}], "k": 8}
    rows: set[tuple[int, str, tuple[str, ...]]] = set()
    statuses: list[int] = []
    ended = threading.Event()

    def ask() -> None:
        with httpx2.Client(base_url=f"{server.url}/api/v1", timeout=60) as client:
            while not ended.is_set():
                answer = client.post("/rankings", json=body)
                statuses.append(answer.status_code)
                for query, row in zip(body["queries"], answer.json()["rankings"], strict=True):
                    rows.add((row["model"], query["user"], tuple(row["items"])))

    with httpx2.Client(base_url=f"{server.url}/api/v1", timeout=60) as client:
        for user in ("3", "4", "5"):
            for item in ("Vandrell", "Moonmilk", "4417"):
                client.post("/feedback", json=rated(user, item, 5))
        askers = [threading.Thread(target=ask) for _ in range(3)]
        for asker in askers:
            asker.start()
        client.post("/models:refit", json={})
        until(lambda: client.get("/models").json()["active"] == 2)
        until(lambda: any(model == 2 for model, *_ in rows))
        client.post("/models/1:activate")
        n = len(statuses)
        until(lambda: len(statuses) > n + 50)
        ended.set()
        for asker in askers:
            asker.join()
    assert set(statuses) == {200}
    # each version has one list for each person, whichever process gave it, before and after
    assert len(rows) == len({(model, user) for model, user, _ in rows}) == 4
    server.stop()


def test_the_log_and_the_figures_name_no_person_and_no_key(two_workers: Server) -> None:
    with httpx2.Client(base_url=f"{two_workers.url}/api/v1") as client:
        secret = {"Authorization": "Bearer rsr_abc_verysecret"}
        client.get("/users/Zebedee-Quillfeather/history?q=Quillfeather", headers=secret)
        client.post("/feedback", json=rated("Zebedee-Quillfeather", "Vandrell", 4))
    log = two_workers.log.read_text()
    assert "Quillfeather" not in log
    assert "verysecret" not in log
    lines = [json.loads(line) for line in log.splitlines()]
    assert any(line.get("route") == "/api/v1/users/{user}/history" for line in lines)


def test_a_stop_ends_what_is_in_work(tmp_path: Path, fitted_folder: Path) -> None:
    server = Server(tmp_path, fitted_folder)
    answers: list[int] = []

    def ask() -> None:
        body = {"user": "1", "k": 10}
        answer = httpx2.post(f"{server.url}/api/v1/recommendations", json=body, timeout=60)
        answers.append(answer.status_code)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    until(lambda: bool(answers))
    server.stop()
    for asker in askers:
        asker.join()
    assert set(answers) <= {201, 503}


def test_another_address_is_refused_without_a_key_and_served_with_one(
    tmp_path: Path, fitted_folder: Path
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
    server = Server(tmp_path, fitted_folder, "--host", "0.0.0.0")
    with httpx2.Client(base_url=f"{server.url}/api/v1") as client:
        body = rated("ann", "Vandrell", 4)
        assert client.post("/feedback", json=body).status_code == 401
        headers = {"Authorization": f"Bearer {key}"}
        assert client.post("/feedback", json=body, headers=headers).status_code == 201
        lacking = client.post("/rankings", json={"queries": [{"user": "1"}]}, headers=headers)
        assert lacking.status_code == 403
        assert client.get("/models", headers=headers).status_code == 403
        id = key.split("_")[1]
        subprocess.run([*command, "key", "revoke", id, *home], check=True, capture_output=True)
        until(lambda: client.post("/feedback", json=body, headers=headers).status_code == 401)
    listed = subprocess.run([*command, "key", "list", *home], capture_output=True, text=True)
    assert "revoked" in listed.stdout
    assert key.split("_")[2] not in listed.stdout + server.log.read_text()
    server.stop()


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
