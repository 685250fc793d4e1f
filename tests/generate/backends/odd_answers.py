"""Answers of OpenAI-compatible servers, made at random: every shape and framing known, whole or
damaged. What was meant stands beside each, so that a reader can be held to it."""

import gzip
import json
import random
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Events = list[Any]
WORDS = ["See", "Heat", "(1995)", "next,", "“naïve”", "映画", "🎬", "null", "data:", "[1]", "9."]


class Answer(NamedTuple):
    """The bytes of an HTTP answer, and the text that they hold: None where they may be refused."""

    raw: bytes
    text: str | None


class Body(NamedTuple):
    """The bytes after the headers, and how they are named there."""

    content: bytes
    encoding: str = ""


def number_asked_for(request: bytes) -> int:
    """Return the number of the answer that a request asks for: what its model is called."""
    return int(json.loads(request)["model"])


def text_of(rng: random.Random) -> str:
    """Return a text of a few words."""
    return " ".join(rng.choices(WORDS, k=rng.randint(1, 12)))


def cut(rng: random.Random, text: str) -> list[str]:
    """Return the text in pieces, none empty, as a model's tokens arrive."""
    pieces = []
    while text:
        n = rng.randint(1, 9)
        pieces.append(text[:n])
        text = text[n:]
    return pieces


# --- shapes of a chat's events -------------------------------------------------------------------


def choice(**fields: Any) -> dict[str, Any]:
    return {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, **fields}]}


def deltas(contents: Sequence[Any], name: str = "content") -> Events:
    return [choice(delta={name: content}, finish_reason=None) for content in contents]


def strings(rng: random.Random, pieces: list[str]) -> Events:
    return deltas(pieces)


def parts(rng: random.Random, pieces: list[str]) -> Events:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "Owls."}]}
    return deltas([[thought], *([{"type": "text", "text": piece}] for piece in pieces)])


def bare_parts(rng: random.Random, pieces: list[str]) -> Events:
    return deltas([[piece, {"type": "output_text", "text": {"value": ""}}] for piece in pieces])


def texts_of_deltas(rng: random.Random, pieces: list[str]) -> Events:
    return deltas(pieces, "text")


def texts_of_choices(rng: random.Random, pieces: list[str]) -> Events:
    return [choice(text=piece, logprobs=None, finish_reason=None) for piece in pieces]


def string_deltas(rng: random.Random, pieces: list[str]) -> Events:
    return [choice(delta=piece) for piece in pieces]


def with_thoughts(rng: random.Random, pieces: list[str]) -> Events:
    name = rng.choice(["reasoning_content", "reasoning", "thinking"])
    thoughts = [choice(delta={"content": None, name: "The reader likes owls. "})]
    return [*thoughts, *(choice(delta={"content": piece, name: ""}) for piece in pieces)]


def growing_messages(rng: random.Random, pieces: list[str]) -> Events:
    """Each event has what it adds, and beside it all that came so far."""
    return [
        choice(delta={"content": piece}, message={"content": "".join(pieces[: n + 1])})
        for n, piece in enumerate(pieces)
    ]


def messages_so_far(rng: random.Random, pieces: list[str]) -> Events:
    """Each event has all that came so far, and nothing else."""
    return [choice(message={"content": "".join(pieces[: n + 1])}) for n in range(len(pieces))]


def message_repeated(rng: random.Random, pieces: list[str]) -> Events:
    return [*deltas(pieces), choice(message={"role": "assistant", "content": "".join(pieces)})]


def thinking_aloud(rng: random.Random, pieces: list[str]) -> Events:
    opens, closes = rng.choice(
        [
            ("<think>", "</think>"),
            ("", "</think>"),  # a template has begun the thoughts
            ("<thinking>", "</thinking>"),
            ("<thought>", "</thought>"),
            ("<seed:think>", "</seed:think>"),
            ("[THINK]", "[/THINK]"),
            ("◁think▷", "◁/think▷"),
            ("<|channel|>analysis<|message|>", "<|end|><|channel|>final<|message|>"),
            ("<|channel>thought\n", "<channel|>"),
        ]
    )
    thoughts = f"{opens}The reader likes owls. 2 < 3.\n{closes}\n\n"
    return deltas(cut(rng, thoughts + "".join(pieces)))


def fenced(rng: random.Random, pieces: list[str]) -> Events:
    return deltas(["```text\n", *pieces, "\n```"])


def with_end_tokens(rng: random.Random, pieces: list[str]) -> Events:
    return deltas([*pieces, rng.choice(["<|im_end|>", "</s>", "<|eot_id|>", "<end_of_turn>\n"])])


def content_blocks(rng: random.Random, pieces: list[str]) -> Events:
    """The events of a proxy that answers as it was answered."""
    return [
        {"type": "message_start", "message": {"role": "assistant", "content": []}},
        {"type": "content_block_start", "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        *({"type": "content_block_delta", "delta": {"text": piece}} for piece in pieces),
        {"type": "content_block_stop"},
    ]


def plain_contents(rng: random.Random, pieces: list[str]) -> Events:
    return [{"content": piece, "stop": False} for piece in pieces]


SHAPES = (
    *(strings, parts, bare_parts, texts_of_deltas, texts_of_choices, string_deltas, with_thoughts),
    *(growing_messages, messages_so_far, message_repeated, thinking_aloud, fenced),
    *(with_end_tokens, content_blocks, plain_contents),
)
BESIDE: Events = [
    {"choices": []},
    {"choices": [], "usage": {"total_tokens": 9}},
    {"choices": None, "usage": {"total_tokens": 9}, "error": None},
    {"usage": {"total_tokens": 9}},
    {"choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
    {"choices": [{"index": 0, "content_filter_results": {}, "finish_reason": None}]},
    {"choices": [{"delta": {"role": "assistant", "content": None}, "finish_reason": ""}]},
    {"choices": [{"delta": {}, "logprobs": {"content": [{"logprob": float("nan")}]}}]},
    {"choices": [{"delta": None, "finish_reason": "null"}]},
    {"choices": [None], "error": ""},
    None,
]
LAST = (
    *(
        {"choices": [{"delta": {}, "finish_reason": reason}]}
        for reason in ("stop", "eos", "length")
    ),
    {"choices": [{"delta": {"content": ""}, "finish_reason": "stop"}], "usage": {}},
    {"choices": [{"index": 0, "finish_reason": "stop"}]},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
    {"content": "", "stop": True},
)


def events(rng: random.Random, text: str) -> tuple[Events, bool]:
    """Return events that hold the text, and whether the last one says that it has ended."""
    listed = rng.choice(SHAPES)(rng, cut(rng, text))
    for _ in range(rng.randint(0, 3)):
        listed.insert(rng.randint(0, len(listed)), rng.choice(BESIDE))
    has_ended = rng.random() < 0.8
    return [*listed, *([rng.choice(LAST)] if has_ended else [])], has_ended


# --- framings ------------------------------------------------------------------------------------


def stream(rng: random.Random, listed: Events, must_end: bool) -> bytes:
    """Return events as a server sends them, with [DONE] where they must end by it."""
    end = rng.choice(["\n", "\r\n", "\r"])
    prefix = rng.choice(["data: ", "data:", "data:  ", "data: data: "])
    blank = end if rng.random() < 0.9 else ""  # some part events by no blank line
    beside = [": ping", ":", "event: message", "id: 7", "retry: 10", "data:", "data: ping", ""]
    lines = [rng.choice(["", "", "\ufeff"])]
    is_tall = bool(blank) and rng.random() < 0.1
    for event in listed:
        shown = json.dumps(event, ensure_ascii=rng.random() < 0.5, indent=1 if is_tall else None)
        lines += [f"{prefix}{line}{end}" for line in shown.split("\n")] + [blank]
        if rng.random() < 0.2:
            lines.append(rng.choice(beside) + end)
    if must_end or rng.random() < 0.8:
        done = rng.choice(["[DONE]", "[DONE] ", '"[DONE]"'])
        lines.append(f"{prefix}{done}{end}{blank}")
    return "".join(lines).encode("utf-8", "surrogatepass")


def document(rng: random.Random, text: str) -> bytes:
    """Return the text as one JSON document: a server that does not stream."""
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    whole = rng.choice(
        [
            {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]},
            {"choices": [{"message": {**message, "content": [{"type": "text", "text": text}]}}]},
            {"choices": [{"text": text, "finish_reason": None}], "usage": {}},
            {"choices": [{"message": {**message, "reasoning_content": "Owls."}}], "error": None},
            {"choices": {"message": message}},
            {"message": message, "done": True, "done_reason": "stop"},
            {"type": "message", "content": [{"type": "text", "text": text}]},
            [{"choices": [{"message": message}]}],
        ]
    )
    shown = json.dumps(whole, indent=rng.choice([None, 2]), ensure_ascii=rng.random() < 0.5)
    return (rng.choice(["", "\ufeff", "\n\n"]) + shown).encode()


def json_lines(rng: random.Random, text: str) -> bytes:
    listed = [{"message": {"content": piece}, "done": False} for piece in cut(rng, text)]
    end = {"message": {"content": ""}, "done": True}
    return "".join(json.dumps(event) + "\n" for event in [*listed, end]).encode()


def whole_body(rng: random.Random) -> tuple[bytes, str]:
    """Return a body that holds a text in a known shape, and the text."""
    text = text_of(rng)
    kind = rng.random()
    if kind < 0.75:
        listed, has_ended = events(rng, text)
        return stream(rng, listed, not has_ended), text
    return (document if kind < 0.9 else json_lines)(rng, text), text


# --- damage --------------------------------------------------------------------------------------


def truncated(rng: random.Random, body: bytes) -> bytes:
    return body[: rng.randint(0, len(body))]


def flipped(rng: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(rng.randint(1, 9)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def spliced(rng: random.Random, body: bytes) -> bytes:
    at, until = sorted(rng.choices(range(len(body) + 1), k=2))
    return body[:at] + rng.randbytes(rng.randint(0, 40)) + body[until:]


def of_other_types(rng: random.Random, body: bytes) -> bytes:
    odd: Sequence[Any] = (
        5,
        1.5,
        True,
        False,
        {},
        {"a": 1},
        [5],
        [[["x"]]],
        [None],
        "",
        None,
        10**400,
    )
    holders: Sequence[Callable[[Any], Any]] = (
        lambda value: {"choices": [{"delta": {"content": value}}]},
        lambda value: {"choices": [{"delta": value, "finish_reason": value}]},
        lambda value: {"choices": [{"message": value}]},
        lambda value: {"choices": [value]},
        lambda value: {"choices": value, "error": value},
        lambda value: {"choices": [{"delta": {"content": "It.", "tool_calls": value}}]},
        lambda value: {"choices": [{"delta": {"refusal": value, "reasoning": value}}]},
        lambda value: {"error": {"message": value, "param": value, "loc": value}},
        lambda value: {"detail": value, "message": value},
        lambda value: value,
    )
    with_odd = [rng.choice(holders)(rng.choice(odd)) for _ in range(rng.randint(1, 4))]
    return stream(rng, with_odd, rng.random() < 0.5)


def failing(rng: random.Random, body: bytes) -> bytes:
    words = rng.choice(["out of memory", "", "\x1b[2J", "stop", "temperature", "a\nb", "\ud800"])
    error: Any = rng.choice(
        [words, {"message": words}, {"code": 500}, {"message": [words]}, 7, [7]]
    )
    event = rng.choice([{"error": error}, {"detail": error}, {"message": words, "object": "error"}])
    return rng.choice([b"", body[: body.find(b"\n\n") + 2]]) + stream(rng, [event], False)


def nested(rng: random.Random, body: bytes) -> bytes:
    depth = rng.choice([50, 900, 5_000, 100_000])
    opens, closes = rng.choice([("[", "]"), ('{"error":', "}"), ('{"message":', "}")])
    deep = f"{opens * depth}1{closes * depth}"
    return f'data: {{"choices": [{{"delta": {{"content": {deep}}}}}]}}\n\n'.encode()


def foreign(rng: random.Random, body: bytes) -> bytes:
    return rng.choice(
        [
            b"",
            b"\n",
            b"null",
            b"5",
            b'"a string"',
            b"[]",
            b"{}",
            b"[[]]",
            b"<!DOCTYPE html><html><h1>502 Bad Gateway</h1></html>",
            b"data: Heat\n\ndata: [DONE]\n\n",
            b"data: {\n\n",
            b"\x00\xff\xfe" * 50,
            b"data: " + b"x" * 300_000,
            b"{" * 300_000,
            b"<think>" * 5_000,
        ]
    )


DAMAGES = (truncated, flipped, spliced, of_other_types, failing, nested, foreign)


# --- the whole answer ----------------------------------------------------------------------------


def encoded(rng: random.Random, body: bytes) -> Body:
    """Return the body as it is, or compressed, and now and then said to be what it is not."""
    kind = rng.random()
    if kind < 0.8:
        return Body(body)
    if kind < 0.9:
        return Body(gzip.compress(body, 1), "gzip")
    return Body(zlib.compress(body, 1), "deflate")


def chunked(rng: random.Random, body: bytes) -> bytes:
    """Return the body in the chunks of HTTP, cut anywhere: within characters and line ends too."""
    sent = bytearray()
    while body:
        n = rng.choice([1, 7, 100, 5_000, 100_000])
        sent += b"%x\r\n%s\r\n" % (len(body[:n]), body[:n])
        body = body[n:]
    return bytes(sent) + b"0\r\n\r\n"


def answer(rng: random.Random) -> Answer:
    """Return a whole HTTP answer: in nine of twenty cases damaged."""
    body, text = whole_body(rng)
    kind = rng.random()
    content = encoded(rng, body if kind < 0.55 else rng.choice(DAMAGES)(rng, body or b" "))
    types = (
        "text/event-stream",
        "application/json",
        "text/html",
        "text/plain; charset=utf-16",
        "?",
    )
    headers = [f"Content-Type: {rng.choice(types)}"]
    headers += [f"Content-Encoding: {content.encoding}"] if content.encoding else []
    status = "200 OK"
    if kind >= 0.9:  # damage to HTTP itself
        status = rng.choice(["201 Created", "204 No Content", "302 Found", "400 Bad Request"])
        status = rng.choice([status, "429 Too Many", "500 Oops", "999 ?", "200", "junk", ""])
        headers += rng.sample(
            [
                *("Location: /v1/chat/completions", "Location: http://[::1", "Location: //e.test/"),
                *("Retry-After: 0", "Retry-After: soon", "Retry-After: nan", "Retry-After: -1e999"),
                *("Content-Encoding: gzip", "Content-Encoding: br", "Content-Length: -5", "junk"),
                *("Transfer-Encoding: odd", "X: \udcff", "Set-Cookie: a=b; expires=never"),
            ],
            k=rng.randint(0, 2),
        )
    framing = rng.choice(["length", "chunks", "close"])
    if framing == "length":
        headers.append(f"Content-Length: {len(content.content)}")
    if framing == "chunks":
        headers.append("Transfer-Encoding: chunked")
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "Connection: close"]) + "\r\n\r\n"
    sent = chunked(rng, content.content) if framing == "chunks" else content.content
    return Answer(head.encode("utf-8", "surrogateescape") + sent, text if kind < 0.55 else None)
