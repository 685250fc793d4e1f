"""EASE, generalised: one linear weight between every two items, in closed form; in a large catalog
between near ones, and of low rank between all.

Harald Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, arXiv 1905.03375.
Beyond it: what was watched together counts besides what was liked by the same person, genres and
years count as people, and recent films count more.
"""

import copy
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import (
    Learned,
    number,
    same_width,
    saved,
    saved_items,
    whole_number,
)
from recsys_rag.retrieve._ease_matrix import OfDataset, OverPeople, Sums, attributes_of, dense
from recsys_rag.retrieve._liking import liking_of
from recsys_rag.retrieve._local import (
    LocalSystem,
    LocalWeights,
    Times,
    all_strongest,
    leading,
    local_weights,
)
from recsys_rag.retrieve._similarity import (
    blocks,
    csr_restored,
    csr_state,
    places_among,
    rated_in_order,
)
from recsys_rag.types import Batch, Scores

_TURNS, _ORDERED_TURNS = 5, 2  # of the search for directions, and those that heed the order
_ORDERED_RATINGS = 2_000_000  # up to which they do
_Weights: TypeAlias = NDArray[np.float32] | LocalWeights


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

    Beyond `dense_items` items with ratings, as memory grows with their square (12 bytes a pair
    while fitting, 4 after) and time with their cube, each item has weights from its `neighbors`
    nearest, and in `directions` of all, by the same matrix (`retrieve._local`). Items without
    ratings score 0.
    No bit of a score depends on the order in which the data names people and items: sums run in an
    order of their own (`rated_in_order`).
    """

    name = "ease"

    _weights = Learned[_Weights]()  # (m, m), from row to column
    # (n_items,) row of each item in the weights, -1 where it takes no part
    _places = Learned[NDArray[np.int64]]()
    _kept = Learned[NDArray[np.int64]]()  # (m,) item of each row

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
        dense_items: int = 10_000,
        neighbors: int = 100,
        directions: int = 64,
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
        self.dense_items = whole_number(self.name, "dense_items", dense_items, 0)
        self.neighbors_kept = whole_number(self.name, "neighbors", neighbors, 1)
        self.directions = whole_number(self.name, "directions", directions, 1)
        self._scale: RatingScale | None = None

    def fit(self, dataset: Dataset, sums: Sums | None = None) -> Self:
        """Invert the regularized Gram matrix of the items that have ratings, or those parts of it
        that hold an item's nearest; where the `sums` over its people are known already, they are
        asked for these items."""
        from threadpoolctl import threadpool_limits

        counts = dataset.popularity
        kept = rated_in_order(dataset)
        share = counts[kept] / max(counts[kept].mean(), 1) if len(kept) else np.zeros(0)
        ridge = self.l2 * share**self.popularity_power
        with threadpool_limits(1, "blas"):  # LAPACK rounds differently for other numbers of threads
            order = (self.order_weight, self.order_decay)
            over_people = (
                sums(dataset, kept) if sums else OfDataset(dataset, kept, self.user_power, order)
            )
            attributes = attributes_of(dataset.catalog, kept)
            attributes.data *= self.attribute_weight
            weights: _Weights
            if len(kept) <= self.dense_items:
                gram = dense(over_people, attributes)
                inverted = closed_form(gram, ridge, self.diagonal_power)
                weights = inverted.astype(np.float32, order="C")
            else:
                weights = self._local(over_people, attributes, counts[kept], ridge)
        return self._take(dataset, kept, weights)

    def _local(
        self,
        over_people: OverPeople,
        attributes: sparse.csr_array,
        counts: NDArray[np.int64],
        ridge: NDArray[np.float64],
    ) -> LocalWeights:
        of_people = over_people.diagonal()
        nearest = all_strongest(over_people.rows, counts, np.sqrt(of_people), self.neighbors_kept)
        of_gram = of_people + attributes.power(2).sum(axis=1)

        def with_attributes(times: Times) -> Times:
            return lambda right: times(right) + attributes @ (attributes.T @ right)

        # the order takes longer than all else, and turns the directions little
        n_ordered = _ORDERED_TURNS if counts.sum() <= _ORDERED_RATINGS else 0
        together, whole = map(with_attributes, (over_people.together_times, over_people.times))
        turns = [together] * (_TURNS - n_ordered) + [whole] * n_ordered
        vectors = leading(turns, np.sqrt(of_gram), self.directions)
        images = whole(vectors)
        images += ridge[:, None] * vectors
        system = LocalSystem(nearest, of_gram + ridge, attributes, vectors, images)
        return local_weights(system, self.diagonal_power)

    def _take(self, dataset: Dataset, kept: NDArray[np.int64], weights: _Weights) -> Self:
        self._places = places_among(kept, dataset.n_items)
        self._kept, self._scale = kept, dataset.scale
        self._weights = weights
        return self

    def _influences(self, batch: Batch) -> NDArray[np.float32]:
        """Return how much each rating of the histories counts, aligned with their data."""
        liked = liking_of(batch.histories.data, self._scale) ** np.float32(self.rating_power)
        return liked if batch.steps_back is None else liked * self._faded(batch.steps_back)

    def _faded(self, steps_back: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return what is left of a rating after so many others, same shape."""
        if not self.memory:
            return np.ones(steps_back.shape, np.float32)
        faded = self.floor + (1 - self.floor) * np.exp(-steps_back / self.memory)
        return faded.astype(np.float32)

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); an empty history, or one of lowest ratings only, gets zeros.
        NotFittedError before fit."""
        same_width(self.name, batch.histories, len(self._places))
        histories = batch.histories
        columns = self._places[histories.indices]
        stated = columns >= 0
        ends = np.concatenate([[0], np.cumsum(stated)])[histories.indptr]
        # of the width of those of the weights, which would all be widened else
        narrow = columns[stated].astype(np.int32), ends.astype(np.int32)
        likes = sparse.csr_array(
            (self._influences(batch)[stated], *narrow), shape=(len(batch), len(self._kept))
        )
        likes.sort_indices()  # the order of the weights, which is that of no catalog
        if isinstance(self._weights, LocalWeights):
            near, left, right = self._weights
            # not a BLAS product: see `als`
            sums = (likes @ near).toarray() + np.einsum(
                "nk,ki->ni", np.asarray(likes @ left), right
            )
        else:
            sums = likes @ self._weights
        scores = np.zeros((len(batch), len(self._places)), np.float32)
        scores[:, self._kept] = sums
        return scores

    def score_without_each(self, batch: Batch) -> Scores:
        """Return the scores of one history without each of its items, (n_history, n_items). What
        was rated before it is one step nearer. NotFittedError before fit."""
        same_width(self.name, batch.histories, len(self._places))
        n_history, steps = len(batch.histories.indices), batch.steps_back
        influences = np.ones((n_history, n_history), np.float32)
        influences *= liking_of(batch.histories.data, self._scale) ** np.float32(self.rating_power)
        if steps is not None:
            influences *= self._faded(steps[None, :] - (steps[None, :] > steps[:, None]))
        np.fill_diagonal(influences, 0.0)
        sources = self._places[batch.histories.indices]
        influences, sources = influences[:, sources >= 0], sources[sources >= 0]
        if isinstance(self._weights, LocalWeights):
            near, left, right = self._weights
            sums = (sparse.csr_array(influences) @ near[sources]).toarray()
            sums += (influences @ left[sources]) @ right
        else:
            sums = influences @ self._weights[sources]
        scores = np.zeros((n_history, len(self._places)), np.float32)
        scores[:, self._kept] = sums
        return scores

    def contributions(self, batch: Batch, item_indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what each item of one history adds to each score: (len(item_indices), n_history),
        rows sum to the score."""
        same_width(self.name, batch.histories, len(self._places))
        sources, targets = self._places[batch.histories.indices], self._places[item_indices]
        if not len(self._kept):
            return np.zeros((len(targets), len(sources)), np.float32)
        if isinstance(self._weights, LocalWeights):
            near, left, right = self._weights
            between = near[sources][:, targets].toarray() + left[sources] @ right[:, targets]
        else:
            between = self._weights[np.ix_(sources, targets)]
        added = between.T * self._influences(batch)
        added[:, sources < 0] = 0.0
        added[targets < 0] = 0.0
        return np.asarray(added, np.float32)

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this for a catalog with other words, and items that nobody rated behind its own.
        NotFittedError before fit."""
        return copy.copy(self)._take(after, self._kept, self._weights)

    def state(self) -> State:
        """Return {"items": (m,) int64 item indices, "weights": (m, m) float32}; of a large catalog
        {"items", "left": (m, k) float32, "right": (k, m) float32, "near": (n,) float32, "columns":
        (n,) int32, "starts": (m + 1,) int64}, the last three CSR."""
        if not isinstance(self._weights, LocalWeights):
            return {"items": self._kept, "weights": self._weights}
        near, left, right = self._weights
        return {"items": self._kept, "left": left, "right": right, **csr_state(near, "near")}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned; ArtifactError when it does not fit the dataset."""
        kept = saved_items(self.name, state, dataset.n_items)
        n = len(kept)
        weights: _Weights
        if "near" in state:
            left = saved(self.name, state, "left", (n, None))
            right = saved(self.name, state, "right", (left.shape[1], n))
            near = csr_restored(self.name, state, "near", n)
            weights = LocalWeights(
                near, left.astype(np.float32, copy=False), right.astype(np.float32, copy=False)
            )
        else:
            weights = saved(self.name, state, "weights", (n, n), np.float32)
        return self._take(dataset, kept, weights)
