"""Which pieces of evidence each explanation may use: what the item is, why it is for this reader,
how sure that is; no reason five times in a list."""

from collections import Counter
from collections.abc import Sequence

from recsys_rag.fact import Part
from recsys_rag.types import Evidence

_SAME_REASON = 0.45  # factor on strength for each time that the list has given this very reason
_SAME_KIND = 0.93  # and for each time that it has used this kind
_MORE_OF_WHAT = 0.7  # factor on a second piece on what the item is
_LEAST = 0.3  # worth of a piece beyond those that a text needs
_ORDER: tuple[Part, ...] = ("what", "why", "sure")
_MOST: dict[Part, int] = {"what": 2, "why": 2, "sure": 1}  # in one text


def select(found: Sequence[Sequence[Evidence]], n: int = 3) -> list[tuple[Evidence, ...]]:
    """Return at most n pieces for each item, in the order of the items: what it is, then why it is
    for this reader, then how sure that is.

    `found` holds what the sources stated about each item, items in rank order. A text takes the
    strongest reason, the strongest piece on what the item is, and of the others what is worth its
    words: at most two of each part (`Fact.part`), one on how sure it is, one of a kind, and no
    topic twice. A reason that earlier items used weighs less, so that a list does not say the same
    thing five times. An item without evidence gets an empty tuple; ties go to the earlier piece.
    """
    chooser, chosen = Chooser(), []
    for pieces in found:
        chosen.append(chooser.best(pieces, n))
        chooser.take(chosen[-1])
    return chosen


class Chooser:
    """Chooses for one list, item after item, as `select` does."""

    def __init__(self) -> None:
        self._reasons: Counter[tuple[object, ...]] = Counter()
        self._kinds: Counter[str] = Counter()

    def best(self, pieces: Sequence[Evidence], n: int) -> tuple[Evidence, ...]:
        """Return what the next item is best told with, of these."""
        mine: list[Evidence] = []

        def worth(piece: Evidence) -> float:
            n_times = max((self._reasons[reason] for reason in piece.fact.reasons), default=0)
            is_more = piece.fact.part == "what" and any(one.fact.part == "what" for one in mine)
            worth = piece.strength * _SAME_REASON**n_times * _SAME_KIND ** self._kinds[piece.kind]
            return worth * (_MORE_OF_WHAT if is_more else 1.0)

        def fits(piece: Evidence) -> bool:
            n_alike = sum(other.fact.part == piece.fact.part for other in mine)
            return n_alike < _MOST[piece.fact.part] and not any(
                _overlap(piece, one) for one in mine
            )

        ranked = sorted(pieces, key=worth, reverse=True)
        for part in ("why", "what"):  # the best reason first: it may leave the other nothing to say
            mine += [piece for piece in ranked if piece.fact.part == part and fits(piece)][:1]
        for piece in sorted(pieces, key=worth, reverse=True):
            if worth(piece) >= _LEAST and fits(piece):
                mine.append(piece)
        return tuple(sorted(mine[:n], key=lambda piece: _ORDER.index(piece.fact.part)))

    def take(self, chosen: Sequence[Evidence]) -> None:
        """Go on to the item after the one that is told with these."""
        for piece in chosen:
            self._reasons.update(piece.fact.reasons)
            self._kinds[piece.kind] += 1


def _overlap(piece: Evidence, other: Evidence) -> bool:
    """Say whether one text would say nearly the same with both: one kind, or one title, person,
    genre or decade twice."""
    return piece.kind == other.kind or not piece.fact.topics.isdisjoint(other.fact.topics)
