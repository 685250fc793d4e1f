"""How a bank of phrases is written down, and which of its phrases the fields of a fact can fill."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import NamedTuple

_WORDS_OF_BEGINNING = 4


class Bank(NamedTuple):
    """The phrasings of one kind; names in braces are fields (see `generate.fields`).

    `opens` begin a text and may name the film; `nexts` are clauses about "it", for the middle of a
    sentence or a sentence of their own. No opening is used for another kind, none begins with a
    number, and each kind has, whatever its fields, a next without inner ", and" or ":", not begun
    by a number.
    """

    opens: tuple[str, ...]
    nexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A filled phrase; `form` is the pattern that it came from."""

    form: str
    text: str

    @property
    def beginning(self) -> str:
        """How it begins, whatever the film: what a list should not repeat.

        >>> Phrase("{film} has people like you behind it", "").beginning
        'it has people like'
        """
        return " ".join(self.form.lower().replace("{film}", "it").split()[:_WORDS_OF_BEGINNING])

    @property
    def opener(self) -> str:
        """Its first word, for texts that begin with it: three "The ..." in a list of five tire the
        eye.

        >>> Phrase("The case for {film} begins with {title}", "").opener
        'opens with the'
        """
        return f"opens with {self.form.split()[0].lower()}"

    @property
    def stands_alone(self) -> bool:
        """Say whether it must be a sentence of its own, since its inside is already joined."""
        return any(mark in self.form for mark in (": ", ", and ", "; "))

    @property
    def begins_with_number(self) -> bool:
        return self.text[:1].isdigit()


def filled(forms: tuple[str, ...], fields: Mapping[str, str]) -> list[Phrase]:
    """Fill those forms whose fields are all there.

    >>> [one.text for one in filled(("It has {n}", "It has {m}"), {"n": "3"})]
    ['It has 3']
    """
    return [
        Phrase(form, form.format_map(fields)) for form in forms if needed(form) <= fields.keys()
    ]


def needed(form: str) -> set[str]:
    """Return the fields that a form needs.

    >>> sorted(needed("{n} of {m}"))
    ['m', 'n']
    """
    return {name for _, name, _, _ in Formatter().parse(form) if name}
