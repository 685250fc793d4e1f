"""A scripted language model: a fake of the outside world for tests. Knows no language; writes what
it was told to."""

import copy
import itertools
import re
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from recsys_rag._turns import Cancellation, Deadline
from recsys_rag.errors import GenerationError
from recsys_rag.types import Grammar, Prompt


class ScriptedLanguageModel:
    """Writes scripted texts, or picks a grammar's alternatives by a seeded generator; keeps the
    prompts that it saw.

    `texts` is served one text a call, from the beginning again after the last one; or it is a
    function of the prompt. Under a grammar without any texts, each choice is drawn uniformly from
    (`seed`, prompt), and is the first one at temperature 0; with texts, the text is cut into the
    grammar's literals, and one that the grammar does not derive raises GenerationError, as a
    backend that keeps its promise would. Free text comes word by word; words count as tokens: free
    text stops at `max_tokens` words, and a text under a grammar that needs more raises
    GenerationError. So does an empty text.

    `error`: raised instead of the first piece (or after `error_after` pieces). `delay_seconds`:
    slept before each piece; a piece that would come later than `timeout_seconds` raises
    GenerationError at the deadline, without sleeping longer.

    >>> model = ScriptedLanguageModel(["Heat is tense."])
    >>> list(model.generate(Prompt("Write.", "Film: Heat")))
    ['Heat ', 'is ', 'tense.']
    >>> model.prompts[0].facts
    'Film: Heat'
    """

    def __init__(
        self,
        texts: Sequence[str] | Callable[[Prompt], str] = (),
        *,
        honors_grammar: bool = True,
        model_id: str = "scripted",
        error: str = "",
        error_after: int = 0,
        delay_seconds: float = 0.0,
    ) -> None:
        self.model_id = model_id
        self.honors_grammar = honors_grammar
        self.prompts: list[Prompt] = []
        self.closed = False
        self._texts = texts
        self._served = itertools.count()
        self._cancellation = Cancellation()
        self._error = error
        self._error_after = error_after
        self._delay_seconds = delay_seconds

    def generate(
        self,
        prompt: Prompt,
        *,
        grammar: Grammar | None = None,
        max_tokens: int = 160,
        temperature: float = 0.7,
        seed: int = 0,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]:
        """Yield the scripted text in pieces; see the class for what raises GenerationError."""
        self.prompts.append(prompt)
        if grammar is not None and not self.honors_grammar:
            raise GenerationError(
                f"{self.model_id}: this model cannot be constrained by a grammar; "
                "generate without one"
            )
        if grammar is None:
            pieces = re.split(r"(?<=\s)(?=\S)", self._next_text(prompt))[:max_tokens]
        else:
            pieces = self._pieces_of(prompt, grammar, max_tokens, temperature, seed)
        if not "".join(pieces):
            raise GenerationError(f"{self.model_id}: the model returned an empty text")
        yield from self._played(pieces, Deadline(timeout_seconds))

    def until(self, cancellation: Cancellation) -> "ScriptedLanguageModel":
        """Return this model for one asker: on cancellation its text raises Cancelled."""
        model = copy.copy(self)
        model._cancellation = cancellation
        return model

    def close(self) -> None:
        """Note that the model was closed; it goes on working."""
        self.closed = True

    def _next_text(self, prompt: Prompt) -> str:
        if callable(self._texts):
            return self._texts(prompt)
        if not self._texts:
            return ""
        return self._texts[next(self._served) % len(self._texts)]

    def _pieces_of(
        self, prompt: Prompt, grammar: Grammar, max_tokens: int, temperature: float, seed: int
    ) -> list[str]:
        if callable(self._texts) or self._texts:
            text = self._next_text(prompt)
            literals = grammar.parse(text)
            if literals is None:
                raise GenerationError(
                    f"{self.model_id}: the grammar does not derive the scripted text {text!r}"
                )
        else:
            rng = (
                np.random.default_rng([seed, zlib.crc32(repr(prompt).encode())])
                if temperature > 0
                else None
            )
            literals = _drawn(grammar, rng, max_tokens)
        if (
            grammar.parse("".join(literals)) is None
            or sum(len(literal.split()) for literal in literals) > max_tokens
        ):
            raise GenerationError(
                f"{self.model_id}: the text needs more than max_tokens={max_tokens}"
            )
        return list(literals)

    def _played(self, pieces: Sequence[str], deadline: Deadline) -> Iterator[str]:
        for n_played, piece in enumerate(pieces):
            if self._error and n_played >= self._error_after:
                raise GenerationError(self._error)
            self._wait(min(self._delay_seconds, deadline.seconds_left))
            if not deadline.seconds_left:
                raise GenerationError(f"{self.model_id}: no text after {deadline.seconds:g} s")
            yield piece
        if self._error:
            raise GenerationError(self._error)

    def _wait(self, seconds: float) -> None:
        """Wait so long, or until the text is cancelled. Raises Cancelled."""
        woken = threading.Event()
        with self._cancellation.calling(woken.set):
            woken.wait(seconds)
        self._cancellation.check()


def _drawn(grammar: Grammar, rng: np.random.Generator | None, max_literals: int) -> tuple[str, ...]:
    state, literals = "start", list[str]()
    while state != "end" and len(literals) <= max_literals:  # a grammar may go round for ever
        alternatives = grammar.states[state]
        literal, state = alternatives[0 if rng is None else int(rng.integers(len(alternatives)))]
        literals.append(literal)
    return tuple(literals)
