"""What every request goes through: keys, limits, hosts, headers, odd bodies."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from recsys_rag._serve import problems
from recsys_rag._serve.app import make_app
from recsys_rag._serve.keys import Key
from recsys_rag._serve.service import Service
from recsys_rag.errors import RecsysRagError

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def guarded(service: Service) -> Iterator[TestClient]:
    """Asks a service that needs a key."""
    with TestClient(make_app(service, needs_key=True)) as client:
        yield client


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_every_error_has_a_status_of_its_own() -> None:
    for kind in RecsysRagError.__subclasses__():
        assert kind in problems.STATUSES or kind is problems.Refused


def test_only_the_hash_of_a_key_is_kept(service: Service) -> None:
    key = service.keys.create("shop", ("recommend",))
    secret = key.split("_", 2)[2]
    with service.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM keys").all()
    assert secret not in str(rows)
    assert hashlib.sha256(secret.encode()).hexdigest() in str(rows)


@pytest.mark.parametrize(
    "given", ["", "rsr__", "rsr_x_y", "rsr_{id}_", "rsr_{id}_wrong", "{key}x", "rsr_%00_x", "é"]
)
def test_a_key_that_is_not_one_is_refused(
    service: Service, guarded: TestClient, given: str
) -> None:
    key = service.keys.create("shop", ("recommend",))
    text = given.format(id=key.split("_")[1], key=key)
    answer = guarded.get("/api/v1/items", headers={"Authorization": f"Bearer {text}".encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert guarded.get("/api/v1/items", headers=bearer(key)).status_code == 200


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("recommend", {"items", "recommendations"}),
        ("feedback", {"feedback", "users"}),
        ("admin", {"items", "recommendations", "feedback", "users", "models", "refit"}),
    ],
)
def test_a_key_may_do_what_its_scopes_say(
    service: Service, guarded: TestClient, scope: str, allowed: set[str]
) -> None:
    headers = bearer(service.keys.create("k", (scope,)))
    body = {"user": "1", "item": "Vandrell", "kind": "seen"}
    calls: dict[str, Callable[[], Any]] = {
        "items": lambda: guarded.get("/api/v1/items", headers=headers),
        "recommendations": lambda: guarded.post(
            "/api/v1/recommendations", json={"user": "1"}, headers=headers
        ),
        "feedback": lambda: guarded.post("/api/v1/feedback", json=body, headers=headers),
        "users": lambda: guarded.get("/api/v1/users/1/history", headers=headers),
        "models": lambda: guarded.get("/api/v1/models", headers=headers),
        "refit": lambda: guarded.post("/api/v1/models:refit", json={}, headers=headers),
    }
    assert {name for name, call in calls.items() if call().status_code != 403} == allowed


def test_who_asks_too_often_is_told_when_to_come_again(
    service: Service, guarded: TestClient
) -> None:
    headers = bearer(service.keys.create("k", ("recommend",), per_minute=3))
    statuses = [guarded.get("/api/v1/items", headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in statuses] == [200, 200, 200, 429]
    assert 1 <= int(statuses[3].headers["retry-after"]) <= 20


def test_an_allowance_is_given_back_evenly(service: Service, monkeypatch: Any) -> None:
    from recsys_rag._serve import keys

    at = 100.0
    monkeypatch.setattr(keys.time, "monotonic", lambda: at)
    allowances, key = keys.Allowances(), Key("k", "", frozenset(), 60)
    assert [allowances.take(key) for _ in range(60)] == [0.0] * 60
    assert allowances.take(key) == pytest.approx(1.0)
    at += 2
    assert [allowances.take(key), allowances.take(key)] == [0.0, 0.0]
    assert allowances.take(key) > 0


def test_health_needs_no_key(guarded: TestClient) -> None:
    assert guarded.get("/healthz").json() == {"status": "alive"}
    assert guarded.get("/readyz").json()["status"] == "ready"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_page_of_another_site_may_not_ask_where_no_key_is_needed(
    client: TestClient, headers: dict[str, str]
) -> None:
    body = {"user": "1", "item": "Vandrell", "kind": "seen"}
    assert client.post("/api/v1/feedback", json=body, headers=headers).status_code == 403
    own = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/v1/feedback", json=body, headers=own).status_code == 201


def test_a_name_that_was_made_to_point_here_is_not_served(service: Service) -> None:
    app = make_app(service, hosts=("127.0.0.1", "localhost", "[::1]"))
    with TestClient(app) as client:
        for host, status in (
            ("localhost:8000", 200),
            ("127.0.0.1", 200),
            ("[::1]:8000", 200),
            ("rebound.example", 421),
            ("localhost.evil.example", 421),
        ):
            answer = client.get("/api/v1/items", headers={"Host": host})
            assert answer.status_code == status, host


def test_own_names_are_checked_where_no_key_is_needed_and_behind_a_proxy_any_will_do() -> None:
    from recsys_rag._serve.configuration import Configuration

    here = Configuration(database="d", home="h", settings={})
    assert here.hosts == ("127.0.0.1", "localhost", "[::1]")
    behind = Configuration(database="d", home="h", settings={}, needs_key=True)
    assert behind.hosts == ()


def test_a_body_that_is_no_json_by_its_type_is_not_read(client: TestClient) -> None:
    body = b'{"user": "1", "item": "Vandrell", "kind": "seen"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"Content-Type": kind}
        assert client.post("/api/v1/feedback", content=body, headers=headers).status_code == 415
        answer = client.post("/api/v1/recommendations", content=b'{"user":"1"}', headers=headers)
        assert answer.status_code in (415, 422), answer.text


def test_answers_carry_an_id_timings_and_headers_of_security(client: TestClient) -> None:
    answer = client.get("/api/v1/items", headers={"X-Request-ID": "abc-1"})
    assert answer.headers["x-request-id"] == "abc-1"
    assert answer.headers["server-timing"].startswith("total;dur=")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    made = client.get("/api/v1/items", headers={"X-Request-ID": "a b\tc" + "x" * 100})
    assert len(made.headers["x-request-id"]) == 32
    assert client.get("/nowhere").headers["x-request-id"]


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/rankings", content=b" " * 5_000_000, headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/..%2f..%2fetc/passwd", "/static/../../etc/passwd", "//etc", "/%00", "/\ud83d"]
)
def test_paths_lead_nowhere_else(client: TestClient, path: str) -> None:
    try:
        answer = client.get(path)
    except UnicodeEncodeError:
        return
    assert answer.status_code in (404, 405)


_ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["\0", "1e999", "Vandrell", "1", "rating", "\x7f", "' OR 1=1", "../x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["user", "item", "kind", "rating", "k", "query", "queries", "filters"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_PATHS = (
    *("recommendations", "rankings", "groups/recommendations", "feedback", "verify"),
    "models:refit",
)


@pytest.fixture(scope="module")
def odd_client(
    tmp_path_factory: pytest.TempPathFactory, fitted_folder: Any
) -> Iterator[TestClient]:
    from recsys_rag._serve.database import Database
    from serving import SETTINGS

    database = Database(str(tmp_path_factory.mktemp("odd") / "service.db"))
    database.migrate()
    service = Service(database, SETTINGS)
    service.versions.activate(service.versions.add(fitted_folder, {}), "first")
    with TestClient(make_app(service), raise_server_exceptions=False) as client:
        yield client


@settings(max_examples=150)
@given(path=st.sampled_from(_PATHS), body=_ODD)
def test_no_body_whatever_brings_the_service_down(
    odd_client: TestClient, path: str, body: Any
) -> None:
    answer = odd_client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code < 500, (body, answer.text)


@settings(max_examples=100)
@given(path=st.sampled_from(_PATHS), body=st.binary(max_size=60))
def test_no_bytes_whatever_bring_the_service_down(
    odd_client: TestClient, path: str, body: bytes
) -> None:
    answer = odd_client.post(f"/api/v1/{path}", content=body, headers=JSON)
    assert 400 <= answer.status_code < 500 or not body, answer.text


_WHOLE = {
    "recommendations": {"user": "1", "k": 3, "explain": "none", "filters": {"years": [1950, None]}},
    "rankings": {"queries": [{"user": "1"}, {"query": "comedy", "likes": ["Vandrell"]}], "k": 5},
    "groups/recommendations": {
        "members": [{"name": "a", "user": "1"}, {"name": "b", "history": {"Moonmilk": 4}}],
        "explain": "none",
    },
    "feedback": {"user": "z", "item": "Vandrell", "kind": "rating", "rating": 4, "at": 1_000},
    "verify": {"text": "It is a comedy. \\u00e9", "about": "Vandrell", "user": "1"},
}


@pytest.mark.study
@pytest.mark.parametrize("by", range(4))
def test_a_hundred_thousand_broken_bodies_bring_nothing_down(
    odd_client: TestClient, by: int, record_property: Callable[[str, object], None]
) -> None:
    rng, n_bodies = random.Random(by), 25_000
    statuses: Counter[int] = Counter()
    for _ in range(n_bodies):
        path, whole = rng.choice(list(_WHOLE.items()))
        body = bytearray(json.dumps(whole).encode())
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(body) + 1)
            upto = at + rng.choice((0, 0, 1, 1, 5, 30))
            body[at:upto] = rng.choice(
                (b"", b'"', b"{", b"]", b",", b"9" * 30, b"\x00", b"\xff", b"-")
            )
        answer = odd_client.post(f"/api/v1/{path}", content=bytes(body), headers=JSON)
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, (path, bytes(body), answer.text)
    record_property("bodies", n_bodies)
    record_property("statuses", dict(statuses))
    assert sum(statuses[status] for status in (400, 404, 422)) > 0.9 * n_bodies


@pytest.mark.parametrize(
    "body",
    [
        b'{"user": "1", "k": 1e400}',
        b'{"user": "1", "k": NaN}',
        b'{"user": "1", "k": true}',
        b'{"user": "1", "k": ' + b"9" * 5000 + b"}",
        b'{"history": {"Vandrell": 1e400}}',
        b'{"history": {"Vandrell": true}}',
        b'{"history": {"Vandrell": Infinity}}',
        b'{"user": "\\ud800"}',
        b'{"user": "a\\u0000b"}',
        b'{"query": "\\udfff horror"}',
        b'{"user": "1", "filters": {"years": [1e30, null]}}',
        b'{"user": "1", "filters": {"where": {"\\u0000": ["1"]}}}',
        b"[" * 100_000,
        b'{"user": "1", "user": 2}',
        b'\xef\xbb\xbf{"user": "1", "k": 0}',
    ],
)
def test_numbers_and_texts_at_the_edge_are_refused_in_words(
    odd_client: TestClient, body: bytes
) -> None:
    answer = odd_client.post("/api/v1/recommendations", content=body, headers=JSON)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_whole_number_may_be_written_with_a_point(odd_client: TestClient) -> None:
    body = b'{"user": "1", "k": 2.0, "explain": "none"}'
    answer = odd_client.post("/api/v1/recommendations", content=body, headers=JSON)
    assert len(answer.json()["items"]) == 2
