"""The event loop of a worker among several: who has more connections leaves new ones to others.

All workers listen on one socket, and the first to wake would take a whole burst of connections
while the others idle.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import uvloop

_PATIENCE_SECONDS = 0.0003  # a connection that is held
_MOST_PATIENCE = 8  # connections


class Loop(uvloop.Loop):
    """Serves a socket that other processes share."""

    async def create_server(
        self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        """Serve a socket that was opened before; any other as ever."""
        shared = options.get("sock")
        if shared is None or options.get("ssl"):
            return await super().create_server(protocol_factory, host, port, **options)
        shared.listen(options.get("backlog", 2048))
        return _Door(self, shared, protocol_factory)


class _Door:
    """Takes connections of a shared socket: what uvicorn asks of a server."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        shared: socket.socket,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
    ) -> None:
        self._loop, self._shared, self._factory = loop, shared, protocol_factory
        self._shared.setblocking(False)
        self.sockets = (shared,)
        self._held = WeakSet[asyncio.BaseTransport]()
        self._opening = set[asyncio.Task[None]]()
        self._waiting: asyncio.TimerHandle | None = None
        self._wait()

    @property
    def _n_held(self) -> int:
        return len(self._opening) + sum(not one.is_closing() for one in self._held)

    def _wait(self) -> None:
        self._waiting = None
        self._loop.add_reader(self._shared.fileno(), self._knock)

    def _knock(self) -> None:
        """Somebody is there: let others go first, the longer the more there are here."""
        if not (n := self._n_held):
            self._accept(1)
            return
        self._loop.remove_reader(self._shared.fileno())
        seconds = _PATIENCE_SECONDS * min(n, _MOST_PATIENCE)
        self._waiting = self._loop.call_later(seconds, self._take_turn, 1 + n // _MOST_PATIENCE)

    def _take_turn(self, n: int) -> None:
        self._accept(n)
        self._wait()

    def _accept(self, n: int) -> None:
        for _ in range(n):
            try:
                connection, _address = self._shared.accept()
            except OSError:  # another worker was there first, or no more files can be opened
                return
            connection.setblocking(False)
            task = self._loop.create_task(self._open(connection))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self, connection: socket.socket) -> None:
        try:
            transport, _ = await self._loop.connect_accepted_socket(self._factory, connection)
        except OSError:  # it is gone again
            connection.close()
        else:
            self._held.add(transport)

    def close(self) -> None:
        """Take no more."""
        if self._waiting:
            self._waiting.cancel()
        self._loop.remove_reader(self._shared.fileno())

    async def wait_closed(self) -> None:
        """Wait for those that are being opened."""
        await asyncio.gather(*self._opening)
