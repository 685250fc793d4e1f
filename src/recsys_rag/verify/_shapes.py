"""What slots look like: numbers, ratings, names, genres. Each shape yields where it can end, and
what it says in one spelling."""

import re
from collections.abc import Callable, Iterator
from typing import Protocol, TypeAlias

from recsys_rag.verify._genres import GenreWords, article_of
from recsys_rag.verify._tokens import TENS, number_at

_BEFORE_MANY = frozenset({"your", "two", "the", "both", "those"})
_RATING = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]")
_YEAR = re.compile(r"[0-9]{4}")
_TWENTIES_ON = "twenties thirties forties fifties sixties seventies eighties nineties"
_DECADES = tuple(_TWENTIES_ON.split())
_DECADE = re.compile(r"[0-9]{3}0s")

_TH = re.compile(r"([0-9]+)(?:st|nd|rd|th)")
_ORDINALS = tuple(
    [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ]
)
RETOLD = "@retold"  # words that say what a sentence of the fact does: the fact knows which


class Words(Protocol):
    """A sentence with its names."""

    words: tuple[str, ...]
    genres: GenreWords

    def name_at(self, place: int) -> str: ...

    def shown(self, begin: int, end: int) -> str: ...


Shape: TypeAlias = Callable[[Words, int], Iterator[tuple[int, str]]]


def _matching(pattern: re.Pattern[str]) -> Shape:
    def shape(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
        word = sentence.words[place] if place < len(sentence.words) else ""
        if pattern.fullmatch(word):
            yield place + 1, word

    return shape


def _number(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    found = number_at(sentence.words, place)
    if found:
        yield found


def _rating(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    """A rating, with or without its stars: "5", "4.5 stars", "5-star"."""
    words = sentence.words
    before = words[place - 1] if place else ""
    end, said = place + 1, words[place] if place < len(words) else ""
    if before in _BEFORE_MANY and re.fullmatch("[0-9](?:\\.[0-9])?s", said):  # "your 5s for both"
        yield end, said[:-1]
        return
    if not _RATING.fullmatch(said):
        found = number_at(words, place)
        if not found:
            return
        end, said = found
    if before in ("a", "an") and before != _article(said):
        return
    yield end, said
    if words[end : end + 1] in (("stars",), ("points",)) or words[end : end + 1] == ("star",):
        yield end + 1, said


def _article(rating: str) -> str:
    """Return the article of a number: "an" before the sound of "eight" or "eleven"."""
    whole = rating.partition(".")[0]
    return "an" if whole[:1] == "8" or whole in ("11", "18") else "a"


def _name(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    if name := sentence.name_at(place):
        yield place + 1, name


def _names(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    """One or more names: "A", "A and B", "A, B and C"; in that spelling."""
    said: list[str] = []
    while name := sentence.name_at(place):
        said.append(name)
        place += 1
        yield place, said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
        place += sentence.words[place : place + 1] == (",",)
        place += sentence.words[place : place + 1] == ("and",)


def _an_article(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    """The article that the word behind it wants; either, before a name."""
    words = sentence.words
    if words[place : place + 1] not in (("a",), ("an",)) or place + 1 == len(words):
        return
    if sentence.name_at(place + 1) or words[place] == article_of(words[place + 1]):
        yield place + 1, ""


def _decade(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    """A decade: "1990s", "nineties"."""
    word = sentence.words[place] if place < len(sentence.words) else ""
    if _DECADE.fullmatch(word):
        yield place + 1, word
    elif word in _DECADES:
        yield place + 1, f"19{2 + _DECADES.index(word)}0s"


def _ordinal(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    """A place in an order: "third", "3rd", "number 3"."""
    words = sentence.words
    word = words[place] if place < len(words) else ""
    if word in _ORDINALS:
        yield place + 1, str(_ORDINALS.index(word) + 1)
    elif word == "runner-up":
        yield place + 1, "2"
    elif word.partition("-")[0] in TENS and word.partition("-")[2] in _ORDINALS[:9]:
        tens, _, ones = word.partition("-")
        yield place + 1, str(TENS[tens] + _ORDINALS.index(ones) + 1)
    elif word.endswith("ieth") and f"{word[:-4]}y" in TENS:
        yield place + 1, str(TENS[f"{word[:-4]}y"])
    elif found := _TH.fullmatch(word):
        yield place + 1, found[1]
    elif word in ("number", "rank", "place", "position", "spot", "#"):
        yield from _number(sentence, place + 1)
    elif word.isdigit():
        yield place + 1, word
    elif word == "no" and words[place + 1 : place + 2] == (".",):
        yield from _number(sentence, place + 2)


def _text(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    """Any words, as they are written."""
    for end in range(place + 1, len(sentence.words)):
        yield end, sentence.shown(place, end)


def _flag(sentence: Words, place: int) -> Iterator[tuple[int, str]]:
    yield place, ""


SHAPES: dict[str, Shape] = {
    "@number": _number,
    "@decimal": _matching(_DECIMAL),
    "@rating": _rating,
    "@amount": _matching(_RATING),
    "@year": _matching(_YEAR),
    "@decade": _decade,
    "@name": _name,
    "@names": _names,
    "@two_names": lambda sentence, place: (
        found for found in _names(sentence, place) if found[0] > place + 1
    ),
    "@labels": lambda sentence, place: sentence.genres.labels(sentence.words, place),
    "@a_genre": lambda sentence, place: sentence.genres.one(sentence.words, place),
    "@genre": lambda sentence, place: sentence.genres.bare(sentence.words, place),
    "@genres": lambda sentence, place: sentence.genres.several(sentence.words, place),
    "@genre_before": lambda sentence, place: sentence.genres.before(sentence.words, place),
    "@genre_head": lambda sentence, place: sentence.genres.head(sentence.words, place),
    "@article": _an_article,
    "@ordinal": _ordinal,
    "@text": _text,
    "@flag": _flag,
}
