"""Small data sets made from nothing but a seed: a checkerboard and an invented film club. No real
ratings, no real films."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.testing._films import made_up_catalog

_FIRST_TIMESTAMP = 880_000_000  # seconds since 1970: November 1997
_SECONDS_BETWEEN_RATINGS = 1_800


def plain_catalog(n_items: int) -> Catalog:
    """Return n items without metadata: ids "i0", "i1", ..., titles "Item 0", ...

    >>> plain_catalog(2).titles
    ('Item 0', 'Item 1')
    """
    return Catalog(
        items=Vocabulary(tuple(f"i{place}" for place in range(n_items))),
        titles=tuple(f"Item {place}" for place in range(n_items)),
        years=np.zeros(n_items, np.int32),
        genres=((),) * n_items,
    )


def dataset_of(
    ratings: NDArray[np.floating], scale: RatingScale | None = None, name: str = "dense"
) -> Dataset:
    """Return a dataset from a dense (n_users, n_items) array, 0 meaning not rated; users "u0", ...,
    items "i0", ...

    Every row of the array becomes a user, also one without ratings. Rows of the file are counted in
    row-major order.
    """

    interactions = sparse.csr_array(np.asarray(ratings, np.float32))
    interactions.sort_indices()
    return Dataset(
        name=name,
        users=Vocabulary(tuple(f"u{place}" for place in range(interactions.shape[0]))),
        catalog=plain_catalog(interactions.shape[1]),
        interactions=interactions,
        rows=np.arange(interactions.nnz, dtype=np.int64),
        scale=scale,
    )


def checkerboard(n_users: int = 50, n_items: int = 50) -> Dataset:
    """Return likes (implicit feedback) where even users like the even items and odd users the odd
    ones.

    User u withholds item u (modulo n_items), which is of the user's own color when n_items is even:
    whoever has learned the pattern ranks that item first among those that the user has not seen.
    After implicit's test of the same name.

    >>> checkerboard(4, 6).interactions.toarray().astype(int)
    array([[0, 0, 1, 0, 1, 0],
           [0, 0, 0, 1, 0, 1],
           [1, 0, 0, 0, 1, 0],
           [0, 1, 0, 0, 0, 1]])
    """
    assert n_items % 2 == 0, n_items
    users, items = np.arange(n_users)[:, None], np.arange(n_items)[None, :]
    likes = (users % 2 == items % 2) & (users % n_items != items)
    return dataset_of(likes.astype(np.float32), name="checkerboard")


def made_up_movies(n_users: int = 120, seed: int = 7) -> Dataset:
    """Return an invented film club: 60 films of `films.made_up_catalog`, rated 1 to 5 by users "1",
    "2", ... with tastes.

    Each user loves two genres and dislikes one, sees 12 to 24 films, more often those that are well
    known and loved, and rates them by taste, the film's own quality and mood. Timestamps rise along
    the file. The last film of the catalog has no rating. Same arguments, same data.

    >>> movies = made_up_movies()
    >>> movies.n_users, movies.n_items, movies.scale, int(movies.popularity[-1])
    (120, 60, RatingScale(low=1, high=5, step=1.0), 0)
    """
    rng = np.random.default_rng(seed)
    catalog = made_up_catalog()
    has_genre = np.array(
        [[name in one for name in catalog.genre_names] for one in catalog.genres], float
    )
    fame = 1.0 / (1.0 + rng.permutation(len(catalog)))
    fame[-1] = 0.0
    quality = rng.normal(0.0, 0.4, len(catalog))
    user_ids: list[str] = []
    item_indices: list[int] = []
    ratings: list[float] = []
    for user in range(n_users):
        taste = np.zeros(len(catalog.genre_names))
        loved_loved_disliked = rng.choice(len(taste), 3, replace=False)
        taste[loved_loved_disliked] = (1.2, 0.9, -1.3)
        liking = has_genre @ taste + quality
        chance = fame**0.5 * np.exp(0.8 * liking)
        seen = rng.choice(
            len(catalog), int(rng.integers(12, 25)), replace=False, p=chance / chance.sum()
        )
        mood = rng.normal(0.0, 0.3) + rng.normal(0.0, 0.5, len(seen))
        user_ids += [str(user + 1)] * len(seen)
        item_indices += seen.tolist()
        ratings += np.clip(np.round(3.1 + liking[seen] + mood), 1, 5).tolist()
    order = rng.permutation(len(user_ids))  # a file in the order of events, users interleaved
    return Dataset.from_triples(
        "made-up-movies",
        [user_ids[place] for place in order],
        [catalog.items.ids[item_indices[place]] for place in order],
        np.array(ratings, np.float32)[order],
        catalog,
        timestamps=_FIRST_TIMESTAMP
        + _SECONDS_BETWEEN_RATINGS * np.arange(len(order), dtype=np.int64),
        scale=RatingScale(1, 5),
        source="invented",
    )
