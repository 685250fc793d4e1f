"""The writer of last resort: true clauses chosen by rule, at once, without a model."""

import random
import zlib
from collections import Counter
from collections.abc import Iterator

from recsys_rag.generate.grammar import clause_grammar
from recsys_rag.generate.sentences import GrammarReader
from recsys_rag.protocols import Kinds
from recsys_rag.types import Context


class TemplateWriter:
    """States the evidence in its order, varied by rank. Deterministic: same list, same seed, same
    text.

    An instance serves one list and remembers the phrasings that it used there; make a new one for
    each list.
    """

    name = "template"

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._said: Counter[str] = Counter()

    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        """Yield one or two sentences, in milliseconds. The context must hold evidence."""
        facts = " ".join(evidence.statement for evidence in context.evidence)
        told = f"{seed} {rank} {context.candidate.item_id} {facts}"
        rng = random.Random(zlib.crc32(told.encode()))
        clauses = clause_grammar(
            context, self._kinds, said=self._said, rng=rng, width=1, in_order=True
        )
        reader = GrammarReader(clauses)
        state = "start"
        while state != "end":
            literal, state = rng.choice(clauses.grammar.states[state])
            yield from reader.feed(literal)
        self._said.update(
            manner for literal in reader.literals for manner in clauses.manners.get(literal, ())
        )
