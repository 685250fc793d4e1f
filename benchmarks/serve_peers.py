"""What a list costs in the server of Cornac, beside ours, in the same run on the same machine.

    python benchmarks/serve_peers.py PYTHON [--seconds 8]

PYTHON is the interpreter of an environment of its own with `pip install cornac flask`. There, EASE
is fitted to MovieLens 100K and served as Cornac's documentation says (`flask run`). Ours is asked
for one list a request, of ten items, without text. Needs wrk and ml-100k.
"""

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import httpx2
from record import record
from serve_load import _RANK, _loaded, _started

from recsys_rag import Dataset

_FIT = """
import sys
import cornac
from cornac.data import Dataset, Reader
rows = Reader().read(sys.argv[1], fmt="UIR", sep="\\t")
train = Dataset.from_uir(rows)
model = cornac.models.EASE(lamb=500)
model.fit(train)
print("MODEL", model.save(sys.argv[2], save_trainset=True))
"""
_PORT = 8123


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python")
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="serve-peers-"))
    figures = {}
    try:
        server = _cornac(options.python, home)
        url = f"http://127.0.0.1:{_PORT}"
        calls = {'"", "/recommend?k=10&remove_seen=true&uid=" .. user': 100}
        figures["cornac, EASE, flask run"] = _measured(server, url, calls, options.seconds, home)
        (home / "ours").mkdir()
        server, url = _started(home / "ours", 1)
        figures["ours, whole pipeline"] = _measured(
            server, url, {_RANK: 100}, options.seconds, home
        )
    finally:
        shutil.rmtree(home)
    ours, theirs = (
        figures[name]["server_processor_ms_a_request"]
        for name in ("ours, whole pipeline", "cornac, EASE, flask run")
    )
    figures["theirs_to_ours"] = round(theirs / ours, 2)
    record("serve-peers", figures, "ten items without text, 16 connections of wrk, ml-100k")


def _cornac(python: str, home: Path) -> "subprocess.Popen[bytes]":
    dataset = Dataset.movielens("100k")
    matrix, rows = dataset.interactions.tocoo(), home / "ratings.tsv"
    with rows.open("w") as file:
        for user, item, rating in zip(*matrix.coords, matrix.data, strict=True):
            file.write(f"{dataset.users.id(user)}\t{dataset.items.id(item)}\t{rating:g}\n")
    fit = [python, "-c", _FIT, str(rows), str(home / "models")]
    told = subprocess.run(fit, capture_output=True, text=True, check=True).stdout
    path = told.rpartition("MODEL ")[2].strip()
    environment = {**os.environ, "MODEL_PATH": path, "MODEL_CLASS": "cornac.models.EASE"}
    environment |= {"FLASK_APP": "cornac.serving.app"}
    environment.pop("PYTHONPATH", None)
    command = [python, "-m", "flask", "run", "--host", "127.0.0.1", "--port", str(_PORT)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(
        command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True
    )
    for _ in range(300):
        try:
            address = f"http://127.0.0.1:{_PORT}/recommend?uid=1&k=10&remove_seen=true"
            if httpx2.get(address).status_code == 200:
                return server
        except httpx2.TransportError:
            time.sleep(0.2)
    raise SystemExit("the server of Cornac did not start")


def _measured(
    server: "subprocess.Popen[bytes]", url: str, calls: dict[str, int], seconds: int, home: Path
) -> dict[str, object]:
    try:
        return _loaded(server, url, calls, 16, seconds, home)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


if __name__ == "__main__":
    main()
