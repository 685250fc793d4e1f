"""Cutting text into sentences by a clause grammar's own literals, while it streams."""

from collections.abc import Iterator

from recsys_rag.generate._backends.derivation import Derivation
from recsys_rag.generate._grammar import ClauseGrammar


class GrammarReader:
    """Reads a text that a clause grammar derives, piece by piece, and knows where its sentences
    end.

    `literals` are those read so far. Text that leaves the grammar stays in `unread`.
    """

    def __init__(self, clauses: ClauseGrammar) -> None:
        self._starts, self._derivation = clauses.sentence_starts, Derivation(clauses.grammar)
        self._sentence = ""
        self.literals: list[str] = []

    @property
    def is_complete(self) -> bool:
        return self._derivation.is_complete

    @property
    def unread(self) -> str:
        return self._derivation.unread

    def feed(self, piece: str) -> Iterator[str]:
        """Yield the sentences that this piece completes."""
        for literal, following in self._derivation.steps(piece):
            self.literals.append(literal)
            self._sentence += literal
            if following == "end" or following in self._starts:
                yield self._sentence.strip()
                self._sentence = ""
