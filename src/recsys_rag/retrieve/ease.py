"""EASE, generalised: one linear weight between every two items, in closed form. The catalog must
fit in memory squared.

Harald Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, arXiv 1905.03375.
Beyond it: what was watched together counts besides what was liked by the same person, genres and
years count as people, and recent films count more.
"""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import ArtifactError
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import not_fitted, number, same_width, saved, whole_number
from recsys_rag.retrieve._liking import liking_of, occurred
from recsys_rag.retrieve._similarity import blocks
from recsys_rag.types import Batch, Scores

_FAINTEST = 0.05  # pairs of ratings whose weight has decayed below this are not counted


def closed_form(
    gram: NDArray[np.float64], ridge: NDArray[np.float64], diagonal_power: float = 1.0
) -> NDArray[np.float64]:
    """Return the weights B that minimize |X - XB|^2 + sum_i ridge_i |B_i|^2 with a zero diagonal,
    from gram = X'X.

    P = (X'X + diag(ridge))^-1, B_ij = -P_ij / P_jj ** diagonal_power, B_jj = 0; the power of 1 is
    the minimum, less lifts popular items. `gram` (m, m) is overwritten; ridge must be positive.

    >>> closed_form(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([1.0, 1.0])).round(4)
    array([[0.    , 0.3333],
           [0.3333, 0.    ]])
    """
    from scipy.linalg import lapack

    if not len(gram):
        return gram
    gram[np.diag_indices_from(gram)] += ridge
    # subtle: LAPACK works in place on columns, as which the transpose of these rows is stored
    factor, failed = lapack.dpotrf(gram.T, lower=1, overwrite_a=1)
    assert failed == 0, "a Gram matrix plus a positive ridge is positive definite"
    inverse, failed = lapack.dpotri(factor, lower=1, overwrite_c=1)  # P, its lower half
    assert failed == 0
    weights: NDArray[np.float64] = _mirrored(inverse)
    weights /= -(np.diag(weights) ** diagonal_power)  # each column j by -P_jj ** diagonal_power
    np.fill_diagonal(weights, 0.0)
    return weights


def _mirrored(lower: NDArray[np.float64]) -> NDArray[np.float64]:
    """Copy what stands below the diagonal to above it, in place; return the matrix.

    >>> _mirrored(np.array([[1.0, 0.0], [2.0, 3.0]]))
    array([[1., 2.],
           [2., 3.]])
    """
    for part in blocks(len(lower), len(lower)):
        lower[part, part.stop :] = lower[part.stop :, part].T
        lower[part, part] = np.tril(lower[part, part]) + np.tril(lower[part, part], -1).T
    return lower


def _by_attributes(catalog: Catalog, kept: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return one row for each genre and each year that occurs, 1.0 where an item has it:
    (n_attributes, len(kept))."""
    genres = sorted({genre for item in kept for genre in catalog.genres[item]})
    row_of = {genre: row for row, genre in enumerate(genres)}
    rows = np.zeros((len(genres), len(kept)))
    for column, item in enumerate(kept):
        rows[[row_of[genre] for genre in catalog.genres[item]], column] = 1.0
    years = catalog.years[kept]
    return np.vstack([rows, *(years[None, :] == year for year in np.unique(years[years > 0]))])


def _nearness_gram(
    dataset: Dataset,
    columns: NDArray[np.int64],
    n_kept: int,
    decay: float,
    at_once: int = 1_000_000,
) -> NDArray[np.float64]:
    """Return, for two items, the sum over people of decay ** (ratings between them), (n_kept,
    n_kept).

    `columns` (n_items,) is the column of each item, -1 where it takes no part. The sum is E' K E
    for the items E of all ratings in order of time and K_st = decay ** |s - t| within a person,
    without the pairs so far apart that they weigh under 0.05. Zeros where the order of the ratings
    is not known. `at_once` pairs are looked at together, which bounds memory.
    """
    gram = np.zeros((n_kept, n_kept))
    if dataset.steps_back is None:
        return gram
    counts = np.diff(dataset.interactions.indptr)
    users = np.repeat(np.arange(dataset.n_users, dtype=np.int32), counts)
    items = np.empty(dataset.n_ratings, np.int64)  # of each user in order of time
    items[np.repeat(dataset.interactions.indptr[1:], counts) - 1 - dataset.steps_back] = columns[
        dataset.interactions.indices
    ]
    cells = gram.reshape(-1)  # a view: cell i * n_kept + j
    lag, weight = 1, decay  # all pairs that are `lag` ratings apart at once
    while weight >= _FAINTEST and lag < len(items):
        for start in range(lag, len(items), at_once):
            later = slice(start, min(start + at_once, len(items)))
            earlier = slice(start - lag, later.stop - lag)
            near = (users[later] == users[earlier]) & (items[later] >= 0) & (items[earlier] >= 0)
            item, other_item = items[later][near], items[earlier][near]
            # a pair counts once, below the diagonal; `_mirrored` copies it above
            below = np.maximum(item, other_item) * n_kept + np.minimum(item, other_item)
            # an array is ten times as fast as a number here
            np.add.at(cells, below, np.full(len(below), weight))
        lag, weight = lag + 1, weight * decay
    gram[np.diag_indices(n_kept)] = np.bincount(items[items >= 0], minlength=n_kept)
    return _mirrored(gram)


def _in_order(dataset: Dataset) -> NDArray[np.int64]:
    """Return all items, those with most ratings first, ties by id: an order that does not depend on
    that of the catalog."""
    ids = np.array(dataset.items.ids, np.str_)
    order: NDArray[np.int64] = np.lexsort((ids, -dataset.popularity))
    return order


class EASE:
    """Scores an item by the sum over the history of (how much the film was liked) times (weight
    between the two).

    Learned on what was rated, whatever the rating; a history counts by its ratings
    (`retrieve._liking`: lowest 0, highest 1) to the rating_power: 1 serves what will be liked, 0
    what will be rated at all, as all ratings then count alike. The Gram matrix that is inverted is
    X' W X + order_weight * (pairs rated soon after one another: `_nearness_gram`) +
    attribute_weight ** 2 * A'A, where

    - W weighs a person with n ratings by (n / mean n) ** -user_power, so that those who rate
      everything do not decide all;
    - A holds one made-up person for each genre and each year, who rated all that has it: films
      hardly rated find company.

    The ridge of item i is l2 * (n_i / mean n) ** popularity_power, so that popular items are held
    back more; `closed_form` tells `diagonal_power`. Where the order of a history is known, a film
    rated s ratings ago counts floor + (1 - floor) * exp(-s / memory); memory 0 counts all alike.
    With user_power, popularity_power, order_weight, attribute_weight and memory of 0 and
    diagonal_power of 1, it is Steck's original on the history's liking.

    Only the `max_items` items with most ratings (ties by id) take part, as memory grows with their
    square (12 bytes a pair while fitting, 4 after); all others, and items without ratings, score 0.
    No bit of a score depends on the order in which the data names people and items: sums run in an
    order of their own (`_in_order`).
    """

    name = "ease"

    def __init__(
        self,
        l2: float = 629.0,
        popularity_power: float = 0.5,
        user_power: float = 0.35,
        diagonal_power: float = 0.75,
        attribute_weight: float = 5.0,
        order_weight: float = 2.7,
        order_decay: float = 0.85,
        memory: float = 35.0,
        floor: float = 0.75,
        rating_power: float = 1.0,
        max_items: int = 10_000,
    ) -> None:
        self.l2 = number(self.name, "l2", l2, 0, above=True)
        self.popularity_power = number(self.name, "popularity_power", popularity_power, 0)
        self.user_power = number(self.name, "user_power", user_power, 0)
        self.diagonal_power = number(self.name, "diagonal_power", diagonal_power, 0)
        self.attribute_weight = number(self.name, "attribute_weight", attribute_weight, 0)
        self.order_weight = number(self.name, "order_weight", order_weight, 0)
        self.order_decay = number(self.name, "order_decay", order_decay, 0, below=1)
        self.memory = number(self.name, "memory", memory, 0)
        self.floor = number(self.name, "floor", floor, 0)
        self.rating_power = number(self.name, "rating_power", rating_power, 0)
        self.max_items = whole_number(self.name, "max_items", max_items, 1)
        self._weights: NDArray[np.float32] | None = None  # (m, m), from row to column
        # (n_items,) row of each item in the weights, -1 where it takes no part
        self._places = np.zeros(0, np.int64)
        self._kept = np.zeros(0, np.int64)  # (m,) item of each row
        self._scale: RatingScale | None = None

    def fit(self, dataset: Dataset) -> Self:
        """Invert the regularized Gram matrix of the items that have ratings."""
        from threadpoolctl import threadpool_limits

        counts = dataset.popularity
        kept = _in_order(dataset)[: min(self.max_items, int((counts > 0).sum()))]
        share = counts[kept] / max(counts[kept].mean(), 1) if len(kept) else np.zeros(0)
        with threadpool_limits(1, "blas"):  # LAPACK rounds differently for other numbers of threads
            gram = self._gram(dataset, kept)
            weights = closed_form(gram, self.l2 * share**self.popularity_power, self.diagonal_power)
        return self._take(dataset, kept, weights.astype(np.float32, order="C"))

    def _gram(self, dataset: Dataset, kept: NDArray[np.int64]) -> NDArray[np.float64]:
        n_ratings = np.maximum(np.diff(dataset.interactions.indptr), 1)
        # equal weights stand together, so no sum depends on whose they are
        people = np.argsort(n_ratings, kind="stable")
        rated = occurred(dataset.interactions)[people][:, kept]
        usual = n_ratings.mean() if len(n_ratings) else 1.0
        weighted = rated.multiply(
            ((n_ratings[people] / usual) ** -self.user_power)[:, None]
        ).tocsr()
        gram = np.zeros((len(kept), len(kept)))
        if self.order_weight:
            columns = np.full(dataset.n_items, -1, np.int64)
            columns[kept] = np.arange(len(kept))
            gram = _nearness_gram(dataset, columns, len(kept), self.order_decay)
            gram *= self.order_weight
        attributes = _by_attributes(dataset.catalog, kept)
        by_item = rated.T.tocsr()
        for part in blocks(len(kept), len(kept)):
            gram[part] += (by_item[part] @ weighted).toarray()
            # of counts, which are exact
            gram[part] += self.attribute_weight**2 * (attributes[:, part].T @ attributes)
        return gram

    def _take(
        self, dataset: Dataset, kept: NDArray[np.int64], weights: NDArray[np.float32]
    ) -> Self:
        self._places = np.full(dataset.n_items, -1, np.int64)
        self._places[kept] = np.arange(len(kept))
        self._kept, self._scale = kept, dataset.scale
        self._weights = np.ascontiguousarray(weights)
        return self

    def _influences(self, batch: Batch) -> NDArray[np.float32]:
        """Return how much each rating of the histories counts, aligned with their data."""
        liked = liking_of(batch.histories.data, self._scale) ** np.float32(self.rating_power)
        if batch.steps_back is None or not self.memory:
            return liked
        faded = self.floor + (1 - self.floor) * np.exp(-batch.steps_back / self.memory)
        return liked * faded.astype(np.float32)

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); an empty history, or one of lowest ratings only, gets zeros.
        NotFittedError before fit."""
        if self._weights is None:
            raise not_fitted(self.name)
        same_width(self.name, batch.histories, len(self._places))
        histories = batch.histories
        columns = self._places[histories.indices]
        stated = columns >= 0
        ends = np.concatenate([[0], np.cumsum(stated)])[histories.indptr]
        likes = sparse.csr_array(
            (self._influences(batch)[stated], columns[stated], ends),
            shape=(len(batch), len(self._kept)),
        )
        likes.sort_indices()  # the order of the weights, which is that of no catalog
        sums: Scores = likes @ self._weights
        scores = np.zeros((len(batch), len(self._places)), np.float32)
        scores[:, self._kept] = sums
        return scores

    def contributions(self, batch: Batch, item_indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what each item of one history adds to each score: (len(item_indices), n_history),
        rows sum to the score."""
        if self._weights is None:
            raise not_fitted(self.name)
        same_width(self.name, batch.histories, len(self._places))
        sources, targets = self._places[batch.histories.indices], self._places[item_indices]
        if not len(self._weights):
            return np.zeros((len(targets), len(sources)), np.float32)
        added = self._weights[np.ix_(sources, targets)].T * self._influences(batch)
        added[:, sources < 0] = 0.0
        added[targets < 0] = 0.0
        return np.asarray(added, np.float32)

    def state(self) -> State:
        """Return {"items": (m,) int64 item indices, "weights": (m, m) float32}."""
        if self._weights is None:
            raise not_fitted(self.name)
        return {"items": self._kept, "weights": self._weights}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned; ArtifactError when it does not fit the dataset."""
        kept = _item_places(self.name, state, dataset.n_items)
        weights = saved(self.name, state, "weights", (len(kept), len(kept)))
        return self._take(dataset, kept, weights.astype(np.float32, copy=False))


def _item_places(part: str, state: State, n_items: int) -> NDArray[np.int64]:
    """Return the saved item indices; ArtifactError when one is outside the catalog."""
    kept = saved(part, state, "items", (None,)).astype(np.int64)
    if len(kept) and (kept.min() < 0 or kept.max() >= n_items):
        raise ArtifactError(
            f"{part}: a saved item index is {kept.max()}, but the data has {n_items} items; "
            "fit again"
        )
    return kept
