"""The flow: a query is ranked, evidence is gathered, text is written and verified, and all of it streams out.

No algorithm, no format, no concrete part: `ranking.Ranker` ranks, the parts are given. `build.flow` wires a `Flow`.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys_rag.errors import AssetError, GenerationError, MissingExtraError
from recsys_rag.generate.nouns import in_terms_of, names_of
from recsys_rag.generate.selection import select
from recsys_rag.protocols import EvidenceSource, LanguageModel, ReadsRows, Verifier, Writer
from recsys_rag.ranking import Ranker
from recsys_rag.types import (
    Candidate,
    Context,
    Event,
    Evidence,
    Finished,
    Prompt,
    Query,
    Ranked,
    Recommendation,
    RecommendedItem,
    ResolvedQuery,
    Sentence,
    Verdict,
    Written,
)
from recsys_rag.verify.claims import claims_of, renumbered

_NOT_AT_HAND = (AssetError, MissingExtraError, GenerationError)


@dataclass(frozen=True, slots=True)
class Flow:
    """Fitted parts, wired; never changes.

    `language_model` returns the model, None for none, or raises AssetError, MissingExtraError or GenerationError when it is
    not at hand; the template writer then answers and the recommendation says so.
    """

    ranker: Ranker
    evidence_sources: Sequence[EvidenceSource]
    verifier: Verifier
    language_model: Callable[[], LanguageModel | None]
    writer: Callable[[LanguageModel], Writer]  # a new one for each list, so that it can vary its phrasing
    template: Callable[[], Writer]
    evidence_per_item: int = 3
    seed: int = 0
    seed_prompt: Callable[[str, Sequence[str]], Prompt] | None = None  # only of the seed method
    rows: ReadsRows | None = None  # None: no fact is read again before it is used

    def evidence(self, resolved: ResolvedQuery, candidates: Sequence[Candidate]) -> list[tuple[Evidence, ...]]:
        """Return for each candidate the facts that its explanation may use, chosen with a view to the whole list."""
        return self._evidence(resolved, candidates)[0]

    def _evidence(
        self, resolved: ResolvedQuery, candidates: Sequence[Candidate]
    ) -> tuple[list[tuple[Evidence, ...]], list[str]]:
        """Return the chosen facts, all of them borne out by the rows, and a note for each that was not."""
        items = np.array([one.item_index for one in candidates], np.int64)
        found: dict[str, list[Evidence]] = {one.item_id: [] for one in candidates}
        for source in self.evidence_sources:
            for piece in source.evidence(resolved, items):
                found[piece.item_id].append(piece)
        notes: list[str] = []
        objection = self.rows.objections(resolved, candidates) if self.rows else None
        while True:
            chosen = select([found[one.item_id] for one in candidates], self.evidence_per_item)
            fallen = []
            for candidate, pieces in zip(candidates, chosen, strict=True) if objection else ():
                for piece in pieces:
                    if wrong := objection(candidate, piece):  # type: ignore[misc]  # is there, or nothing is looped over
                        fallen.append(piece)
                        notes.append(f"{candidate.name}: a fact was left out ({piece.kind}): {wrong}")
            if not fallen:
                return chosen, notes
            for piece in fallen:
                found[piece.item_id].remove(piece)

    # --- the whole way, streaming --------------------------------------------------------------------------------

    def stream(self, query: Query, *, explain: bool = True) -> Iterator[Event]:
        """Answer one query: `Ranked` at once, then verified sentences as they are written, `Finished` last."""
        started = time.perf_counter()
        resolved = self.ranker.resolve(query)
        candidates = self.ranker.candidates(resolved, query.k)
        seconds = {"retrieve": time.perf_counter() - started}
        evidence, left_out = self._evidence(resolved, candidates) if explain else ([()] * len(candidates), [])
        seconds["evidence"] = time.perf_counter() - started - seconds["retrieve"]
        items = tuple(
            RecommendedItem(rank, candidate, pieces)
            for rank, (candidate, pieces) in enumerate(zip(candidates, evidence, strict=True), 1)
        )
        recommendation = Recommendation(
            query,
            self.ranker.liked(resolved),
            self.ranker.describe(resolved),
            items,
            notes=(*self._notes(resolved, len(items)), *left_out),
            seconds=seconds,
        )
        yield Ranked(recommendation)
        if explain and self.seed_prompt:
            recommendation = self._in_the_seed_way(recommendation)
        elif explain:
            recommendation = yield from self._explained(recommendation)
        yield Finished(recommendation)

    def _notes(self, resolved: ResolvedQuery, n_items: int) -> tuple[str, ...]:
        notes = []
        if n_items < resolved.query.k:
            notes.append(f"{n_items} instead of {resolved.query.k}: {self.ranker.what_left(resolved)}")
        for word in (*resolved.words.not_understood, *resolved.profile.not_understood):
            notes.append(f"not understood: {word}")
        return tuple(notes)

    def _explained(self, recommendation: Recommendation) -> Generator[Event, None, Recommendation]:
        """Write each item's explanation; yields events and returns the finished recommendation."""
        started = time.perf_counter()
        notes = list(recommendation.notes)
        model, writer = None, None
        try:
            model = self.language_model()
            writer = self.writer(model) if model else None
        except _NOT_AT_HAND as error:
            notes.append(f"written by the template, since the model is not at hand: {error}")
        seconds = {**recommendation.seconds, "load": time.perf_counter() - started}
        started = time.perf_counter()
        template = self.template()
        items, verdicts = [], []
        for item in recommendation.items:
            context = Context(item.candidate, item.evidence, recommendation.query.words or recommendation.query.profile)
            written, judged, failure = yield from self._item(item, context, writer, template)
            if failure and failure not in notes:
                notes.append(failure)
            items.append(written)
            verdicts += judged
            yield Written(written)
        return replace(
            recommendation,
            items=tuple(items),
            model_id=model.model_id if model else "template",
            notes=tuple(notes),
            n_checked=len(verdicts),
            n_dropped=sum(not one.supported for one in verdicts),
            seconds={**seconds, "write": time.perf_counter() - started},
        )

    def _item(
        self, item: RecommendedItem, context: Context, writer: Writer | None, template: Writer
    ) -> Generator[Event, None, tuple[RecommendedItem, list[Verdict], str]]:
        """Write one explanation from supported sentences only; the template answers where the model's text fails."""
        verdicts: list[Verdict] = []
        failure, noun = "", self.ranker.dataset.catalog.noun
        names = [item.candidate.name, item.title, *names_of(item.evidence)]
        for one in filter(None, (writer, template)):
            kept: list[str] = []
            numbers: dict[int, int] = {}
            try:
                for sentence in one.write(context, rank=item.rank, seed=self.seed + item.rank):
                    judged = self.verifier.verify(claims_of(sentence), context)
                    verdicts += judged
                    if judged and all(verdict.supported for verdict in judged):
                        kept.append(in_terms_of(noun, renumbered(sentence, numbers), names))
                        yield Sentence(item.rank, kept[-1])
            except GenerationError as error:
                failure = f"{context.candidate.name}: {error}"
            if kept:
                written = replace(
                    item,
                    evidence=tuple(item.evidence[number - 1] for number in numbers),
                    explanation=" ".join(kept),
                    written_by=one.name,
                    rejected=tuple(verdict for verdict in verdicts if not verdict.supported),
                )
                return written, verdicts, failure
        rejected = tuple(verdict for verdict in verdicts if not verdict.supported)
        silence = f"{context.candidate.name}: nothing could be said that the data supports"
        return replace(item, written_by=template.name, rejected=rejected), verdicts, failure or silence

    def _in_the_seed_way(self, recommendation: Recommendation) -> Recommendation:
        """Let the model continue the seed method's prompt and show what it says as what it is: unverified text."""
        assert self.seed_prompt
        started = time.perf_counter()
        # ids instead of titles stand in the prompt: one of the method's known faults, kept
        prompt = self.seed_prompt(recommendation.query.profile, [item.item_id for item in recommendation.items])
        notes, text, model = recommendation.notes, "", None
        try:
            model = self.language_model()
            text = "".join(model.generate(prompt, max_tokens=100, seed=self.seed)).strip() if model else ""
        except _NOT_AT_HAND as error:
            notes = (*notes, f"the seed method has no other writer than its model, which wrote nothing: {error}")
        return replace(
            recommendation,
            unverified_text=text,
            notes=notes,
            model_id=model.model_id if model else "",
            seconds={**recommendation.seconds, "write": time.perf_counter() - started},
        )
