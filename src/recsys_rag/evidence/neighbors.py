"""Support by the fitted users most similar to the history: how many rated an item, and how many of
them liked it."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.evidence.history import own_history
from recsys_rag.evidence.strength import wilson_lower
from recsys_rag.protocols import FindsNeighbors
from recsys_rag.types import Evidence, ResolvedQuery

_SHOWN_USERS = 5


class NeighborEvidence:
    """States "n of the m most similar users who rated it liked it"; with implicit feedback "n of N
    chose it".

    `neighbors` users with positive similarity are asked. Nothing is stated where fewer than
    `min_raters` of them rated the item, or fewer than half of those liked it: that would be no
    reason for it. An empty history has no neighbors; films that were only named as examples make
    nobody "like you".
    """

    kind = "neighbors"

    def __init__(
        self, dataset: Dataset, model: FindsNeighbors, *, neighbors: int = 50, min_raters: int = 3
    ) -> None:
        self._dataset = dataset
        self._model = model
        self._neighbors = neighbors
        self._min_raters = min_raters

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        histories = own_history(resolved, self._dataset)
        if histories.nnz == 0:
            return
        users, similarities = self._model.neighbors(histories)
        users = users[: self._neighbors][similarities[: self._neighbors] > 0]
        place_of = np.full(self._dataset.n_users, -1, np.int64)
        place_of[users] = np.arange(len(users))
        for item in item_indices.tolist():
            places, ratings = self._column(item, place_of)
            yield from self._stated(item, users[places], ratings, len(users))

    def _column(
        self, item: int, place_of: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the places (most similar first) and ratings of those neighbors who rated the item."""
        by_item = self._dataset.by_item
        begin, end = by_item.indptr[item], by_item.indptr[item + 1]
        places = place_of[by_item.indices[begin:end]]
        ratings = by_item.data[begin:end][places >= 0]
        places = places[places >= 0]
        order = np.argsort(places)
        return places[order], ratings[order]

    def _stated(
        self, item: int, users: NDArray[np.int64], ratings: NDArray[np.float32], n_asked: int
    ) -> Iterator[Evidence]:
        if len(users) < self._min_raters:
            return
        scale = self._dataset.scale
        if scale is None:
            yield self._chosen(item, users, n_asked)
        elif 2 * int((ratings >= scale.liked).sum()) >= len(users):
            yield self._liked(item, users, ratings, n_asked, scale)

    def _liked(
        self,
        item: int,
        users: NDArray[np.int64],
        ratings: NDArray[np.float32],
        n_asked: int,
        scale: RatingScale,
    ) -> Evidence:
        liking = users[ratings >= scale.liked]
        user_ids = self._dataset.users.ids_at(liking[:_SHOWN_USERS])
        more = f" and {len(liking) - len(user_ids)} more" if len(liking) > len(user_ids) else ""
        return Evidence(
            self.kind,
            self._dataset.items.id(item),
            {
                "liked": len(liking),
                "raters": len(users),
                "neighbors": n_asked,
                "threshold": scale.liked,
                "top": float(scale.high),
                "step": float(scale.step),
                "user_ids": user_ids,
            },
            f"ratings of item {self._dataset.items.id(item)} by the {n_asked} users most similar to the history: "
            f"{len(users)} rated it; {scale.liked:g} or more from users {', '.join(user_ids)}{more}",
            f"{len(liking)} of the {len(users)} people most like you who rated it gave it {scale.liked:g} or more",
            wilson_lower(len(liking), len(users)),
        )

    def _chosen(self, item: int, users: NDArray[np.int64], n_asked: int) -> Evidence:
        user_ids = self._dataset.users.ids_at(users[:_SHOWN_USERS])
        more = f" and {len(users) - len(user_ids)} more" if len(users) > len(user_ids) else ""
        return Evidence(
            self.kind,
            self._dataset.items.id(item),
            {"chosen": len(users), "neighbors": n_asked, "user_ids": user_ids},
            f"interactions with item {self._dataset.items.id(item)} of the {n_asked} users most similar to the history: "
            f"users {', '.join(user_ids)}{more}",
            f"{len(users)} of the {n_asked} people most like you chose it",
            float(np.sqrt(wilson_lower(len(users), n_asked))),
        )
