"""Slots of wordings: what their texts look like, and checks of what they may say for a fact."""

import re
from collections.abc import Iterable, Sequence

from recsys_rag.fact import Check
from recsys_rag.verify._quantities import in_digits, is_count, is_duration, is_share, is_times
from recsys_rag.verify.names import as_shown, is_list_of

# shapes: see `verify.shapes`
NUMBER = "@number"  # a whole number, in digits or words
ORDINAL = "@ordinal"  # a place in an order, or its number: "third", "3rd", "3"
AMOUNT = "@amount"  # in digits, with or without a fraction
DECIMAL = "@decimal"  # with one decimal
RATING = "@rating"  # of one's own: "5", "4.5 stars"
YEAR, DECADE = "@year", "@decade"
NAME = "@name"  # of an item, a person or a quotation
NAMES = TWO_NAMES = "@names"  # a list of names
LABELS = "@labels"  # a list of genres, as the catalog writes them
A_GENRE, GENRE, GENRES = "@a_genre", "@genre", "@genres"  # "a crime drama", "crime drama", "dramas"
TEXT = "@text"
# no words: the wording itself says something that only some facts of the kind bear out
FLAG = "@flag"
SHARE = "{SHARE}"  # "9", "most", "64 %", "two thirds": of how many, another slot says
COUNT = "{COUNT}"  # "583", "about 580"
_MOST_ASKED = 8  # words
_BEHIND_WANTED = frozenset({"with", "for", "from", "in", "about", "of", "like"})
_SPOKEN = {"movie": "film", "movies": "films", "nineties": "90s", "eighties": "80s"}
_SPOKEN |= {"1990s": "90s", "1980s": "80s", "seventies": "70s", "1970s": "70s"}
_DISLIKED = (
    "no never hate hates bore bores boring dislike less without except nothing none avoid stop "
    "tired sick enough don't isn't can't didn't won't anymore instead than i me my"
)
_NOT_WANTED = frozenset(_DISLIKED.split())
_NEAR_MEAN = 0.21
FEEDBACK = "(liked|chose)"
STARS = "{STARS}"  # "4 or 5", "at least 4 stars"
ABOUT_NUMBER = "({ABOUT} )?<number>"
MEAN = (
    "({ABOUT} |just over |a little over |slightly over |a shade over |just under |a little under "
    "|slightly under |nearly |almost )?(<decimal>|<number>( and a half)?)"
)
ABOUT_DECIMAL = "({ABOUT} )?<decimal>"
PEOPLE = "{PEOPLE}"
ABOUT = frozenset({"about", "around", "roughly", "approximately", "some"})


def exactly(*values: object) -> Check:
    """Accept these values as they are written, and nothing else.

    >>> exactly(17, "all")("17"), exactly(17)("18")
    (True, False)
    """
    accepted = {str(value) for value in values}
    return lambda text: text in accepted


def lists(names: Iterable[str]) -> Check:
    """Accept a list of some of these names, each once.

    >>> lists(["Crime", "War"])("War and Crime"), lists(["Crime"])("Drama")
    (True, False)
    """
    shown = [as_shown(name) for name in names]
    return lambda text: is_list_of(text, shown)


def share(n: int, m: int) -> Check:
    """Accept what is true of n out of m: "9", "64 %", "most", "all" where it is all of them.

    >>> share(9, 14)("9"), share(6, 6)("all"), share(9, 14)("all"), share(9, 14)("64 %")
    (True, True, False, True)
    """
    return lambda text: is_share(text.lower(), n, m)


def percent(stated: int) -> Check:
    """Accept what is true of a percentage that is stated rounded, with or without "about".

    >>> [percent(64)(text) for text in ("64 %", "some 64 %", "just under two thirds", "over 64 %")]
    [True, True, True, False]
    """

    def says_it(text: str) -> bool:
        how, _, amount = text.lower().partition(" ")
        plain = amount if how in ABOUT else text.lower()
        return is_share(text.lower(), stated, 100) or is_share(plain, stated, 100)

    return says_it


def times(share: float, other: float) -> Check:
    """Accept how many times the other a share is: "about twice" for 31 and 15 %."""
    return lambda text: is_times(text.lower(), share, other)


def count(n: int) -> Check:
    """Accept a count as it is, or a round number near it: "about 580" of 583."""
    return lambda text: is_count(text.lower(), n)


def duration(minutes: int) -> Check:
    """Accept a length in minutes or hours: "150 minutes", "two and a half hours"."""
    return lambda text: is_duration(text.lower(), minutes)


def about(value: int | str) -> Check:
    """Accept a number as it is, with or without "about": what is stated rounded.

    >>> about(31)("31"), about("4.3")("about 4.3"), about(31)("over 31")
    (True, True, False)
    """

    def says_it(text: str) -> bool:
        *how, number = text.lower().split()
        return number == str(value) and (not how or (len(how) == 1 and how[0] in ABOUT))

    return says_it


def to_one_decimal(value: float) -> Check:
    """Accept a number with one decimal, or in words where it is whole or a half.

    >>> [to_one_decimal(1.0)(text) for text in ("1.0", "one", "a point", "1.1")]
    [True, True, True, False]
    >>> to_one_decimal(3.5)("three and a half"), to_one_decimal(0.5)("half a point")
    (True, True)
    """
    exact, whole = about(f"{value:.1f}"), about(f"{value:g}")

    def says_it(text: str) -> bool:
        said = text.lower().replace("half a point", "0.5").replace("a point", "1")
        said = re.sub(" (points?|stars?)$", "", " ".join(in_digits(said)))
        said = re.sub("\\bone$", "1", said)
        said = "0.5" if said == "half" else said.replace(" and a half", ".5")
        return exact(said) or whole(said)

    return says_it


def mean(value: float) -> Check:
    """Accept a mean with one decimal, a half in words, or the whole number that it is near to.

    >>> [mean(4.1)(text) for text in ("4.1", "about 4.1", "a little over 4", "just under 4", "4")]
    [True, True, True, False, False]
    >>> mean(4.5)("four and a half")
    True
    """
    exact = about(f"{value:.1f}")

    def says_it(text: str) -> bool:
        *how, number = " ".join(in_digits(text.lower())).replace(" and a half", ".5").split()
        if exact(" ".join((*how, number))):
            return True
        apart, said = round(value, 1) - float(number), " ".join(how)
        is_over = said.endswith("over") and 0 < apart <= _NEAR_MEAN
        return is_over or (
            said.endswith(("under", "nearly", "almost")) and -_NEAR_MEAN <= apart < 0
        )

    return says_it


def stars(liked: float, top: float, step: float) -> Check:
    """Accept what names exactly the liked ratings of a scale: "4 or 5", "8 or more", "at least 4".

    >>> [stars(4, 5, 1)(text) for text in ("4 or 5 stars", "at least 4", "4 +", "a 4", "5")]
    [True, True, True, False, False]
    >>> [stars(4, 5, 0.5)(text) for text in ("4 or 5", "4 or higher")], stars(2, 2, 1)("2")
    ([False, True], True)
    """

    def names_them(text: str) -> bool:
        numbers = [word for word in in_digits(text.lower()) if word[0].isdigit()]
        if not numbers or numbers[0] != f"{liked:g}":
            return False
        if len(numbers) == 2:
            return liked + step == top and numbers[1] == f"{top:g}"
        is_more = not {"+", "least", "or", "and"}.isdisjoint(text.split())
        return is_more if liked < top else not is_more

    return names_them


def own_words(asked: str) -> Check:
    """Accept what a person asked for in words of their own: all of it, or what stands before a
    preposition; nothing where the words say what they do not want.

    >>> says = own_words("something funny with robots")
    >>> [says(text) for text in ("something funny", "something funny with robots", "robots")]
    [True, True, False]
    >>> own_words("musicals bore me to death")("musicals")
    False
    """
    words = asked.lower().partition(" but not ")[0].strip(" .!?").split()
    if not 0 < len(words) <= _MOST_ASKED or not _NOT_WANTED.isdisjoint(words):
        return lambda text: False
    head = _head_end(words)
    cuts = [at for at, word in enumerate(words) if at > head and word in _BEHIND_WANTED]
    tails = {tuple(_bare(words[head:end])) for end in (head, *cuts, len(words))}
    wanted = _bare(words[:head])

    def says_it(text: str) -> bool:
        said = text.lower().split()
        end = _head_end(said)
        return tuple(_bare(said[end:])) in tails and _is_less_of(_bare(said[:end]), wanted)

    return says_it


def _head_end(words: Sequence[str]) -> int:
    """Return where the first preposition stands, behind the noun."""
    behind = (at for at, word in enumerate(words) if at and word in _BEHIND_WANTED)
    return next(behind, len(words))


def _is_less_of(said: Sequence[str], wanted: Sequence[str]) -> bool:
    """Say whether words name what was wanted, with all or fewer of the words before the noun;
    "black and white" stays whole."""
    if said[:1] == ["something"] and wanted[:1] != ["something"]:
        said = said[1:]
    is_whole = "and" not in said or list(said) == list(wanted)
    rest = iter(wanted)
    return said[-1:] == wanted[-1:] != [] and is_whole and all(word in rest for word in said)


def _bare(words: list[str]) -> list[str]:
    """Return words without the article before them, with one noun for films."""
    said = [_SPOKEN.get(word, word) for word in words]
    return said[1:] if said[:1] in (["a"], ["an"], ["the"], ["some"]) else said


def holds(text: str) -> bool:
    """Accept a flag: the fact bears it out."""
    return True
