"""`recsys-rag cache`: what is kept is listed with its size, and removed as it is asked."""

import json
from pathlib import Path

import pytest

from cli.running import run
from recsys_rag._cli.cache import _contents


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A cache with one asset, two fitted recommenders, kept figures, and a merged model."""
    folder = tmp_path / "cache"
    for name, n_bytes in {
        "minilm/weights.bin": 3_000,
        "fitted/club-default-1/arrays/a.npy": 500,
        "fitted/club-default-1/manifest.json": 20,
        "fitted/films-default-2/manifest.json": 7,
        "evaluated/one.json": 1,
        "evaluated/two.json": 2,
        "merged/small.gguf": 40,
        "somebody/elses": 9,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x" * n_bytes)
    return folder


def names(folder: Path) -> list[str]:
    return [entry.name for entry in _contents(folder)]


EVERYTHING = ["minilm", "club-default-1", "films-default-2", "evaluated", "small.gguf"]


def test_what_is_kept_is_listed_with_the_bytes_of_all_its_files(home: Path) -> None:
    listed = json.loads(run("cache", "list", "--json").stdout)
    assert listed["path"] == str(home)
    assert {entry["name"]: entry["size_bytes"] for entry in listed["kept"]} == dict(
        zip(EVERYTHING, (3_000, 520, 7, 3, 40), strict=True)
    )
    assert listed["size_bytes"] == 3_570
    shown = run("cache", "list").stdout
    assert str(home) in shown
    assert "club-default-1" in shown


def test_clear_removes_what_can_be_made_again_and_nothing_else(home: Path) -> None:
    done = run("cache", "clear", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["size_bytes"] == 570
    assert names(home) == ["minilm"]
    assert (home / "somebody/elses").read_bytes() == b"x" * 9  # not of our making
    assert "There was nothing to remove." in run("cache", "clear").stdout


def test_what_is_named_is_removed_whatever_it_is(home: Path) -> None:
    assert "removed" in run("cache", "clear", "minilm", "films-default-2").stdout
    assert names(home) == ["club-default-1", "evaluated", "small.gguf"]


def test_all_removes_assets_too(home: Path) -> None:
    assert run("cache", "clear", "--all").exit_code == 0
    assert names(home) == []
    assert (home / "somebody/elses").exists()


def test_a_link_is_removed_and_what_it_points_to_stays(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "weights").write_bytes(b"x" * 10_000)
    (home / "smollm2").symlink_to(target)
    assert run("cache", "clear", "smollm2").exit_code == 0
    assert not (home / "smollm2").exists()
    assert (target / "weights").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nope",), "nothing in the cache is called 'nope'; see `recsys-rag cache list`"),
        (("somebody",), "nothing in the cache is called 'somebody'"),
        (("minilm", "--all"), "names and --all exclude each other"),
    ],
)
def test_what_cannot_be_cleared_is_refused_and_nothing_is_removed(
    home: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = run("cache", "clear", *arguments)
    assert (done.exit_code, told in done.stderr) == (2, True), done.output
    assert names(home) == EVERYTHING


def test_an_empty_cache_is_told_so(tmp_path: Path) -> None:
    assert "nothing is kept there" in " ".join(run("cache", "list").stdout.split())
