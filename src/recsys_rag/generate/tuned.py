"""A model that was tuned for it puts numbered facts into sentences, freely. Trusts nothing; `verify` decides."""

import re
from collections.abc import Iterator, Sequence

from recsys_rag.errors import GenerationError
from recsys_rag.generate.free import OPENERS, literals_of
from recsys_rag.generate.tuned_prompt import tuned_prompt
from recsys_rag.generate.wording import one_line
from recsys_rag.protocols import KeepsToNames, LanguageModel
from recsys_rag.types import Context, Verdict

_SENTENCE = re.compile(r"(.*?\[\d+\]\.)(?:\s+|$)", re.DOTALL)
_MAX_TOKENS = 200  # three long clauses; a text that is cut short loses its unfinished sentence
_ANOTHER_SEED = 7919  # a prime: no rank of the same list has it


class TunedWriter:
    """Yields the sentences of a tuned model as they are finished; citations are the model's own.

    The adapter must have been trained on the prompt form of `tuned_prompt`. With `keeps_to_names`, a model that can be held to
    it writes no name and no number but those of the context, which costs time at each token. Keeps nothing between texts:
    variety comes from the seed. What follows the last citation is an unfinished sentence and is dropped. Raises
    GenerationError, also where the model finished no sentence.
    """

    name = "tuned"

    def __init__(
        self, language_model: LanguageModel, *, temperature: float = 0.7, keeps_to_names: bool = False
    ) -> None:
        self._language_model = language_model
        self._temperature = temperature
        self._keeps_to_names = keeps_to_names

    def write(self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0) -> Iterator[str]:
        """Yield each finished sentence, in order, with the citations that the model gave it."""
        unread, n_sentences = "", 0
        for piece in self._pieces(context, seed, timeout_seconds):
            unread += piece
            while (found := _SENTENCE.match(unread)) and found.end() < len(unread):  # what follows could belong to it
                unread = unread[found.end() :]
                n_sentences += 1
                yield one_line(found[1])
        if found := _SENTENCE.match(unread):
            n_sentences += 1
            yield one_line(found[1])
        if not n_sentences:
            raise GenerationError(f"{self._language_model.model_id} finished no sentence: {one_line(unread)[:60]!r}")

    def _pieces(self, context: Context, seed: int, timeout_seconds: float) -> Iterator[str]:
        model, prompt = self._language_model, tuned_prompt(context)
        if self._keeps_to_names and isinstance(model, KeepsToNames):
            return model.prose(
                prompt,
                names=literals_of(context),
                openers=OPENERS,
                max_tokens=_MAX_TOKENS,
                temperature=self._temperature,
                seed=seed,
                timeout_seconds=timeout_seconds,
            )
        return model.generate(
            prompt, max_tokens=_MAX_TOKENS, temperature=self._temperature, seed=seed, timeout_seconds=timeout_seconds
        )

    def repair(
        self, context: Context, refused: Sequence[Verdict], *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        """Yield another text from another seed: the model was not tuned to be told what was wrong."""
        yield from self.write(context, rank=rank, seed=seed + _ANOTHER_SEED, timeout_seconds=timeout_seconds)
