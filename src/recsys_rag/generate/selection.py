"""Which pieces of evidence each explanation may use: strongest first, different kinds, no reason
five times in a list."""

from collections import Counter
from collections.abc import Sequence

from recsys_rag.types import Evidence

_SAME_REASON = 0.45  # factor on strength for each time that the list has given this very reason
_SAME_KIND = 0.93  # and for each time that it has used this kind
_SALIENT = {
    "genre": ("genre",),
    "decade": ("decade",),
    "like": ("title",),
    "words": ("asked", "genres", "people"),
    "person": ("person",),
    "moved": (),  # to be new in the list
}
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
            reasons.update(_reasons(piece))
            kinds[piece.kind] += 1
        chosen.append(mine)
    return chosen


def _of_item(
    pieces: Sequence[Evidence], n: int, reasons: Counter[tuple[object, ...]], kinds: Counter[str]
) -> tuple[Evidence, ...]:
    def worth(piece: Evidence) -> float:
        repeated = max(reasons[reason] for reason in _reasons(piece))
        return piece.strength * _SAME_REASON**repeated * _SAME_KIND ** kinds[piece.kind]

    mine: list[Evidence] = []
    for piece in sorted((one for one in pieces if one.kind != _FLOOR), key=lambda one: -worth(one)):
        enough = len(mine) >= 2 and worth(piece) < _THIRD_FROM
        if len(mine) < n and not enough and not any(_overlap(piece, other) for other in mine):
            mine.append(piece)
    if len(mine) < min(2, n):
        mine += [piece for piece in pieces if piece.kind == _FLOOR][:1]
    return tuple(mine)


def _overlap(piece: Evidence, other: Evidence) -> bool:
    """Say whether one text would say nearly the same with both: one kind, or one title, person,
    genre or decade twice."""
    return piece.kind == other.kind or not _topics(piece).isdisjoint(_topics(other))


def _topics(piece: Evidence) -> set[str]:
    genres, titles = piece.facts.get("genres", ()), piece.facts.get("titles", ())
    assert isinstance(genres, tuple)
    assert isinstance(titles, tuple)
    topics = {*genres, *titles, *_people(piece), str(piece.facts.get("genre", ""))} - {""}
    if piece.kind == "like":
        topics.add(str(piece.facts["title"]))
    return topics | {"years"} if "decade" in piece.facts or "first_year" in piece.facts else topics


def _people(piece: Evidence) -> set[str]:
    listed = [piece.facts.get(name, ()) for name in ("people", "director", "actors")]
    return {
        str(piece.facts.get("person", "")),
        *(one for names in listed if isinstance(names, tuple) for one in names),
    }


def _reasons(piece: Evidence) -> list[tuple[object, ...]]:
    """Return what makes two pieces the same reason to a reader: the same title, genre, decade or
    asked words."""
    facts = piece.facts
    if piece.kind == "carrier":
        titles = facts["titles"]
        assert isinstance(titles, tuple)
        return [(piece.kind, title) for title in titles]
    if piece.kind in _SALIENT and not (piece.kind == "moved" and "before" in facts):
        return [(piece.kind, *(facts.get(name) for name in _SALIENT[piece.kind]))]
    return [(piece.kind, piece.item_id)]  # numbers about this very item are no repetition
