"""The client of OpenAI-compatible servers: against llama.cpp's own server, and against servers that
misbehave."""

import json
import random
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generate.backends import odd_answers
from generate.backends.conftest import API_KEY, Reply
from recsys_rag._turns import Cancellation
from recsys_rag.errors import Cancelled, GenerationError, SettingsError
from recsys_rag.generate._backends.openai import THINKING_TOKENS, OpenAIServer
from recsys_rag.testing.language_model_conformance import CLAUSES, PROMPT, check_language_model
from recsys_rag.types import Prompt
from waiting import PATIENCE, join

Start = Callable[[Reply], str]
TEXT = " See Heat next, close to Casino."


def events(*parsed: object) -> bytes:
    return b"".join(
        b"data: " + (p if isinstance(p, bytes) else json.dumps(p).encode()) + b"\n\n"
        for p in parsed
    )


def delta(text: str, finish_reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish_reason}]}


def reply_with(body: bytes, status: int = 200, kind: str = "text/event-stream") -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def text_from(base_url: str, **options: Any) -> str:
    model = OpenAIServer("m", base_url)
    try:
        return "".join(model.generate(PROMPT, **options))
    finally:
        model.close()


@pytest.mark.model
@pytest.mark.acceptance
def test_llama_cpps_own_server_passes_the_conformance_suite(llama_server_url: str) -> None:
    model = OpenAIServer("smollm2", llama_server_url, api_key=API_KEY)
    assert model.honors_grammar
    check_language_model(model, repeatable=False, seeds=range(3))


def test_a_text_that_is_cancelled_from_another_thread_hangs_up_on_a_server_that_says_nothing(
    server_replying: Start,
) -> None:
    was_asked, may_end = threading.Event(), threading.Event()

    def silent(handler: BaseHTTPRequestHandler) -> None:
        was_asked.set()
        may_end.wait(PATIENCE)

    cancellation, raised = Cancellation(), list[Exception]()
    model = OpenAIServer("m", server_replying(silent)).until(cancellation)

    def write() -> None:
        try:
            list(model.generate(PROMPT, timeout_seconds=2 * PATIENCE))
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    assert was_asked.wait(PATIENCE)
    cancellation.cancel()
    join([thread])
    may_end.set()
    assert [type(error) for error in raised] == [Cancelled]


@pytest.mark.model
@pytest.mark.acceptance
def test_a_raw_prompt_goes_to_the_completions_of_llama_cpps_server(llama_server_url: str) -> None:
    model = OpenAIServer("smollm2", llama_server_url, api_key=API_KEY)
    prompt = Prompt("", "", raw="one two three four five six seven", stop=(" ten",))
    pieces = list(model.generate(prompt, temperature=0.0, max_tokens=8))
    assert "".join(pieces) == "eight nine"
    assert len(pieces) > 1
    text = "".join(model.generate(prompt, grammar=CLAUSES, seed=3))
    assert CLAUSES.parse(text) is not None
    model.close()


@pytest.mark.model
def test_llama_cpps_server_refuses_a_wrong_key(llama_server_url: str) -> None:
    model = OpenAIServer("smollm2", llama_server_url, api_key="wrong")
    assert not model.honors_grammar
    with pytest.raises(
        GenerationError, match=r"HTTP 401: Invalid API Key; give the server's API key"
    ):
        list(model.generate(PROMPT))
    # the true reason, not "cannot be constrained by a grammar"
    with pytest.raises(GenerationError, match="HTTP 401"):
        list(model.generate(PROMPT, grammar=CLAUSES))
    model.close()


@pytest.mark.model
def test_llama_cpps_server_refuses_a_prompt_longer_than_its_context(llama_server_url: str) -> None:
    model = OpenAIServer("smollm2", llama_server_url, api_key=API_KEY)
    with pytest.raises(GenerationError, match=r"HTTP 400: .*exceeds the available context size"):
        list(model.generate(Prompt("", "", raw="word " * 5000)))
    model.close()


def test_a_chat_is_asked_for_with_the_key_the_messages_and_the_options(
    server_replying: Start,
) -> None:
    seen: list[Any] = []

    def reply(handler: Any) -> None:
        seen.append((handler.path, handler.headers["Authorization"], handler.body))
        reply_with(events(delta(" Heat."), delta("", "stop"), b"[DONE]"))(handler)

    model = OpenAIServer("m", server_replying(reply), api_key="secret")
    prompt = Prompt("Write.", "Film: Heat", stop=("\n",))
    assert list(model.generate(prompt, max_tokens=7, temperature=0.2, seed=5)) == ["Heat."]
    model.close()
    messages = [{"role": "system", "content": "Write."}, {"role": "user", "content": "Film: Heat"}]
    options = {"max_tokens": 7, "temperature": 0.2, "seed": 5, "stop": ["\n"], "stream": True}
    assert seen == [
        ("/v1/chat/completions", "Bearer secret", {"model": "m", "messages": messages, **options})
    ]


def test_a_raw_prompts_text_streams_before_the_server_has_finished(server_replying: Start) -> None:
    may_finish = threading.Event()

    def reply(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b": keep-alive\n\n" + events({"choices": [{"text": "Heat"}]}))
        assert may_finish.wait(60)
        last = {"choices": [{"text": " is", "finish_reason": "stop"}]}
        handler.wfile.write(events(last, b"[DONE]"))

    model = OpenAIServer("m", server_replying(reply))
    pieces = model.generate(Prompt("", "", raw="See"))
    assert next(pieces) == "Heat"
    may_finish.set()
    assert list(pieces) == [" is"]
    model.close()


def test_a_server_that_ignores_grammars_is_found_out_once(server_replying: Start) -> None:
    asked: list[Any] = []

    def reply(handler: Any) -> None:
        asked.append(handler.body.get("grammar"))
        reply_with(events(delta("Yes."), delta("", "stop"), b"[DONE]"))(handler)

    model = OpenAIServer("m", server_replying(reply))
    assert [model.honors_grammar, model.honors_grammar] == [False, False]
    assert asked == ['root ::= "zq"']
    with pytest.raises(
        GenerationError, match=r"openai:m@http.*: this server cannot be constrained by a grammar"
    ):
        next(model.generate(PROMPT, grammar=CLAUSES))
    model.close()


def test_a_server_that_refuses_the_option_does_not_honor_grammars(server_replying: Start) -> None:
    body = b'{"error": {"message": "Unrecognized request argument supplied: grammar"}}'
    url = server_replying(reply_with(body, status=400, kind="application/json"))
    with pytest.raises(GenerationError, match="cannot be constrained by a grammar"):
        text_from(url, grammar=CLAUSES)


def test_a_server_that_ignores_grammars_passes_the_conformance_suite(
    server_replying: Start,
) -> None:
    url = server_replying(
        reply_with(events(delta(" Heat"), delta(" is."), delta("", "stop"), b"[DONE]"))
    )
    check_language_model(OpenAIServer("m", url), repeatable=True)


def probe_then(reply: Reply) -> Reply:
    """Honor the probe, and answer anything else by `reply`."""

    def either(handler: Any) -> None:
        is_probe = handler.body.get("grammar") == 'root ::= "zq"'
        (reply_with(events(delta("zq", "stop"), b"[DONE]")) if is_probe else reply)(handler)

    return either


def test_literals_are_passed_on_whole_however_the_server_cuts_them(server_replying: Start) -> None:
    cut = events(
        delta(" See"),
        delta(" Heat next, cl"),
        delta("ose to Casino."),
        delta("", "stop"),
        b"[DONE]",
    )
    model = OpenAIServer("m", server_replying(probe_then(reply_with(cut))))
    assert list(model.generate(PROMPT, grammar=CLAUSES)) == [
        " See Heat next,",
        " close to Casino",
        ".",
    ]
    model.close()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            events(delta(" See the moon"), delta("", "stop"), b"[DONE]"),
            r"the text leaves its grammar at ' See the moon'",
        ),
        (
            events(delta(" See Heat next,"), delta("", "length"), b"[DONE]"),
            "did not end within max_tokens=160; raise it",
        ),
        (
            events(delta(" See Heat next,"), delta("", "stop"), b"[DONE]"),
            "the server ended the text before its grammar did",
        ),
        (
            events(delta(TEXT + " And"), delta("", "stop"), b"[DONE]"),
            "the text leaves its grammar at ' And'",
        ),
    ],
)
def test_a_server_that_breaks_its_promise_is_refused(
    server_replying: Start, body: bytes, problem: str
) -> None:
    with pytest.raises(GenerationError, match=problem):
        text_from(server_replying(probe_then(reply_with(body))), grammar=CLAUSES)


def test_a_derived_text_that_ends_exactly_at_max_tokens_is_whole(server_replying: Start) -> None:
    url = server_replying(probe_then(reply_with(events(delta(TEXT, "length"), b"[DONE]"))))
    assert text_from(url, grammar=CLAUSES) == TEXT


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (401, b'{"error": {"message": "bad key"}}', "HTTP 401: bad key; give the server's API key"),
        (
            404,
            b'{"error": "model not found"}',
            r"HTTP 404: model not found; check the base URL .* has the model 'm'",
        ),
        (429, b"", "HTTP 429: no reason given; too many requests"),
        (500, b"<h1>oh\nno</h1>", r"HTTP 500: oh no; see the server's log"),
        (503, b'{"error": {"message": "Loading model"}}', "HTTP 503: Loading model"),
        (301, b"", "HTTP 301: no reason given"),
    ],
)
def test_a_status_becomes_a_sentence(
    server_replying: Start, status: int, body: bytes, problem: str
) -> None:
    with pytest.raises(GenerationError, match=rf"http://127\.0\.0\.1:\d+/v1: {problem}"):
        text_from(server_replying(reply_with(body, status=status)))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the server ended the text in the middle"),
        (events(delta("Half a "), delta("text")), "the server ended the text in the middle"),
        (events(delta("", "stop"), b"[DONE]"), "the model wrote no text: its answer is empty"),
        (events(delta(" \n ", "stop"), b"[DONE]"), "the model wrote no text: its answer is empty"),
        (events(b'{"choices": [{"delta"'), "unexpected answer: '{\"choices"),
        (events(b"[1, 2]"), "unexpected answer"),
        (events({"choices": "none"}), "unexpected answer"),
        (
            events(delta("Half"), {"error": {"message": "out of memory"}}),
            "the server reported an error: out of memory",
        ),
        (
            b'{"error": {"message": "no streaming here"}}\n',
            "the server reported an error: no streaming here",
        ),
        (b"<html>a page</html>", "unexpected answer: '<html>a page</html>'"),
    ],
)
def test_a_broken_answer_becomes_a_sentence(
    server_replying: Start, body: bytes, problem: str
) -> None:
    with pytest.raises(GenerationError, match=problem):
        text_from(server_replying(reply_with(body)))


def test_a_connection_that_breaks_in_the_middle_is_refused(server_replying: Start) -> None:
    def reply(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "10000")
        handler.end_headers()
        handler.wfile.write(events(delta("Half")))

    with pytest.raises(GenerationError, match=r"the connection broke .*; see the server's log"):
        text_from(server_replying(reply))


def hang(handler: Any) -> None:
    handler.server.is_over.wait(60)


def hang_after_the_first_words(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(events(delta("Half")))
    handler.server.is_over.wait(60)


def drip(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.is_over.wait(0.01):
        handler.wfile.write(b": still here\n\n")


def drip_headers(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.is_over.wait(0.01):
        handler.wfile.write(b"x")


@pytest.mark.parametrize("reply", [hang, hang_after_the_first_words, drip, drip_headers])
def test_a_server_that_hangs_or_drips_is_left_at_the_deadline(
    server_replying: Start, reply: Reply
) -> None:
    # the server goes on for as long as the test does: to come here at all is to have left it
    with pytest.raises(
        GenerationError, match=r"/v1: no complete text within 0\.3 s; raise the timeout"
    ):
        text_from(server_replying(reply), timeout_seconds=0.3)


def test_a_text_that_has_ended_is_not_lost_to_a_server_that_does_not(
    server_replying: Start,
) -> None:
    left = threading.Event()

    def reply(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(events(delta("Heat.", "stop")))
        left.wait(60)

    assert text_from(server_replying(reply), timeout_seconds=50) == "Heat."
    left.set()


@pytest.mark.parametrize("rest", [events(b"{"), events({"error": "billing"}), events(b"[5]")])
def test_what_is_wrong_after_a_whole_text_does_not_cost_it(
    server_replying: Start, rest: bytes
) -> None:
    assert text_from(server_replying(reply_with(events(delta("Heat.", "stop")) + rest))) == "Heat."


def test_a_reader_who_leaves_hangs_up_on_the_server(server_replying: Start) -> None:
    hung_up = threading.Event()

    def reply(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(6_000):
                handler.wfile.write(events({"choices": [{"text": "and "}]}))
                time.sleep(0.01)
        except ConnectionError:
            hung_up.set()

    model = OpenAIServer("m", server_replying(reply))
    pieces = model.generate(Prompt("", "", raw="See"))
    assert next(pieces) == "and "
    pieces.close()  # type: ignore[attr-defined]  # backends are generators
    assert hung_up.wait(50)
    model.close()


def asking_again(server_replying: Start, *replies: Reply) -> tuple[str, list[Any]]:
    """Return the address of a server that gives these replies in turn, and what it was asked."""
    asked: list[Any] = []

    def reply(handler: Any) -> None:
        asked.append((handler.path, handler.body))
        replies[min(len(asked), len(replies)) - 1](handler)

    return server_replying(reply), asked


WHOLE = reply_with(events(delta("Heat."), delta("", "stop"), b"[DONE]"))


def saying(status: int, body: str = "", **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return reply


def test_a_refused_parameter_is_left_out_at_once_and_from_then_on(server_replying: Start) -> None:
    tokens = saying(400, "'max_tokens' is not supported. Use 'max_completion_tokens' instead.")
    heat = saying(422, '{"detail": [{"loc": ["body", "temperature"], "msg": "Not permitted"}]}')
    url, asked = asking_again(server_replying, tokens, heat, WHOLE)
    model = OpenAIServer("m", url)
    assert ["".join(model.generate(PROMPT, max_tokens=7)) for _ in range(2)] == ["Heat."] * 2
    model.close()
    names = [set(body) - {"model", "messages", "stream"} for _, body in asked]
    assert names == [
        {"max_tokens", "temperature", "seed"},
        {"max_completion_tokens", "temperature", "seed"},
        {"max_completion_tokens", "seed"},
        {"max_completion_tokens", "seed"},
    ]
    assert asked[-1][1]["max_completion_tokens"] == 7


def test_an_error_object_in_an_answer_that_refuses_a_parameter_is_obeyed(
    server_replying: Start,
) -> None:
    refusal = reply_with(events({"error": {"message": "Unsupported parameter: seed"}}))
    url, asked = asking_again(server_replying, refusal, WHOLE)
    assert text_from(url) == "Heat."
    assert "seed" not in asked[1][1]


@pytest.mark.parametrize("status", [400, 422, 500, 501])
def test_a_refusal_may_come_as_a_failure_of_the_server(server_replying: Start, status: int) -> None:
    url, asked = asking_again(server_replying, saying(status, "unknown parameter: seed"), WHOLE)
    assert text_from(url) == "Heat."
    assert [set(body) - {"model", "messages", "stream"} for _, body in asked] == [
        {"max_tokens", "temperature", "seed"},
        {"max_tokens", "temperature"},
    ]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 502, 503])
def test_a_failure_that_is_no_refusal_is_not_asked_otherwise(
    server_replying: Start, status: int
) -> None:
    url, asked = asking_again(server_replying, saying(status, "unknown parameter: seed"), WHOLE)
    with pytest.raises(GenerationError, match=f"HTTP {status}: unknown parameter: seed"):
        text_from(url)
    assert len(asked) == 1


def test_what_was_left_out_in_vain_is_asked_for_the_next_time(server_replying: Start) -> None:
    url, asked = asking_again(server_replying, saying(400, "no such model"))
    model = OpenAIServer("m", url)
    for _ in range(2):
        with pytest.raises(GenerationError, match="HTTP 400: no such model"):
            list(model.generate(PROMPT))
    model.close()
    assert ["seed" in body for _, body in asked] == [True, False, True, False]


def test_a_refusal_in_the_middle_of_a_text_is_a_failure(server_replying: Start) -> None:
    broken = reply_with(events(delta("Heat"), {"error": {"message": "seed is odd"}}))
    url, asked = asking_again(server_replying, broken, WHOLE)
    with pytest.raises(GenerationError, match="the server reported an error: seed is odd"):
        text_from(url)
    assert len(asked) == 1


THOUGHT = reply_with(
    events({"choices": [{"delta": {"reasoning": "Hm"}, "finish_reason": "length"}]})
)


def test_a_model_that_thinks_its_tokens_away_gets_more(server_replying: Start) -> None:
    url, asked = asking_again(server_replying, THOUGHT, WHOLE)
    assert text_from(url, max_tokens=7) == "Heat."
    assert [body["max_tokens"] for _, body in asked] == [7, 7 + THINKING_TOKENS]


def test_a_model_that_only_thinks_is_said_to(server_replying: Start) -> None:
    url, asked = asking_again(server_replying, THOUGHT)
    with pytest.raises(
        GenerationError, match="wrote no text: it only reasoned, until its 2055 tokens ran"
    ):
        text_from(url, max_tokens=7)
    assert len(asked) == 2


def test_a_stop_that_the_server_ignores_is_kept_to(server_replying: Start) -> None:
    model = OpenAIServer("m", server_replying(reply_with(events(delta("Heat.\nAnd", "stop")))))
    assert list(model.generate(Prompt("", "Film", stop=("\n",)))) == ["Heat."]
    model.close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_within_the_server_is_followed(server_replying: Start, status: int) -> None:
    moved = saying(status, Location="/elsewhere/chat/completions")
    url, asked = asking_again(server_replying, moved, WHOLE)
    assert text_from(url) == "Heat."
    assert [path for path, _ in asked] == ["/v1/chat/completions", "/elsewhere/chat/completions"]
    assert asked[0][1] == asked[1][1]


@pytest.mark.parametrize("location", ["http://elsewhere.test/v1", "https://127.0.0.1/v1"])
def test_words_and_key_go_to_no_other_server(server_replying: Start, location: str) -> None:
    url = server_replying(saying(307, Location=location))
    with pytest.raises(GenerationError, match=f"it points to {location}: if you trust that"):
        text_from(url)


def test_a_redirection_in_a_circle_ends(server_replying: Start) -> None:
    url, asked = asking_again(server_replying, saying(307, Location="/v1/chat/completions?again"))
    with pytest.raises(GenerationError, match="HTTP 307"):
        text_from(url)
    assert len(asked) < 10


@pytest.mark.parametrize("wait", ["0", "0.01", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_server_that_asks_to_wait_is_asked_again(server_replying: Start, wait: str) -> None:
    url, asked = asking_again(server_replying, saying(429, "slow down", Retry_After=wait), WHOLE)
    assert text_from(url) == "Heat."
    assert len(asked) == 2


@pytest.mark.parametrize("wait", ["3600", "inf", "soon", "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_a_wait_beyond_the_deadline_is_a_failure_at_once(server_replying: Start, wait: str) -> None:
    url, asked = asking_again(server_replying, saying(429, "slow down", Retry_After=wait), WHOLE)
    with pytest.raises(GenerationError, match="HTTP 429: slow down; too many requests"):
        text_from(url)
    assert len(asked) == 1


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines", "\x7f"])
def test_a_key_that_no_request_can_carry_is_refused(key: str) -> None:
    with pytest.raises(SettingsError, match="the API key contains characters that no key has"):
        OpenAIServer("m", "http://127.0.0.1:1/v1", api_key=key)


def test_what_follows_the_path_of_an_address_stays(server_replying: Start) -> None:
    url, asked = asking_again(server_replying, WHOLE)
    assert text_from(f"{url}/?api-version=1") == "Heat."
    assert asked[0][0] == "/v1/chat/completions?api-version=1"


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**40))
def test_whatever_a_server_answers_is_a_text_or_a_sentence_on_its_failure(
    server_replying: Start, seed: int
) -> None:
    answer = odd_answers.answer(random.Random(seed))

    def reply(handler: Any) -> None:
        handler.wfile.write(answer.raw)
        handler.close_connection = True

    try:
        text = text_from(server_replying(reply), timeout_seconds=20)
    except GenerationError as error:
        text, message = None, str(error)
        assert message.startswith(("http://127.0.0.1", "openai:m@"))
        assert message.isprintable()
    assert answer.text in (text, None)


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        with pytest.raises(
            GenerationError, match=r"/v1: cannot reach the server \(.*refused\); is it running\?"
        ):
            text_from(url)


@pytest.mark.parametrize("url", ["localhost:8080", "", "http://[::1", "file:///etc/passwd"])
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="is not the address of a server"):
        OpenAIServer("m", url)
