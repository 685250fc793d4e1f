"""Facts read again, texts of any writer judged, and the catalog."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from recsys_rag._serve.service import Service


def first(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/recommendations", json=body | {"explain": "facts"})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def facts_of(client: TestClient, view: dict[str, Any]) -> list[dict[str, Any]]:
    read = []
    for item in view["items"]:
        for fact in item["facts"]:
            path = f"/api/v1/recommendations/{view['id']}/items/{item['item_id']}/facts/"
            answer = client.get(f"{path}{fact['number']}")
            assert answer.status_code == 200, answer.text
            read.append(answer.json())
    return read


def test_every_fact_is_borne_out_by_the_rows_then_and_now(client: TestClient) -> None:
    kinds = set()
    for body in ({"user": "1"}, {"user": "8"}, {"history": {"Vandrell": 5, "4417": 4}}):
        for read in facts_of(client, first(client, k=6, **body)):
            kinds.add(read["fact"]["kind"])
            assert read["then"]["is_borne_out"], read
            assert read["now"]["is_borne_out"], read
    assert len(kinds) >= 4, kinds


def test_a_fact_that_rests_on_a_rating_that_is_gone_is_no_longer_borne_out(
    client: TestClient,
) -> None:
    for title in ("Vandrell", "Orbit of the Tinsmiths"):
        body = {"user": "ann", "item": title, "kind": "rating", "rating": 5}
        client.post("/api/v1/feedback", json=body)
    view = first(client, user="ann", k=8)
    carried = [fact for fact in facts_of(client, view) if fact["fact"]["kind"] == "influence"]
    assert carried
    assert carried[0]["rows"]["yours"]
    for row in carried[0]["rows"]["yours"]:
        gone = {"user": "ann", "item": row["item_id"], "kind": "withdrawn"}
        client.post("/api/v1/feedback", json=gone)
    again = next(
        fact
        for fact in facts_of(client, view)
        if fact["fact"]["kind"] == "influence" and fact["fact"] == carried[0]["fact"]
    )
    assert again["then"]["is_borne_out"]
    assert not again["now"]["is_borne_out"]
    assert again["now"]["difference"]


def test_other_people_are_counts_and_never_ids(client: TestClient, service: Service) -> None:
    dataset = service.engine.recommender.dataset
    for read in facts_of(client, first(client, user="1", k=10)):
        place = dataset.items.index(read["rows"]["item"]["item_id"])
        assert sum(read["rows"]["others"].values()) == dataset.popularity[place]
        assert not read["fact"]["values"].get("user_ids")
        assert "user_ids" not in read["now"]["values"]


def test_a_fact_that_is_not_there_is_not_found(client: TestClient) -> None:
    view = first(client, user="1", k=1)
    item = view["items"][0]["item_id"]
    for path in (f"items/{item}/facts/99", "items/nothing/facts/1"):
        assert client.get(f"/api/v1/recommendations/{view['id']}/{path}").status_code == 404
    assert client.get(f"/api/v1/recommendations/x/items/{item}/facts/1").status_code == 404


def verified(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/verify", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_our_own_texts_are_supported_without_their_citations(client: TestClient) -> None:
    for item in first(client, user="1", k=5)["items"]:
        judged = verified(client, user="1", about=item["item_id"], text=item["text"])
        assert judged["n_supported"] == len(judged["sentences"]) > 0, (item["text"], judged)


def test_a_wrong_number_is_refuted_by_the_fact_that_has_it_otherwise(client: TestClient) -> None:
    wrong = 0
    for item in first(client, user="1", k=10)["items"]:
        for fact in item["facts"]:
            if fact["kind"] == "popularity":
                mean = fact["values"]["mean_rating"]
                text = f"It averages {mean + 0.5:g} from {fact['values']['n_ratings']} ratings."
                judged = verified(client, user="1", about=item["item_id"], text=text)
                assert judged["n_supported"] == 0
                wrong += judged["n_refuted"]
    text = "It was released in 1901."
    assert verified(client, about="Vandrell", text=text)["n_supported"] == 0


def test_what_cannot_be_read_is_said_so_with_its_place(client: TestClient) -> None:
    text = "Vandrell is the best film ever. And what"
    judged = verified(client, about="Vandrell", text=text)
    assert [s["verdict"] for s in judged["sentences"]] == ["unreadable", "unreadable"]
    assert [text[s["start"] : s["end"]] for s in judged["sentences"]] == [
        "Vandrell is the best film ever.",
        "And what",
    ]
    assert all(s["reason"] for s in judged["sentences"])


def test_the_catalog_is_paged_to_its_end(client: TestClient, service: Service) -> None:
    address, ids = "/api/v1/items?limit=7", []
    while address:
        page = client.get(address).json()
        ids += [item["item_id"] for item in page["items"]]
        address = page["next"]
    assert sorted(ids) == sorted(service.engine.recommender.dataset.items.ids)


def test_titles_are_found_as_they_are_typed_or_suggested(client: TestClient) -> None:
    names = [
        (item["title"], item["year"])
        for item in client.get("/api/v1/items", params={"q": "glass harbor"}).json()["items"]
    ]
    assert sorted(names) == [("The Glass Harbor", 1958), ("The Glass Harbor", 1994)]
    page = client.get("/api/v1/items", params={"q": "Vandrel x"}).json()
    assert page["items"] == []
    assert any("Vandrell" in title for title in page["suggestions"])


def test_what_is_like_an_item_is_what_the_library_says(
    client: TestClient, service: Service
) -> None:
    answer = client.get("/api/v1/items/Vandrell/similar", params={"k": 4}).json()
    expected = service.engine.recommender.similar("Vandrell", 4)
    assert [row["item"]["item_id"] for row in answer["similar"]] == [
        candidate.item_id for candidate in expected
    ]
    assert answer["about"]["title"] == "Vandrell"


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzFd", "OTk5OTk5OTk5", "é", "LTE"])
def test_a_cursor_of_somebody_elses_making_is_refused(client: TestClient, cursor: str) -> None:
    assert client.get("/api/v1/items", params={"cursor": cursor}).status_code == 422
