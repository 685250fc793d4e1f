"""The root exports: what they are, that they cost nothing before they are used, and their page."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import recsys_rag
from docs import api_page
from recsys_rag import errors
from recsys_rag.errors import RecsysRagError


def test_the_page_of_the_root_exports_is_current() -> None:
    assert api_page.PAGE.read_text(encoding="utf-8") == api_page.page(), "run `make docs`"


def test_every_error_that_is_raised_on_purpose_is_exported() -> None:
    classes = {value for value in vars(errors).values() if isinstance(value, type)}
    raised = {kind.__name__ for kind in classes if issubclass(kind, RecsysRagError)}
    assert raised <= set(recsys_rag.__all__)


def test_each_exported_name_is_what_its_module_has() -> None:
    for name, (module, attribute) in recsys_rag._NAMES.items():
        assert getattr(recsys_rag, name) is getattr(importlib.import_module(module), attribute)
        assert name in dir(recsys_rag)


def test_type_checkers_see_the_names_that_are_there() -> None:
    tree = ast.parse(Path(recsys_rag.__file__).read_text(encoding="utf-8"))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname: (node.module, alias.name)
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == recsys_rag._NAMES


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'recsys_rag' has no attribute 'Movies'"):
        _ = recsys_rag.Movies


def loaded_by(statement: str) -> set[str]:
    """Return the modules that are there in a new process behind a statement."""
    script = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_of_weight() -> None:
    loaded = loaded_by("import recsys_rag")
    assert "recsys_rag.version" in loaded
    heavy = ("numpy", "scipy", "msgspec", "torch", "click", "recsys_rag.types")
    assert not loaded & set(heavy)


def test_what_recommends_loads_no_statistics() -> None:
    """They take .8 s and 30 MB of each process."""
    loaded = loaded_by("from recsys_rag import Recommender")
    assert "recsys_rag.recommender" in loaded
    assert not loaded & {"scipy.stats", "scipy.optimize", "scipy.spatial", "click", "fastapi"}
