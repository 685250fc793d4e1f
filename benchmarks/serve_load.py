"""How much a request costs the service, and how fast it answers, with `wrk` beside it.

    python benchmarks/serve_load.py [--seconds 10] [--workers 1] [--mixed 180]

Starts `recsys-rag serve` on MovieLens 100K with the template's texts (how long a language model
writes, `benchmarks/writing.py` measures), asks it, and reads the processor time of its processes
from /proc. Server processor time a request is the figure to compare: the clock depends on what else
the machine does. `--mixed` asks for lists, says things, asks what is similar and has texts judged,
all for so many seconds, and compares memory and open files before and after.
Needs wrk (Debian: apt install wrk) and ml-100k.
"""

import argparse
import json
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from record import record

_SCRIPT = """
local n = 0
request = function()
  n = n + 1
  local turn = (n * 61) %% 100
  local user = (n * 7919 + %d) %% 943 + 1
  local item = (n * 104729) %% 1682 + 1
  local body, path
  %s
  local method = body == "" and "GET" or "POST"
  return wrk.format(method, path, {["Content-Type"] = "application/json"}, body)
end
"""
_RANK = '\'{"queries": [{"user": "\' .. user .. \'"}], "k": 10}\', "/api/v1/rankings"'
_SAY = (
    '\'{"user": "\' .. user .. \'", "item": "\' .. item .. \'", "kind": "rating", "rating": \''
    ' .. (n % 5 + 1) .. "}", "/api/v1/feedback"'
)
_LIST = '\'{"user": "\' .. user .. \'", "k": 5, "explain": "none"}\', "/api/v1/recommendations"'
_FACTS = '\'{"user": "\' .. user .. \'", "k": 5, "explain": "facts"}\', "/api/v1/recommendations"'
_VERIFY = (
    '\'{"user": "\' .. user .. \'", "about": "\' .. item .. \'", "text": "It is a drama."}\', '
    '"/api/v1/verify"'
)
_SIMILAR = '"", "/api/v1/items/" .. item .. "/similar?k=10"'
_PROTOCOL = "recsys-rag serve --lm template on ml-100k; wrk with one thread on the same machine"
_ROUNDS = 6  # of lists asked for at once
_MIXED = {_RANK: 70, _SAY: 15, _SIMILAR: 10, _VERIFY: 5}  # of a hundred
_LOADS = {
    "rankings, 64 connections": ({_RANK: 100}, 64),
    "rankings (no text, 10 items)": ({_RANK: 100}, 16),
    "rankings, 12 connections": ({_RANK: 100}, 12),
    "feedback (one rating, on disk)": ({_SAY: 100}, 16),
    "recommendations, no text, kept": ({_LIST: 100}, 8),
    "recommendations, template's texts, kept": ({_FACTS: 100}, 8),
    "verify (one sentence)": ({_VERIFY: 100}, 8),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--mixed", type=int, default=0, help="seconds; 0 = the loads one by one")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not here; on Debian: apt install wrk")
    home = Path(tempfile.mkdtemp(prefix="serve-load-"))
    server, url = _started(home, options.workers)
    try:
        if options.mixed:
            figures = {"workers": options.workers, **_mixed(server, url, options.mixed, home)}
            record(f"serve-mixed-{options.workers}-workers", figures, _PROTOCOL)
            return
        before = _memory(server)
        rows = {
            name: _loaded(server, url, calls, n, options.seconds, home)
            for name, (calls, n) in _LOADS.items()
        }
        texts = _first_texts(url, 16)
        figures = {
            "workers": options.workers,
            "seconds_each": options.seconds,
            "loads": rows,
            "first_template_text_of_16_at_once_ms": texts,
            "memory_mb": {"before": before, "after": _memory(server)},
        }
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
        shutil.rmtree(home)
    record(f"serve-load-{options.workers}-workers", figures, _PROTOCOL)


def _started(home: Path, workers: int) -> tuple["subprocess.Popen[bytes]", str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "recsys_rag", "serve", "--home", str(home), "--lm", "template"]
    command += ["--port", str(port), "--workers", str(workers)]
    log = (home / "log").open("wb")
    server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    while True:
        try:
            if httpx2.get(f"{url}/readyz").status_code == 200:
                _settle(server)
                return server, url
        except httpx2.TransportError:
            if server.poll() is not None:
                sys.exit((home / "log").read_text())
            time.sleep(0.2)


def _settle(server: "subprocess.Popen[bytes]") -> None:
    """Wait until all workers are ready: the first answers while others still load."""
    spent = _processor_seconds(server)
    while True:
        time.sleep(1)
        before, spent = spent, _processor_seconds(server)
        if spent - before < 0.05:
            return


def _loaded(
    server: "subprocess.Popen[bytes]",
    url: str,
    calls: Mapping[str, int],
    n: int,
    seconds: int,
    home: Path,
) -> dict[str, Any]:
    choices, bound = [], 0
    for call, share in calls.items():
        bound += share
        choices.append(f"if turn < {bound} then body, path = {call}")
    script = home / "load.lua"
    script.write_text(_SCRIPT % (time.monotonic_ns() % 943, " else".join(choices) + " end"))
    begun = _processor_seconds(server)
    command = ["wrk", "-t1", f"-c{n}", f"-d{seconds}s", "--latency", "-s", str(script), url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = _processor_seconds(server) - begun
    requests = int(re.search(r"(\d+) requests in", out)[1])  # type: ignore[index]
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    broken = re.search(r"Socket errors: (.*)", out)
    return {
        "connections": n,
        "requests": requests,
        "requests_a_second": round(requests / seconds, 1),
        "server_processor_ms_a_request": round(1000 * spent / max(requests, 1), 3),
        "p50": re.search(r"\n\s+50%\s+(\S+)", out)[1],  # type: ignore[index]
        "p99": re.search(r"\n\s+99%\s+(\S+)", out)[1],  # type: ignore[index]
        "refused": int(refused[1]) if refused else 0,
        "socket_errors": broken[1] if broken else "none",
    }


def _first_texts(url: str, n: int) -> dict[str, float]:
    """Ask for n lists as streams at once, some times; return how long the first text took each.

    One thread asks by bare sockets: a client for each, as a library has it, takes as much of the
    two cores as the server.
    """
    address = urlsplit(url)
    connections = [socket.create_connection((address.hostname, address.port)) for _ in range(n)]
    waits: list[float] = []
    for number in range(_ROUNDS):
        waits += _asked_at_once(connections, number * n)
    for connection in connections:
        connection.close()
    waits.sort()
    return {
        "lists": len(waits),
        "p50": round(1000 * waits[len(waits) // 2], 1),
        "p99": round(1000 * waits[int(len(waits) * 0.99)], 1),
    }


def _asked_at_once(connections: Sequence[socket.socket], first: int) -> list[float]:
    """Return the seconds to the first event of each, which has the template's first text."""
    begun = time.perf_counter()
    selector, received, waits = selectors.DefaultSelector(), [b""] * len(connections), {}
    for place, connection in enumerate(connections):
        body = json.dumps({"user": str(first + place + 1), "k": 5}).encode()
        head = (
            "POST /api/v1/recommendations HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Accept: text/event-stream\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        selector.register(connection, selectors.EVENT_READ, place)
    while selector.get_map():
        for key, _ in selector.select():
            place = key.data
            piece = key.fileobj.recv(1 << 16)  # type: ignore[union-attr]
            received[place] += piece
            if place not in waits and b"\n\n" in received[place].partition(b"\ndata: ")[2]:
                waits[place] = time.perf_counter() - begun
            if not piece or received[place].endswith(b"\r\n0\r\n\r\n"):
                selector.unregister(key.fileobj)
    return list(waits.values())


def _mixed(server: "subprocess.Popen[bytes]", url: str, seconds: int, home: Path) -> dict[str, Any]:
    """Ask in the proportions of `_MIXED` after a warm-up of a tenth of the time."""
    warm = _loaded(server, url, _MIXED, 16, max(1, seconds // 10), home)
    memory, files = _memory(server), _open_files(server)
    load = _loaded(server, url, _MIXED, 16, seconds, home)
    return {
        "shares": dict(
            zip(("rank", "feedback", "similar", "verify"), _MIXED.values(), strict=True)
        ),
        "warm_up": warm,
        "load": load,
        "memory_mb": {"before": memory, "after": _memory(server)},
        "open_files": {"before": files, "after": _open_files(server)},
    }


def _open_files(server: "subprocess.Popen[bytes]") -> int:
    return sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in _processes(server))


def _processes(server: "subprocess.Popen[bytes]") -> list[int]:
    found, new = [server.pid], [server.pid]
    while new:
        parent = new.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            new += [int(child) for child in task.read_text().split()]
        found += [one for one in new if one not in found]
    return found


def _processor_seconds(server: "subprocess.Popen[bytes]") -> float:
    ticks = 0
    for process in _processes(server):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory(server: "subprocess.Popen[bytes]") -> float:
    """Return the memory of all processes, what they share counted once, in MB."""
    total = 0
    for process in _processes(server):
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        total += int(re.search(r"Pss:\s+(\d+)", text)[1])  # type: ignore[index]
    return round(total / 1024, 1)


if __name__ == "__main__":
    main()
