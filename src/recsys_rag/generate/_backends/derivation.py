"""Holds text that arrives in pieces against a grammar, and passes on whole literals."""

from collections.abc import Iterator

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
        self.unread = ""  # where the text leaves the grammar, all from there

    @property
    def is_complete(self) -> bool:
        """Say whether the grammar derives what was fed, and nothing is left over."""
        return self._state == "end" and not self.unread

    def steps(self, piece: str) -> Iterator[tuple[str, str]]:
        """Yield each literal that this piece completes, with the state behind it."""
        self.unread += piece
        while self._state != "end":
            for literal, following in self._grammar.states[self._state]:
                if self.unread.startswith(literal):
                    self.unread, self._state = self.unread[len(literal) :], following
                    yield literal, following
                    break
            else:
                return

    def feed(self, piece: str) -> list[str]:
        """Return the literals that this piece completes. Raises GenerationError as soon as the text
        leaves the grammar."""
        literals = [literal for literal, _ in self.steps(piece)]
        following = () if self._state == "end" else self._grammar.states[self._state]
        if self.unread and not any(literal.startswith(self.unread) for literal, _ in following):
            raise GenerationError(f"the text leaves its grammar at {self.unread[:40]!r}")
        return literals
