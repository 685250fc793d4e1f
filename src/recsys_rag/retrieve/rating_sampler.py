"""Draws users and items from their posterior given ratings: Bayesian matrix factorization by Gibbs sampling. Serves nobody.

Salakhutdinov and Mnih, "Bayesian Probabilistic Matrix Factorization using Markov Chain Monte Carlo", ICML 2008; means from
features as in Simm et al., "Macau", MLSP 2017; noise of one's own as in Lakshminarayanan et al., AISTATS 2011.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys_rag.retrieve.rating_features import Array, Features

NOISE_DEGREES = 20.0  # how many ratings' worth of evidence says that somebody's noise is like everybody's
_PRIOR_DEGREES = 8.0
_PRIOR_VARIANCE = 0.2  # of a vector's entries, expected before any rating is seen
_CONSTANT_RIDGE = 2.0
_FIRST_SPREAD = 0.1
_FIRST_PRECISION = 5.0
_FIRST_RIDGE = 10.0
_SMALLEST_NOISE = 1e-3  # variance in quarters of the scale: ratings without any noise would need infinite precision
_BLOCK = 2048  # rows whose systems are solved at once: bounds memory


@dataclass
class Side:
    """The users, or the items: w_r ~ Normal(x_r B, (a_r L)^-1), a_r ~ Gamma(NOISE_DEGREES / 2, NOISE_DEGREES s / 2).

    Entry 0 of w is the bias, the others are factors. a_r divides both the noise of r's ratings and r's own spread: whoever
    uses the whole scale has tastes and moods on that scale.
    """

    features: Features
    vectors: Array  # w (n, dimension)
    precisions: Array  # a (n,)
    coefficients: Array  # B (n_features, dimension)
    spread: Array  # L (dimension, dimension)
    ridge: Array  # of each row of B
    noise: float = 1.0  # s, the variance of a rating of average noise

    @classmethod
    def begin(cls, features: Features, dimension: int, rng: np.random.Generator) -> "Side":
        """Return a side with small random factors and no biases."""
        n, n_features = features.values.shape
        vectors = rng.normal(0.0, _FIRST_SPREAD, (n, dimension))
        vectors[:, 0] = 0.0
        ridge = np.where(features.groups == 0, _CONSTANT_RIDGE, _FIRST_RIDGE)
        coefficients = np.zeros((n_features, dimension))
        return cls(features, vectors, np.ones(n), coefficients, _FIRST_PRECISION * np.eye(dimension), ridge)

    @property
    def means(self) -> Array:
        """x B: what features say of each before any rating is seen, (n, dimension)."""
        return self.features.values @ self.coefficients

    @property
    def design(self) -> Array:
        """What the other side's vectors are multiplied with: 1 for their bias, the factors for their factors."""
        design = self.vectors.copy()
        design[:, 0] = 1.0
        return design

    def draw_vectors(self, other: "Side", ratings: sparse.csr_array, rng: np.random.Generator) -> None:
        """Draw a, then w, of every row of `ratings` (n, n_other), given the other side.

        The posterior of a row is normal-gamma, as in `rating_samples.Samples.fold_in`: with R R' = S and h = R^-1 (Lm + A'Cr),
        w = R'^-1 (h + z / sqrt(a)) for standard normal z.
        """
        chances = rng.standard_gamma((NOISE_DEGREES + np.diff(ratings.indptr)) / 2)
        normals = rng.normal(size=self.vectors.shape)
        design, means = other.design, self.means
        rows, columns = np.triu_indices(design.shape[1])
        products = design[:, rows] * design[:, columns]
        left = sparse.csr_array(
            (ratings.data - other.vectors[ratings.indices, 0], ratings.indices, ratings.indptr), ratings.shape
        )
        for start in range(0, len(means), _BLOCK):
            block = slice(start, start + _BLOCK)
            part = left[block]
            weights = times(part, other.precisions)
            systems = self.spread + unpacked(weights @ products, design.shape[1])
            roots = np.asarray(np.linalg.cholesky(systems), np.float64)
            weighted = sparse.csr_array((weights.data * part.data, part.indices, part.indptr), part.shape)
            pulls = means[block] @ self.spread
            half = forward(roots, pulls + weighted @ design)
            squares = weighted.multiply(part).sum(axis=1) + (means[block] * pulls).sum(1) - (half**2).sum(1)
            rates = (NOISE_DEGREES * self.noise + np.maximum(squares, 0.0)) / 2
            self.precisions[block] = chances[block] / rates
            self.vectors[block] = backward(roots, half + normals[block] / np.sqrt(self.precisions[block])[:, None])

    def draw_prior(self, rng: np.random.Generator) -> None:
        """Draw L, then B, then the ridge of each group of features, given the vectors and precisions."""
        n, dimension = self.vectors.shape
        off = self.vectors - self.means
        scatter = (off * self.precisions[:, None]).T @ off + (self.coefficients.T * self.ridge) @ self.coefficients
        scatter += _PRIOR_DEGREES * _PRIOR_VARIANCE * np.eye(dimension)
        self.spread = wishart(scatter, n + len(self.ridge) + dimension + _PRIOR_DEGREES, rng)
        weighted = self.features.values * self.precisions[:, None]
        system = weighted.T @ self.features.values + np.diag(self.ridge)
        normals = rng.normal(size=self.coefficients.shape)
        root, spread_root = np.linalg.cholesky(system), np.linalg.cholesky(self.spread)
        noise = np.linalg.solve(root.T, normals) @ np.linalg.inv(spread_root)
        self.coefficients = np.linalg.solve(system, weighted.T @ self.vectors) + noise
        self._draw_ridge(rng)

    def _draw_ridge(self, rng: np.random.Generator) -> None:
        squares = ((self.coefficients @ self.spread) * self.coefficients).sum(1)
        for group in range(1, self.features.groups.max(initial=0) + 1):
            columns = self.features.groups == group
            size = columns.sum() * self.coefficients.shape[1]
            self.ridge[columns] = rng.standard_gamma(1 + size / 2) / (1 + squares[columns].sum() / 2)

    def draw_noise(self, rng: np.random.Generator) -> None:
        """Draw s given the precisions."""
        shape = 1 + len(self.precisions) * NOISE_DEGREES / 2
        drawn = rng.standard_gamma(shape) / (1 + NOISE_DEGREES / 2 * self.precisions.sum())
        self.noise = max(drawn, _SMALLEST_NOISE)


def times(pattern: sparse.csr_array, of_columns: Array) -> sparse.csr_array:
    """Return a matrix with the same entries stored, each with the value of its column.

    >>> times(sparse.csr_array(np.array([[5.0, 0.0], [1.0, 3.0]])), np.array([0.5, 2.0])).toarray().tolist()
    [[0.5, 0.0], [0.5, 2.0]]
    """
    return sparse.csr_array((of_columns[pattern.indices], pattern.indices, pattern.indptr), shape=pattern.shape)


def unpacked(upper: Array, dimension: int) -> Array:
    """Return symmetric matrices (n, dimension, dimension) from the rows of their upper triangles.

    >>> unpacked(np.array([[1.0, 2.0, 3.0]]), 2).tolist()
    [[[1.0, 2.0], [2.0, 3.0]]]
    """
    rows, columns = np.triu_indices(dimension)
    places = np.empty((dimension, dimension), np.int64)
    places[rows, columns] = places[columns, rows] = np.arange(len(rows))
    return np.take(upper, places.ravel(), axis=1).reshape(-1, dimension, dimension)


def forward(roots: Array, right: Array) -> Array:
    """Solve R h = right for each of n lower triangular matrices R, (n, d, d) and (n, d) -> (n, d).

    >>> forward(np.array([[[2.0, 0.0], [1.0, 4.0]]]), np.array([[2.0, 9.0]])).tolist()
    [[1.0, 2.0]]
    """
    half = np.empty_like(right)
    for one in range(right.shape[1]):
        known = np.einsum("nk,nk->n", roots[:, one, :one], half[:, :one])
        half[:, one] = (right[:, one] - known) / roots[:, one, one]
    return half


def backward(roots: Array, half: Array) -> Array:
    """Solve R' x = half for each of n lower triangular matrices R, (n, d, d) and (n, d) -> (n, d).

    >>> backward(np.array([[[2.0, 0.0], [1.0, 4.0]]]), np.array([[4.0, 8.0]])).tolist()
    [[1.0, 2.0]]
    """
    solved = np.empty_like(half)
    for one in reversed(range(half.shape[1])):
        known = np.einsum("nk,nk->n", roots[:, one + 1 :, one], solved[:, one + 1 :])
        solved[:, one] = (half[:, one] - known) / roots[:, one, one]
    return solved


def wishart(scatter: Array, degrees: float, rng: np.random.Generator) -> Array:
    """Draw a precision matrix from the Wishart distribution of scale scatter^-1 (Bartlett's decomposition)."""
    dimension = len(scatter)
    lower = np.tril(rng.normal(size=(dimension, dimension)), -1)
    lower[np.diag_indices(dimension)] = np.sqrt(rng.chisquare(degrees - np.arange(dimension)))
    half = np.linalg.cholesky(np.linalg.inv(scatter)) @ lower
    return half @ half.T


def sweeps_of(
    ratings: sparse.csr_array, users: Features, items: Features, factors: int, n_sweeps: int, rng: np.random.Generator
) -> Iterator[tuple[Side, Side]]:
    """Yield (users, items) after each sweep; the next sweep changes them in place.

    `ratings` (n_users, n_items) are less their mean, in quarters of the scale.
    """
    by_item = ratings.T.tocsr()
    of_users, of_items = (Side.begin(one, 1 + factors, rng) for one in (users, items))
    for _ in range(n_sweeps):
        of_users.draw_vectors(of_items, ratings, rng)
        of_items.draw_vectors(of_users, by_item, rng)
        of_users.draw_prior(rng)
        of_items.draw_prior(rng)
        of_users.draw_noise(rng)
        yield of_users, of_items
