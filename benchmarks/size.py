"""How large the house is: lines of product, laboratory and tests, what one list loads, and how many
definitions are public. Lines are counted as they stand, comments and blank ones among them.

A definition is public where neither its own name nor a part of its module's path begins with an
underscore (decision 0054). What a list loads are the modules that are there when the command ends,
of a recommender that is fitted already.
"""

import ast
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from record import record

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "recsys_rag"
_ASKED = ["recommend", "--user", "196", "--profile", "action movies", "-k", "2"]
_LOADED = """
import sys
from recsys_rag._cli.main import program
program(sys.argv[1:], standalone_mode=False)
files = {getattr(module, "__file__", None) for module in sys.modules.values()}
print(*filter(None, files), sep="\\n", file=sys.stderr)
"""


def lines_of(files: Iterable[Path]) -> int:
    """Return how many lines these files have."""
    return sum(file.read_text(encoding="utf-8").count("\n") for file in files)


def loaded(*options: str) -> list[Path]:
    """Return the files of the package that are loaded when a list has been shown."""
    command = [sys.executable, "-c", _LOADED, *_ASKED, *options]
    subprocess.run(command, check=True, capture_output=True)  # fits, where nothing is fitted yet
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    return [Path(line) for line in done.stderr.splitlines() if Path(line).is_relative_to(PACKAGE)]


def n_public(file: Path) -> int:
    """Return how many functions, classes and methods of a module are public."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    if any(part.startswith("_") and part != "__init__" for part in parts):
        return 0
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return sum(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        for node in body
    )


def room_of(file: Path) -> str:
    """Return the room of a module: its folder in the package, "top" for one without."""
    parts = file.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else "top"


def main() -> None:
    """Count, and write what was counted."""
    every = sorted(PACKAGE.rglob("*.py"))
    product = [file for file in every if room_of(file) != "lab"]
    laboratory = [file for file in every if room_of(file) == "lab"]
    tests = sorted((ROOT / "tests").rglob("*.py"))
    of_product = [file for file in tests if ROOT / "tests" / "lab" not in file.parents]
    rooms = Counter[str]()
    for file in every:
        rooms[room_of(file)] += lines_of([file])
    figures = {
        "product": lines_of(product),
        "laboratory": lines_of(laboratory),
        "list_by_template": lines_of(loaded("--lm", "template")),
        "list_by_default": lines_of(loaded()),
        "public_definitions": sum(map(n_public, product)),
        "tests_of_product": lines_of(of_product),
        "tests_to_product": round(lines_of(of_product) / lines_of(product), 3),
        "rooms": dict(rooms.most_common()),
    }
    record("size", figures, "lines of *.py files under src and tests, comments and blanks included")


if __name__ == "__main__":
    main()
