"""/feedback and /users: what is said counts in the very next answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from recsys_rag._serve.app import make_app
from recsys_rag._serve.service import Service

NDJSON = {"Content-Type": "application/x-ndjson"}


def say(client: TestClient, user: str, item: str, kind: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/feedback", json={"user": user, "item": item, "kind": kind} | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def listed(client: TestClient, user: str, **more: Any) -> list[str]:
    body = {"user": user, "k": 10, "explain": "none", **more}
    answer = client.post("/api/v1/recommendations", json=body)
    assert answer.status_code == 201, answer.text
    return [item["item_id"] for item in answer.json()["items"]]


def known(client: TestClient, user: str) -> dict[str, float | None]:
    rows = client.get(f"/api/v1/users/{user}/history").json()["history"]
    return {row["item_id"]: row["rating"] for row in rows}


def test_a_new_person_is_known_by_the_next_answer_with_either_database(
    database_url: str, make_service: Callable[[str], Service]
) -> None:
    service = make_service(database_url)
    with TestClient(make_app(service)) as client:
        assert say(client, "ann", "Vandrell", "rating", rating=5)["number"] == 1
        item = service.engine.recommender.dataset.catalog.resolve("Vandrell")
        item_id = service.engine.recommender.dataset.items.id(item)
        assert known(client, "ann") == {item_id: 5.0}
        say(client, "ann", "Moonmilk", "rating", rating=2)
        expected = service.engine.recommender.recommend(
            history={"Vandrell": 5, "Moonmilk": 2}, k=10, explain=False
        )
        assert listed(client, "ann") == [item.item_id for item in expected.items]


def test_what_was_just_rated_is_not_recommended_to_a_known_person(client: TestClient) -> None:
    before = listed(client, "1")
    say(client, "1", before[0], "rating", rating=4)
    assert before[0] not in listed(client, "1")
    assert known(client, "1")[before[0]] == 4.0


@pytest.mark.parametrize("kind", ["seen", "dismissed", "not_for_me", "liked"])
def test_what_a_person_had_enough_of_stays_away_until_it_is_taken_back(
    client: TestClient, kind: str
) -> None:
    before = listed(client, "4")
    say(client, "4", before[1], kind)
    assert before[1] not in listed(client, "4")
    say(client, "4", before[1], "withdrawn")
    assert listed(client, "4") == before


def test_not_for_me_holds_back_what_is_like_it_and_dismissed_does_not(client: TestClient) -> None:
    before = listed(client, "6", diversity=0.0)
    say(client, "6", before[0], "dismissed")
    assert listed(client, "6", k=9, diversity=0.0) == before[1:]
    say(client, "6", before[0], "not_for_me")
    view = client.post("/api/v1/recommendations", json={"user": "6", "explain": "none"}).json()
    assert view["query"]["dislikes"] == [before[0]]


def test_that_an_item_was_seen_never_replaces_a_rating_and_the_latest_rating_wins(
    client: TestClient,
) -> None:
    say(client, "bob", "Moonmilk", "rating", rating=2, at=1_000_000_000)
    say(client, "bob", "Moonmilk", "rating", rating=5, at=900_000_000)  # said later, of earlier
    say(client, "bob", "Moonmilk", "seen")
    assert list(known(client, "bob").values()) == [2.0]


def test_each_line_has_its_result_and_nothing_is_dropped_in_silence(client: TestClient) -> None:
    lines = [
        b'{"user": "cy", "item": "Moonmilk", "kind": "rating", "rating": 4}',
        b"not json",
        b'{"user": "cy", "item": "No such film", "kind": "seen"}',
        b'{"user": "cy", "item": "Moonmilk", "kind": "rating", "rating": 77}',
        b'{"user": "cy", "item": "Moonmilk", "kind": "rating"}',
        b'{"user": "cy", "item": "Moonmilk", "kind": "seen", "rating": 4}',
        b"",
        b'{"user": "cy", "item": "Vandrell", "kind": "seen"}',
    ]
    answer = client.post("/api/v1/feedback", content=b"\n".join(lines), headers=NDJSON)
    results = [json.loads(line) for line in answer.text.splitlines()]
    assert [result["line"] for result in results] == list(range(1, 9))
    assert [result["status"] for result in results] == [
        "recorded", *["refused"] * 6, "recorded",
    ]  # fmt: skip
    statuses = [result["problem"]["status"] for result in results if result["problem"]]
    assert statuses == [422, 404, 422, 422, 422, 422]
    assert len(known(client, "cy")) == 2


def test_a_repeated_request_is_written_down_once(
    database_url: str, make_service: Callable[[str], Service]
) -> None:
    body = {"user": "di", "item": "Moonmilk", "kind": "seen"}
    headers = {"Idempotency-Key": "a"}
    with TestClient(make_app(make_service(database_url))) as client:
        first = client.post("/api/v1/feedback", json=body, headers=headers)
        again = client.post("/api/v1/feedback", json=body, headers=headers)
        assert (again.content, again.status_code) == (first.content, 201)
        assert again.headers["idempotent-replayed"] == "true"
        other = client.post("/api/v1/feedback", json=body | {"user": "ed"}, headers=headers)
        assert other.status_code == 422
        assert client.get("/api/v1/users/di/history").json()["feedback"] == 1
        assert not client.get("/api/v1/users/ed/history").json()["known"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"user": "a", "item": "Moonmilk", "kind": "hated"}, "Input should be 'rating'"),
        ({"user": "a", "item": "Moonmilk", "kind": "rating", "rating": True}, "valid number"),
        ({"user": "", "item": "Moonmilk", "kind": "seen"}, "must not be blank"),
        ({"user": "a\0", "item": "Moonmilk", "kind": "seen"}, "NUL"),
        ({"user": "a", "item": "Moonmilk", "kind": "seen", "at": -1}, "greater than or equal"),
        ({"user": "a", "item": "Moonmilk", "kind": "seen", "at": 9_999_999_999}, "between 1970"),
        ({"user": "a", "item": "Moonmilk", "kind": "seen", "extra": 1}, "not permitted"),
    ],
)
def test_feedback_that_cannot_be_is_refused_in_words(
    client: TestClient, body: dict[str, Any], message: str
) -> None:
    answer = client.post("/api/v1/feedback", json=body)
    assert answer.status_code == 422
    assert message in answer.json()["detail"]


def test_half_a_surrogate_pair_is_refused(client: TestClient) -> None:
    for text in (b'"\\ud800"', b'"\xed\xa0\x80"', b'"\xff"'):
        body = b'{"user": %s, "item": "Moonmilk", "kind": "seen"}' % text
        answer = client.post(
            "/api/v1/feedback", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 422, answer.text
