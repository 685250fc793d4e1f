"""Holds text that arrives in pieces against a grammar, and passes on whole literals. For engines
that decode elsewhere."""

from recsys_rag.errors import GenerationError
from recsys_rag.types import Grammar


class Derivation:
    """One text under a grammar, fed as it arrives.

    >>> states = {"start": ((" Heat", "mid"),), "mid": ((" is tense.", "end"),)}
    >>> derivation = Derivation(Grammar(states))
    >>> [derivation.feed(piece) for piece in (" He", "at is ten", "se.")]
    [[], [' Heat'], [' is tense.']]
    >>> derivation.is_complete
    True
    """

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._state = "start"
        self._rest = ""

    @property
    def is_complete(self) -> bool:
        """Say whether the grammar derives what was fed, and nothing is left over."""
        return self._state == "end" and not self._rest

    def feed(self, piece: str) -> list[str]:
        """Return the literals that this piece completes. Raises GenerationError as soon as the text
        leaves the grammar."""
        self._rest += piece
        literals: list[str] = []
        while self._state != "end" and self._rest:
            for literal, following in self._grammar.states[self._state]:
                if self._rest.startswith(literal):
                    literals.append(literal)
                    self._rest, self._state = self._rest[len(literal) :], following
                    break
            else:
                break
        if self._rest and not self._may_go_on():
            raise GenerationError(f"the text leaves its grammar at {self._rest[:40]!r}")
        return literals

    def _may_go_on(self) -> bool:
        return self._state != "end" and any(
            literal.startswith(self._rest) for literal, _ in self._grammar.states[self._state]
        )
