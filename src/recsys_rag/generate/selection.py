"""Which pieces of evidence each explanation may use: strongest first, different kinds, no reason
five times in a list."""

from collections import Counter
from collections.abc import Sequence

from recsys_rag.types import Evidence

_SAME_REASON = 0.45  # factor on strength for each time that the list has given this very reason
_SAME_KIND = 0.93  # and for each time that it has used this kind
_FLOOR = "catalog"
_THIRD_FROM = 0.3  # a piece beyond the second must be worth its words


def select(found: Sequence[Sequence[Evidence]], n: int = 3) -> list[tuple[Evidence, ...]]:
    """Return at most n pieces for each item, strongest first, one of a kind, in the order of the
    items.

    `found` holds what the sources stated about each item, items in rank order. A reason that
    earlier items used weighs less, so that a list does not say the same thing five times. The
    catalog's floor is used only where fewer than two other pieces are there. An item without
    evidence gets an empty tuple; ties go to the earlier piece.
    """
    reasons: Counter[tuple[object, ...]] = Counter()
    kinds: Counter[str] = Counter()
    chosen = []
    for pieces in found:
        mine = _of_item(pieces, n, reasons, kinds)
        for piece in mine:
            reasons.update(piece.fact.reasons)
            kinds[piece.kind] += 1
        chosen.append(mine)
    return chosen


def _of_item(
    pieces: Sequence[Evidence], n: int, reasons: Counter[tuple[object, ...]], kinds: Counter[str]
) -> tuple[Evidence, ...]:
    def worth(piece: Evidence) -> float:
        n_times = max((reasons[reason] for reason in piece.fact.reasons), default=0)
        return piece.strength * _SAME_REASON**n_times * _SAME_KIND ** kinds[piece.kind]

    mine: list[Evidence] = []
    others = [piece for piece in pieces if piece.kind != _FLOOR]
    for piece in sorted(others, key=worth, reverse=True):
        enough = len(mine) >= 2 and worth(piece) < _THIRD_FROM
        if len(mine) < n and not enough and not any(_overlap(piece, other) for other in mine):
            mine.append(piece)
    if len(mine) < min(2, n):
        mine += [piece for piece in pieces if piece.kind == _FLOOR][:1]
    return tuple(mine)


def _overlap(piece: Evidence, other: Evidence) -> bool:
    """Say whether one text would say nearly the same with both: one kind, or one title, person,
    genre or decade twice."""
    return piece.kind == other.kind or not piece.fact.topics.isdisjoint(other.fact.topics)
