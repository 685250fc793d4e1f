"""Predicts the rating a person would give, and how far off that may be. Explicit ratings only;
ranks nothing."""

import copy
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import DataError
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import Learned, same_width, saved, whole_number
from recsys_rag.retrieve._rating_features import Array, contents_of
from recsys_rag.retrieve._rating_fit import Learning, in_order_of_ids
from recsys_rag.retrieve._rating_samples import FoldedIn, Samples

_MOST_FOLDED = 64  # histories; 70 KB each
_AKIN = 20  # items that stand for a new one


class RatingPredictor:
    """r_ui = mean + b_u + b_i + p_u . q_i + noise of variance 1 / (a_u a_i), averaged over draws
    from the posterior.

    The vectors (b_u, p_u) and (b_i, q_i) are normal about what is known besides ratings: which
    items a history holds; who rated an item, its genres, its year, how many rated it. So films that
    few rated borrow from films of their kind, and what a person chose to see tells of taste before
    the stars do. Everybody's noise a is learned as well: ratings of a moody person, and of a film
    that divides people, weigh less. See `_rating_sampler` for the model and its sources.

    A history is folded in exactly: given a draw of the items, the posterior of a person is in
    closed form, and known users get no other treatment than visitors. Times, and what is known of
    people, are not used.

    `fit` works in the order of ids as text, so that the order of users and items in the data cannot
    matter; two fits with one seed are identical. Folding in sums over the history in the order of
    the items, so that there the order of items may move a prediction by rounding (under 1e-4).
    Beyond 100,000 ratings the number of sweeps falls with their square root, to two fifths at the
    least; beyond `most_ratings` a random part of the users is learned from, and all are folded in.

    Defaults were chosen on validation parts of the training data of u1 of MovieLens 100K.
    """

    name = "rating"

    _samples = Learned[Samples]()
    _scale = Learned[RatingScale]()

    def __init__(
        self,
        factors: int = 16,
        directions: int = 60,
        sweeps: int = 100,
        draws: int = 30,
        most_ratings: int = 1_000_000,
        seed: int = 42,
    ) -> None:
        self.learning = Learning(
            whole_number(self.name, "factors", factors, 1),
            whole_number(self.name, "directions", directions, 1),
            whole_number(self.name, "sweeps", sweeps, 1),
            whole_number(self.name, "draws", draws, 1),
        )
        self.most_ratings = whole_number(self.name, "most_ratings", most_ratings, 1)
        self.seed = whole_number(self.name, "seed", seed, 0)
        self._mean = 0.0
        # the facts of a list ask for the same few histories again and again
        self._folded = lru_cache(_MOST_FOLDED)(self._fold_in)

    # --- learn ------------------------------------------------------------------------------------

    def fit(self, dataset: Dataset) -> Self:
        """Learn from the ratings; raises DataError for implicit feedback, which has no ratings to
        predict."""
        from threadpoolctl import threadpool_limits

        if dataset.scale is None:
            raise DataError(
                f"{dataset.name} holds implicit feedback, so there are no ratings to predict; "
                "leave the rating predictor out, or give the ratings and their scale"
            )
        self._scale = dataset.scale
        table = in_order_of_ids(dataset, self.most_ratings, np.random.default_rng(self.seed))
        ratings = table.interactions.data
        self._mean = (
            float(ratings.mean(dtype=np.float64))
            if len(ratings)
            else (self._scale.low + self._scale.high) / 2
        )
        inside = table.with_ratings(self._inside(ratings))
        with threadpool_limits(1, "blas"):  # sums by several threads would round differently
            samples = self.learning.samples(inside, np.random.default_rng(self.seed))
        self._samples = samples.reordered(np.argsort(table.item_indices))
        self._folded.cache_clear()
        return self

    # --- predict ----------------------------------------------------------------------------------

    def predict(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return (n, len(item_indices)) predicted ratings, clipped to the scale.

        An empty history gets what is expected of anybody. A history that holds the item itself is
        told so: its rating counts. Raises NotFittedError before fit, DataError for histories of
        another catalog.
        """
        return self._each(histories, item_indices, with_errors=False)[0]

    def predict_with_errors(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what `predict` returns, and the standard deviation of each rating about it, in the
        units of the scale.

        It says how sure the model is of this person and this item: less for short histories, moody
        people, little known or divisive items.
        """
        return self._each(histories, item_indices, with_errors=True)

    def predict_without_each(
        self,
        item_indices: NDArray[np.int64],
        ratings: NDArray[np.float32],
        places: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Return what `predict` returns for the items at these places of a history, each from the
        history without it, (len(places),), up to rounding; all at once."""
        inside = self._inside(ratings)
        expected = self._samples.expected_without_each(item_indices, inside, places).mean(axis=0)
        predicted = np.clip(expected * self._unit + self._mean, self._scale.low, self._scale.high)
        return np.asarray(predicted, np.float32)

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this for a catalog with items that nobody rated behind its own: of each is
        expected what is of the items most like it in genres and year, on average. NotFittedError
        before fit."""
        contents = contents_of(after.catalog.genres, after.catalog.years)
        known, new = contents[: before.n_items], contents[before.n_items :]
        akin = [np.argsort(((known - one) ** 2).sum(axis=1), kind="stable")[:_AKIN] for one in new]
        other = copy.copy(self)
        other._samples = self._samples.widened(akin)
        other._folded = lru_cache(_MOST_FOLDED)(other._fold_in)
        return other

    def _each(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64], *, with_errors: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        same_width(self.name, histories, self._samples.item_vectors.shape[1])
        predicted = np.zeros((histories.shape[0], len(item_indices)))
        errors = np.zeros((histories.shape[0] if with_errors else 0, len(item_indices)))
        for row, (start, stop) in enumerate(
            zip(histories.indptr[:-1], histories.indptr[1:], strict=True)
        ):
            person = self._folded(
                histories.indices[start:stop].astype(np.int64).tobytes(),
                self._inside(histories.data[start:stop]).tobytes(),
            )
            expected = self._samples.expected(person, item_indices)
            predicted[row] = expected.mean(axis=0)
            if with_errors:
                variances = self._samples.variances(person, item_indices)
                errors[row] = np.sqrt(expected.var(axis=0) + variances.mean(axis=0))
        clipped = np.clip(predicted * self._unit + self._mean, self._scale.low, self._scale.high)
        return clipped.astype(np.float32), (errors * self._unit).astype(np.float32)

    def _fold_in(self, items: bytes, ratings: bytes) -> FoldedIn:
        return self._samples.fold_in(np.frombuffer(items, np.int64), np.frombuffer(ratings))

    @property
    def _unit(self) -> float:
        """A quarter of the scale: one star of 1 to 5."""
        return (self._scale.high - self._scale.low) / 4

    def _inside(self, ratings: NDArray[np.floating]) -> Array:
        return (ratings.astype(np.float64) - self._mean) / self._unit

    # --- save -------------------------------------------------------------------------------------

    def state(self) -> State:
        """Return the kept draws, and the mean rating."""
        return {**self._samples.arrays(), "mean": np.array([self._mean])}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned; ArtifactError when it does not fit the dataset."""
        vectors = saved(self.name, state, "item_vectors", (None, dataset.n_items, None))
        n_draws, n_items, dimension = vectors.shape
        projection = saved(self.name, state, "projection", (n_items, None))
        self._samples = Samples(
            # on the same memory: these are large
            vectors.astype(np.float32, copy=False),
            saved(self.name, state, "item_precisions", (n_draws, n_items), np.float32),
            projection.astype(np.float32, copy=False),
            saved(self.name, state, "center", (projection.shape[1],), np.float64),
            saved(
                self.name,
                state,
                "coefficients",
                (n_draws, 1 + projection.shape[1], dimension),
                np.float64,
            ),
            saved(self.name, state, "spreads", (n_draws, dimension, dimension), np.float64),
            saved(self.name, state, "noises", (n_draws,), np.float64),
        )
        self._folded.cache_clear()
        self._mean = float(saved(self.name, state, "mean", (1,))[0])
        assert dataset.scale is not None, "where there are ratings, they have a scale"
        self._scale = dataset.scale
        return self
