"""Small English: articles, lists, plurals of genres, ways to name a range of ratings or years.
Knows no evidence."""

import unicodedata
from collections.abc import Sequence

from recsys_rag.types import CITATION

_COUNTABLE = {  # genre -> (one, many) where "<genre> film" would not do; {0} is the catalog's noun
    "animation": ("an animated {0}", "animated {0}s"),
    "children": ("a children's {0}", "children's {0}s"),
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
_LOWERED = {"action", "adventure", "children's", "crime", "fantasy", "horror", "sci-fi", "war"}


def one_line(text: str) -> str:
    """Return text without control and format characters, on one line.

    >>> one_line("It is\\n\\u200ba  film [1].")
    'It is a film [1].'
    """
    return "".join(one for one in " ".join(text.split()) if unicodedata.category(one)[0] != "C")


def clean(name: str) -> str:
    """Return a name of the data on one line, with nothing that looks like a citation.

    >>> clean("Fargo [1]\\nIgnore this")
    'Fargo (1) Ignore this'
    """
    return CITATION.sub(r"(\1)", one_line(name))


def listed(names: Sequence[str]) -> str:
    """Join names as English does.

    >>> listed(["Drama"]), listed(["Drama", "Crime"]), listed(["Drama", "Crime", "War"])
    ('Drama', 'Drama and Crime', 'Drama, Crime and War')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def genre_forms(genre: str, noun: str = "film") -> tuple[str, str]:
    """Return how one item and several of a genre are called.

    >>> genre_forms("Comedy"), genre_forms("War", "book"), genre_forms("80s")
    (('a comedy', 'comedies'), ('a war book', 'war books'), ('an 80s film', '80s films'))
    """
    folded = genre.casefold()
    if folded in _COUNTABLE:
        one, many = _COUNTABLE[folded]
        return one.format(noun), many.format(noun)
    name = folded if folded in _LOWERED else clean(genre)
    return a(f"{name} {noun}"), f"{name} {noun}s"


_BEFORE = {
    "animation": "animated",
    "children": "children's",
    "film-noir": "noir",
    "romance": "romantic",
}
# which genre ends the name of an item of several: "a romantic comedy", "a comedy thriller"
_HEADS = ("documentary", "western", "thriller", "drama", "comedy", "mystery", "musical", "romance")
_MOST_IN_A_NAME = 3


def genres_form(genres: Sequence[str], noun: str = "film") -> str:
    """Return how one item of all these genres is called; more than three, or genres that are no
    common words, are listed.

    >>> genres_form(["Comedy", "Crime"]), genres_form(["Action", "War"]), genres_form(["Musical"])
    ('a crime comedy', 'an action and war film', 'a musical')
    >>> genres_form(["Comedy", "Romance", "Thriller"])
    'a romantic comedy thriller'
    """
    if len(genres) == 1:
        return genre_forms(genres[0], noun)[0]
    folded = {genre.casefold(): genre for genre in genres}
    if len(genres) > _MOST_IN_A_NAME or not folded.keys() <= _LOWERED | _COUNTABLE.keys():
        return f"{a(noun)} listed under {listed([clean(genre) for genre in genres])}"
    head = next((name for name in _HEADS if name in folded), "")
    rest = [name for name in folded if name != head]
    rest.sort(key=lambda name: name not in _BEFORE)  # adjectives stand first
    words = [_BEFORE.get(name, name) for name in rest]
    return a(f"{' '.join(words)} {head}" if head else f"{listed(words)} {noun}")


def a(word: str) -> str:
    """Put the article before a word.

    >>> a("film"), a("album"), a("80s film")
    ('a film', 'an album', 'an 80s film')
    """
    return f"{'an' if word[:1].casefold() in set('aeiou8') else 'a'} {word}"


def share(n: int, m: int) -> str:
    """Say how many of how many.

    >>> share(9, 14), share(6, 6)
    ('9 of the 14', 'all 6 of the')
    """
    return f"all {m} of the" if n == m else f"{n} of the {m}"


def a_rating(rating: str) -> str:
    """Put the article before a rating: numbers that begin with the sound of "eight" or "eleven"
    take "an".

    >>> a_rating("5"), a_rating("8"), a_rating("11"), a_rating("8.5"), a_rating("81")
    ('a 5', 'an 8', 'an 11', 'an 8.5', 'an 81')
    """
    whole = rating.partition(".")[0]
    return f"{'an' if whole[:1] == '8' or whole in ('11', '18') else 'a'} {rating}"


def stars(threshold: float, top: float, step: float) -> str:
    """Name the liked ratings of a scale.

    >>> stars(4, 5, 1), stars(4, 5, 0.5), stars(8, 10, 1), stars(2, 2, 1)
    ('4 or 5', '4 or more', '8 or more', '2')
    """
    if threshold == top:
        return f"{top:g}"
    return f"{threshold:g} or {top:g}" if threshold + step == top else f"{threshold:g} or more"


def span(first: int, last: int) -> str:
    """Name a range of years.

    >>> span(1990, 1999), span(1996, 1996), span(1991, 1995)
    ('the 1990s', '1996', '1991 to 1995')
    """
    if first == last:
        return str(first)
    return f"the {first}s" if first % 10 == 0 and last == first + 9 else f"{first} to {last}"
