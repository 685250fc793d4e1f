"""What many need who share one language model: turns, deadlines, cancellation. Knows no model."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from recsys_rag.errors import Cancelled


class Cancellation:
    """Says, from any thread, that nobody waits for an answer any more. Once said, it stays said."""

    def __init__(self) -> None:
        # reentrant: a generator that is collected may leave `calling` in the middle of a method
        self._lock = threading.RLock()
        self._callbacks: list[Callable[[], None]] = []
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        """Wake all that `calling` registered; a second call does nothing."""
        with self._lock:
            self._is_cancelled = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise Cancelled where it was said."""
        if self._is_cancelled:
            raise Cancelled("nobody waits for this answer any more")

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Have `callback` called once on cancellation: at once where that was before."""
        with self._lock:
            is_late = self._is_cancelled
            if not is_late:
                self._callbacks.append(callback)
        if is_late:
            callback()
        try:
            yield
        finally:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)


class Deadline:
    """So many seconds from now. Make it when the work begins: what comes before does not count."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """Return how long it is until then, 0 once it has passed."""
        return max(0.0, self._end - time.monotonic())


class Turns:
    """So many places, given out first come, first served."""

    def __init__(self, n_places: int = 1) -> None:
        self.n_places = self._n_free = n_places
        self._changed = threading.Condition(threading.RLock())
        self._waiting: deque[object] = deque()

    @contextmanager
    def turn(
        self, cancellation: Cancellation | None = None, *, alone: bool = False
    ) -> Iterator[None]:
        """Wait for a place (`alone`: for all of them) and hold it. Raises Cancelled meanwhile."""
        n_wanted, cancellation = self.n_places if alone else 1, cancellation or Cancellation()
        self._wait(n_wanted, cancellation)
        try:
            yield
        finally:
            with self._changed:
                self._n_free += n_wanted
                self._changed.notify_all()

    def _wait(self, n_wanted: int, cancellation: Cancellation) -> None:
        ticket = object()
        with cancellation.calling(self._wake), self._changed:
            self._waiting.append(ticket)
            try:
                while self._waiting[0] is not ticket or self._n_free < n_wanted:
                    cancellation.check()
                    self._changed.wait()
                cancellation.check()
                self._n_free -= n_wanted
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
