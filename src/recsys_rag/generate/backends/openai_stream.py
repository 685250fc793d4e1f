"""Streamed completions of an OpenAI-compatible server: one request in, pieces of text out, every
failure a GenerationError.

Knows HTTP and server-sent events; prompts and grammars are the business of `openai`.
"""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from recsys_rag.errors import GenerationError, SettingsError

CONNECT_SECONDS = 10.0
SHOWN_CHARACTERS = 200  # of what a server says about its failure


class RefusedError(GenerationError):
    """The server understood that it cannot do what was asked (HTTP 400, 422): asking again is of no
    use."""


class Piece(NamedTuple):
    """What one event adds to the text; `finish_reason` is "" until the last piece."""

    text: str
    finish_reason: str


class OpenAIStream:
    """A connection to `base_url` ("http://host:port/v1"), reused between requests. Thread-safe.

    Raises SettingsError where `base_url` is no such address.
    """

    def __init__(self, base_url: str, *, api_key: str | None = None) -> None:
        import httpx2

        self._httpx = httpx2
        self._base_url = base_url.rstrip("/")
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        try:
            address = httpx2.URL(f"{self._base_url}/")
            if address.scheme not in ("http", "https") or not address.host:
                raise httpx2.InvalidURL("it must look like http://host:port/v1")
        except httpx2.InvalidURL as error:
            raise SettingsError(f"{base_url!r} is not the address of a server: {error}") from error
        self._client = httpx2.Client(headers=headers, base_url=address)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def pieces(
        self, endpoint: str, body: Mapping[str, Any], timeout_seconds: float
    ) -> Iterator[Piece]:
        """Yield what the server streams; the last piece has a finish reason. Ends with
        GenerationError if it never comes."""
        deadline = time.monotonic() + timeout_seconds
        timeout = self._httpx.Timeout(
            timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)
        )
        finish_reason = ""
        try:
            with self._client.stream(
                "POST", endpoint, json={**body, "stream": True}, timeout=timeout
            ) as response:
                self._refuse_error(response, str(body.get("model")))
                with _cut_off_at(deadline, response):
                    for piece in map(self._piece, _events(response.iter_lines())):
                        if time.monotonic() > deadline:
                            raise self._too_late(timeout_seconds)
                        finish_reason = finish_reason or piece.finish_reason
                        yield piece
        except (self._httpx.HTTPError, self._httpx.InvalidURL, OSError) as error:
            raise self._failure(error, deadline, timeout_seconds) from error
        if not finish_reason and time.monotonic() > deadline:
            raise self._too_late(timeout_seconds)
        if not finish_reason:
            raise GenerationError(
                f"{self._base_url}: the server ended the text in the middle; see its log"
            )

    def _refuse_error(self, response: Any, model: str) -> None:
        if response.status_code == 200:
            return
        response.read()
        hint = {
            401: "give the server's API key",
            403: "give an API key that may use this model",
            404: f"check the base URL (it usually ends in /v1) and that the server has the model {model!r}",
            429: "too many requests or no credit left: wait, or use another model",
        }.get(response.status_code, "see the server's log")
        error = RefusedError if response.status_code in (400, 422) else GenerationError
        raise error(
            f"{self._base_url}: HTTP {response.status_code}: {_said(response.text)}; {hint}"
        )

    def _piece(self, event: str) -> Piece:
        try:
            parsed = json.loads(event)
            if "error" in parsed:
                raise GenerationError(f"{self._base_url}: the server broke off: {_said(event)}")
            choice = (parsed.get("choices") or [{}])[0]
            text = choice["delta"].get("content") if "delta" in choice else choice.get("text")
            return Piece(text or "", choice.get("finish_reason") or "")
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            shown = event[:SHOWN_CHARACTERS]
            raise GenerationError(
                f"{self._base_url}: not an event of a completion: {shown!r}; is this the right server?"
            ) from error

    def _failure(
        self, error: Exception, deadline: float, timeout_seconds: float
    ) -> GenerationError:
        if isinstance(error, self._httpx.ConnectError | self._httpx.ConnectTimeout):
            return GenerationError(
                f"{self._base_url}: cannot reach the server ({error}); is it running?"
            )
        if isinstance(error, self._httpx.TimeoutException) or time.monotonic() >= deadline:
            return self._too_late(timeout_seconds)
        return GenerationError(
            f"{self._base_url}: the connection broke ({type(error).__name__}: {error}); see the server's log"
        )

    def _too_late(self, timeout_seconds: float) -> GenerationError:
        return GenerationError(
            f"{self._base_url}: no complete text within {timeout_seconds:g} s; raise the timeout"
        )


def _events(lines: Iterator[str]) -> Iterator[str]:
    """Yield the data of server-sent events up to [DONE]; comments (keep-alives) are passed over.

    >>> list(_events(iter([": ping", "data: 1", "", "data:2", "data: [DONE]", "data: 3"])))
    ['1', '2']
    """
    for line in lines:
        if line.startswith("data:"):
            event = line.removeprefix("data:").strip()
            if event == "[DONE]":
                return
            yield event
        elif line.startswith("{"):
            yield line  # an answer, or an error, that is not streamed: judged as an event


@contextlib.contextmanager
def _cut_off_at(deadline: float, response: Any) -> Iterator[None]:
    """Shut the socket down at the deadline, so that a server that drips or hangs cannot hold the
    reader any longer."""
    connection = response.extensions.get("network_stream")
    raw = connection.get_extra_info("socket") if connection is not None else None
    if raw is None:
        yield
        return

    def cut_off() -> None:
        with contextlib.suppress(OSError):
            raw.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _said(body: str) -> str:
    """Return a server's own words on a failure, from the usual error object or the plain body,
    shortened.

    >>> _said('{"error": {"message": "no such model"}}'), _said("  bad gateway ")
    ('no such model', 'bad gateway')
    """
    try:
        error = json.loads(body)["error"]
        message = str(error["message"]) if isinstance(error, dict) else str(error)
    except (ValueError, KeyError, TypeError):
        message = body
    return " ".join(message.split())[:SHOWN_CHARACTERS] or "no reason given"
