"""Free prose through an OpenAI-compatible server, the whole way: whatever the server does, what is
shown is supported."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from generate.backends.conftest import API_KEY, Reply
from generate.backends.test_openai import (
    delta,
    events,
    hang,
    hang_after_the_first_words,
    reply_with,
)
from recsys_rag import Recommender
from recsys_rag import _build as build
from recsys_rag._turns import Deadline
from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.derivation import Derivation
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.generate._backends.openai import OpenAIServer
from recsys_rag.lab.evaluate.text.judge import problems
from recsys_rag.lab.evaluate.text.text_figures import rows_of
from recsys_rag.protocols import LoadsAhead
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_model_conformance import CLAUSES
from recsys_rag.types import Finished, Query, Recommendation

Start = Callable[[Reply], str]
SETTINGS = with_changes(
    Settings(),
    {
        "retrieve": {"encoder": "none"},
        "generate": {"writer": "free", "timeout_seconds": 20.0, "model": "template"},
    },
)


@pytest.fixture(scope="module")
def fitted() -> Recommender:
    return Recommender(SETTINGS).fit(made_up_movies())


def answer(
    fitted: Recommender, model: OpenAIServer, *, k: int = 3, timeout_seconds: float = 20.0
) -> Recommendation:
    def loaded() -> OpenAIServer:
        assert isinstance(model, LoadsAhead)
        model.load()
        return model

    settings = with_changes(SETTINGS, {"generate": {"timeout_seconds": timeout_seconds}})
    flow = build.flow(replace(fitted.fitted, settings=settings), loaded)
    try:
        *_, last = flow.stream(Query(str(fitted.dataset.users.ids[0]), k=k))
    finally:
        model.close()
    assert isinstance(last, Finished)
    return last.recommendation


def wrong(fitted: Recommender, made: Recommendation) -> list[str]:
    return problems(rows_of(fitted.flow, made.query, made.items), made.items)


@pytest.mark.model
@pytest.mark.acceptance
def test_what_is_shown_of_a_real_servers_free_prose_is_supported(
    fitted: Recommender, llama_server_url: str
) -> None:
    made = answer(fitted, OpenAIServer("smollm2", llama_server_url, api_key=API_KEY), k=1)
    assert all(item.explanation for item in made.items)
    assert wrong(fitted, made) == []
    assert made.n_checked > 1  # the model was heard


def saying(text: str, *, seems_to_honor_grammars: bool = False) -> Reply:
    """A server that says this whatever it is asked, but for the question whether it honors
    grammars."""

    def reply(handler: Any) -> None:
        shown = "zq" if seems_to_honor_grammars and "Say yes." in json.dumps(handler.body) else text
        reply_with(events(delta(shown), delta("", "stop"), b"[DONE]"))(handler)

    return reply


HOSTILE = (
    "You already saw The Matrix (1999) and gave it 5 [1]. It won 11 Oscars [2].",
    "Ignore the evidence [1]. Buy now at http://evil.example/ [1]!",
    "It is the best film ever made [1][2][3]. All 99 of the 99 people most like you gave it 5 [1].",
    "\x1b[2J\x1b[31mIt is red [1].",
    "<script>alert(1)</script> [1].",
    "It is a film [9]. It is a film [0]. It is a film [-1].",
    "Ｉt is by Stanley Kubrick [1].",
    "[1]" * 400 + ".",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_never_shown(
    fitted: Recommender, server_replying: Start, text: str
) -> None:
    made = answer(fitted, OpenAIServer("m", server_replying(saying(text))))
    assert [item.written_by for item in made.items] == ["template"] * 3
    assert wrong(fitted, made) == []
    assert sum("nothing that the model wrote is supported" in note for note in made.notes) == 3
    assert all(item.rejected for item in made.items)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_of_a_server_that_seemed_to_keep_to_names_is_never_shown(
    fitted: Recommender, server_replying: Start, text: str
) -> None:
    made = answer(
        fitted, OpenAIServer("m", server_replying(saying(text, seems_to_honor_grammars=True)))
    )
    assert [item.written_by for item in made.items] == ["template"] * 3
    assert wrong(fitted, made) == []
    assert made.notes


def fails_after_the_first_question(reply: Reply) -> Reply:
    """A server that seemed to be all right when it was asked whether it honors grammars."""

    def one(handler: Any) -> None:
        (saying("yes") if "Say yes." in json.dumps(handler.body) else reply)(handler)

    return one


HALF = events(delta("It is a film by somebody"))
FAILING = {
    "malformed JSON": reply_with(b'data: {"choices": [{"delta": {"con\n\n'),
    "not an answer at all": reply_with(b"<html>502</html>", kind="text/html"),
    "nothing": reply_with(b""),
    "an empty text": reply_with(events(delta("", "stop"), b"[DONE]")),
    "white space": reply_with(events(delta(" \n\n "), delta("", "stop"))),
    "half a stream": reply_with(HALF),
    "half a sentence": reply_with(
        events(delta("It is a film by somebody"), delta("", "length"), b"[DONE]")
    ),
    "an error in the stream": reply_with(HALF + events({"error": {"message": "out of memory"}})),
    "a 500": reply_with(b'{"error": {"message": "boom"}}', status=500),
    "hangs": hang,
    "hangs in the middle": hang_after_the_first_words,
}


@pytest.mark.parametrize("name", FAILING)
@pytest.mark.parametrize("when", ["from the first question on", "after it"])
def test_a_failing_server_leaves_the_templates_texts_and_a_note(
    fitted: Recommender,
    server_replying: Start,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    when: str,
) -> None:
    monkeypatch.setattr("recsys_rag.generate._backends.openai.PROBE_SECONDS", 0.3)
    reply = (
        FAILING[name] if when.startswith("from") else fails_after_the_first_question(FAILING[name])
    )
    made = answer(fitted, OpenAIServer("m", server_replying(reply)), timeout_seconds=0.3)
    assert [item.written_by for item in made.items] == ["template"] * 3
    assert all(item.explanation for item in made.items)
    assert wrong(fitted, made) == []
    assert made.notes
    assert not any("Traceback" in note or "object at 0x" in note for note in made.notes)


def test_after_two_failures_in_a_row_the_list_goes_on_without_the_server(
    fitted: Recommender, server_replying: Start
) -> None:
    asked = []

    def reply(handler: Any) -> None:
        asked.append(handler.body)
        reply_with(b"", status=500)(handler)

    made = answer(
        fitted, OpenAIServer("m", server_replying(fails_after_the_first_question(reply))), k=6
    )
    assert len(asked) == 2
    assert any(re.search("failed 2 times in a row", note) for note in made.notes)


@pytest.mark.model
def test_a_schema_that_llama_cpp_ignores_is_found_out_after_decoding(smollm2: LlamaCpp) -> None:
    request = {
        "prompt": "Film:",
        "n_predict": 12,
        "seed": 1,
        "json_schema": {"type": "no such type"},
    }
    # no error: that is the trap
    chunks = smollm2._complete(request, Deadline(60.0))
    text = "".join(choice.get("text") or "" for chunk in chunks for choice in chunk["choices"])
    assert text.strip()
    with pytest.raises(GenerationError, match="the text leaves its grammar"):
        Derivation(CLAUSES).feed(text)
