"""The writer of last resort: true clauses chosen by rule, at once, without a model."""

import random
import zlib
from collections import Counter
from collections.abc import Iterator

from recsys_rag.generate._grammar import clause_grammar
from recsys_rag.generate._sentences import GrammarReader
from recsys_rag.protocols import Kinds
from recsys_rag.types import Context

_MOST_TRIES = 8


class TemplateWriter:
    """States the evidence, varied by rank: what the item is and why in either order, then how sure
    that is. Deterministic: same list, same seed, same text.

    An instance serves one list and remembers the phrasings that it used there, so that no two texts
    are built alike; make a new one for each list.
    """

    name = "template"

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._said: Counter[str] = Counter()
        self._built = set[tuple[str, ...]]()  # the forms of each text, in order

    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        """Yield one to three sentences, in milliseconds. The context must hold evidence."""
        facts = " ".join(evidence.statement for evidence in context.evidence)
        told = f"{seed} {rank} {context.candidate.item_id} {facts}"
        rng = random.Random(zlib.crc32(told.encode()))
        for _ in range(_MOST_TRIES):
            clauses = clause_grammar(context, self._kinds, said=self._said, rng=rng, width=2)
            literals, state = list[str](), "start"
            while state != "end":
                literal, state = rng.choice(clauses.grammar.states[state])
                literals.append(literal)
            built = tuple(clauses.forms.get(literal, literal) for literal in literals)
            if built not in self._built:
                break
        self._built.add(built)
        self._said.update(
            manner for literal in literals for manner in clauses.manners.get(literal, ())
        )
        reader = GrammarReader(clauses)
        for literal in literals:
            yield from reader.feed(literal)
