"""Slots of wordings: what their texts look like, and checks of what they may say for a fact."""

from collections.abc import Iterable

from recsys_rag.fact import Check
from recsys_rag.verify._quantities import is_count, is_share
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
FEEDBACK = "(liked|chose)"
STARS = "{STARS}"  # "4 or 5", "at least 4 stars"
ABOUT_NUMBER = "({ABOUT} )?<number>"
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


def count(n: int) -> Check:
    """Accept a count as it is, or a round number near it: "about 580" of 583."""
    return lambda text: is_count(text.lower(), n)


def about(value: int | str) -> Check:
    """Accept a number as it is, with or without "about": what is stated rounded.

    >>> about(31)("31"), about("4.3")("about 4.3"), about(31)("over 31")
    (True, True, False)
    """

    def says_it(text: str) -> bool:
        *how, number = text.lower().split()
        return number == str(value) and (not how or (len(how) == 1 and how[0] in ABOUT))

    return says_it


def stars(liked: float, top: float, step: float) -> Check:
    """Accept what names exactly the liked ratings of a scale: "4 or 5", "8 or more", "at least 4".

    >>> [stars(4, 5, 1)(text) for text in ("4 or 5 stars", "at least 4", "4 +", "a 4", "5")]
    [True, True, True, False, False]
    >>> [stars(4, 5, 0.5)(text) for text in ("4 or 5", "4 or higher")], stars(2, 2, 1)("2")
    ([False, True], True)
    """

    def names_them(text: str) -> bool:
        numbers = [word for word in text.split() if word[0].isdigit()]
        if not numbers or numbers[0] != f"{liked:g}":
            return False
        if len(numbers) == 2:
            return liked + step == top and numbers[1] == f"{top:g}"
        is_more = not {"+", "least", "or", "and"}.isdisjoint(text.split())
        return is_more if liked < top else not is_more

    return names_them


def holds(text: str) -> bool:
    """Accept a flag: the fact bears it out."""
    return True
