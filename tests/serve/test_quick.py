"""What is answered before the framework is answered as the framework answers it."""

import asyncio
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Receive

from recsys_rag._serve.api import lists
from recsys_rag._serve.quick import Quick
from recsys_rag._serve.service import Service

PATH = "/api/v1/rankings"
# a parameter in the content type is odd enough for the ordinary way
QUICK, ORDINARY = "application/json", "application/json; charset=utf-8"
GOOD = {"queries": [{"user": "1"}], "k": 3}


# what differs each time: ids, moments and how long it took
DIFFERS = re.compile(r'"(request_id|id|created_at|seconds)":("[^"]*"|\d+|\{[^}]*\})')
DIFFERENT_HEADERS = {"x-request-id", "server-timing", "content-length", "etag"}
DIFFERENT_HEADERS |= {"location", "content-location"}


def answers(
    client: TestClient, body: bytes, path: str = PATH, accept: str = "*/*"
) -> list[tuple[int, Any, dict[str, str]]]:
    """Return status, body and headers by either way, without what differs each time."""
    found = []
    for content_type in (QUICK, ORDINARY):
        asked = {"Content-Type": content_type, "Accept": accept}
        told = client.post(path, content=body, headers=asked)
        text = DIFFERS.sub("", told.text)
        headers = {
            name: value for name, value in told.headers.items() if name not in DIFFERENT_HEADERS
        }
        found.append((told.status_code, text, headers))
    return found


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(GOOD).encode(),
        json.dumps({"queries": [{"user": "nobody"}, {"query": "a comedy"}]}).encode(),
        json.dumps({**GOOD, "k": 0}).encode(),
        json.dumps({**GOOD, "k": 5.0}).encode(),
        json.dumps({**GOOD, "k": "5"}).encode(),
        json.dumps({**GOOD, "k": True}).encode(),
        json.dumps({**GOOD, "more": 1}).encode(),
        b'{"queries": [{"user": "1", "history": {"Vandrell": NaN}}]}',
        b'{"queries": [{"user": "1", "diversity": Infinity}]}',
        b'{"queries": [{"user": "\\ud800"}]}',
        b'{"queries": [{"user": "a\\u0000"}]}',
        b'{"queries": [{"user": "1", "user": "2"}]}',
        b'{"queries": [{"user": "1"}], "k": 1' + b"0" * 400 + b"}",
        b'{"queries": [' + b"[" * 500 + b"]" * 500 + b"]}",
        b'{"queries": [{"user": "\xff"}]}',
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
        b"",
        b"[]",
        b"null",
        b"{",
        b" " * 70_000 + json.dumps(GOOD).encode(),
    ],
)
def test_both_ways_answer_alike(client: TestClient, body: bytes) -> None:
    quick, ordinary = answers(client, body)
    assert quick == ordinary


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize(
    "body", [{"user": "1", "k": 2}, {"user": "1", "k": 0}, {"user": "nobody"}, {"query": 7}, []]
)
def test_lists_are_answered_alike(client: TestClient, body: object, accept: str) -> None:
    content = json.dumps(body).encode()
    quick, ordinary = answers(client, content, "/api/v1/recommendations", accept)
    assert quick == ordinary


@pytest.mark.parametrize(
    "about", ["Vandrell", "no such film", ""], ids=["known", "unknown", "nothing"]
)
def test_texts_are_judged_alike(client: TestClient, about: str) -> None:
    content = json.dumps({"about": about, "text": "It is a drama. Nobody rated it."}).encode()
    quick, ordinary = answers(client, content, "/api/v1/verify")
    assert quick == ordinary


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
_FIELDS = st.sampled_from(
    ["user", "history", "query", "likes", "filters", "include_seen", "diversity", "tone", "k"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_FIELDS, _VALUES, max_size=4))
def test_both_ways_refuse_alike(client: TestClient, query: dict[str, Any]) -> None:
    quick, ordinary = answers(client, json.dumps({"queries": [query]}).encode())
    assert quick == ordinary


def test_the_quick_way_is_taken(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    others = {
        "/api/v1/recommendations": ({"user": "1", "k": 2}, 201),
        "/api/v1/verify": ({"about": "Vandrell", "text": "It is a drama."}, 200),
    }

    def gone(*_: object) -> None:
        raise AssertionError("the framework was asked")

    monkeypatch.setattr("fastapi.routing.run_endpoint_function", gone)
    for path, (body, status) in others.items():
        assert client.post(path, json=body).status_code == status
    answer = client.post(PATH, json=GOOD)
    assert answer.status_code == 200
    assert len(answer.json()["rankings"][0]["items"]) == 3
    assert client.post(PATH, content=json.dumps(GOOD), headers={"Content-Type": ORDINARY}).is_error


def test_a_body_that_comes_in_pieces_takes_the_ordinary_way(service: Service) -> None:
    pieces = [json.dumps(GOOD).encode(), b" and more"]  # the first alone would be a body
    messages = [
        {"type": "http.request", "body": piece, "more_body": piece is pieces[0]} for piece in pieces
    ]
    taken = []

    async def ordinary(scope: Any, receive: Receive, send: Any) -> None:
        taken.extend([await receive(), await receive()])

    coming = iter(messages)

    async def receiving() -> Any:
        return next(coming)

    headers = [(b"content-type", QUICK.encode()), (b"content-length", b"60")]
    scope = {"type": "http", "method": "POST", "path": PATH, "query_string": b""}
    quick = Quick(ordinary, lists.QUICK)
    asyncio.run(quick({**scope, "headers": headers}, receiving, None))
    assert [one["body"] for one in taken] == pieces
