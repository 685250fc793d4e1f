"""`recsys-rag key`, and where it keeps what it keeps."""

import json
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="needs the [serve] extra")

from cli.running import run
from recsys_rag._cli.serve import _places


def made(home: Path, *options: str) -> str:
    """Make a key; return its id."""
    done = run("key", "create", "--home", home, *options)
    assert done.exit_code == 0, done.output
    return done.stdout.strip().split("_", 2)[1]


def listed(home: Path) -> dict[str, dict]:
    keys = json.loads(run("key", "list", "--home", home, "--json").stdout)["keys"]
    return {key["id"]: key for key in keys}


def test_a_key_may_recommend_and_hear_feedback_unless_its_scopes_are_said(tmp_path: Path) -> None:
    plain = made(tmp_path)
    own = made(tmp_path, "--name", "shop", "--scope", "admin", "--per-minute", "30")
    keys = listed(tmp_path)
    assert keys[plain]["scopes"].split() == ["feedback", "recommend"]
    assert (keys[plain]["name"], keys[plain]["per_minute"]) == ("", None)
    assert keys[own]["scopes"].split() == ["admin"]
    assert (keys[own]["name"], keys[own]["per_minute"]) == ("shop", 30)


def test_a_list_for_people_has_a_line_a_key_and_no_secret(tmp_path: Path) -> None:
    assert "No key yet; make one with" in run("key", "list", "--home", tmp_path).stdout
    key = run("key", "create", "--home", tmp_path, "--name", "shop", "--per-minute", 5)
    _, id, secret = key.stdout.strip().split("_", 2)
    (line,) = run("key", "list", "--home", tmp_path).stdout.splitlines()
    assert line.startswith(f"{id}  ")
    assert line.endswith("  valid   feedback recommend, 5 a minute  shop")
    assert secret not in line


def test_a_revoked_key_is_listed_as_such_and_another_is_left_alone(tmp_path: Path) -> None:
    gone, stays = made(tmp_path), made(tmp_path)
    assert run("key", "revoke", gone, "--home", tmp_path).stdout == f"Revoked {gone}.\n"
    keys = listed(tmp_path)
    assert keys[gone]["revoked_at"]
    assert keys[stays]["revoked_at"] is None
    state = {
        line.split()[0]: line.split()[2]
        for line in run("key", "list", "--home", tmp_path).stdout.splitlines()
    }
    assert state == {gone: "revoked", stays: "valid"}


def test_a_key_that_is_not_there_cannot_be_revoked(tmp_path: Path) -> None:
    done = run("key", "revoke", "nobody", "--home", tmp_path)
    assert done.exit_code == 2
    assert "no key 'nobody'; see `recsys-rag key list`" in done.output


def test_the_database_is_in_the_home_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _places(tmp_path, None) == (str(tmp_path / "service.db"), tmp_path)
    assert _places(tmp_path, "other.db") == ("other.db", tmp_path)
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path))
    assert _places(None, None) == (str(tmp_path / "service" / "service.db"), tmp_path / "service")
