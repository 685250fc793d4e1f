"""Has a writer answer for many people, and keeps what it was offered and how long it took. Judges
nothing."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag._flow import Flow
from recsys_rag._ranking import Ranker
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import GenerationError
from recsys_rag.generate._clauses import ClauseWriter
from recsys_rag.generate._free import FreeWriter
from recsys_rag.generate._sentence_ends import split_sentences
from recsys_rag.lab.seed_preset import seed_prompt
from recsys_rag.lab.tuned.tuned_writer import TunedWriter
from recsys_rag.protocols import LanguageModel, Writer
from recsys_rag.registry import fact_kinds
from recsys_rag.types import (
    Candidate,
    Context,
    Evidence,
    Finished,
    Query,
    Ranked,
    Recommendation,
    RecommendedItem,
    Written,
)

WRITERS = ("template", "clauses", "free", "tuned", "raw", "seed")
UNVERIFIED = ("raw", "seed")  # what the model says before anybody has looked at it
_MAX_TOKENS = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """One list with its texts; `offered` is the evidence that each text could use, `seconds` what
    each took."""

    recommendation: Recommendation
    offered: tuple[tuple[Evidence, ...], ...]
    seconds: tuple[float, ...] = ()

    @property
    def items(self) -> tuple[RecommendedItem, ...]:
        return self.recommendation.items


@dataclass(frozen=True)
class Asks:
    """Asks a flow for lists with texts by one writer.

    template, clauses, free and tuned (with its adapter) answer as `recommend` would, verified. raw
    is what the free writer says before it is verified, and seed what the model makes of the seed
    method's prompt with the titles of the list: one text for the list, which stands at its first
    item. The model is needed for all but template.
    """

    flow: Flow
    writer: str
    model: LanguageModel | None = None
    temperature: float = 0.7
    k: int = 5
    seed: int = 0
    # user id -> words that are asked with
    profiles: Mapping[str, str] = field(default_factory=dict)
    tuned_temperature: float = 0.3

    def answer(self, user_id: str) -> Answer:
        """Return the list for one person. GenerationError where a baseline's model fails."""
        query = Query(user_id=user_id, k=self.k, profile=self.profiles.get(user_id, ""))
        return self._unverified(query) if self.writer in UNVERIFIED else self._verified(query)

    def _verified(self, query: Query) -> Answer:
        offered: tuple[tuple[Evidence, ...], ...] = ()
        clock, seconds = time.perf_counter(), []
        for event in self._flow.stream(query):
            if isinstance(event, Ranked):
                offered = tuple(item.evidence for item in event.recommendation.items)
                clock = time.perf_counter()
            elif isinstance(event, Written):
                seconds.append(time.perf_counter() - clock)
                clock = time.perf_counter()
            elif isinstance(event, Finished):
                return Answer(event.recommendation, offered, tuple(seconds))
        raise AssertionError("a stream ends with Finished")

    @property
    def _flow(self) -> Flow:
        kinds: dict[str, Callable[[LanguageModel], Writer]] = {
            "clauses": lambda model: ClauseWriter(
                model, fact_kinds(), temperature=self.temperature
            ),
            "free": lambda model: FreeWriter(model, fact_kinds(), temperature=self.temperature),
            "tuned": lambda model: TunedWriter(
                model, fact_kinds(), temperature=self.tuned_temperature
            ),
        }
        if self.writer == "template":
            return replace(self.flow, language_model=lambda: None)
        return replace(self.flow, language_model=lambda: self.model, writer=kinds[self.writer])

    def _unverified(self, query: Query) -> Answer:
        assert self.model is not None
        resolved = self.flow.ranker.resolve(query)
        candidates = self.flow.ranker.candidates(resolved, query.k)
        offered = tuple(self.flow.evidence(resolved, candidates))
        noun = self.flow.ranker.dataset.catalog.noun
        contexts = [
            Context(candidate, pieces, noun=noun)
            for candidate, pieces in zip(candidates, offered, strict=True)
        ]
        seconds, items = [], []
        for rank, context in enumerate(contexts[: 1 if self.writer == "seed" else None], 1):
            begun = time.perf_counter()
            try:
                text = (
                    self._of_list(candidates) if self.writer == "seed" else self._raw(context, rank)
                )
            except GenerationError:
                text = ""
            seconds.append(time.perf_counter() - begun)
            items.append(
                RecommendedItem(rank, context.candidate, context.evidence, text, self.writer)
            )
        answer = Recommendation(query, (), (), tuple(items), model_id=self.model.model_id)
        return Answer(answer, offered[: len(items)], tuple(seconds))

    def _raw(self, context: Context, rank: int) -> str:
        assert self.model is not None
        writer = FreeWriter(self.model, fact_kinds(), temperature=self.temperature)
        return " ".join(writer.write(context, rank=rank, seed=self.seed + rank))

    def _of_list(self, candidates: Sequence[Candidate]) -> str:
        assert self.model is not None
        names = [candidate.name for candidate in candidates]
        pieces = self.model.generate(seed_prompt("", names), max_tokens=_MAX_TOKENS, seed=self.seed)
        return " ".join(split_sentences(" ".join("".join(pieces).split()), names))


def answers(asks: Asks, user_ids: Sequence[str]) -> Iterator[Answer]:
    """Yield the list of each person, in order."""
    for user_id in user_ids:
        yield asks.answer(user_id)


def scores_of(
    ranker: Ranker,
) -> Callable[[Query, Mapping[int, float], Sequence[int]], NDArray[np.float32]]:
    """Return what asks the ranking from the front: as a visitor with this history, oldest first,
    and these examples."""

    def asked(
        query: Query, history: Mapping[int, float], examples: Sequence[int]
    ) -> NDArray[np.float32]:
        ids = ranker.dataset.items
        visitor = replace(
            query, user_id=None, history={ids.id(one): rating for one, rating in history.items()}
        )
        resolved = ranker.resolve(visitor)
        stay = {*examples, *history}
        named = [
            replace(
                understood, like_items=tuple(item for item in understood.like_items if item in stay)
            )
            for understood in (resolved.profile, resolved.words)
        ]
        scores: NDArray[np.float32] = ranker.score(
            [replace(resolved, profile=named[0], words=named[1])]
        )[0]
        return scores

    return asked


def oldest_first(dataset: Dataset, user_id: str) -> dict[int, float]:
    """A user's ratings in the order of time, of one second in the order of the file; without times,
    as they stand."""
    begin, end = dataset.interactions.indptr[dataset.users.index(user_id) :][:2]
    places = list(range(begin, end))
    if dataset.timestamps is not None:
        times = dataset.timestamps
        places.sort(key=lambda place: (times[place], dataset.rows[place]))
    return {
        int(dataset.interactions.indices[one]): float(dataset.interactions.data[one])
        for one in places
    }
