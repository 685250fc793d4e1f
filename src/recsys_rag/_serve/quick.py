"""Calls that come by the thousand, answered before the framework: by the same function, from the
same body. A request that is odd in any way goes the ordinary way."""

from collections.abc import Awaitable, Callable, Mapping
from types import SimpleNamespace
from typing import get_type_hints

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recsys_rag._serve import problems
from recsys_rag.errors import RecsysRagError

_JSON = "application/json"
_MOST_BYTES = 65_536

Call = Callable[..., Awaitable[Response]]  # of a request and its `body`, read as is annotated


class Quick:
    """Wraps the application; `calls` are its own functions, by path: POST with a body of JSON."""

    def __init__(self, app: ASGIApp, calls: Mapping[str, Call]) -> None:
        self._app = app
        self._calls = {path: (get_type_hints(call)["body"], call) for path, call in calls.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = self._calls.get(scope["path"]) if scope["type"] == "http" else None
        if call is None or scope["method"] != "POST" or not _is_plain(scope):
            await self._app(scope, receive, send)
            return
        kind, answered = call
        message = await receive()
        try:
            if message.get("more_body") or message["type"] != "http.request":
                raise ValueError("it comes in pieces, or not at all")
            body = kind.model_validate_json(message.get("body", b""))
        except ValueError:  # pydantic's too: the framework tells what is wrong with it
            await self._app(scope, _again(message, receive), send)
            return
        scope["route"], scope["app"] = SimpleNamespace(path=scope["path"]), self._app
        try:
            response = await answered(Request(scope, receive), body)
        except RecsysRagError as error:
            response = problems.answer_to(error, scope["state"]["request_id"])
        await response(scope, receive, send)


def _is_plain(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    length = headers.get("content-length", "")
    is_small = length.isascii() and length.isdigit() and int(length) <= _MOST_BYTES
    return is_small and headers.get("content-type") == _JSON and not scope["query_string"]


def _again(message: Message, receive: Receive) -> Receive:
    """Return what gives a message that was taken once more, then what comes."""
    taken = [message]

    async def receiving() -> Message:
        return taken.pop() if taken else await receive()

    return receiving
