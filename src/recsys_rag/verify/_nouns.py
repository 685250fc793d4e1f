"""The noun of the catalog in a text: "album" is read as "film". Changes no name, which are marks
already."""

import re

_FILM_WORD = re.compile(r"\bfilms?\b(?![ -]noir)", re.IGNORECASE)
_MOVIE = re.compile(r"\b([Mm])ovie(s?)\b")


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
