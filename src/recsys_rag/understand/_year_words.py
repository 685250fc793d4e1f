"""Years and decades in a text: "from the 90s", "in or after 1996", "1970 to '85", "recent"."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.understand._fillers import FILM_NOUNS, is_filler
from recsys_rag.understand._tokens import Token, Words, expanded, word_set

Span = tuple[int, int]

_TENS = {
    name: 10 * n
    for n, name in enumerate(expanded("twenty,thirty,forty,fifty,sixty,seventy,eighty,ninety"), 2)
}
_UNITS = {
    name: n for n, name in enumerate(expanded("one,two,three,four,five,six,seven,eight,nine"), 1)
}
_DECADES = {"noughties": 0, "naughties": 0, "aughts": 0} | {
    f"{name[:-1]}ies": decade for name, decade in _TENS.items()
}
_NUMBERS = _UNITS | {"ten": 10, "fifteen": 15, "twenty": 20, "few": 5, "several": 5, "couple of": 2}
_PARTS: dict[str, Span] = {  # of a decade
    **dict.fromkeys(expanded("early, beginning of, start of"), (0, 3)),
    **dict.fromkeys(expanded("mid, middle, middle of"), (4, 6)),
    **dict.fromkeys(expanded("late, end of"), (7, 9)),
    "first half of": (0, 4),
    "second half of": (5, 9),
}


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


def _point(name: str) -> str:
    """Return the pattern of a year, a decade or a part of one, its groups named after it."""
    parts = _any(_PARTS)
    return (
        rf"(?:(?:(?:, )?(?:say|maybe) (?:, )?|like )?(?:the )?"
        rf"(?:(?P<{name}part>{parts})(?: (?:to|-) (?P<{name}to>{parts}))?(?: -)?"
        rf"(?: of)? )?(?:the )?(?:(?P<{name}year>(?:18|19|20)\d\d)|(?P<{name}short>'\d\d)"
        rf"|(?P<{name}decade>(?:18|19|20)\d0s|\d0s|(?:nineteen )?(?:- )?{_any(_DECADES)})"
        rf"|nineteen (?:- )?(?P<{name}tens>{_any(_TENS)})"
        rf"(?: (?:- )?(?P<{name}unit>{_any(_UNITS)}))?)"
        r"(?![^ ]))"
    )


_A, _B = _point("a"), _point("b")
_TO = "(?:to|-|through|thru|until|till|up to)"
_NOT_A_LENGTH = r"(?! (?:- )?\w*(?:minutes?|mins?|hours?|days|years))"
_THIS = r"(?:(?:in|from|of) )?"
# What a comparison says of a point, by the words before it and behind it. Ages come in elsewhere.
_COMPARED = (
    (
        "since",
        "(?:in|on) or (?:after|since)|since|(?:starting|beginning|dating)(?: back)?"
        "(?: (?:in|from|with|to))?|at (?:least|the earliest)|min|minimum",
        "onwards?|on|up(?:wards?)?|plus|minimum|at (?:least|the earliest)"
        "|(?:or|and) (?:later|newer|after|up|above|onwards?|on|beyond|more recent|younger)"
        "|(?:to|-|until|till|through) (?:the )?(?:present|today|now)",
    ),
    (
        "until",
        "(?:in|on) or before|by|until|till|up (?:to and including|to|until)|through"
        "|at (?:most|the latest)|max(?:imum)?",
        "at (?:most|the latest)|maximum|(?:or|and) (?:earlier|older|before|below)",
    ),
    ("before", "before|pre(?: -)?|prior to|(?:older|earlier) than|below", ""),
    ("after", "after|post(?: -)?|(?:newer|later|younger|more recent) than|above|past|beyond", ""),
    ("about", "circa|ca|around|roughly|approximately|approx", "or (?:so|thereabouts)|(?:- )?ish"),
)


def _patterns() -> Iterator[tuple[str, str]]:
    """Yield (what is said, pattern); of those that match a text, the first claims the words."""
    table = [
        ("short", r"(?:(?:between|from) )?(?P<century>19|20)(?P<a>\d\d) (?:-|to|and) (?P<b>\d\d)"),
        (
            "short",
            r"(?:between|from|like) (?:like |about )?(?P<a>[2-9]\d) (?:-|to|and|or)"
            rf" (?P<b>[2-9]\d){_NOT_A_LENGTH}",
        ),
        ("onwards", r"(?:(?:from|since) )?(?P<a>[2-9]\d) (?:onwards?|(?:and|or) (?:later|newer))"),
        ("range", rf"(?:between|from) {_A} (?:and|{_TO}) {_B}"),
        ("range", rf"{_A} {_TO} {_B}"),
    ]
    for kind, before, behind in _COMPARED:
        table += [(kind, rf"(?:from )?{_A} (?:{behind})")] * bool(behind)
        table.append((kind, rf"(?:from )?(?:{before}) {_A}"))
    table += [
        ("year", rf"(?:from|since) (?P<a>[2-9]\d){_NOT_A_LENGTH}"),
        ("prewar", r"(?:from )?(?:(?:before|predat(?:es?|ing)|pre)(?: -)?(?: the)? war|prewar)"),
        ("century", rf"{_THIS}this (?:century|millennium)"),
        ("century", rf"{_THIS}(?:the )?(?:21st|twenty first) century"),
        (
            "past",
            r"(?:(?:from|in|of|within|over|during) )?(?:the )?(?:last|past|previous)"
            rf" (?:(?P<n>\d{{1,2}}|{_any(_NUMBERS)}) (?P<unit>years|decades)|decade)",
        ),
        ("in", rf"(?:(?:from|in|of|during) )?(?:the )?(?:year )?{_A}"),
    ]  # fmt: skip
    for kind, pattern in table:
        yield kind, rf"(?<!\S){pattern}(?!\S)"


_PATTERNS = tuple(_patterns())
# "no later than 1990" is a bound, not a refusal: read before negations are.
_BOUNDS = tuple(
    (said, rf"(?<!\S)(?:from )?(?:{before}) {_A}")
    for said, before in (
        ("before", "less than"),
        ("since", "(?:no|not) (?:older|earlier) than|not before"),
        ("until", "(?:no|not) (?:later|newer|younger|more recent) than|not after"),
    )
)
_MEANINGS: dict[str, Callable[[Span, Span], Span]] = {  # of a point and the catalog's years
    "in": lambda point, known: point,
    "about": lambda point, known: (point[0] - 2, point[1] + 2),
    "since": lambda point, known: (point[0], max(known[1], point[1])),
    "after": lambda point, known: (point[1] + 1, max(known[1], point[1] + 1)),
    "until": lambda point, known: (min(known[0], point[1]), point[1]),
    "before": lambda point, known: (min(known[0], point[0] - 1), point[0] - 1),
}
# Behind these, years tell of the plot or of people: "set in the 60s", "a man in his forties".
_OF_PLOT = re.compile(
    r"(?:^| )(?:class|set(?: back)?|tak(?:es|ing) place|about|turning"
    r"|in (?:his|her|their|my|your|our))$"
)
_OLD = frozenset(("old", "older", "oldest", "vintage", "oldie", "oldies"))
_RECENT = frozenset(("new", "newer", "newest", "recent", "modern", "latest", "contemporary"))
_BETWEEN = word_set("and or but classic good popular black white b w silent color")
_PEOPLE = word_set("kids kid children child people person man woman men women folks brother sister")
_OLD_AGE, _RECENT_AGE = 20, 4  # years before the newest item of the catalog
_UNKNOWN = (1900, 2029)  # first and last year of a catalog that does not say


@dataclass(frozen=True, slots=True)
class YearFind:
    """Years named by some words: first and last, inclusive."""

    start: int
    stop: int
    years: Span


class YearFinder:
    """Finds years in words; what is open at one end, or said by age, ends with the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        known = catalog.years[catalog.years > 0]
        self._known = (int(known.min()), int(known.max())) if len(known) else _UNKNOWN

    def claim_bounds(self, words: Words) -> Iterator[YearFind]:
        """Yield the bounds that a "no" or "not" is part of, and claim their words."""
        return self._claim(words, _BOUNDS)

    def claim_all(self, words: Words) -> Iterator[YearFind]:
        """Yield all years named, and claim their words."""
        return self._claim(words, _PATTERNS)

    def _claim(self, words: Words, patterns: Iterable[tuple[str, str]]) -> Iterator[YearFind]:
        if not any(map(_may_be_year, words.tokens)):
            return
        for said, pattern in patterns:
            for start, stop, match in words.matches(pattern):
                if not _OF_PLOT.search(match.string[: match.start()].rstrip()) and not (
                    said == "in" and _is_of_name(words, start, match)
                ):
                    words.claim(start, stop)
                    yield YearFind(start, stop, self._span(said, match))

    def claim_ages(self, words: Words) -> Iterator[YearFind]:
        """Yield the years that "old westerns" and "something recent" mean, and claim these words.

        Genres must have been claimed before.
        """
        first, last = self._known
        for position in range(len(words)):
            word = words.word(position)
            if (
                word in _OLD | _RECENT
                and words.is_free(position, position + 1)
                and _is_said_of_films(words, position)
            ):
                words.claim(position, position + 1)
                if (words.word(position - 1), word) == ("good", "old"):
                    continue  # "a good old western" may be new
                old = (first, max(first, last - _OLD_AGE))
                recent = (max(first, last - _RECENT_AGE), last)
                yield YearFind(position, position + 1, old if word in _OLD else recent)

    def _span(self, said: str, match: re.Match[str]) -> Span:
        if said in _MEANINGS:
            return _MEANINGS[said](self._point(match, "a"), self._known)
        if said == "range":
            ends = (*self._point(match, "a"), *self._point(match, "b"))
            return min(ends), max(ends)
        if said == "short":
            century = match.groupdict().get("century")
            years = [
                100 * int(century) + int(match[end]) if century else self._of_two_digits(match[end])
                for end in ("a", "b")
            ]
            return min(years), max(years)
        if said in ("year", "onwards"):
            year = self._of_two_digits(match["a"])
            is_open = said == "onwards" or match[0].startswith("since")
            return year, max(self._known[1], year) if is_open else year
        if said == "prewar":
            return min(self._known[0], 1938), 1938
        if said == "century":
            return 2001, max(self._known[1], 2001)
        number = match["n"] or "one"  # "the last decade"
        n_years = int(number) if number.isdigit() else _NUMBERS[number]
        n_years *= 1 if match["unit"] == "years" else 10
        return max(self._known[0], self._known[1] - max(1, n_years) + 1), self._known[1]

    def _point(self, match: re.Match[str], end: str) -> Span:
        """Return the years of one point: itself, or its decade, or a part of that."""
        if match[f"{end}year"]:
            return int(match[f"{end}year"]), int(match[f"{end}year"])
        if match[f"{end}short"]:
            year = self._of_two_digits(match[f"{end}short"][1:])
            return year, year
        if match[f"{end}tens"]:
            year = 1900 + _TENS[match[f"{end}tens"]] + _UNITS.get(match[f"{end}unit"], 0)
            return year, year
        name = match[f"{end}decade"].split()[-1]
        if len(name) == 5 and name[0].isdigit():
            decade = int(name[:4])
        else:
            decade = self._century(_DECADES[name] if name in _DECADES else int(name[:2]))
        part, to = match[f"{end}part"], match[f"{end}to"]
        first, last = _PARTS.get(part, (0, 9))
        return decade + first, decade + _PARTS.get(to, (first, last))[1]

    def _of_two_digits(self, year: str) -> int:
        return self._century(10 * int(year[0])) + int(year[1])

    def _century(self, decade: int) -> int:
        """Return the first year of a decade of two digits: the latest that the catalog reaches.

        "90s" is 1990; "20s" is 1920 for a catalog that ends in 1998 and 2020 for one that goes on;
        "00s" is always 2000.
        """
        return 2000 + decade if decade < 20 or 2000 + decade <= self._known[1] else 1900 + decade


def _is_of_name(words: Words, start: int, match: re.Match[str]) -> bool:
    """Say whether a year is part of a name that nobody knows: "Oppenheimer (2023)"."""
    if start == 0 or match[0] != match["ayear"]:
        return False
    before = words.tokens[start - 1]
    return (
        before.raw[0].isupper()
        and words.is_free(start - 1, start)
        and not is_filler(before.word)
        and words.tokens[start].gap.strip() in ("", "(")
    )


def _is_said_of_films(words: Words, position: int) -> bool:
    if [words.word(position - 1), words.word(position)] == ["the", "new"]:
        return False  # "the new Tarantino" is one film
    if words.word(position + 1) in _PEOPLE:
        return False  # "for older kids"
    following = position + 1
    while words.word(following) in _BETWEEN and not words.ends(following):
        following += 1
    if words.ends(following) or words.claimed[following]:
        return words.word(position - 1) not in ("years", "year")
    return words.word(following) in FILM_NOUNS


def shared(spans: Iterable[Span]) -> list[Span]:
    """Return what several wanted spans mean together.

    Those that overlap narrow each other, the others are alternatives.

    >>> shared([(1980, 2020), (1950, 1989)]), shared([(1960, 1969), (1980, 1989)]), shared([])
    ([(1980, 1989)], [(1960, 1969), (1980, 1989)], [])
    """
    narrowed: list[Span] = []
    for first, last in spans:
        for i, (other_first, other_last) in enumerate(narrowed):
            if first <= other_last and other_first <= last:
                narrowed[i] = max(first, other_first), min(last, other_last)
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


def is_decade(word: str) -> bool:
    return word in _DECADES or re.fullmatch(r"(?:\d\d)?\d0s", word) is not None


def _may_be_year(token: Token) -> bool:
    word = token.word
    return (
        word.lstrip("'")[:1].isdigit()
        or word in _DECADES
        or word
        in ("century", "millennium", "last", "past", "previous", "war", "prewar", "nineteen")
    )
