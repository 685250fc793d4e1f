"""A leaning of the person toward a trait of items, such as a genre: its share among the liked items
against the catalog's. What the kinds genre and decade have in common; no kind itself."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recsys_rag.fact import Fact
from recsys_rag.facts._strength import wilson_lower

MIN_LIKED = 5  # a shorter history says nothing about a leaning
_MIN_COUNT = 3
_MIN_LIFT = 1.2
_MIN_MARGIN = 0.08  # of share over catalog share: 8 % against 4 % is no leaning

Feedback = Literal["liked", "chose"]  # how liking is known: from ratings, or implicit


@dataclass(frozen=True, slots=True)
class Leaning(Fact):
    """`n_liked` of the `n_history` liked items of the history have the trait."""

    n_liked: int
    n_history: int
    share_percent: int
    catalog_percent: int
    feedback: Feedback


@dataclass(frozen=True, slots=True)
class Affinity:
    """A trait of `count` of the `of` liked items; shares in 0..1."""

    count: int
    of: int
    catalog_share: float

    @property
    def share(self) -> float:
        return self.count / self.of

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def catalog_percent(self) -> int:
        return round(100 * self.catalog_share)

    @property
    def is_distinct(self) -> bool:
        """Say whether the liked share is higher than the catalog's beyond chance, and by a margin
        worth a word."""
        return (
            self.of >= MIN_LIKED
            and self.count >= _MIN_COUNT
            and self.catalog_percent > 0  # "against 0 % of the catalog" is no comparison
            and self.share >= _MIN_LIFT * self.catalog_share
            and self.share >= self.catalog_share + _MIN_MARGIN
            and wilson_lower(self.count, self.of) > self.catalog_share
        )


def affinities(has_trait: NDArray[np.bool_], liked: NDArray[np.int64]) -> list[Affinity]:
    """Return the affinity for each trait; `has_trait` (n_items, n_traits), `liked` item indices, at
    least one.

    >>> affinities(np.array([[True], [True], [False], [False]]), np.array([0, 1]))
    [Affinity(count=2, of=2, catalog_share=0.5)]
    """
    counts = has_trait[liked].sum(axis=0)
    shares = has_trait.mean(axis=0)
    return [
        Affinity(int(n), len(liked), float(share)) for n, share in zip(counts, shares, strict=True)
    ]
