"""A model that was tuned for it puts numbered facts into sentences, freely. Trusts nothing;
`verify` decides."""

import random
import re
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from recsys_rag.errors import GenerationError
from recsys_rag.generate._nouns import FILM, names_of, sentence_in_terms_of
from recsys_rag.generate._phrases import fields_of, filled
from recsys_rag.generate.wording import one_line
from recsys_rag.lab.tuned.adapter import known_kinds
from recsys_rag.lab.tuned.trained_forms import trained_forms
from recsys_rag.lab.tuned.tuned_prompt import fingerprint, tuned_prompt
from recsys_rag.protocols import Kinds, LanguageModel
from recsys_rag.types import CITATION, Context, Verdict

_SENTENCE = re.compile(r"(.*?\[\d+\]\.)(?:\s+|$)", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MAX_TOKENS = 200  # three long clauses; a text that is cut short loses its unfinished sentence
_ANOTHER_SEED = 7919  # a prime: no rank of the same list has it


def beginning_of(text: str, names: Sequence[str]) -> tuple[str, str]:
    """Return the first two words as they are and without names and numbers; a name is one word. "",
    "" before the third.

    >>> beginning_of("From Heat (1995), which you gave a 4", ["Heat (1995)"])
    ('From Heat (1995),', 'from _')
    >>> beginning_of("Your 4 for", []), beginning_of("From Heat (19", ["Heat (1995)"])
    (('Your 4', 'your 0'), ('', ''))
    """
    text = text.lstrip()
    a_name = "|".join(map(re.escape, sorted(filter(None, names), key=len, reverse=True)))
    a_word = rf"(?P<name>{a_name})\S*|\S+" if a_name else r"(?P<name>(?!))|\S+"
    words = list(islice(re.finditer(a_word, text), 3))
    if len(words) < 3 or any(
        name.startswith(text[word.start() :]) for word in words[:2] for name in names
    ):
        return "", ""  # what is there so far may be a part of a name
    plain = (
        "_" if word["name"] else _NUMBER.sub("0", word[0].lower().rstrip(",:"))
        for word in words[:2]
    )
    return text[: words[1].end()], " ".join(plain)


class TunedWriter:
    """Yields the sentences of a tuned model as they are finished; citations are the model's own.

    The adapter must have been trained on the prompt form of `tuned_prompt`; facts of kinds other
    than `known` (None: all) are left out, and a text of no known fact is empty. An instance
    serves one list: a text that begins as an earlier one, but for names and numbers, is stopped a
    few words in, and begun for the model by two words that it knows and the list has had least.
    What follows the last citation is an unfinished sentence and is dropped. Raises GenerationError
    where the model finished no sentence.
    """

    name = "tuned"

    def __init__(
        self,
        language_model: LanguageModel,
        kinds: Kinds,
        *,
        temperature: float = 0.3,
        known: Collection[str] | None = None,
    ) -> None:
        self._language_model = language_model
        self._kinds = kinds
        self._temperature = temperature
        self._known = kinds.keys() if known is None else known
        self._begun: Counter[str] = Counter()  # how this list's texts begin

    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        """Yield each finished sentence, in order, with the citations that the model gave it."""
        # it was taught to speak of films, whatever the catalog holds
        numbers = [
            number
            for number, evidence in enumerate(context.evidence, 1)
            if evidence.kind in self._known
        ]
        if not numbers:
            return
        known = tuple(context.evidence[number - 1] for number in numbers)
        # and to name them in full
        in_films = replace(context, noun=FILM, evidence=known, undated=())
        names = _names_in(context)
        # where facts were left out, the model has numbered the others anew
        back = dict(enumerate(numbers, 1))
        for sentence in self._sentences(in_films, seed, timeout_seconds):
            said = sentence_in_terms_of(context.noun, sentence, names)
            yield CITATION.sub(
                lambda cited: f"[{back.get(int(cited[1]), len(context.evidence) + 1)}]", said
            )

    def left_out(self, context: Context) -> str:
        """Return a note on the kinds of this context that the model was not taught."""
        kinds = {one.kind: None for one in context.evidence if one.kind not in self._known}
        if not kinds:
            return ""
        return (
            f"{self._language_model.model_id} was not taught facts of kind {', '.join(kinds)}; "
            "its texts do without"
        )

    def _sentences(self, context: Context, seed: int, timeout_seconds: float) -> Iterator[str]:
        unread, n_sentences = "", 0
        for piece in self._varied(context, seed, timeout_seconds):
            unread += piece
            # what follows could belong to it
            while (found := _SENTENCE.match(unread)) and found.end() < len(unread):
                unread = unread[found.end() :]
                n_sentences += 1
                yield one_line(found[1])
        if found := _SENTENCE.match(unread):
            n_sentences += 1
            yield one_line(found[1])
        if not n_sentences:
            raise GenerationError(
                f"{self._language_model.model_id} finished no sentence: {one_line(unread)[:60]!r}"
            )

    def _varied(self, context: Context, seed: int, timeout_seconds: float) -> Iterator[str]:
        """Yield the pieces of a text; where it begins as one before it, of another one that is
        begun by us, in other words."""
        names = _names_in(context)
        pieces, head, opening = self._pieces(context, seed, timeout_seconds), "", ""
        for piece in pieces:
            head += piece
            if opening := beginning_of(head, names)[1]:
                break
        if others := self._fresher_beginnings(context, names, self._begun[opening]):
            if isinstance(pieces, Generator):
                pieces.close()  # which stops the model
            opening, head = random.Random(seed).choice(others)
            pieces = self._pieces(context, seed, timeout_seconds, begun=head)
            head += " "
        self._begun[opening] += 1
        yield head
        yield from pieces

    def _fresher_beginnings(
        self, context: Context, names: Sequence[str], n_times: int
    ) -> list[tuple[str, str]]:
        """Return the openings that the model knows for the first fact and this list has had least,
        and less than so often.

        Each with the words themselves; none where there are none.
        """
        first, found = context.evidence[0], dict[str, str]()
        phrases = self._kinds[first.kind].phrases
        for phrase in filled(phrases.opens, fields_of(first, context, self._kinds)):
            if phrase.form in trained_forms(phrases):
                written, opening = beginning_of(phrase.text, names)
                found.setdefault(opening, written)
        least = min((self._begun[one] for one in found), default=n_times)
        return [one for one in found.items() if self._begun[one[0]] == least < n_times]

    def _pieces(
        self, context: Context, seed: int, timeout_seconds: float, *, begun: str = ""
    ) -> Iterator[str]:
        model, prompt = self._language_model, tuned_prompt(context, self._kinds)
        if begun:
            prompt = replace(prompt, raw=f"{prompt.raw} {begun}")
        return model.generate(
            prompt,
            max_tokens=_MAX_TOKENS,
            temperature=self._temperature,
            seed=seed,
            timeout_seconds=timeout_seconds,
        )

    def repair(
        self,
        context: Context,
        refused: Sequence[Verdict],
        *,
        rank: int,
        seed: int,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]:
        """Yield another text from another seed: the model was not taught to mend one."""
        yield from self.write(
            context, rank=rank, seed=seed + _ANOTHER_SEED, timeout_seconds=timeout_seconds
        )


def of_adapter(
    model: LanguageModel, adapter: Path, kinds: Kinds, *, temperature: float
) -> TunedWriter:
    """Return the writer of an adapter, which leaves out the facts that it was not taught."""
    taught = known_kinds(adapter)
    known = {name for name, kind in kinds.items() if taught.get(name) == fingerprint(kind)}
    return TunedWriter(model, kinds, temperature=temperature, known=known)


def _names_in(context: Context) -> list[str]:
    return [context.candidate.name, context.candidate.title, *names_of(context.evidence)]
