"""The curl lines of docs/service.md, run in their order against a service of invented films."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from recsys_rag import Recommender
from recsys_rag.testing.datasets import made_up_movies
from serving import SETTINGS, until

if not all(find_spec(name) for name in ("fastapi", "uvicorn", "sqlalchemy")):
    pytest.skip("needs the extra: pip install 'recsys-rag[serve]'", allow_module_level=True)

_PAGE = Path(__file__).parents[2] / "docs" / "service.md"


def lines_of_the_page() -> str:
    """All that the page has a reader type, from the first list on."""
    text = _PAGE.read_text(encoding="utf-8").partition("## A list")[2]
    return "\n".join(re.findall(r"```bash\n(.*?)```", text, re.DOTALL))


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A service of invented films, with a folder of its own."""
    import msgspec
    import uvicorn

    from recsys_rag._serve.app import make_app
    from recsys_rag._serve.configuration import Configuration
    from recsys_rag._serve.database import Database
    from recsys_rag._serve.running import first_model
    from recsys_rag._serve.service import Service

    recommender = Recommender(SETTINGS).fit(made_up_movies())
    address = str(tmp_path / "service.db")
    database = Database(address)
    database.migrate()
    first_model(database, tmp_path, recommender, "films")
    configuration = Configuration(
        database=address, home=str(tmp_path), settings=msgspec.to_builtins(SETTINGS)
    )
    service = Service(database, SETTINGS, configuration=configuration)
    server = uvicorn.Server(
        uvicorn.Config(make_app(service), port=0, log_config=None, lifespan="on")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_every_line_of_the_page_is_answered_as_it_says(url: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not here")
    script = lines_of_the_page().replace("curl -s", "curl -sS --fail-with-body -w '\\n'")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={"URL": url, "PATH": "/usr/bin:/bin", "NO_PROXY": "*"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr)
    assert script.count("curl ") >= 18
    assert "event: finished" in done.stdout
    assert '"verdict":"unreadable"' in done.stdout
    assert '"status":"fitting"' in done.stdout
