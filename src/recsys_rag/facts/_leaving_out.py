"""How the items of a list stand when films of the history are left out, and all is ranked again.
States no facts."""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.facts._history import ranked_history
from recsys_rag.protocols import ExplainsItself, ScoresWithout
from recsys_rag.types import ResolvedQuery, Scores, Understanding

_FEWEST = 12  # films that are tried, however large the catalog
# item of the list, where not all are tried: of 900 best threes of MovieLens 100K, ease proposes 99
# %
_FOR_EACH = 12


class Remembering(ScoresWithout):
    """A ranking that remembers what it was asked of a query for as long as there is that query:
    facts are counted, and then read again, from the same scores. Those for a person of whom nothing
    is known are the same for all queries."""

    def __init__(self, ranking: ScoresWithout, n_items: int) -> None:
        self._ranking, self._n_items = ranking, n_items
        self._of_queries: dict[int, _Known] = {}  # by identity
        self._of_nobody: NDArray[np.float32] | None = None  # (1, n_items)

    def scores_without(
        self,
        resolved: ResolvedQuery,
        left_out: Sequence[Sequence[int]],
        item_indices: NDArray[np.int64],
    ) -> Scores:
        """Return what the ranking returns."""
        if _is_nobody(resolved) and list(map(tuple, left_out)) == [()]:
            if self._of_nobody is None:
                every = np.arange(self._n_items)
                self._of_nobody = self._ranking.scores_without(resolved, [()], every)
            return self._of_nobody[:, item_indices]
        known = self._of_queries.get(id(resolved))
        if known is None:
            if len(left_out) == 1:  # asked in passing, of a query that is changed a little
                return self._ranking.scores_without(resolved, left_out, item_indices)
            known = self._remembered(resolved)
        groups = [tuple(group) for group in left_out]
        if missing := [group for group in dict.fromkeys(groups) if group not in known.scores]:
            every = np.arange(self._n_items)
            scores = self._ranking.scores_without(resolved, missing, every)
            known.scores.update(zip(missing, scores, strict=True))
        none = np.zeros((0, len(item_indices)), np.float32)
        return np.array([known.scores[group][item_indices] for group in groups]) if groups else none

    def allowed(self, resolved: Sequence[ResolvedQuery]) -> NDArray[np.bool_]:
        """Return what the ranking returns."""
        return self._ranking.allowed(resolved)

    def _remembered(self, resolved: ResolvedQuery) -> "_Known":
        key, of_queries = id(resolved), self._of_queries
        ending = weakref.ref(resolved, lambda _: of_queries.pop(key, None))
        return of_queries.setdefault(key, _Known(ending))


def _is_nobody(resolved: ResolvedQuery) -> bool:
    """Say whether nothing that moves a score is known or was said."""
    is_silent = resolved.words.is_empty and resolved.profile.is_empty and not resolved.leads
    is_known = len(resolved.item_indices) or resolved.examples or resolved.held_back
    return is_silent and not is_known and resolved.asked_at is None


@dataclass(slots=True)
class _Known:
    query: weakref.ref[ResolvedQuery]  # forgets all this with it
    scores: dict[tuple[int, ...], NDArray[np.float32]] = field(default_factory=dict)  # (n_items,)


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
        self, resolved: ResolvedQuery, listed: NDArray[np.int64], films: NDArray[np.int64]
    ) -> "Standing":
        """Return how the items of a list stand, with each of these films left out, and with
        none."""
        return Standing(self.scorer, resolved, listed, films)

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


class Standing:
    """How the items of a list stand when films of the history are left out, () = none; what is not
    at hand is scored when it is asked for. A column is an item of the list."""

    def __init__(
        self,
        scorer: ScoresWithout,
        resolved: ResolvedQuery,
        listed: NDArray[np.int64],
        films: NDArray[np.int64],
    ) -> None:
        self._scorer, self._resolved, self._listed = scorer, resolved, listed
        self._allowed = scorer.allowed([resolved])[0]
        self._scores: dict[tuple[int, ...], NDArray[np.float32]] = {}  # (n_items,)
        self.films = films
        self.ask([(), *((film,) for film in films.tolist())])
        self.scores = self._scores[()][listed]  # (n_listed,)
        without = np.array([self._scores[film,][listed] for film in films.tolist()])
        # (n_films, n_listed) what the score of an item loses without a film
        self.losses: NDArray[np.float64] = self.scores.astype(np.float64) - without

    @property
    def n_ranked(self) -> int:
        """How many items could be shown."""
        return int(self._allowed.sum())

    def ask(self, groups: Sequence[tuple[int, ...]]) -> None:
        """Have all be scored without each of these groups of films."""
        missing = [group for group in groups if group not in self._scores]
        if missing:
            every = np.arange(len(self._allowed))
            scores = self._scorer.scores_without(self._resolved, missing, every)
            self._scores.update(zip(missing, scores, strict=True))

    def loss(self, group: tuple[int, ...], column: int) -> float:
        """Return what the score of an item loses without these films."""
        without = self._scores[group][self._listed[column]]
        return float(self.scores[column]) - float(without)

    def rank(self, group: tuple[int, ...], column: int) -> int:
        """Return the rank of an item without these films among all that could be shown: one more
        than how many of them score higher."""
        scores = self._scores[group]
        is_higher = scores > scores[self._listed[column]]
        return 1 + int(np.count_nonzero(is_higher & self._allowed))
