"""How a film of some genres may be called: "a crime drama", "an animated film", "war films". Knows
words, not facts."""

import re
from collections.abc import Iterable

from recsys_rag.verify.names import as_shown

_FORMS = {  # genre -> (one, many)
    "animation": ("an animated film", "animated films"),
    "children": ("a children's film", "children's films"),
    "comedy": ("a comedy", "comedies"),
    "documentary": ("a documentary", "documentaries"),
    "drama": ("a drama", "dramas"),
    "film-noir": ("a film noir", "film noirs"),
    "musical": ("a musical", "musicals"),
    "mystery": ("a mystery", "mysteries"),
    "romance": ("a romance", "romances"),
    "thriller": ("a thriller", "thrillers"),
    "western": ("a western", "westerns"),
}
_BEFORE = {  # genre -> what it is called in front of another word, besides itself
    "animation": ("animated",),
    "children": ("children's",),
    "film-noir": ("noir", "film noir"),
    "romance": ("romantic",),
    "sci-fi": ("science fiction", "science-fiction"),
}
_BETWEEN = re.compile(r"(?:, and |, | and | |-|/)")


def forms_of(genre: str) -> tuple[str, str]:
    """Return how one film and several of a genre are called.

    >>> forms_of("Comedy"), forms_of("War"), forms_of("IMAX")
    (('a comedy', 'comedies'), ('a War film', 'War films'), ('an IMAX film', 'IMAX films'))
    """
    shown = as_shown(genre)
    return _FORMS.get(genre.casefold(), (f"{_article(shown)} {shown} film", f"{shown} films"))


def is_several(text: str, genre: str) -> bool:
    """Say whether the text calls several films of this genre so.

    >>> is_several("war films", "War"), is_several("dramas", "Drama"), is_several("dramas", "War")
    (True, True, False)
    """
    folded = text.casefold()
    words = {as_shown(genre).casefold(), *_BEFORE.get(genre.casefold(), ())}
    return folded == forms_of(genre)[1].casefold() or folded in {f"{one} films" for one in words}


def called(text: str, genres: Iterable[str]) -> frozenset[str] | None:
    """Return which of these genres a text like "a romantic crime drama" names; None where it is no
    such text.

    Each genre stands once; the last word is "film" or a word that means one, as "drama" does and
    "crime" does not.

    >>> sorted(called("a romantic comedy", ["Comedy", "Romance", "War"]))
    ['Comedy', 'Romance']
    >>> called("a film", ["War"]), called("a war", ["War"]), called("a gripping drama", ["Drama"])
    (frozenset(), None, None)
    """
    article, _, rest = text.casefold().partition(" ")
    if article != _article(rest) or not rest:
        return None
    return _rest(rest, tuple(genres))


def _rest(text: str, genres: tuple[str, ...]) -> frozenset[str] | None:
    if text == "film":
        return frozenset()
    for genre in genres:
        folded = as_shown(genre).casefold()
        one = forms_of(genre)[0].casefold().partition(" ")[2]
        if text == one:
            return frozenset((genre,))
        for word in (folded, *_BEFORE.get(folded, ())):
            joint = _BETWEEN.match(text, len(word)) if text.startswith(word) else None
            others = (
                _rest(text[joint.end() :], tuple(each for each in genres if each != genre))
                if joint
                else None
            )
            if others is not None:
                return others | {genre}
    return None


def _article(word: str) -> str:
    return "an" if word[:1].casefold() in ("a", "e", "i", "o", "u", "8") else "a"
