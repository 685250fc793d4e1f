"""/recommendations and /rankings: lists, their sentences and facts, replay and paging."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from starlette.testclient import TestClient

from recsys_rag import Recommender, wire
from recsys_rag._serve.service import Service
from recsys_rag._serve.views import ItemViews
from recsys_rag.types import Query


def events(lines: Iterator[str]) -> list[tuple[str, Any]]:
    """(name, data) of each event of a stream."""
    text = "\n".join(lines)
    blocks = [block.split("\n", 1) for block in text.split("\n\n") if block.strip()]
    return [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in blocks
    ]


def recommended(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/recommendations", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_list_is_what_the_library_recommends(client: TestClient, service: Service) -> None:
    view = recommended(client, user="1", k=4, explain="facts")
    expected = service.engine.recommender.recommend("1", k=4)
    document = wire.write(expected)
    assert view["items"][0]["text"] == document["items"][0]["explanation"] != ""
    for item, other in zip(view["items"], document["items"], strict=True):
        assert item["item_id"] == other["item_id"]
        assert item["text"] == other["explanation"]
        assert [fact["statement"] for fact in item["facts"]] == [
            fact["statement"] for fact in other["evidence"]
        ]


def test_sentences_are_the_text_and_cite_facts_that_are_there(client: TestClient) -> None:
    for item in recommended(client, user="3", k=10)["items"]:
        for sentence in item["sentences"]:
            assert item["text"][sentence["start"] : sentence["end"]] == sentence["text"]
            assert sentence["verdict"] == "supported"
            assert set(sentence["facts"]) <= {fact["number"] for fact in item["facts"]} != set()
        assert " ".join(s["text"] for s in item["sentences"]) == item["text"]


def test_a_list_is_replayed_byte_for_byte_and_says_when_nothing_changed(client: TestClient) -> None:
    first = client.post("/api/v1/recommendations", json={"user": "1", "k": 3})
    place = first.headers["location"]
    again = client.get(place)
    assert again.status_code == 200
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]
    unchanged = client.get(place, headers={"If-None-Match": f'W/"x", {first.headers["etag"]}'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.get(place + "0").status_code == 404


def test_the_next_page_goes_on_where_the_list_ended(client: TestClient) -> None:
    whole = recommended(client, user="5", k=9, explain="none", diversity=0.0)
    page = recommended(client, user="5", k=3, explain="none", diversity=0.0)
    items = page["items"]
    for _ in range(2):
        answer = client.post(f"/api/v1/recommendations/{page['id']}/next", json={"k": 3})
        page = answer.json()
        items += page["items"]
    assert [item["item_id"] for item in items] == [item["item_id"] for item in whole["items"]]


def test_a_stream_has_the_list_at_once_then_each_text_then_the_kept_bytes(
    client: TestClient,
) -> None:
    body = {"user": "1", "k": 3}
    headers = {"Accept": "text/event-stream"}
    with client.stream("POST", "/api/v1/recommendations", json=body, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = events(answer.iter_lines())
    assert [name for name, _ in told] == [*["drafted"] * 3, "ranked", *["written"] * 3, "finished"]
    assert all(item["text"] for _, item in told[:3])
    assert [item for _, item in told[:3]] == told[3][1]["items"]
    assert [data["rank"] for name, data in told if name == "written"] == [1, 2, 3]
    kept = client.get(f"/api/v1/recommendations/{told[3][1]['id']}")
    assert kept.json() == told[-1][1]


def test_what_cannot_be_answered_has_its_status_also_where_a_stream_was_asked_for(
    client: TestClient,
) -> None:
    answer = client.post(
        "/api/v1/recommendations", json={"user": "nobody"}, headers={"Accept": "text/event-stream"}
    )
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_person_is_told_of_without_the_ids_of_others(client: TestClient) -> None:
    problem = client.post("/api/v1/recommendations", json={"user": "19x"}).json()
    assert problem["type"] == "urn:recsys-rag:unknown-user"
    assert problem["detail"] == (
        "nothing is known of user '19x'; give feedback first, or ask with a history or with words"
    )


def test_an_unknown_person_who_says_something_is_served(client: TestClient) -> None:
    view = recommended(client, user="new", query="horror", k=2)
    assert all("Horror" in item["genres"] for item in view["items"])
    chip = view["understood"][0]
    assert (chip["field"], chip["words"], chip["means"]) == ("query", "horror", "genre: Horror")


def test_a_visitor_is_served_by_history(client: TestClient, service: Service) -> None:
    history = {"Vandrell": 5, "Moonmilk": 1}
    view = recommended(client, history=history, k=3, explain="none")
    expected = service.engine.recommender.recommend(history=history, k=3, explain=False)
    assert [item["item_id"] for item in view["items"]] == [item.item_id for item in expected.items]


def test_rotation_holds_back_what_was_shown(client: TestClient) -> None:
    first = recommended(client, user="2", k=5, explain="none", rotation_hours=1)
    second = recommended(client, user="2", k=5, explain="none", rotation_hours=1)
    again = recommended(client, user="2", k=5, explain="none")
    ids = [{item["item_id"] for item in view["items"]} for view in (first, second, again)]
    assert not ids[0] & ids[1]
    assert ids[0] == ids[2]


def test_what_moved_since_the_last_list_is_told(client: TestClient) -> None:
    first = recommended(client, user="2", k=5)
    view = recommended(client, user="2", k=5, previous=first["id"])
    assert view["query"]["previous"] == [item["item_id"] for item in first["items"]]
    assert view["previous_id"] == first["id"]


def test_rankings_are_those_of_the_library_each_alone(client: TestClient, service: Service) -> None:
    users = service.engine.recommender.dataset.users.ids[:7]
    queries: list[dict[str, Any]] = [{"user": user} for user in users]
    queries += [{"query": "comedy"}, {"user": "nobody"}, {"history": {"Vandrell": 4}}]
    answer = client.post("/api/v1/rankings", json={"queries": queries, "k": 6}).json()
    recommender: Recommender = service.engine.recommender
    for query, row in zip(queries, answer["rankings"], strict=True):
        if query.get("user") == "nobody":
            assert row["problem"]["status"] == 404
            continue
        asked = Query(
            user_id=query.get("user"),
            history=query.get("history", {}),
            words=query.get("query", ""),
            k=6,
        )
        (expected,) = recommender.rank([asked]).item_ids.tolist()
        assert row["model"] == 1
        assert row["items"] == [item for item in expected if item]


def test_one_query_that_cannot_be_ranked_keeps_no_other_from_it(client: TestClient) -> None:
    queries = [{"user": "1"}, {"user": "1", "filters": {"genres": ["No such genre"]}}]
    rows = client.post("/api/v1/rankings", json={"queries": queries}).json()["rankings"]
    assert rows[0]["items"]
    assert rows[1]["problem"]["status"] == 422


def test_what_is_asked_to_warm_up_is_kept_nowhere(service: Service) -> None:
    service.warm()
    for user in service.engine.recommender.dataset.users.ids:
        assert not service.lists.of_user(user)


def test_an_item_whose_text_is_another_is_shown_anew(service: Service) -> None:
    recommender: Recommender = service.engine.recommender
    (item, *_) = recommender.recommend(Query(user_id="1", k=2)).items
    items = ItemViews(recommender.dataset)
    assert items.of(item) is items.of(item)
    assert items.of(replace(item, explanation="")).text == ""
