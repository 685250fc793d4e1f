"""Neighbors: how many of the fitted users most similar to the history rated an item, and how many
of them liked it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact
from recsys_rag.facts.history import own_history
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.neighbors.phrases import PHRASES
from recsys_rag.facts.neighbors.reading import READING
from recsys_rag.facts.neighbors.recount import recount
from recsys_rag.facts.strength import wilson_lower
from recsys_rag.protocols import EvidenceSource, FindsNeighbors, FittedParts
from recsys_rag.types import Evidence, ResolvedQuery

_SHOWN_USERS = 5


@dataclass(frozen=True, slots=True)
class NeighborsFact(Fact):
    """`n_liked` of the `n_raters` who rated the item among `n_neighbors` similar users liked it:
    gave it `liked_rating` to `top_rating`, in steps of `rating_step`.

    Where feedback is implicit these four are 0, and `n_liked` of the neighbors chose it.
    """

    kind = "neighbors"
    n_liked: int
    n_neighbors: int
    user_ids: tuple[str, ...]  # of the first few who liked it, most similar first
    n_raters: int = 0
    liked_rating: float = 0.0
    top_rating: float = 0.0
    rating_step: float = 0.0


class NeighborsEvidence:
    """States "n of the m most similar users who rated it liked it"; with implicit feedback "n of N
    chose it".

    `n_neighbors` users with positive similarity are asked. Nothing is stated where fewer than
    `min_raters` of them rated the item, or fewer than half of those liked it: that would be no
    reason for it. An empty history has no neighbors; items that were only named as examples make
    nobody "like you".
    """

    def __init__(
        self, dataset: Dataset, model: FindsNeighbors, *, n_neighbors: int = 50, min_raters: int = 3
    ) -> None:
        self._dataset = dataset
        self._model = model
        self._n_neighbors = n_neighbors
        self._min_raters = min_raters

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        histories = own_history(resolved, self._dataset)
        if histories.nnz == 0:
            return
        users, similarities = self._model.neighbors(histories)
        users = users[: self._n_neighbors][similarities[: self._n_neighbors] > 0]
        nearness = np.full(self._dataset.n_users, -1, np.int64)  # 0 is the most similar user
        nearness[users] = np.arange(len(users))
        for item in item_indices.tolist():
            by_item = self._dataset.by_item
            column = slice(*by_item.indptr[item:][:2])
            raters = nearness[by_item.indices[column]]
            order = np.argsort(raters)[np.count_nonzero(raters < 0) :]
            ratings = by_item.data[column][order]
            yield from self._stated(item, users[raters[order]], ratings, len(users))

    def _stated(
        self, item: int, users: NDArray[np.int64], ratings: NDArray[np.float32], n_asked: int
    ) -> Iterator[Evidence]:
        """State what these users, most similar first, say of an item by their ratings."""
        n, scale, item_id = len(users), self._dataset.scale, self._dataset.items.id(item)
        liking = users if scale is None else users[ratings >= scale.liked]
        if n < self._min_raters or 2 * len(liking) < n:
            return
        ids = self._dataset.users.ids_at(liking[:_SHOWN_USERS])
        # no ids in words: who the others are stands in the fact alone, and is told when asked for
        asked = f"the {n_asked} users most similar to the history"
        if scale is None:
            yield Evidence(
                item_id,
                NeighborsFact(n, n_asked, ids),
                f"interactions with item {item_id} of {asked}: {n} chose it",
                f"{n} of the {n_asked} people most like you chose it",
                float(np.sqrt(wilson_lower(n, n_asked))),
            )
            return
        ratings_asked = scale.liked, float(scale.high), float(scale.step)
        yield Evidence(
            item_id,
            NeighborsFact(len(liking), n_asked, ids, n, *ratings_asked),
            f"ratings of item {item_id} by {asked}: {n} rated it, {len(liking)} of them "
            f"{scale.liked:g} or more",
            f"{len(liking)} of the {n} people most like you who rated it gave it "
            f"{scale.liked:g} or more",
            wilson_lower(len(liking), n),
        )


def _evidence(parts: FittedParts) -> EvidenceSource | None:
    if parts.finder is None:
        return None
    return NeighborsEvidence(parts.dataset, parts.finder, n_neighbors=parts.n_neighbors)


KIND = Kind(
    NeighborsFact,
    _evidence,
    PHRASES,
    READING,
    recount,
    (
        NeighborsFact(17, 50, ("3",), 25, 4.0, 5.0, 1.0),
        NeighborsFact(6, 50, ("3",), 6, 4.0, 5.0, 1.0),
        NeighborsFact(5, 50, ("3",), 8, 4.0, 5.0, 0.5),
        NeighborsFact(5, 50, ("3",), 8, 8.0, 10.0, 1.0),
        NeighborsFact(12, 50, ("3",)),
    ),
)
