"""Phrases filled with the words of a fact, in the noun of the catalog."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from recsys_rag.fact import Fields
from recsys_rag.generate._nouns import FILM, in_terms_of
from recsys_rag.generate.wording import clean
from recsys_rag.protocols import Kinds
from recsys_rag.types import Context, Evidence

_WORDS_OF_BEGINNING = 4
_YEAR_BEHIND = re.compile(r" \([0-9]{1,4}\)$")
_WARM = re.compile(
    r"(?:(?:with|in) \{film\} )?you\b|your\b|watch\b|true to\b|as you\b|before you\b"
    r"|people (?:who rate as|with a taste)|those who\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:it|its|this)\b", re.IGNORECASE)


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
        >>> Phrase("{alone}", "A postman loses his bicycle").beginning  # another one for each film
        'a postman loses his'
        """
        form = self.form.replace("{film}", "it")
        begins = self.text if form.startswith("{") else form
        return " ".join(begins.lower().split()[:_WORDS_OF_BEGINNING])

    @property
    def opener(self) -> str:
        """Its first word, for texts that begin with it: three "The ..." in a list of five tire the
        eye.

        >>> Phrase("The case for {film} begins with {title}", "").opener
        'opens with the'
        """
        return f"opens with {self.form.split()[0].lower()}"

    @property
    def is_warm(self) -> bool:
        """Say whether it turns to the reader at once.

        >>> Phrase("As you asked, {film} is", "").is_warm, Phrase("It is {mood}", "").is_warm
        (True, False)
        """
        return bool(_WARM.match(self.form))

    @property
    def stands_alone(self) -> bool:
        """Say whether it must be a sentence of its own, since its inside is already joined."""
        return any(mark in self.form for mark in (": ", ", and ", "; "))

    @property
    def names_film(self) -> bool:
        return "{film}" in self.form or "{bare}" in self.form

    @property
    def is_impersonal(self) -> bool:
        """Say whether it may stand behind any title: it neither names the film nor needs a pronoun.

        >>> Phrase("expect {content}", "").is_impersonal, Phrase("it has {n}", "").is_impersonal
        (True, False)
        """
        return not self.names_film and not _PRONOUN.search(self.form)

    @property
    def begins_with_number(self) -> bool:
        return self.text[:1].isdigit()


def fields_of(evidence: Evidence, context: Context, kinds: Kinds) -> Fields:
    """Return the words that phrases about this evidence are filled with; `film` is always there.
    Titles stand without their years where `context.undated` allows it."""
    own = kinds[evidence.kind].phrases.fields(evidence.fact, context.noun)
    titles = {name.text for name in evidence.fact.names if name.role == "title"}
    for name in titles.intersection(context.undated):
        own = {key: word.replace(clean(name), shown(name, context)) for key, word in own.items()}
    return {"film": shown(context.candidate.name, context), **own}


def shown(name: str, context: Context) -> str:
    """Return a name as texts about this context write it: without the year where it needs none."""
    return clean(_YEAR_BEHIND.sub("", name) if name in context.undated else name)


def filled(forms: Sequence[str], fields: Mapping[str, str], noun: str = FILM) -> list[Phrase]:
    """Fill those forms whose fields are all there.

    >>> filled(("It is like {n} films", "It has {m}"), {"n": "3"}, "book")[0].text
    'It is like 3 books'
    """
    return [
        Phrase(form, in_terms_of(noun, form).format_map(fields))
        for form in forms
        if needed(form) <= fields.keys()
    ]


@cache
def needed(form: str) -> frozenset[str]:
    """Return the fields that a form needs.

    >>> sorted(needed("{n} of {m}"))
    ['m', 'n']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(form) if name)
