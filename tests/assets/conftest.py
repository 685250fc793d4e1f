"""What the tests of assets share: a real HTTP server on this machine that behaves well or badly,
and a folder of wheels."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """A server whose answers are given by path; `asked` counts the requests of each path."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    is_over: threading.Event = field(default_factory=threading.Event)

    def body(self, path: str, content: bytes) -> str:
        self.answers[path] = lambda handler: send(handler, 200, content)
        return self.url + path

    def status(self, path: str, code: int) -> str:
        self.answers[path] = lambda handler: send(handler, code, b"")
        return self.url + path

    def cut(self, path: str, content: bytes) -> str:
        """Announce all, send half, and hang up."""
        self.answers[path] = lambda handler: send(handler, 200, content, len(content) // 2)
        return self.url + path

    def hanging(self, path: str) -> str:
        """Say nothing for as long as the test lasts."""

        def hang(handler: BaseHTTPRequestHandler) -> None:
            self.is_over.wait()

        self.answers[path] = hang
        return self.url + path

    def second_time(self, path: str, content: bytes) -> str:
        """Be busy once, then answer."""
        self.answers[path] = lambda handler: (
            send(handler, 503, b"") if self.asked[path] == 1 else send(handler, 200, content)
        )
        return self.url + path


def send(
    handler: BaseHTTPRequestHandler, code: int, content: bytes, n_bytes: int | None = None
) -> None:
    handler.send_response(code)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:n_bytes])


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked[self.path] = made.asked.get(self.path, 0) + 1
            made.answers.get(self.path, lambda handler: send(handler, 404, b""))(self)

        def log_message(self, format: str, *args: object) -> None:
            """Be silent."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.block_on_close = False
    made = Server(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(
        target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    yield made
    made.is_over.set()
    http.shutdown()
    http.server_close()
    thread.join()


def zip_of(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def make_zip() -> Callable[[dict[str, bytes]], bytes]:
    return zip_of


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the wheel tiny_model 1.0, which is all that pip finds; its module must never
    run."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    content = zip_of(
        {
            "tiny_model/__init__.py": b"raise RuntimeError('imported')",
            "tiny_model/weights.bin": b"weights" * 1000,
            "tiny_model-1.0.dist-info/METADATA": (
                b"Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n"
            ),
            "tiny_model-1.0.dist-info/WHEEL": (
                b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            ),
            "tiny_model-1.0.dist-info/RECORD": b"",
        }
    )
    (folder / "tiny_model-1.0-py3-none-any.whl").write_bytes(content)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def sha256() -> Callable[[bytes], str]:
    return lambda content: hashlib.sha256(content).hexdigest()
