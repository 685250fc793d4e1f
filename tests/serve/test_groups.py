"""One list for several people over HTTP."""

from typing import Any

import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient

ADDRESS = "/api/v1/groups/recommendations"
TWO: list[dict[str, Any]] = [{"name": "Ann", "user": "1"}, {"name": "Bo", "likes": ["Vandrell"]}]


def test_everybody_has_a_value_and_a_reason_and_nobody_less_than_the_floor(
    client: TestClient,
) -> None:
    answer = client.post(ADDRESS, json={"members": TWO, "k": 3, "floor": 2.5})
    assert answer.status_code == 200
    told = answer.json()
    assert told["floor"] == 2.5
    assert told["are_ratings"]
    assert 1 <= len(told["items"]) <= 3
    merits = [item["mean"] + item["worst"] for item in told["items"]]
    assert merits == sorted(merits, reverse=True)
    for item in told["items"]:
        assert [opinion["name"] for opinion in item["opinions"]] == ["Ann", "Bo"]
        values = [opinion["value"] for opinion in item["opinions"]]
        assert item["worst"] == min(values) >= 2.5
        assert item["mean"] == pytest.approx(sum(values) / 2)
        for opinion in item["opinions"]:
            numbers = {fact["number"] for fact in opinion["facts"]}
            for sentence in opinion["sentences"]:
                assert opinion["text"][sentence["start"] : sentence["end"]] == sentence["text"]
                assert set(sentence["facts"]) <= numbers


def test_what_a_member_said_counts_at_once(client: TestClient) -> None:
    before = client.post(ADDRESS, json={"members": TWO, "explain": "none"}).json()["items"]
    assert all(not opinion["text"] for item in before for opinion in item["opinions"])
    said = {"user": "1", "item": before[0]["item_id"], "kind": "seen"}
    assert client.post("/api/v1/feedback", json=said).status_code == 201
    after = client.post(ADDRESS, json={"members": TWO, "explain": "none"}).json()["items"]
    assert before[0]["item_id"] not in [item["item_id"] for item in after]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"members": TWO[:1]}, 422),
        ({"members": TWO[:1] * 2}, 422),  # twice the same name
        ({"members": [{**TWO[0], "name": " "}, TWO[1]]}, 422),
        ({"members": [{"name": "Ann", "user": "nobody"}, TWO[1]]}, 404),
        ({"floor": 9}, 422),
        ({"k": 0}, 422),
        ({"together": True}, 422),
    ],
)
def test_a_group_that_cannot_be_is_refused(
    client: TestClient, change: dict[str, object], status: int
) -> None:
    answer = client.post(ADDRESS, json={"members": TWO} | change)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
