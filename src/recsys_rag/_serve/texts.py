"""Streams of texts on the event loop: a thread writes, events arrive as they come, and after a
deadline, or when the service stops, the template's texts stay. Knows no address and no table."""

import asyncio
import heapq
import itertools
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TypeAlias

from recsys_rag._flow import Stream
from recsys_rag._serve.problems import Refused
from recsys_rag.errors import Cancelled
from recsys_rag.types import Event, Finished, Ranked, Recommendation, RecommendedItem, Written

_LATE = "the texts took longer than {:g} s; the built-in template wrote those that were not there"
_STOPPED = "the service stopped; the built-in template wrote the texts that were not there"


@dataclass(frozen=True, slots=True)
class Drafted:
    """Event: the template's text about one item, before the list is there whole."""

    item: RecommendedItem


Begin: TypeAlias = Callable[[Callable[[RecommendedItem], None]], Stream]


class Texts:
    """So many streams at once, each in a thread of its own; who comes then is told to come later.

    `seconds` is how long one answer may take in all, the wait for others included.
    """

    def __init__(self, n_at_once: int, seconds: float) -> None:
        self.n_at_once, self.seconds = n_at_once, seconds
        self._threads = ThreadPoolExecutor(n_at_once, "texts")
        self._streams: set[Stream] = set()
        self._n_begun = 0
        self._lock = threading.Lock()
        self._computing = _Line()
        self._is_stopping = False

    def stop(self) -> None:
        """Have all answers end now, by the template; those that come later too."""
        with self._lock:
            self._is_stopping = True
            streams = list(self._streams)
        for stream in streams:
            stream.close()

    async def events(self, begin: Begin) -> AsyncIterator[Event | Drafted]:
        """Yield the events of the stream that `begin` makes in a thread, and before `Ranked` what
        the function that it is given hears; the last is `Finished`.

        Raises what the stream raises, and Refused (429) where too many are in work.
        """
        loop, arriving = asyncio.get_running_loop(), asyncio.Queue[_Arriving]()
        with self._lock:
            if self._n_begun >= self.n_at_once:
                raise Refused(
                    429,
                    f"{self._n_begun} texts are being written; come again in a few seconds, or "
                    'ask with "explain": "facts"',
                    {"Retry-After": "5"},
                )
            self._n_begun += 1
        gone = threading.Event()
        streams: list[Stream] = []

        def tell(event: _Arriving) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(arriving.put_nowait, event)

        def drafted(item: RecommendedItem) -> None:
            tell(Drafted(item))
            self._computing.leave()
            self._computing.enter(n_told=item.rank)
            if gone.is_set():
                raise Cancelled("nobody waits for this answer any more")

        def work() -> None:
            try:
                self._computing.enter(n_told=0)
                try:
                    stream = begin(drafted)
                    streams.append(stream)
                    with self._lock:
                        self._streams.add(stream)
                    first = list(islice(stream, 1))
                finally:
                    self._computing.leave()
                for event in chain(first, stream):
                    tell(event)
                    if gone.is_set():
                        break
            except BaseException as error:
                tell(error)
            finally:
                for stream in streams:
                    stream.close()
                with self._lock:
                    self._streams.difference_update(streams)
                    self._n_begun -= 1
                tell(None)

        self._threads.submit(work)
        try:
            async for event in self._arriving(arriving):
                yield event
        finally:
            gone.set()
            for stream in streams:
                stream.close()

    async def _arriving(
        self, arriving: "asyncio.Queue[_Arriving]"
    ) -> AsyncIterator[Event | Drafted]:
        latest: Recommendation | None = None
        end = asyncio.get_running_loop().time() + self.seconds
        while True:
            left = end - asyncio.get_running_loop().time()
            try:
                # what comes before the list is ranked is not cut short: there is nothing to show
                event = await asyncio.wait_for(arriving.get(), left if latest else None)
            except TimeoutError:
                assert latest is not None
                yield _cut(latest, _LATE.format(self.seconds))
                return
            if isinstance(event, BaseException):
                raise event
            if event is None:  # the stream was closed
                if latest is None:
                    raise Refused(503, "the service is stopping; ask again")
                yield _cut(latest, _STOPPED)
                return
            if isinstance(event, Ranked):
                latest = event.recommendation
                if self._is_stopping:
                    yield event
                    yield _cut(latest, _STOPPED)
                    return
            elif isinstance(event, Written) and latest is not None:
                item = event.item
                latest = replace(
                    latest,
                    items=tuple(
                        item if other.rank == item.rank else other for other in latest.items
                    ),
                )
            yield event
            if isinstance(event, Finished):
                return


_Arriving: TypeAlias = Event | Drafted | BaseException | None


class _Line:
    """Ranking and counting facts keep a core busy, and lists that begin together would all be late:
    one computes at a time, and between two texts gives way to whoever has been told fewer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[int, int, threading.Event]] = []
        self._order = itertools.count()
        self._is_taken = False

    def enter(self, *, n_told: int) -> None:
        """Wait for the turn of somebody who was told so many texts; first come, first served."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Event()
            heapq.heappush(self._waiting, (n_told, next(self._order), mine))
        mine.wait()

    def leave(self) -> None:
        """Let the next one in."""
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[2].set()
            else:
                self._is_taken = False


def _cut(latest: Recommendation, note: str) -> Finished:
    """Return the end of an answer that does not wait for the texts that are still missing."""
    return Finished(replace(latest, notes=(*latest.notes, note)))
