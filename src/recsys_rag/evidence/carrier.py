"""Which of the person's own liked items carry an item's score, from a model whose score is a sum over the history."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.evidence.history import examples_of, liked_items, ranked_history
from recsys_rag.evidence.strength import between
from recsys_rag.protocols import ExplainsItself
from recsys_rag.types import Evidence, ResolvedQuery


class CarrierEvidence:
    """States "your 5 for Fargo (1996) makes up 31 % of what speaks for it".

    The share is an item's contribution divided by the sum of all positive contributions. Only items that the person liked
    are named, and only from `min_percent` on. An item gets up to `alternatives` facts with one title each, largest share
    first, and one with the first two together where the second is at least 60 % of the first: so that a list need not
    name the same title five times. Films that were named as examples ("like Fargo") are stated too, told apart by the
    fact `named`. `place` is the rank of the (first) title's contribution among all of the history.
    """

    kind = "carrier"

    def __init__(self, dataset: Dataset, model: ExplainsItself, *, alternatives: int = 3, min_percent: int = 2) -> None:
        self._dataset = dataset
        self._model = model
        self._alternatives = alternatives
        self._min_percent = min_percent

    def evidence(self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]) -> Iterable[Evidence]:
        """Yield the facts of each item, in the order of `item_indices`."""
        batch = ranked_history(resolved, self._dataset)
        histories = batch.histories
        if histories.nnz == 0 or not len(item_indices):
            return
        parts = self._model.contributions(batch, item_indices).astype(np.float64)  # (n, n_history)
        speaking = np.where(parts > 0, parts, 0.0)
        totals = speaking.sum(axis=1, keepdims=True)
        shares = np.divide(100.0 * speaking, totals, out=np.zeros_like(parts), where=totals > 0)
        order = np.argsort(-shares, axis=1, kind="stable")
        liked = np.isin(histories.indices, liked_items(resolved, self._dataset))
        examples = np.isin(histories.indices, examples_of(resolved))
        for row, item in enumerate(item_indices.tolist()):
            told = (item, histories.indices, histories.data, shares[row], order[row])
            yield from self._of_item(*told, liked, is_example=False)
            yield from self._of_item(*told, examples, is_example=True)

    def _of_item(
        self,
        item: int,
        history: NDArray[np.int32],
        ratings: NDArray[np.float32],
        shares: NDArray[np.float64],
        order: NDArray[np.int64],
        nameable: NDArray[np.bool_],
        *,
        is_example: bool,
    ) -> Iterator[Evidence]:
        places = [
            (place, column)
            for place, column in enumerate(order.tolist(), 1)
            if nameable[column] and round(shares[column]) >= self._min_percent and history[column] != item
        ][: self._alternatives]
        groups = [[one] for one in places]
        if len(places) > 1 and not is_example and shares[places[1][1]] >= 0.6 * shares[places[0][1]]:
            groups.insert(1, places[:2])
        for group in groups:
            columns = [column for _, column in group]
            own = [(int(history[column]), float(ratings[column])) for column in columns]
            yield self._stated(item, own, float(shares[columns].sum()), group[0][0], is_example)

    def _stated(self, item: int, own: list[tuple[int, float]], share: float, place: int, is_example: bool) -> Evidence:
        dataset = self._dataset
        titles = tuple(dataset.catalog.name(one) for one, _ in own)
        item_ids = dataset.items.ids_at([one for one, _ in own])
        ratings = tuple(f"{rating:g}" for _, rating in own) if dataset.scale and not is_example else ()
        percent = round(share)
        facts: dict[str, str | int | float | tuple[str, ...]] = {
            "titles": titles,
            "item_ids": item_ids,
            "share_percent": percent,
            "place": place,
        }
        if is_example:
            facts["named"] = 1
            said = f"your example {titles[0]}"
        elif ratings:
            facts["ratings"] = ratings
            said = " and ".join(f"your {rating} for {title}" for title, rating in zip(titles, ratings, strict=True))
        else:
            said = " and ".join(f"your choice of {title}" for title in titles)
        return Evidence(
            self.kind,
            dataset.items.id(item),
            facts,
            f"history items {', '.join(item_ids)}: share of the positive contributions to the score of item "
            f"{dataset.items.id(item)} in the item model",
            f"{said} {'carry' if len(own) > 1 else 'carries'} {percent} % of what speaks for it",
            between(0.45, 0.95, share / len(own) / 30) - 0.04 * min(place - 1, 5),
        )
