"""How near each item is to what was said: to items named as examples, and to words. Knows no
history, and popularity only as a floor under obscurity."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag._fuse.asked import Asked
from recsys_rag._fuse.weighted import WeightedFusion, standardize
from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.protocols import Retriever
from recsys_rag.types import Batch

# columns of texts, and values of each: see `Understanding.traits`
Traits: TypeAlias = Sequence[tuple[str, Sequence[str]]]

_FEWEST_KEPT, _CELLS_KEPT = 16, 500_000  # rows, and cells of 4 bytes in all of them
_BESIDE = 0.5  # weight of words beside moods, themes or features alone, which filter
_TRAITS_BESIDE = 0.25  # weight of moods, themes and features beside examples: they filter
_FLOOR = 4.0  # standard deviations of relevance that an item nobody has rated is held back by


@dataclass(frozen=True, slots=True)
class Relevance:
    """What compares items with items and with words; either may be empty, and then has no opinion.

    Popularity has no say among items with more ratings than the average item; below, an item is
    held back the more the fewer it has.
    """

    dataset: Dataset
    parts: Mapping[str, Retriever]
    of_examples: Mapping[str, float]  # retriever -> weight
    of_words: Mapping[str, float]
    # how near each item is to one; the last are kept: the same items are asked about again
    _near: Callable[[int], NDArray[np.float32]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        most = max(_FEWEST_KEPT, _CELLS_KEPT // max(self.dataset.n_items, 1))
        object.__setattr__(self, "_near", lru_cache(most)(self._near_to))

    def relevance(
        self, examples: Sequence[int], text: str, traits: Traits = ()
    ) -> NDArray[np.float32]:
        """Return how near each item is to all examples, to the text and to moods and themes
        together, (n_items,).

        Examples count alike, however many they are, and as much as the text beside them. Of the
        values of a trait, an item is the nearer the more it has.
        """
        total = np.zeros(self.dataset.n_items, np.float32)
        if examples and self.of_examples:
            near = [self._near(item) for item in examples]
            total += standardize(np.stack(near).sum(axis=0, keepdims=True))[0]
        if text and self.of_words:
            weight = _BESIDE if traits and not examples else 1.0
            total += np.float32(weight) * self._fused(self.of_words, (), text)
        if traits:
            has = [self._share(*trait) for trait in traits]
            weight = _TRAITS_BESIDE if examples else 1.0
            total += np.float32(weight) * standardize(np.stack(has).sum(axis=0, keepdims=True))[0]
        total += self._floor()
        return total

    def _share(self, column: str, values: Sequence[str]) -> NDArray[np.float32]:
        """Return the share of these values that each item has in a column of texts, (n_items,)."""
        catalog = self.dataset.catalog
        texts = (catalog.texts(item, column) for item in range(len(catalog)))
        return np.array([len({*values} & {*of_item}) / len(values) for of_item in texts], "<f4")

    def _near_to(self, item: int) -> NDArray[np.float32]:
        """Return how near each item is to this one: by its ratings, and as its text reads."""
        return self._fused(self.of_examples, (item,), "")

    def _fused(
        self, weights: Mapping[str, float], items: Sequence[int], text: str
    ) -> NDArray[np.float32]:
        praise = self.dataset.scale.high if self.dataset.scale else 1.0
        praised = (np.array(items, np.int64), np.full(len(items), praise, np.float32))
        batch = Batch(histories_of(self.dataset.n_items, [praised]), (text,))
        retrievers = {name: self.parts[name] for name in weights}
        fused = WeightedFusion(weights).fuse(Asked(retrievers, batch), batch)
        only: NDArray[np.float32] = standardize(fused)[0]
        return only

    def _floor(self) -> NDArray[np.float32]:
        counts = self.dataset.popularity
        known = np.log1p(counts) / np.log1p(max(float(counts.mean()), 1.0))
        floor: NDArray[np.float32] = (_FLOOR * (np.minimum(known, 1.0) - 1.0)).astype(np.float32)
        return floor
