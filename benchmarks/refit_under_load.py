"""What readers notice of a refit, a swap and a way back, at so many requests offered a second.

    python benchmarks/refit_under_load.py [--rate 500] [--seconds 60] [--workers 2] [--no-refit]

Starts `recsys-rag serve` on MovieLens 100K with the template's texts, and offers rankings,
feedback, "similar" and sentences to judge (70, 15, 10 and 5 of a hundred; `--only rank`: rankings
alone) at a constant rate, whether answers come or not: a wait counts from when a request was due.
Meanwhile a version is fitted, activated, and the first one activated again; the load lasts until
then, and `--seconds` at least. Each answer must be whole, by a version that is active or was a
second ago. Memory and open files are compared before and after, from a tenth of the time on.
`--no-refit --seconds 600` is ten minutes of load alone. Needs ml-100k.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from record import record
from serve_load import _memory, _open_files, _processor_seconds, _started

_SHARES = {"rank": 70, "feedback": 15, "similar": 10, "verify": 5}  # of a hundred
_CONNECTIONS = 32
_PATIENCE_SECONDS = (
    1.0  # how long after another version is activated an answer may be the old one's
)
_MOST_WAITING = 20_000  # requests that are due and wait for a connection


@dataclass
class _Seen:
    """What came back."""

    waits: dict[str, list[float]] = field(default_factory=lambda: {one: [] for one in _SHARES})
    errors: Counter[str] = field(default_factory=Counter)
    allowed: dict[int, float] = field(default_factory=dict)  # version -> until when
    last_of: dict[int, float] = field(default_factory=dict)  # version -> when it last answered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=500, help="requests a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=_SHARES, help="one kind of request alone")
    parser.add_argument("--no-refit", action="store_true")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="refit-"))
    server, url = _started(home, options.workers)
    try:
        figures = asyncio.run(_measured(server, url, options))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
        shutil.rmtree(home)
    name = "offered-load" if options.no_refit else "refit-under-load"
    protocol = "recsys-rag serve --lm template on ml-100k; requests offered at a constant rate"
    record(f"{name}-{options.only or 'mixed'}-{options.workers}-workers", figures, protocol)


async def _measured(server: Any, url: str, options: argparse.Namespace) -> dict[str, Any]:
    seen = _Seen(allowed={1: float("inf")})
    over = asyncio.Event()
    loading = asyncio.create_task(
        _offer(url, options.rate, options.seconds, options.only, seen, over)
    )
    await asyncio.sleep(max(1.0, options.seconds / 10))  # what is filled once is filled
    before, begun = (_memory(server), _open_files(server)), _processor_seconds(server)
    n_before = sum(map(len, seen.waits.values()))
    swaps = {} if options.no_refit else await _swaps(url, seen)
    over.set()
    n, seconds = await loading
    after = _memory(server), _open_files(server)
    spent = _processor_seconds(server) - begun
    answered = sum(map(len, seen.waits.values()))
    return {
        "offered_a_second": options.rate,
        "seconds": round(seconds, 1),
        "offered": n,
        "answered": answered,
        "errors": dict(seen.errors),
        # that of the refit included
        "processor_ms_a_request": round(1000 * spent / max(1, answered - n_before), 3),
        "milliseconds": {kind: _quantiles(waits) for kind, waits in seen.waits.items() if waits},
        "swaps": swaps,
        "memory_mb": {"before": before[0], "after": after[0]},
        "open_files": {"before": before[1], "after": after[1]},
    }


def _quantiles(waits: list[float]) -> dict[str, float]:
    ordered = sorted(waits)
    return {
        f"p{share:g}": round(
            1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))], 1
        )
        for share in (50, 99, 99.9)
    }


async def _swaps(url: str, seen: _Seen) -> dict[str, Any]:
    """Fit a version, have it answer, and the first one again; say how long all processes took."""
    async with httpx2.AsyncClient(base_url=f"{url}/api/v1", timeout=60) as client:
        begun = time.perf_counter()
        answer = await client.post("/models:refit", json={"activate": "never"})
        version = answer.json()["version"]
        while (await client.get(f"/models/{version}")).json()["status"] == "fitting":
            await asyncio.sleep(0.5)
        fitted = time.perf_counter()
        status = (await client.get(f"/models/{version}")).json()["status"]
        if status != "ready":
            return {"fit_seconds": round(fitted - begun, 1), "status": status}
        forth = await _activated(client, version, 1, seen)
        back = await _activated(client, 1, version, seen)
    return {
        "fit_seconds": round(fitted - begun, 1),
        "activated_within_seconds": forth,
        "back_within_seconds": back,
    }


async def _activated(client: httpx2.AsyncClient, version: int, former: int, seen: _Seen) -> float:
    """Activate a version; return when the last answer by the former one came, in seconds from the
    call."""
    begun = time.perf_counter()
    seen.allowed[version] = float("inf")
    answer = await client.post(f"/models/{version}:activate")
    assert answer.status_code == 200, answer.text
    seen.allowed[former] = time.perf_counter() + _PATIENCE_SECONDS
    await asyncio.sleep(3 * _PATIENCE_SECONDS)
    return round(max(0.0, seen.last_of.get(former, begun) - begun), 3)


async def _offer(
    url: str, rate: int, seconds: int, only: str | None, seen: _Seen, over: asyncio.Event
) -> tuple[int, float]:
    """Have `_CONNECTIONS` send what is due for so long, and until the versions were swapped; return
    how many requests were due, in how many seconds."""
    due: asyncio.Queue[tuple[float, int]] = asyncio.Queue(_MOST_WAITING)
    host, port = url.removeprefix("http://").split(":")
    senders = [
        asyncio.create_task(_send(host, int(port), due, only, seen)) for _ in range(_CONNECTIONS)
    ]
    begun, n = time.perf_counter(), 0
    while (now := time.perf_counter() - begun) < seconds or not over.is_set():
        while n < now * rate:
            await due.put((begun + n / rate, n))
            n += 1
        await asyncio.sleep(0.002)
    await due.join()
    for sender in senders:
        sender.cancel()
    return n, now


async def _send(
    host: str, port: int, due: "asyncio.Queue[tuple[float, int]]", only: str | None, seen: _Seen
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while True:
        at, n = await due.get()
        kind, request = _request(n, only)
        writer.write(request)
        try:
            status, body = await asyncio.wait_for(_answer(reader), 30)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            seen.errors[f"{kind}: {type(error).__name__}"] += 1
            writer.close()
            reader, writer = await asyncio.open_connection(host, port)
        else:
            _judge(kind, status, body, seen)
            seen.waits[kind].append(time.perf_counter() - at)
        due.task_done()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    return int(head[9:12]), await reader.readexactly(length)


def _judge(kind: str, status: int, body: bytes, seen: _Seen) -> None:
    """Count what is wrong with an answer: its status, half a list, a version that must not answer
    any more."""
    if status not in (200, 201):
        seen.errors[f"{kind}: {status}"] += 1
    elif kind == "rank":
        now, lists = time.perf_counter(), json.loads(body)["rankings"]
        for one in lists:
            if len(one["items"]) != 10:
                seen.errors[f"rank: {len(one['items'])} items of 10"] += 1
            if now > seen.allowed.get(one["model"], 0.0):
                seen.errors["rank: by a version that is not active"] += 1
            seen.last_of[one["model"]] = now


def _request(n: int, only: str | None) -> tuple[str, bytes]:
    turn, user, item = n * 61 % 100, n * 7919 % 943 + 1, n * 104729 % 1682 + 1
    kind = only or next(
        kind for kind, bound in zip(_SHARES, (70, 85, 95, 100), strict=True) if turn < bound
    )
    said: dict[str, Any] = {"user": str(user)}
    path, body = {
        "rank": ("/rankings", {"queries": [said], "k": 10}),
        "feedback": (
            "/feedback",
            said | {"item": str(item), "kind": "rating", "rating": n % 5 + 1},
        ),
        "similar": (f"/items/{item}/similar?k=10", None),
        "verify": ("/verify", said | {"about": str(item), "text": "It is a drama."}),
    }[kind]
    data = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{'POST' if data else 'GET'} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return kind, head.encode() + data


if __name__ == "__main__":
    main()
