"""The laboratory stands apart: the product imports none of it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import recsys_rag

ROOT = Path(recsys_rag.__file__).parent


def test_no_module_of_the_product_imports_the_laboratory() -> None:
    product = [path for path in ROOT.rglob("*.py") if "lab" not in path.relative_to(ROOT).parts]
    assert len(product) > 100
    for path in product:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.startswith("recsys_rag.lab") for name in names), path


@pytest.mark.parametrize(
    "code",
    [
        "import recsys_rag",
        "from recsys_rag._cli.main import program; program(['--help'], standalone_mode=False)",
        "from recsys_rag.testing.datasets import made_up_movies\n"
        "from recsys_rag import Recommender\n"
        "from recsys_rag.settings import from_mapping\n"
        "plain = {'retrieve': {'encoder': 'none'}, 'generate': {'model': 'template'}}\n"
        "fitted = Recommender(from_mapping(plain)).fit(made_up_movies())\n"
        "assert fitted.recommend('3', k=2).text",
    ],
    ids=["import", "help", "recommend"],
)
def test_importing_help_and_recommending_load_none_of_it(code: str) -> None:
    told = "import sys; print([name for name in sys.modules if name.startswith('recsys_rag.lab')])"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
