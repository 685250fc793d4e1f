"""Standardized scores of several retrievers on one length of history, ready to be weighed again and again. Chooses nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.evaluate import metrics
from recsys_rag.evaluate.fold import Fold
from recsys_rag.fuse.bins import BIN_NAMES, bins_of_lengths
from recsys_rag.fuse.weighted import standardize
from recsys_rag.protocols import Retriever
from recsys_rag.retrieve.top_k import largest
from recsys_rag.types import Scores

_K = 10
_USERS = 2000  # at most so many, evenly taken: bounds memory at as many rows for each retriever
_FEWEST = 20  # users of a length of history, below which its weights are not learned
_CUTS = (0, 3, 12)  # first ratings that stand for the bins of short histories


@dataclass(frozen=True, slots=True)
class Scored:
    """Some users of one fold, scored by each retriever."""

    scores: Mapping[str, Scores]  # retriever -> standardized (n, n_items)
    blocked: NDArray[np.bool_]  # (n, n_items) known items
    relevant: sparse.csr_array  # (n, n_items)

    def ndcg(self, weights: Mapping[str, float]) -> float:
        """Return the mean NDCG@10 of these weights, some of which are above 0."""
        rows = [np.float32(weight) * self.scores[name] for name, weight in sorted(weights.items()) if weight]
        fused = np.where(self.blocked, np.float32(-np.inf), sum(rows[1:], rows[0]))
        k = min(_K, fused.shape[1])
        columns = np.nonzero(largest(fused, k))[1].reshape(len(fused), k)
        order = np.argsort(-np.take_along_axis(fused, columns, axis=1), axis=1, kind="stable")
        return float(metrics.ndcg(np.take_along_axis(columns, order, axis=1), self.relevant, k).mean())


@dataclass(frozen=True, slots=True)
class Weighing:
    """The users of one length of history in all folds."""

    folds: tuple[Scored, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The retrievers that have an opinion on somebody here."""
        first = self.folds[0].scores
        return tuple(name for name in first if any(one.scores[name].any() for one in self.folds))

    def ndcg(self, weights: Mapping[str, float]) -> float:
        """Return the mean over folds of the NDCG@10 of these weights; with none above 0, that of no opinion, which is 0."""
        return float(np.mean([one.ndcg(weights) for one in self.folds])) if any(weights.values()) else 0.0


def weighings(folds: Sequence[Fold], parts: Sequence[Mapping[str, Retriever]]) -> Iterator[tuple[int, Weighing]]:
    """Yield (place in BIN_NAMES, weighing) for each length of history that at least 20 users have, or can be cut to.

    `parts` are the retrievers fitted to each fold. Short histories are the first ratings of everybody who has as many; long
    ones are the users who have so many.
    """
    for place in range(len(BIN_NAMES)):
        cut = _CUTS[place] if place < len(_CUTS) else None
        rows = [_of_length(fold, place, cut) for fold in folds]
        if min(map(len, rows)) >= _FEWEST:
            asked = zip(folds, parts, rows, strict=True)
            yield place, Weighing(tuple(_scored(fold, fitted, which, cut) for fold, fitted, which in asked))


def _of_length(fold: Fold, place: int, cut: int | None) -> NDArray[np.int64]:
    """Return places in `fold.users`."""
    lengths = fold.history_lengths
    found = np.flatnonzero(bins_of_lengths(lengths) == place if cut is None else lengths >= cut)
    return found[:: max(1, -(-len(found) // _USERS))]


def _scored(fold: Fold, fitted: Mapping[str, Retriever], which: NDArray[np.int64], cut: int | None) -> Scored:
    rows = fold.users[which]
    batch = fold.batch(rows, cut)
    blocked = np.zeros((len(rows), fold.train.n_items), np.bool_)
    blocked[fold.known.interactions[rows].nonzero()] = True
    scores = {name: standardize(one.score(batch)) for name, one in fitted.items()}
    return Scored(scores, blocked, fold.relevant[which])
