"""The package of docs/new-kind.md, installed as a stranger's: it keeps its contract, it is offered,
said, verified, and left out by a writer that was not taught it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from recsys_rag.registry import fact_kinds

_PAGE = Path(__file__).parents[2] / "docs" / "new-kind.md"
_FILE = re.compile(r"```python\n# (?P<name>[\w/.]+)\n(?P<text>.*?)```", re.DOTALL)

_TRY = """
from recsys_rag import Recommender
from recsys_rag.lab.tuned.tuned_writer import TunedWriter
from recsys_rag.lab.tuned.tuned_prompt import tuned_prompt
from recsys_rag.registry import fact_kinds
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.kind_conformance import check_kind
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Context
from recsys_rag.verify.claims import claims_of
from recsys_theme import KIND, ThemeFact

assert list(fact_kinds())[-1] == "theme"
check_kind(KIND)
plain = {"retrieve": {"encoder": "none"}, "generate": {"model": "template"}}
recommender = Recommender(from_mapping(plain)).fit(made_up_movies())
shown = [item for user in ("1", "2", "3") for item in recommender.recommend(user, k=5).items]
themes = [item for item in shown if any(one.kind == "theme" for one in item.evidence)]
assert themes and all("theme" in item.explanation for item in themes)

# a writer that was taught the built-in kinds alone
kinds, (item, *_) = fact_kinds(), themes
context = Context(item.candidate, item.evidence)
others = [n for n, one in enumerate(item.evidence, 1) if one.kind != "theme"]
model = ScriptedLanguageModel(["It is said here [1]."])
writer = TunedWriter(model, kinds, known=set(kinds) - {"theme"})
assert list(writer.write(context, rank=1, seed=0)) == [f"It is said here [{others[0]}]."]
assert "theme" not in model.prompts[0].raw
assert writer.left_out(context) == (
    "scripted was not taught facts of kind theme; its texts do without"
)
print("all of it holds")
"""


def _installed(folder: Path, entry: str = "theme = recsys_theme:KIND") -> dict[str, str]:
    """Write the package of the page and what installing it would leave; return the environment."""
    for name, text in _FILE.findall(_PAGE.read_text(encoding="utf-8")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    about = folder / "recsys_theme-1.2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: recsys-theme\nVersion: 1.2\n")
    (about / "entry_points.txt").write_text(f"[recsys_rag.facts]\n{entry}\n")
    paths = [str(folder), *filter(None, sys.path)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_the_kind_of_the_page_is_offered_said_verified_and_left_out_where_unknown(
    tmp_path: Path,
) -> None:
    told = f"assert list(fact_kinds()) == {[*fact_kinds(), 'theme']}\n"
    tried = _run(
        _TRY.replace("check_kind(KIND)\n", f"check_kind(KIND)\n{told}"), _installed(tmp_path)
    )
    assert tried.stdout == "all of it holds\n", tried.stderr


@pytest.mark.parametrize(
    ("entry", "promise"),
    [
        ("genre = recsys_theme:KIND", "its name must be free, and 'genre' is taken"),
        ("topic = recsys_theme:KIND", "its name must be that of its entry point"),
        ("theme = recsys_theme:ThemeFact", "it must have every member of protocols.FactKind"),
        ("theme = recsys_theme:NOTHING", "it must be importable: AttributeError"),
    ],
)
def test_a_kind_that_breaks_its_contract_is_refused_with_package_and_promise(
    tmp_path: Path, entry: str, promise: str
) -> None:
    code = "from recsys_rag.registry import fact_kinds\nfact_kinds()"
    refused = _run(code, _installed(tmp_path, entry)).stderr.splitlines()[-1]
    assert refused.startswith("recsys_rag.errors.RegistryError: recsys-theme 1.2 brings ")
    assert promise in refused
