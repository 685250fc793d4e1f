"""Texts that are true of a context, written by a random walk through the bank of clauses. Some phrasings are held out."""

import random
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from recsys_rag.generate.grammar import clause_grammar
from recsys_rag.types import Context

Phrasing = Literal["trained", "held out"]

_HELD_OUT_OF = 12  # one beginning in so many is never trained on
_MOST_WALKS = 60
_MUCH = 1_000_000  # "used so often" that the bank offers it only when it has nothing else


def is_held_out(beginning: str) -> bool:
    """Say whether phrasings that begin so are kept from training; citations' connectives never are.

    >>> is_held_out("it is predicted at"), is_held_out("Besides, ")
    (False, False)
    """
    return not beginning.endswith(", ") and zlib.crc32(f"phrasing {beginning}".encode()) % _HELD_OUT_OF == 0


class BankWriter:
    """Writes from the bank, each phrasing about as often as the others; remembers what it has used.

    With phrasing "trained" no text holds a held-out phrasing; with "held out" each holds at least one.
    """

    def __init__(self, phrasing: Phrasing = "trained") -> None:
        self._phrasing = phrasing
        self._said: Counter[str] = Counter()

    def text(self, context: Context, rng: random.Random) -> str | None:
        """Return a text of one or two sentences with citations, or None where this context has no such phrasing."""
        for _ in range(_MOST_WALKS):
            literals, manners = self._walk(context, rng)
            held_out = any(map(is_held_out, manners))
            if held_out == (self._phrasing == "held out"):
                self._said.update(manners)
                return "".join(literals).strip()
            self._said.update({one: _MUCH for one in manners if is_held_out(one) and self._phrasing == "trained"})
        return None

    def _walk(self, context: Context, rng: random.Random) -> tuple[list[str], list[str]]:
        width = 2 if self._phrasing == "trained" else 6
        clauses = clause_grammar(context, said=self._said, rng=rng, width=width)
        literals: list[str] = []
        state = "start"
        while state != "end":
            literal, state = rng.choice(clauses.grammar.states[state])
            literals.append(literal)
        return literals, [manner for one in literals for manner in clauses.manners.get(one, ())]


def beginnings_held_out() -> Iterator[str]:
    """Yield the beginnings of all phrasings of the bank that training never sees, once each."""
    from recsys_rag.generate.phrases import BANKS, Phrase

    found = {Phrase(form, form).beginning for bank in BANKS.values() for forms in bank for form in forms}
    yield from sorted(filter(is_held_out, found))
