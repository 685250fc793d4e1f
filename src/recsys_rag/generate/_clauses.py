"""A language model picks among true clauses: it chooses words, order and connection, and can say
nothing untrue."""

import random
import zlib
from collections import Counter
from collections.abc import Iterator

from recsys_rag.errors import GenerationError
from recsys_rag.generate._grammar import ClauseGrammar, clause_grammar
from recsys_rag.generate._prompt import naming_prompt
from recsys_rag.generate._sentences import GrammarReader
from recsys_rag.protocols import Kinds, LanguageModel
from recsys_rag.types import Context

_MAX_TOKENS = 320  # three clauses with long titles; a text cut short inside the grammar is an error


class ClauseWriter:
    """Has the model decode under a grammar of true clauses; sentences come as they are finished.

    An instance serves one list: what it used there is offered again only when all else is used.
    Make a new one for each list. GenerationError passes through; sentences that came before it are
    whole and true.
    """

    name = "clauses"

    def __init__(
        self,
        language_model: LanguageModel,
        kinds: Kinds,
        *,
        temperature: float = 0.7,
        width: int = 3,
    ) -> None:
        self._language_model = language_model
        self._kinds = kinds
        self._temperature = temperature
        self._width = width
        self._said: Counter[str] = Counter()

    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        """Yield one or two sentences. The context must hold evidence. Raises GenerationError."""
        model = self._language_model
        if not model.honors_grammar:
            raise GenerationError(
                f"{model.model_id} cannot be constrained by a grammar; "
                "write with 'free' or 'template'"
            )
        rng = random.Random(zlib.crc32(f"{seed} {rank} {context!r}".encode()))
        clauses = clause_grammar(context, self._kinds, said=self._said, rng=rng, width=self._width)
        reader = GrammarReader(clauses)
        pieces = model.generate(
            naming_prompt(context),
            grammar=clauses.grammar,
            max_tokens=_MAX_TOKENS,
            temperature=self._temperature,
            seed=seed,
            timeout_seconds=timeout_seconds,
        )
        for piece in pieces:
            for sentence in reader.feed(piece):
                self._remember(clauses, reader)
                yield sentence
        if not reader.is_complete:
            raise GenerationError(f"{model.model_id} left the grammar at {reader.unread[:60]!r}")

    def _remember(self, clauses: ClauseGrammar, reader: GrammarReader) -> None:
        self._said.update(
            manner for literal in reader.literals for manner in clauses.manners.get(literal, ())
        )
        reader.literals.clear()
