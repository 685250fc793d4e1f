"""Questions to a server of facts: politely spaced, tried again where that can help, answers read as
JSON of a bounded size. Knows no service."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec

from recsys_rag.errors import AssetError
from recsys_rag.version import __version__

_LARGEST = 8_000_000  # bytes of an answer
_LONGEST_PAUSE_SECONDS = 60.0
_AGENT = f"recsys-rag/{__version__} (enrich; one catalog, at a polite rate)"


class Unavailable(AssetError):
    """The service did not answer this question; another one may be answered."""


class Refused(AssetError):
    """The service will answer nothing: the key is wrong, or its limit is reached."""


@dataclass
class Asker:
    """Asks at most `per_second` questions a second, each up to `attempts` times.

    Messages never hold the address, which may hold a key. `sleep` and `clock` are the outside.
    """

    per_second: float
    attempts: int = 3
    timeout_seconds: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    n_asked: int = 0
    _next: float = field(default=0.0, repr=False)

    def ask(
        self, url: str, params: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Any:
        """Return the JSON answered, None for 404. Raises Unavailable and Refused."""
        for attempt in range(1, self.attempts + 1):
            self._wait_my_turn()
            pause = float(2**attempt)
            try:
                status, after, body = self._once(url, params, headers or {})
            except httpx2.TimeoutException:
                said = "no answer in time"
            except httpx2.HTTPError as error:
                said = f"no connection ({type(error).__name__})"
            else:
                if status == 404:
                    return None
                if status in (401, 403):
                    raise Refused(_reason(body) or f"the server answered {status}")
                if status == 200:
                    return _json(body)
                said = f"the server answered {status}"
                if status < 500 and status != 429:
                    raise Unavailable(said)
                pause = after or pause
            if attempt < self.attempts:
                self.sleep(min(pause, _LONGEST_PAUSE_SECONDS))
        raise Unavailable(f"{said} ({self.attempts} attempts)")

    def _wait_my_turn(self) -> None:
        now = self.clock()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.per_second
        self.n_asked += 1

    def _once(
        self, url: str, params: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[int, float, bytes]:
        told = {"User-Agent": _AGENT, "Accept": "application/json", **headers}
        body = bytearray()
        with httpx2.stream(
            "GET", url, params=dict(params), headers=told, timeout=self.timeout_seconds
        ) as response:
            for block in response.iter_bytes():
                body += block
                if len(body) > _LARGEST:
                    raise Unavailable(f"an answer of more than {_LARGEST:,} bytes")
            after = response.headers.get("retry-after", "")
            return response.status_code, float(after) if after.isdigit() else 0.0, bytes(body)


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise Unavailable("an answer that is no JSON") from None


def _reason(body: bytes) -> str:
    """Return what a refusal says of itself, on one line and short."""
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ""
    texts = [told.get(key) for key in ("Error", "status_message")] if isinstance(told, dict) else []
    text = next((text for text in texts if isinstance(text, str)), "")
    return " ".join("".join(c for c in text if c.isprintable()).split())[:120]
