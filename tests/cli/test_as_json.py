import json

import numpy as np

from cli.hand_made import REFUSED, candidate, item, recommendation
from recsys_rag.cli import as_json


def printed(value, capsys):
    as_json.write(value)
    return json.loads(capsys.readouterr().out, parse_constant=lambda name: f"not JSON: {name}")


def test_a_recommendation_keeps_its_shape(capsys):
    made = recommendation(item(1, rejected=(REFUSED,)), notes=("short",))
    told = printed(as_json.recommendation(made), capsys)
    assert list(told) == (
        ["query", "liked", "understood", "items", "text", "unverified_text"]
        + ["model_id", "notes", "n_checked", "n_dropped", "seconds"]
    )
    assert told["query"] == {
        "user_id": "196",
        "history": {},
        "profile": "action movies",
        "words": "",
        "dislikes": [],
        "exclude": [],
        "k": 1,
        "filters": {"genres": [], "excluded_genres": [], "years": None, "only": [], "where": {}},
        "include_seen": False,
        "strengths": {},
    }
    assert told["liked"][0] == {"name": "Paper Moons (1990)", "rating": 5.0}
    assert told["seconds"] == {"retrieve": 0.001, "write": 6.13}
    (one,) = told["items"]
    assert one["evidence"][1] == {
        "number": 2,
        "kind": "neighbors",
        "statement": "21 of 25 people like you gave it 4 or 5",
        "facts": {"n": 21, "of": 25},
        "source": "users 94, 303",
        "strength": 0.8,
    }
    assert one["rejected"] == [
        {"text": "It won 7 prizes.", "citations": [2], "reason": "number 7 is not in [2]"}
    ]
    assert {
        key: one[key]
        for key in ("rank", "item_id", "title", "year", "genres", "score", "predicted_rating")
    } == {
        "rank": 1,
        "item_id": "10",
        "title": "The Long Chase",
        "year": 1993,
        "genres": ["Action", "Thriller"],
        "score": 0.92134,
        "predicted_rating": 4.31,
    }
    assert one["ranks"] == {"ease": 1, "bm25": 7}


def test_what_json_has_no_word_for_is_null_and_numbers_of_numpy_are_numbers(capsys):
    told = printed(
        {"a": float("nan"), "b": np.float32(0.5), "c": (np.int64(3), float("inf")), "d": "é"},
        capsys,
    )
    assert told == {"a": None, "b": 0.5, "c": [3, None], "d": "é"}


def test_an_unknown_predicted_rating_is_null(capsys):
    assert (
        printed(as_json.candidate(candidate(predicted=float("nan"))), capsys)["predicted_rating"]
        is None
    )
