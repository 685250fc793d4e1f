"""The wordings of a kind, from the table beside its reading. Reads no sentence."""

import tomllib
from pathlib import Path
from typing import Any


def wordings_beside(module: str) -> dict[str, Any]:
    """Return the roles and parts of `reading.toml` in the folder of this module, each list as a
    tuple: what `Reading` takes."""
    table = tomllib.loads(Path(module).with_name("reading.toml").read_text(encoding="utf-8"))
    parts = {name: tuple(of) for name, of in table.pop("parts", {}).items()}
    return {**{role: tuple(of) for role, of in table.items()}, "parts": parts}
