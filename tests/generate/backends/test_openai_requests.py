"""Asking a server otherwise: refusals as servers word them, and what none of them can take away."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.generate._backends.openai_answers import said_in
from recsys_rag.generate._backends.openai_requests import asked_otherwise

CHAT: dict[str, Any] = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "Write."},
        {"role": "user", "content": "Film: Heat"},
    ],
    "max_tokens": 9,
    "temperature": 0.7,
    "seed": 1,
    "stop": ["\n"],
    "stream": True,
}


def changed(refusal: str) -> tuple[set[str], dict[str, Any]]:
    """Return the names that a refusal takes from the chat, and what it adds."""
    otherwise = asked_otherwise(CHAT, refusal)
    assert otherwise is not None
    return CHAT.keys() - otherwise.keys(), {
        name: value for name, value in otherwise.items() if CHAT.get(name) != value
    }


@pytest.mark.parametrize(
    ("body", "taken", "added"),
    [
        (
            '{"error": {"message": "Unsupported parameter: \'max_tokens\' is not supported with'
            " this model. Use 'max_completion_tokens' instead.\", \"param\": \"max_tokens\"}}",
            {"max_tokens"},
            {"max_completion_tokens": 9},
        ),
        (
            '{"error": {"message": "Unsupported value: \'temperature\' does not support 0.7 with'
            ' this model. Only the default (1) value is supported.", "param": "temperature"}}',
            {"temperature"},
            {},
        ),
        (
            '{"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body",'
            ' "seed"], "msg": "Extra inputs are not permitted", "input": 1}]}}',
            {"seed"},
            {},
        ),
        (
            '{"object":"error","message":"{\\"detail\\":[{\\"loc\\":[\\"body\\",\\"seed\\"],'
            '\\"msg\\":\\"Extra inputs are not permitted\\"}]}","code":"1000"}',
            {"seed"},
            {},
        ),
        ('{"error": "Input validation error: `temperature` must be strictly positive"}',
         {"temperature"}, {}),
        ('{"error": {"message": "unknown: \'stop\', \'seed\'"}}', {"stop", "seed"}, {}),
        ('{"error": {"message": "invalid", "param": "stream"}}', {"stream"}, {}),
        ("Failed to deserialize the JSON body: maxTokens: unknown", {"max_tokens"}, {}),
        ("<h1>Bad Request</h1>", {"temperature", "seed", "stop"}, {}),
        ("", {"temperature", "seed", "stop"}, {}),
    ],
)  # fmt: skip
def test_a_refusal_takes_what_it_names_and_else_all_that_is_not_needed(
    body: str, taken: set[str], added: dict[str, Any]
) -> None:
    assert changed(said_in(body)) == (taken, added)


@pytest.mark.parametrize(
    "refusal",
    [
        "System role not supported",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Conversation roles must alternate user/assistant/user/assistant/...",
    ],
)
def test_a_server_without_a_system_role_is_told_by_the_user(refusal: str) -> None:
    _, added = changed(refusal)
    assert added == {"messages": [{"role": "user", "content": "Write.\n\nFilm: Heat"}]}


def test_nothing_is_asked_again_where_nothing_is_left_to_change() -> None:
    bare = {"model": "m", "messages": CHAT["messages"][1:]}
    for refusal in ("no such model", "temperature", "System role not supported", ""):
        assert asked_otherwise(bare, refusal) is None


def test_a_grammar_is_never_left_out() -> None:
    asked = {**CHAT, "grammar": "root ::= x", "top_k": 0}
    assert asked_otherwise(asked, "Unrecognized request argument supplied: grammar") is None
    while asked := asked_otherwise(asked, "Bad Request") or {}:
        assert asked["grammar"] == "root ::= x"


@given(st.lists(st.sampled_from([*CHAT, "max_completion_tokens", "system", "x", "role alternate"])))
def test_being_refused_for_ever_ends_and_leaves_the_question(words: list[str]) -> None:
    asked: Any = CHAT
    n_refusals = 0
    while otherwise := asked_otherwise(asked, " ".join(words)):
        asked, n_refusals = otherwise, n_refusals + 1
        assert n_refusals < 10
    assert asked["model"] == "m"
    assert "Film: Heat" in asked["messages"][-1]["content"]
    assert any("Write." in message["content"] for message in asked["messages"])
