"""What docs/gate.md shows runs, and what it lists is what there is."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click

from recsys_rag.cli.main import program
from recsys_rag.gate_verdict import FEWEST
from recsys_rag.lab.evaluate.gate import STRENGTHS
from recsys_rag.rerank.ranking_prompt import LABELS, MOST_LIKED

TEXT = (Path(__file__).parents[2] / "docs" / "gate.md").read_text(encoding="utf-8")


def test_its_python_runs_and_judges_two_lengths() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["0", "6-20"]


def test_its_numbers_are_those_of_the_code() -> None:
    assert f"({' '.join(f'{one:g}'.removeprefix('0') for one in STRENGTHS)})" in TEXT
    assert f"at least {FEWEST} people judged" in " ".join(TEXT.split())
    assert f"the last {MOST_LIKED} titles liked" in TEXT
    assert f"the best {len(LABELS)} candidates as {LABELS[0]} to {LABELS[-1]}" in TEXT


def test_its_commands_are_taken_by_the_program() -> None:
    (lines,) = re.findall(r"^```bash\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    further = [
        line.strip().split(" # ")[0]
        for line in TEXT.splitlines()
        if line.startswith("    recsys-rag ")
    ]
    commands = [*lines.splitlines(), *further]
    assert len(commands) == 7
    for command in commands:
        _, name, *words = shlex.split(command)
        context = program.make_context("recsys-rag", [name])
        found = program.get_command(context, name)
        if isinstance(found, click.Group):
            found, words = found.commands[words[0]], words[1:]
        assert found is not None
        # raises for an option or a value that there is not
        found.make_context(name, words, parent=context)
