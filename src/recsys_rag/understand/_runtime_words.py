"""How long a film may or must be, in a text: "under two hours", "90 minutes or less", "over 2h30",
"about 100 minutes"."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from recsys_rag.understand._fillers import FILM_NOUNS
from recsys_rag.understand._tokens import Phrases, Words, lexicon

_NUMBERS = {"half an": 0.5, "half a": 0.5, "a": 1.0, "an": 1.0, "one": 1.0}
_NUMBERS |= {"two": 2.0, "three": 3.0, "four": 4.0}
_PARTS = {"a half": 30, "a quarter": 15, "three quarters": 45}  # of an hour, in minutes
_COUNT = r"(?:\d{1,3}(?: \. \d)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_HOURS, _MINUTES = r" ?(?:- )?(?:hours?|hrs?|h)", r" ?(?:- )?(?:minutes?|mins?|min)"


def _length(name: str) -> str:
    """Return the pattern of a length of time, its groups named after it."""
    parts = "|".join(_PARTS)
    return (
        rf"(?:(?P<{name}clock>\d)h ?(?P<{name}clock_minutes>\d\d)m?"
        rf"|(?P<{name}halves>{_COUNT}) and a (?P<{name}part>half|quarter) hours?"
        rf"|(?P<{name}one>hour) and (?P<{name}one_part>{parts})"
        rf"|(?P<{name}hours>{_COUNT})(?: plus)?{_HOURS}(?: (?:and )?"
        rf"(?:(?P<{name}half>{parts})|(?P<{name}rest>[1-5][05](?![^ ])|\d{{1,2}}(?= ?m))"
        r"(?: ?(?:minutes?|mins?|min|m)\b)?))?"
        rf"|(?P<{name}minutes>\d{{1,3}})(?: plus)?{_MINUTES})"
    )


_A, _B = _length("a"), _length("b")
_LESS = (
    "(?:under|below|(?<!no )(?<!not )(?:less|shorter) than|at most|max|maximum|within|up to"
    "|not over|(?:no|not) (?:more|longer) than)"
)
_MORE = (
    "(?:over|above|more than|longer than|at least|minimum|min|upwards of|not under"
    "|(?:no|not) (?:less|shorter) than)"
)
_ABOUT = "(?:about|around|roughly|approximately|approx|circa)"
_LONG = "(?: (?:each|long|in length|of runtime|runtime|running time))?"
_BARE = rf"(?:{_A}|(?P<bare>{_COUNT}))"
_PATTERNS = tuple(
    (said, rf"\b{pattern}")
    for said, pattern in (
        ("between", rf"(?:between|from) {_BARE} (?:and|to|-) {_B}\b{_LONG}"),
        ("between", rf"{_BARE} (?:to|-) {_B}\b{_LONG}"),
        ("between", rf"(?:{_A}|(?P<bare>\d{{2,3}})) , {_B}\b{_LONG}"),  # "90 - 120 minutes"
        ("most", rf"(?:in |of )?{_LESS}(?: of)? {_A}\b{_LONG}"),
        ("most", rf"{_A}{_LONG} (?:or less|or shorter|or under|at most|max|maximum|tops)\b"),
        ("most", rf"(?:falls?|nods?|dozes?|drifts?) (?:asleep|off) after {_A}\b"),
        ("least", rf"(?:of )?{_MORE}(?: of)? {_A}\b{_LONG}"),
        ("least", rf"{_A}{_LONG} (?:or more|or longer|or over|at least|minimum|plus)\b"),
        ("least", rf"(?={_COUNT} plus ){_A}\b{_LONG}"),
        ("most", rf"(?:(?<=have )|(?<=got )|(?<=only )){_A}\b"),
        ("about", rf"(?<!after )(?<!first )(?:{_ABOUT} )?{_A}\b{_LONG}(?! (?:afterwards|later))"),
    )
)
_THAN_THAT = (
    r"\b(?:(?P<longer>longer|more)|shorter|less|quicker|no longer|no more) than that\b"
    r"|\b(?:under|below|within) that\b"
)
_MAY_BE_LENGTH = re.compile(r"(?:\b|\d)(?:hours?|hrs?|h|minutes?|mins?)(?:\b|\d)")
# minutes; "over 24 hours" is said of what happens, not of how long it is shown
_PLAUSIBLE = range(10, 601)
_ABOUT_MINUTES = 15  # "about 100 minutes": this much more or less

# What "long" and "short" are read as, in minutes; "not too long" may be as long as most are.
_HURRY = Phrases.table({lexicon("talk")["hurry"]: None})
_MOST_IN_HURRY = 100
_LEAST_LONG, _MOST_SHORT, _MOST_USUAL = 140, 90, 120
_LONG_WORDS, _SHORT_WORDS = frozenset(("long", "lengthy")), frozenset(("short", "quick"))
_JOINS = frozenset(("and", "but", "or", "enough"))

Bounds = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class RuntimeFind:
    """Bounds on the runtime, in minutes, inclusive; None is open, and both None: not plausible."""

    start: int
    stop: int
    least: int | None
    most: int | None


def claim_all(words: Words) -> list[RuntimeFind]:
    """Return the bounds said, left to right, and claim their words."""
    if not any(_MAY_BE_LENGTH.search(token.word) for token in words.tokens):
        return []
    finds = []
    for said, pattern in _PATTERNS:
        for start, stop, match in words.matches(pattern):
            words.claim(start, stop)
            finds.append(RuntimeFind(start, stop, *_bounds(said, match)))
    for start, stop, match in words.matches(_THAN_THAT):
        words.claim(start, stop)
        for i in range(len(finds) - 1, -1, -1):  # "I have 85 minutes, so shorter than that"
            find = finds[i]
            if find.stop <= stop and find.most is not None:
                minutes = find.most if find.least is None else (find.least + find.most) // 2
                least, most = (minutes, None) if match["longer"] else (None, minutes)
                finds[i] = replace(find, least=least, most=most)
                break
    return sorted(finds, key=lambda find: find.start)


def claim_hurry(words: Words, said: Sequence[RuntimeFind]) -> Iterator[RuntimeFind]:
    """Yield the bound that "I have to get up early" means where no minutes are said, and claim it;
    before talk is left out."""
    for start, stop, _ in _HURRY.claim_all(words):
        if not said:
            yield RuntimeFind(start, stop, None, _MOST_IN_HURRY)


def claim_ages(
    words: Words, names_kind: Callable[[Words, int], bool], said: Sequence[RuntimeFind]
) -> Iterator[RuntimeFind]:
    """Yield the bounds that "long" and "short" mean where they are said of films, and claim these
    words: "something long", "a short comedy", "not too long"; not "long lost brothers". Where
    minutes are said too, in `said`, these are meant."""
    for position in range(len(words)):
        word = words.word(position)
        if word not in _LONG_WORDS | _SHORT_WORDS or not words.is_free(position, position + 1):
            continue
        following = position + 1
        is_said_of_films = (
            words.ends(following)
            or words.word(following) in FILM_NOUNS | _JOINS
            or words.claimed[following]
            or names_kind(words, following)
        )
        before = words.word(position - 1)
        is_degree = before in ("how", "as", "all", "for") or (
            before == "so" and not words.negated[position]  # "not so long" is not too long
        )
        if not is_said_of_films or is_degree:
            continue
        words.claim(position, following)
        if said:
            continue
        if word in _SHORT_WORDS:
            yield RuntimeFind(position, following, None, _MOST_SHORT)
        else:
            least = _MOST_USUAL if words.negated[position] else _LEAST_LONG
            yield RuntimeFind(position, following, least, None)


def joined(finds: Iterable[RuntimeFind]) -> Bounds:
    """Return what several bounds mean together: the longest minimum and the shortest maximum."""
    bounds = [(find.least, find.most) for find in finds]
    return (
        max((least for least, _ in bounds if least is not None), default=None),
        min((most for _, most in bounds if most is not None), default=None),
    )


def _bounds(said: str, match: re.Match[str]) -> Bounds:
    if said == "between":
        last = _minutes(match, "b")
        unit = 1 if match["bminutes"] else 60  # "between 1 and 2 hours"
        first = round(_number(match["bare"]) * unit) if match["bare"] else _minutes(match, "a")
        return min(first, last), max(first, last)
    minutes = _minutes(match, "a")
    if minutes not in _PLAUSIBLE:
        return None, None
    if said == "about":
        return max(0, minutes - _ABOUT_MINUTES), minutes + _ABOUT_MINUTES
    return (None, minutes) if said == "most" else (minutes, None)


def _minutes(match: re.Match[str], name: str) -> int:
    if match[f"{name}clock"]:
        return 60 * int(match[f"{name}clock"]) + int(match[f"{name}clock_minutes"])
    if match[f"{name}one"]:
        return 60 + _PARTS[match[f"{name}one_part"]]
    if match[f"{name}minutes"]:
        return int(match[f"{name}minutes"])
    if match[f"{name}halves"]:
        return round(60 * _number(match[f"{name}halves"])) + _PARTS[f"a {match[f'{name}part']}"]
    rest = _PARTS[match[f"{name}half"]] if match[f"{name}half"] else int(match[f"{name}rest"] or 0)
    return round(60 * _number(match[f"{name}hours"])) + rest


def _number(text: str) -> float:
    """Return the number that is meant.

    >>> _number("two"), _number("1 . 5")
    (2.0, 1.5)
    """
    return _NUMBERS[text] if text in _NUMBERS else float(text.replace(" ", ""))
