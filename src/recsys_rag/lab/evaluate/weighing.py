"""Standardized scores of several retrievers on one length of history, ready to be weighed again and
again. Chooses nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag._fuse.bins import BIN_NAMES, bins_of_lengths
from recsys_rag._fuse.weighted import standardize
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.protocols import Retriever
from recsys_rag.retrieve._top_k import largest
from recsys_rag.types import Scores

_K = 10
_CELLS = 20_000_000  # of the scores of one retriever for one length of history: 80 MB
_FEWEST = 20  # users of a length of history, below which its weights are not learned
# numbers of ratings that stand for the bins of short histories
_CUTS = ((0,), (1, 3, 5), (6, 12, 20))


@dataclass(frozen=True, slots=True)
class Scored:
    """Some users of one fold, scored by each retriever."""

    users: NDArray[np.int64]  # (n,) rows of the dataset
    scores: Mapping[str, Scores]  # retriever -> standardized (n, n_items)
    blocked: NDArray[np.bool_]  # (n, n_items) known items
    relevant: sparse.csr_array  # (n, n_items)

    def ndcg(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the NDCG@10 (n,) of these weights, some of which are above 0."""
        rows = [
            np.float32(weight) * self.scores[name]
            for name, weight in sorted(weights.items())
            if weight
        ]
        fused = np.where(self.blocked, np.float32(-np.inf), sum(rows[1:], rows[0]))
        k = min(_K, fused.shape[1])
        columns = np.nonzero(largest(fused, k))[1].reshape(len(fused), k)
        order = np.argsort(-np.take_along_axis(fused, columns, axis=1), axis=1, kind="stable")
        return metrics.ndcg(np.take_along_axis(columns, order, axis=1), self.relevant, k)


@dataclass(frozen=True, slots=True)
class Weighing:
    """The users of one length of history in all folds, at every number of ratings that stands for
    it."""

    parts: tuple[Scored, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The retrievers that have an opinion on somebody here."""
        return tuple(
            name
            for name in self.parts[0].scores
            if any(part.scores[name].any() for part in self.parts)
        )

    def ndcg(self, weights: Mapping[str, float]) -> float:
        """Return the mean NDCG@10 of these weights; with none above 0, that of no opinion, which is
        0."""
        if not any(weights.values()):
            return 0.0
        return float(np.mean(np.concatenate([part.ndcg(weights) for part in self.parts])))

    def by_person(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the NDCG@10 of each person, always in the same order: the mean over all folds and
        lengths they are asked in."""
        return by_person(
            [part.users for part in self.parts], [part.ndcg(weights) for part in self.parts]
        )


def by_person(
    users: Sequence[NDArray[np.int64]], values: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the mean of all that was measured of each person, in the order of the persons.

    >>> people, figures = [np.array([7, 3]), np.array([3])], [np.array([0.5, 1.0]), np.array([0.0])]
    >>> by_person(people, figures).tolist()
    [0.5, 0.5]
    """
    _, person, times = np.unique(np.concatenate(users), return_inverse=True, return_counts=True)
    return np.bincount(person, np.concatenate(values)) / times


def weighings(
    folds: Sequence[Fold], parts: Sequence[Mapping[str, Retriever]]
) -> Iterator[tuple[int, Weighing]]:
    """Yield (place in BIN_NAMES, weighing) for each length of history that at least 20 users have,
    or can be shortened to.

    `parts` are the retrievers fitted to each fold. For short histories everybody who has as many
    ratings is cut to 1, 3 and 5, or 6, 12 and 20: to the first or to the last, as the protocol says
    (`Fold.batch`); whoever has no more is among them. For long ones it is the users who have so
    many.
    """
    for place in range(len(BIN_NAMES)):
        queries = [
            (fold, fitted, cut, _of_length(fold, place, cut))
            for cut in (_CUTS[place] if place < len(_CUTS) else (None,))
            for fold, fitted in zip(folds, parts, strict=True)
        ]
        queries = [query for query in queries if len(query[-1]) >= _FEWEST]
        if queries:
            most = max(_FEWEST, _CELLS // (len(queries) * folds[0].train.n_items))
            yield (
                place,
                Weighing(
                    tuple(
                        _scored(fold, fitted, cut, _evenly(rows, most))
                        for fold, fitted, cut, rows in queries
                    )
                ),
            )


def _of_length(fold: Fold, length: int, cut: int | None) -> NDArray[np.int64]:
    """Return places in `fold.users`."""
    lengths = fold.history_lengths
    return np.flatnonzero(bins_of_lengths(lengths) == length if cut is None else lengths >= cut)


def _evenly(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return at most so many of the rows, evenly taken.

    >>> _evenly(np.arange(7), 3).tolist()
    [0, 3, 6]
    """
    return rows[:: max(1, -(-len(rows) // most))]


def _scored(
    fold: Fold, fitted: Mapping[str, Retriever], cut: int | None, which: NDArray[np.int64]
) -> Scored:
    rows = fold.users[which]
    batch = fold.batch(rows, cut)
    blocked = np.zeros((len(rows), fold.train.n_items), np.bool_)
    blocked[fold.known.interactions[rows].nonzero()] = True
    scores = {name: standardize(retriever.score(batch)) for name, retriever in fitted.items()}
    return Scored(rows, scores, blocked, fold.relevant[which])
