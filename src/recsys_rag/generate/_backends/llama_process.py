"""One worker process, from its start to its end: sends it requests, sorts what it answers. Restarts
nothing, knows no text."""

import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any, Final

from recsys_rag.generate._backends.threads import spins

PROGRAM = Path(__file__).with_name("llama_worker.py")
DIED: Final[dict[str, Any]] = {"died": True}
CANCELLED: Final[dict[str, Any]] = {"cancelled": True}


class LlamaProcess:
    """A running worker that reads a model at once; a request is a number, under which its answers
    are fetched.

    Thread-safe. The process ends with `kill`, with this object, or with the process that started
    it, whichever comes first.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._parent = os.getpid()
        # isolated and without site: paths come in the first message, and the worker needs nothing
        # else
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, **spins(os.environ), "GGML_NO_BACKTRACE": "1"},
        )
        assert self._process.stdout is not None
        self._inbox = _Inbox()
        self._numbers = itertools.count(1)
        self._sending = threading.Lock()
        # number -> when; until the worker has said that it ended
        self._cancelled: dict[int, float] = {}
        self.kill = weakref.finalize(self, _end, self._process, self._parent)
        threading.Thread(
            target=self._inbox.receive, args=(self._process.stdout,), daemon=True
        ).start()
        self._send({"id": 0, **model, "sys_path": sys.path})

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def is_usable(self) -> bool:
        """Say whether it runs, and was started by this very process: what was forked meanwhile must
        not use it too."""
        return not self._inbox.is_closed and self._parent == os.getpid()

    @property
    def is_busy(self) -> bool:
        """Say whether there is a request that has not ended."""
        return self._inbox.is_busy

    def loaded(self, timeout_seconds: float) -> dict[str, Any]:
        """Wait until the model is read and return how that `end`ed, or `died`. Raises
        TimeoutError."""
        return self._inbox.loaded.result(timeout_seconds)

    def ask(self, body: Mapping[str, Any]) -> int:
        """Send a request and return its number."""
        number = next(self._numbers)
        self._inbox.expect(number)
        self._send({"id": number, "body": body})
        return number

    def answer(self, number: int, timeout_seconds: float) -> dict[str, Any]:
        """Return the next answer: `chunk`, or last `end`, `died` or `cancelled`. Raises queue.Empty
        after the timeout."""
        return self._inbox.next_of(number, timeout_seconds)

    def ignore(self, number: int) -> None:
        """Let a request run, and forget its answers."""
        self._inbox.forget(number)

    def cancel(self, number: int) -> None:
        """Have a request stopped, after the token or batch that is being computed; whoever waits
        for its answer is told at once."""
        if self._parent == os.getpid() and self._inbox.forget(number):
            self._cancelled[number] = time.monotonic()
            self._send({"id": number, "cancel": True})

    def is_stuck(self, patience_seconds: float) -> bool:
        """Say whether it has been told to stop something and did not for that long."""
        for number in [*filter(self._inbox.has_ended, list(self._cancelled))]:
            del self._cancelled[number]
        return any(
            time.monotonic() - since > patience_seconds for since in self._cancelled.values()
        )

    def cause_of_death(self) -> str:
        """Return how it ended: the name of a signal, or an exit status."""
        try:
            status = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:  # it closed its output and goes on
            return "closed its output"
        if status < 0:
            return f"was killed by {signal.Signals(-status).name}"
        return f"ended with status {status}"

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        rest = memoryview(json.dumps(message).encode() + b"\n")
        with self._sending:
            try:
                while rest:
                    rest = rest[self._process.stdin.write(rest) :]
            # it has died, or was killed: whoever waits for the answer is told
            except (OSError, ValueError):
                self._inbox.close()


class _Inbox:
    """Answers by the number of their request. Holds no reference to the process, so that this can
    end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._running: set[int] = set()
        self.loaded: Future[dict[str, Any]] = Future()
        self.is_closed = False

    def expect(self, number: int) -> None:
        with self._lock:
            self._answers[number] = queue.SimpleQueue()
            self._running.add(number)
            if self.is_closed:
                self._answers[number].put(DIED)

    def next_of(self, number: int, timeout_seconds: float) -> dict[str, Any]:
        answers = self._answers.get(number)
        return answers.get(timeout=max(0.0, timeout_seconds)) if answers else CANCELLED

    def forget(self, number: int) -> bool:
        """Drop the answers of a request; say whether it is still running."""
        with self._lock:
            if answers := self._answers.pop(number, None):
                answers.put(CANCELLED)
            return number in self._running

    @property
    def is_busy(self) -> bool:
        return bool(self._running) or not self.loaded.done()

    def has_ended(self, number: int) -> bool:
        return number not in self._running

    def receive(self, stream: IO[bytes]) -> None:
        """Sort answers until the stream ends. Runs in a thread of its own."""
        begun = b""
        with stream:
            while read := os.read(stream.fileno(), 1 << 16):
                *lines, rest = read.split(b"\n")
                for line in lines:
                    self._put(json.loads(begun + line))
                    begun = b""
                begun += rest
        self.close()

    def _put(self, answer: dict[str, Any]) -> None:
        with self._lock:
            if answer["id"] == 0 and not self.loaded.done():
                self.loaded.set_result(answer)
            if "end" in answer:
                self._running.discard(answer["id"])
            if answer["id"] in self._answers:
                self._answers[answer["id"]].put(answer)

    def close(self) -> None:
        """Tell everybody who waits that there will be no answer."""
        with self._lock:
            self.is_closed = True
            self._running.clear()
            if not self.loaded.done():
                self.loaded.set_result(DIED)
            for waiting in self._answers.values():
                waiting.put(DIED)


def _end(process: "subprocess.Popen[bytes]", parent: int) -> None:
    # a forked process has a copy of this, and must leave the worker alone
    if os.getpid() == parent:
        process.kill()
        process.wait()
    assert process.stdin is not None
    process.stdin.close()
