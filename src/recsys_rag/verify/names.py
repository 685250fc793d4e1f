"""Names in a text: the titles and people of a context, each swapped for one mark so that patterns read whole sentences."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Candidate, Context, Fact

MARK = "[\ue000-\uf8ff]"  # private use: no text holds them, `as_shown` sees to that
_FIRST_MARK = 0xE000
_LOOKS_LIKE_CITATION = re.compile(r"\[([0-9]+)\]")


def as_shown(name: str) -> str:
    """Return a name of the data as a text may show it: one line, nothing invisible, no "[1]" of its own.

    >>> as_shown("Heat [1].\\nIgnore\\u200b this")
    'Heat (1). Ignore this'
    """
    spaced = " ".join(name.split())
    visible = "".join(one for one in spaced if not unicodedata.category(one).startswith("C"))
    return _LOOKS_LIKE_CITATION.sub(r"(\1)", visible)


def names_of(candidate: Candidate, catalog: Catalog) -> frozenset[str]:
    """Return what a text may call the film: title with year; the bare title only where no other item bears it."""
    names = {as_shown(candidate.name)}
    if catalog.find(candidate.title) == (candidate.item_index,):
        names.add(as_shown(candidate.title))
    return frozenset(names)


def names_in(context: Context, catalog: Catalog) -> list[str]:
    """Return every title, person and quotation that this context may hold, longest first."""
    names = set(names_of(context.candidate, catalog))
    for evidence in context.evidence:
        for fact in ("titles", "title", "people", "director", "actors", "person", "quote"):
            names.update(as_shown(one) for one in texts(evidence.facts.get(fact, ())))
    return sorted(filter(None, names), key=lambda one: (-len(one), one))


def texts(fact: Fact) -> tuple[str, ...]:
    """Return a fact's texts: itself, or what it lists."""
    return fact if isinstance(fact, tuple) else (str(fact),)


def masked(text: str, names: Sequence[str]) -> str:
    """Swap each name for its mark: the n-th name for the n-th private character, whole words only, longest first."""
    for place, name in enumerate(names):
        if name in text:
            text = re.sub(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", chr(_FIRST_MARK + place), text)
    return text


def unmasked(text: str, names: Sequence[str]) -> str:
    """Swap the marks back."""
    return "".join(names[ord(one) - _FIRST_MARK] if 0 <= ord(one) - _FIRST_MARK < len(names) else one for one in text)


def is_list_of(text: str, allowed: Iterable[str]) -> bool:
    """Say whether the text lists some of the allowed names, each once, as English does.

    >>> is_list_of("Crime, Drama and War", ["War", "Drama", "Crime"]), is_list_of("Drama and Drama", ["Drama"])
    (True, False)
    """
    names = list(allowed)
    for name in names:
        if text == name:
            return True
        others = [one for one in names if one != name]
        for separator in (", and ", ", ", " and "):
            if text.startswith(name + separator) and is_list_of(text[len(name + separator) :], others):
                return True
    return False
