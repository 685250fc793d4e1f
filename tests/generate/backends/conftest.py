"""The embedded model, and servers of the outside world: llama.cpp's own, and a hostile one."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.generate._backends.threads import SPINS

API_KEY = "only-for-this-test"
SERVER = """
import sys
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.api_keys = sys.argv[1], [sys.argv[2]]
params.n_ctx, params.n_parallel, params.warmup, params.verbosity = 2048, 1, False, -1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="session")
def smollm2(smollm2_path: Path) -> Iterator[LlamaCpp]:
    model = LlamaCpp(smollm2_path, model_id="smollm2", context_tokens=1024)
    yield model
    model.close()


@pytest.fixture(scope="session")
def llama_server_url(smollm2_path: Path) -> Iterator[str]:
    """A real server in a process of its own; it ends when its standard input closes."""
    command = [sys.executable, "-c", SERVER, str(smollm2_path), API_KEY]
    environment = {**os.environ, "GOMP_SPINCOUNT": SPINS}  # or it crawls where the machine is busy
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        yield f"{process.stdout.readline().strip()}/v1"
        process.communicate()


class _Server(http.server.ThreadingHTTPServer):
    """Says nothing when a client hangs up, which is what some tests make it do.

    A reply that would last for ever looks at `is_over`.
    """

    daemon_threads = True

    def __init__(self, handler: type[http.server.BaseHTTPRequestHandler]) -> None:
        self.is_over = threading.Event()
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


Reply = Callable[[http.server.BaseHTTPRequestHandler], None]


@pytest.fixture
def server_replying() -> Iterator[Callable[[Reply], str]]:
    """A function that starts a real HTTP server which answers every POST by `reply`, and returns
    its base URL."""
    servers: list[_Server] = []

    def start(reply: Reply) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self.body = json.loads(self.rfile.read(length))
                reply(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = _Server(Handler)
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1"

    yield start
    for server in servers:
        server.is_over.set()
        server.shutdown()
        server.server_close()
