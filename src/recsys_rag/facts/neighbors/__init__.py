"""Neighbors: how many of the people who rate most like the person rated an item, and how many of
them liked it; where feedback is implicit, how many of those with the most similar choices chose
it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact, Part
from recsys_rag.facts._agreement import Agreement, n_asked
from recsys_rag.facts._history import own_history
from recsys_rag.facts._strength import wilson_lower
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.neighbors.phrases import PHRASES
from recsys_rag.facts.neighbors.reading import READING
from recsys_rag.facts.neighbors.recount import recount
from recsys_rag.protocols import EvidenceSource, FindsNeighbors, FittedParts
from recsys_rag.types import Evidence, ResolvedQuery

_SHOWN_USERS = 5
_CAUTION = 0.45  # strength of a warning


@dataclass(frozen=True, slots=True)
class NeighborsFact(Fact):
    """`n_liked` of the `n_raters` who rated the item among the `n_neighbors` who rate most like the
    person liked it: gave it `liked_rating` to `top_rating`, in steps of `rating_step`; of all who
    rated it, `everyone_percent` did.

    Where feedback is implicit the ratings are 0, `n_liked` of the neighbors chose it, and
    `everyone_percent` of all people.
    """

    kind = "neighbors"
    n_liked: int
    n_neighbors: int
    user_ids: tuple[str, ...]  # of the first few who liked it, most similar first
    n_raters: int = 0
    liked_rating: float = 0.0
    top_rating: float = 0.0
    rating_step: float = 0.0
    everyone_percent: int = 0

    @property
    def is_split(self) -> bool:
        """Say whether fewer than two thirds of them liked it: no reason for it, but a warning."""
        return 3 * self.n_liked < 2 * self.n_raters

    @property
    def part(self) -> Part:
        return "sure" if self.is_split else "why"


class _NeighborsEvidence:
    """States "18 of the 26 people most like you who rated it gave it 4 or more; 61 % of all did";
    with implicit feedback "n of N chose it".

    `n_neighbors` users with positive similarity are asked. Nothing is stated where fewer than
    `min_raters` of them rated the item; where two thirds liked it, but not a greater share than of
    all who rated it; or where fewer than a third did. In between they are split. Choices are stated
    where half of the neighbors chose the item, and a greater share than of all. An empty history
    has no neighbors, and neither has the person's own; items that were only named as examples make
    nobody "like you".
    """

    def __init__(
        self,
        dataset: Dataset,
        model: FindsNeighbors,
        *,
        n_neighbors: int = 50,
        min_raters: int = 10,
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
        users = users[similarities > 0]
        own = resolved.query.user_id
        if own is not None and own in self._dataset.users:
            users = users[users != self._dataset.users.index(own)]
        users = users[: self._n_neighbors]
        nearness = np.full(self._dataset.n_users, -1, np.int64)  # 0 is the most similar user
        nearness[users] = np.arange(len(users))
        for item in item_indices.tolist():
            by_item = self._dataset.by_item
            column = slice(*by_item.indptr[item:][:2])
            raters = nearness[by_item.indices[column]]
            order = np.argsort(raters)[np.count_nonzero(raters < 0) :]
            yield from self._stated(
                item,
                users[raters[order]],
                by_item.data[column][order],
                by_item.data[column],
                len(users),
            )

    def _stated(
        self,
        item: int,
        users: NDArray[np.int64],
        ratings: NDArray[np.float32],
        of_all: NDArray[np.float32],
        n_asked: int,
    ) -> Iterator[Evidence]:
        """State what these users, most similar first, say of an item by their ratings."""
        n, scale, item_id = len(users), self._dataset.scale, self._dataset.items.id(item)
        liking = users if scale is None else users[ratings >= scale.liked]
        if not n:
            return
        if scale is None:
            share, of_everyone = n / n_asked, len(of_all) / self._dataset.n_users
        else:
            share, of_everyone = len(liking) / n, float((of_all >= scale.liked).mean())
        # no ids in words: who the others are stands in the fact alone, and is told when asked for
        ids = self._dataset.users.ids_at(liking[:_SHOWN_USERS])
        percent = round(100 * of_everyone)
        if scale is None:
            if share < 0.5 or share <= of_everyone or n < self._min_raters:
                return
            yield Evidence(
                item_id,
                NeighborsFact(n, n_asked, ids, everyone_percent=percent),
                f"interactions with item {item_id} of the {n_asked} users whose choices are most "
                f"similar to the history: {n} chose it",
                f"{n} of the {n_asked} people with choices most like yours chose it; "
                f"{percent} % of all did",
                float(np.sqrt(wilson_lower(n, n_asked))),
            )
            return
        fact = NeighborsFact(
            len(liking), n_asked, ids, n, scale.liked, float(scale.high), float(scale.step), percent
        )
        if n < self._min_raters or 3 * len(liking) < n:
            return
        if not fact.is_split and share < of_everyone:
            return
        yield Evidence(
            item_id,
            fact,
            f"ratings of item {item_id} by the {n_asked} users whose ratings agree most with the "
            f"history: {n} rated it, {len(liking)} of them {scale.liked:g} or more",
            f"{len(liking)} of the {n} people most like you who rated it gave it "
            f"{scale.liked:g} or more; {percent} % of all who rated it did",
            _CAUTION if fact.is_split else wilson_lower(len(liking), n),
        )


def _evidence(parts: FittedParts) -> EvidenceSource | None:
    dataset = parts.dataset
    if dataset.scale:
        asked = n_asked(dataset.n_users)
        return _NeighborsEvidence(dataset, Agreement(dataset), n_neighbors=asked)
    if parts.finder is None:
        return None
    return _NeighborsEvidence(dataset, parts.finder, n_neighbors=parts.n_neighbors)


KIND = Kind(
    NeighborsFact,
    _evidence,
    PHRASES,
    READING,
    recount,
    (
        NeighborsFact(17, 50, ("3",), 25, 4.0, 5.0, 1.0, 61),
        NeighborsFact(16, 50, ("3",), 16, 4.0, 5.0, 1.0, 61),
        NeighborsFact(15, 50, ("3",), 18, 4.0, 5.0, 0.5, 61),
        NeighborsFact(15, 50, ("3",), 18, 8.0, 10.0, 1.0, 61),
        NeighborsFact(9, 50, ("3",), 18, 4.0, 5.0, 1.0, 61),
        NeighborsFact(32, 50, ("3",), everyone_percent=12),
    ),
)
