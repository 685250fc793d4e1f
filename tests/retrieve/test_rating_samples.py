import numpy as np
import pytest

from recsys_rag.retrieve._rating_samples import Samples, nothing_known


def made_up_samples(n_draws=3, n_items=7, dimension=4, n_directions=2, seed=0):
    rng = np.random.default_rng(seed)
    roots = rng.normal(size=(n_draws, dimension, dimension))
    return Samples(
        rng.normal(0, 0.7, (n_draws, n_items, dimension)).astype(np.float32),
        rng.gamma(10, 0.1, (n_draws, n_items)).astype(np.float32),
        rng.normal(size=(n_items, n_directions)).astype(np.float32),
        rng.normal(size=n_directions),
        rng.normal(0, 0.3, (n_draws, 1 + n_directions, dimension)),
        roots @ roots.transpose(0, 2, 1) + 3 * np.eye(dimension),
        rng.uniform(0.5, 1.0, n_draws),
    )


def test_a_person_of_biases_only_as_worked_by_hand():
    # all items average, biases 0, prior Normal(0, 1 / a): ratings 1 and 2 give S = 1 + 2, w = 3 / 3
    # = 1, and (20 * 1 + (1 + 4) - 3 * 1^2) / (20 + 2 - 2) = 1.1
    person = nothing_known(2, 1).fold_in(np.array([0, 1]), np.array([1.0, 2.0]))
    assert person.vectors.tolist() == [[1.0]]
    assert person.systems.tolist() == [[[3.0]]]
    assert person.noises == pytest.approx([1.1])
    assert nothing_known(2, 1).expected(person, np.array([1])).tolist() == [[1.0]]
    # the rating's variance: 1.1 (1 / 3 for the bias + 1 for the noise)
    assert nothing_known(2, 1).variances(person, np.array([1])) == pytest.approx(
        np.array([[1.1 * 4 / 3]])
    )


def test_folding_in_equals_bayes_rule_on_a_grid():
    """Integrates prior times likelihood numerically over the bias and the precision, with nothing
    but their definitions."""
    kept = made_up_samples(1, 3, 1, 1, seed=3)
    items, ratings = np.array([0, 2]), np.array([0.8, -0.3])
    person = kept.fold_in(items, ratings)
    spread, noise = kept.spreads[0, 0, 0], kept.noises[0]
    at = (kept.projection[items].sum() / np.sqrt(2) - kept.center[0]) * 2 / 7
    mean = kept.coefficients[0, 0, 0] + at * kept.coefficients[0, 1, 0]
    w, a = np.meshgrid(np.linspace(mean - 4, mean + 4, 1601), np.linspace(1e-3, 8, 1200))
    log = (
        (20 / 2 - 1) * np.log(a)
        - a * 20 * noise / 2
        + 0.5 * np.log(a * spread)
        - a * spread * (w - mean) ** 2 / 2
    )
    for item, rating in zip(items, ratings, strict=True):
        precision = a * kept.item_precisions[0, item]
        log += (
            0.5 * np.log(precision)
            - precision * (rating - kept.item_vectors[0, item, 0] - w) ** 2 / 2
        )
    chance = np.exp(log - log.max())
    chance /= chance.sum()
    expected_mean = (chance * w).sum()
    assert person.vectors[0, 0] == pytest.approx(expected_mean, abs=1e-4)
    assert person.noises[0] == pytest.approx((chance / a).sum(), rel=1e-3)
    variance = kept.variances(person, np.array([1]))[0, 0]
    own = (chance * (w - expected_mean) ** 2).sum()
    assert variance == pytest.approx(
        own + (chance / a).sum() / kept.item_precisions[0, 1], rel=1e-3
    )


def test_every_draw_is_folded_in_by_plain_linear_algebra():
    kept = made_up_samples()
    items, ratings = np.array([1, 2, 5]), np.array([1.0, -1.0, 0.5])
    person = kept.fold_in(items, ratings)
    for draw in range(3):
        at = (kept.projection[items].sum(0) / np.sqrt(3) - kept.center) * 3 / 8
        mean = np.concatenate([[1.0], at]) @ kept.coefficients[draw]
        system, right = kept.spreads[draw].copy(), kept.spreads[draw] @ mean
        for item, rating in zip(items, ratings, strict=True):
            vector = np.concatenate([[1.0], kept.item_vectors[draw, item, 1:]])
            system += kept.item_precisions[draw, item] * np.outer(vector, vector)
            right += (
                kept.item_precisions[draw, item]
                * vector
                * (rating - kept.item_vectors[draw, item, 0])
            )
        np.testing.assert_allclose(person.systems[draw], system, rtol=1e-6)
        np.testing.assert_allclose(person.vectors[draw], np.linalg.solve(system, right), rtol=1e-5)
        for item in range(7):
            vector = np.concatenate([[1.0], kept.item_vectors[draw, item, 1:]])
            expected = kept.item_vectors[draw, item, 0] + vector @ person.vectors[draw]
            assert kept.expected(person, np.array([item]))[draw, 0] == pytest.approx(
                expected, abs=1e-6
            )
            spread = person.noises[draw] * (
                vector @ np.linalg.inv(system) @ vector + 1 / kept.item_precisions[draw, item]
            )
            assert kept.variances(person, np.array([item]))[draw, 0] == pytest.approx(
                spread, rel=1e-5
            )


def test_an_empty_history_is_what_is_expected_of_anybody():
    kept = made_up_samples()
    person = kept.fold_in(np.zeros(0, np.int64), np.zeros(0))
    np.testing.assert_allclose(person.vectors, kept.coefficients[:, 0])
    np.testing.assert_allclose(person.noises, kept.noises * 20 / 18)


def test_items_in_another_order_are_the_same_items():
    kept, places = made_up_samples(), np.array([3, 0, 6, 1, 2, 5, 4])
    items, ratings = np.array([0, 1, 5]), np.array([1.0, -1.0, 0.5])
    moved = kept.reordered(places)
    there, here = moved.fold_in(items, ratings), kept.fold_in(places[items], ratings)
    np.testing.assert_array_equal(moved.expected(there, np.arange(7)), kept.expected(here, places))
