"""A model that was tuned for it puts numbered facts into sentences, freely. Trusts nothing; `verify` decides."""

import random
import re
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from recsys_rag.errors import GenerationError
from recsys_rag.generate.fields import fields_of
from recsys_rag.generate.free import OPENERS, literals_of
from recsys_rag.generate.phrases import BANKS, filled
from recsys_rag.generate.trained import trained_forms
from recsys_rag.generate.tuned_prompt import tuned_prompt
from recsys_rag.generate.wording import one_line
from recsys_rag.protocols import KeepsToNames, LanguageModel
from recsys_rag.types import Context, Verdict

_SENTENCE = re.compile(r"(.*?\[\d+\]\.)(?:\s+|$)", re.DOTALL)
_MAX_TOKENS = 200  # three long clauses; a text that is cut short loses its unfinished sentence
_ANOTHER_SEED = 7919  # a prime: no rank of the same list has it


def opening_of(text: str, name: str) -> str:
    """Return the first two words of a text, a name that it begins with as one word; "" where a third has not begun.

    >>> [opening_of(text, "Heat (1995)") for text in ("Ask the people", "Heat (1995) has an", "Heat (19")]
    ['ask the', '_ has', '']
    """
    text = text.lstrip()
    if name.startswith(text):
        return ""
    words = text.replace(name, "_", 1).lower().split() if text.startswith(name) else text.lower().split()
    return " ".join(words[:2]) if len(words) > 2 else ""


class TunedWriter:
    """Yields the sentences of a tuned model as they are finished; citations are the model's own.

    The adapter must have been trained on the prompt form of `tuned_prompt`. With `keeps_to_names`, a model that can be held to
    it writes no name and no number but those of the context, which costs time at each token. An instance serves one list: a
    text that begins as an earlier one is stopped a few words in, and begun for the model by two words that it knows and the
    list has had least. What follows the last citation is an unfinished sentence and is dropped. Raises GenerationError, also
    where the model finished no sentence.
    """

    name = "tuned"

    def __init__(
        self, language_model: LanguageModel, *, temperature: float = 0.3, keeps_to_names: bool = False
    ) -> None:
        self._language_model = language_model
        self._temperature = temperature
        self._keeps_to_names = keeps_to_names
        self._begun: Counter[str] = Counter()  # how this list's texts begin

    def write(self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0) -> Iterator[str]:
        """Yield each finished sentence, in order, with the citations that the model gave it."""
        unread, n_sentences = "", 0
        for piece in self._varied(context, seed, timeout_seconds):
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

    def _varied(self, context: Context, seed: int, timeout_seconds: float) -> Iterator[str]:
        """Yield the pieces of a text; where it begins as one before it, of another one that is begun by us, in other words."""
        pieces, head, opening = self._pieces(context, seed, timeout_seconds), "", ""
        for piece in pieces:
            head += piece
            if opening := opening_of(head, context.candidate.name):
                break
        if others := self._fresher_beginnings(context, self._begun[opening]):
            if isinstance(pieces, Generator):
                pieces.close()  # which stops the model
            opening, head = random.Random(seed).choice(others)
            pieces = self._pieces(context, seed, timeout_seconds, begun=head)
            head += " "
        self._begun[opening] += 1
        yield head
        yield from pieces

    def _fresher_beginnings(self, context: Context, n_times: int) -> list[tuple[str, str]]:
        """Return the openings that the model knows for the first fact and this list has had least, and less than so often.

        Each with the words themselves; none where there are none.
        """
        first, name = context.evidence[0], context.candidate.name
        found: dict[str, str] = {}
        for phrase in filled(BANKS[first.kind].opens, fields_of(first, context.candidate)):
            if phrase.form not in trained_forms():
                continue
            begun = name if phrase.text.startswith(name) else ""
            words = phrase.text.removeprefix(begun).split()[: 1 if begun else 2]
            found.setdefault(opening_of(phrase.text, name), " ".join(filter(None, [begun, *words])))
        least = min((self._begun[one] for one in found), default=n_times)
        return [one for one in found.items() if self._begun[one[0]] == least < n_times]

    def _pieces(self, context: Context, seed: int, timeout_seconds: float, *, begun: str = "") -> Iterator[str]:
        model, prompt = self._language_model, tuned_prompt(context)
        if begun:
            prompt = replace(prompt, raw=f"{prompt.raw} {begun}")
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
