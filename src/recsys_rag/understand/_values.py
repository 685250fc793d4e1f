"""The values of a catalog's columns of texts, found by the words that name them."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from recsys_rag.data.catalog import Catalog, fold

_SHORT = 6  # letters: "spies" comes of "spy", "zombies" of "zombie"
Column = tuple[str, tuple[tuple[str, ...], ...]]  # name, texts of each item


def texts_in(catalog: Catalog, columns: Sequence[str]) -> Column:
    """Return the first of these columns of texts that a catalog has, and the texts of each item;
    the first name and nothing where it has none."""
    for column in columns:
        values = catalog.metadata.get(column) or catalog.attributes.get(column) or ()
        if isinstance(values, tuple) and any(values):
            return column, values
    return columns[0], ()


class NamedValues:
    """The values of one column, by the words that say what they are."""

    def __init__(self, column: Column) -> None:
        self.column, self._texts = column

    def named(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the values that these folded words name, the shortest first: "vampires" names
        "vampires" and "a vampire"; () for none, and for no words."""
        stems = [stem(word) for word in words]
        having = set.intersection(*(self._having.get(one, set()) for one in stems)) if stems else ()
        return tuple(
            sorted(
                (value for value in having if _is_named(value, stems)),
                key=lambda value: (len(value), value),
            )
        )

    def n_items(self, values: Sequence[str]) -> int:
        """Return how many items have any of these values."""
        return len(set().union(*(self._items[value] for value in values)))

    @cached_property
    def _items(self) -> dict[str, set[int]]:
        items: dict[str, set[int]] = defaultdict(set)
        for item, texts in enumerate(self._texts):
            for value in texts:
                items[value].add(item)
        return dict(items)

    @cached_property
    def _having(self) -> dict[str, set[str]]:
        """Stem of a word -> the values that have it."""
        having: dict[str, set[str]] = defaultdict(set)
        for value in self._items:
            for word in fold(value).split():
                having[stem(word)].add(value)
        return dict(having)


def _is_named(value: str, stems: Sequence[str]) -> bool:
    """Say whether these words name what a value is, and not only what kind of it, nor a part of
    somebody's name.

    >>> _is_named("serial killer", ["killer"]), _is_named("Vietnam veteran", ["vietnam"])
    (True, True)
    >>> _is_named("dark suits", ["dark"]), _is_named("Stephen King", ["king"])
    (False, False)
    """
    of_value = [stem(word) for word in fold(value).split()]
    if set(of_value) == set(stems):
        return True
    words = value.split()
    if len(words) > 1 and all(word[0].isupper() for word in words):
        return False
    is_place = len(words) > 1 and words[1][0].isupper()  # "Long Island and Paris" is nothing long
    is_name = words[0][0].isupper() and not is_place and set(stems) == {of_value[0]}
    return is_name or set(of_value[-len(stems) :]) == set(stems)


def stem(word: str) -> str:
    """Return a word without the marks of the plural.

    >>> stem("vampires"), stem("witches"), stem("zombies"), stem("spies"), stem("bus")
    ('vampire', 'witch', 'zombie', 'spy', 'bus')
    """
    if word.endswith(("ches", "shes", "sses", "xes", "roes")):
        return word[:-2]
    if word.endswith("ies") and len(word) < _SHORT:
        return f"{word[:-3]}y"
    is_plural = word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3
    return word[:-1] if is_plural else word
