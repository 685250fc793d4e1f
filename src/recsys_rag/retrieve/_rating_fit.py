"""From a dataset to the kept draws of its factorization: in what order, from how much, for how
long. Predicts nothing."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.retrieve._rating_features import (
    Array,
    contents_of,
    directions,
    habits,
    joined,
    of_items,
    scale_of,
    who_rated_what,
)
from recsys_rag.retrieve._rating_samples import Samples, nothing_known

if TYPE_CHECKING:
    from recsys_rag.retrieve._rating_sampler import Side

_WHOLE_SWEEPS = 100_000  # ratings up to which every sweep is made
_FEWEST_SWEEPS = 0.4  # of them
_WHOLE_ROWS = 20_000  # people and items up to which every sweep is made
_BURN_IN = 0.2


@dataclass(frozen=True)
class Table:
    """Ratings of users who rated, in the order of user ids; items in the order of item ids, with
    genres and year."""

    interactions: sparse.csr_array
    contents: Array  # (n_items, n_contents)
    item_indices: NDArray[np.int64]  # the index in the dataset of each item of this table

    def with_ratings(self, ratings: Array) -> "Table":
        """Return the same with other ratings, aligned with `interactions.data`."""
        known = self.interactions
        return replace(
            self, interactions=sparse.csr_array((ratings, known.indices, known.indptr), known.shape)
        )


def in_order_of_ids(dataset: Dataset, most_ratings: int, rng: np.random.Generator) -> Table:
    """Return the ratings in an order that does not depend on that of the dataset; of a random part
    of the users if too many.

    At least one user is kept, then as many as have `most_ratings` ratings together.
    """
    user_ids, item_ids, catalog = dataset.users.ids, dataset.items.ids, dataset.catalog
    counts = np.diff(dataset.interactions.indptr)
    users = np.array(sorted(np.flatnonzero(counts).tolist(), key=user_ids.__getitem__), np.int64)
    shuffled = rng.permutation(len(users))
    fits = np.cumsum(counts[users[shuffled]]) <= most_ratings
    fits[:1] = True
    users = users[np.sort(shuffled[fits])]
    items = np.array(sorted(range(len(item_ids)), key=item_ids.__getitem__), np.int64)
    interactions = dataset.interactions[users][:, items].tocsr()
    interactions.sort_indices()
    return Table(
        interactions,
        contents_of([catalog.genres[item] for item in items], catalog.years[items]),
        items,
    )


@dataclass(frozen=True)
class Learning:
    """How much is learned: factors a vector, directions of who rated what, sweeps over 100,000
    ratings, draws kept of them."""

    factors: int
    directions: int
    sweeps: int
    draws: int

    def sweeps_for(self, n_ratings: int, n_rows: int = 0) -> int:
        """Return the number of sweeps over so many ratings of so many people and items together.

        >>> [Learning(16, 60, 150, 30).sweeps_for(n) for n in (10, 100_000, 400_000, 100_000_000)]
        [150, 150, 75, 60]
        >>> Learning(16, 60, 150, 30).sweeps_for(1_000_000, 120_000)
        25
        """
        of_ratings = math.sqrt(_WHOLE_SWEEPS / max(n_ratings, _WHOLE_SWEEPS))
        of_rows = math.sqrt(_WHOLE_ROWS / max(n_rows, _WHOLE_ROWS))
        return math.ceil(self.sweeps * max(of_ratings, _FEWEST_SWEEPS) * of_rows)

    def samples(self, table: Table, rng: np.random.Generator) -> Samples:
        """Return draws from the posterior given a table, evenly spread over the last four fifths of
        the sweeps."""
        ratings = table.interactions
        if not ratings.nnz:
            return nothing_known(ratings.shape[1], self.factors + 1)
        pattern = who_rated_what(ratings)
        along = directions(pattern, self.directions, rng)
        projection = along / scale_of(pattern @ along)
        center = (pattern @ projection).sum(axis=0) / max(ratings.shape[0], 1)
        users = joined(habits(ratings, projection, center))
        items = of_items(table.contents, ratings, self.directions, rng)
        n_sweeps = self.sweeps_for(ratings.nnz, sum(ratings.shape))
        kept = set(np.linspace(_BURN_IN * n_sweeps, n_sweeps - 1, self.draws).astype(int).tolist())
        from recsys_rag.retrieve._rating_sampler import sweeps_of  # of a fit alone

        sweeps = sweeps_of(ratings, users, items, self.factors, n_sweeps, rng)
        draws = [_kept(*sides) for sweep, sides in enumerate(sweeps) if sweep in kept]
        vectors, precisions, coefficients, spreads, noises = (
            np.stack(field_of_draws) for field_of_draws in zip(*draws, strict=True)
        )
        return Samples(
            vectors,
            precisions,
            projection.astype(np.float32),
            center,
            coefficients,
            spreads,
            noises,
        )


def _kept(users: "Side", items: "Side") -> tuple[NDArray[np.generic] | float, ...]:
    vectors, precisions = items.vectors.astype(np.float32), items.precisions.astype(np.float32)
    return vectors, precisions, users.coefficients, users.spread, users.noise
