"""Fusion weights of each class of histories, learned from one set of questions: where the search
begins, what a class with too few questions gets, and how it is told. Searches nothing itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag._fuse.bins import BIN_NAMES, BINS_OF_SHORT, CLASS_NAMES, FAME_LEVELS
from recsys_rag._fuse.learning import Learned, Pool, learned
from recsys_rag._fuse.weighted import Weight

# of the weights wherever there is a history: what is told as a reason ranks
_EASE_AT_LEAST, _EASE_OF_KNOWN = 0.1, 0.03
# where the search begins for histories of 1-5 and of 6-20 items that are known: people most like,
# and popularity
_BEGIN_KNOWN: dict[str, tuple[float, float]] = {
    "popularity": (0.1, 0.0),
    "user_knn": (0.8, 0.65),
    "item_knn": (0.0, 0.15),
    "ease": (0.05, 0.1),
    "als": (0.05, 0.1),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned for some retrievers."""

    names: Sequence[str]
    by_class: NDArray[np.float64]  # (n_retrievers, len(CLASS_NAMES))
    learned: Sequence[Learned]

    def as_settings(self, shipped: Mapping[str, Weight]) -> dict[str, Any]:
        """Return the settings of fusion; words keep the weights that they are shipped with."""
        n_lengths = len(BIN_NAMES)
        rounded = {
            name: tuple(np.round(row, 3).tolist())
            for name, row in zip(self.names, self.by_class, strict=True)
            if row.any()
        }
        words = {name: weight for name, weight in shipped.items() if name in ("bm25", "embedding")}
        chosen = {"weights": {name: row[:n_lengths] for name, row in rounded.items()} | words}
        if any(of_class.length >= n_lengths for of_class in self.learned):
            chosen["short"] = {name: row[n_lengths:] for name, row in rounded.items()}
        return chosen

    def account(self) -> Iterator[str]:
        """Yield what was found, class by class."""
        for of_class in self.learned:
            mixture = ", ".join(
                f"{name} {share:.2f}"
                for name, share in zip(
                    self.names, of_class.weights / of_class.weights.sum(), strict=True
                )
                if share
            )
            best, alone = of_class.best_single
            yield (
                f"histories of {CLASS_NAMES[of_class.length]}: {mixture} "
                f"(nDCG@10 {of_class.reached:.4f}; as shipped {of_class.given:.4f}, "
                f"{self.names[best]} alone {alone:.4f}; {of_class.questions} questions)"
            )


def weights_of(
    questions: Sequence[Pool], names: Sequence[str], shipped: Mapping[str, Weight]
) -> Weights:
    """Return the weights that are learned from these questions; where a class of short histories
    has too few, those of the next one of its length, or as shipped."""
    n_lengths, of_short = len(BIN_NAMES), np.array(BINS_OF_SHORT)
    known = np.arange(len(of_short)) % FAME_LEVELS > 0
    weights = np.zeros((len(names), len(CLASS_NAMES)))
    for row, name in zip(weights, names, strict=True):
        row[:n_lengths] = shipped.get(name, 0.0)
        begin = np.array([0.0, *_BEGIN_KNOWN.get(name, (0.0, 0.0))])
        row[n_lengths:] = np.where(known, begin[of_short], row[of_short])
    least = np.zeros_like(weights)
    if "ease" in names:
        least[names.index("ease"), 1:] = _EASE_AT_LEAST
        least[names.index("ease"), n_lengths:][known] = _EASE_OF_KNOWN
    found = list(learned(questions, weights, least))
    for of_class in found:
        weights[:, of_class.length] = of_class.weights
    there = {of_class.length for of_class in found}
    for place in range(n_lengths, len(CLASS_NAMES)):
        first = place - (place - n_lengths) % FAME_LEVELS
        near = [other for other in range(first, first + FAME_LEVELS) if other in there]
        if place not in there:
            nearest = min(near, key=lambda other: abs(other - place), default=None)
            of_length = of_short[place - n_lengths]
            weights[:, place] = weights[:, of_length if nearest is None else nearest]
    return Weights(names, weights, found)
