"""A template of a report made into a page in which no value of the data can act."""

from pathlib import Path
from typing import Any

from recsys_rag.generate.wording import one_line


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
