"""A text as words with positions, and which of them were understood already.

What a word means is left to the recognizers.
"""

import itertools
import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Generic, TypeVar

from recsys_rag.data.catalog import fold

_LONGEST_INITIALS = 4  # letters: "JFK" is written so, "ALIENS" is shouted
MAX_WORDS = 400  # a sentence encoder would not read more either
_MOST_GUESSES = 16  # a text; each is a pass over all titles or people
_TOKEN = re.compile(
    r"&|\b[Ww]/[Oo]?(?![^\W_])|(?:(?<=[0-9hn])|(?<=\ds)|(?<=\d ))\+|!=|≠|(?<!\S)[-–!](?=[^\W\d_])"
    r"|(?:[<>]=?|=[<>]|[≤≥])(?=\s*\d)"
    r"|(?<![^\W_])['’‘]\d\d(?![^\W_])|[^\W_]+(?:['’][^\W_]+)*"
)
_WRITTEN_SHORT = {"w/": "with", "w/o": "without", "+": "plus", "<": "below", ">": "above"}
_WRITTEN_SHORT |= dict.fromkeys(
    ("!=", "≠", "-", "–", "!"), "not"
)  # "-horror", as search engines have it
_WRITTEN_SHORT |= dict.fromkeys(("<=", "=<", "≤"), "max") | dict.fromkeys((">=", "=>", "≥"), "min")
# in a gap between words; not the dot of 1.5
_BOUNDARY = re.compile(r"[^\s\-–—'’\"“”„«»*_.]|\.[\s.]|\s\.|\s[-–—]\s|\n")
_UNTIL, _IS_YEAR = re.compile(r"\s[-–—]\s|\.\.+|…"), re.compile(r"['’‘]?\d\d(?:\d\d)?s?")

Value = TypeVar("Value")
QUALITY, KIND = 1, 2  # what claimed words name: a feature or theme; a genre, mood or strength


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as compared, as written, and what stands between it and the word before."""

    word: str
    raw: str
    start: int
    stop: int
    gap: str

    @property
    def is_capital(self) -> bool:
        is_shouted = self.raw.isupper() and len(self.raw) > _LONGEST_INITIALS
        return (self.raw[0].isupper() and not is_shouted) or self.raw[0].isdigit()

    @property
    def begins_part(self) -> bool:
        """Say whether punctuation, not only space or a hyphen, stands before the word."""
        return _BOUNDARY.search(self.gap) is not None


class Words:
    """The words of a text, the first `MAX_WORDS` of them; recognizers claim those that they
    understand.

    >>> words = Words("Slow-burn drama, not horror")
    >>> [(token.word, token.begins_part) for token in words.tokens]
    [('slow', False), ('burn', False), ('drama', False), ('not', True), ('horror', False)]
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        n = len(self.tokens)
        self.claimed = [False] * n  # understood, or kept as it is
        self.negated = [False] * n  # said not to be wanted
        self.kept = [False] * n  # of the claimed: goes to text retrieval as it is
        self.told = [0] * n  # of the claimed: what it names, where it may be part of a story
        self.guesses_left = _MOST_GUESSES  # misspelled names that may still be looked up

    def __len__(self) -> int:
        return len(self.tokens)

    def word(self, position: int) -> str:
        """Return the word at this position, "" outside the text."""
        return self.tokens[position].word if 0 <= position < len(self.tokens) else ""

    def ends(self, position: int) -> bool:
        """Say whether the text, or a part of it, ends before this position."""
        return position >= len(self.tokens) or self.tokens[position].begins_part

    def part_start(self, position: int) -> int:
        """Return where the part begins that the word before this position stands in."""
        return next(start for start in range(position - 1, -1, -1) if not start or self.ends(start))

    def part_stop(self, position: int) -> int:
        """Return where the part ends that the word at this position stands in."""
        return next(i for i in range(position + 1, len(self.tokens) + 1) if self.ends(i))

    def is_free(self, start: int, stop: int) -> bool:
        """Say whether nobody has claimed any of these words."""
        return not any(self.claimed[start:stop])

    def claim(self, start: int, stop: int, names: int = 0) -> None:
        self.claimed[start:stop] = [True] * (stop - start)
        self.told[start:stop] = [names] * (stop - start)

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """Return where these words begin and end in the text, in characters."""
        return self.tokens[start].start, self.tokens[stop - 1].stop

    def raw(self, start: int, stop: int) -> str:
        """Return these words as written, with what stands between them."""
        return self.text[slice(*self.span(start, stop))] if start < stop else ""

    def written(self, start: int, stop: int) -> str:
        """Return these words as written, by single spaces or hyphens.

        >>> Words("a slow-burn,  quiet film").written(1, 4)
        'slow-burn quiet'
        """
        parts = [self.tokens[start].raw]
        for token in self.tokens[start + 1 : stop]:
            parts += ["-" if token.gap in ("-", "–") else " ", token.raw]
        return "".join(parts)

    def between(self, start: int, stop: int) -> str:
        """Return what is written between the word before `start` and the word at `stop`."""
        return self.text[self.tokens[start - 1].stop : self.tokens[stop].start]

    # --- regular expressions over words -----------------------------------------------------------

    @cached_property
    def _line_starts(self) -> list[int]:
        starts: list[int] = []
        position = 0
        for token in self.tokens:
            position += len(_mark(token)) + 1 if starts or token.begins_part else 0
            starts.append(position)
            position += len(token.word)
        return starts

    def matches(self, pattern: str) -> Iterator[tuple[int, int, re.Match[str]]]:
        """Yield (start, stop, match) of a pattern over the free words.

        The pattern sees words by single spaces, "-" as a word between hyphenated ones, "," between
        parts and "_" for a claimed word of the same length.
        """
        for match in _compiled(pattern).finditer(self._line()):
            start = bisect_right(self._line_starts, match.start()) - 1
            stop = bisect_right(self._line_starts, match.end() - 1)
            yield start, stop, match

    def _line(self) -> str:
        parts = []
        for position, token in enumerate(self.tokens):
            if position or token.begins_part:
                parts.append(_mark(token) + " ")
            parts.append("_" * len(token.word) if self.claimed[position] else token.word)
        return "".join(parts)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when a text first needs it: all together would slow the start down."""
    return re.compile(pattern)


def _tokens(text: str) -> Iterator[Token]:
    end = 0
    for match in itertools.islice(_TOKEN.finditer(text), MAX_WORDS):
        word = _WRITTEN_SHORT.get(match[0].lower()) or fold(match[0])
        if match[0][0] in "'’‘":
            word = f"'{word}"  # '94
        gap = text[end : match.start()]
        if (
            _UNTIL.fullmatch(gap)
            and _IS_YEAR.fullmatch(match[0])
            and text[end - 1] in "0123456789s"
        ):
            gap = "-"  # 1980 - 1989
        yield Token(word, match[0], match.start(), match.end(), gap)
        end = match.end()


def _mark(token: Token) -> str:
    """Return how the gap before a token reads in a line: " ," for a boundary, " -", " ." or
    nothing."""
    if token.begins_part:
        return " ,"
    stripped = token.gap.strip()
    if stripped in ("-", "–", "—"):
        return " -"
    return " ." if token.gap == "." else ""


class Phrases(Generic[Value]):
    """Phrases of one word or more, each with its value; the longest at a position wins.

    >>> phrases = Phrases([("sci fi", "Sci-Fi"), ("sci", "Science")])
    >>> phrases.at(Words("a sci-fi film"), 1)
    (3, 'Sci-Fi')
    """

    def __init__(self, entries: Iterable[tuple[str, Value]]) -> None:
        by_first: dict[str, list[tuple[tuple[str, ...], Value]]] = defaultdict(list)
        for phrase, value in entries:
            words = tuple(phrase.split())
            if words:
                by_first[words[0]].append((words, value))
        for alternatives in by_first.values():
            alternatives.sort(key=lambda entry: -len(entry[0]))
        self._by_first = dict(by_first)

    @classmethod
    def table(cls, values: Mapping[str, Value]) -> "Phrases[Value]":
        """Return the phrases of patterns: see `expanded`."""
        return cls((phrase, value) for key, value in values.items() for phrase in expanded(key))

    def at(self, words: Words, position: int) -> tuple[int, Value] | None:
        """Return where the phrase that begins here stops, and its value.

        None where there is none of free words in one part of the text.
        """
        for phrase, value in self._by_first.get(words.word(position), ()):
            stop = position + len(phrase)
            if stop > len(words) or not words.is_free(position, stop):
                continue
            inside = range(position + 1, stop)
            if all(words.word(i) == phrase[i - position] and not words.ends(i) for i in inside):
                return stop, value
        return None

    def found(self, words: Words) -> Iterator[tuple[int, int, Value]]:
        """Yield (start, stop, value) of all phrases of free words, left to right, none in
        another."""
        start = 0
        while start < len(words):
            match = self.at(words, start)
            if match is not None:
                yield start, *match
            start = match[0] if match else start + 1

    def claim_all(self, words: Words) -> Iterator[tuple[int, int, Value]]:
        """Yield what `found` does, and claim the words."""
        for start, stop, value in self.found(words):
            words.claim(start, stop)
            yield start, stop, value


def expanded(pattern: str) -> list[str]:
    """Return the phrases of a pattern: commas between phrases, alternatives in parentheses.

    >>> expanded("(very|) well known, famous")
    ['very well known', 'well known', 'famous']
    """
    phrases = []
    for phrase in pattern.split(","):
        pieces = [piece.split("|") for piece in re.split("[()]", phrase)]
        phrases += [" ".join("".join(chosen).split()) for chosen in itertools.product(*pieces)]
    return phrases


def lexicon(room: str) -> dict[str, str]:
    """Return what `phrases.toml` holds for one room, by name."""
    return _lexicons()[room]


@cache
def _lexicons() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())
