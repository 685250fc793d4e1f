"""How the items of a list stand when films of the history are left out, and all is ranked again.
States no facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.facts._history import ranked_history
from recsys_rag.protocols import ExplainsItself, ScoresWithout
from recsys_rag.types import ResolvedQuery, Understanding

_FEWEST = 12  # films that are tried, however large the catalog
# item of the list, where not all are tried: of 900 best threes of MovieLens 100K, ease proposes 99
# %
_FOR_EACH = 12


@dataclass(frozen=True, slots=True)
class LeavingOut:
    """Leaves films out of histories. `cells` scores are computed for one list, at most.

    All films of a history are tried, one at a time, where that allows it; else those that add most
    to an item of the list in `proposer`, a model whose score is a sum over the history, and none
    without one.
    """

    dataset: Dataset
    scorer: ScoresWithout
    proposer: ExplainsItself | None = None
    cells: int = 250_000

    def tried(
        self, resolved: ResolvedQuery, listed: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], bool]:
        """Return the films to try, ascending item indices, examples included, and whether that is
        the whole history."""
        batch = ranked_history(resolved, self.dataset)
        history = batch.histories.indices.astype(np.int64)
        most = max(_FEWEST, self.cells // max(self.dataset.n_items, 1))
        if len(history) <= most or not len(listed):
            return history, True
        if self.proposer is None:
            return history[:0], False
        order = np.argsort(-self.proposer.contributions(batch, listed), axis=1, kind="stable")
        each = min(_FOR_EACH, max(4, most // len(listed)))
        return np.unique(history[order[:, :each]]), False

    def standing(
        self, resolved: ResolvedQuery, listed: NDArray[np.int64], groups: Sequence[tuple[int, ...]]
    ) -> "Standing":
        """Return how the items of a list score and rank with each group of films left out, and with
        none, ()."""
        every = np.arange(self.dataset.n_items)
        everything = [(), *groups]
        scores = self.scorer.scores_without(resolved, everything, every)
        return Standing(
            scores[:, listed],
            _ranks(scores, listed, self.scorer.allowed([resolved])[0]),
            {group: row for row, group in enumerate(everything)},
        )

    def others(
        self, resolved: ResolvedQuery, listed: NDArray[np.int64], scores: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Return what moves each item most besides films of the history, (n_listed,): the words and
        dislikes together, or what an item has for a person of whom nothing is known. In units of
        the score, never below 0. `scores` are those of the query as it is, (n_listed,)."""
        only_films = replace(
            resolved,
            words=Understanding(like_items=resolved.words.like_items),
            profile=Understanding(like_items=resolved.profile.like_items),
            disliked=(),
        )
        nobody = replace(
            resolved,
            query=replace(resolved.query, profile="", words=""),
            item_indices=resolved.item_indices[:0],
            ratings=resolved.ratings[:0],
            steps_back=None if resolved.steps_back is None else resolved.steps_back[:0],
            liked=(),
            disliked=(),
            leads=False,
            words=Understanding(),
            profile=Understanding(),
        )
        of_films = scores
        if resolved.disliked or not (resolved.words.is_empty and resolved.profile.is_empty):
            of_films = self.scorer.scores_without(only_films, [()], listed)[0]
        of_anybody = self.scorer.scores_without(nobody, [()], listed)[0]
        said = scores.astype(np.float64) - of_films
        most: NDArray[np.float64] = np.maximum(np.maximum(said, of_anybody), 0.0)
        return most


@dataclass(frozen=True, slots=True)
class Standing:
    """How the items of a list stand, a row each time that films were left out."""

    scores: NDArray[np.float32]  # (n_rows, n_listed)
    ranks: NDArray[np.int64]  # (n_rows, n_listed) 1 = first of all that could be shown
    rows: Mapping[tuple[int, ...], int]  # films left out -> row; () = none

    def losses(self, group: tuple[int, ...]) -> NDArray[np.float64]:
        """Return what each item's score loses without these films, (n_listed,)."""
        full, less = self.scores[self.rows[()]], self.scores[self.rows[group]]
        lost: NDArray[np.float64] = full.astype(np.float64) - less
        return lost

    def rank(self, group: tuple[int, ...], column: int) -> int:
        """Return the rank of an item of the list without these films."""
        return int(self.ranks[self.rows[group], column])


def _ranks(
    scores: NDArray[np.float32], listed: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the rank of each listed item in each row among the items that are allowed: one more
    than how many of these score higher.

    >>> _ranks(np.array([[0.5, 0.9, 0.7]]), np.array([0, 2]), np.array([True, False, True]))
    array([[2, 1]])
    """
    ordered = np.sort(scores[:, allowed], axis=1)
    n_not_higher = [
        np.searchsorted(row, of_row[listed], side="right")
        for row, of_row in zip(ordered, scores, strict=True)
    ]
    return int(allowed.sum()) - np.array(n_not_higher, np.int64) + 1
