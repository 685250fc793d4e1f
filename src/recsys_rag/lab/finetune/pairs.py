"""(context, text) pairs for a writer: contexts of several sources, texts that the verifier
supports. Trains nothing."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from recsys_rag._flow import Flow
from recsys_rag.errors import DataError
from recsys_rag.generate._nouns import names_of, sentence_in_terms_of
from recsys_rag.generate._phrases import fields_of
from recsys_rag.lab.finetune.contexts import ContextSampler
from recsys_rag.lab.finetune.examples import Example, encoded
from recsys_rag.lab.finetune.phrasings import BankWriter, Phrasing
from recsys_rag.lab.tuned.tuned_prompt import tuned_prompt
from recsys_rag.registry import fact_kinds
from recsys_rag.types import Context, Verdict
from recsys_rag.verify.claims import claims_of


@dataclass(frozen=True, slots=True)
class Source:
    """A fitted flow, and which share of the pairs comes from it."""

    name: str
    flow: Flow
    share: float


@dataclass(frozen=True, slots=True)
class Situation:
    """A context with the flow whose verifier judges texts about it."""

    context: Context
    flow: Flow
    source: str

    @property
    def prompt(self) -> str:
        return tuned_prompt(self.context, fact_kinds()).raw

    @property
    def variants(self) -> list[tuple[str, ...]]:
        """The kind of each piece of evidence with the fields that it fills: what decides how it can
        be said."""
        return [
            (evidence.kind, *fields_of(evidence, self.context, fact_kinds()))
            for evidence in self.context.evidence
        ]

    def objections(self, text: str) -> list[str]:
        """Return why claims of this text are unsupported, as the strict verifier says; none where
        all are supported."""
        judged = self._judged(text)
        if not judged:
            return ["says nothing"]
        return [verdict.reason for verdict in judged if not verdict.supported]

    def recall(self, text: str) -> float:
        """Return the share of the evidence that supported claims of this text cite."""
        supported = (verdict.claim for verdict in self._judged(text) if verdict.supported)
        cited = {number for claim in supported for number in claim.citations}
        return len(cited) / len(self.context.evidence)

    def _judged(self, text: str) -> Sequence[Verdict]:
        """Judge a text in the noun of the catalog; writers are trained to speak of films."""
        candidate, noun = self.context.candidate, self.flow.ranker.dataset.catalog.noun
        names = [candidate.name, candidate.title, *names_of(self.context.evidence)]
        said = sentence_in_terms_of(noun, text, names)
        return self.flow.verifier.verify(claims_of(said), self.context)


@dataclass(frozen=True, slots=True)
class Pair:
    """What the model reads, and what it is to write."""

    prompt: str
    text: str

    def example(self, tokenizer: Any) -> Example:
        return encoded(tokenizer, self.prompt, self.text)


@dataclass
class Situations:
    """Draws situations of one part of all sources, by their shares; the same seed draws the
    same."""

    sources: Sequence[Source]
    part: str
    seed: int
    _streams: dict[str, Iterator[Context]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rng = random.Random(f"{self.part} {self.seed}")

    def draw(self, n: int) -> list[Situation]:
        """Return n situations. Raises DataError where a source offers nothing to say in this part
        of it."""
        weights = [source.share for source in self.sources]
        return [self._next(source) for source in self._rng.choices(self.sources, weights, k=n)]

    def _next(self, source: Source) -> Situation:
        if source.name not in self._streams:
            rng = random.Random(f"{source.name} {self.part} {self.seed}")
            self._streams[source.name] = ContextSampler(source.flow, self.part).contexts(rng)
        context = next(self._streams[source.name], None)
        if context is None:
            dataset = source.flow.ranker.dataset
            raise DataError(
                f"{source.name}: with {dataset.n_ratings:,} ratings of {dataset.n_users:,} users "
                f"for {dataset.n_items:,} items "
                f"there is too little to say in its {self.part} part; a writer needs about 50 "
                "users and 50 items"
            )
        return Situation(context, source.flow, source.name)


def bank_pairs(
    situations: Situations, n: int, seed: int, phrasing: Phrasing = "trained", *, out_of: int = 1
) -> list[Pair]:
    """Return n pairs with texts from the bank of clauses, every one of them supported whole.

    Of each `out_of` situations that are drawn, the one is told whose rarest variant of a fact was
    told least: what seldom happens is learned too.
    """
    rng, writers, pairs = random.Random(f"bank {seed}"), dict[str, BankWriter](), list[Pair]()
    n_told: Counter[tuple[str, ...]] = Counter()
    for _ in range(100 * n):
        drawn = min(
            situations.draw(out_of),
            key=lambda variants: min(n_told[variant] for variant in variants.variants),
        )
        n_told.update(drawn.variants)
        text = writers.setdefault(drawn.source, BankWriter(phrasing)).text(drawn.context, rng)
        if text is not None and not drawn.objections(text):
            pairs.append(Pair(drawn.prompt, text))
            if len(pairs) == n:
                return pairs
    raise DataError(
        f"only {len(pairs)} of {n} texts could be written from these data with phrasings that are "
        f"{phrasing}"
    )
