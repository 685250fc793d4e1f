"""A chart of all ways to read words as parts of clauses (`_story_parts`)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

# their rules are kept when they are read
from recsys_rag.verify import _story_clauses, _story_nouns, _story_verbs  # noqa: F401
from recsys_rag.verify._story_parts import ALONE, RULES, Link, Part

Rows = list[dict[int, dict[object, Part]]]


class Reader(Protocol):
    def leaves(self, at: int) -> Iterable[tuple[int, Part]]:
        """Yield where readings of the words from here on end, and what they are."""

    def joined(self, made: Part, left: Part, right: Part, links: list[Link]) -> Part | None:
        """Return the part with what is known of it now; None where it may not be."""

    def added(self, cell: dict[object, Part], part: Part) -> bool:
        """Put a part among those of the same words, and say whether it was new."""


def chart(reader: Reader, n: int) -> Rows:
    """Return for each place the parts that begin there, by where they end."""
    rows: Rows = [defaultdict(dict) for _ in range(n + 1)]
    for at in range(n - 1, -1, -1):
        row = rows[at]
        for end, leaf in reader.leaves(at):
            _add(reader, row[end], leaf)
        for middle in range(at + 1, n):
            if middle not in row or not rows[middle]:
                continue
            for left in list(row[middle].values()):
                for end, rights in rows[middle].items():
                    for right in list(rights.values()):
                        for rule in RULES.get((left.kind, right.kind), ()):
                            for made, links in rule(left, right):
                                part = reader.joined(made, left, right, links)
                                if part is not None:
                                    _add(reader, row[end], part)
    return rows


def _add(reader: Reader, cell: dict[object, Part], part: Part) -> None:
    if reader.added(cell, part) and part.kind in ALONE:
        for made in ALONE[part.kind](part):
            one = reader.joined(made, part, part, [])
            if one is not None:
                _add(reader, cell, one)
