"""What an OpenAI-compatible server answers, in any framing and shape that servers are known to use,
as pieces of text. Knows no HTTP.

`pieces_of` reads server-sent events, JSON lines and a single JSON document. `written` takes out of
a text what is not meant for its reader, above all what the model thought before it wrote.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

MOST_BYTES = 4_000_000  # of one answer: a text of ours has a few hundred
_SHOWN_CHARACTERS = 200

# Where servers put things, the usual place first.
_HOLDERS = ("delta", "message")  # of the text; it may also stand in the choice itself
_TEXTS = ("content", "text", "response")
_FINISH_REASONS = ("finish_reason", "stop_reason", "done_reason")
_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
_FAILURES = ("error", "message", "msg", "detail")
_UNFINISHED = ("null", "None", False)  # as servers write it that have a reason in each event

_THINKERS = r"(?:seed:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|analysis)"
_MARK = re.compile(
    rf"(?P<opens><{_THINKERS}>|\[THINK\]|◁think▷|<\|START_THINKING\|>"
    r"|<\|channel\|>(?:analysis|commentary)<\|message\|>|<\|channel>thought\b)"
    rf"|(?P<closes></{_THINKERS}>|\[/THINK\]|◁/think▷|<\|END_THINKING\|>"
    r"|<\|channel\|>final<\|message\|>|<channel\|>)"
    # what ends a turn, let through as text by a wrong chat template
    r"|(?P<ends><\|(?:im_end|eot_id|eom_id|endoftext|return)\|>|</s>|<end_of_turn>|<eos>)",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^[ \t]*```[\w-]*[ \t]*$|```|</?(?:answer|response|output)>", re.MULTILINE)
_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")  # a last \r may be half of \r\n
_DATA = re.compile(r"(?:data:\s*)+", re.IGNORECASE)
_OTHER_FIELD = re.compile(r"(?:event|id|retry)?:")
_TAG = re.compile(r"<[^<>]*>")


class ServerSaidError(Exception):
    """The server answered with a failure, in its own words, instead of a text."""


class NoCompletionError(Exception):
    """The answer has no known shape of a completion; the argument says what came instead."""


class Piece(NamedTuple):
    """What one event adds to the text.

    `finish_reason` is "" until the text is whole; `instead` says what came in place of text.
    """

    text: str = ""
    finish_reason: str = ""
    instead: str = ""

    @property
    def is_cut_off(self) -> bool:
        """Say whether the text ends because there were no tokens left."""
        return self.finish_reason.lower() in ("length", "max_tokens")


def pieces_of(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Yield what each event adds to the text, also where that is nothing.

    Raises ServerSaidError and NoCompletionError.

    >>> chunks = [b'data: {"choices": [{"delta": {"content": "He', b'at"}}]}']
    >>> [piece.text for piece in pieces_of(chunks)]
    ['Heat']
    """
    text = ""
    try:
        for event in _events(_lines(chunks)):
            piece, is_message = _piece(event)
            if text and is_message and piece.text.startswith(text):
                # subtle: a last event may repeat the whole message after its parts
                piece = piece._replace(text=piece.text[len(text) :])
            text += piece.text
            yield piece
    except RecursionError as error:
        raise NoCompletionError("JSON that is nested too deeply") from error


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines, whatever ends them, none cut within a character."""
    n_bytes, rest = 0, b""
    for chunk in chunks:
        n_bytes += len(chunk)
        if n_bytes > MOST_BYTES:
            raise NoCompletionError(f"more than {MOST_BYTES:,} bytes")
        *lines, rest = _LINE_END.split(rest + chunk)
        yield from (line.decode("utf-8", "replace").lstrip("\ufeff") for line in lines)
    yield rest.decode("utf-8", "replace").strip("\ufeff\r")


def _events(lines: Iterable[str]) -> Iterator[Any]:
    """Yield the JSON values: of server-sent events up to [DONE], or of a body without events."""
    pending: list[str] = []  # lines that are no JSON by themselves
    is_stream, n_documents = False, 0
    for line in lines:
        if data := _DATA.match(line):
            is_stream, line = True, line[data.end() :]
            if line.strip('" ').upper() == "[DONE]":
                yield {"done": True}
                return
        elif _OTHER_FIELD.match(line):
            continue
        if not line.strip():
            if is_stream and pending:
                yield from _values(pending)
                pending = []
        elif pending:
            pending.append(line)
        elif is_stream and line.lstrip()[0] not in "{[":
            continue  # "data: ping" and the like keep a connection alive
        else:
            try:
                yield from _values([line])
                n_documents += 1
            except NoCompletionError:
                pending.append(line)
    if pending:
        yield from _values(pending)
    if not is_stream and n_documents + bool(pending) == 1:
        yield {"done": True}  # an answer that was not streamed is whole, whether it says so or not


def _values(lines: Sequence[str]) -> list[Any]:
    try:
        value = json.loads("\n".join(lines))
    except ValueError as error:
        raise NoCompletionError(repr(lines[0][:_SHOWN_CHARACTERS])) from error
    return value if isinstance(value, list) else [value]


def _piece(event: Any) -> tuple[Piece, bool]:
    """Return what an event says, and whether as a whole message, not as a part of one."""
    if event is None:
        return Piece(), False
    if not isinstance(event, dict):
        raise NoCompletionError(repr(event)[:_SHOWN_CHARACTERS])
    choice = event.get("choices") or event  # of a list, the first: one text was asked for
    choice = choice[0] or {} if isinstance(choice, list) else choice
    if isinstance(choice, dict) and choice is not event and choice.get("index"):
        return Piece(), False  # of another text, that nobody asked for
    if not isinstance(choice, dict):
        raise NoCompletionError(repr(choice)[:_SHOWN_CHARACTERS])
    if failure := event.get("error") or choice.get("error"):
        raise ServerSaidError(said(failure) or said(event) or "no reason given")
    name = next((name for name in _HOLDERS if choice.get(name)), "")
    holder = choice.get(name, choice)
    if isinstance(holder, str) and name == "message" and choice is event:
        raise ServerSaidError(holder)
    if not isinstance(holder, dict):
        holder = {"content": holder}
    content = _first((holder, choice), _TEXTS)
    ended = choice.get("done") is True or choice.get("stop") is True
    reason = _first((choice, holder), _FINISH_REASONS) or ("stop" if ended else "")
    finish_reason = "" if reason in _UNFINISHED else str(reason)
    piece = Piece(_text(content), finish_reason, _instead(holder))
    if piece == Piece() and choice is event and (failure := said(event)):
        raise ServerSaidError(failure)
    return piece, name == "message" and choice is not event  # a line of JSON lines is a part


def _first(holders: Iterable[dict[str, Any]], names: Iterable[str]) -> Any:
    """Return the first value that is there and not empty, None where there is none."""
    values = (holder.get(name) for holder in holders for name in names)
    return next((value for value in values if value is not None and value != ""), None)


def _text(content: Any) -> str:
    """Return the text of a content: a string, or the parts of one that are no thoughts.

    >>> _text([{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "See "}, "Heat."])
    'See Heat.'
    """
    if isinstance(content, list):
        return "".join(map(_text, content))
    if isinstance(content, dict):
        part = content.get("text") or content.get("content") or content.get("value")
        return "" if content.get("type") in _THOUGHTS else _text(part)
    if content is None or isinstance(content, str):
        return content or ""
    raise NoCompletionError(f"its content is no text: {content!r:.{_SHOWN_CHARACTERS}}")


def _instead(holder: dict[str, Any]) -> str:
    if refusal := holder.get("refusal"):
        return f"it refused: {plain(str(refusal))[:_SHOWN_CHARACTERS]}"
    if holder.get("tool_calls") or holder.get("function_call"):
        return "it called a tool"
    return "it only reasoned" if any(holder.get(name) for name in _THOUGHTS) else ""


def said(value: Any) -> str:
    """Return the words in which a server tells of a failure, and what they are about.

    >>> said({"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]})
    'body.seed: Extra inputs are not permitted'
    >>> said({"error": {"message": "Unsupported parameter", "param": "stop"}})
    'Unsupported parameter (stop)'
    """
    if isinstance(value, list):
        return "; ".join(filter(None, map(said, value)))
    if not isinstance(value, dict):
        return value if isinstance(value, str) else ""
    words = next(filter(None, (said(value.get(name)) for name in _FAILURES)), "")
    if words and isinstance(value.get("loc"), list):
        return f"{'.'.join(map(str, value['loc']))}: {words}"
    return f"{words} ({value['param']})" if words and value.get("param") else words


def said_in(body: str) -> str:
    """Return the words in which the body of an answer tells of a failure: of an object, a page, or
    plain.

    >>> said_in('{"error": {"message": "no such model"}}'), said_in("<h1>Bad\\ngateway</h1>")
    ('no such model', 'Bad gateway')
    """
    try:
        words = said(json.loads(body))
    except (ValueError, RecursionError):
        words = ""
    return plain(words or _TAG.sub(" ", body)) or "no reason given"


def plain(text: str) -> str:
    """Return text on one line, without what a terminal would obey."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())


def whole_characters(text: str) -> str:
    """Return text with the halves of a character joined, and a sign in the place of a lone half."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def written(text: str) -> str:
    r"""Return what of a text is meant for its reader: no thoughts, no code fence, no special token.

    >>> written("<think>Owls!</think>\n\nSee Heat.<|im_end|>"), written("```\nSee Heat.\n```")
    ('See Heat.', 'See Heat.')
    >>> written("begun by the prompt</think>See Heat."), written("<think>Hm")
    ('See Heat.', '')
    """
    parts, is_thinking, begin = list[str](), False, 0
    for mark in _MARK.finditer(text):
        if not is_thinking:
            parts.append(text[begin : mark.start()])
        begin = mark.end()
        if mark["ends"] and not is_thinking:
            begin = len(text)
            break
        if mark["closes"] and not is_thinking:
            parts = []  # subtle: a chat template may have begun the thoughts
        is_thinking = bool(mark["opens"]) or (is_thinking and not mark["closes"])
    if not is_thinking:
        parts.append(text[begin:])
    return _FENCE.sub("", whole_characters("".join(parts))).strip()
