"""A study of texts: which writers, for whom, by what protocol; runs it and holds what came out.
Writes no file."""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import msgspec
import numpy as np

from recsys_rag._flow import Flow
from recsys_rag.errors import EvaluationError
from recsys_rag.facts._leaving_out import LeavingOut
from recsys_rag.facts.influence import InfluenceFact, _InfluenceEvidence
from recsys_rag.lab.evaluate.text.answers import (
    UNVERIFIED,
    WRITERS,
    Answer,
    Asks,
    oldest_first,
    scores_of,
)
from recsys_rag.lab.evaluate.text.deletion import Cited, Deletion, deletion
from recsys_rag.lab.evaluate.text.text_figures import figures, rounded
from recsys_rag.protocols import LanguageModel
from recsys_rag.settings import Settings
from recsys_rag.types import Query

Progress = Callable[[str, int, int], None]  # (what, done, total)
_MOST_CITED = 10  # films of the history whose weights are taken for the deletion test
_MOST_PROBLEMS = 20  # that are kept for a reader


@dataclass(frozen=True, slots=True)
class Passport:
    """The protocol behind the figures. Two studies may stand side by side only where all of this is
    equal, but the writers."""

    data: str
    content_hash: str
    users: int
    k: int
    seed: int
    model: str
    settings: str  # hash of all settings
    version: str
    protocol: str = (
        "random users of the data, all ratings fitted, no words asked; claims are the sentences "
        "of a text; the second judge "
        "reads rows only and shares the title matcher with the product; the third is SQL over "
        "the rows and reads no words"
    )

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return (field, words) for a reader, in a fixed order."""
        return (
            ("data", f"{self.data} ({self.content_hash[:12]})"),
            ("asked", f"{self.users} users, {self.k} texts each, seed {self.seed}"),
            ("model", self.model),
            ("settings", f"{self.settings}, version {self.version}"),
            ("protocol", self.protocol),
        )


@dataclass(frozen=True, slots=True)
class Study:
    """Figures by writer, the deletion test, examples of what was found wrong, and the texts
    themselves."""

    passport: Passport
    rows: Mapping[str, Mapping[str, float]]  # label of the writer -> figures
    deletion: Deletion | None = None
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: Mapping[str, Sequence[Answer]] = field(default_factory=dict)

    def as_mapping(self) -> dict[str, Any]:
        """Return the study as JSON has it, without the texts."""
        return {
            "passport": asdict(self.passport),
            "writers": {label: rounded(row) for label, row in self.rows.items()},
            "deletion": rounded(asdict(self.deletion)) if self.deletion else None,
            "problems": {label: list(problem) for label, problem in self.problems.items()},
        }


def run(
    flow: Flow,
    model_of: Callable[[str], LanguageModel | None],
    settings: Settings,
    *,
    writers: Sequence[str],
    users: int,
    version: str,
    k: int = 5,
    seed: int = 2026,
    progress: Progress | None = None,
) -> Study:
    """Have each writer write for the same random users, judge what was written, and test the
    citations by deletion.

    `model_of` gives the language model by which a writer writes, as `LanguageModels.writing`
    does; it is asked for each. Raises EvaluationError for a writer that there is not, that needs a
    model where there is none, and for no users.
    """
    dataset = flow.ranker.dataset
    written_by: dict[str, LanguageModel | None] = {}
    for writer in writers:
        if writer not in WRITERS:
            raise EvaluationError(f"no writer {writer!r}; there are {', '.join(WRITERS)}")
        written_by[writer] = None if writer == "template" else model_of(writer)
        if writer != "template" and written_by[writer] is None:
            raise EvaluationError(
                f"writer {writer!r} needs a language model; give --lm, or --writer template"
            )
    if not 1 <= users <= dataset.n_users:
        raise EvaluationError(f"{users} users were asked for; the data has {dataset.n_users}")
    user_ids = random.Random(seed).sample(dataset.users.ids, users)
    rows, problems, kept = {}, {}, {}
    for writer_name, model in written_by.items():
        generate = settings.generate
        asks = Asks(
            flow,
            writer_name,
            model,
            generate.temperature,
            k,
            generate.seed,
            tuned_temperature=generate.tuned_temperature,
        )
        label = label_of(writer_name, model)
        answers = []
        for done, user_id in enumerate(user_ids):
            if progress:
                progress(label, done, len(user_ids))
            answers.append(asks.answer(user_id))
        row, wrong = figures(answers, flow, own_writer=writer_name)
        rows[label], problems[label], kept[label] = row, wrong[:_MOST_PROBLEMS], answers
    name = ", ".join(sorted({model.model_id for model in written_by.values() if model})) or "none"
    return Study(
        Passport(
            dataset.name, dataset.content_hash, users, k, seed, name, _hash(settings), version
        ),
        rows,
        deletion_test(flow, user_ids, k, seed, progress),
        problems,
        kept,
    )


def label_of(writer: str, model: LanguageModel | None) -> str:
    """Return what a row is called: unverified ones say so."""
    names = {"raw": "free, before verification", "seed": "seed method's prompt"}
    label = names.get(writer, writer)
    return (
        f"{label} ({model.model_id}{', unverified' * (writer in UNVERIFIED)})"
        if writer != "template" and model
        else label
    )


def deletion_test(
    flow: Flow, user_ids: Sequence[str], k: int, seed: int, progress: Progress | None = None
) -> Deletion | None:
    """Return the deletion test over the lists of these people; None where no evidence cites films
    of the history."""
    dataset = flow.ranker.dataset
    ours = next((one for one in flow.evidence_sources if isinstance(one, _InfluenceEvidence)), None)
    if ours is None:
        return None
    source = _InfluenceEvidence(
        dataset,
        LeavingOut(dataset, flow.ranker, ours.leaving_out.proposer),
        alternatives=_MOST_CITED,
    )
    lists = []
    for done, user_id in enumerate(user_ids):
        if progress:
            progress("deletion test", done, len(user_ids))
        query = Query(user_id=user_id, k=k)
        resolved = flow.ranker.resolve(query)
        items = np.array(
            [candidate.item_index for candidate in flow.ranker.candidates(resolved, k)], np.int64
        )
        weights: dict[int, dict[int, float]] = {}
        for one in source.evidence(resolved, items):
            fact = one.fact
            assert isinstance(fact, InfluenceFact)
            if len(fact.item_ids) == 1:
                of_item = weights.setdefault(dataset.items.index(one.item_id), {})
                # what is cited first weighs most
                of_item[dataset.items.index(fact.item_ids[0])] = -float(len(of_item))
        history = oldest_first(dataset, user_id)
        cited = [Cited(item, of_item) for item, of_item in weights.items()]
        lists.append((history, cited, partial(_scored, scores_of(flow.ranker), query)))
    rng = np.random.default_rng(seed)
    return deletion(lists, dataset.popularity, rng)


def _scored(scores_of: Callable[..., Any], query: Query, history: Mapping[int, float]) -> Any:
    return scores_of(query, history, ())


def _hash(settings: Settings) -> str:
    return hashlib.sha256(msgspec.json.encode(settings)).hexdigest()[:12]
