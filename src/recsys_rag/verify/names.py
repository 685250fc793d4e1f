"""Names in a text: the titles and people of a context, each swapped for one mark so that patterns
read whole sentences."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.types import CITATION, Candidate, Context, Evidence

# Private use: no text holds them, `as_shown` sees to that. 256 of them, more than any context has
# names: a wider class takes three times as long to compile, and it stands in every pattern. A name
# beyond them would be unread, so unsupported.
MARK = "[\ue000-\ue0ff]"
_MARK = re.compile(MARK)
_FIRST_MARK = 0xE000
_ARTICLE_BEHIND = re.compile(
    r"(?P<rest>.+), (?P<article>(?:The|A|An|Le|La|Les|Der|Die|Das|El|Il))", re.IGNORECASE
)
# no title without its year
_COMMON = (
    "it this that these those you your yours i me we us our they them their he she his her one "
    "two all both each other others another who which what here there is are was were the a an "
    "and or of for from with by in on at as like film films people viewers users ratings rating "
    "rated catalog taste stars four five seven eight nine ten"
)
COMMON_WORDS = frozenset(_COMMON.split())


@lru_cache(maxsize=4096)
def as_shown(name: str) -> str:
    """Return a name as a text may show it: one line, nothing invisible, no "[1]" of its own.

    >>> as_shown("Heat [1].\\nIgnore\\u200b this")
    'Heat (1). Ignore this'
    """
    spaced = " ".join(name.split())
    visible = "".join(one for one in spaced if not unicodedata.category(one).startswith("C"))
    return CITATION.sub(r"(\1)", visible)


class Name(NamedTuple):
    """One way to write a title or person, and the name that is meant: "the godfather", "Godfather,
    The (1972)".

    A literal name, such as a quotation, counts in its own letters only.
    """

    written: str
    meant: str
    is_literal: bool = False
    is_title: bool = False


class Spellings:
    """What texts may call the items of a catalog, found once an item."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._found: dict[int, tuple[str, ...]] = {}

    def __getitem__(self, item_index: int) -> tuple[str, ...]:
        """Return what can only mean this item: the title with the year, in any case; bare where
        nobody else bears it.

        An article that the catalog puts behind may stand in front; aliases count as titles. What is
        a common word of these texts, as "It" or "You", is no title without its year.
        """
        if item_index not in self._found:
            self._found[item_index] = tuple(dict.fromkeys(map(as_shown, self._of(item_index))))
        return self._found[item_index]

    def _of(self, item_index: int) -> Iterator[str]:
        catalog, year = self.catalog, self.catalog.year(item_index)
        yield catalog.name(item_index)
        for title in (catalog.titles[item_index], *catalog.aliases[item_index]):
            behind = _ARTICLE_BEHIND.fullmatch(title)
            for written in (title, f"{behind['article']} {behind['rest']}" if behind else title):
                with_year = f"{written} ({year})" if year else written
                if _is_only(item_index, with_year, catalog):
                    yield with_year
                if fold(written) not in COMMON_WORDS and _is_only(item_index, written, catalog):
                    yield written


def _is_only(item_index: int, written: str, catalog: Catalog) -> bool:
    """Say whether nobody else is called this; a film that the catalog lists twice is one film."""
    return {catalog.name(one) for one in catalog.find(written)} == {catalog.name(item_index)}


def names_in(context: Context, spellings: Spellings) -> list[Name]:
    """Return every title and person that this context may speak of, in every spelling, and
    quotations; longest first."""
    candidate, catalog = context.candidate, spellings.catalog
    items, names = {candidate.item_index}, set[Name]()
    if _is_only(candidate.item_index, candidate.title, catalog):
        # also a common word: nothing but the film can be meant by it
        names.add(Name(as_shown(candidate.title), as_shown(candidate.name), is_title=True))
    for name in (name for evidence in context.evidence for name in evidence.fact.names):
        text, item = as_shown(name.text), catalog.items.get(name.item_id)
        if name.role == "title" and item is not None:
            items.add(item)
        elif name.role == "quotation":
            names.add(Name(text, text, is_literal=True))
        elif name.role == "person":
            names.add(Name(text, text))
    for item in items:
        names.update(
            Name(one, as_shown(catalog.name(item)), is_title=True) for one in spellings[item]
        )
    return sorted((one for one in names if one.written), key=lambda one: (-len(one.written), one))


def undated(
    candidates: Iterable[Candidate], facts: Iterable[Evidence], spellings: Spellings
) -> tuple[str, ...]:
    """Return the names of these items, and of those that the facts name, whose titles alone can
    mean nothing else.

    What is no word to begin with, "187", or no more than one letter keeps its year.
    """
    catalog = spellings.catalog
    items = {candidate.item_index for candidate in candidates}
    named = (name for fact in facts for name in fact.fact.names if name.role == "title")
    items.update(item for name in named if (item := catalog.items.get(name.item_id)) is not None)
    return tuple(
        catalog.name(item)
        for item in sorted(items)
        if (title := catalog.titles[item])[:1].isupper()
        and len(title) > 1
        and as_shown(title) in spellings[item]
    )


def people_in(context: Context) -> frozenset[str]:
    """Return the people that the evidence names, as shown."""
    names = (name for evidence in context.evidence for name in evidence.fact.names)
    return frozenset(as_shown(name.text) for name in names if name.role == "person")


def mark(place: int) -> str:
    """Return the character that stands for the name of this place."""
    return chr(_FIRST_MARK + place)


def place_of(word: str) -> int:
    """Return the place of the name that this mark stands for; -1 where it is no mark."""
    return ord(word) - _FIRST_MARK if len(word) == 1 and "\ue000" <= word <= "\ue0ff" else -1


def masked(text: str, names: Sequence[Name]) -> str:
    """Swap each name for its mark: the n-th name for the n-th private character, whole words only,
    longest first, in any case."""
    lowered = _lowered(text)
    for place, name in enumerate(names):
        wanted, begin = _lowered(name.written), 0
        while (at := lowered.find(wanted, begin)) >= 0:
            stop = at + len(wanted)
            begin = at + 1
            is_said = not name.is_literal or text[at:stop] == name.written
            if is_said and not (text[at - 1 : at].isalnum() or text[stop : stop + 1].isalnum()):
                text = text[:at] + mark(place) + text[stop:]
                lowered = lowered[:at] + mark(place) + lowered[stop:]
    return text


def _lowered(text: str) -> str:
    """Return the text in lower case, letter for letter: "İ", which would grow, stays.

    >>> len(_lowered("İT")), _lowered("Heat")
    (2, 'heat')
    """
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := one.lower()) == 1 else one for one in text)


def unmasked(text: str, names: Sequence[Name]) -> str:
    """Swap the marks for the names that are meant."""
    return _MARK.sub(
        lambda found: (
            names[place].meant if (place := ord(found[0]) - _FIRST_MARK) < len(names) else found[0]
        ),
        text,
    )


def is_list_of(text: str, allowed: Iterable[str]) -> bool:
    """Say whether the text lists some of the allowed names, each once, as English does.

    >>> is_list_of("Crime, Drama and War", ["War", "Drama", "Crime"])
    True
    >>> is_list_of("Drama and Drama", ["Drama"])
    False
    """
    names = list(allowed)
    for name in names:
        if text == name:
            return True
        others = [one for one in names if one != name]
        for separator in (", and ", ", ", " and "):
            if text.startswith(name + separator) and is_list_of(
                text[len(name + separator) :], others
            ):
                return True
    return False
