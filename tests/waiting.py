"""Waiting for what other threads do, without a clock that a busy machine could miss."""

import threading
import time
from collections.abc import Callable, Iterable

PATIENCE = 30.0  # seconds, for what happens at once on an idle machine


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.001)


def join(threads: Iterable[threading.Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
