"""What the items of a list lose when films of the history are left out, and the list is scored
again. States no facts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.facts.history import ranked_history
from recsys_rag.protocols import ExplainsItself, ScoresWithout
from recsys_rag.types import ResolvedQuery

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

    def losses(
        self, resolved: ResolvedQuery, listed: NDArray[np.int64], groups: Sequence[tuple[int, ...]]
    ) -> dict[tuple[int, ...], NDArray[np.float64]]:
        """Return for each group of films what each item loses without them, as a share of its
        score, (n_listed,).

        A score is that of the ranking: how far an item is above the average of the catalog, in
        standard deviations, with this history. nan for an item that is not above the average: there
        is nothing to lose.
        """
        if not groups:
            return {}
        scores = self.scorer.scores_without(resolved, [(), *groups], listed).astype(np.float64)
        full = np.where(scores[0] > 0, scores[0], np.nan)
        return dict(zip(groups, (full - scores[1:]) / full, strict=True))
