"""One request to an OpenAI-compatible server, pieces of text out of it, every failure a
GenerationError. Knows HTTP; `openai_answers` knows what servers say.
"""

import contextlib
import functools
import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from recsys_rag._turns import Cancellation
from recsys_rag.errors import Cancelled, GenerationError, SettingsError
from recsys_rag.generate._backends.openai_answers import (
    NoCompletionError,
    Piece,
    ServerSaidError,
    pieces_of,
    plain,
    said_in,
)
from recsys_rag.generate._backends.openai_requests import Request, asked_otherwise, names_parameter

CONNECT_SECONDS = 10.0
GRACE_SECONDS = 1.0  # for what may follow a whole text, such as how many tokens it took
_MOST_MOVES = 5  # redirections and waits for one answer
_MOST_FAILURE_BYTES = 20_000
_SHOWN_CHARACTERS = 200


class RefusedError(GenerationError):
    """The server does not do what was asked for, in words that `said` has whole: asking the same
    again is of no use."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said


class OpenAIStream:
    """A connection to `base_url` ("http://host:port/v1"), reused between requests. Thread-safe.

    Raises SettingsError where `base_url` is no such address, or `api_key` cannot be sent.
    """

    def __init__(self, base_url: str, *, api_key: str | None = None) -> None:
        import httpx2

        self._httpx = httpx2
        self._base_url = base_url.rstrip("/")
        if api_key and not (api_key.isascii() and api_key.isprintable()):
            raise SettingsError("the API key contains characters that no key has; copy it again")
        try:
            self._address = httpx2.URL(self._base_url)
            if self._address.scheme not in ("http", "https") or not self._address.host:
                raise httpx2.InvalidURL("it must look like http://host:port/v1")
        except httpx2.InvalidURL as error:
            raise SettingsError(f"{base_url!r} is not the address of a server: {error}") from error
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        # without https, a context that trusts nobody: reading the authorities' keys takes 30 ms
        is_secure = self._address.scheme == "https"
        self._client = httpx2.Client(
            headers={"Content-Type": "application/json", **headers},
            verify=is_secure or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )
        self.thinking_tokens = 0  # that its model was found to need beside those of the text
        self._refusals: dict[str, tuple[str, ...]] = {}  # by endpoint: what it is not asked again

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def pieces(
        self, endpoint: str, request: Request, timeout_seconds: float, cancellation: Cancellation
    ) -> Iterator[Piece]:
        """Yield what the server streams; one of the last pieces has a finish reason.

        What the server refuses is asked for otherwise, within the same time, and from then on.
        Raises Cancelled on cancellation.
        """
        deadline = time.monotonic() + timeout_seconds
        refusals = self._refusals.get(endpoint, ())
        request = {**request, "stream": True}
        for refusal in refusals:
            request = asked_otherwise(request, refusal) or request
        while True:
            has_text = False
            try:
                exchange = _Exchange(
                    functools.partial(self._chunks, endpoint, request, deadline), deadline
                )
                with cancellation.calling(exchange.cancel):
                    for piece in self._answer(exchange, timeout_seconds):
                        has_text = has_text or bool(piece.text)
                        yield piece
            except RefusedError as refused:
                otherwise = asked_otherwise(request, refused.said)
                if has_text or otherwise is None:
                    raise
                request, refusals = otherwise, (*refusals, refused.said)
            else:
                self._refusals[endpoint] = refusals
                return

    def _answer(self, exchange: "_Exchange", timeout_seconds: float) -> Iterator[Piece]:
        deadline, is_whole = exchange.deadline, False
        try:
            for piece in pieces_of(exchange.chunks()):
                if piece.finish_reason and not is_whole:
                    is_whole = True
                    exchange.deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
                yield piece
        # ValueError: addresses, encodings and numbers that a server gets wrong
        except (self._httpx.HTTPError, self._httpx.InvalidURL, OSError, ValueError,
                ServerSaidError, NoCompletionError) as error:  # fmt: skip
            if not is_whole:
                raise self._failure(error, deadline, timeout_seconds) from error
        finally:
            exchange.over.set() if is_whole else exchange.hang_up()
        if not is_whole:
            raise GenerationError(
                f"{self._base_url}: the server ended the text in the middle; see its log"
            )

    def _chunks(
        self, endpoint: str, request: Request, deadline: float, exchange: "_Exchange"
    ) -> Iterator[bytes]:
        """Yield the bytes of the answer; waits and goes elsewhere where the server says so."""
        body = json.dumps(request).encode()
        url = self._address.copy_with(path=f"{self._address.path.rstrip('/')}/{endpoint}")
        for _ in range(_MOST_MOVES):
            left = max(0.001, deadline - time.monotonic())
            timeout = self._httpx.Timeout(left, connect=min(CONNECT_SECONDS, left))
            with self._client.stream("POST", url, content=body, timeout=timeout) as response:
                exchange.response = response
                if response.is_success:
                    yield from response.iter_bytes()
                    return
                target = url.join(response.headers.get("Location", ""))
                seconds = _seconds_to_wait(response.headers)
                failure = self._refused(response, str(request["model"]), target)
            is_near = (target.scheme, target.host) == (url.scheme, url.host)
            if response.has_redirect_location and is_near:
                url = target
            elif seconds is not None and time.monotonic() + seconds < deadline:
                exchange.over.wait(seconds)
            else:
                break
            if exchange.over.is_set():
                return
        raise failure

    def _refused(self, response: Any, model: str, target: Any) -> GenerationError:
        """Return the failure that a status tells of."""
        status, read = response.status_code, bytearray()
        for chunk in response.iter_bytes():
            read += chunk
            if len(read) > _MOST_FAILURE_BYTES:
                break
        words = said_in(read[:_MOST_FAILURE_BYTES].decode("utf-8", "replace"))
        hint = {
            401: "give the server's API key",
            403: "give an API key that may use this model",
            404: "check the base URL (it usually ends in /v1) and that the server has the model "
            f"{model!r}",
            429: "too many requests or no credit left: wait, or use another model",
        }.get(status, "see the server's log")
        if response.is_redirect:
            hint = f"it points to {target}: if you trust that address, use it as the base URL"
        message = f"{self._base_url}: HTTP {status}: {words[:_SHOWN_CHARACTERS]}; {hint}"
        if status in (400, 422) or (status in (500, 501) and names_parameter(words)):
            return RefusedError(message, words)
        return GenerationError(message)

    def _failure(
        self, error: Exception, deadline: float, timeout_seconds: float
    ) -> GenerationError:
        is_late = isinstance(error, self._httpx.TimeoutException | TimeoutError)
        if isinstance(error, ServerSaidError):
            words = plain(str(error))
            message = f"{self._base_url}: the server reported an error: {words[:_SHOWN_CHARACTERS]}"
            return (
                RefusedError(message, words) if names_parameter(words) else GenerationError(message)
            )
        if isinstance(error, NoCompletionError):
            reason = f"unexpected answer: {error}; is this an OpenAI-compatible server?"
        elif isinstance(error, self._httpx.ConnectError | self._httpx.ConnectTimeout):
            reason = f"cannot reach the server ({error}); is it running?"
        elif is_late or time.monotonic() >= deadline:
            reason = f"no complete text within {timeout_seconds:.3g} s; raise the timeout"
        else:
            reason = f"the connection broke ({type(error).__name__}: {error}); see the server's log"
        return GenerationError(f"{self._base_url}: {reason}")


class _Exchange:
    """What `read` yields, read in a thread of its own: nothing that a server does can hold the
    reader beyond `deadline`, which may be moved meanwhile.

    `read` is given the exchange: it looks at `over`, and leaves its response in `response`.
    """

    def __init__(self, read: "Callable[[_Exchange], Iterator[bytes]]", deadline: float) -> None:
        self.deadline = deadline
        self.over = threading.Event()
        self.response: Any = None
        self._arrived: queue.SimpleQueue[bytes | Exception | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, args=(read,), daemon=True).start()

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes as they arrive. Raises TimeoutError at the deadline, and what `read`
        raised."""
        while (left := self.deadline - time.monotonic()) > 0:
            try:
                arrived = self._arrived.get(timeout=left)
            except queue.Empty:
                break
            if isinstance(arrived, Exception):
                raise arrived
            if arrived is None:
                return
            yield arrived
        raise TimeoutError

    def cancel(self) -> None:
        """Have the reader, who may wait, get Cancelled."""
        self._arrived.put(Cancelled("nobody waits for this answer any more"))

    def hang_up(self) -> None:
        """End the thread, also where it waits for the server."""
        self.over.set()
        stream = self.response.extensions.get("network_stream") if self.response else None
        raw = stream.get_extra_info("socket") if stream else None
        if raw is not None:
            with contextlib.suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)

    def _run(self, read: "Callable[[_Exchange], Iterator[bytes]]") -> None:
        try:
            for chunk in read(self):
                self._arrived.put(chunk)
                if self.over.is_set():
                    return
            self._arrived.put(None)
        except Exception as error:  # the reader's to judge
            self._arrived.put(error)


def _seconds_to_wait(headers: Any) -> float | None:
    """Return in how many seconds the server wants to be asked again, None where it doesn't say."""
    wanted = headers.get("Retry-After", "")
    with contextlib.suppress(ValueError, OverflowError):
        return max(0.0, float(wanted))
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(0.0, parsedate_to_datetime(wanted).timestamp() - time.time())
    return None
