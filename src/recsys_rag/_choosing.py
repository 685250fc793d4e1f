"""Looks at the data before a fit: which settings and fusion weights suit it, by cuts of its own.
Keeps no fitted part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag import _build as build
from recsys_rag._fitted import Choice
from recsys_rag._fuse.asked import Asked
from recsys_rag._fuse.bins import classes_of, fame
from recsys_rag._fuse.by_class import weights_of
from recsys_rag._fuse.learning import Pool, pools
from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import Retriever
from recsys_rag.settings import Fuse, Retrieve, Settings, with_changes
from recsys_rag.types import Batch

_VISITORS = 1 / 3  # of the people are kept out of the trial fit, and asked with histories cut short
_MOST_PEOPLE = 400
_CELLS = 20_000_000  # of scores of one retriever that are looked at
_LENGTHS = (1, 3, 5, 10)  # that histories are cut to
_HELD_OUT = 0.2  # of the ratings of those who are asked with what remains
_TAIL = 0.1  # of a history, at its end, is what is asked for after the last ratings
_FEWEST_PEOPLE = 20
_TRIAL_RATINGS = 1_000_000  # about how many a trial looks at, of people at random
# of EASE in a trial, whose cost grows with the cube of the first or with the items
_ITEMS, _NEIGHBORS, _DIRECTIONS = 3_000, 50, 32
_SEED = 0

_WHOLE = ("most", "all before", "known")
_ERRORS = 2.0  # standard errors that a variant is better by
_MOST_RATINGS = 2_000_000  # beyond which settings of retrievers are not tried
# tried one after the other, each on top of what was better before
_VARIANTS: dict[str, tuple[dict[str, float], ...]] = {
    "ease": ({"order_weight": 0.0, "memory": 0.0}, {"l2": 1_800.0}),
    "als": ({"factors": 64, "regularization": 100.0, "alpha": 10.0},),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A history and what came of it, as places in `interactions.data`."""

    user: int
    history: NDArray[np.int64]  # in order of time, where it is known
    answers: NDArray[np.int64]
    known: NDArray[np.int64]  # what is not shown: the history, and what the answers are not about
    asked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What the data was cut into: what a trial fit sees, and what it is asked, by kind."""

    train: Dataset
    questions: Mapping[str, Sequence[Question]]
    n_ratings: int  # of all data, of which `train` may be a part


def cut(dataset: Dataset) -> Trial:
    """Keep some people out, with histories cut to the first, last or random few ratings, and a part
    of the ratings of others.

    Deterministic for datasets in the order of their ids.
    """
    rng = np.random.default_rng(_SEED)
    counts = np.diff(dataset.interactions.indptr)
    people = rng.permutation(np.flatnonzero(counts >= 2))
    n_asked = min(int(np.ceil(len(people) * _VISITORS)), _MOST_PEOPLE)
    visitors, known = people[:n_asked], people[n_asked : 2 * n_asked]
    looked_at = np.ones(dataset.n_users, np.bool_)
    looked_at[people[np.cumsum(counts[people]) > _TRIAL_RATINGS]] = False
    looked_at[people[: 2 * n_asked]] = True
    unseen = ~np.repeat(looked_at, counts)
    questions: dict[str, list[Question]] = {}
    for user in visitors.tolist():
        begin, end = dataset.interactions.indptr[user], dataset.interactions.indptr[user + 1]
        unseen[begin:end] = True
        for kind, history, answers, shown in _cut_short(_in_time(dataset, user), dataset, rng):
            questions.setdefault(kind, []).append(Question(user, history, answers, shown))
    for user in known.tolist():
        places = _in_time(dataset, user)
        kept, out = _halves(places, int(np.ceil(len(places) * (1 - _HELD_OUT))), rng)
        if not len(out):
            continue
        unseen[out] = True
        asked_at = None if dataset.timestamps is None else int(dataset.timestamps[kept].max())
        questions.setdefault("known", []).append(Question(user, kept, out, kept, asked_at))
    return Trial(dataset.replace_rows(~unseen), questions, dataset.n_ratings)


def _in_time(dataset: Dataset, user: int) -> NDArray[np.int64]:
    """Return the places of a user's ratings, oldest first; in the order of items without times."""
    places = np.arange(dataset.interactions.indptr[user], dataset.interactions.indptr[user + 1])
    return places if dataset.steps_back is None else places[np.argsort(-dataset.steps_back[places])]


def _halves(
    places: NDArray[np.int64], n_first: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return a random choice of these places and the others, both in their order."""
    first = np.zeros(len(places), np.bool_)
    first[rng.permutation(len(places))[:n_first]] = True
    return places[first], places[~first]


def _cut_short(
    places: NDArray[np.int64], dataset: Dataset, rng: np.random.Generator
) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (kind, history, answers, known) for somebody who is not known: all ratings but a part,
    and few."""
    n_ratings = len(places)
    tail = max(1, int(n_ratings * _TAIL))
    timed = dataset.timestamps is not None
    before = places[:-tail]
    yield "none", places[:0], places, places[:0]
    most, rest = _halves(places, max(1, int(n_ratings * (1 - _HELD_OUT))), rng)
    yield "most", most, rest, most
    if timed:
        yield "all before", before, places[-tail:], before
    for n_left in _LENGTHS:
        if n_ratings <= n_left:
            break
        few, rest = _halves(places, n_left, rng)
        yield f"random {n_left}", few, rest, few
        if timed:
            yield f"first {n_left}", places[:n_left], places[n_left:], places[:n_left]
            if len(before) >= n_left:
                yield f"last {n_left}", before[-n_left:], places[-tail:], before


def batch_of(dataset: Dataset, questions: Sequence[Question]) -> Batch:
    """Return the queries of these questions."""
    items, values, steps, starts = [], [], [], [0]
    for question in questions:
        by_item = np.argsort(question.history)
        places = question.history[by_item]
        items.append(dataset.interactions.indices[places])
        values.append(dataset.interactions.data[places])
        steps.append(len(places) - 1 - by_item)
        starts.append(starts[-1] + len(places))
    histories = sparse.csr_array(
        (np.concatenate(values), np.concatenate(items).astype(np.int32), starts),
        shape=(len(questions), dataset.n_items),
    )
    asked_at = [question.asked_at for question in questions if question.asked_at is not None]
    return Batch(
        histories,
        ("",) * len(questions),
        None if dataset.timestamps is None else np.concatenate(steps).astype(np.int32),
        np.array(asked_at, np.int64) if len(asked_at) == len(questions) else None,
    )


def _marked(dataset: Dataset, rows: Sequence[NDArray[np.int64]]) -> NDArray[np.bool_]:
    """Return which items stand at these places, (len(rows), n_items)."""
    marked = np.zeros((len(rows), dataset.n_items), np.bool_)
    for row, places in zip(marked, rows, strict=True):
        row[dataset.interactions.indices[places]] = True
    return marked


def asked(trial: Trial, dataset: Dataset, parts: Mapping[str, Retriever]) -> Iterator[Pool]:
    """Yield the questions of a trial as the fitted retrievers answer them."""
    n_kinds = len(trial.questions)
    of_items = fame(trial.train.popularity)
    most = max(_FEWEST_PEOPLE, _CELLS // (max(n_kinds, 1) * dataset.n_items))
    for kind, questions in trial.questions.items():
        few = questions[:most]
        if len(few) < _FEWEST_PEOPLE:
            continue
        batch = batch_of(dataset, few)
        scores = dict(Asked(parts, batch))
        people = np.array([question.user for question in few])
        known = _marked(dataset, [question.known for question in few])
        answers = _marked(dataset, [question.answers for question in few])
        lengths = classes_of(batch.histories, of_items)
        yield from pools(kind, people, lengths, known, answers, scores)


# --- the choice -----------------------------------------------------------------------------------


def chosen(dataset: Dataset, settings: Settings) -> Choice:
    """Return what trials on this data say of the settings that are left as shipped; the others, and
    those of a preset, are not touched.

    The dataset is in the order of its ids. The same data and settings give the same choice.
    """
    if not settings.fit.choose or settings.preset != "default" or not dataset.n_ratings:
        return Choice()
    if settings.fuse != Fuse() or settings.fuse.method != "weighted":
        return Choice()
    trial = cut(dataset)
    changes, account, fitted = _variants(trial, dataset, settings)
    parts = _on_trial(trial, with_changes(settings, {"retrieve": changes}), fitted=fitted)
    shipped = settings.fuse.weights
    weights = weights_of(list(asked(trial, dataset, parts)), list(parts), shipped)
    return Choice(
        {**({"retrieve": changes} if changes else {}), "fuse": weights.as_settings(shipped)},
        (*account, *weights.account()),
    )


def _variants(
    trial: Trial, dataset: Dataset, settings: Settings
) -> tuple[dict[str, dict[str, float]], tuple[str, ...], dict[str, Retriever]]:
    """Return settings of retrievers that rank whole histories better than those shipped, each
    alone, by more than chance; what was found; and the retrievers with them, fitted to the
    trial."""
    known = Trial(
        trial.train,
        {kind: trial.questions[kind] for kind in _WHOLE if kind in trial.questions},
        trial.n_ratings,
    )
    changes: dict[str, dict[str, float]] = {}
    fitted: dict[str, Retriever] = {}
    account = []
    for name, variants in _VARIANTS.items():
        stated = getattr(settings.retrieve, name) != getattr(Retrieve(), name)
        if stated or dataset.n_ratings > _MOST_RATINGS:
            continue
        best = _alone(known, dataset, settings, name, {})
        if best is None:
            continue
        for variant in variants:
            tried = changes.get(name, {}) | variant
            found = _alone(known, dataset, settings, name, tried)
            assert found is not None
            gain = found[1] - best[1]
            if gain.mean() > _ERRORS * gain.std() / np.sqrt(len(gain)):
                changes[name], best = tried, found
        fitted[name] = best[0]
        if name in changes:
            told = ", ".join(f"{key} {value:g}" for key, value in changes[name].items())
            account.append(f"{name}: {told}, better alone on whole histories than as shipped")
    return changes, tuple(account), fitted


def _alone(
    trial: Trial, dataset: Dataset, settings: Settings, name: str, variant: Mapping[str, float]
) -> tuple[Retriever, NDArray[np.float64]] | None:
    """Return one retriever with the NDCG@10 of each question by it; None where there are too
    few."""
    changed = with_changes(settings, {"retrieve": {name: dict(variant)}})
    retriever = _on_trial(trial, changed, (name,))[name]
    values = [pool.ndcg(np.ones(1)) for pool in asked(trial, dataset, {name: retriever})]
    return (retriever, np.concatenate(values)) if values else None


def _on_trial(
    trial: Trial,
    settings: Settings,
    only: Sequence[str] | None = None,
    fitted: Mapping[str, Retriever] = MappingProxyType({}),
) -> dict[str, Retriever]:
    """Return the retrievers that have something to go by, fitted to the ratings of the trial; those
    that are `fitted` already as they are."""
    from recsys_rag.retrieve.als import iterations_for

    ease = settings.retrieve.ease
    few = {
        "dense_items": min(ease.dense_items, _ITEMS),
        "neighbors": min(ease.neighbors, _NEIGHBORS),
        "directions": min(ease.directions, _DIRECTIONS),
    }
    # as many as the fit to come makes
    iterations = iterations_for(settings.retrieve.als.iterations, trial.n_ratings)
    dear = {"encoder": "none", "ease": few, "als": {"iterations": iterations}}
    parts = build.retrievers(with_changes(settings, {"retrieve": dear}))
    if only is not None:
        return {name: parts[name].fit(trial.train) for name in only}
    for name in ("bm25", *(("recent",) if trial.train.timestamps is None else ())):
        del parts[name]
    return {
        name: fitted[name] if name in fitted else part.fit(trial.train)
        for name, part in parts.items()
    }
