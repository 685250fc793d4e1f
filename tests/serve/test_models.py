"""Refits in a process of their own, versions that change under way, and forgetting."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from recsys_rag import Recommender
from recsys_rag._serve.app import make_app
from recsys_rag._serve.configuration import Configuration
from recsys_rag._serve.database import Database
from recsys_rag._serve.running import first_model
from recsys_rag._serve.service import Service
from serving import SETTINGS, until


@pytest.fixture
def at_home(
    tmp_path: Path, fitted_folder: Path, database_url: str
) -> Iterator[Callable[[], Service]]:
    """Makes services with a folder of their own, where models can be fitted anew."""
    database = Database(database_url)
    database.migrate()
    recommender = Recommender.load(fitted_folder)
    configuration = Configuration(
        database=database_url, home=str(tmp_path / "home"), settings=msgspec.to_builtins(SETTINGS)
    )
    first_model(database, tmp_path / "home", recommender, "films")
    made: list[Service] = []

    def make() -> Service:
        made.append(Service(Database(database_url), SETTINGS, configuration=configuration))
        return made[-1]

    yield make
    for service in made:
        service.close()
    database.close()


_ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def say(client: TestClient, user: str, item: str, rating: float) -> None:
    body = {"user": user, "item": item, "kind": "rating", "rating": rating}
    assert client.post("/api/v1/feedback", json=body).status_code == 201


def fitted(client: TestClient, version: int) -> dict[str, Any]:
    def done() -> bool:
        return client.get(f"/api/v1/models/{version}").json()["status"] != "fitting"

    until(done)
    return dict(client.get(f"/api/v1/models/{version}").json())


def test_a_refit_learns_from_feedback_answers_everywhere_and_can_be_taken_back(
    at_home: Callable[[], Service],
) -> None:
    service, other = at_home(), at_home()
    with TestClient(make_app(service)) as client, TestClient(make_app(other)) as beside:
        for place, title in enumerate(("Vandrell", "Moonmilk", "4417", "Ledgerdemain")):
            say(client, "ann", title, 5)
            say(client, "bea", title, 5 if place else 4)
        kept = client.post("/api/v1/recommendations", json={"user": "ann", "k": 3})
        answer = client.post("/api/v1/models:refit", json={})
        assert answer.status_code == 202
        busy = client.post("/api/v1/models:refit", json={})
        assert busy.status_code == 409
        version = answer.json()["version"]
        model = fitted(client, version)
        assert model["status"] == "ready", model
        assert model["card"]["users"] == client.get("/api/v1/models/1").json()["card"]["users"] + 2
        assert model["card"]["measured"]["people"] == 2
        for asked in (client, beside):
            until(lambda asked=asked: asked.get("/readyz").json()["model"] == version)
            view = asked.post("/api/v1/recommendations", json={"user": "ann", "k": 3}).json()
            assert view["as_of"]["model"] == version
        assert client.get(kept.headers["location"]).content == kept.content
        fact = kept.json()["items"][0]["facts"][0]["number"]
        item = kept.json()["items"][0]["item_id"]
        read = client.get(f"{kept.headers['location']}/items/{item}/facts/{fact}").json()
        assert (read["then"]["model"], read["then"]["is_borne_out"]) == (1, True)
        assert read["now"]["model"] == version
        assert client.post("/api/v1/models/1:activate").status_code == 200
        assert client.get("/readyz").json()["model"] == 1
        until(lambda: beside.get("/readyz").json()["model"] == 1)
        assert client.post("/api/v1/models/99:activate").status_code == 404


def traces(folder: Path, name: bytes) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and name in file.read_bytes()]


def test_who_is_forgotten_is_in_no_byte_of_database_models_or_lists(
    at_home: Callable[[], Service], tmp_path: Path, database_url: str, capfd: Any
) -> None:
    service = at_home()
    name = "Zebedee-Quillfeather-77"
    with TestClient(make_app(service)) as client:
        for title in ("Vandrell", "Moonmilk", "4417"):
            say(client, name, title, 5)
        client.post("/api/v1/recommendations", json={"user": name, "k": 3})
        say(client, "other", "Vandrell", 3)
        fitted(client, client.post("/api/v1/models:refit", json={}).json()["version"])
        until(lambda: client.get("/readyz").json()["model"] == 2)
        assert traces(tmp_path / "home", name.encode())
        exported = client.get(f"/api/v1/users/{name}/export").json()
        assert (len(exported["said"]), len(exported["recommendations"])) == (3, 1)
        receipt = client.delete(f"/api/v1/users/{name}").json()
        none = {"conversations": 0, "turns": 0}
        assert receipt["removed"] == {"feedback": 3, "recommendations": 1, **none}
        unknown = client.post("/api/v1/recommendations", json={"user": name, "k": 3})
        assert unknown.status_code == 404  # at once, although it still stands in the model

        def is_complete() -> bool:
            return client.get(f"/api/v1/receipts/{receipt['id']}").json()["state"] == "complete"

        until(is_complete)
        until(lambda: client.get("/readyz").json()["model"] == 3)
        assert not client.get(f"/api/v1/users/{name}/history").json()["known"]
        assert client.get("/api/v1/users/other/history").json()["known"]
    service.close()
    assert traces(tmp_path, name.encode()) == []
    assert name not in str(receipt)
    out, err = capfd.readouterr()
    assert name not in out + err
    if database_url.startswith("postgresql"):
        dump = subprocess.run(["pg_dump", database_url], capture_output=True, check=True).stdout
        assert name.encode() not in dump


@_ONCE
def test_a_person_of_the_first_data_is_forgotten_too(at_home: Callable[[], Service]) -> None:
    service = at_home()
    with TestClient(make_app(service)) as client:
        assert client.get("/api/v1/users/7/history").json()["history"]
        receipt = client.delete("/api/v1/users/7").json()
        assert receipt["state"] == "pending"
        assert not client.get("/api/v1/users/7/history").json()["history"]
        until(lambda: client.get(f"/api/v1/receipts/{receipt['id']}").json()["state"] == "complete")
        until(lambda: client.get("/readyz").json()["model"] == 2)
        assert "7" not in service.engine.recommender.dataset.users
        assert "8" in service.engine.recommender.dataset.users
        assert client.get("/api/v1/models/1").json()["status"] == "erased"
        assert client.post("/api/v1/models/1:activate").status_code == 409


@_ONCE
def test_a_refit_is_due_once_the_newest_is_old_and_something_was_said(
    at_home: Callable[[], Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    from recsys_rag._serve import service as module
    from recsys_rag._serve.people import Feedback

    service, at = at_home(), module.now()

    def is_due(hours_later: float) -> bool:
        monkeypatch.setattr(module, "now", lambda: at + int(hours_later * 3600))
        return service._is_due(24)

    assert not is_due(25)
    service.memory.say([Feedback("ann", "Vandrell", "seen")])
    assert not is_due(23)
    assert is_due(26)
    assert not service._is_due(0)


@_ONCE
def test_a_refit_that_dies_has_failed_and_another_may_begin(at_home: Callable[[], Service]) -> None:
    service = at_home()
    with TestClient(make_app(service)) as client:
        version = client.post("/api/v1/models:refit", json={}).json()["version"]
        (process,) = service._refits
        process.kill()
        process.wait()
        again = client.post("/api/v1/models:refit", json={"activate": "never"})
        assert again.status_code == 202
        assert client.get(f"/api/v1/models/{version}").json()["status"] == "failed"
        assert fitted(client, again.json()["version"])["status"] == "ready"
        assert client.get("/readyz").json()["model"] == 1


@_ONCE
def test_a_refit_learns_of_items_that_were_put_and_what_people_said_of_them(
    at_home: Callable[[], Service],
) -> None:
    service = at_home()
    film = {"title": "Tidal Clockwork", "year": 1999, "genres": ["Horror"]}
    with TestClient(make_app(service)) as client:
        assert client.put("/api/v1/items/x1", json=film).status_code == 201
        for user in ("1", "2", "3"):
            say(client, user, "x1", 5)
        client.post("/api/v1/models:refit", json={"activate": "never"})
        assert fitted(client, 2)["card"]["items"] == 61
        client.post("/api/v1/models/2:activate")
        item = client.get("/api/v1/items/x1").json()
        assert (item["n_ratings"], item["average_rating"]) == (3, 5.0)
        # the answer before it is opened by the version and the items of then
        client.patch("/api/v1/items/x1", json={"year": 2001})
        assert client.get("/api/v1/items/x1").json()["year"] == 2001
        assert client.get("/api/v1/items/x1").json()["n_ratings"] == 3
        client.post("/api/v1/models/1:activate")
        assert client.get("/api/v1/items/x1").json()["year"] == 2001
        assert client.get("/api/v1/items/x1").json()["n_ratings"] == 0


def older(folder: Path) -> None:
    """Have an artifact be of an earlier format."""
    file = folder / "manifest.json"
    told = json.loads(file.read_text())
    file.write_text(json.dumps(told | {"format": told["format"] - 1}))


@_ONCE
@pytest.mark.parametrize("data_too", [False, True])
def test_a_home_of_an_earlier_version_starts_with_a_word_and_loses_nothing(
    at_home: Callable[[], Service], tmp_path: Path, fitted_folder: Path, data_too: bool
) -> None:
    home = tmp_path / "home"
    service = at_home()
    with TestClient(make_app(service)) as client:
        say(client, "ann", "Vandrell", 5)
        client.put("/api/v1/items/x1", json={"title": "Tidal Clockwork"})
        say(client, "ann", "x1", 4)
    older(home / "models" / "1")
    if data_too:
        (data,) = (home / "data").iterdir()
        older(data)
    told: list[str] = []
    database = Database(service.database.url)
    recommender = Recommender.load(fitted_folder)
    version = first_model(database, home, recommender, "films", told.append)
    assert version == (3 if data_too else 2)
    assert "Model 1 cannot be read here" in told[0]
    assert len(told) == 1 + data_too
    with TestClient(make_app(at_home())) as client:
        assert client.get("/readyz").json()["model"] == version
        rows = client.get("/api/v1/users/ann/history").json()["history"]
        assert {row["title"]: row["rating"] for row in rows} == {
            "Vandrell": 5,
            "Tidal Clockwork": 4,
        }
        card = client.get(f"/api/v1/models/{version}").json()["card"]
        assert ("ann" in at_home().engine.recommender.dataset.users) is not data_too
        assert card["origin"] == "films"
        assert client.post("/api/v1/models/1:activate").status_code == 409
        client.post("/api/v1/models:refit", json={})
        until(lambda: client.get("/readyz").json()["model"] == version + 1)
    again = first_model(database, home, recommender, "films", told.append)
    assert (again, len(told)) == (version + 1, 1 + data_too)
    database.close()
