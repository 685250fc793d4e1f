"""One fitted method on one fold: lists, all metrics a user, learning curve. Fits nothing and
compares nothing."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.lab.evaluate import beyond, metrics
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.retrieve._top_k import top_k
from recsys_rag.types import Batch, Scores

CUTS = (0, 1, 2, 5, 10, 20, 50)  # ratings of each user that are left, for the learning curve
_BLOCK = 256  # users scored at once: bounds memory at _BLOCK x n_items
ACCURACY = {
    "hit_rate": metrics.hit_rate,
    "precision": metrics.precision,
    "recall": metrics.recall,
    "ndcg": metrics.ndcg,
    "mrr": metrics.mrr,
    "map": metrics.average_precision,
}

Advance = Callable[[int], None]  # told how many users were ranked since the last call


@runtime_checkable
class Scorer(Protocol):
    """Whatever scores the whole catalog for each query, as a retriever does: (n, n_items) finite,
    higher is better."""

    def score(self, batch: Batch) -> Scores: ...


@runtime_checkable
class RanksItself(Protocol):
    """A method that makes its lists itself, with exclusion and selection of its own."""

    def rank(self, batch: Batch, known: sparse.csr_array, k: int) -> NDArray[np.int64]:
        """Return the k best items of each query (n, k), -1 where there are no more; none of `known`
        (n, n_items)."""
        ...


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one method: per user (aligned with `fold.users`), over all lists, and on
    cut histories."""

    per_user: dict[str, NDArray[np.float64]]  # metric -> (n_users,)
    overall: dict[str, float]  # coverage, gini
    # ratings left -> NDCG (n_users,)
    curve: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # "fit" and "rank", wall time
    # (n_users, k) items shown, -1 where there are no more; no column where ratings are predicted
    lists: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), np.int64))


def lists(
    fold: Fold,
    method: Scorer | RanksItself,
    k: int,
    max_ratings: int | None = None,
    advance: Advance | None = None,
) -> NDArray[np.int64]:
    """Return the k best items of each evaluated user (len(fold.users), k), -1 where there are no
    more, ties by index.

    All that is known of a user stays out of the list, also where the history is cut, so that lists
    of all cuts choose among the same items. Only a method that shows known items by design
    (`excludes_seen` is False) may show them.
    """
    return np.concatenate(list(_blocks(fold, method, k, max_ratings, advance or (lambda _: None))))


def _blocks(
    fold: Fold, method: Scorer | RanksItself, k: int, max_ratings: int | None, advance: Advance
) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(fold.users), _BLOCK):
        rows = fold.users[start : start + _BLOCK]
        batch, known = fold.batch(rows, max_ratings), fold.known.interactions[rows]
        if isinstance(method, RanksItself):
            yield method.rank(batch, known, k)
        else:
            allowed = np.ones(known.shape, np.bool_)
            if getattr(method, "excludes_seen", True):
                allowed[known.nonzero()] = False
            yield top_k(method.score(batch), allowed, k, fold.train.items).item_indices
        advance(len(rows))


def measure(
    fold: Fold,
    method: Scorer | RanksItself,
    k: int = 10,
    cuts: Sequence[int] = CUTS,
    advance: Advance | None = None,
) -> Measured:
    """Measure a method that is fitted on `fold.train`; `cuts` () leaves the learning curve out."""
    begin = time.perf_counter()
    ranked = lists(fold, method, k, None, advance)
    seconds = {"rank": time.perf_counter() - begin}
    curve = {
        cut: metrics.ndcg(lists(fold, method, k, cut, advance), fold.relevant, k) for cut in cuts
    }
    return Measured(*of_lists(fold, ranked, k), curve, seconds, ranked)


def of_lists(
    fold: Fold, ranked: NDArray[np.int64], k: int
) -> tuple[dict[str, NDArray[np.float64]], dict[str, float]]:
    """Return all metrics of finished lists: those per user, and those over all lists."""
    ranked = ranked[:, :k]
    catalog, popularity = fold.train.catalog, fold.train.popularity
    histories, genres = fold.batch().histories, beyond.genre_matrix(catalog.genres)
    per_user = {name: metric(ranked, fold.relevant, k) for name, metric in ACCURACY.items()}
    per_user |= {
        "novelty": beyond.novelty(ranked, popularity, fold.train.n_users),
        "diversity": beyond.diversity(ranked, genres),
        "miscalibration": beyond.miscalibration(ranked, histories, genres),
        "popularity": beyond.list_popularity(ranked, popularity),
        "popularity_lift": beyond.popularity_lift(ranked, histories, popularity),
    }
    overall = {
        "coverage": beyond.coverage(ranked, fold.train.n_items),
        "gini": beyond.gini(ranked, fold.train.n_items),
    }
    return per_user, overall
