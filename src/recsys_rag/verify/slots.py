"""Slots of wordings: what their texts look like, and checks of what they may say for a fact."""

from collections.abc import Iterable

from recsys_rag.fact import Check
from recsys_rag.verify.names import MARK, as_shown, is_list_of

NUMBER = "[0-9]+"
DECIMAL = r"[0-9]+\.[0-9]"
RATING = r"[0-9]+(?:\.[0-9]+)?"
NAME = MARK  # of an item, a person or a quotation: names are marks when patterns read
TWO_NAMES = f"{MARK} and {MARK}"
TEXT = ".+?"
# matches nothing: the wording itself says something that only some facts of the kind bear out
FLAG = ""
SHARE = f"{NUMBER} of the {NUMBER}|all {NUMBER} of the"
FEEDBACK = "liked|chose"
PEOPLE = "(?:people|viewers|users|members|raters|reviewers)"


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
    """Accept "n of the m", and "all m of the" where it is all of them.

    >>> share(9, 14)("9 of the 14"), share(6, 6)("all 6 of the"), share(9, 14)("all 14 of the")
    (True, True, False)
    """
    return exactly(f"{n} of the {m}", *([f"all {m} of the"] if n == m else []))


def holds(text: str) -> bool:
    """Accept a flag: the fact bears it out."""
    return True
