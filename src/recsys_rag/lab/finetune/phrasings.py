"""Texts that are true of a context, written by a random walk through the bank of clauses. Some
phrasings are held out."""

import random
from collections import Counter
from functools import cache
from typing import Literal

from recsys_rag.generate._grammar import clause_grammar
from recsys_rag.generate._phrases import Phrase
from recsys_rag.lab.tuned.trained_forms import trained_forms
from recsys_rag.registry import fact_kinds
from recsys_rag.types import Context

Phrasing = Literal["trained", "held out"]

_MOST_WALKS = 220
_NARROW_WALKS = 20  # of these, the first ones
_WIDE = 999  # every form is offered
_MUCH = 1_000_000  # said so often that the bank offers it last
_WIDTHS = {"trained": 4, "held out": 6}


@cache
def all_trained_forms() -> frozenset[str]:
    """Return the forms of all kinds that training may use."""
    phrases = (kind.phrases for kind in fact_kinds().values())
    return frozenset().union(*map(trained_forms, phrases))


@cache
def _trained_or_none() -> frozenset[str | None]:
    return frozenset({None, *all_trained_forms()})


def _forms() -> set[str]:
    phrases = [kind.phrases for kind in fact_kinds().values()]
    return {form for bank in phrases for form in (*bank.opens, *bank.nexts)}


def _beginnings(*, only: bool) -> set[str]:
    """Return the beginnings of trained forms (`only` True) or of held-out ones that no form of the
    other sort has."""
    by_sort: dict[bool, set[str]] = {True: set(), False: set()}
    for form in _forms():
        by_sort[form in all_trained_forms()].add(Phrase(form, form).beginning)
    return by_sort[only] - by_sort[not only]


def n_forms() -> int:
    """Return how many forms all kinds have."""
    return len(_forms())


class BankWriter:
    """Writes from the bank, each phrasing about as often as the others; remembers what it has used.

    With phrasing "trained" no text holds a held-out phrasing; with "held out" each holds at least
    one. Facts are told in the order of the context: what comes next is then not the model's to
    plan, only how it is said.
    """

    def __init__(self, phrasing: Phrasing = "trained") -> None:
        self._phrasing = phrasing
        # subtle: the bank offers first what was used least, which would be what is never used
        self._said: Counter[str] = Counter(
            dict.fromkeys(_beginnings(only=phrasing != "trained"), _MUCH)
        )

    def text(self, context: Context, rng: random.Random) -> str | None:
        """Return a text of one or two sentences with citations, or None where this context has no
        such phrasing."""
        for walk in range(_MOST_WALKS):
            # subtle: a held-out form that begins as trained ones do is offered among the least
            # used, and may fill the width
            width = _WIDTHS[self._phrasing] if walk < _NARROW_WALKS else _WIDE
            literals, manners, forms = self._walk(context, rng, width)
            if (all_trained_forms() >= forms) == (self._phrasing == "trained"):
                self._said.update(manners)
                return "".join(literals).strip()
        return None

    def _walk(
        self, context: Context, rng: random.Random, width: int
    ) -> tuple[list[str], list[str], set[str]]:
        """Return the literals of one text, the manners of its clauses, and the forms that they were
        filled from."""
        clauses = clause_grammar(
            context,
            fact_kinds(),
            said=self._said,
            rng=rng,
            width=width,
            in_order=True,
            keeps_length=False,  # few forms are trained: not every length can be had
        )
        literals: list[str] = []
        state = "start"
        while state != "end":
            alternatives = clauses.grammar.states[state]
            # where some ways on are trained ones, the walk takes one of them
            if self._phrasing == "trained":
                trained = [
                    alternative
                    for alternative in alternatives
                    # joints and full stops have no form
                    if clauses.forms.get(alternative[0]) in _trained_or_none()
                ]
                alternatives = tuple(trained) or alternatives
            literal, state = rng.choice(alternatives)
            literals.append(literal)
        manners = [manner for text in literals for manner in clauses.manners.get(text, ())]
        return (
            literals,
            manners,
            {clauses.forms[text] for text in literals if text in clauses.forms},
        )
