"""Reading what servers answer: shapes seen in the wild by name, and thousands made at random."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generate.backends import odd_answers
from recsys_rag.generate._backends.openai_answers import (
    MOST_BYTES,
    NoCompletionError,
    Piece,
    ServerSaidError,
    pieces_of,
    plain,
    said_in,
    whole_characters,
    written,
)

SEEDS = st.integers(0, 2**40)


def read(body: bytes | str) -> tuple[str, str]:
    """Return the text of a body, and its last finish reason."""
    chunks = [body.encode() if isinstance(body, str) else body]
    pieces = list(pieces_of(chunks))
    reasons = [piece.finish_reason for piece in pieces if piece.finish_reason]
    return "".join(piece.text for piece in pieces), reasons[-1] if reasons else ""


def sse(*events: Any) -> str:
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events)


def of(**choice: Any) -> dict[str, Any]:
    return {"choices": [choice]}


STOP = of(delta={}, finish_reason="stop")
SHAPES = {
    "parts of text and of thought": sse(
        of(delta={"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}]}),
        of(delta={"content": [{"type": "text", "text": "See "}, {"type": "text", "text": "Heat"}]}),
        STOP,
    ),
    "a reasoning field beside an empty content": sse(
        of(delta={"reasoning_content": "Hm", "content": ""}),
        of(delta={"content": "See Heat", "reasoning_content": ""}),
        STOP,
    ),
    "a filter's event and one of usage": sse(
        {"choices": [], "prompt_filter_results": [{}]},
        of(delta={"content": "See Heat"}),
        STOP,
        {"choices": [], "usage": {"total_tokens": 9}},
    ),
    "a message that grows beside the delta": sse(
        of(delta={"content": "See "}, message={"content": "See "}),
        of(delta={"content": "Heat"}, message={"content": "See Heat"}, finish_reason="stop"),
    ),
    "the whole message once more at the end": sse(
        of(delta={"content": "See "}),
        of(delta={"content": "Heat"}),
        of(message={"content": "See Heat"}, finish_reason="stop"),
    ),
    "no finish reason, but [DONE]": sse(of(delta={"content": "See Heat"})) + "data: [DONE]\n\n",
    "an error that is none": sse({**of(delta={"content": "See Heat"}), "error": None}, STOP),
    "an empty finish reason first": sse(of(delta={"content": "See Heat"}, finish_reason=""), STOP),
    "a comment made an event": "data: : PROCESSING\n\n"
    + sse(of(delta={"content": "See Heat"}), STOP),
    "text after its own end": sse(of(delta={"content": "See"}, finish_reason="stop"))
    + sse(of(delta={"content": " Heat"}, finish_reason="stop")),
    "not streamed": json.dumps(of(message={"content": "See Heat"}, finish_reason="stop")),
    "not streamed, over many lines": json.dumps(of(message={"content": "See Heat"}), indent=4),
    "a completion": json.dumps(of(text="See Heat", finish_reason=None)),
    "another text between its parts": sse(
        of(index=0, delta={"content": "See "}),
        of(index=1, delta={"content": "Not this"}, finish_reason="length"),
        of(index=0, delta={"content": "Heat"}, finish_reason="stop"),
    ),
    "thoughts in capitals": sse(of(delta={"content": "<THINK>Hm</THINK>See Heat"}), STOP),
    "an answer between tags": sse(of(delta={"content": "<answer>See Heat</answer>"}), STOP),
    "other capitals in the framing": "DATA: "
    + sse(of(delta={"content": "See Heat"}))[6:]
    + "data: [done]\n\n",
    "parts within parts": sse(of(delta={"content": [[{"text": "See "}], ["Heat"]]}), STOP),
    "a list of deltas": sse(of(delta=[{"content": "See "}, {"content": "Heat"}]), STOP),
    "NaN among the probabilities": 'data: {"choices": [{"delta": {"content": "See Heat"}, '
    '"logprobs": NaN, "finish_reason": "stop"}]}\n\n',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_seen_in_the_wild_is_read(shape: str) -> None:
    text, reason = read(SHAPES[shape])
    assert (written(text), reason) == ("See Heat", "stop")


def test_a_line_separator_of_prose_ends_no_line() -> None:
    body = 'data: {"choices": [{"delta": {"content": "See\u2028Heat\u0085"}}]}\n\n'
    assert read(body)[0] == "See\u2028Heat\u0085"


@settings(max_examples=300)
@given(SEEDS)
def test_every_known_shape_in_every_framing_is_read_to_the_letter(seed: int) -> None:
    body, text = odd_answers.whole_body(random.Random(seed))
    streamed, reason = read(body)
    assert written(streamed) == text
    assert reason


@settings(max_examples=100)
@given(SEEDS)
def test_it_does_not_matter_where_the_network_cuts_an_answer(seed: int) -> None:
    rng = random.Random(seed)
    body, _ = odd_answers.whole_body(rng)
    chunks, rest = [], body
    while rest:
        n = rng.choice([1, 2, 3, 50])
        chunks.append(rest[:n])
        rest = rest[n:]
    assert list(pieces_of(chunks)) == list(pieces_of([body]))


@settings(max_examples=400)
@given(SEEDS)
def test_a_damaged_answer_is_read_or_refused_and_never_anything_else(seed: int) -> None:
    rng = random.Random(seed)
    body, _ = odd_answers.whole_body(rng)
    damaged = rng.choice(odd_answers.DAMAGES)(rng, body)
    try:
        pieces = list(pieces_of([damaged]))
    except (ServerSaidError, NoCompletionError):
        return
    assert all(isinstance(piece, Piece) and isinstance(piece.text, str) for piece in pieces)
    written("".join(piece.text for piece in pieces)).encode()


@pytest.mark.parametrize("content", [5, True, False, 0, 1.5, {"text": 5}, [["a", [7]]]])
def test_a_content_that_is_no_text_is_refused(content: object) -> None:
    with pytest.raises(NoCompletionError, match="its content is no text: "):
        read(sse(of(delta={"content": content})))


@pytest.mark.parametrize(
    "deep", ["[" * 100_000 + "]" * 100_000, '{"error":' * 9_000 + "1" + "}" * 9_000]
)
def test_json_that_is_nested_without_end_is_refused(deep: str) -> None:
    with pytest.raises(NoCompletionError):
        read(f'data: {{"choices": [{{"delta": {{"content": {deep}}}}}]}}\n\n')


def test_an_answer_without_end_is_refused() -> None:
    def endless() -> Any:
        while True:
            yield b'data: {"padding": "' + b"." * 10_000 + b'"}\n'

    with pytest.raises(NoCompletionError, match=f"more than {MOST_BYTES:,} bytes"):
        list(pieces_of(endless()))


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"error": {"message": "out of memory", "code": 500}}, "out of memory"),
        ({"error": "Unexpected endpoint"}, "Unexpected endpoint"),
        ({"error": {"code": 500}}, "no reason given"),
        ({"error": True, "message": "overloaded"}, "overloaded"),
        ({"object": "error", "message": "no such model", "code": 404}, "no such model"),
        ({"detail": [{"loc": ["body", "n"], "msg": "too large"}]}, "body.n: too large"),
        (of(error={"message": "provider is down"}, delta={"content": ""}), "provider is down"),
    ],
)
def test_an_error_inside_an_answer_is_the_servers_own_words(event: Any, words: str) -> None:
    with pytest.raises(ServerSaidError, match=words):
        read(sse(of(delta={"content": "See"}), event))


@pytest.mark.parametrize(
    ("holder", "instead"),
    [
        ({"refusal": "I cannot\x1b[2J help."}, "it refused: I cannot [2J help."),
        ({"tool_calls": [{"function": {"name": "search"}}]}, "it called a tool"),
        ({"reasoning": "Hm"}, "it only reasoned"),
        ({"content": ""}, ""),
    ],
)
def test_what_comes_instead_of_a_text_is_said(holder: dict[str, Any], instead: str) -> None:
    assert [piece.instead for piece in pieces_of([sse(of(delta=holder)).encode()])] == [instead]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<think>a</think>See<think>b</think> Heat", "See Heat"),
        ("<thinking>a <think>b</think> c</thinking>See Heat", "See Heat"),
        ("See Heat<think>and then", "See Heat"),
        ("a</think>b</think>See Heat", "See Heat"),
        ("See Heat</s> and what no one asked for", "See Heat"),
        ("<think>what ends</s> in thought</think>See Heat", "See Heat"),
        ("```markdown\nSee Heat\n```\n", "See Heat"),
        ("```See Heat```", "See Heat"),
        ("I think > that <this> is [THINKing] text", "I think > that <this> is [THINKing] text"),
        ("<think>", ""),
    ],
)
def test_only_what_is_meant_for_the_reader_is_left(text: str, shown: str) -> None:
    assert written(text) == shown


def test_thoughts_that_begin_a_hundred_thousand_times_take_no_time_of_their_square() -> None:
    assert written("<think>" * 100_000) == ""  # a search for each one's end would take minutes
    assert plain(said_in("<" * 100_000))[:3] == "<<<"


def test_halves_of_characters_are_joined_and_lone_ones_replaced() -> None:
    halves = '{"choices": [{"text": "\\ud83c"}]}', '{"choices": [{"text": "\\udfac"}]}'
    assert written(read("".join(f"data: {half}\n\n" for half in halves))[0]) == "🎬"
    assert whole_characters("\ud83c\udfac \ud83c. é") == "🎬 \ufffd. é"
