"""Verified text about "films" in the words of another catalog: books are not films. Changes no
title and no fact."""

import re
from collections.abc import Iterable

from recsys_rag.types import Evidence, Fact

FILM = "film"
_FIRST_MASK = 0xE000  # private use: one character a name
_WORD = re.compile(r"\b(?:(?P<article>an?) )?film(?P<many>s?)\b(?! noir)", re.IGNORECASE)


def in_terms_of(noun: str, text: str, names: Iterable[str]) -> str:
    """Return a text with "film" said as `noun`, a singular that takes an s; names of the data stay
    as they are.

    >>> in_terms_of("album", "As a film of 1999, Film (1965) is like 3 of the films you liked.", ["Film (1965)"])
    'As an album of 1999, Film (1965) is like 3 of the albums you liked.'
    """
    if noun == FILM:
        return text
    masks = {
        name: chr(_FIRST_MASK + place)
        for place, name in enumerate(sorted(set(names), key=len, reverse=True))
        if name
    }
    for name, mask in masks.items():
        text = text.replace(name, mask)
    text = _WORD.sub(lambda found: _said(noun, found), text).replace(
        "other viewers", "other people"
    )
    for name, mask in masks.items():
        text = text.replace(mask, name)
    return text


def names_of(evidence: Iterable[Evidence]) -> list[str]:
    """Return every text among the facts: titles, people, genres.

    >>> names_of([Evidence("carrier", "1", {"titles": ("Film (1965)",), "place": 1}, "", "", 1.0)])
    ['Film (1965)']
    """
    return [one for piece in evidence for fact in piece.facts.values() for one in _texts(fact)]


def _texts(fact: Fact) -> tuple[str, ...]:
    if isinstance(fact, str):
        return (fact,)
    return fact if isinstance(fact, tuple) else ()


def _said(noun: str, found: re.Match[str]) -> str:
    article = found["article"] or ""
    if article:
        right = "an" if noun[0].lower() in "aeiou" else "a"
        article = (right.capitalize() if article[0].isupper() else right) + " "
    return f"{article}{noun}{found['many']}"
