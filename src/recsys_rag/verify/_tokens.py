"""Text -> tokens: words in lower case, numbers, marks of names, punctuation. Knows no grammar."""

import re
from functools import lru_cache
from typing import NamedTuple

from recsys_rag.types import CITATION

_TOKEN = re.compile(
    r"[\ue000-\uf8ff]|[0-9]+(?:st|nd|rd|th)\b|[0-9]+(?:\.[0-9]+)?s?(?![^\W_])|[^\W\d_]+(?:['-][^\W\d_]+)*'?|'s\b|\S"
)
_CITATIONS = re.compile(r"(?: \[[0-9]+\])+")
_SPACING = re.compile(r"[^\S ]|  | (?=[,.;:!?)](?!\d))|[,;:](?=[^\W\d_])|\[\d+\](?! |[,.;]|$)")
_DONE = "rated|named|given|asked|wanted|liked|mentioned|requested|wished|left|been"
_SPELLED = (
    ("’", "'"),
    (r"\b(it|that|what|here|who|there)'s\b", r"\1 is"),
    (r"\b(you|we|they|who)'ve\b", r"\1 have"),
    (rf"\b(you|we|they)'d(?= (?:(?:never|not|ever|already) )?(?:{_DONE})\b)", r"\1 had"),
    (r"\b(i|you|we|they)'d\b", r"\1 would"),
    (r"\b(you|they|we)'re\b", r"\1 are"),
    (r"\b(you|they|we|it|he|she)'ll\b", r"\1 will"),
    (r"\b(he|she)'s\b(?! \w+ed\b)", r"\1 is"),
    (r"\b(is|are|was|were|do|does|did|would|has|have|had)n't\b", r"\1 not"),
    (r"(?<=[0-9]),(?=[0-9]{3}\b)", ""),
    (r"\b(?:percent|per cent)\b", "%"),
    (r"\b(?:because of the fact that|owing to the fact that)\b", "because"),
    (r"\bas well\b(?! as\b)", "too"),
    (r"\bneighbour(?=s?\b)", "neighbor"),
    (r"\bfavour(?=s?\b)", "favor"),
)
_SPELLINGS = tuple((re.compile(old, re.IGNORECASE), new) for old, new in _SPELLED)
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_UNITS = {word: number for number, word in enumerate(_SMALL.split())}
TENS = {
    word: 10 * n
    for n, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}


class Cited(NamedTuple):
    """Citations that stand behind `place` tokens."""

    place: int
    numbers: tuple[int, ...]


class Tokens(NamedTuple):
    """A sentence: its words, and where it cites what. `origin` holds the text of each token."""

    words: tuple[str, ...]
    origin: tuple[str, ...]
    cited: tuple[Cited, ...]


@lru_cache(maxsize=256)  # a sentence is read in several ways
def tokens_of(text: str) -> Tokens:
    """Cut a text whose names are marks; citations are taken out.

    >>> tokens_of("It's 4.3/5 for you [2].")[::2]
    (('it', 'is', '4.3', '/', '5', 'for', 'you', '.'), (Cited(place=7, numbers=(2,)),))
    """
    words: list[str] = []
    origin: list[str] = []
    cited: list[Cited] = []
    begin = 0
    for found in [*_CITATIONS.finditer(text), None]:
        part = text[begin : found.start() if found else len(text)]
        own = _TOKEN.findall(spelled(part))
        origin += own
        words += [one.lower() for one in own]
        if found:
            numbers = tuple(int(one) for one in CITATION.findall(found[0]))
            cited.append(Cited(len(words), numbers))
            begin = found.end()
    return Tokens(tuple(words), tuple(origin), tuple(cited))


def words_of(text: str) -> list[str]:
    """Return the words of a text that is spelled plainly."""
    return _TOKEN.findall(text.lower())


def spelled(text: str) -> str:
    """Return the text in one spelling: contractions, percent, thousands. Changes no meaning.

    >>> spelled("It's 68 percent of 1,583")
    'It is 68 % of 1583'
    """
    for pattern, new in _SPELLINGS:
        text = pattern.sub(new, text)
    return text


def oddly_spaced(text: str) -> str:
    """Return what no typist writes: a tab, two spaces, a space before a comma; "" if there is
    none."""
    found = _SPACING.search(text)
    return text[max(found.start() - 8, 0) : found.end() + 8] if found else ""


def number_at(words: tuple[str, ...], place: int) -> tuple[int, str] | None:
    """Return where the whole number that begins here ends, and its digits; None if none does.

    >>> number_at(("four", "hundred", "and", "thirteen", "people"), 0)
    (4, '413')
    >>> number_at(("twenty-five", "of"), 0), number_at(("0583",), 0)
    ((1, '25'), None)
    """
    word = words[place] if place < len(words) else ""
    if word.isascii() and word.isdigit():
        return None if len(word) > 1 and word[0] == "0" else (place + 1, word)
    if word == "a" and words[place + 1 : place + 2] in (("hundred",), ("thousand",), ("dozen",)):
        small, end = 1, place + 1
    elif word == "dozen":  # "the dozen"
        return place + 1, "12"
    else:
        below = _below_hundred(words, place)
        if below is None:
            return None
        end, small = below
    if words[end : end + 1] == ("dozen",):
        return end + 1, str(12 * small)
    if words[end : end + 1] == ("hundred",):
        small, end = 100 * small, end + 1
        rest = _below_hundred(words, end + 1 if words[end : end + 1] == ("and",) else end)
        if rest:
            end, more = rest
            small += more
    if words[end : end + 1] == ("thousand",):
        return end + 1, str(1000 * small)
    return end, str(small)


def _below_hundred(words: tuple[str, ...], place: int) -> tuple[int, int] | None:
    word = words[place] if place < len(words) else ""
    if word in _UNITS:
        return place + 1, _UNITS[word]
    tens, _, units = word.partition("-")
    if tens in TENS and (not units or 0 < _UNITS.get(units, 0) < 10):
        if units:
            return place + 1, TENS[tens] + _UNITS[units]
        following = words[place + 1] if place + 1 < len(words) else ""
        if 0 < _UNITS.get(following, 0) < 10:
            return place + 2, TENS[tens] + _UNITS[following]
        return place + 1, TENS[tens]
    return None
