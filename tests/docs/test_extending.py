"""The examples of docs/extending.md, installed beside the package and run as a reader would."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
_NAMED = re.compile(r"`([\w.]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_GROUP = re.compile(r'\[project\.entry-points\."([\w.]+)"\]\n(\w+) = "([\w:]+)"')


def files() -> list[tuple[str, str]]:
    """The files that the page shows, each with its name."""
    return [(name, body) for name, body in _NAMED.findall(PAGE)]


def install(folder: Path, package: str, files: dict[str, str], project: str) -> None:
    """Lay a package and its description into a folder, as an installer does."""
    for name, body in files.items():
        (folder / name).write_text(body, encoding="utf-8")
    about = folder / f"{package.replace('-', '_')}-0.1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.1\n")
    group, name, target = _GROUP.findall(project)[0]
    (about / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on the path with both examples installed, and the data of a film club."""
    folder = tmp_path_factory.mktemp("site")
    shown = files()
    projects = [body for name, body in shown if name == "pyproject.toml"]
    modules = {name: body for name, body in shown if name != "pyproject.toml"}
    assert set(modules) == {"shelf.py", "test_shelf.py", "shelf.toml", "dice.py"}
    shelf = {name: body for name, body in modules.items() if "shelf" in name}
    install(folder, "recsys-rag-shelf", shelf, projects[0])
    install(folder, "recsys-rag-dice", {"dice.py": modules["dice.py"]}, projects[1])
    script = (
        "import csv, sys; from recsys_rag.testing.datasets import made_up_movies\n"
        "movies = made_up_movies(30); rows = csv.writer(open('r.csv', 'w', newline=''))\n"
        "rows.writerow(['user', 'item', 'rating', 'timestamp'])\n"
        "coo = movies.interactions.tocoo()\n"
        "rows.writerows((movies.users.id(u), movies.items.id(i), int(r), t) for u, i, r, t in zip("
        "coo.row, coo.col, coo.data, movies.timestamps))\n"
        "items = csv.writer(open('i.csv', 'w', newline=''))\n"
        "items.writerow(['item', 'title', 'year', 'genres'])\n"
        "catalog = movies.catalog\n"
        "items.writerows((i, t, y, '|'.join(g)) for i, t, y, g in zip("
        "catalog.items.ids, catalog.titles, catalog.years, catalog.genres))\n"
    )
    run(folder, "-c", script)
    return folder


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(site), str(ROOT / "src"))),
        "RECSYS_RAG_HOME": str(site / "home"),
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=site, env=environment, capture_output=True, text=True
    )


def command(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(site, "-m", "recsys_rag", *arguments)


@pytest.fixture(scope="module")
def model(site: Path) -> Path:
    """The film club, fitted with the retriever of the page."""
    done = command(
        site,
        *("fit", "--ratings", "r.csv", "--items", "i.csv", "--settings", "shelf.toml"),
        *("--out", "m"),
    )
    assert done.returncode == 0, done.stderr
    return site / "m"


def test_each_example_is_no_longer_than_a_page() -> None:
    for name, body in files():
        assert len([line for line in body.splitlines() if line.strip()]) <= 40, name


def test_the_retriever_passes_its_own_tests(site: Path) -> None:
    done = run(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shelf.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_retriever_is_fitted_saved_loaded_and_ranks(site: Path, model: Path) -> None:
    done = command(
        site,
        *("recommend", "--model", "m", "--user", "1", "--lm", "template"),
        *("--no-explain", "--json"),
    )
    assert done.returncode == 0, done.stderr
    items = json.loads(done.stdout)["items"]
    assert {"ease", "shelf"} <= set(items[0]["ranks"])
    assert (model / "arrays" / "shelf.genres.npy").is_file()


def test_the_settings_of_the_retriever_belong_to_the_fit(site: Path, model: Path) -> None:
    other = (site / "shelf.toml").read_text().replace("power = 0.5", "power = 2.0")
    (site / "other.toml").write_text(other)
    done = command(site, *("recommend", "--model", "m", "--settings", "other.toml", "--user", "1"))
    assert done.returncode == 2
    assert "was fitted with other retriever settings" in done.stderr
    (site / "odd.toml").write_text(other.replace("power = 2.0", "depth = 2"))
    done = command(
        site,
        *("fit", "--ratings", "r.csv", "--items", "i.csv", "--settings", "odd.toml"),
        *("--out", "odd"),
    )
    assert done.returncode == 2
    assert "retrieve.installed.shelf" in done.stderr
    assert "depth" in done.stderr


def test_the_backend_writes_and_every_sentence_is_verified(site: Path, model: Path) -> None:
    done = command(
        site, *("recommend", "--model", "m", "--user", "1", "--lm", "dice:6", "-k", "3", "--json")
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["model_id"] == "dice:6"
    assert {item["written_by"] for item in answer["items"]} == {"clauses"}
    assert all(item["explanation"] for item in answer["items"])
    again = command(
        site, *("recommend", "--model", "m", "--user", "1", "--lm", "dice:6", "-k", "3", "--json")
    )
    assert json.loads(again.stdout)["text"] == answer["text"]


# --- what breaks a promise ------------------------------------------------------------------------


def broken(tmp_path: Path, group: str, name: str, source: str, *arguments: str) -> str:
    """The error of a command where a package brings this."""
    project = f'[project.entry-points."recsys_rag.{group}"]\n{name} = "stranger:Part"\n'
    install(tmp_path, "acme-parts", {"stranger.py": source}, project)
    (tmp_path / "i.csv").write_text("item,title\n" + "\n".join(f"{n},T{n}" for n in range(9)))
    done = command(tmp_path, *arguments)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


_RETRIEVER = """
import numpy as np
from recsys_rag.retrieve.popularity import Popularity
class Part(Popularity):
    name = "{name}"
    def __init__(self, **settings): super().__init__()
    def score(self, batch): return {score}
"""


@pytest.mark.parametrize(
    ("name", "score", "promise"),
    [
        ("acme", "super().score(batch).astype(float)", "scores are float64"),
        ("acme", "super().score(batch)[:, :-1]", "scores have shape"),
        ("acme", "super().score(batch) * np.nan", "a score is not finite"),
        ("acme", "1 / 0", "ZeroDivisionError"),
        ("other", "super().score(batch)", "its name must be that of its entry point"),
    ],
)
def test_a_retriever_that_breaks_a_promise_is_refused_with_its_package(
    tmp_path: Path, name: str, score: str, promise: str
) -> None:
    (tmp_path / "s.toml").write_text("[fuse.weights]\nacme = 1.0\n[retrieve]\nencoder = 'none'\n")
    source = _RETRIEVER.format(name=name, score=score)
    told = broken(
        tmp_path,
        *("retrievers", "acme", source, "fit", "--items", "i.csv", "--settings", "s.toml"),
        *("--out", "m"),
    )
    assert "acme-parts 0.1 brings 'acme' (stranger:Part) to recsys_rag.retrievers" in told
    assert promise in told
    assert not (tmp_path / "m").exists()


def test_a_retriever_cannot_take_the_name_of_another(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("[fuse.weights]\nacme = 1.0\n[retrieve]\nencoder = 'none'\n")
    source = _RETRIEVER.format(name="ease", score="super().score(batch)")
    told = broken(
        tmp_path,
        *("retrievers", "ease", source, "fit", "--items", "i.csv", "--settings", "s.toml"),
        *("--out", "m"),
    )
    assert "its name must be free, and 'ease' is taken" in told


def test_a_weight_that_nobody_brings_is_refused_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("[fuse.weights]\nshelf = 1.0\n[retrieve]\nencoder = 'none'\n")
    told = broken(
        tmp_path,
        *("retrievers", "acme", _RETRIEVER.format(name="acme", score="super().score(batch)")),
        *("fit", "--items", "i.csv", "--settings", "s.toml", "--out", "m"),
    )
    assert "fuse.weights names 'shelf', but the retrievers are popularity" in told
    assert "acme" in told


_WRITER = """
class Part:
    name = "{name}"
    def __init__(self, model, temperature): self.model = model
    def {write}(self, context, *, rank, seed, timeout_seconds=60.0):
        yield "It comes with the warm regards of " + self.model.model_id + " [1]."
"""


def fit_few_items(site: Path) -> None:
    """Fit nine items without ratings."""
    (site / "i.csv").write_text("item,title\n" + "\n".join(f"{n},T{n}" for n in range(9)))
    (site / "w.toml").write_text("[retrieve]\nencoder = 'none'\n")
    done = command(site, *("fit", "--items", "i.csv", "--settings", "w.toml", "--out", "m"))
    assert done.returncode == 0, done.stderr


def test_a_writer_of_a_package_writes_and_what_is_not_borne_out_is_dropped(
    tmp_path: Path, site: Path
) -> None:
    fit_few_items(tmp_path)
    settings = "[retrieve]\nencoder = 'none'\n[generate]\nmodel = 'dice:6'\nwriter = 'acme'\n"
    (tmp_path / "s.toml").write_text(settings)
    project = '[project.entry-points."recsys_rag.writers"]\nacme = "stranger:Part"\n'
    source = _WRITER.format(name="acme", write="write")
    install(tmp_path, "acme-parts", {"stranger.py": source}, project)
    dice = {"dice.py": (site / "dice.py").read_text()}
    project = '[project.entry-points."recsys_rag.backends"]\ndice = "dice:Dice"\n'
    install(tmp_path, "recsys-rag-dice", dice, project)
    asked = ("recommend", "--model", "m", "--settings", "s.toml", "--query", "T3", "-k", "1")
    done = command(tmp_path, *asked, "--json")
    assert done.returncode == 0, done.stderr
    (item,) = json.loads(done.stdout)["items"]
    (rejected,) = item["rejected"]
    assert "It comes with the warm regards of dice:6" in rejected["text"]
    assert "warm regards" not in item["explanation"]


@pytest.mark.parametrize(
    ("name", "write", "asked", "promise"),
    [
        ("acme", "scribble", "acme", "it must make a protocols.Writer"),
        ("other", "write", "acme", "its name must be that of its entry point, and is 'other'"),
        (
            "acme",
            "write",
            "poet",
            "generate.writer is 'poet'; there are auto, tuned, clauses, free",
        ),
    ],
)
def test_a_writer_that_breaks_a_promise_is_refused_with_its_package(
    tmp_path: Path, name: str, write: str, asked: str, promise: str
) -> None:
    fit_few_items(tmp_path)
    (tmp_path / "s.toml").write_text(
        f"[retrieve]\nencoder = 'none'\n[generate]\nwriter = '{asked}'\n"
    )
    source = _WRITER.format(name=name, write=write)
    told = broken(
        tmp_path,
        *("writers", "acme", source, "recommend", "--model", "m", "--settings", "s.toml"),
        *("--query", "T3"),
    )
    assert promise in told


@pytest.mark.parametrize(
    ("source", "promise"),
    [
        ("Part = 5", "it must be callable"),
        ("def Part(name): return name", "it must make a protocols.LanguageModel"),
        ("import nowhere_to_be_found", "it must be importable: ModuleNotFoundError"),
    ],
)
def test_a_backend_that_breaks_a_promise_is_refused_with_its_package(
    tmp_path: Path, source: str, promise: str
) -> None:
    fit_few_items(tmp_path)
    told = broken(
        tmp_path,
        *("backends", "acme", source, "recommend", "--model", "m", "--query", "T3"),
        *("--lm", "acme:big"),
    )
    assert "acme-parts 0.1 brings 'acme' (stranger:Part) to recsys_rag.backends" in told
    assert promise in told


def test_a_language_model_that_nobody_brings_is_refused_with_those_there_are(
    tmp_path: Path,
) -> None:
    source = "def Part(name): return name"
    told = broken(
        tmp_path, "backends", "acme", source, "recommend", "--query", "T", "--lm", "no:such"
    )
    assert "no language model 'no:such'" in told
