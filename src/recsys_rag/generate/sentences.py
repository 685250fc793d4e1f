"""Cutting text into sentences: by a clause grammar's own literals while it streams, or with care in
free prose."""

import re
from collections.abc import Iterator, Sequence

from recsys_rag.generate.grammar import ClauseGrammar

_ABBREVIATED = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Jr|Sr|Prof|Lt|Sgt|Capt|Gen|No|vs|etc|vol|Vol|e\.g|i\.e)|\b[A-Z])$"
)
_END = re.compile(r"[.!?]+[\"')\]]*(?:\s*\[\d+\])*(?=\s+[\"'(]?[A-Z0-9]|\s*$)")


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


def split_sentences(text: str, names: Sequence[str] = ()) -> list[str]:
    """Cut free prose into finished sentences; what follows the last full stop is dropped.

    A dot within one of `names`, or after an abbreviation or an initial, ends nothing.

    >>> split_sentences("Dr. No (1962) is a spy film [1]. It is short. And it", ["Dr. No (1962)"])
    ['Dr. No (1962) is a spy film [1].', 'It is short.']
    """
    protected = [
        (found.start(), found.end())
        for name in names
        if name
        for found in re.finditer(re.escape(name), text)
    ]
    sentences, begin = [], 0
    for end in _END.finditer(text):
        inside = any(start <= end.start() < stop for start, stop in protected)
        if inside or (text[end.start()] == "." and _ABBREVIATED.search(text[begin : end.start()])):
            continue
        sentences.append(text[begin : end.end()].strip())
        begin = end.end()
    return [one for one in sentences if one]
