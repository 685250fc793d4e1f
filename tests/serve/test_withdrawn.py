"""Items that are withdrawn while the service runs."""

from collections.abc import Callable

import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from recsys_rag._serve.app import make_app
from recsys_rag._serve.service import Service


def shown(client: TestClient) -> dict[str, list[str]]:
    """Return the item ids that each kind of answer has."""
    ask = client.post
    ranked = ask("/api/v1/rankings", json={"queries": [{"user": "1"}], "k": 60}).json()
    listed = ask("/api/v1/recommendations", json={"user": "1", "k": 60, "explain": "none"}).json()
    worded = ask("/api/v1/recommendations", json={"query": "comedy", "k": 60, "explain": "none"})
    two = [{"name": "a", "user": "1"}, {"name": "b", "user": "2"}]
    group = ask("/api/v1/groups/recommendations", json={"members": two, "k": 60, "floor": 1})
    alike = client.get("/api/v1/items/Vandrell/similar", params={"k": 50}).json()
    catalog = client.get("/api/v1/items", params={"limit": 100}).json()
    return {
        "rankings": ranked["rankings"][0]["items"],
        "list": [item["item_id"] for item in listed["items"]],
        "words": [item["item_id"] for item in worded.json()["items"]],
        "group": [item["item_id"] for item in group.json()["items"]],
        "similar": [row["item"]["item_id"] for row in alike["similar"]],
        "catalog": [item["item_id"] for item in catalog["items"]],
    }


def test_what_is_withdrawn_is_gone_at_once_from_every_answer_of_every_process(
    database_url: str, make_service: Callable[..., Service]
) -> None:
    one, other = make_service(database_url), make_service(database_url)
    with TestClient(make_app(one)) as client, TestClient(make_app(other)) as beside:
        before = shown(beside)
        gone = [name[0] for name in before.values()]
        for item_id in gone:
            assert client.delete(f"/api/v1/items/{item_id}").status_code == 204
            assert client.delete(f"/api/v1/items/{item_id}").status_code == 204  # as it was
        for name, items in shown(beside).items():
            assert items, name
            assert not set(items) & set(gone), name
            if name not in ("group", "similar"):  # these go on with what stood behind
                assert set(items) == set(before[name]) - set(gone), name
        assert len(shown(beside)["similar"]) == 50
        for item_id in gone:
            assert beside.post(f"/api/v1/items/{item_id}:restore").status_code == 204
        assert shown(client) == before


def test_only_an_admin_withdraws_what_is_there(service: Service) -> None:
    keys = {
        scope: {"Authorization": f"Bearer {service.keys.create('shop', (scope,))}"}
        for scope in ("recommend", "feedback", "admin")
    }
    with TestClient(make_app(service, needs_key=True)) as client:
        for scope, headers in keys.items():
            expected = 204 if scope == "admin" else 403
            assert client.delete("/api/v1/items/Vandrell", headers=headers).status_code == expected
            again = client.post("/api/v1/items/Vandrell:restore", headers=headers)
            assert again.status_code == expected
        unknown = client.delete("/api/v1/items/nowhere", headers=keys["admin"])
        assert unknown.status_code == 404
