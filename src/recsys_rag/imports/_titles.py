"""How titles are written differently and mean the same: keys under which they meet. Knows no
catalog and no year."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from recsys_rag.data.catalog import fold, signs, spelling, without_article

_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve thirteen"
_ROMAN = re.compile(r"(?=[ivxl])(x{0,3})(ix|iv|v?i{0,3})")
_NUMBERED = frozenset(
    ("part", "pt", "vol", "volume", "chapter", "episode", "number", "no", "teil", "partie", "parte")
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_SAME_WORDS = {
    **{"vs": "versus", "mr": "mister", "dr": "doctor", "st": "saint", "mrs": "missus"},
    **{word: str(number) for number, word in enumerate(_NUMBERS.split(" "))},
    **{
        word: f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"
        for number, word in enumerate(_ORDINALS.split(" "), 1)
    },
}
_INNER_ARTICLES = frozenset(("the", "a", "an"))
_BETWEEN = re.compile(r"\s*(?::|;|\s[-–—]|/)\s+|,?\s+or[,:]?\s+|\s*[.!?]\s+", re.IGNORECASE)
_BY_SOMEBODY = re.compile(r"^(?:[^\W\d_][\w.\-]*\s+){1,3}[\w.\-]+(?:['’]s|s['’])\s+(?=\S)")
_NUMBER_BEHIND = re.compile(r"\s+(?:\d+|[ivx]+)$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_MISREAD = re.compile(r"[ÃÂâÄÅ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\xa0-\xbf]")


def exact(title: str) -> str:
    """Return a title as it is written but for case, accents, punctuation and where its article
    stands.

    >>> exact("Amélie!"), exact("Godfather, The"), exact("???")
    ('amelie', 'the godfather', '???')
    """
    folded = fold(title)
    if not folded:
        return spelling(title)
    behind = re.match(r"(.*\S),\s*(\w+)['’]?$", title.strip())
    if behind and without_article(f"{fold(behind[2])} x") == "x":
        return f"{fold(behind[2])} {fold(behind[1])}"
    return folded


class Keys(NamedTuple):
    """What titles are compared by, from the closest to what is written to the farthest."""

    exact: str  # but for case, accents, punctuation and where the article stands
    plain: str  # without the article
    canonical: str  # without what writers differ in


def keys_of(title: str) -> Keys:
    """Return the keys of a title.

    Writers differ in articles, blanks, numbers in letters or Roman, "part", and abbreviations.

    >>> keys_of("The Godfather: Part II")
    Keys(exact='the godfather part ii', plain='godfather part ii', canonical='godfather2')
    >>> canonical("Spider-Man"), canonical("Dr. No"), canonical("The Sixth Man")
    ('spiderman', 'doctorno', '6thman')
    """
    written = exact(title)
    plain = without_article(written)
    return Keys(written, plain, _canonical(plain))


def canonical(title: str) -> str:
    """Return the last of the keys of a title."""
    return keys_of(title).canonical


def _canonical(plain: str) -> str:
    words = plain.split()
    kept: list[str] = []
    for place, word in enumerate(words):
        if place or len(words) == 1:
            word = _in_digits(word)
        word = _SAME_WORDS.get(word, word)
        if word[:1].isdigit() and len(kept) > 1 and kept[-1] in _NUMBERED:
            kept.pop()
        if word not in _INNER_ARTICLES or len(words) == 1:
            kept.append(word)
    return "".join(kept)


def _in_digits(word: str) -> str:
    """Return a Roman number in digits, other words as they are."""
    match = _ROMAN.fullmatch(word)
    if not match:
        return word
    ones = {"ix": 9, "iv": 4}.get(match[2], match[2].count("i") + 5 * match[2].count("v"))
    return str(10 * len(match[1]) + ones)


def parts(title: str) -> Iterator[str]:
    """Yield the canonical forms of a title without its second half, without its first, without the
    number between them, without who made it, and without what stands in brackets.

    >>> list(parts("Star Trek II: The Wrath of Khan"))
    ['startrek2', 'startrekwrathofkhan', 'wrathofkhan']
    >>> list(parts("Bram Stoker's Dracula")), list(parts("Schindler's List"))
    (['dracula'], [])
    """
    for written in dict.fromkeys((title, _IN_BRACKETS.sub("", title).strip())):
        if written != title and written:
            yield canonical(written)
        pieces = [piece for piece in _BETWEEN.split(written) if piece and piece.strip()]
        if len(pieces) > 1:
            yield canonical(pieces[0])
            yield canonical(" ".join((_NUMBER_BEHIND.sub("", pieces[0]), *pieces[1:])))
            if len(fold(pieces[-1]).split()) > 1:
                yield canonical(pieces[-1])
        if owned := _BY_SOMEBODY.match(written):
            yield canonical(written[owned.end() :])


def repaired(title: str) -> str:
    """Return a title of UTF-8 that was read as Windows-1252 as it was, others as they are.

    >>> repaired("AmÃ©lie"), repaired("Amélie"), repaired("Ã‰tÃ©")
    ('Amélie', 'Amélie', 'Été')
    """
    if not _MISREAD.search(title):
        return title
    try:
        return title.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return title


def same_signs(title: str, other: str) -> bool:
    """Say whether two titles that fold alike have the same signs ("C", "C++").

    >>> same_signs("C++", "c++"), same_signs("C", "C++")
    (True, False)
    """
    return signs(unicodedata.normalize("NFC", title)) == signs(unicodedata.normalize("NFC", other))
