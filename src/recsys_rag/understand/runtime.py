"""How long a film may be at most, in a text: "under two hours", "90 minutes or less". A minimum is not served, only noticed."""

import re
from dataclasses import dataclass

from recsys_rag.understand.tokens import Words

_NUMBERS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "half an": 0.5, "half a": 0.5}
_COUNT = r"(?:\d{1,3}(?: \. \d)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_HOURS = rf"(?P<hours>{_COUNT}) ?(?:- )?(?:hours?|hrs?|h)"
_REST = r"(?: (?:and )?(?:(?P<half>a half)|(?P<rest>\d{1,2}) ?(?:minutes?|mins?|min|m)))?"
_HALVES = rf"(?P<halves>{_COUNT}) and a half hours?"
_MINUTES = r"(?P<minutes>\d{1,3}) ?(?:- )?(?:minutes?|mins?|min)"
_CLOCK = r"(?P<clock>\d)h(?P<clock_minutes>\d\d)"
_LENGTH = rf"(?:{_CLOCK}|{_HALVES}|{_HOURS}{_REST}|{_MINUTES})"
_AT_MOST = re.compile(
    r"\b(?:in |of )?(?:under|below|less than|shorter than|at most|max|maximum|within|up to|no more than|no longer than|"
    rf"not more than|not longer than|not over)(?: of)? {_LENGTH}\b(?: long)?"
)
_OR_LESS = re.compile(rf"\b{_LENGTH} (?:or less|or shorter|or under|at most|max|maximum|tops)\b")
_ANY_LENGTH = re.sub(r"\?P<\w+>", "?:", _LENGTH)
_AT_LEAST = re.compile(
    rf"\b(?:(?:over|more than|longer than|at least|no less than|not under|minimum|min) {_ANY_LENGTH}"
    rf"|{_ANY_LENGTH} (?:or more|or longer|at least))\b"
)


@dataclass(frozen=True, slots=True)
class RuntimeFind:
    """A bound on the runtime; `max_minutes` is None where a minimum was said."""

    raw: str
    max_minutes: int | None


def claim_all(words: Words) -> list[RuntimeFind]:
    """Return the bounds said, left to right, and claim their words."""
    finds = []
    for pattern in (_AT_MOST, _OR_LESS):
        for start, stop, match in words.matches(pattern):
            finds.append(RuntimeFind(words.raw(start, stop), _minutes(match)))
    for start, stop, _ in words.matches(_AT_LEAST):
        finds.append(RuntimeFind(words.raw(start, stop), None))
    return finds


def _minutes(match: re.Match[str]) -> int:
    if match["clock"]:
        return 60 * int(match["clock"]) + int(match["clock_minutes"])
    if match["minutes"]:
        return int(match["minutes"])
    if match["halves"]:
        return round(60 * (_number(match["halves"]) + 0.5))
    rest = 30 if match["half"] else int(match["rest"] or 0)
    return round(60 * _number(match["hours"])) + rest


def _number(text: str) -> float:
    """Return the number that is meant.

    >>> _number("two"), _number("1 . 5")
    (2.0, 1.5)
    """
    return _NUMBERS[text] if text in _NUMBERS else float(text.replace(" ", ""))
