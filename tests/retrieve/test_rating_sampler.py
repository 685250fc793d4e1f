import numpy as np
import pytest
from scipy import sparse

from recsys_rag.retrieve._rating_features import NOISE_DEGREES, joined
from recsys_rag.retrieve._rating_rows import in_blocks
from recsys_rag.retrieve._rating_sampler import Side, sweeps_of, wishart
from recsys_rag.retrieve._rating_samples import Samples


def a_side(n, features, dimension, seed):
    rng = np.random.default_rng(seed)
    side = Side.begin(joined(features), dimension, rng)
    side.vectors = rng.normal(0, 0.6, (n, dimension))
    side.precisions = rng.gamma(10, 0.1, n)
    side.coefficients = rng.normal(0, 0.4, side.coefficients.shape)
    side.spread = np.diag(rng.uniform(2, 5, dimension)) + 0.5
    side.noise = 0.7
    return side


def test_draws_of_a_row_have_the_moments_that_folding_in_states():
    """Thousands of users with one and the same history are thousands of draws from its
    posterior."""
    n, rng = 6000, np.random.default_rng(0)
    items = a_side(5, np.zeros((5, 0)), 3, seed=1)
    users = a_side(n, np.zeros((n, 0)), 3, seed=2)
    ratings = np.array([1.2, -0.4, 0.9, 0.0])
    same = sparse.csr_array(
        (np.tile(ratings, n), np.tile(np.arange(4), n), 4 * np.arange(n + 1)), shape=(n, 5)
    )  # nobody rated the last item; a rating may be exactly the mean
    users.draw_vectors(items, in_blocks(same), rng)
    kept = Samples(
        items.vectors[None].astype(np.float32),
        items.precisions[None].astype(np.float32),
        np.zeros((5, 0), np.float32),
        np.zeros(0),
        users.coefficients[None],
        users.spread[None],
        np.array([users.noise]),
    )
    person = kept.fold_in(np.arange(4), ratings)
    covariance = person.noises[0] * np.linalg.inv(person.systems[0])
    np.testing.assert_allclose((1 / users.precisions).mean(), person.noises[0], rtol=0.02)
    np.testing.assert_allclose(
        users.vectors.mean(0), person.vectors[0], atol=4 * np.sqrt(covariance.max() / n)
    )
    np.testing.assert_allclose(np.cov(users.vectors.T), covariance, atol=0.06 * covariance.max())


def test_a_row_without_ratings_is_drawn_from_what_its_features_say():
    n, rng = 6000, np.random.default_rng(0)
    users, items = a_side(n, np.ones((n, 1)), 2, seed=3), a_side(4, np.zeros((4, 0)), 2, seed=4)
    users.draw_vectors(items, in_blocks(sparse.csr_array((n, 4))), rng)
    expected = users.coefficients.sum(axis=0)
    np.testing.assert_allclose(users.vectors.mean(0), expected, atol=0.03)
    expected_precision = 1 / users.noise  # Gamma(d / 2, d s / 2)
    np.testing.assert_allclose(users.precisions.mean(), expected_precision, rtol=0.02)
    np.testing.assert_allclose(
        users.precisions.var(), expected_precision**2 * 2 / NOISE_DEGREES, rtol=0.1
    )


def test_the_prior_is_learned_from_many_rows():
    n, rng = 4000, np.random.default_rng(5)
    features = rng.normal(size=(n, 2))
    side = a_side(n, features, 2, seed=6)
    coefficients, spread = (
        np.array([[0.3, -0.2], [1.0, 0.5], [-0.7, 0.1]]),
        np.array([[4.0, 1.0], [1.0, 2.0]]),
    )
    off = (
        rng.normal(size=(n, 2))
        @ np.linalg.inv(np.linalg.cholesky(spread))
        / np.sqrt(side.precisions)[:, None]
    )
    side.vectors = side.features.values @ coefficients + off
    drawn = []
    for _ in range(60):
        side.draw_prior(rng)
        drawn.append((side.coefficients, side.spread))
    np.testing.assert_allclose(
        np.mean([one for one, _ in drawn[10:]], axis=0), coefficients, atol=0.05
    )
    np.testing.assert_allclose(
        np.mean([one for _, one in drawn[10:]], axis=0), spread, rtol=0.08, atol=0.08
    )


def test_the_common_noise_is_learned_from_the_precisions_of_many():
    rng = np.random.default_rng(7)
    side = a_side(5000, np.zeros((5000, 0)), 1, seed=8)
    side.precisions = rng.gamma(NOISE_DEGREES / 2, 2 / (NOISE_DEGREES * 0.4), 5000)
    side.draw_noise(rng)
    assert side.noise == pytest.approx(0.4, rel=0.02)


def test_a_wishart_matrix_is_on_average_its_degrees_times_its_scale():
    rng = np.random.default_rng(9)
    scatter = np.array([[3.0, 1.0], [1.0, 2.0]])
    mean = np.mean([wishart(scatter, 8.0, rng) for _ in range(20_000)], axis=0)
    np.testing.assert_allclose(mean, 8 * np.linalg.inv(scatter), atol=0.08)


def test_sweeps_find_the_factors_that_made_the_ratings():
    rng = np.random.default_rng(10)
    n, m, noise = 150, 80, 0.3
    tastes, kinds = rng.normal(size=(n, 2)), rng.normal(size=(m, 2))
    biases = rng.normal(0, 0.3, (n, 1)) + rng.normal(0, 0.3, m)
    truth = biases + tastes @ kinds.T
    seen = rng.random((n, m)) < 0.4
    left = truth + rng.normal(0, noise, (n, m))
    pattern = sparse.csr_array(np.where(seen, left, 0.0))
    draws = sweeps_of(pattern, joined(np.zeros((n, 0))), joined(np.zeros((m, 0))), 4, 120, rng)
    expected, counted = np.zeros((n, m)), 0
    for sweep, (users, items) in enumerate(draws):
        if sweep >= 60:
            expected += (
                users.vectors[:, :1]
                + items.vectors[:, 0]
                + users.vectors[:, 1:] @ items.vectors[:, 1:].T
            )
            counted += 1
    error = (expected / counted - truth)[~seen]
    assert np.sqrt((error**2).mean()) < 0.25
    assert np.sqrt((truth[~seen] ** 2).mean()) > 1.2
    assert np.sqrt(users.noise) == pytest.approx(noise, rel=0.25)
