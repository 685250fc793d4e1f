"""Years and decades in a text: "from the 90s", "before 1980", "between 1970 and 1985", "recent"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.understand.tokens import Words

_DECADE_NAMES = {
    **{"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80},
    **{"nineties": 90, "noughties": 0, "naughties": 0, "aughts": 0},
}
_POINT = (
    r"(?:(?:the )?(?:(?P<{0}part>early|mid|middle|late)(?: -)?(?: of)? )?(?:the )?"
    r"(?P<{0}point>(?:18|19|20)\d\ds?|\d0s|" + "|".join(_DECADE_NAMES) + r"))"
)
_A, _B = _POINT.format("a"), _POINT.format("b")
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("range", re.compile(rf"\b(?:between|from) {_A} (?:and|to|-|through|thru|until|till) {_B}\b")),
    ("range", re.compile(rf"\b{_A} (?:to|-|through|thru|until|till) {_B}\b")),
    ("since", re.compile(rf"\b(?:from )?{_A} (?:on|onward|onwards|or later|or newer|and later|and newer)\b")),
    ("until", re.compile(rf"\b(?:from )?{_A} (?:or earlier|or older|and earlier|and older)\b")),
    ("before", re.compile(rf"\b(?:from )?(?:before|pre(?: -)?|prior to|older than|earlier than) {_A}\b")),
    ("until", re.compile(rf"\b(?:until|till|up to|no later than|not later than) {_A}\b")),
    ("after", re.compile(rf"\b(?:from )?(?:after|post(?: -)?|newer than|later than|more recent than) {_A}\b")),
    ("since", re.compile(rf"\b(?:since|starting in|starting from|no older than|not older than) {_A}\b")),
    ("in", re.compile(rf"\b(?:(?:from|in|of|during|circa|around) )?(?:the )?(?:year )?{_A}\b")),
)
_OLD = frozenset(("old", "older", "oldest", "vintage", "oldie", "oldies"))
_RECENT = frozenset(("new", "newer", "newest", "recent", "modern", "latest", "contemporary"))
_NOUNS = frozenset(
    ("movie", "movies", "film", "films", "flick", "flicks", "one", "ones", "stuff", "release", "releases")
)
_OLD_AGE, _RECENT_AGE = 20, 4  # years before the newest item of the catalog
_UNKNOWN = (1900, 2029)  # first and last year of a catalog that does not say

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class YearFind:
    """Years named at one place: first and last, inclusive."""

    start: int
    years: Span


class YearFinder:
    """Finds years in words; what is open at one end, or said by age, is measured by the catalog's own years."""

    def __init__(self, catalog: Catalog) -> None:
        known = catalog.years[catalog.years > 0]
        self._first = int(known.min()) if len(known) else _UNKNOWN[0]
        self._last = int(known.max()) if len(known) else _UNKNOWN[1]

    def claim_all(self, words: Words) -> Iterator[YearFind]:
        """Yield all years named, and claim their words."""
        if not any(_may_be_year(token.word) for token in words.tokens):
            return
        for kind, pattern in _PATTERNS:
            for start, _, match in words.matches(pattern):
                yield YearFind(start, self._span(kind, match))

    def claim_ages(self, words: Words) -> Iterator[YearFind]:
        """Yield the years that "old" and "recent" stand for, where said of films: "old westerns", "something recent".

        Genres must have been claimed before.
        """
        for place in range(len(words)):
            word = words.word(place)
            if word in _OLD | _RECENT and words.is_free(place, place + 1) and self._is_said_of_films(words, place):
                words.claim(place, place + 1)
                oldest_recent = max(self._first, self._last - _RECENT_AGE)
                newest_old = max(self._first, self._last - _OLD_AGE)
                yield YearFind(place, (self._first, newest_old) if word in _OLD else (oldest_recent, self._last))

    def _is_said_of_films(self, words: Words, place: int) -> bool:
        following = place + 1
        while words.word(following) in ("and", "or", "but", "classic", "good", "popular") and not words.ends(following):
            following += 1
        if words.ends(following) or words.claimed[following]:
            return words.word(place - 1) not in ("years", "year")
        return words.word(following) in _NOUNS

    def _span(self, kind: str, match: re.Match[str]) -> Span:
        first, last = self._point(match, "a")
        if kind == "range":
            other_first, other_last = self._point(match, "b")
            return min(first, other_first), max(last, other_last)
        if kind in ("before", "until"):
            last = first - 1 if kind == "before" else last
            return min(self._first, last), last
        if kind in ("after", "since"):
            first = last + 1 if kind == "after" else first
            return first, max(self._last, first)
        return first, last

    def _point(self, match: re.Match[str], name: str) -> Span:
        """Return the years of one point: itself, or its decade, or a part of that."""
        point = match[f"{name}point"]
        if point[:2].isdigit() and len(point) == 4:
            return int(point), int(point)
        decade = int(point[:4]) if len(point) == 5 else self._century(_decade(point))
        offsets = {"early": (0, 3), "mid": (4, 6), "middle": (4, 6), "late": (7, 9), None: (0, 9)}
        first, last = offsets[match[f"{name}part"]]
        return decade + first, decade + last

    def _century(self, decade: int) -> int:
        """Return the first year of a decade of two digits: the latest such decade that the catalog reaches.

        "90s" is 1990; "20s" is 1920 for a catalog that ends in 1998 and 2020 for one that goes on; "00s" is always 2000.
        """
        return 2000 + decade if decade < 20 or 2000 + decade <= self._last else 1900 + decade


def merged(spans: list[Span]) -> Span | None:
    """Return what several spans mean together: what they share, or, where they share nothing, all from first to last.

    >>> merged([(1980, 2020), (1950, 1989)]), merged([(1980, 1989), (1990, 1999)]), merged([])
    ((1980, 1989), (1980, 1999), None)
    """
    if not spans:
        return None
    first, last = max(one[0] for one in spans), min(one[1] for one in spans)
    return (first, last) if first <= last else (min(one[0] for one in spans), max(one[1] for one in spans))


def _decade(point: str) -> int:
    return _DECADE_NAMES[point] if point in _DECADE_NAMES else int(point[:2])


def _may_be_year(word: str) -> bool:
    return word[:1].isdigit() or word in _DECADE_NAMES
