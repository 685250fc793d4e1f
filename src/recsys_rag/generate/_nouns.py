"""What is written about "films" in the words of another catalog: books are not films. Changes no
name of the data."""

import re
from collections.abc import Iterable
from functools import lru_cache

from recsys_rag.generate.wording import a
from recsys_rag.types import Evidence

FILM = "film"
_FIRST_MASK = 0xE000  # private use: one character a name
# not {film}, a field of a form
_WORD = re.compile(r"(?<!{)\b(?:(?P<article>an?) )?film(?P<many>s?)\b(?! noir)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def in_terms_of(noun: str, text: str) -> str:
    """Return a text without names with "film" said as `noun`, a singular that takes an s.

    >>> in_terms_of("album", "As a film of {year}, {film} is like 3 of the films you liked.")
    'As an album of {year}, {film} is like 3 of the albums you liked.'
    """
    if noun == FILM:
        return text
    text = text.replace("other viewers'", "other people's").replace("other viewers", "other people")
    text = text.replace("Other viewers'", "Other people's")
    return _WORD.sub(lambda found: _said(noun, found), text)


def sentence_in_terms_of(noun: str, sentence: str, names: Iterable[str]) -> str:
    """Return a model's sentence in terms of another noun; names of the data stay as they are.

    >>> sentence_in_terms_of("album", "Film (1965) is a film [1].", ["Film (1965)"])
    'Film (1965) is an album [1].'
    """
    if noun == FILM:
        return sentence
    longest_first = sorted(filter(None, set(names)), key=len, reverse=True)
    masks = {name: chr(_FIRST_MASK + rank) for rank, name in enumerate(longest_first)}
    for name, mask in masks.items():
        sentence = sentence.replace(name, mask)
    sentence = in_terms_of(noun, sentence)
    for name, mask in masks.items():
        sentence = sentence.replace(mask, name)
    return sentence


def names_of(evidence: Iterable[Evidence]) -> list[str]:
    """Return the titles, people, genres and quotations that the facts hold."""
    return [name.text for piece in evidence for name in piece.fact.names]


def _said(noun: str, found: re.Match[str]) -> str:
    article, many = found["article"] or "", found["many"]
    if not article:
        return f"{noun}{many}"
    said = f"{a(noun)}{many}"
    return said.capitalize() if article[0].isupper() else said
