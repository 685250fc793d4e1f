"""Made-up ratings of any size: popularity of items by Zipf's law, people of every activity, tastes
by genre. Deterministic."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary

_GENRES = tuple(f"Genre {letter}" for letter in "ABCDEFGHIJKLMNOPQR")
_DRAWN_AT_ONCE = 2_000_000


def zipf_dataset(
    n_users: int, n_items: int, n_ratings: int, seed: int = 0, exponent: float = 0.8
) -> Dataset:
    """Return exactly n_ratings ratings of 1 to 5 with times, one a pair.

    The item of popularity rank r is drawn with probability proportional to r ** -exponent, a user
    proportionally to a lognormal activity (sigma 1). The rating is 3.5 + the item's quality + the
    user's liking of its genre + noise, rounded. The ratings of a user are in random order, a minute
    apart.
    """
    rng = np.random.default_rng(seed)
    genre_of = rng.integers(len(_GENRES), size=n_items)
    users, items = _pairs(n_users, n_items, n_ratings, exponent, rng)
    liking = rng.normal(0, 0.6, (n_users, len(_GENRES)))[users, genre_of[items]]
    exact = 3.5 + rng.normal(0, 0.5, n_items)[items] + liking + rng.normal(0, 0.8, n_ratings)
    ratings = np.clip(np.rint(exact), 1, 5).astype(np.float32)
    counts = np.bincount(users, minlength=n_users)
    ends = np.concatenate([[0], np.cumsum(counts)])
    times = (
        60 * (rng.permutation(n_ratings) % np.repeat(np.maximum(counts, 1), counts))
        + 86_400 * users
    )
    return Dataset(
        f"zipf-{n_users}x{n_items}-{n_ratings}",
        Vocabulary(tuple(map(str, range(n_users)))),
        _catalog(genre_of, rng),
        sparse.csr_array(
            (ratings, items.astype(np.int32), ends.astype(np.int32)), shape=(n_users, n_items)
        ),
        np.arange(n_ratings),
        times.astype(np.int64),
        RatingScale(1, 5),
    )


def _pairs(
    n_users: int, n_items: int, n_ratings: int, exponent: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return n_ratings distinct pairs, by user and item."""
    activity = np.cumsum(rng.lognormal(0, 1, n_users))
    popularity = np.cumsum(np.arange(1, n_items + 1.0) ** -exponent)
    item_at = rng.permutation(n_items)  # popular items are not neighbors
    pairs = np.zeros(0, np.int64)
    while len(pairs) < n_ratings:
        drawn = np.searchsorted(activity, rng.random(_DRAWN_AT_ONCE) * activity[-1]) * n_items
        drawn += item_at[np.searchsorted(popularity, rng.random(_DRAWN_AT_ONCE) * popularity[-1])]
        pairs = np.unique(np.concatenate([pairs, drawn]))
    kept = np.sort(rng.choice(pairs, n_ratings, replace=False))
    return kept // n_items, kept % n_items


def _catalog(genre_of: NDArray[np.int64], rng: np.random.Generator) -> Catalog:
    n_items = len(genre_of)
    return Catalog(
        Vocabulary(tuple(map(str, range(n_items)))),
        tuple(f"Film {place}" for place in range(n_items)),
        rng.integers(1930, 2025, n_items).astype(np.int32),
        tuple((_GENRES[genre],) for genre in genre_of.tolist()),
    )
