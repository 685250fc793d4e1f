"""What the documents show runs, and what is generated in them is current."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import reference

from recsys_rag import _assets as assets
from recsys_rag._cli.main import program
from recsys_rag.data.dataset import Dataset

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SELECTION = (ROOT / "docs" / "selection.md").read_text(encoding="utf-8")
IMPORTS = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(language: str, document: str = README) -> list[str]:
    return [body for found, body in _FENCE.findall(document) if found == language]


def _commands(document: str = README) -> list[str]:
    lines = [
        line
        for block in _blocks("bash", document)
        for line in re.sub(r"\\\n\s*", "", block).splitlines()
    ]
    return [line.split(" # ")[0].strip() for line in lines if line.startswith("recsys-rag ")]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the README's commands name: the reader's own data."""
    place = tmp_path_factory.mktemp("reader")
    rows = "\n".join(
        f"u{u},i{i},{1 + (u * 7 + i * 3) % 5}" for u in range(12) for i in range(10) if (u + i) % 3
    )
    (place / "ratings.csv").write_text(f"user_id,item_id,rating\n{rows}\n")
    names = "\n".join(
        f"i{i},Story of the {i}th Lamp,{1980 + i},{'Drama|Crime' if i % 2 else 'Comedy'}"
        for i in range(10)
    )
    (place / "items.csv").write_text(f"item_id,title,year,genres\n{names}\n")
    (place / "recsys-rag.toml").write_text('[generate]\nmodel = "template"\n')
    return place


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, ml100k: Dataset) -> dict[str, str]:
    """A cache folder of its own, with the assets that the examples need; nothing is fitted yet."""
    home = tmp_path_factory.mktemp("home")
    for name in ("ml-100k", "smollm2", "minilm"):
        here = assets.available(name)
        if here is None:
            pytest.skip(f"{name} is not in the cache; get it: make assets")
        (home / name).symlink_to(here)
    return {**os.environ, "RECSYS_RAG_HOME": str(home)}


def _run(
    program: list[str], place: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program, cwd=place, capture_output=True, text=True, timeout=1200, env=environment
    )


@pytest.mark.acceptance
@pytest.mark.movielens
@pytest.mark.model
def test_every_command_of_the_readme_works_in_the_order_shown(
    workplace: Path, environment: dict[str, str]
) -> None:
    commands = _commands()
    assert len(commands) >= 8
    for command in commands:
        program = str(Path(sys.executable).with_name("recsys-rag"))
        done = _run([program, *shlex.split(command)[1:]], workplace, environment)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        written = re.search(r"--out (\S+\.jsonl)", command)  # the lists go there, or to the screen
        shown = (workplace / written[1]).read_text() if written else done.stdout
        assert shown.strip(), command


@pytest.mark.acceptance
@pytest.mark.movielens
@pytest.mark.model
def test_the_readmes_python_runs(workplace: Path, environment: dict[str, str]) -> None:
    blocks = _blocks("python")
    assert blocks
    (workplace / "readme.py").write_text("\n".join(blocks))
    done = _run([sys.executable, "-W", "error", "readme.py"], workplace, environment)
    assert done.returncode == 0, done.stderr
    assert "(2, 10) (2, 10)" in done.stdout


@pytest.mark.acceptance
@pytest.mark.movielens
@pytest.mark.model
def test_what_the_document_on_selection_shows_runs(
    workplace: Path, environment: dict[str, str]
) -> None:
    commands = _commands(SELECTION)
    assert len(commands) == 3
    for command in commands:
        program = str(Path(sys.executable).with_name("recsys-rag"))
        done = _run([program, *shlex.split(command)[1:]], workplace, environment)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert "(filter)" in done.stdout, command
    (workplace / "selection.py").write_text("\n".join(_blocks("python", SELECTION)))
    done = _run([sys.executable, "-W", "error", "selection.py"], workplace, environment)
    assert done.returncode == 0, done.stderr
    assert (
        "'genre: Comedy (filter)', 'years: 1990 to 1999 (filter)', 'diversity 0.3'" in done.stdout
    )
    assert "(2, 10)" in done.stdout


@pytest.mark.acceptance
@pytest.mark.movielens
def test_what_the_document_on_imports_shows_runs(
    workplace: Path, environment: dict[str, str]
) -> None:
    (workplace / "films.csv").write_text(
        "title,year,rating,kind\nFargo,1996,5,\nStar Wars,1977,4,\nTitanic,1997,,watched\n"
        "Pulp Fiction,1994,,wanting\nHeat,1995,,wanting\nNowhere,1999,3,\n"
    )
    commands = _commands(IMPORTS)
    assert len(commands) == 4
    for command in commands:
        program = str(Path(sys.executable).with_name("recsys-rag"))
        done = _run([program, *shlex.split(command)[1:]], workplace, environment)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert done.stdout.strip(), command
    (workplace / "imports.py").write_text("\n".join(_blocks("python", IMPORTS)))
    done = _run([sys.executable, "-W", "error", "imports.py"], workplace, environment)
    assert done.returncode == 0, done.stderr
    assert "6 rows name 5 films of this data; 0 entries are ambiguous, 1 unknown" in done.stdout


def test_every_setting_is_documented_as_it_is() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == reference.settings()


def test_every_link_in_the_documents_leads_somewhere() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if not target.startswith(("http", "mailto:")):
                assert (document.parent / target).exists(), f"{document.name} links to {target}"


def _shown() -> list[tuple[str, str]]:
    """Return (document, command) for every command of the program in a fence of the documents."""
    shown = []
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        text = document.read_text(encoding="utf-8")
        for _, body in re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            for line in re.sub(r"\\\n\s*", "", body).splitlines():
                if line.strip().startswith("recsys-rag "):
                    shown.append((document.name, re.split(r"\s#\s|\s\|\s", line.strip())[0]))
    return shown


@pytest.mark.parametrize(("document", "command"), _shown())
def test_every_command_shown_is_taken_by_the_program(document: str, command: str) -> None:
    """Raises for a command, an option or a value that there is not; nothing is run."""
    words = shlex.split(command)[1:]
    context = program.make_context("recsys-rag", [words[0]])
    found = program.get_command(context, words.pop(0))
    while isinstance(found, click.Group) and words:
        found = found.commands[words.pop(0)]
    assert found is not None
    if not isinstance(found, click.Group):
        found.make_context(command, words, parent=context)
