"""Items that are put and changed while the service runs: they count in the next answer of every
process, after a restart, and in the next refit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
import sqlalchemy as sa
from alembic import command
from starlette.testclient import TestClient

from recsys_rag._serve.app import make_app
from recsys_rag._serve.database import Database, alembic_config
from recsys_rag._serve.service import Service

FILM: dict[str, Any] = {
    "title": "Tidal Clockwork",
    "year": 1999,
    "genres": ["Horror", "Comedy"],
    "runtime_minutes": 91,
    "metadata": {"director": ["Ada Quern"], "keywords": ["zeppelin", "clockmaker"]},
}
Services = Callable[[str], Service]


def ids(client: TestClient, **query: Any) -> list[str]:
    body = {"k": 60, "explain": "none"} | query
    answer = client.post("/api/v1/recommendations", json=body)
    assert answer.status_code == 201, answer.text
    return [item["item_id"] for item in answer.json()["items"]]


def test_a_new_item_is_in_every_kind_of_answer_of_every_process_at_once(
    database_url: str, make_service: Services
) -> None:
    one, other = make_service(database_url), make_service(database_url)
    with TestClient(make_app(one)) as client, TestClient(make_app(other)) as beside:
        assert beside.get("/api/v1/items/x1").status_code == 404
        answer = client.put("/api/v1/items/x1", json=FILM)
        assert answer.status_code == 201
        assert (answer.json()["title"], answer.json()["n_ratings"]) == ("Tidal Clockwork", 0)
        found = beside.get("/api/v1/items", params={"q": "tidal"}).json()["items"]
        assert [item["item_id"] for item in found] == ["x1"]
        assert beside.get("/api/v1/items/tidal clockwork").json()["item_id"] == "x1"
        # by words, by what it has, and as an example
        assert ids(beside, query="a clockmaker on a zeppelin")[0] == "x1"
        assert "x1" in ids(beside, user="1", query="a horror comedy")
        assert ids(beside, filters={"only": ["x1"]}, query="horror") == ["x1"]
        ranked = beside.post("/api/v1/rankings", json={"queries": [{"query": "zeppelin"}]}).json()
        assert ranked["rankings"][0]["items"][0] == "x1"
        similar = beside.get("/api/v1/items/x1/similar", params={"k": 5}).json()["similar"]
        assert any("Horror" in row["item"]["genres"] for row in similar)
        assert ids(beside, query="like Tidal Clockwork")
        # its text, true by its own facts
        asked = {"query": "a film by Ada Quern", "k": 1, "explain": "facts"}
        (item,) = beside.post("/api/v1/recommendations", json=asked).json()["items"]
        assert (item["item_id"], bool(item["text"]), item["refused"]) == ("x1", True, [])
        judged = {"about": "x1", "text": "It is a horror film. It was released in 1901."}
        verdicts = beside.post("/api/v1/verify", json=judged).json()["sentences"]
        assert [one["verdict"] for one in verdicts] == ["supported", "refuted"]
        # and what people say of it counts
        said = {"user": "ann", "item": "x1", "kind": "rating", "rating": 5}
        assert beside.post("/api/v1/feedback", json=said).status_code == 201
        assert "x1" not in ids(client, user="ann", query="zeppelin")


def test_what_changes_counts_at_once_and_what_was_said_before_stays_as_it_was(
    service: Service, client: TestClient
) -> None:
    asked = {"user": "1", "query": "horror", "k": 3, "explain": "facts"}
    kept = client.post("/api/v1/recommendations", json=asked).json()
    item = kept["items"][0]
    genre = next(fact for fact in item["facts"] if "horror" in str(fact["values"]).lower())
    change = client.patch(f"/api/v1/items/{item['item_id']}", json={"genres": ["Western"]})
    assert change.status_code == 200
    assert change.json()["genres"] == ["Western"]
    assert change.json()["title"] == item["title"]
    assert item["item_id"] not in ids(client, query="horror")
    assert item["item_id"] in ids(client, query="western")
    assert client.get(f"/api/v1/recommendations/{kept['id']}").json() == kept
    path = f"/api/v1/recommendations/{kept['id']}/items/{item['item_id']}/facts/{genre['number']}"
    read = client.get(path).json()
    assert (read["then"]["is_borne_out"], read["now"]["is_borne_out"]) == (True, False)
    newer = client.post("/api/v1/recommendations", json=asked).json()
    assert (kept["as_of"]["items"], newer["as_of"]["items"]) == (0, 1)


def test_items_are_there_after_a_restart_and_a_change_of_null_clears(
    database_url: str, make_service: Services
) -> None:
    with TestClient(make_app(make_service(database_url))) as client:
        client.put("/api/v1/items/x1", json=FILM)
        change = {"year": None, "metadata": {"director": None, "actors": ["Bo Lind"]}}
        client.patch("/api/v1/items/x1", json=change)
    with TestClient(make_app(make_service(database_url))) as client:
        item = client.get("/api/v1/items/x1").json()
        assert (item["year"], item["genres"]) == (None, ["Horror", "Comedy"])
        assert {name: texts for name, texts in item["metadata"].items() if texts} == {
            "actors": ["Bo Lind"],
            "keywords": ["zeppelin", "clockmaker"],
        }


def test_putting_the_same_again_changes_nothing(service: Service, client: TestClient) -> None:
    first = client.put("/api/v1/items/x1", json=FILM)
    shuffled = dict(reversed(list(FILM.items())))
    again = client.put("/api/v1/items/x1", json=shuffled)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    assert service.versions.now()[1] == 1


def test_conditions_keep_one_from_undoing_what_another_did(client: TestClient) -> None:
    new = {"If-None-Match": "*"}
    assert client.put("/api/v1/items/x1", json=FILM, headers=new).status_code == 201
    there = client.put("/api/v1/items/x1", json=FILM, headers=new)
    assert (there.status_code, "is there already" in there.json()["detail"]) == (412, True)
    tag = {"If-Match": client.get("/api/v1/items/x1").headers["etag"]}
    assert client.patch("/api/v1/items/x1", json={"year": 2001}, headers=tag).status_code == 200
    late = client.patch("/api/v1/items/x1", json={"year": 2002}, headers=tag)
    assert (late.status_code, "is not as it was" in late.json()["detail"]) == (412, True)
    nobody = {"If-Match": "*"}
    assert client.put("/api/v1/items/x2", json=FILM, headers=nobody).status_code == 412
    assert client.get("/api/v1/items/x1").json()["year"] == 2001
    known = {"If-None-Match": client.get("/api/v1/items/x1").headers["etag"]}
    assert client.get("/api/v1/items/x1", headers=known).status_code == 304


def test_many_are_put_at_once_and_a_line_that_is_refused_keeps_no_other(client: TestClient) -> None:
    lines = [
        json.dumps(FILM | {"item": "x1"}),
        json.dumps({"item": "x2"}),
        json.dumps({"item": "x3", "title": "Rust", "metadata": {"color": ["red"]}}),
        "{",
        json.dumps({"item": "x4", "title": "Rust"}),
        json.dumps(FILM | {"item": "x1"}),
    ]
    headers = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/api/v1/items:bulk", content="\n".join(lines), headers=headers)
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [one["status"] for one in told] == [
        "changed",
        "refused",
        "refused",
        "refused",
        "changed",
        "unchanged",
    ]
    assert "no metadata 'color'" in told[2]["problem"]["detail"]
    assert [client.get(f"/api/v1/items/x{n}").status_code for n in range(1, 5)] == [
        200,
        404,
        404,
        200,
    ]
    assert client.post("/api/v1/items:bulk", content="{}").status_code == 415
    assert client.post("/api/v1/items:bulk", json={"item": "x5"}).status_code == 422
    one = client.post("/api/v1/items:bulk", json={"item": "x5", "title": "Rust"})
    assert one.json() == {"line": 1, "status": "changed", "item": "x5", "problem": None}


@pytest.mark.parametrize(
    ("id", "body"),
    [
        ("x1", {"genres": ["Drama"]}),
        ("x1", {"title": "  "}),
        ("x1", {"title": "A\x00B"}),
        ("x1", {"title": "A", "stars": 5}),
        ("x1", {"title": "A", "year": "1999"}),
        ("x1", {"title": "A", "release_date": "soon"}),
        ("x1", {"title": "A", "metadata": {"color": ["red"]}}),
        ("x1", {"title": "A", "attributes": {"stars": 1}}),
        ("x" * 201, {"title": "A"}),
        (" x1", {"title": "A"}),
        ("x%231", {"title": "A"}),
    ],
)
def test_what_is_no_item_is_refused_and_nothing_is_written(
    service: Service, client: TestClient, id: str, body: dict[str, Any]
) -> None:
    assert client.put(f"/api/v1/items/{id}", json=body).status_code == 422
    assert service.versions.now()[1] == 0


def test_only_what_is_there_is_changed_and_a_title_cannot_be_cleared(client: TestClient) -> None:
    assert client.patch("/api/v1/items/x1", json={"year": 1999}).status_code == 404
    client.put("/api/v1/items/x1", json=FILM)
    assert client.patch("/api/v1/items/x1", json={"title": None}).status_code == 422
    assert client.patch("/api/v1/items/x1", json={}).json()["title"] == "Tidal Clockwork"


def test_only_an_admin_puts_and_changes(service: Service) -> None:
    keys = {
        scope: {"Authorization": f"Bearer {service.keys.create('shop', (scope,))}"}
        for scope in ("recommend", "feedback", "admin")
    }
    with TestClient(make_app(service, needs_key=True)) as client:
        for scope, expected in (("recommend", 403), ("feedback", 403), ("admin", 201)):
            put = client.put(f"/api/v1/items/{scope}", json=FILM, headers=keys[scope])
            assert put.status_code == expected
            change = {"year": 1990}
            patch = client.patch("/api/v1/items/admin", json=change, headers=keys[scope])
            assert patch.status_code == (200 if scope == "admin" else 403)


def test_a_title_that_would_be_markup_is_shown_as_text(service: Service) -> None:
    from recsys_rag._serve.pages.routes import router

    with TestClient(make_app(service, pages=(router,))) as client:
        body = FILM | {"title": "<script>alert(1)</script> zeppelin"}
        client.put("/api/v1/items/x1", json=body)
        page = client.get("/", params={"q": "zeppelin"}).text
        assert "<script>alert" not in page


def test_a_withdrawn_item_stays_so_when_it_is_put(client: TestClient) -> None:
    client.put("/api/v1/items/x1", json=FILM)
    client.delete("/api/v1/items/x1")
    client.put("/api/v1/items/x1", json=FILM | {"year": 2001})
    assert "x1" not in ids(client, query="zeppelin")
    client.post("/api/v1/items/x1:restore")
    assert "x1" in ids(client, query="zeppelin")


def test_a_database_of_an_earlier_version_is_brought_forward_with_what_it_holds(
    database_url: str, make_service: Services, fitted_folder: Path
) -> None:
    database = Database(database_url)
    with database.writing() as connection:
        command.upgrade(alembic_config(connection), "0002")
    with database.writing() as connection:
        values = f"('{fitted_folder}', 0, 'ready', '{{}}')"
        connection.execute(
            sa.text(f"INSERT INTO models (folder, created_at, status, card) VALUES {values}")
        )
        connection.execute(
            sa.text("INSERT INTO activations (version, at, reason) VALUES (1, 0, 'first')")
        )
        connection.execute(
            sa.text(
                "INSERT INTO feedback (user_id, item_id, kind, rating, said_at) "
                "VALUES ('ann', '101', 'rating', 5, 1)"
            )
        )
    database.close()
    with TestClient(make_app(make_service(database_url))) as client:
        rows = client.get("/api/v1/users/ann/history").json()["history"]
        assert [(row["item_id"], row["rating"]) for row in rows] == [("101", 5)]
        assert client.put("/api/v1/items/x1", json=FILM).status_code == 201
