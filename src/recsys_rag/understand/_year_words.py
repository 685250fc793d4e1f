"""Years and decades in a text: "from the 90s", "before 1980", "between 1970 and 1985", "recent"."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.understand._fillers import FILM_NOUNS
from recsys_rag.understand._tokens import Words

_DECADE_NAMES = {
    **{
        "twenties": 20,
        "thirties": 30,
        "forties": 40,
        "fifties": 50,
        "sixties": 60,
        "seventies": 70,
        "eighties": 80,
    },
    **{"nineties": 90, "noughties": 0, "naughties": 0, "aughts": 0},
}
_POINT = (
    r"(?:(?:the )?(?:(?P<{0}part>early|mid|middle|late)(?: -)?(?: of)? )?(?:the )?"
    r"(?P<{0}point>(?:18|19|20)\d\ds?|\d0s|" + "|".join(_DECADE_NAMES) + r"))"
)
_NO_LENGTH = r"(?! (?:- )?\w*(?:minutes?|mins?|hours?|days|years))"
_A, _B = _POINT.format("a"), _POINT.format("b")
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "short range",
        re.compile(
            r"\b(?:(?:between|from) )?(?P<century>19|20)(?P<a>\d\d) (?:-|to|and) (?P<b>\d\d)\b"
        ),
    ),
    (
        "short digits",
        re.compile(rf"\b(?:between|from) (?P<a>[2-9]\d) (?:-|to|and) (?P<b>[2-9]\d)\b{_NO_LENGTH}"),
    ),
    ("range", re.compile(rf"\b(?:between|from) {_A} (?:and|to|-|through|thru|until|till) {_B}\b")),
    ("range", re.compile(rf"\b{_A} (?:to|-|through|thru|until|till) {_B}\b")),
    (
        "since",
        re.compile(
            rf"\b(?:from )?{_A} (?:on|onward|onwards|or later|or newer|and later|and newer)\b"
        ),
    ),
    ("until", re.compile(rf"\b(?:from )?{_A} (?:or earlier|or older|and earlier|and older)\b")),
    (
        "before",
        re.compile(rf"\b(?:from )?(?:before|pre(?: -)?|prior to|older than|earlier than) {_A}\b"),
    ),
    ("until", re.compile(rf"\b(?:until|till|up to|no later than|not later than) {_A}\b")),
    (
        "after",
        re.compile(
            rf"\b(?:from )?(?:after|post(?: -)?|newer than|later than|more recent than) {_A}\b"
        ),
    ),
    (
        "since",
        re.compile(rf"\b(?:since|starting in|starting from|no older than|not older than) {_A}\b"),
    ),
    ("two digits", re.compile(rf"\b(?:from|since) (?P<year>[2-9]\d)\b{_NO_LENGTH}")),
    (
        "prewar",
        re.compile(
            r"\b(?:from )?(?:(?:before|predate|predates|predating|pre)(?: -)?(?: the)? war|prewar)\b"
        ),
    ),
    (
        "century",
        re.compile(r"\b(?:(?:from|in|of) )?(?:this|(?:the )?(?:21st|twenty first)) century\b"),
    ),
    (
        "past",
        re.compile(
            r"\b(?:(?:from|in|of) )?(?:the )?(?:last|past) (?:(?P<n>\d{1,2}|few|couple of) years|decade)\b"
        ),
    ),
    ("in", re.compile(rf"\b(?:(?:from|in|of|during|circa|around) )?(?:the )?(?:year )?{_A}\b")),
)
_PAST = {"few": 5, "couple of": 3, None: 10}  # years, the newest of the catalog included
_OLD = frozenset(("old", "older", "oldest", "vintage", "oldie", "oldies"))
_RECENT = frozenset(("new", "newer", "newest", "recent", "modern", "latest", "contemporary"))
_BETWEEN = frozenset(
    (
        "and",
        "or",
        "but",
        "classic",
        "good",
        "popular",
        "black",
        "white",
        "b",
        "w",
        "silent",
        "color",
    )
)
_OLD_AGE, _RECENT_AGE = 20, 4  # years before the newest item of the catalog
_UNKNOWN = (1900, 2029)  # first and last year of a catalog that does not say

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class YearFind:
    """Years named at one place: first and last, inclusive."""

    start: int
    stop: int
    years: Span


class YearFinder:
    """Finds years in words; what is open at one end, or said by age, is measured by the catalog's
    own years."""

    def __init__(self, catalog: Catalog) -> None:
        known = catalog.years[catalog.years > 0]
        self._first = int(known.min()) if len(known) else _UNKNOWN[0]
        self._last = int(known.max()) if len(known) else _UNKNOWN[1]

    def claim_all(self, words: Words) -> Iterator[YearFind]:
        """Yield all years named, and claim their words."""
        if not any(_may_be_year(token.word) for token in words.tokens):
            return
        for kind, pattern in _PATTERNS:
            for start, stop, match in words.matches(pattern):
                yield YearFind(start, stop, self._span(kind, match))

    def claim_ages(self, words: Words) -> Iterator[YearFind]:
        """Yield the years that "old" and "recent" stand for, where said of films: "old westerns",
        "something recent".

        Genres must have been claimed before.
        """
        for place in range(len(words)):
            word = words.word(place)
            if (
                word in _OLD | _RECENT
                and words.is_free(place, place + 1)
                and self._is_said_of_films(words, place)
            ):
                words.claim(place, place + 1)
                oldest_recent = max(self._first, self._last - _RECENT_AGE)
                newest_old = max(self._first, self._last - _OLD_AGE)
                years = (self._first, newest_old) if word in _OLD else (oldest_recent, self._last)
                yield YearFind(place, place + 1, years)

    def _is_said_of_films(self, words: Words, place: int) -> bool:
        following = place + 1
        while words.word(following) in _BETWEEN and not words.ends(following):
            following += 1
        if words.ends(following) or words.claimed[following]:
            return words.word(place - 1) not in ("years", "year")
        return words.word(following) in FILM_NOUNS

    def _span(self, kind: str, match: re.Match[str]) -> Span:
        if kind == "short range":
            years = [100 * int(match["century"]) + int(match[name]) for name in ("a", "b")]
            return min(years), max(years)
        if kind == "short digits":
            years = [self._of_two_digits(int(match[name])) for name in ("a", "b")]
            return min(years), max(years)
        if kind == "two digits":
            year = self._of_two_digits(int(match["year"]))
            return (year, max(self._last, year)) if match[0].startswith("since") else (year, year)
        if kind == "prewar":
            return min(self._first, 1938), 1938
        if kind == "century":
            return 2001, max(self._last, 2001)
        if kind == "past":
            ago = _PAST.get(match["n"]) or int(match["n"])  # "decade" has no number
            return max(self._first, self._last - max(1, ago) + 1), self._last
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

    def _of_two_digits(self, year: int) -> int:
        return self._century(10 * (year // 10)) + year % 10

    def _century(self, decade: int) -> int:
        """Return the first year of a decade of two digits: the latest such decade that the catalog
        reaches.

        "90s" is 1990; "20s" is 1920 for a catalog that ends in 1998 and 2020 for one that goes on;
        "00s" is always 2000.
        """
        return 2000 + decade if decade < 20 or 2000 + decade <= self._last else 1900 + decade


def shared(spans: Iterable[Span]) -> list[Span]:
    """Return what several wanted spans mean together: those that overlap narrow each other, the
    others are alternatives.

    >>> shared([(1980, 2020), (1950, 1989)]), shared([(1960, 1969), (1980, 1989)]), shared([])
    ([(1980, 1989)], [(1960, 1969), (1980, 1989)], [])
    """
    narrowed: list[Span] = []
    for first, last in spans:
        for place, (other_first, other_last) in enumerate(narrowed):
            if first <= other_last and other_first <= last:
                narrowed[place] = max(first, other_first), min(last, other_last)
                break
        else:
            narrowed.append((first, last))
    return covered(narrowed)


def covered(spans: Iterable[Span]) -> list[Span]:
    """Return the years of all these spans as few spans as can be, ascending.

    >>> covered([(1990, 1999), (1960, 1969), (1980, 1989)])
    [(1960, 1969), (1980, 1999)]
    """
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def _decade(point: str) -> int:
    return _DECADE_NAMES[point] if point in _DECADE_NAMES else int(point[:2])


def _may_be_year(word: str) -> bool:
    return (
        word[:1].isdigit()
        or word in _DECADE_NAMES
        or word in ("century", "last", "past", "war", "prewar")
    )
