"""The gate: does a language model that reranks help people of this dataset, and people of which
history? Writes nothing.

For each length of history, some held-out people are ranked by the pipeline that would be served,
without the stage and with it at several strengths. The best strength is chosen on every third
person, and judged on the others: paired difference in NDCG@10 with its 95 % bootstrap interval. The
stage is on where the whole interval is above 0.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag import build
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import EvaluationError
from recsys_rag.fuse.bins import BIN_NAMES
from recsys_rag.gate_verdict import GateBin, GateVerdict
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.gate_people import AS_THEY_ARE, People, in_turn, people_of
from recsys_rag.lab.evaluate.methods import ours
from recsys_rag.lab.evaluate.protocols import protocol
from recsys_rag.lab.evaluate.served import Served
from recsys_rag.lab.evaluate.significance import RESAMPLES, difference
from recsys_rag.protocols import LanguageModel
from recsys_rag.ranking import Ranker
from recsys_rag.rerank.language_model import STAGE, Form, Opinion, check, opinion_of
from recsys_rag.settings import Settings

STRENGTHS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
USERS = 100  # of each length of history
PATIENCE = 600.0  # seconds for one answer: a slow machine must not cost the answers that are there
_K = 10
_EVERY = 3  # one of so many chooses, the others judge
_TIMED = 2  # people after whom the time is estimated

Progress: TypeAlias = Callable[[str, int, int], None]  # (what, done, total)
# told how many people will be asked about, and about how many seconds
Expect: TypeAlias = Callable[[int, float], None]


class Remembered:
    """An opinion that is asked once for each question, and remembered: strengths are then tried
    without the model."""

    def __init__(self, opinion: Opinion) -> None:
        self._opinion = opinion
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], NDArray[np.float64]] = {}

    def __call__(self, liked: tuple[int, ...], candidates: tuple[int, ...]) -> NDArray[np.float64]:
        """Return what the opinion returned, or returns."""
        key = (liked, candidates)
        if key not in self._known:
            self._known[key] = self._opinion(liked, candidates)
        return self._known[key]


@dataclass(frozen=True, slots=True)
class Trial:
    """A fold, and the pipeline fitted to its train with an opinion built in: what people get at any
    strength of it."""

    fold: Fold
    ranker: Ranker

    def ndcg(self, people: People, strength: float) -> NDArray[np.float64]:
        """Return NDCG@10 of each person (n,) with the stage at this strength; 0 = without it."""
        lists = self.lists(people, strength, min(_K, self.fold.train.n_items))
        return metrics.ndcg(lists, self.fold.relevant[people.places], _K)

    def lists(self, people: People, strength: float, k: int) -> NDArray[np.int64]:
        """Return the items shown to each person (n, k) with the stage at this strength, -1 where
        there are no more."""
        assert self.ranker.selection is not None
        selection = replace(self.ranker.selection, gated={STAGE: (strength,) * len(BIN_NAMES)})
        served = Served(replace(self.ranker, selection=selection))
        found = np.zeros((len(people), k), np.int64)
        for cut in np.unique(people.cuts):
            which = np.flatnonzero(people.cuts == cut)
            rows = self.fold.users[people.places[which]]
            batch = self.fold.batch(rows, None if cut == AS_THEY_ARE else int(cut))
            found[which] = served.rank(batch, self.fold.known.interactions[rows], k)
        return found


def gate(
    dataset: Dataset,
    settings: Settings,
    model: LanguageModel,
    *,
    form: Form = "labels",
    by: str = "seed",
    users: int = USERS,
    lengths: Sequence[str] = BIN_NAMES,
    seconds: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    expect: Expect | None = None,
) -> GateVerdict:
    """Return the verdict on this model over the pipeline of these settings, by the validation part
    of a protocol.

    `users` people of each length are asked about, or as many as `seconds` allow, evenly over the
    lengths; fitting is not counted. The test part of the protocol is not looked at. Raises
    EvaluationError for the seed preset and a protocol that does not rank, GenerationError where the
    model cannot rank in this form or fails; then there is no verdict.
    """
    if settings.preset == "seed":
        raise EvaluationError(
            "the seed preset is the method as it was first described; there is nothing to switch on"
        )
    check(model, form)
    begun = time.monotonic()
    cut = protocol(by)
    if cut.task != "ranking":
        raise EvaluationError(
            f"protocol {by!r} is of rating prediction, not of ranking; choose another"
        )
    fold = cut.validation(dataset)
    if progress:
        progress("fitting", 0, 1)
    trial = trial_of(
        fold,
        settings,
        opinion_of(fold.train, lambda: model, form, seed=seed, timeout_seconds=PATIENCE),
    )
    asked = _asked(trial, people_of(fold, users, lengths, seed), seconds, progress, expect)
    return GateVerdict(
        STAGE,
        form,
        settings.ranking_model,
        build.weights_hash(model),
        dataset.name,
        dataset.content_hash,
        settings.pipeline_hash(),
        by,
        fold.passport.key,
        seed,
        RESAMPLES,
        round(time.monotonic() - begun, 1),
        tuple(judged(trial, people, seed) for people in asked if len(people) >= _EVERY),
        settings.rerank.adapter or "none",
    )


def trial_of(fold: Fold, settings: Settings, opinion: Opinion) -> Trial:
    """Return the pipeline of these settings fitted to the fold's train, with this opinion, which is
    remembered."""
    served = ours(settings)[0].fitted(fold.train)
    assert isinstance(served, Served)
    selection = build.selection(settings, fold.train, Remembered(opinion))
    return Trial(fold, replace(served.ranker, selection=selection))


def judged(trial: Trial, people: People, seed: int = 0) -> GateBin:
    """Return what the stage does for these people, at least three: every third chooses the
    strength, the others judge."""
    chooses = np.arange(len(people)) % _EVERY == 0
    choosers, judges = people[chooses], people[~chooses]
    strength = max(STRENGTHS, key=lambda one: (trial.ndcg(choosers, one).mean(), -one))
    without, with_stage = trial.ndcg(judges, 0.0), trial.ndcg(judges, strength)
    found = difference(with_stage, without, seed)
    return GateBin(
        people.length,
        len(judges),
        judges.n_cut,
        strength,
        float(without.mean()),
        float(with_stage.mean()),
        found.mean,
        found.low,
        found.high,
    )


def _asked(
    trial: Trial,
    groups: Sequence[People],
    seconds: float | None,
    progress: Progress | None,
    expect: Expect | None,
) -> list[People]:
    """Have the model asked about everybody, in turn, until the time is up; return those about whom
    it was asked."""
    counts, total, begun = [0] * len(groups), sum(map(len, groups)), time.monotonic()
    for done, (group, person) in enumerate(in_turn(groups)):
        spent = time.monotonic() - begun
        if seconds is not None and spent > seconds:
            break
        if expect and done == min(_TIMED, total - 1):
            expect(total, spent / max(done, 1) * total)
        if progress:
            progress("asking about people", done, total)
        trial.ndcg(person, 1.0)
        counts[group] += 1
    if progress:
        progress("asking about people", sum(counts), sum(counts))
    return [people.first(count) for people, count in zip(groups, counts, strict=True)]
