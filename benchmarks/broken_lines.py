"""Whether the tests of a room notice when a line of it is broken: lines of the product's logic are
broken at random, one at a time, in a copy of the tree, and the room's own tests are run.

A line that survives is a test that is missing, or a break that changes nothing: judge those by
hand. Conductors (what the other parts are joined by) are broken twice as often.
"""

import argparse
import ast
import contextlib
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from record import record

ROOT = Path(__file__).parents[1]
PACKAGE = Path("src/recsys_rag")
CONDUCTORS = {
    *("flow", "ranking", "recommender", "build", "fitting", "explaining", "models", "turns"),
    "histories",
}
NO_LOGIC = {"__main__", "errors", "protocols"}  # they say what others do
APART = {"lab", "testing"}  # no part of the product
# Where the tests of a module are not where its address says.
TESTS = {"types": ["tests/test_types.py", "tests/test_flow.py"], "__init__": ["tests/test_api.py"]}

_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_COMPUTED: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "+"),
}


class Break(NamedTuple):
    """One way to break a file: the bytes from `begin` to `end` become `new`."""

    path: Path
    line: int
    kind: str
    begin: int
    end: int
    new: str

    def apply(self, source: bytes) -> bytes:
        return source[: self.begin] + self.new.encode() + source[self.end :]


class Finder(ast.NodeVisitor):
    """Finds what can be broken in one file: logic, not words, types or what is raised."""

    def __init__(self, path: Path, source: bytes) -> None:
        self._path = path
        self._source = source
        self._starts = [0]  # of the lines, in bytes, as `ast` counts columns
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        # the variables of the function that is looked at, and the lines that set them
        self._names: list[tuple[str, int]] = []
        self.breaks: list[Break] = []

    def _span(self, node: ast.AST) -> tuple[int, int]:
        begin = self._starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self._starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return begin, end

    def _add(self, kind: str, begin: int, end: int, new: str) -> None:
        line = bisect(self._starts, begin)
        self.breaks.append(Break(self._path, line, kind, begin, end, new))

    def _between(self, kind: str, left: ast.AST, right: ast.AST, old: str, new: str) -> None:
        """Replace an operator, which `ast` gives no place."""
        begin, end = self._span(left)[1], self._span(right)[0]
        at = self._source[begin:end].find(old.encode())
        if at >= 0:
            self._add(kind, begin + at, begin + at + len(old), new)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        names, self._names = (
            self._names,
            [
                (argument.arg, argument.lineno)
                for argument in ast.walk(node.args)
                if isinstance(argument, ast.arg) and argument.arg not in ("self", "cls")
            ],
        )
        self._names += [
            (part.id, part.lineno)
            for part in ast.walk(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        ]
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        if len(body) > 1 and not self._yields(node):
            begin, _ = self._span(body[1])
            self._add("early return", begin, begin, f"return None\n{' ' * body[1].col_offset}")
        for statement in body:
            self.visit(statement)
        self._names = names

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    def _yields(self, node: ast.AST) -> bool:
        return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if not any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases):
            for statement in node.body:
                self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        """What is raised is words; that it is, is logic."""
        self._add("drop a statement", *self._span(node), "pass")

    def visit_Assert(self, node: ast.Assert) -> None:
        """Guards against mistakes of ours are not for tests."""

    def visit_Import(self, node: ast.Import) -> None:
        """No logic."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """No logic."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Words."""

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return  # a docstring
        if not isinstance(node.value, ast.Yield | ast.YieldFrom):
            self._add("drop a statement", *self._span(node), "pass")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._add("drop a statement", *self._span(node), "pass")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if self._names and not isinstance(node.targets[0], ast.Name | ast.Tuple):
            self._add("drop a statement", *self._span(node), "pass")
        self.visit(node.value)

    def visit_Continue(self, node: ast.Continue) -> None:
        self._add("drop a statement", *self._span(node), "pass")

    visit_Break = visit_Continue  # type: ignore[assignment]

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
            old = {"NotIn": "not in", "IsNot": "is not"}.get(type(operator).__name__)
            old = old or {ast.In: "in", ast.Is: "is"}.get(type(operator))
            old = old or _COMPARED[{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
                                    ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
                                    ast.NotEq: ast.Eq}[type(operator)]]  # fmt: skip
            self._between("swap a comparison", left, right, old, _COMPARED[type(operator)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between("and, or", left, right, old, new)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        is_text = isinstance(node.left, ast.JoinedStr) or (
            isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        )
        if type(node.op) in _COMPUTED and not is_text:
            old, new = _COMPUTED[type(node.op)]
            self._between("swap an operator", node.left, node.right, old, new)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._add("drop a not", self._span(node)[0], self._span(node.operand)[0], "")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        if not isinstance(node.test, ast.UnaryOp | ast.NamedExpr):
            begin, end = self._span(node.test)
            self._add("add a not", begin, end, f"not ({self._source[begin:end].decode()})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if not self._names:  # a module's constants are settings, not logic
            return
        if isinstance(node.value, bool):
            self._add("swap a constant", *self._span(node), str(not node.value))
        elif isinstance(node.value, int):
            self._add("one more", *self._span(node), f"({node.value} + 1)")
            self._add("one less", *self._span(node), f"({node.value} - 1)")
        elif isinstance(node.value, float):
            self._add("swap a constant", *self._span(node), f"({node.value} * 1.5 + 0.1)")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Of another variable it would not be there: no break that a test is needed for."""
        if not isinstance(node.value, ast.Name):
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        for part in (
            *([] if isinstance(node.func, ast.Name) else [node.func]),
            *node.args,
            *(keyword.value for keyword in node.keywords),
        ):
            self.visit(part)

    def visit_Name(self, node: ast.Name) -> None:
        others = sorted(
            {name for name, line in self._names if line < node.lineno and name != node.id}
        )
        is_ours = any(name == node.id for name, _ in self._names)
        if isinstance(node.ctx, ast.Load) and is_ours and others:
            rng = random.Random(f"{self._path} {node.lineno} {node.col_offset}")
            self._add("wrong variable", *self._span(node), rng.choice(others))


def parts_of(path: Path) -> list[str]:
    """Return a module's folders and name as tests are called: without the mark of the private."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return [part if part.startswith("__") else part.removeprefix("_") for part in parts]


def room_of(path: Path) -> str:
    """Return the room of a module: its folder in the package, or its own name."""
    return parts_of(path)[0]


def tests_of(tree: Path, path: Path) -> list[str]:
    """Return what holds the tests of a module's room: the nearest first, then its doctests."""
    parts = parts_of(path)
    nearest = [f"tests/{'/'.join(parts[:-1])}/test_{parts[-1]}.py"] if len(parts) > 1 else []
    room = [f"tests/{parts[0]}"] if len(parts) > 1 else [f"tests/test_{parts[0]}.py"]
    listed = [*nearest, *TESTS.get(parts[0], room), str(path)]
    return [test for test in listed if (tree / test).exists()]


def all_breaks(tree: Path) -> list[Break]:
    """Return every break of the product's logic, in order."""
    found: list[Break] = []
    for file in sorted((tree / PACKAGE).rglob("*.py")):
        path = file.relative_to(tree)
        is_tested = not path.stem.startswith("transformers")  # of an extra that is not installed
        if room_of(path) in APART | NO_LOGIC or path.stem in NO_LOGIC or not is_tested:
            continue
        source = file.read_bytes()
        finder = Finder(path, source)
        finder.visit(ast.parse(source))
        found += finder.breaks
    return found


def chosen(tree: Path, breaks: Sequence[Break], n: int, rng: random.Random) -> Iterator[Break]:
    """Yield n breaks, no two in one line: any kind as often as any other, conductors twice as
    often."""
    by_kind: dict[str, list[Break]] = {}
    for broken in breaks:
        by_kind.setdefault(broken.kind, []).append(broken)
    kinds, drawn = sorted(by_kind), set[tuple[Path, int]]()
    while n:
        listed = by_kind[rng.choice(kinds)]
        weights = [2 if room_of(broken.path) in CONDUCTORS else 1 for broken in listed]
        broken = rng.choices(listed, weights)[0]
        if (broken.path, broken.line) in drawn:
            continue
        drawn.add((broken.path, broken.line))
        with contextlib.suppress(SyntaxError):
            ast.parse(broken.apply((tree / broken.path).read_bytes()))
            n -= 1
            yield broken


def run_tests(tree: Path, tests: Sequence[str], seconds: float) -> tuple[str, str]:
    """Return "killed", "survived" or "timed out", and the test that noticed."""
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return "timed out", f"no verdict within {seconds:.0f} s"  # a loop, or a busy machine
    if process.returncode in (0, 5):  # 5: there is no test
        return "survived", "" if process.returncode == 0 else "no test"
    noticed = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR", "E  "))]
    return "killed", noticed[-1][:160] if noticed else output[-160:]


def main() -> None:
    """Break lines, run the tests of their rooms, write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="rooms, separated by commas")
    parser.add_argument("--seconds", type=float, default=900.0, help="for the tests of one break")
    parser.add_argument("--list", action="store_true", help="show what would be broken")
    asked = parser.parse_args()
    breaks = all_breaks(ROOT)
    rooms = {name for name in asked.only.split(",") if name}
    drawn = list(
        chosen(
            ROOT,
            [site for site in breaks if not rooms or room_of(site.path) in rooms],
            asked.n,
            random.Random(asked.seed),
        )
    )
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "project"
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
        for name in filter(None, listed.split("\0")):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
        with contextlib.suppress(KeyboardInterrupt):  # what was seen until then is written
            for number, site in enumerate(drawn, 1):
                source = (tree / site.path).read_bytes()
                broken = site.apply(source)
                diff = "\n".join(
                    difflib.unified_diff(
                        source.decode().splitlines(), broken.decode().splitlines(), lineterm="", n=0
                    )
                ).split("\n", 2)[2]
                tests = tests_of(tree, site.path)
                print(f"{number}. {site.path}:{site.line} {site.kind}\n{diff}", flush=True)
                if asked.list:
                    continue
                started = time.perf_counter()
                (tree / site.path).write_bytes(broken)
                try:
                    outcome, by = run_tests(tree, tests, asked.seconds)
                finally:
                    (tree / site.path).write_bytes(source)
                print(f"   {outcome} {by}", flush=True)
                outcomes.append(
                    {
                        "file": str(site.path),
                        "line": site.line,
                        "conductor": room_of(site.path) in CONDUCTORS,
                        "kind": site.kind,
                        "diff": diff,
                        "outcome": outcome,
                        "by": by,
                        "tests": tests,
                        "seconds": round(time.perf_counter() - started, 1),
                    }
                )
    if asked.list:
        return
    killed = [line for line in outcomes if line["outcome"] == "killed"]
    figures = {
        "breaks_possible": len(breaks),
        "broken": len(outcomes),
        "killed": len(killed),
        "timed_out": sum(line["outcome"] == "timed out" for line in outcomes),
        "conductors_broken": sum(bool(line["conductor"]) for line in outcomes),
        "conductors_killed": sum(bool(line["conductor"]) for line in killed),
        "lines": outcomes,
    }
    protocol = f"seed {asked.seed}; one line at a time, the tests of its room alone"
    record(f"broken_lines-seed-{asked.seed}", figures, protocol)


if __name__ == "__main__":
    main()
