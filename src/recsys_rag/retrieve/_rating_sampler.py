"""Draws users and items from their posterior given ratings: Bayesian matrix factorization by Gibbs
sampling. Serves nobody.

Salakhutdinov and Mnih, "Bayesian Probabilistic Matrix Factorization using Markov Chain Monte
Carlo", ICML 2008; means from features as in Simm et al., "Macau", MLSP 2017; noise of one's own as
in Lakshminarayanan et al., AISTATS 2011.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys_rag.retrieve._rating_features import NOISE_DEGREES, Array, Features
from recsys_rag.retrieve._rating_rows import Block, in_blocks, weighted_vectors

_PRIOR_DEGREES = 8.0
_PRIOR_VARIANCE = 0.2  # of a vector's entries, expected before any rating is seen
_CONSTANT_RIDGE = 2.0
_FIRST_SPREAD = 0.1
_FIRST_PRECISION = 5.0
_FIRST_RIDGE = 10.0
# variance in quarters of the scale: ratings without any noise would need infinite precision
_SMALLEST_NOISE = 1e-3


@dataclass
class Side:
    """The users, or the items: w_r ~ Normal(x_r B, (a_r L)^-1), a_r ~ Gamma(NOISE_DEGREES / 2,
    NOISE_DEGREES s / 2).

    Entry 0 of w is the bias, the others are factors. a_r divides both the noise of r's ratings and
    r's own spread: whoever uses the whole scale has tastes and moods on that scale.
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
        return cls(
            features, vectors, np.ones(n), coefficients, _FIRST_PRECISION * np.eye(dimension), ridge
        )

    @property
    def means(self) -> Array:
        """x B: what features say of each before any rating is seen, (n, dimension)."""
        return self.features.values @ self.coefficients

    def draw_vectors(
        self, other: "Side", blocks: Sequence[Block], rng: np.random.Generator
    ) -> None:
        """Draw a, then w, of every row of the ratings (n, n_other), given the other side.

        The posterior of a row is normal-gamma, as in `_rating_samples.Samples.fold_in`. With R R' =
        S, h = R^-1 (Lm + A'Cr) and standard normal z: w = R'^-1 (h + z / sqrt(a)). Both come from
        one Cholesky factor, that of

            [ S            Lm + A'Cr            ]      [ R   0  ]
            [ (Lm + A'Cr)' r'Cr + m'Lm + d s    ],     [ h'  u  ],  a ~ Gamma((d + n) / 2, u^2 / 2).
        """
        normals = rng.normal(size=self.vectors.shape)
        means, dimension = self.means, self.vectors.shape[1]
        pulls = means @ self.spread
        corners = (means * pulls).sum(1) + NOISE_DEGREES * self.noise
        weighted = weighted_vectors(other.vectors, other.precisions)
        for block in blocks:
            rows = block.rows
            systems = block.equations(weighted)
            systems[:, :-1, :-1] += self.spread
            systems[:, -1, :-1] += pulls[rows]  # the upper triangle is not read
            systems[:, -1, -1] += corners[rows]
            roots = np.asarray(np.linalg.cholesky(systems), np.float64)
            chances = rng.standard_gamma((NOISE_DEGREES + np.diff(block.starts)) / 2)
            self.precisions[rows] = 2 * chances / roots[:, -1, -1] ** 2
            shaken = roots[:, -1, :-1] + normals[rows] / np.sqrt(self.precisions[rows])[:, None]
            self.vectors[rows] = backward(roots[:, :dimension, :dimension], shaken)

    def draw_prior(self, rng: np.random.Generator) -> None:
        """Draw L, then B, then the ridge of each group of features, given the vectors and
        precisions."""
        n, dimension = self.vectors.shape
        off = self.vectors - self.means
        scatter = (off * self.precisions[:, None]).T @ off + (
            self.coefficients.T * self.ridge
        ) @ self.coefficients
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
            self.ridge[columns] = rng.standard_gamma(1 + size / 2) / (
                1 + squares[columns].sum() / 2
            )

    def draw_noise(self, rng: np.random.Generator) -> None:
        """Draw s given the precisions."""
        shape = 1 + len(self.precisions) * NOISE_DEGREES / 2
        drawn = rng.standard_gamma(shape) / (1 + NOISE_DEGREES / 2 * self.precisions.sum())
        self.noise = max(drawn, _SMALLEST_NOISE)


def backward(roots: Array, half: Array) -> Array:
    """Solve R' x = half for each of n lower triangular matrices R, (n, d, d) and (n, d) -> (n, d).

    >>> backward(np.array([[[2.0, 0.0], [1.0, 4.0]]]), np.array([[4.0, 8.0]])).tolist()
    [[1.0, 2.0]]
    """
    solved = np.empty_like(half)
    for column in reversed(range(half.shape[1])):
        known = np.einsum("nk,nk->n", roots[:, column + 1 :, column], solved[:, column + 1 :])
        solved[:, column] = (half[:, column] - known) / roots[:, column, column]
    return solved


def wishart(scatter: Array, degrees: float, rng: np.random.Generator) -> Array:
    """Draw a precision matrix from the Wishart distribution of scale scatter^-1 (Bartlett's
    decomposition)."""
    dimension = len(scatter)
    lower = np.tril(rng.normal(size=(dimension, dimension)), -1)
    lower[np.diag_indices(dimension)] = np.sqrt(rng.chisquare(degrees - np.arange(dimension)))
    half = np.linalg.cholesky(np.linalg.inv(scatter)) @ lower
    return half @ half.T


def sweeps_of(
    ratings: sparse.csr_array,
    users: Features,
    items: Features,
    factors: int,
    n_sweeps: int,
    rng: np.random.Generator,
) -> Iterator[tuple[Side, Side]]:
    """Yield (users, items) after each sweep; the next sweep changes them in place.

    `ratings` (n_users, n_items) are less their mean, in quarters of the scale.
    """
    user_blocks, item_blocks = in_blocks(ratings), in_blocks(ratings.T.tocsr())
    user_side, item_side = (Side.begin(features, 1 + factors, rng) for features in (users, items))
    for _ in range(n_sweeps):
        user_side.draw_vectors(item_side, user_blocks, rng)
        item_side.draw_vectors(user_side, item_blocks, rng)
        user_side.draw_prior(rng)
        item_side.draw_prior(rng)
        user_side.draw_noise(rng)
        yield user_side, item_side
