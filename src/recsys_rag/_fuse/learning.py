"""Learns fusion weights from questions whose answers are known: NDCG, searched over mixtures. Cuts
no data, and fits no retriever."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag._fuse.bins import CLASS_NAMES
from recsys_rag._fuse.weighted import standardize
from recsys_rag.types import Scores

K = 10  # the cutoff of the NDCG that is raised
_NEAREST = 40  # items of each retriever that may come into a list by any mixture
_ROUNDS = 3  # of moving one weight after the other
_STEPS = (0.0, 0.5, 0.75, 1.33, 2.0)  # what a weight is multiplied by
_NEW = 0.15  # of all, what a retriever without a weight is tried at
_AVERSION = 3.0
_FEWEST_PEOPLE = 20  # of a kind: fewer have a small standard error by chance, and would decide all
_FROM_BEST = 1.0  # standard errors below the best that a mixture nearer to the given one may be
_UNMISSED = 0.25  # standard errors that a retriever left out may cost
_SQUARED = ("1, known", "1, well known", "2-5, known", "2-5, well known")

_DISCOUNTS = 1 / np.log2(np.arange(2, K + 2))


@dataclass(frozen=True, slots=True)
class Pool:
    """Questions of one kind and one length of history, with the items that any mixture could show.

    `kind` says what was asked ("first 3"); kinds are compared one by one.
    """

    kind: str
    length: int  # place in `CLASS_NAMES`
    people: NDArray[np.int64]  # (n,) who is asked
    scores: NDArray[np.float32]  # (n_retrievers, n, width) standardized over the whole catalog
    there: NDArray[np.bool_]  # (n, width) False: padding
    hits: NDArray[np.bool_]  # (n, width) what is relevant
    ideal: NDArray[np.float64]  # (n,) DCG of the best list there could be

    def ndcg(self, weights: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the NDCG@10 of each question, (n,), of these weights (n_retrievers,)."""
        fused = np.einsum("r,rnw->nw", weights.astype(np.float32), self.scores)
        fused[~self.there] = -np.inf
        k = min(K, fused.shape[1])
        if k < fused.shape[1]:
            columns = np.argpartition(-fused, k - 1, axis=1)[:, :k]
        else:
            columns = np.broadcast_to(np.arange(k), (len(fused), k))
        order = np.argsort(-np.take_along_axis(fused, columns, 1), axis=1, kind="stable")
        found = np.take_along_axis(self.hits, np.take_along_axis(columns, order, 1), 1)
        gained: NDArray[np.float64] = found @ _DISCOUNTS[:k] / self.ideal
        return gained


def pools(
    kind: str,
    people: NDArray[np.int64],
    lengths: NDArray[np.int64],
    known: NDArray[np.bool_],
    answers: NDArray[np.bool_],
    scores: Mapping[str, Scores],
) -> Iterator[Pool]:
    """Yield the questions of one kind by length of history.

    `lengths` (n,) are places in `CLASS_NAMES`; `known` and `answers` (n, n_items) are what is not
    shown and what is right; `scores` are those of the retrievers, in the order in which their
    weights are learned.
    """
    standardized = np.stack([standardize(rows) for rows in scores.values()])
    n_right = answers.sum(axis=1)
    ideal = np.concatenate([[1.0], np.cumsum(_DISCOUNTS)])[np.minimum(n_right, K)]
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero((lengths == length) & (n_right > 0))
        if not len(rows):
            continue
        of_length = standardized[:, rows]
        near = np.zeros(known[rows].shape, np.bool_)
        width = min(_NEAREST, known.shape[1])
        for of_retriever in (*of_length, of_length.sum(axis=0)):
            shown = np.where(known[rows], -np.inf, of_retriever)
            best = np.argpartition(-shown, width - 1, axis=1)[:, :width]
            np.put_along_axis(near, best, True, 1)
        near &= ~known[rows]
        width = int(near.sum(axis=1).max(initial=1))
        columns = np.argsort(~near, axis=1, kind="stable")[:, :width]
        yield Pool(
            kind,
            length,
            people[rows],
            np.stack([np.take_along_axis(one, columns, 1) for one in of_length]),
            np.take_along_axis(near, columns, 1),
            np.take_along_axis(answers[rows], columns, 1),
            ideal[rows],
        )


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned for one length of history."""

    length: int
    weights: NDArray[np.float64]  # (n_retrievers,)
    questions: int
    # NDCG@10, mean over kinds: of these weights, of the given ones, of the best single retriever
    reached: float
    given: float
    best_single: tuple[int, float]  # which, and its NDCG


class Questions:
    """All questions of one length of history, of all kinds.

    A mixture is measured, kind by kind, against the retriever that is best alone there, in standard
    errors of that one's mean; being below counts `_AVERSION` times as much as being above, and,
    where it `is_squared`, again by its square, since nobody is served by a mean over kinds
    (elsewhere the square costs people with whole histories: decision 0037).
    """

    def __init__(self, parts: Sequence[Pool], is_squared: bool = False) -> None:
        self._parts = parts
        self.is_squared = is_squared
        self.n_retrievers = len(parts[0].scores)
        alone = np.eye(self.n_retrievers)
        of_singles = [[part.ndcg(row) for row in alone] for part in parts]
        # (n_parts, n_retrievers)
        self.singles = np.array([[one.mean() for one in of_part] for of_part in of_singles])
        best = self.singles.argmax(axis=1)
        self._errors = np.array(
            [
                max(one[which].std() / np.sqrt(len(one[which])), 1e-3)
                for one, which in zip(of_singles, best.tolist(), strict=True)
            ]
        )
        people, self._person = np.unique(
            np.concatenate([part.people for part in parts]), return_inverse=True
        )
        self.n_people = len(people)
        self.n_questions = len(self._person)

    def by_question(self, weights: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the NDCG of each question in units of its kind, (n_questions,)."""
        return np.concatenate(
            [
                part.ndcg(weights) / (error * len(part.ideal))
                for part, error in zip(self._parts, self._errors, strict=True)
            ]
        )

    def value(self, weights: NDArray[np.floating]) -> float:
        """Return how far these weights are above the best single retriever of each kind."""
        means = np.array([part.ndcg(weights).mean() for part in self._parts])
        above = (means - self.singles.max(axis=1)) / self._errors
        below = np.minimum(above, 0.0)
        if self.is_squared:
            below -= below**2
        return float((np.maximum(above, 0.0) + _AVERSION * below).sum())

    def ndcg(self, weights: NDArray[np.floating]) -> float:
        """Return the plain NDCG@10, mean over kinds."""
        return float(np.mean([part.ndcg(weights).mean() for part in self._parts]))

    def error(self, difference: NDArray[np.float64]) -> float:
        """Return the standard error of a sum over questions, whose people are drawn."""
        of_person = np.bincount(self._person, difference, self.n_people)
        return float(np.sqrt(self.n_people) * of_person.std())


def learned(
    asked: Sequence[Pool], given: NDArray[np.float64], least: NDArray[np.float64]
) -> Iterator[Learned]:
    """Yield the weights of each length of history of which there are questions.

    Both arrays are (n_retrievers, len(CLASS_NAMES)): `given` is where the search starts, and what
    is kept unless another mixture is better by more than chance; `least` the shares that a
    retriever has at least. Weights of a length add up to what the given ones do.
    """
    for length in range(len(CLASS_NAMES)):
        parts = [
            pool for pool in asked if pool.length == length and len(pool.people) >= _FEWEST_PEOPLE
        ]
        if not parts:
            continue
        questions = Questions(parts, CLASS_NAMES[length] in _SQUARED)
        floor = least[:, length]
        start = _mixture(given[:, length], floor)
        best = _climbed(questions, start, floor)
        best = _simplest(questions, best, start, floor)
        singles = questions.singles.mean(axis=0)
        yield Learned(
            length,
            best * max(float(given[:, length].sum()), 1.0),
            questions.n_questions,
            questions.ndcg(best),
            questions.ndcg(start),
            (int(singles.argmax()), float(singles.max())),
        )


def _mixture(weights: NDArray[np.floating], floor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights that add up to 1 and are nowhere below the floor."""
    total = weights.sum()
    shares = weights / total if total else np.full(len(weights), 1 / len(weights))
    raised = np.maximum(shares, floor)
    mixed: NDArray[np.float64] = raised / raised.sum()
    return mixed


def _climbed(
    questions: Questions, start: NDArray[np.float64], floor: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the best of the starts, after moving one weight after the other as long as that
    helps."""
    alone = [_mixture(row, floor) for row in np.eye(len(start))]
    even = _mixture(np.ones(len(start)), floor)
    starts = [start, even, *alone, *((start + row) / 2 for row in alone)]
    values = [questions.value(weights) for weights in starts]
    best = starts[int(np.argmax(values))]
    reached = max(values)
    for _ in range(_ROUNDS):
        before = reached
        for place in range(len(start)):
            for step in _STEPS if best[place] else (None,):
                moved = best.copy()
                moved[place] = _NEW if step is None else best[place] * step
                moved = _mixture(moved, floor)
                if (value := questions.value(moved)) > reached:
                    best, reached = moved, value
        if reached <= before:
            break
    return best


def _simplest(
    questions: Questions,
    best: NDArray[np.float64],
    start: NDArray[np.float64],
    floor: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the mixture nearest to the given one that is as good but for chance, without the
    retrievers that are not missed."""
    chosen = best
    for share in (0.0, 0.25, 0.5, 0.75):
        between = share * best + (1 - share) * start
        if _as_good(questions, best, between, _FROM_BEST):
            if not share:
                return start
            chosen = between
            break
    for place in np.argsort(chosen, kind="stable").tolist():
        fewer = chosen.copy()
        fewer[place] = 0.0
        if not chosen[place] or floor[place] or not fewer.any():
            continue
        fewer = _mixture(fewer, floor)
        if _as_good(questions, chosen, fewer, _UNMISSED):
            chosen = fewer
    return chosen


def _as_good(
    questions: Questions,
    reference: NDArray[np.float64],
    weights: NDArray[np.float64],
    errors: float,
) -> bool:
    """Return whether the weights lose no more than so many standard errors of the plain difference:
    of the value where it is squared, of the plain sum elsewhere."""
    lost = questions.by_question(reference) - questions.by_question(weights)
    worth = questions.value(reference) - questions.value(weights)
    return (worth if questions.is_squared else float(lost.sum())) <= errors * questions.error(lost)
