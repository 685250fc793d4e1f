"""JSON out and back: round trips, refusals with their path, what is not told, the schema."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.hand_made import REFUSED, item, recommendation
from grounding import KINDS
from recsys_rag import Recommender, errors, wire
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError, QueryError, RecsysRagError, UnknownUserError
from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import (
    Candidate,
    Claim,
    Evidence,
    Filters,
    Finished,
    Query,
    Ranked,
    Rankings,
    Reading,
    Recommendation,
    RecommendedItem,
    Understanding,
    Verdict,
    Written,
)

ITEMS = Vocabulary(("10", "7", "é", "a b"))

words = st.text(max_size=8)
ids = st.sampled_from(ITEMS.ids)
finite = st.floats(allow_nan=False, allow_infinity=False)
year = st.none() | st.integers(1, 2100)
some_words = st.lists(words, max_size=3).map(tuple)
some_ids = st.lists(ids, max_size=3).map(tuple)
some_items = st.lists(st.integers(0, len(ITEMS) - 1), max_size=3).map(tuple)
filters = st.builds(
    Filters,
    genres=some_words,
    excluded_genres=some_words,
    years=st.none() | st.tuples(year, year),
    only=some_ids,
    where=st.dictionaries(words, some_words, max_size=2),
)
queries = st.builds(
    Query,
    user_id=st.none() | words,
    history=st.dictionaries(words, finite, max_size=3),
    profile=words,
    words=words,
    likes=some_words,
    dislikes=some_words,
    exclude=some_words,
    k=st.integers(1, 100),
    filters=filters,
    include_seen=st.booleans(),
    strengths=st.dictionaries(words, finite, max_size=2),
    previous=some_ids,
)
leaves = st.builds(
    Understanding,
    genres=some_words,
    any_genre=st.booleans(),
    years=st.none() | st.tuples(st.integers(1, 2100), st.integers(1, 2100)),
    people=some_words,
    roles=st.lists(st.tuples(words, words), max_size=2).map(tuple),
    like_items=some_items,
    unlike_items=some_items,
    max_runtime=st.none() | st.integers(0, 500),
    popularity=st.sampled_from((-1, 0, 1)),
    text=words,
    not_understood=some_words,
)


def _with_parts(
    whole: Understanding, either: tuple[Understanding, ...], neither: tuple[Understanding, ...]
) -> Understanding:
    return replace(whole, either=either, neither=neither)


understandings = st.builds(
    _with_parts,
    leaves,
    st.lists(leaves, max_size=2).map(tuple),
    st.lists(leaves, max_size=2).map(tuple),
)


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    item_id = draw(ids)
    return Candidate(
        item_id,
        ITEMS.index(item_id),
        draw(words),
        draw(year),
        draw(some_words),
        draw(finite),
        draw(st.none() | finite),
        draw(st.dictionaries(words, st.integers(1, 2000), max_size=2)),
    )


# ids of other people are not written, unless they are asked for
FACTS = st.sampled_from(
    [fact for kind in KINDS.values() if kind.name != "neighbors" for fact in kind.samples]
) | st.builds(
    InfluenceFact,
    some_words,
    some_words,
    st.integers(),
    st.integers(),
    st.integers(),
    st.lists(finite).map(tuple),
)


@st.composite
def recommended(draw: st.DrawFn) -> RecommendedItem:
    candidate = draw(candidates())
    evidence = [
        Evidence(candidate.item_id, draw(FACTS), draw(words), draw(words), draw(st.floats(0, 1)))
        for _ in range(draw(st.integers(0, 2)))
    ]
    claims = st.builds(Claim, words, st.lists(st.integers(1, 9), max_size=2).map(tuple))
    refused = st.builds(Verdict, claims, st.just(False), words)
    return RecommendedItem(
        draw(st.integers(1, 100)),
        candidate,
        tuple(evidence),
        draw(words),
        draw(words),
        tuple(draw(st.lists(refused, max_size=2))),
        draw(st.booleans()),
    )


recommendations = st.builds(
    Recommendation,
    query=queries,
    liked=st.lists(st.tuples(words, finite), max_size=2).map(tuple),
    understood=some_words,
    items=st.lists(recommended(), max_size=2).map(tuple),
    model_id=words,
    notes=some_words,
    n_checked=st.integers(0, 99),
    n_dropped=st.integers(0, 99),
    seconds=st.dictionaries(words, finite, max_size=2),
)
events = recommendations.map(Ranked) | recommended().map(Written) | recommendations.map(Finished)
nouns = queries | filters | understandings | candidates() | recommended() | recommendations | events


@given(nouns)
def test_a_noun_comes_back_from_json_as_it_was(noun: object) -> None:
    text = json.dumps(wire.write(noun, items=ITEMS, with_ids=True), allow_nan=False)
    assert wire.read(type(noun), json.loads(text), items=ITEMS) == noun


@given(st.integers(0, 4), st.integers(1, 4), st.data())
def test_rankings_come_back_with_their_short_rows(n: int, k: int, data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.integers(0, k), min_size=n, max_size=n))
    indices = np.full((n, k), -1, np.int64)
    names = np.full((n, k), "", "<U3")
    scores = np.full((n, k), np.nan, np.float32)
    for row, length in enumerate(lengths):
        for place in range(length):
            indices[row, place] = data.draw(st.integers(0, len(ITEMS) - 1))
            names[row, place] = ITEMS.id(indices[row, place])
            scores[row, place] = data.draw(
                st.floats(width=32, allow_nan=False, allow_infinity=False)
            )
    document = json.loads(json.dumps(wire.write(Rankings(indices, names, scores)), allow_nan=False))
    assert [len(row) for row in document["item_ids"]] == lengths
    again = wire.read(Rankings, document, items=ITEMS)
    np.testing.assert_array_equal(again.item_indices, indices)
    np.testing.assert_array_equal(again.item_ids, names)
    np.testing.assert_array_equal(again.scores, scores)
    assert again.scores.dtype == np.float32


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"ks": 5}, "Query: unknown field `ks`; known: user_id, history"),
        ({"filters": {"genre": ["Drama"]}}, "Query: unknown field `filters.genre`"),
        ({"k": "five"}, "Query: Expected `int`, got `str` - at `k`"),
        ({"filters": {"years": [1990]}}, "at `filters.years`"),
        ({"version": 2}, "Query: version 2 is not read; write version 1"),
        (["196"], "Query: expected an object, got list"),
        (None, "Query: expected an object, got NoneType"),
    ],
)
def test_a_query_that_is_none_is_refused_by_its_path(document: object, complaint: str) -> None:
    with pytest.raises(QueryError, match=complaint.replace("[", r"\[").replace(".", r"\.")):
        wire.read(Query, document)


def test_an_unknown_field_deep_in_a_list_is_named_with_its_place() -> None:
    document = wire.write(recommendation(item(1), item(2)))
    document["items"][1]["evidence"][0]["weight"] = 3
    with pytest.raises(DataError, match=r"unknown field `items\[1\]\.evidence\[0\]\.weight`"):
        wire.read(Recommendation, document)


def test_what_has_a_default_may_be_left_out_of_a_query() -> None:
    assert wire.read(Query, {}) == Query()
    assert wire.read(Query, {"user_id": "196", "history": {"50": 5}}) == Query("196", {"50": 5.0})
    assert wire.read(Query, {"version": 1, "words": "comedy"}) == Query(words="comedy")


def test_an_index_is_not_written_and_comes_back_from_the_vocabulary() -> None:
    candidate = Candidate("7", 1, "Paper Moons", 1990, (), 0.5)
    document = wire.write(candidate)
    assert "item_index" not in document
    assert wire.read(Candidate, document, items=ITEMS).item_index == 1
    assert wire.read(Candidate, document).item_index == -1
    assert wire.read(Candidate, document | {"item_id": "gone"}, items=ITEMS).item_index == -1


def test_what_was_understood_names_items_by_id_and_refuses_unknown_ones() -> None:
    understanding = Understanding(like_items=(1, 0), either=(Understanding(unlike_items=(2,)),))
    document = wire.write(understanding, items=ITEMS)
    assert document["like_items"] == ["7", "10"]
    assert document["either"][0]["unlike_items"] == ["é"]
    with pytest.raises(DataError, match="item 'gone' is not in the catalog"):
        wire.read(Understanding, document | {"like_items": ["gone"]}, items=ITEMS)


def test_readings_keep_their_words_and_name_items_by_id() -> None:
    reading = Reading(Understanding(like_items=(1,)), ((0, 4), (9, 12)))
    understanding = Understanding(like_items=(1,), readings=(reading,))
    document = wire.write(understanding, items=ITEMS)
    assert document["readings"][0]["part"]["like_items"] == ["7"]
    assert wire.read(Understanding, document, items=ITEMS).readings == (reading,)


def test_what_tells_stays_in_its_words() -> None:
    heist = Understanding(traits=(("themes", ("heist",)),))
    understanding = replace(heist, told=((heist, "a big heist"),))
    document = wire.write(understanding, items=ITEMS)
    back = wire.read(Understanding, document, items=ITEMS)
    assert back.told == ((heist, "a big heist"),)
    assert type(back.told[0][0]) is Understanding


@pytest.mark.parametrize("rows", [{"item_ids": [["7", "10"]], "scores": [[1.0]]}])
def test_rankings_of_unequal_shape_are_refused(rows: dict[str, object]) -> None:
    with pytest.raises(DataError, match="`item_ids` and `scores` differ in shape"):
        wire.read(Rankings, {"k": 2, **rows})
    with pytest.raises(DataError, match="a row has more than k = 1 items"):
        wire.read(Rankings, {"k": 1, "item_ids": [["7", "10"]], "scores": [[1.0, 0.5]]})


def test_errors_come_back_as_the_class_that_they_were() -> None:
    document = wire.write(UnknownUserError("no user 'x'"))
    assert document == {"version": 1, "error": "UnknownUserError", "message": "no user 'x'"}
    again = wire.read(RecsysRagError, document)
    assert type(again) is UnknownUserError
    assert str(again) == "no user 'x'"
    for name in ("SystemExit", "annotations", "__name__"):
        assert not isinstance(getattr(errors, name, None), type)
        with pytest.raises(DataError, match="there is no error"):
            wire.read(RecsysRagError, {"error": name, "message": ""})


def _neighbors() -> RecommendedItem:
    named = Evidence(
        "10",
        NeighborsFact(3, 50, ("94", "303", "7"), 4, 4.0, 5.0, 1.0),
        "4 of them rated it, 3 of them 4 or more",
        "3 of the 4 people most like you who rated it gave it 4 or more",
        0.8,
    )
    return item(1, facts=(named,), sentences=("Liked by three [1].",))


def test_other_people_are_counted_and_named_only_on_demand() -> None:
    (evidence,) = wire.write(_neighbors())["evidence"]
    assert evidence["facts"]["user_ids"] == []
    assert (evidence["facts"]["n_liked"], evidence["facts"]["n_raters"]) == (3, 4)
    (named,) = wire.write(_neighbors(), with_ids=True)["evidence"]
    assert named["facts"]["user_ids"] == ["94", "303", "7"]


def test_a_recommendation_keeps_its_shape() -> None:
    document = wire.write(recommendation(item(1, rejected=(REFUSED,)), notes=("short",)))
    assert list(document) == (
        ["version", "query", "liked", "understood", "items", "text", "unverified_text"]
        + ["model_id", "notes", "n_checked", "n_dropped", "seconds"]
    )
    assert document["query"] == {
        "user_id": "196",
        "history": {},
        "likes": [],
        "profile": "action movies",
        "words": "",
        "dislikes": [],
        "exclude": [],
        "k": 1,
        "filters": {"genres": [], "excluded_genres": [], "years": None, "only": [], "where": {}},
        "include_seen": False,
        "strengths": {},
        "previous": [],
        "tone": None,
        "length": None,
    }
    assert document["liked"][0] == {"name": "Paper Moons (1990)", "rating": 5.0}
    assert document["seconds"] == {"retrieve": 0.001, "write": 6.13}
    (shown,) = document["items"]
    assert shown["evidence"][1] == {
        "number": 2,
        "kind": "neighbors",
        "statement": "21 of 25 people like you gave it 4 or 5",
        "facts": {
            "n_liked": 21,
            "n_neighbors": 50,
            "user_ids": [],
            "n_raters": 25,
            "liked_rating": 4.0,
            "top_rating": 5.0,
            "rating_step": 1.0,
            "everyone_percent": 0,
        },
        "source": "ratings of item 10",
        "strength": 0.8,
    }
    assert shown["rejected"] == [
        {"text": "It won 7 prizes.", "citations": [2], "reason": "number 7 is not in [2]"}
    ]
    known = {"rank": 1, "item_id": "10", "title": "The Long Chase", "year": 1993}
    known |= {"genres": ["Action", "Thriller"], "score": 0.92134, "predicted_rating": 4.31}
    assert known.items() <= {name: shown[name] for name in known}.items()
    assert shown["ranks"] == {"ease": 1, "bm25": 7}


def test_what_json_has_no_word_for_is_null_and_numbers_of_numpy_are_numbers() -> None:
    value = {"a": float("nan"), "b": np.float32(0.5), "c": (np.int64(3), float("inf")), "d": "é"}
    assert json.loads(wire.dumps(value)) == {"a": None, "b": 0.5, "c": [3, None], "d": "é"}


@given(st.text())
def test_printed_json_is_the_same_value_without_what_moves_a_cursor(text: str) -> None:
    printed = wire.dumps([text])
    assert json.loads(printed) == [text]
    assert not set(printed) & {chr(code) for code in (*range(10), *range(11, 32), 0x202E, 0x9B)}


def _matches(value: object, schema: dict, defs: dict) -> bool:
    """Say whether a value fits a schema, as far as the schemas of `wire` go."""
    if "$ref" in schema:
        return _matches(value, defs[schema["$ref"].removeprefix("#/$defs/")], defs)
    if "anyOf" in schema:
        return any(_matches(value, part, defs) for part in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    match schema.get("type"):
        case "object":
            assert isinstance(value, dict)
            known = schema.get("properties", {})
            more = schema.get("additionalProperties", True)
            return set(schema.get("required", ())) <= set(value) and all(
                _matches(part, known[name], defs)
                if name in known
                else more is True or (more is not False and _matches(part, more, defs))
                for name, part in value.items()
            )
        case "array":
            if not isinstance(value, list):
                return False
            heads = schema.get("prefixItems", [{}] * len(value))
            rest = schema["items"] if isinstance(schema.get("items"), dict) else {}
            return all(
                _matches(part, head, defs) and _matches(part, rest, defs)
                for part, head in zip(value, heads, strict=True)
            )
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return type(value) is int
        case "number":
            return type(value) in (int, float)
        case "string":
            return isinstance(value, str)
    return schema == {} or "default" in schema


@given(recommendations)
def test_what_is_written_fits_the_schema_and_a_stranger_does_not(noun: Recommendation) -> None:
    document = wire.write(noun)
    defs = wire.schema(Recommendation)["$defs"]
    assert _matches(document, defs["Recommendation"], defs)
    assert not _matches({**document, "mood": 1}, defs["Recommendation"], defs)
    assert not _matches({**document, "n_checked": "3"}, defs["Recommendation"], defs)


def test_the_schema_refuses_unknown_fields_of_every_noun() -> None:
    assert {"Query", "Filters", "Item", "Evidence", "Ranked", "Error"} <= set(
        wire.schema()["$defs"]
    )
    for name, component in wire.schema()["$defs"].items():
        assert component["additionalProperties"] is False, name
        assert not name.startswith("_")


def test_no_answer_names_other_people_and_every_answer_comes_back() -> None:
    settings = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
    movies = Recommender(settings).fit(made_up_movies(40))
    named = 0
    for user in ("1", "7", "23"):
        answer = movies.recommend(user, k=5)
        document = wire.write(answer)
        for shown in document["items"]:
            for evidence in shown["evidence"]:
                named += evidence["kind"] == "neighbors"
                assert not evidence["facts"].get("user_ids")
                assert not re.search(r"users? \d", evidence["source"]), evidence["source"]
        again = json.loads(json.dumps(wire.write(answer, with_ids=True)))
        assert wire.read(Recommendation, again, items=movies.dataset.items) == answer
    assert named


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "humor"}, "no kind of fact 'humor'; there are genre, decade"),
        ({"facts": {}}, "a fact of kind 'neighbors': Object missing required field `n_liked`"),
        ({"facts": {"n_liked": "many"}}, "Expected `int`, got `str` - at `n_liked`"),
        ({"facts": {"shoe_size": 44}}, "a fact of kind 'neighbors' has no field `shoe_size`"),
    ],
)
def test_a_fact_that_no_kind_states_is_refused(change: dict, complaint: str) -> None:
    document = wire.write(_neighbors())
    (evidence,) = document["evidence"]
    facts = evidence["facts"] if change.get("facts") else {}
    changed = {**evidence, **change}
    if "facts" in change:
        changed["facts"] = facts | change["facts"]
    with pytest.raises(DataError, match=re.escape(complaint)):
        wire.read(RecommendedItem, document | {"evidence": [changed]})
