"""A real browser before a real server. Skips, and says so, where either is missing."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

_NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "jinja2", "python_multipart")
if not all(find_spec(name) for name in _NEEDED):  # pip install 'recsys-rag[serve]'
    collect_ignore_glob = ["test_*.py"]

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-sandbox"),
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A browser for the tests of a file; each makes a context of its own. Its event loop must end
    with the file: others in this process run loops of theirs."""
    if find_spec("playwright") is None or not _CHROMIUM:
        pytest.skip("needs a browser: apt install chromium; pip install playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def address(service) -> Iterator[str]:
    """The address of a server with the pages, in a thread of this process."""
    import uvicorn

    from recsys_rag._serve.app import make_app
    from recsys_rag._serve.pages.routes import router

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = make_app(service, pages=[router])
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=5)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    package = find_spec("axe_playwright_python")  # for its axe.min.js alone
    if package is None or package.origin is None:
        pytest.skip("needs axe-core: pip install axe-playwright-python")
    return Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8")
