"""How many utterances of forums and chats are read as they were meant, and of how many more is read
than was said.

    python benchmarks/forum.py                # forum.toml, by one who knows the reader
    python benchmarks/forum.py blind          # forum_blind.toml, by one who does not
    python benchmarks/forum.py told           # forum_told.toml, before the reader was mended by it
"""

import dataclasses
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

from record import record

from recsys_rag import Dataset
from recsys_rag.data.catalog import Catalog
from recsys_rag.understand._understander import Understander
from recsys_rag.understanding import Understanding

_HERE = Path(__file__).parent
_NOT_JUDGED = ("text", "not_understood", "traits", "excluded_traits", "levels")
_PROTOCOLS = {
    "forum": "benchmarks/forum.toml over the titles of ML-100K; written knowing the reader, not "
    "blind",
    "forum_blind": "benchmarks/forum_blind.toml over the titles of ML-100K; written by a language "
    "model that had seen forum.toml and no code; no second reader checked what was meant; the "
    "reader was mended by it since",
    "forum_told": "benchmarks/forum_told.toml over the titles of ML-100K; written by one who knows "
    "the reader, before it learned to tell what is thought of titles; mended by it since",
}


def figures(catalog: Catalog, table: str = "forum") -> dict[str, Any]:
    """Return, by style, the share that is read exactly, the share of which more is read than was
    said, and those that are read otherwise."""
    understander, otherwise = Understander(catalog), dict[str, Any]()
    counts: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    rows = tomllib.loads((_HERE / f"{table}.toml").read_text(encoding="utf-8"))["query"]
    for row in rows:
        words, style = row.pop("words"), row.pop("style", "all")
        row.pop("on", None)
        got, asked = _plain(_said(understander.understand(words)), catalog), _plain(row, catalog)
        counts[style].append((got == asked, bool(got.keys() - asked.keys())))
        if got != asked:
            otherwise[words] = {name: repr(value) for name, value in got.items()}
    return {
        style: {
            "utterances": len(read),
            "exactly": sum(is_exact for is_exact, _ in read) / len(read),
            "more than was said": sum(is_more for _, is_more in read) / len(read),
        }
        for style, read in counts.items()
    } | {"otherwise": otherwise}


def _said(understood: Understanding) -> dict[str, Any]:
    empty = Understanding()
    return {
        field.name: _ordered(getattr(understood, field.name))
        for field in dataclasses.fields(understood)
        if field.compare
        and field.name not in _NOT_JUDGED
        and getattr(understood, field.name) != getattr(empty, field.name)
    }


def _plain(asked: dict[str, Any], catalog: Catalog) -> dict[str, Any]:
    known = [int(year) for year in catalog.years if year]
    plain: dict[str, Any] = {}
    for name, value in asked.items():
        if name.endswith("_items"):
            value = [catalog.find(one)[0] if isinstance(one, str) else one for one in value]
        elif name.endswith("years"):
            value = (max(value[0], min(known)), min(value[1], max(known)))
        plain[name] = _ordered(value)
    if "years" not in plain and min(known) in plain.get("excluded_years", ()):
        # "nothing before 1990" and "from 1990 on" ask for the same
        plain["years"] = (plain.pop("excluded_years")[1] + 1, max(known))
    elif "years" not in plain and max(known) in plain.get("excluded_years", ()):
        plain["years"] = (min(known), plain.pop("excluded_years")[0] - 1)
    return plain


def _ordered(value: Any) -> Any:
    return tuple(sorted(value, key=repr)) if isinstance(value, (list, tuple)) else value


if __name__ == "__main__":
    table = "_".join(["forum", *sys.argv[1:]])
    record(table, figures(Dataset.movielens("100k").catalog, table), protocol=_PROTOCOLS[table])
