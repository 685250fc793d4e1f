"""`data`, `lm` and `doctor` as far as they go without a network."""

import json
from pathlib import Path

import pytest

from cli.running import run
from recsys_rag import _assets as assets
from recsys_rag._cli import doctor as checks
from recsys_rag._cli.doctor import _Requirement


@pytest.mark.parametrize(("group", "kind"), [("data", "data"), ("lm", "model")])
def test_list_names_every_asset_and_whether_it_is_here(group, kind):
    names = [asset.name for asset in assets.registered(kind)]
    rows = json.loads(run(group, "list", "--json").stdout)
    assert [row["name"] for row in rows][: len(names)] == names
    assert all(row["path"] is None for row in rows[: len(names)])
    text = run(group, "list").stdout
    for name in names:
        assert any(line.startswith(f"{name} ") and "not here" in line for line in text.splitlines())


def test_lm_list_names_the_other_forms_too():
    text = run("lm", "list").stdout
    for form in (
        "template",
        "transformers:<id or folder>",
        "openai:<model>@<base-url>",
        "<file>.gguf",
    ):
        assert form in text


@pytest.mark.parametrize(("group", "noun"), [("data", "data set"), ("lm", "model")])
def test_fetch_of_an_unknown_name_says_which_there_are(group, noun):
    done = run(group, "fetch", "nope")
    assert done.exit_code == 2
    assert f"recsys-rag: error: there is no {noun} 'nope'; there are " in done.stderr


def test_info_of_an_unknown_name_says_which_there_are():
    done = run("data", "info", "nope")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'nope' is neither a file nor a folder, nor one of the data sets ml-100k," in done.stderr


def test_info_of_movielens_100k(ml100k_path):
    about = json.loads(run("data", "info", ml100k_path, "--json").stdout)
    assert (about["users"], about["items"], about["ratings"]) == (943, 1682, 100_000)
    assert (about["first_date"], about["last_date"]) == ("1997-09-20", "1998-04-22")
    assert about["genres"]["Drama"] == 725
    assert "GroupLens" in about["licence"]


def test_doctor_says_what_is_missing_with_the_command_that_brings_it():
    done = run("doctor")
    assert done.exit_code == 1
    for name, command in (
        ("ml-100k", "recsys-rag data fetch ml-100k"),
        ("smollm2", "recsys-rag lm fetch smollm2"),
        ("minilm", "recsys-rag lm fetch minilm"),
    ):
        assert any(line.split()[:2] == ["missing", name] for line in done.stdout.splitlines())
        assert any(line.split(maxsplit=1) == [name, command] for line in done.stdout.splitlines())
    assert done.stdout.endswith("Something is missing; see above.\n")


def test_doctor_as_json_says_the_same():
    done = run("doctor", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert told["can_run"] is False
    missing = [check["name"] for check in told["checks"] if check["status"] == "missing"]
    assert missing == ["ml-100k", "smollm2", "minilm"]


def test_doctor_is_content_where_everything_is(tmp_path, monkeypatch):
    for name in ("ml-100k", "smollm2", "minilm"):
        place(tmp_path / "home" / name)
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path / "home"))
    done = run("doctor")
    assert done.exit_code == 0, done.stdout
    assert done.stdout.endswith("The default configuration can run.\n")


def place(folder: Path) -> None:
    """Put a folder there as `assets` leaves it after bringing an asset."""
    folder.mkdir(parents=True)
    (folder / "a").write_text("x")
    (folder / "asset.json").write_text(json.dumps({"files": [{"name": "a", "size": 1}]}))


@pytest.mark.parametrize(
    ("requirement", "status", "detail"),
    [
        (_Requirement("click", "8.1", ""), "ok", "8"),
        (_Requirement("click", "99.0", ""), "missing", "but 99.0 or newer is needed"),
        (_Requirement("no-such-package", "1", ""), "missing", "is not installed"),
    ],
)
def test_a_package_is_there_and_new_enough_or_missing(requirement, status, detail):
    check = checks._package(requirement)
    assert check.status == status
    assert detail in check.detail
    assert bool(check.remedy) == (status == "missing")


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    (check,) = checks._cache(tmp_path / "file" / "cache")
    assert check.status == "missing"
    assert "RECSYS_RAG_HOME" in check.remedy
