"""How many utterances of forums and chats are read as they were meant, and of how many more is read
than was said."""

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

from record import record

from recsys_rag import Dataset
from recsys_rag.data.catalog import Catalog
from recsys_rag.understand._understander import Understander
from recsys_rag.understanding import Understanding

_TABLE = Path(__file__).with_suffix(".toml")
_NOT_JUDGED = ("text", "not_understood", "traits", "excluded_traits", "levels")
_PROTOCOL = (
    "benchmarks/forum.toml over the titles of ML-100K; written knowing the reader, not blind"
)


def figures(catalog: Catalog) -> dict[str, Any]:
    """Return the share that is read exactly, the share of which more is read than was said, and
    those that are read otherwise."""
    understander, otherwise, n_more = Understander(catalog), {}, 0
    rows = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["query"]
    for row in rows:
        words = row.pop("words")
        del row["on"]
        got, asked = _plain(_said(understander.understand(words)), catalog), _plain(row, catalog)
        if got != asked:
            otherwise[words] = {name: repr(value) for name, value in got.items()}
            n_more += bool(got.keys() - asked.keys())
    return {
        "utterances": len(rows),
        "exactly": 1 - len(otherwise) / len(rows),
        "more than was said": n_more / len(rows),
        "otherwise": otherwise,
    }


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
    return plain


def _ordered(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, (list, tuple)) else value


if __name__ == "__main__":
    record("forum", figures(Dataset.movielens("100k").catalog), protocol=_PROTOCOL)
