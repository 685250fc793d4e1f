"""Free prose by a language model, cut into finished sentences with citations attached. Trusts nothing; `verify` decides."""

import re
from collections.abc import Iterator, Sequence

from recsys_rag.errors import GenerationError
from recsys_rag.generate.prompt import prompt_for, repair_prompt
from recsys_rag.generate.sentences import split_sentences
from recsys_rag.generate.wording import clean, genre_forms, one_line
from recsys_rag.protocols import LanguageModel
from recsys_rag.types import Context, Evidence, Fact, Prompt, Verdict

_ANOTHER_SEED = 7919  # a prime: no rank of the same list has it
_CITED = re.compile(r"\[\d+\]")
_END = re.compile(r"([.!?]+)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


class FreeWriter:
    """Yields the model's finished sentences; an uncited one gets the numbers of the evidence that it speaks of.

    For models that are large enough, or tuned to these texts: what the small untuned one says is mostly refused. Keeps
    nothing between texts. The unfinished last sentence is dropped. Raises GenerationError, also where the model finished no
    sentence.
    """

    name = "free"

    def __init__(self, language_model: LanguageModel, *, temperature: float = 0.7) -> None:
        self._language_model = language_model
        self._temperature = temperature

    def write(self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0) -> Iterator[str]:
        """Yield each sentence once, with citations, in the order that the model wrote them."""
        yield from self._sentences(prompt_for(context), context, seed, timeout_seconds)

    def repair(
        self, context: Context, refused: Sequence[Verdict], *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        """Tell the model what was wrong, and yield the sentences of the text that it writes then."""
        yield from self._sentences(repair_prompt(context, refused), context, seed + _ANOTHER_SEED, timeout_seconds)

    def _sentences(self, prompt: Prompt, context: Context, seed: int, timeout_seconds: float) -> Iterator[str]:
        names = [clean(context.candidate.name), clean(context.candidate.title), *_names_in(context)]
        text, given = "", list[str]()
        for piece in self._language_model.generate(
            prompt, max_tokens=120, temperature=self._temperature, seed=seed, timeout_seconds=timeout_seconds
        ):
            text += piece
            for sentence in self._finished(text, names, context):
                if sentence not in given:
                    given.append(sentence)
                    yield sentence
        for sentence in split_sentences(one_line(text.translate(_PLAIN)), names):
            cited = _with_citations(sentence, context)
            if cited not in given:
                given.append(cited)
                yield cited
        if not given:
            raise GenerationError(f"{self._language_model.model_id} finished no sentence: {clean(text)[:60]!r}")

    @staticmethod
    def _finished(text: str, names: list[str], context: Context) -> list[str]:
        """Return the sentences that later pieces cannot change: all but the last one."""
        return [_with_citations(one, context) for one in split_sentences(one_line(text.translate(_PLAIN)), names)[:-1]]


def _names_in(context: Context) -> list[str]:
    names: list[str] = []
    for evidence in context.evidence:
        for name in ("titles", "title", "people", "director", "actors", "person", "quote"):
            names += [clean(one) for one in _texts(evidence.facts.get(name, ()))]
    return names


def _texts(fact: Fact) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else (str(fact),)


def _with_citations(sentence: str, context: Context) -> str:
    if _CITED.search(sentence):
        return sentence
    cited = [place for place, one in enumerate(context.evidence, 1) if _speaks_of(sentence, one, context)]
    marks = "".join(f" [{place}]" for place in cited)
    return _END.sub(marks + r"\1", sentence)


def _speaks_of(sentence: str, evidence: Evidence, context: Context) -> bool:
    """Say whether the sentence names what is particular to this evidence: a title, a person, its numbers, its genre."""
    rest = sentence.replace(clean(context.candidate.name), " ")
    facts = evidence.facts
    names = [
        one
        for name in ("titles", "people", "director", "actors", "person", "quote")
        for one in _texts(facts.get(name, ()))
    ]
    names += [str(facts["title"])] if evidence.kind == "like" else []
    if any(clean(one) in rest for one in names):
        return True
    for one in names:
        rest = rest.replace(clean(one), " ")
    numbers = set(_NUMBER.findall(rest))
    pairs = (("liked", "raters"), ("chosen", "neighbors"), ("liked", "of"), ("share_percent", "catalog_percent"))
    for first, second in pairs:
        if first in facts and second in facts and {str(facts[first]), str(facts[second])} <= numbers:
            return True
    if evidence.kind == "predicted" or "mean" in facts:
        return f"{facts.get('mean', facts.get('rating')):.1f}" in numbers
    genres = [str(facts["genre"])] if "genre" in facts else list(_texts(facts.get("genres", ())))
    spoken = {form for genre in genres for form in (genre.casefold(), *genre_forms(genre))}
    return bool(genres) and any(re.search(rf"\b{re.escape(form)}\b", rest, re.IGNORECASE) for form in spoken)
