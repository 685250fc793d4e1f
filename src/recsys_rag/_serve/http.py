"""What every request goes through, as one ASGI middleware: its id, who asks, how long it took, one
line of log, headers of security, and errors told as problems."""

import logging
import re
import time
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recsys_rag._serve import problems
from recsys_rag._serve.keys import NOBODY_NEEDS_A_KEY
from recsys_rag._serve.metrics import Metrics
from recsys_rag._serve.service import Service

_LOG = logging.getLogger("recsys_rag._serve")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
LARGEST_BODY = 4_000_000  # bytes
_SAFE = ("GET", "HEAD", "OPTIONS")
_SECURITY = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"content-security-policy": b"default-src 'none'; script-src 'self'; style-src 'self'; "
    b"img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'",
}
_NOT_KEPT = {b"cache-control": b"no-store"}
request_id: ContextVar[str] = ContextVar("request_id", default="")


class Edge:
    """Wraps the application. Paths under `guarded` need a key where the service needs one."""

    def __init__(
        self,
        app: ASGIApp,
        service: Service,
        metrics: Metrics,
        *,
        needs_key: bool,
        hosts: tuple[str, ...],
        guarded: tuple[str, ...] = ("/api/", "/v1/"),
    ) -> None:
        self._app, self._service, self._metrics = app, service, metrics
        self._needs_key, self._hosts, self._guarded = needs_key, hosts, guarded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        request_id.set(id)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"], state["timings"] = id, {}
        answered, is_told = 0, False
        is_guarded = scope["path"].startswith(self._guarded)

        async def sending(message: Message) -> None:
            nonlocal answered, is_told
            if is_told:
                return
            if message["type"] == "http.response.start":
                answered = message["status"]
                if answered == 413 and not _is_problem(message):  # of the framework, in plain text
                    is_told = True
                    told = f"the body is too large; send at most {LARGEST_BODY} bytes"
                    message, body = _messages(problems.problem(413, told, request_id=id))
                timings = _timings(state["timings"], time.perf_counter() - began)
                of_all = {**_SECURITY, **(_NOT_KEPT if is_guarded else {})}
                of_this = {b"x-request-id": id.encode(), b"server-timing": timings.encode()}
                own = [one for one in message.get("headers", ()) if one[0] not in of_this]
                named = {name for name, _ in own}
                of_all = {name: value for name, value in of_all.items() if name not in named}
                message["headers"] = [*own, *of_all.items(), *of_this.items()]
            await send(message)
            if is_told:
                await send(body)

        try:
            if refusal := await self._refusal(scope, headers, state):
                await refusal(scope, receive, sending)
            else:
                await self._app(scope, receive, sending)
        except Exception as error:
            _LOG.exception("unexpected", extra={"request_id": id})
            if answered:  # the answer has begun: it can only break off
                raise
            await problems.answer_to(error, id)(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            # subtle: the template of the path, since the path itself can name a person
            route = getattr(scope.get("route"), "path", "unknown")
            self._metrics.count(scope["method"], route, answered, seconds)
            _LOG.info(
                "request",
                extra={
                    "request_id": id,
                    "method": scope["method"],
                    "route": route,
                    "status": answered,
                    "milliseconds": round(seconds * 1000, 2),
                    "key": state["key"].id if "key" in state else "",
                },
            )

    async def _refusal(self, scope: Scope, headers: Headers, state: dict[str, Any]) -> Any:
        """Return the answer to a request that goes no further, None for others."""
        id = state["request_id"]
        if self._hosts and _host_of(headers) not in self._hosts:
            # a page elsewhere may have made its own name point to this machine
            return _problem(421, "this host is not served here; ask by its own address", id)
        if not scope["path"].startswith(self._guarded):
            return None
        if not self._needs_key:
            state["key"] = NOBODY_NEEDS_A_KEY
            if scope["method"] not in _SAFE and _is_foreign(headers):
                return _problem(403, "pages of other sites may not ask here", id)
            return None
        scheme, _, secret = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            return _problem(
                401,
                "give a key: Authorization: Bearer KEY (`recsys-rag key create` makes one)",
                id,
                {"WWW-Authenticate": "Bearer"},
            )
        key = await self._service.in_thread(self._service.keys.of, secret.strip())
        if key is None:
            return _problem(401, "this key is not valid here", id, {"WWW-Authenticate": "Bearer"})
        state["key"] = key
        if not key.may(needed := scope_needed(scope["path"], scope["method"])):
            return _problem(403, f"this key lacks the scope {needed!r}", id)
        if wait := self._service.allowances.take(key):
            return _problem(
                429,
                f"this key may ask {key.per_minute} times a minute",
                id,
                {"Retry-After": str(max(1, round(wait)))},
            )
        return None


def scope_needed(path: str, method: str) -> str:
    """Return the scope that a call under /api/v1 needs.

    >>> scope_needed("/api/v1/feedback", "POST"), scope_needed("/api/v1/models:refit", "POST")
    ('feedback', 'admin')
    """
    noun = path.removeprefix("/api/v1/").split("/")[0].split(":")[0]
    if noun == "models" or (noun == "items" and method not in _SAFE):
        return "admin"
    return "feedback" if noun in ("feedback", "users", "receipts") else "recommend"


def _problem(status: int, detail: str, id: str, headers: Mapping[str, str] | None = None) -> Any:
    return problems.response(problems.problem(status, detail, request_id=id), headers)


def _is_problem(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type") == problems.MEDIA_TYPE


def _messages(problem: problems.Problem) -> tuple[Message, Message]:
    """Return the two messages of an answer that tells of a problem."""
    answer = problems.response(problem)
    start = {"type": "http.response.start", "status": problem.status, "headers": answer.raw_headers}
    return start, {"type": "http.response.body", "body": answer.body}


def _host_of(headers: Headers) -> str:
    """Return the name of the host that was asked, without its port.

    >>> _host_of(Headers({"host": "[::1]:8000"})), _host_of(Headers({"host": "localhost:8000"}))
    ('[::1]', 'localhost')
    """
    return re.sub(r":\d+$", "", headers.get("host", "")).lower()


def _is_foreign(headers: Headers) -> bool:
    """Say whether a browser sends this for a page of another site."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host", "")


def _timings(timings: Mapping[str, float], total_seconds: float) -> str:
    stages = {**timings, "total": total_seconds}
    return ", ".join(f"{name};dur={seconds * 1000:.1f}" for name, seconds in stages.items())
