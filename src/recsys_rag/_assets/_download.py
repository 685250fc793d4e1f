"""One file over HTTP(S) to disk, streamed; what may pass by itself is tried again. Knows nothing of
assets."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recsys_rag.errors import AssetError

if TYPE_CHECKING:
    import httpx2

_BLOCK = 1 << 18
_LONGEST_PAUSE_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds, and how often to try in all."""

    connect_seconds: float = 5.0
    read_seconds: float = 30.0
    attempts: int = 3
    pause_seconds: float = 0.5  # before the second attempt; doubles with each


DEFAULT = Timeouts()


class _Passing(Exception):
    """A failure that may pass: a time-out, a cut connection, a busy server."""


def download(
    url: str,
    target: Path,
    report: Callable[[int, int | None], None] = lambda done, total: None,
    timeouts: Timeouts = DEFAULT,
) -> None:
    """Write what lies at the address to `target`. `report` is called with (bytes done, bytes in all
    or None).

    A host that cannot be resolved and an answer like 404 are final; time-outs, cut connections, 429
    and 5xx are tried again. Raises AssetError with what happened.
    """
    for attempt in range(1, timeouts.attempts + 1):
        try:
            return _once(url, target, report, timeouts)
        except _Passing as error:
            if attempt == timeouts.attempts:
                raise AssetError(f"{error} ({attempt} attempts)") from error
        time.sleep(min(timeouts.pause_seconds * 2 ** (attempt - 1), _LONGEST_PAUSE_SECONDS))
    raise AssertionError("there is at least one attempt")


def _once(
    url: str, target: Path, report: Callable[[int, int | None], None], timeouts: Timeouts
) -> None:
    import httpx2

    timeout = httpx2.Timeout(timeouts.read_seconds, connect=timeouts.connect_seconds)
    try:
        with httpx2.stream("GET", url, timeout=timeout, follow_redirects=True) as response:
            _refuse_status(response)
            total = _length(response)
            done = 0
            with target.open("wb") as stream:
                for block in response.iter_bytes(_BLOCK):
                    stream.write(block)
                    done += len(block)
                    report(done, total)
            if total is not None and done != total:
                raise _Passing(f"the download broke off after {done:,} of {total:,} bytes")
    except httpx2.ConnectError as error:
        if any(isinstance(cause, socket.gaierror) for cause in _causes(error)):
            raise AssetError("no network, or its name cannot be resolved") from error
        raise _Passing(f"no connection: {error}") from error
    except httpx2.TimeoutException as error:
        raise _Passing("no answer in time") from error
    except httpx2.UnsupportedProtocol as error:
        raise AssetError(f"cannot be downloaded: {error}") from error
    except httpx2.TransportError as error:
        raise _Passing(f"the connection broke off: {error}") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise AssetError(f"cannot be downloaded: {error}") from error


def _refuse_status(response: "httpx2.Response") -> None:
    status = response.status_code
    if status == 429 or status >= 500:
        raise _Passing(f"the server answered {status} {response.reason_phrase}")
    if status != 200:
        raise AssetError(f"the server answered {status} {response.reason_phrase}")


def _length(response: "httpx2.Response") -> int | None:
    """Return the announced number of bytes; None where it is not said, or said of a compressed
    body."""
    length = response.headers.get("content-length", "")
    return int(length) if length.isdigit() and "content-encoding" not in response.headers else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
