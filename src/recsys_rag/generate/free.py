"""Free prose by a language model, cut into finished sentences with citations attached. Trusts
nothing; `verify` decides."""

import re
from collections.abc import Iterator, Sequence

from recsys_rag.errors import GenerationError
from recsys_rag.generate.fields import fields_of
from recsys_rag.generate.nouns import names_of
from recsys_rag.generate.phrases import BANKS
from recsys_rag.generate.prompt import prompt_for, repair_prompt
from recsys_rag.generate.sentences import split_sentences
from recsys_rag.generate.wording import clean, genre_forms, one_line
from recsys_rag.protocols import KeepsToNames, LanguageModel
from recsys_rag.types import Context, Evidence, Fact, Prompt, Verdict

_MAX_TOKENS = 120
OPENERS = sorted(  # words that a sentence may begin with, though they are no names
    {
        form.split()[0].rstrip(",")
        for bank in BANKS.values()
        for form in bank.opens
        if form[0].isupper()
    }
    | {
        "A",
        "An",
        "And",
        "Also",
        "At",
        "Because",
        "Besides",
        "But",
        "For",
        "From",
        "He",
        "If",
        "Its",
        "It",
        "Most",
        "One",
    }
    | {
        "Like",
        "She",
        "Since",
        "So",
        "That",
        "The",
        "These",
        "They",
        "This",
        "Those",
        "What",
        "While",
        "You",
        "Your",
    }
)
_ANOTHER_SEED = 7919  # a prime: no rank of the same list has it
_CITED = re.compile(r"\[\d+\]")
_END = re.compile(r"([.!?]+)$")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_IN_LOWER_CASE = re.compile(r"[a-z' -]*")
_SPELLED_NUMBER = re.compile(r"\d+(?:[.,]\d+)*s?")  # also 1,682 and 1990s
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


class FreeWriter:
    """Yields the model's finished sentences; an uncited one gets the numbers of the evidence that
    it speaks of.

    For models that are large enough, or tuned to these texts: what the small untuned one says is
    mostly refused. Keeps nothing between texts. The unfinished last sentence is dropped. Raises
    GenerationError, also where the model finished no sentence.
    """

    name = "free"

    def __init__(self, language_model: LanguageModel, *, temperature: float = 0.7) -> None:
        self._language_model = language_model
        self._temperature = temperature

    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        """Yield each sentence once, with citations, in the order that the model wrote them."""
        yield from self._sentences(prompt_for(context), context, seed, timeout_seconds)

    def repair(
        self,
        context: Context,
        refused: Sequence[Verdict],
        *,
        rank: int,
        seed: int,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]:
        """Tell the model what was wrong, and yield the sentences of the text that it writes then."""
        yield from self._sentences(
            repair_prompt(context, refused), context, seed + _ANOTHER_SEED, timeout_seconds
        )

    def _sentences(
        self, prompt: Prompt, context: Context, seed: int, timeout_seconds: float
    ) -> Iterator[str]:
        names = [clean(context.candidate.name), clean(context.candidate.title), *_names_in(context)]
        text, given = "", list[str]()
        for piece in self._pieces(prompt, context, seed, timeout_seconds):
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
            raise GenerationError(
                f"{self._language_model.model_id} finished no sentence: {clean(text)[:60]!r}"
            )

    def _pieces(
        self, prompt: Prompt, context: Context, seed: int, timeout_seconds: float
    ) -> Iterator[str]:
        """Have the model write, held to the names and numbers of the context where it can be."""
        model, temperature = self._language_model, self._temperature
        if isinstance(model, KeepsToNames) and model.honors_grammar:
            return model.prose(
                prompt,
                names=literals_of(context),
                openers=OPENERS,
                max_tokens=_MAX_TOKENS,
                temperature=temperature,
                seed=seed,
                timeout_seconds=timeout_seconds,
            )
        return model.generate(
            prompt,
            max_tokens=_MAX_TOKENS,
            temperature=temperature,
            seed=seed,
            timeout_seconds=timeout_seconds,
        )

    @staticmethod
    def _finished(text: str, names: list[str], context: Context) -> list[str]:
        """Return the sentences that later pieces cannot change: all but the last one."""
        return [
            _with_citations(one, context)
            for one in split_sentences(one_line(text.translate(_PLAIN)), names)[:-1]
        ]


def literals_of(context: Context) -> list[str]:
    """Return what a text about this context may name: the film, and every name, genre and number of
    its facts."""
    candidate = context.candidate
    found = [
        candidate.name,
        candidate.title,
        str(candidate.year or ""),
        *candidate.genres,
        *names_of(context.evidence),
    ]
    for one in context.evidence:
        fields = fields_of(one, candidate)
        found += [value for value in fields.values() if not _IN_LOWER_CASE.fullmatch(value)]
        for text in (one.statement, *fields.values()):
            found += _SPELLED_NUMBER.findall(text)
    found += [
        form for genre in candidate.genres for form in genre_forms(genre) if not form.islower()
    ]
    return sorted({clean(one) for one in found} - {""})


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
    cited = [
        place for place, one in enumerate(context.evidence, 1) if _speaks_of(sentence, one, context)
    ]
    marks = "".join(f" [{place}]" for place in cited)
    return _END.sub(marks + r"\1", sentence)


def _speaks_of(sentence: str, evidence: Evidence, context: Context) -> bool:
    """Say whether the sentence names what is particular to this evidence: a title, a person, its
    numbers, its genre."""
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
    pairs = (
        ("liked", "raters"),
        ("chosen", "neighbors"),
        ("liked", "of"),
        ("share_percent", "catalog_percent"),
    )
    for first, second in pairs:
        if (
            first in facts
            and second in facts
            and {str(facts[first]), str(facts[second])} <= numbers
        ):
            return True
    if evidence.kind == "predicted" or "mean" in facts:
        return f"{facts.get('mean', facts.get('rating')):.1f}" in numbers
    genres = [str(facts["genre"])] if "genre" in facts else list(_texts(facts.get("genres", ())))
    spoken = {form for genre in genres for form in (genre.casefold(), *genre_forms(genre))}
    return bool(genres) and any(
        re.search(rf"\b{re.escape(form)}\b", rest, re.IGNORECASE) for form in spoken
    )
