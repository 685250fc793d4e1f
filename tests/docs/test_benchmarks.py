"""Benchmarks run by hand and seldom: here it is only seen to that what they import is there."""

import ast
import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("path", sorted(BENCHMARKS.glob("*.py")), ids=lambda path: path.stem)
def test_a_benchmark_imports_what_the_package_has(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("recsys_rag"):
            continue
        module = importlib.import_module(node.module or "")
        for name in node.names:
            is_there = hasattr(module, name.name) or find_spec(f"{node.module}.{name.name}")
            assert is_there, f"{path.name}:{node.lineno}: no {name.name} in {node.module}"
