"""Cutting text into sentences by a clause grammar's own literals, while it streams."""

from collections.abc import Iterator

from recsys_rag.generate._grammar import ClauseGrammar


class GrammarReader:
    """Reads a text that a clause grammar derives, piece by piece, and knows where its sentences
    end.

    `literals` are those read so far. Text that leaves the grammar stays in `unread`.
    """

    def __init__(self, clauses: ClauseGrammar) -> None:
        self._clauses = clauses
        self._state = "start"
        self._sentence = ""
        self.unread = ""
        self.literals: list[str] = []

    @property
    def is_complete(self) -> bool:
        return self._state == "end" and not self.unread

    def feed(self, piece: str) -> Iterator[str]:
        """Yield the sentences that this piece completes."""
        self.unread += piece
        while step := self._step():
            literal, following = step
            self.unread = self.unread[len(literal) :]
            self.literals.append(literal)
            self._sentence += literal
            self._state = following
            if following == "end" or following in self._clauses.sentence_starts:
                yield self._sentence.strip()
                self._sentence = ""

    def _step(self) -> tuple[str, str] | None:
        """Return the alternative that the unread text begins with, once it is there whole."""
        if self._state == "end":
            return None
        alternatives = self._clauses.grammar.states[self._state]
        return next((one for one in alternatives if self.unread.startswith(one[0])), None)
