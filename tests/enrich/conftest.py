"""A real HTTP server on this machine that answers as the services document, or badly."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

# (path, parameters, headers) -> (status, body, headers); a body that is no bytes is sent as JSON
Answers = Callable[[str, dict[str, str], dict[str, str]], tuple[int, Any, dict[str, str]]]


@dataclass
class FactServer:
    url: str
    answers: Answers = lambda path, params, headers: (404, {}, {})
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    def always(self, body: Any, status: int = 200, **headers: str) -> str:
        self.answers = lambda path, params, told: (status, body, headers)
        return self.url


@pytest.fixture
def server() -> Iterator[FactServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            params = {key: values[0] for key, values in parse_qs(parts.query).items()}
            told = dict(self.headers.items())
            mine.asked.append((parts.path, params, told))
            status, body, headers = mine.answers(parts.path, params, told)
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mine = FactServer(f"http://127.0.0.1:{web.server_address[1]}")
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield mine
    web.shutdown()
    web.server_close()
    thread.join()
