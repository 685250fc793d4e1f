"""What docs/evaluation.md shows runs, and what it lists is what there is."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.lab.evaluate.peers.peer_methods import LIBRARIES

TEXT = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_its_python_runs_and_shows_two_methods_and_a_passport(tmp_path: Path) -> None:
    (code,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[:2]] in (
        ["ease", "popularity"],
        ["popularity", "ease"],
    )
    assert re.fullmatch(r"[0-9a-f]{16} \[.*\] \[.*\]", done.stdout.splitlines()[2])


@pytest.mark.acceptance
@pytest.mark.movielens
def test_its_commands_run_and_none_looks_at_a_test_part(ml100k_path: Path, tmp_path: Path) -> None:
    (lines,) = blocks("bash")
    commands = lines.splitlines()
    assert len(commands) == 3
    program = str(Path(sys.executable).with_name("recsys-rag"))
    for command in commands:
        assert "--part validation" in command
        arguments = [*shlex.split(command)[1:], "--data", str(ml100k_path)]
        environment = {**os.environ, "RECSYS_RAG_HOME": str(tmp_path)}
        done = subprocess.run(
            [program, *arguments], cwd=tmp_path, capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert "passport" in done.stdout


def test_it_names_every_protocol_and_every_peer() -> None:
    for name in [one for one in PROTOCOLS if not one.startswith("u")]:
        assert f"| `{name}` |" in TEXT
    for library in LIBRARIES:
        assert f"| `{library}` |" in TEXT
