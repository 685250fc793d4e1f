"""Workers that listen on one socket share its connections."""

import asyncio
import socket
import threading
from typing import cast

import pytest

pytest.importorskip("uvloop", reason="needs uvloop, which Windows has not")

from recsys_rag._serve.accepting import Loop


class _Named(asyncio.Protocol):
    """Tells whoever comes which worker took the connection."""

    def __init__(self, name: bytes, held: set[asyncio.Protocol]) -> None:
        self._name, self._held = name, held

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).write(self._name)
        self._held.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._held.discard(self)


def _work(
    shared: socket.socket, name: bytes, ready: threading.Barrier, over: threading.Event
) -> None:
    held = set[asyncio.Protocol]()

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(
            lambda: _Named(name, held), sock=shared, backlog=64
        )
        ready.wait()
        while held or not over.is_set():
            await asyncio.sleep(0.005)
        server.close()
        await server.wait_closed()
        shared.close()

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.run(serve())


def test_connections_that_stay_open_are_shared_and_none_is_lost() -> None:
    shared = socket.socket()
    shared.bind(("127.0.0.1", 0))
    ready, over = threading.Barrier(3), threading.Event()
    workers = [
        threading.Thread(target=_work, args=(shared.dup(), name, ready, over))
        for name in (b"a", b"b")
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    clients = [socket.create_connection(shared.getsockname(), timeout=20) for _ in range(60)]
    answered = [client.recv(1) for client in clients]
    over.set()
    for client in clients:
        client.close()
    for worker in workers:
        worker.join()
    shared.close()
    assert len(answered) == 60
    assert min(answered.count(b"a"), answered.count(b"b")) >= 10
