"""What the calls share: answers as bytes, their descriptions in OpenAPI, cursors and conditions."""

import base64
import binascii
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar, cast

import msgspec
from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response, StreamingResponse

from recsys_rag._serve import problems, views
from recsys_rag._serve.kept import etag
from recsys_rag._serve.problems import Problem, Refused
from recsys_rag._serve.service import MOST_LINES, Part, Service

Read = TypeVar("Read", bound=BaseModel)

JSON = "application/json"
NDJSON = "application/x-ndjson"
EVENTS = "text/event-stream"
STREAM = {
    "type": "string",
    "description": "Events drafted (one an item), ranked, written (one an item), finished.",
}

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": "A problem, told as RFC 9457 has it.",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in ("4XX", "5XX")
}


def service_of(request: Request) -> Service:
    """Return the service that answers this request."""
    return cast(Service, request.app.state.service)


def described(
    kind: type, text: str = "The answer.", status: int = 200, also: Mapping[str, Any] | None = None
) -> dict[int | str, dict[str, Any]]:
    """Return how OpenAPI describes an answer: a view in JSON, and other media types."""
    schemas = {**(also or {}), JSON: {"$ref": f"#/components/schemas/{kind.__name__}"}}
    content = {media_type: {"schema": schema} for media_type, schema in schemas.items()}
    return {status: {"description": text, "content": content}, **REFUSALS}


def answer(view: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a view as JSON."""
    return Response(views.encode(view), status, headers, media_type=JSON)


def unchanging(
    request: Request, body: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Return bytes that never change under their address: with an ETag, and 304 to who has them."""
    tag = etag(body)
    headers = {"ETag": tag, "Cache-Control": "private, max-age=31536000, immutable"} | (
        headers or {}
    )
    if request.method in ("GET", "HEAD") and tag in tags_of(request, "if-none-match"):
        return Response(None, 304, headers)
    return Response(body, status, headers, media_type=JSON)


def tags_of(request: Request, header: str) -> set[str]:
    """Return the ETags in a header of conditions."""
    held = request.headers.get(header, "").split(",")
    return {one.strip().removeprefix("W/") for one in held if one.strip()}


async def streamed(request: Request, parts: AsyncIterator[Part]) -> Response:
    """Answer by events, one a part; what goes wrong before the first has its status, what goes
    wrong later is the event `problem`."""
    first = await anext(parts)

    async def events() -> AsyncIterator[bytes]:
        yield _event(first)
        try:
            async for part in parts:
                yield _event(part)
        except Exception as error:
            problem = problems.problem_of(error, request.state.request_id)
            yield b"event: problem\ndata: " + msgspec.json.encode(problem) + b"\n\n"
        finally:
            await parts.aclose()  # type: ignore[attr-defined]

    return StreamingResponse(events(), 200, {"X-Accel-Buffering": "no"}, media_type=EVENTS)


def _event(part: Part) -> bytes:
    data = part.body or views.encode(part.view)
    return b"event: " + part.name.encode() + b"\ndata: " + data + b"\n\n"


def one_or_many(kind: str) -> dict[str, Any]:
    """Return the description of a body that is one of these as JSON, or one a line as NDJSON."""
    line = {"type": "string", "description": f"Of {kind}, one a line, {MOST_LINES} at most."}
    reference = {"$ref": f"#/components/schemas/{kind}"}
    content = {JSON: {"schema": reference}, NDJSON: {"schema": line}}
    return {"requestBody": {"required": True, "content": content}}


async def pieces_of(request: Request) -> tuple[list[bytes], bool]:
    """Return what a body says that `one_or_many` describes, and whether it is one. Raises
    Refused."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (JSON, NDJSON):
        raise Refused(415, f"send {JSON}, or {NDJSON} for many at once")
    content = await request.body()
    return ([content], True) if media_type == JSON else (_lines_of(content), False)


def _lines_of(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")
    if not lines[-1].strip():
        lines.pop()
    if not lines:
        raise Refused(422, "the body has no line; send one JSON object a line")
    if len(lines) > MOST_LINES:
        raise Refused(413, f"the body has {len(lines)} lines; send {MOST_LINES} at most")
    return lines


def read_as(kind: type[Read], content: bytes) -> Read | Problem:
    """Return what a text of JSON says, or why it is none."""
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        details = [
            {"path": ".".join(map(str, detail["loc"])), "message": detail["msg"]}
            for detail in error.errors(include_input=False, include_url=False)
        ]
        return problems.problem(
            422, details[0]["message"] if details else "it cannot be read", errors=details
        )


def cursor_of(value: Any) -> str:
    """Return where a page goes on, as a text that means nothing to others.

    >>> place_of(cursor_of([17]))
    [17]
    """
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def place_of(cursor: str) -> Any:
    """Return what `cursor_of` was given. Raises Refused (422)."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return json.loads(base64.b64decode(padded.encode("ascii"), b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise Refused(422, "this cursor is none that was given here; begin without one") from None
