"""The flow: a query is ranked, evidence is gathered, text stands there at once and is rewritten,
and all of it streams out.

No algorithm, no format, no concrete part: `ranking.Ranker` ranks, the parts are given. `build.flow`
wires a `Flow`.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from recsys_rag._explaining import Explained, Explainer
from recsys_rag._ranking import Ranker
from recsys_rag._turns import Cancellation, Deadline
from recsys_rag.errors import AssetError, Cancelled, GenerationError, MissingExtraError
from recsys_rag.generate._brief import MOST_FACTS
from recsys_rag.generate._selection import Chooser
from recsys_rag.protocols import (
    Cancellable,
    EvidenceSource,
    LanguageModel,
    ReadsRows,
    Verifier,
    Writer,
)
from recsys_rag.types import (
    Candidate,
    Context,
    Event,
    Evidence,
    Finished,
    Query,
    Ranked,
    Recommendation,
    RecommendedItem,
    ResolvedQuery,
    Style,
    Written,
)
from recsys_rag.verify.names import Spellings, undated

if TYPE_CHECKING:
    from recsys_rag.conversation import Conversation

# in a row, after which a list goes on without the model: a server that hangs hangs every time
_MOST_FAILURES = 2
_SHOWN_UNKNOWN = 5  # names in a note
_AS_USUAL = Style()
_NOT_AT_HAND = (AssetError, MissingExtraError, GenerationError)

# waits for the turn to have the model write one text; Cancelled where nobody waits for it any more
Turn: TypeAlias = Callable[[LanguageModel, Cancellation], AbstractContextManager[None]]


# the facts chosen for an item, and a note for each that the rows did not bear out
Chosen: TypeAlias = tuple[tuple[Evidence, ...], list[str]]


def _heard_by_nobody(item: RecommendedItem) -> None:
    """Do nothing with a text that is there before the list is."""


def at_once(model: LanguageModel, cancellation: Cancellation) -> AbstractContextManager[None]:
    """Take the turn of a model that nobody else uses."""
    return nullcontext()


class Stream(Iterator[Event]):
    """The events of one answer. The work ends when it is closed, from whichever thread: a text that
    is being written stops within a token, a turn that is waited for is given up."""

    def __init__(
        self, events: Generator[Event, None, None], cancellation: Cancellation | None = None
    ) -> None:
        self._events, self._cancellation = events, cancellation or Cancellation()

    def __next__(self) -> Event:
        try:
            self._cancellation.check()
            return next(self._events)
        except Cancelled:
            raise StopIteration from None

    def close(self) -> None:
        """End the answer; whoever takes events from it finds no more."""
        self._cancellation.cancel()
        with suppress(ValueError):  # another thread is in it, which the cancellation gets out
            self._events.close()


@dataclass(frozen=True, slots=True)
class Flow:
    """Fitted parts, wired; never changes.

    `language_model` returns the model, None for none, or raises AssetError, MissingExtraError or
    GenerationError when it is not at hand; the template writer then answers and the recommendation
    says so. Each text is written in a `turn`. A text has `timeout_seconds`, all texts of a list
    together have `list_seconds`; after that the template's text stays. Neither counts the wait for
    a turn.
    """

    ranker: Ranker
    evidence_sources: Sequence[EvidenceSource]
    verifier: Verifier
    language_model: Callable[[], LanguageModel | None]
    # a new one for each list, so that it can vary its phrasing
    writer: Callable[[LanguageModel], Writer]
    template: Callable[[], Writer]
    evidence_per_item: int = 3
    seed: int = 0
    timeout_seconds: float = 30.0
    list_seconds: float = 120.0
    rows: ReadsRows | None = None  # None: no fact is read again before it is used
    turn: Turn = at_once
    style: Style = _AS_USUAL  # where a query does not say
    # hears of each item as soon as the template's text is there, before the list is; may raise
    # Cancelled
    drafted: Callable[[RecommendedItem], None] = _heard_by_nobody

    def style_of(self, query: Query) -> Style:
        """Return how the texts of an answer are to sound."""
        return Style(query.tone or self.style.tone, query.length or self.style.length)

    def evidence(
        self, resolved: ResolvedQuery, candidates: Sequence[Candidate]
    ) -> list[tuple[Evidence, ...]]:
        """Return for each candidate the facts that its explanation may use, chosen with a view to
        the whole list."""
        return [chosen for chosen, _ in self._evidence(resolved, candidates)]

    def _evidence(
        self, resolved: ResolvedQuery, candidates: Sequence[Candidate]
    ) -> Iterator[Chosen]:
        """Yield the facts chosen for one candidate after the other, all of them borne out by the
        rows, and a note for each that was not. Facts are counted when their item's turn comes."""
        items = np.array([candidate.item_index for candidate in candidates], np.int64)
        sources = [_Counting(source.evidence(resolved, items)) for source in self.evidence_sources]
        objection = self.rows.objections(resolved, candidates) if self.rows else _no_objection
        n_each = self.evidence_per_item
        if self.style_of(resolved.query).length == "short":
            n_each = min(n_each, MOST_FACTS["short"])
        chooser = Chooser()
        for candidate in candidates:
            notes: list[str] = []
            left = [fact for source in sources for fact in source.of(candidate.item_id)]
            while True:  # what takes the place of a refuted fact is read again too
                chosen = chooser.best(left, n_each)
                refuted = [
                    (fact, wrong) for fact in chosen if (wrong := objection(candidate, fact))
                ]
                if not refuted:
                    break
                for fact, wrong in refuted:
                    left.remove(fact)
                    notes.append(f"{candidate.name}: a fact was left out ({fact.kind}): {wrong}")
            chooser.take(chosen)
            yield chosen, notes

    # --- the whole way, streaming -----------------------------------------------------------------

    def stream(
        self, query: Query, *, explain: bool = True, conversation: "Conversation | None" = None
    ) -> "Stream":
        """Answer one query, and what was said since: `Ranked` with the template's texts at once,
        `Written` for each item as its text is final, `Finished`. All text in all events is
        verified."""
        cancellation = Cancellation()
        events = self._events(query, conversation, explain, cancellation)
        return Stream(events, cancellation)

    def _events(
        self,
        query: Query,
        conversation: "Conversation | None",
        explain: bool,
        cancellation: Cancellation,
    ) -> Generator[Event, None, None]:
        started = time.perf_counter()
        resolved = self.ranker.resolve(query)
        if conversation and conversation.critiques:
            resolved = self.ranker.continued(resolved, conversation)
        resolved, given_up = self.ranker.nearest(resolved)
        candidates = self.ranker.candidates(resolved, query.k)
        seconds = {"retrieve": time.perf_counter() - started, "evidence": 0.0}
        items = tuple(
            RecommendedItem(rank, candidate) for rank, candidate in enumerate(candidates, 1)
        )
        recommendation = Recommendation(
            query,
            self.ranker.liked(resolved),
            self.ranker.describe(resolved),
            items,
            notes=(*filter(None, (given_up,)), *self._notes(resolved, len(items))),
            seconds=seconds,
        )
        if explain:
            evidence = self._evidence(resolved, candidates)
            recommendation = yield from self._explained(recommendation, evidence, cancellation)
        else:
            yield Ranked(recommendation)
        yield Finished(recommendation)

    def _notes(self, resolved: ResolvedQuery, n_items: int) -> tuple[str, ...]:
        notes = []
        if n_items < resolved.query.k:
            notes.append(
                f"{n_items} instead of {resolved.query.k}: {self.ranker.what_left(resolved)}"
            )
        if resolved.unknown:
            named = ", ".join(map(repr, resolved.unknown[:_SHOWN_UNKNOWN]))
            more = len(resolved.unknown) - _SHOWN_UNKNOWN
            notes.append(
                f"not in the catalog and passed over: {named}"
                + (f" and {more} more" if more > 0 else "")
            )
        for word in (*resolved.words.not_understood, *resolved.profile.not_understood):
            title, noun = word.removeprefix("like "), self.ranker.dataset.catalog.noun
            is_title = title != word
            notes.append(
                f"no {noun} called {title} here" if is_title else f"not understood: {word}"
            )
        notes += (*resolved.words.remarks, *resolved.profile.remarks)
        return tuple(notes)

    def _explained(
        self, bare: Recommendation, evidence: Iterator[Chosen], cancellation: Cancellation
    ) -> Generator[Event, None, Recommendation]:
        """Write each item's explanation; yields events and returns the finished recommendation."""
        explainer = Explainer(self.verifier, self.seed)
        by_rule, contexts, explained = self._by_template(bare, evidence, explainer)
        yield Ranked(by_rule)
        seconds = dict(by_rule.seconds)
        started = time.perf_counter()
        model, writer, note = self._writer(cancellation)
        seconds["load"] = time.perf_counter() - started
        patience = _Patience(self.timeout_seconds, self.list_seconds)
        for n_written, context in enumerate(contexts):
            if writer and (note := patience.is_over(n_written)):
                writer = None
            if model and writer:
                queued = time.perf_counter()
                with self.turn(model, cancellation):
                    begun = time.perf_counter()
                    patience.seconds_waited += begun - queued
                    explained[n_written] = explainer.by_model(
                        explained[n_written], context, writer, patience.deadline()
                    )
                    patience.wrote(time.perf_counter() - begun, explained[n_written].broke_off)
            yield Written(explained[n_written].item)
        seconds |= {"wait": patience.seconds_waited, "write": patience.seconds_written}
        model_id = model.model_id if model else "template"
        return _with_texts(replace(by_rule, model_id=model_id, seconds=seconds), explained, note)

    def _by_template(
        self, bare: Recommendation, evidence: Iterator[Chosen], explainer: Explainer
    ) -> tuple[Recommendation, list[Context], list[Explained]]:
        """Return the list with the template's texts, written item by item as facts are counted."""
        template = self.template()
        words = bare.query.words or bare.query.profile
        catalog, style = self.ranker.dataset.catalog, self.style_of(bare.query)
        noun, spellings = catalog.noun, Spellings(catalog)
        contexts, explained, left_out = list[Context](), list[Explained](), list[str]()
        counting = writing = 0.0
        begun = time.perf_counter()
        for item, (pieces, notes) in zip(bare.items, evidence, strict=True):
            counted = time.perf_counter()
            short = undated([item.candidate], pieces, spellings)
            contexts.append(Context(item.candidate, pieces, words, noun, style, short))
            item = replace(item, evidence=pieces)
            explained.append(explainer.by_template(item, contexts[-1], template))
            left_out += notes
            written = time.perf_counter()
            counting, writing = counting + counted - begun, writing + written - counted
            self.drafted(explained[-1].item)
            begun = time.perf_counter()
        seconds = {**bare.seconds, "evidence": counting, "template": writing}
        notes_too = (*bare.notes, *left_out)
        whole = replace(bare, notes=notes_too, seconds=seconds, model_id="template")
        return _with_texts(whole, explained), contexts, explained

    def _writer(
        self, cancellation: Cancellation
    ) -> tuple[LanguageModel | None, Writer | None, str]:
        """Return the model and a writer by it, neither where it is not at hand, and then a note
        that says why."""
        try:
            model = self.language_model()
        except _NOT_AT_HAND as error:
            unavailable = f"The language model is unavailable: {error}"
            return None, None, f"{unavailable}; the built-in template wrote the texts."
        stoppable = model.until(cancellation) if isinstance(model, Cancellable) else model
        return model, self.writer(stoppable) if stoppable else None, ""


class _Counting:
    """The facts of one source, which are counted as they are asked for."""

    def __init__(self, facts: Iterable[Evidence]) -> None:
        self._facts = iter(facts)
        self._ahead: Evidence | None = None  # the first of an item whose turn has not come

    def of(self, item_id: str) -> Iterator[Evidence]:
        """Yield those of one item; items are asked for in the order of the list."""
        while fact := self._ahead or next(self._facts, None):
            self._ahead = fact
            if fact.item_id != item_id:
                return
            self._ahead = None
            yield fact


@dataclass(slots=True)
class _Patience:
    """How long the texts of one list are waited for. Only time in turns counts."""

    text_seconds: float
    list_seconds: float
    seconds_waited: float = 0.0
    seconds_written: float = 0.0
    n_failures: int = 0  # in a row

    def deadline(self) -> Deadline:
        """Return that of a text which begins now."""
        return Deadline(min(self.text_seconds, self.list_seconds - self.seconds_written))

    def wrote(self, seconds: float, broke_off: bool) -> None:
        """Count a text."""
        self.seconds_written += seconds
        self.n_failures = self.n_failures + 1 if broke_off else 0

    def is_over(self, n_written: int) -> str:
        """Say why the model is not to write the remaining texts, "" where it is."""
        if self.seconds_written >= self.list_seconds:
            return (
                f"the time limit of {self.list_seconds:g} s for this list ran out after "
                f"{n_written} texts; the built-in template wrote the others"
            )
        if self.n_failures == _MOST_FAILURES:
            return (
                f"the language model failed {self.n_failures} times in a row; the built-in "
                "template wrote the remaining texts"
            )
        return ""


def _no_objection(candidate: Candidate, fact: Evidence) -> str:
    return ""


def _with_texts(
    recommendation: Recommendation, explained: Sequence[Explained], note: str = ""
) -> Recommendation:
    """Return a recommendation with these explanations, what is to be said of them, and how many
    claims were checked."""
    verdicts = [verdict for text in explained for verdict in text.verdicts]
    notes = (*recommendation.notes, note, *(text.failure for text in explained))
    return replace(
        recommendation,
        items=tuple(text.item for text in explained),
        notes=tuple(dict.fromkeys(filter(None, notes))),
        n_checked=len(verdicts),
        n_dropped=sum(not verdict.supported for verdict in verdicts),
    )
