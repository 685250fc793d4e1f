"""One spelling for what is the same in English: contractions, number words, "out of", percent,
stars. Changes no meaning.

Works on text in which names are marks already (`names`), so that no title or person is touched.
"""

import re
from collections.abc import Callable

_SMALL = (
    "three four five six seven eight nine ten eleven "
    "twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_NUMBERS = {word: number for number, word in enumerate(_SMALL.split(), 3)}
_TENS = {
    word: 10 * n
    for n, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_UNITS = {"one": 1, "two": 2, **{word: number for word, number in _NUMBERS.items() if number < 10}}
_WORD = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[ -]({'|'.join(_UNITS)}))?|({'|'.join(_NUMBERS)}))\b(?!-| "
    rf"hundred| thousand)",
    re.IGNORECASE,
)
_ONE_OR_TWO = re.compile(r"\b(one|two)(?= (?:out )?of (?:the )?(?:[0-9]))", re.IGNORECASE)
_RATING = r"[0-9]+(?:\.[0-9])?"
_STEPS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        ("’", "'"),
        (r"\b([Ii])t's\b", r"\1t is"),
        (r"\b([Yy])ou've\b", r"\1ou have"),
        (r"\b([Yy])ou'd\b", r"\1ou would"),
        (r"\b([Tt])hat's\b", r"\1hat is"),
        (r"(?<=[0-9]),(?=[0-9]{3}\b)", ""),
        (r"(?<=[0-9]) ?%|(?<=[0-9]) per ?cent\b", " %"),
        (r"(?<=[0-9]) out of (?=(?:the |its |your )?[0-9])", " of "),
        (r"\b([0-9]+(?:\.[0-9])?)/([0-9]+)\b", r"\1 of \2"),
        (rf"\b({_RATING})\+(?: stars)?(?= |$|,)", r"\1 or more"),
        (rf"\bat least ({_RATING})(?= stars\b)", r"\1 or more"),
        (rf"\b({_RATING})(?: stars)? (?:or|and) (?:higher|better|above|up|over)\b", r"\1 or more"),
        (rf"\b({_RATING}) stars or more\b", r"\1 or more"),
        (rf"\b({_RATING})[ -]stars?\b(?: rating\b)?", r"\1"),
        (rf"\b({_RATING} or {_RATING}|{_RATING} or more) stars\b", r"\1"),
        (
            rf"\b(?:a rating|a score) of ({_RATING})",
            lambda found: f"{_article(found[1])} {found[1]}",
        ),
        (rf"\b([Yy])our (?:rating|score) of (?={_RATING})", r"\1our "),
    )
)
_FILM_WORD = re.compile(r"\bfilms?\b(?![ -]noir)", re.IGNORECASE)
_MOVIE = re.compile(r"\b([Mm])ovie(s?)\b")


def plain(text: str) -> str:
    """Return the text in the one spelling that patterns know.

    >>> plain("It's rated 4+ by seventeen out of twenty-five similar viewers, 68% of them")
    'It is rated 4 or more by 17 of 25 similar viewers, 68 % of them'
    >>> plain("You gave it 5 stars; it has 1,583 ratings and 3.9/5")
    'You gave it 5; it has 1583 ratings and 3.9 of 5'
    >>> plain("It got a rating of 8, and a 5-star rating")
    'It got an 8, and a 5'
    """
    text = _ONE_OR_TWO.sub(lambda found: str(_UNITS[found[1].lower()]), _WORD.sub(_digits, text))
    for pattern, new in _STEPS:
        text = pattern.sub(new, text)
    return text


def in_film_words(text: str, noun: str) -> str:
    """Return the text with "film" for the noun of the catalog, as patterns say it. What is no such
    item and is called a film becomes unreadable.

    >>> in_film_words("This album is like an album", "album"), in_film_words("A movie", "film")
    ('This film is like a film', 'A film')
    >>> in_film_words("It is a film", "album"), in_film_words("It is a film noir", "album")
    ('It is a (film)', 'It is a film noir')
    """
    if noun == "film":
        return _MOVIE.sub(lambda found: f"{'F' if found[1] == 'M' else 'f'}ilm{found[2]}", text)
    text = _FILM_WORD.sub(lambda found: f"({found[0]})", text)
    right = "an" if noun[0].lower() in "aeiou" else "a"
    return re.sub(rf"\b(?:({right}) )?{re.escape(noun)}(s?)\b", _said_as_film, text)


def _said_as_film(found: re.Match[str]) -> str:
    return f"{'a ' if found[1] else ''}film{found[2]}"


def _digits(found: re.Match[str]) -> str:
    if found[3]:
        return str(_NUMBERS[found[3].lower()])
    return str(_TENS[found[1].lower()] + (_UNITS[found[2].lower()] if found[2] else 0))


def _article(rating: str) -> str:
    whole = rating.partition(".")[0]
    return "an" if whole[:1] == "8" or whole in ("11", "18") else "a"
