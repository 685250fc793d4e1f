"""What an attacker tries: keys by their time, headers, addresses, titles that are markup, ids."""

import hmac
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from imports import samples
from recsys_rag import Recommender
from recsys_rag._serve.app import make_app
from recsys_rag._serve.database import Database
from recsys_rag._serve.kept import new_id
from recsys_rag._serve.pages.routes import router
from recsys_rag._serve.service import Service
from recsys_rag.testing.datasets import made_up_movies
from serving import SETTINGS

MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"


def test_every_secret_is_compared_in_constant_time_whatever_of_it_is_right(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.keys.create("shop", ("recommend",))
    compared: list[tuple[object, object]] = []
    really = hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return really(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    for given in (key, key[:-1], key[:-1] + "~", key.rpartition("_")[0] + "_x"):
        assert (service.keys.of(given) is not None) == (given == key)
    assert len(compared) == 4
    assert {len(str(text)) for pair in compared for text in pair} == {64}  # hashes, never a secret


@pytest.mark.parametrize("id", ["a b", "a\tSet-Cookie: b=c", "%0d%0aX: y", "a" * 65, "<b>", ""])
def test_an_id_that_could_be_a_header_is_not_told_again(client: TestClient, id: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": id})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
    assert client.get("/healthz", headers={"X-Request-ID": "shop-7.1"}).headers["x-request-id"] == (
        "shop-7.1"
    )


def test_no_address_that_is_sent_is_ever_opened(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*address: object, **_: object) -> None:
        raise AssertionError(f"opened {address}")

    address = "http://169.254.169.254/latest/meta-data"
    with TestClient(make_app(service, pages=[router])) as browser:
        for name in ("connect", "connect_ex", "sendto"):
            monkeypatch.setattr(socket.socket, name, refused)
        monkeypatch.setattr(socket, "getaddrinfo", refused)
        api = "/api/v1"
        asked = {"query": f"comedy {address}", "profile": address, "history": {"Vandrell": 4}}
        assert browser.post(f"{api}/recommendations", json=asked).status_code == 201
        named = browser.get(f"{api}/items", params={"q": address})
        assert named.json()["items"] == []
        said = {"user": address, "item": address, "kind": "seen"}
        assert browser.post(f"{api}/feedback", json=said).status_code == 404
        judged = {"text": f"See {address}.", "about": "Vandrell"}
        assert browser.post(f"{api}/verify", json=judged).json()["n_unreadable"] == 1
        found = re.search(r'name="token" value="(\w+)"', browser.get("/").text)
        assert found
        sent = samples.zipped(
            {"ratings.csv": f"Date,Name,Year,Letterboxd URI,Rating\n,,,{address},5"}
        )
        for name in ("letterboxd.zip", "x.csv", address):
            files = {"export": (name, sent if name.endswith("zip") else address.encode())}
            told = browser.post("/import", data={"token": found[1]}, files=files)
            assert told.status_code in (200, 422)


def test_titles_and_columns_that_are_markup_are_shown_as_they_are(tmp_path: Path) -> None:
    films = made_up_movies()
    titles = tuple(f"{title} {MARKUP}" for title in films.catalog.titles)
    plots = tuple(((MARKUP,)) for _ in titles)
    catalog = replace(
        films.catalog, titles=titles, metadata={**films.catalog.metadata, "plot": plots}
    )
    Recommender(SETTINGS).fit(replace(films, catalog=catalog)).save(tmp_path / "films")
    database = Database(str(tmp_path / "service.db"))
    database.migrate()
    service = Service(database, SETTINGS)
    service.versions.activate(service.versions.add(tmp_path / "films", {}), "first")
    with TestClient(make_app(service, pages=[router])) as browser:
        home = browser.get("/")
        found = re.search(r'name="token" value="(\w+)"', home.text)
        assert found
        shown = browser.post("/lists", data={"token": found[1], "words": "comedy"})
        assert shown.status_code == 200
        id = shown.url.path.rpartition("/")[2]
        card = browser.get(f"/lists/{id}.json").json()["list"]["items"][0]
        assert MARKUP in card["title"]
        fact = browser.get(f"/lists/{id}/items/{card['item_id']}/facts/1")
        said = browser.post(
            "/say", data={"token": found[1], "item": card["item_id"], "rating": "5", "next": "/"}
        )
        for page in (home, shown, fact, said, browser.get("/me"), browser.get("/together")):
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
        assert "&lt;script&gt;alert(1)" in shown.text
        assert "{{ 7 * 7 }}" in shown.text


def test_ids_of_lists_and_receipts_cannot_be_guessed(client: TestClient) -> None:
    ids = [new_id() for _ in range(1_000)]
    assert len(set(ids)) == 1_000
    assert all(re.fullmatch("[0-9a-f]{32}", id) for id in ids)  # 128 bits
    ones = [sum(int(id, 16) >> bit & 1 for id in ids) for bit in range(128)]
    assert min(ones) > 400  # no bit stands still: 6 standard deviations
    assert max(ones) < 600
    for guess in ("0" * 32, ids[0], "*", "%", "' OR 1=1 --", "1"):
        for place in ("recommendations", "receipts"):
            answer = client.get(f"/api/v1/{place}/{guess}")
            assert answer.status_code == 404
            assert "items" not in answer.json()
