"""What cells say of an item's people, texts, keywords, languages, numbers elsewhere and length."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from recsys_rag.data._readers.cells import imdb_id, number_id, parsed_of
from recsys_rag.data._readers.names import list_in, names_of, text_of

_NAMES_APART = re.compile(r",\s+(?!(?:Jr|Sr|Esq)\b|[IVX]+\b)")
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")  # "John Lasseter (original story by)"
_NOBODY = frozenset(("", "none", "nan", "other", "others", "misc", "various", "multiple"))
# codes and the name of each language
_CODES = (
    "en eng English|fr fre fra French|de ger deu German|es spa Spanish|it ita Italian|"
    "pt por Portuguese|nl dut nld Dutch|sv swe Swedish|da dan Danish|no nor nb Norwegian|"
    "fi fin Finnish|pl pol Polish|cs cze ces Czech|hu hun Hungarian|ro rum ron Romanian|"
    "el gre ell Greek|ru rus Russian|uk ukr Ukrainian|tr tur Turkish|he heb iw Hebrew|"
    "ar ara Arabic|fa per fas Persian|hi hin Hindi|ta tam Tamil|te tel Telugu|bn ben Bengali|"
    "th tha Thai|vi vie Vietnamese|id ind Indonesian|ja jpn Japanese|ko kor Korean|"
    "zh chi zho cn Chinese"
)
_LANGUAGES = {code: words.split()[-1] for words in _CODES.split("|") for code in words.split()[:-1]}


def _people(cell: Any) -> tuple[str, ...]:
    """Return people's names without remarks in brackets.

    >>> _people("John Lasseter (story), Robert Downey, Jr."), _people("Tom Hanks|(voices)")
    (('John Lasseter', 'Robert Downey, Jr.'), ('Tom Hanks',))
    """
    names = (
        _REMARK.sub("", name).strip().rstrip(",")
        for name in names_of(
            cell, lambda text: text.split("|") if "|" in text else _NAMES_APART.split(text)
        )
    )
    return tuple(dict.fromkeys(name for name in names if name.lower() not in _NOBODY))


def _directors(cell: Any) -> tuple[str, ...]:
    """Return the directors: of a crew with jobs, those whose job it is.

    >>> _directors("[{'job': 'Director', 'name': 'Ada Lint'}, {'job': 'Editor', 'name': 'Bo Ray'}]")
    ('Ada Lint',)
    """
    members = parsed_of(cell)
    if isinstance(members, list) and any(
        isinstance(member, dict) and "job" in member for member in members
    ):
        return _people([member for member in members if member.get("job") == "Director"])
    return _people(cell)


def _text(cell: Any) -> tuple[str, ...]:
    text = text_of(cell)
    return (text,) if text else ()


def _list(cell: Any) -> tuple[str, ...]:
    return names_of(cell, list_in)


def _languages(cell: Any) -> tuple[str, ...]:
    """Return languages by their names, also where common codes stand for them.

    >>> _languages("en|fr"), _languages("eng"), _languages("en-US"), _languages("Klingon")
    (('English', 'French'), ('English',), ('English',), ('Klingon',))
    """
    names = (_LANGUAGES.get(name.lower().split("-")[0].split("_")[0], name) for name in _list(cell))
    return tuple(dict.fromkeys(names))


def _imdb_id(cell: Any) -> tuple[str, ...]:
    return tuple(filter(None, [imdb_id(cell)]))


def _tmdb_id(cell: Any) -> tuple[str, ...]:
    return tuple(filter(None, [number_id(cell)]))


def minutes_of(cell: Any) -> int:
    """Return minutes from "81", 81.0, "81 min" or "1h 21m", 0 where it says nothing like it.

    >>> minutes_of("81 min"), minutes_of(81.0), minutes_of("1h 21m"), minutes_of("?")
    (81, 81, 81, 0)
    """
    hours = re.fullmatch(r"\s*(\d+)\s*h(?:\s*(\d+)\s*m(?:in)?)?\s*", str(cell))
    if hours:
        return 60 * int(hours[1]) + int(hours[2] or 0)
    found = re.fullmatch(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:m|min|mins|minutes)?\.?\s*", str(cell))
    return int(found[1]) if found else 0


READERS: Mapping[str, Callable[[Any], tuple[str, ...]]] = {
    "director": _directors,
    "actors": _people,
    "author": _people,
    "plot": _text,
    "keywords": _list,
    "imdb_id": _imdb_id,
    "tmdb_id": _tmdb_id,
    "language": _languages,
}
