"""Free prose by a language model, cut into finished sentences with citations attached. Trusts
nothing; `verify` decides."""

import re
from collections.abc import Iterator, Sequence

from recsys_rag.errors import GenerationError
from recsys_rag.generate._nouns import names_of, sentence_in_terms_of
from recsys_rag.generate._phrases import fields_of
from recsys_rag.generate._prompt import prompt_for, repair_prompt
from recsys_rag.generate._sentence_ends import split_sentences
from recsys_rag.generate.wording import clean, genre_forms, one_line
from recsys_rag.protocols import Kinds, LanguageModel
from recsys_rag.types import CITATION, Context, Evidence, Prompt, Verdict

_MAX_TOKENS = 200  # 55 words, with long titles and citations
_ANOTHER_SEED = 7919  # a prime: no rank of the same list has it
_END = re.compile(r"([.!?]+)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


class FreeWriter:
    """Yields the model's finished sentences; an uncited one gets the numbers of the evidence that
    it speaks of.

    For models that are large enough, or tuned to these texts: what the small untuned one says is
    mostly refused. Keeps nothing between texts. The unfinished last sentence is dropped. Raises
    GenerationError, also where the model finished no sentence.
    """

    name = "free"

    def __init__(
        self, language_model: LanguageModel, kinds: Kinds, *, temperature: float = 0.7
    ) -> None:
        self._language_model = language_model
        self._kinds = kinds
        self._temperature = temperature

    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        """Yield each sentence once, with citations, in the order that the model wrote them."""
        yield from self._sentences(prompt_for(context, self._kinds), context, seed, timeout_seconds)

    def repair(
        self,
        context: Context,
        refused: Sequence[Verdict],
        *,
        rank: int,
        seed: int,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]:
        """Tell the model what was wrong, and yield the sentences of its next text."""
        yield from self._sentences(
            repair_prompt(context, refused, self._kinds),
            context,
            seed + _ANOTHER_SEED,
            timeout_seconds,
        )

    def _sentences(
        self, prompt: Prompt, context: Context, seed: int, timeout_seconds: float
    ) -> Iterator[str]:
        names = [clean(name) for name in (context.candidate.name, context.candidate.title)]
        names += [clean(name) for name in names_of(context.evidence)]
        text, given = "", list[str]()
        pieces = self._language_model.generate(
            prompt,
            max_tokens=_MAX_TOKENS,
            temperature=self._temperature,
            seed=seed,
            timeout_seconds=timeout_seconds,
        )
        for piece in pieces:
            text += piece
            # later pieces can change the last sentence only
            yield from self._new(self._finished(text, names)[:-1], given, context, names)
        yield from self._new(self._finished(text, names), given, context, names)
        if not given:
            raise GenerationError(
                f"{self._language_model.model_id} finished no sentence: {clean(text)[:60]!r}"
            )

    @staticmethod
    def _finished(text: str, names: Sequence[str]) -> list[str]:
        return split_sentences(one_line(text.translate(_PLAIN)), names)

    def _new(
        self, sentences: Sequence[str], given: list[str], context: Context, names: Sequence[str]
    ) -> Iterator[str]:
        """Yield what was not given before, cited, in the noun of the catalog."""
        for sentence in sentences:
            said = sentence_in_terms_of(context.noun, sentence, names)
            cited = _with_citations(said, context, self._kinds)
            if cited not in given:
                given.append(cited)
                yield cited


def _with_citations(sentence: str, context: Context, kinds: Kinds) -> str:
    if CITATION.search(sentence):
        return sentence
    marks = "".join(
        f" [{number}]"
        for number, evidence in enumerate(context.evidence, 1)
        if _speaks_of(sentence, evidence, context, kinds)
    )
    return _END.sub(marks + r"\1", sentence)


def _speaks_of(sentence: str, evidence: Evidence, context: Context, kinds: Kinds) -> bool:
    """Say whether the sentence names what is particular to this evidence: a title, a person, a
    genre, or its numbers."""
    rest = sentence.replace(clean(context.candidate.name), " ")
    genres = []
    for name in evidence.fact.names:
        if name.role == "genre":
            genres += [name.text, *genre_forms(name.text, context.noun)]
        elif clean(name.text) in rest:
            return True
    fields = fields_of(evidence, context, kinds)
    if any(" of the " in value and value in rest for value in fields.values()):
        return True
    own = {value for value in fields.values() if _NUMBER.fullmatch(value)}
    said = own & set(_NUMBER.findall(rest))
    if any("." in number for number in said) or len(said) > 1:
        return True
    return any(re.search(rf"\b{re.escape(form)}\b", rest, re.IGNORECASE) for form in genres)
