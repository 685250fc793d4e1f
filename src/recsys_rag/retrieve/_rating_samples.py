"""Kept draws of a factorization: folds a history into each, and says what all expect. Learns
nothing, knows no scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag.retrieve._rating_features import HISTORY_DAMPING, NOISE_DEGREES, Array

Narrow = NDArray[np.float32]


@dataclass(frozen=True)
class FoldedIn:
    """What each draw says of one person, given the history: w ~ Normal(vectors, (a systems)^-1),
    E[1 / a] = noises."""

    vectors: Array  # (n_draws, dimension)
    systems: Array  # (n_draws, dimension, dimension)
    # (n_draws,), the expected variance of the person's ratings of an item of average noise
    noises: Array


@dataclass(frozen=True)
class Samples:
    """Draws of all but the users: of those, only what features say of anybody is kept, and
    histories take their place.

    Symbols as in `_rating_sampler.Side`; vectors hold the bias first.
    """

    item_vectors: Narrow  # (n_draws, n_items, dimension)
    item_precisions: Narrow  # (n_draws, n_items)
    # (n_items, n_directions): a history's features are 1 / sqrt(n) times the sum of its items' rows
    projection: Narrow
    center: Array  # (n_directions,), the mean of that over the users
    coefficients: Array  # (n_draws, 1 + n_directions, dimension), of the users
    spreads: Array  # (n_draws, dimension, dimension), of the users
    noises: Array  # (n_draws,), of the users

    def arrays(self) -> Mapping[str, NDArray[np.generic]]:
        """Return the fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def reordered(self, order: NDArray[np.int64]) -> "Samples":
        """Return the same with the items in another order: item i of the result is item `places[i]`
        of this."""
        return replace(
            self,
            item_vectors=self.item_vectors[:, order],
            item_precisions=self.item_precisions[:, order],
            projection=self.projection[order],
        )

    def widened(self, akin: Sequence[NDArray[np.integer]]) -> "Samples":
        """Return the same with more items, each the mean of items that are like it; that somebody
        saw it says nothing of them yet."""

        def longer(array: Narrow) -> Narrow:
            means = [array[:, places].mean(axis=1, keepdims=True) for places in akin]
            return np.concatenate([array, *means], axis=1)

        return replace(
            self,
            item_vectors=longer(self.item_vectors),
            item_precisions=longer(self.item_precisions),
            projection=np.pad(self.projection, [(0, len(akin)), (0, 0)]),
        )

    def fold_in(self, item_indices: NDArray[np.integer], ratings: Array) -> FoldedIn:
        """Return the posterior of a person who gave these items (n,) these ratings (n,), less the
        mean of all.

        With A the items' vectors (1 in place of the bias), C their precisions on a diagonal, r the
        ratings less the items' biases, and m = x B what features say: S = L + A'CA, w = S^-1 (Lm +
        A'Cr), and the expected variance is (d s + r'Cr + m'Lm - w'Sw) / (d + n - 2) with d =
        NOISE_DEGREES: the normal-gamma posterior, in closed form.
        """
        n = len(item_indices)
        design = self.item_vectors[:, item_indices].astype(np.float64)  # (n_draws, n, dimension)
        left = ratings - design[:, :, 0]
        design[:, :, 0] = 1.0
        weighted = design * self.item_precisions[:, item_indices, None]
        systems = self.spreads + design.transpose(0, 2, 1) @ weighted
        at = self.projection[item_indices].sum(axis=0, dtype=np.float64) / np.sqrt(max(n, 1))
        features = (at - self.center) * (n / (n + HISTORY_DAMPING))
        means = self.coefficients[:, 0] + features @ self.coefficients[:, 1:]
        pulls = (means[:, None, :] @ self.spreads)[:, 0]
        right = pulls + (left[:, None, :] @ weighted)[:, 0]
        vectors = np.linalg.solve(systems, right[:, :, None])[:, :, 0]
        squares = (
            (weighted[:, :, 0] * left**2).sum(1) + (means * pulls).sum(1) - (vectors * right).sum(1)
        )
        noises = (NOISE_DEGREES * self.noises + np.maximum(squares, 0.0)) / (NOISE_DEGREES + n - 2)
        return FoldedIn(vectors, systems, noises)

    def expected_without_each(
        self, item_indices: NDArray[np.integer], ratings: Array, places: NDArray[np.integer]
    ) -> Array:
        """Return what each draw expects for each of these items of a history, given the others
        alone, less the mean of all, (n_draws, len(places)).

        As `fold_in` of the history without the item, and `expected`; but S - c aa' is solved from
        S by Sherman and Morrison's formula: a'(S - c aa')^-1 = a'S^-1 / (1 - c a'S^-1 a).
        """
        n = len(item_indices)
        design = self.item_vectors[:, item_indices].astype(np.float64)  # (n_draws, n, dimension)
        biases = design[:, :, 0].copy()
        left = ratings - biases
        design[:, :, 0] = 1.0
        precisions = self.item_precisions[:, item_indices].astype(np.float64)
        weighted = design * precisions[:, :, None]
        systems = self.spreads + design.transpose(0, 2, 1) @ weighted
        rows = self.projection[item_indices].astype(np.float64)
        at = (rows.sum(axis=0) - rows[places]) / np.sqrt(max(n - 1, 1))
        features = (at - self.center) * ((n - 1) / (n - 1 + HISTORY_DAMPING))
        means = self.coefficients[:, :1] + features @ self.coefficients[:, 1:]
        own, pull = design[:, places], weighted[:, places] * left[:, places, None]
        right = means @ self.spreads + (left[:, None, :] @ weighted) - pull
        solved = np.linalg.solve(systems, own.transpose(0, 2, 1)).transpose(0, 2, 1)
        shares = precisions[:, places] * (solved * own).sum(axis=2)
        return np.asarray(biases[:, places] + (solved * right).sum(axis=2) / (1.0 - shares))

    def expected(self, person: FoldedIn, item_indices: NDArray[np.integer]) -> Array:
        """Return the rating that each draw expects for each item, less the mean of all, (n_draws,
        n)."""
        vectors = self.item_vectors[:, item_indices].astype(np.float64)
        biases = vectors[:, :, 0] + person.vectors[:, :1]
        # no matrix product, which would round differently for other numbers of items
        return np.asarray(
            biases + np.einsum("snd,sd->sn", vectors[:, :, 1:], person.vectors[:, 1:])
        )

    def variances(self, person: FoldedIn, item_indices: NDArray[np.integer]) -> Array:
        """Return the variance of a rating about what its draw expects, (n_draws, n): the unsure
        vector, and noise."""
        design = self.item_vectors[:, item_indices].astype(np.float64)
        design[:, :, 0] = 1.0
        vector_variances = (
            design * np.linalg.solve(person.systems, design.transpose(0, 2, 1)).transpose(0, 2, 1)
        ).sum(axis=2)
        return np.asarray(
            person.noises[:, None]
            * (vector_variances + 1.0 / self.item_precisions[:, item_indices])
        )


def nothing_known(n_items: int, dimension: int) -> Samples:
    """Return one draw that expects the mean of everybody for everything: what stands where nobody
    rated anything."""
    return Samples(
        np.zeros((1, n_items, dimension), np.float32),
        np.ones((1, n_items), np.float32),
        np.zeros((n_items, 0), np.float32),
        np.zeros(0),
        np.zeros((1, 1, dimension)),
        np.eye(dimension)[None],
        np.ones(1),
    )
