"""What reports have in common: three files written whole, tables in Markdown, a page in which no
value of the data can act."""

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from recsys_rag.errors import MissingExtraError
from recsys_rag.generate.wording import one_line


def needs(*modules: str) -> None:
    """Raise MissingExtraError unless these modules are installed."""
    if missing := [name for name in modules if find_spec(name) is None]:
        raise MissingExtraError(
            f"a report needs {' and '.join(missing)}: pip install 'recsys-rag[report]'"
        )


def write_files(folder: Path, results: Mapping[str, Any], markdown: str, page: str) -> None:
    """Write results.json, report.md and report.html into the folder, which is made if it is not
    there. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    as_json = json.dumps(results, indent=2, ensure_ascii=False, allow_nan=False)
    files = {"results.json": as_json + "\n", "report.md": markdown, "report.html": page}
    for name, text in files.items():
        beside = folder / f".{name}.part"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / name)


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first column is of names and whose others are of figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def markdown_passport(lines: Iterable[tuple[str, str]]) -> str:
    """Return the section that says what the figures may be compared with."""
    shown = "\n".join(f"| {name} | {text} |" for name, text in lines)
    return f"## Passport\n\n| | |\n|---|---|\n{shown}\n"


def rendered(template: Path, **values: Any) -> str:
    """Return the page of a Jinja template.

    Every value is escaped and loses its control and format characters (a title with U+202E would
    turn the text around it); only what the template marks as safe stays as it is.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    return environment.from_string(template.read_text(encoding="utf-8")).render(values)


def _harmless(value: object) -> object:
    is_markup = hasattr(value, "__html__")
    return one_line(value) if isinstance(value, str) and not is_markup else value
