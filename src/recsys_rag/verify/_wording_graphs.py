"""Wordings as graphs: those of one kind, and those that all share."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from recsys_rag.fact import Reading
from recsys_rag.verify._grammar import Node, graph, graphs
from recsys_rag.verify._shapes import RETOLD, SHAPES
from recsys_rag.verify._traits import phrases_of

_WORDS = Path(__file__).with_name("words.toml")


class Grammar(NamedTuple):
    """The wordings of one kind, or those that all share."""

    roles: Mapping[str, Node]
    parts: Mapping[str, Node]
    shapes: Mapping[str, str | Node]


@cache
def shared() -> Grammar:
    """Return the wordings that belong to no kind: those of `words.toml`."""
    table = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    shapes = _shapes_of(table["shapes"])
    shapes |= {name: graph(phrases_of(of)) for name, of in table["traits"].items()}
    return Grammar(graphs(table["film"]), graphs(table["parts"]), shapes)


@cache
def fillers(name: str = "fillers") -> frozenset[str]:
    """Return the adverbs that claim nothing, which may stand anywhere; more of them in frames."""
    return frozenset(tomllib.loads(_WORDS.read_text(encoding="utf-8"))[name])


@cache
def grammar_of(reading: Reading[Any]) -> Grammar:
    """Return the wordings of a kind as graphs; made when first asked for."""
    roles = {
        "clauses": (*reading.own, *reading.clauses),
        "predicates": reading.predicates,
        "modifiers": reading.modifiers,
        "preludes": reading.preludes,
        "reasons": reading.reasons,
        "adjuncts": reading.adjuncts,
        "frames": reading.frames,
        "frame_verbs": reading.frame_verbs,
    }
    parts = {**shared().parts, **graphs(reading.parts)}
    return Grammar(graphs(roles), parts, _shapes_of(reading.shapes))


def _shapes_of(shapes: Mapping[str, str]) -> dict[str, str | Node]:
    return {
        name: shape if shape in SHAPES or shape == RETOLD else graph([shape])
        for name, shape in shapes.items()
    }
