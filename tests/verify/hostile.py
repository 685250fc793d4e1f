"""Reads the hostile table: a small catalog, one context a film, and sentences with what the
verifier must say of them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.fact import Fact
from recsys_rag.registry import fact_kinds
from recsys_rag.types import Candidate, Context, Evidence

_TABLE = tomllib.loads((Path(__file__).parent / "hostile.toml").read_text(encoding="utf-8"))

KINDS = fact_kinds()


@dataclass(frozen=True)
class Gossip(Fact):
    """A fact of a kind that nobody knows."""

    kind = "gossip"
    text: str


@dataclass(frozen=True)
class Case:
    context: Context
    text: str
    why: str


def _catalog() -> Catalog:
    films = _TABLE["film"]
    return Catalog(
        Vocabulary(tuple(film["id"] for film in films)),
        tuple(film["title"] for film in films),
        np.array([film.get("year", 0) for film in films], np.int32),
        tuple(tuple(film["genres"]) for film in films),
        metadata={
            name: tuple(tuple(film.get(name, ())) for film in films)
            for name in ("director", "actors", "plot")
        },
    )


CATALOG = _catalog()


def _context(item_id: str) -> Context:
    place = CATALOG.items.index(item_id)
    candidate = Candidate(
        item_id, place, CATALOG.titles[place], CATALOG.year(place), CATALOG.genres[place], 1.0
    )
    pieces = []
    for row in _TABLE["evidence"][item_id]:
        fields = dict(row)
        kind = fields.pop("kind")
        fact = msgspec.convert(fields, KINDS[kind].fact if kind in KINDS else Gossip)
        pieces.append(Evidence(item_id, fact, "the table", f"{fact}", 0.5))
    return Context(candidate, tuple(pieces))


CONTEXTS = {item_id: _context(item_id) for item_id in _TABLE["evidence"]}
TRUE = [Case(CONTEXTS[one["of"]], one["text"], "") for one in _TABLE["true"]]
HOSTILE = [Case(CONTEXTS[one["of"]], one["text"], one["why"]) for one in _TABLE["hostile"]]
