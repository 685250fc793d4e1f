"""Waiting for what others do, and timing, without a clock that a busy machine could miss."""

import threading
import time
from collections.abc import Callable, Iterable

PATIENCE = 30.0  # seconds, for what happens at once on an idle machine


def processor_seconds(work: Callable[[], object]) -> float:
    """Return how long this thread computes for a piece of work, whatever else the machine does."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.001)


def join(threads: Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
