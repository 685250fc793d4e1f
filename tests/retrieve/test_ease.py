import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from threadpoolctl import threadpool_limits

from recsys_rag.data.dataset import RatingScale
from recsys_rag.errors import ArtifactError
from recsys_rag.retrieve.ease import EASE, closed_form
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import dataset_of, made_up_movies
from recsys_rag.types import Batch

PLAIN = {
    "popularity_power": 0,
    "user_power": 0,
    "diagonal_power": 1,
    "attribute_weight": 0,
    "order_weight": 0,
}


def by_formula(likes, ridge):
    """Steck 2019, equation 8, with numpy's own inverse."""
    inverse = np.linalg.inv(likes.T @ likes + np.diag(ridge))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def test_two_items_as_worked_by_hand():
    # X'X = [[2, 1], [1, 2]], ridge 1: P = [[3, -1], [-1, 3]] / 8, B_01 = -P_01 / P_11 = 1 / 3
    dataset = dataset_of(np.array([[1, 1], [1, 0], [0, 1]]))
    scores = EASE(l2=1.0, **PLAIN).fit(dataset).score(batch_of(dataset))
    np.testing.assert_allclose(scores, [[1 / 3, 1 / 3], [0, 1 / 3], [1 / 3, 0]], rtol=1e-6)


@settings(deadline=None, max_examples=40)
@given(
    likes=arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 8), st.integers(1, 8)),
        elements=st.sampled_from([0, 1]),
    )
)
def test_the_closed_form_equals_the_formula_with_a_plain_inverse(likes):
    ridge = np.linspace(0.5, 2.0, likes.shape[1])
    np.testing.assert_allclose(
        closed_form(likes.T @ likes, ridge), by_formula(likes, ridge), atol=1e-9
    )


def test_scores_equal_the_formula_on_explicit_ratings():
    movies = made_up_movies()
    rated = movies.popularity > 0
    ratings = movies.interactions.toarray()
    counts = movies.popularity[rated]
    weights = by_formula(
        (ratings[:, rated] > 0).astype(float), 50.0 * np.sqrt(counts / counts.mean())
    )
    likings = np.sqrt(np.maximum(ratings - 1, 0) / 4)[:, rated]
    scores = EASE(l2=50.0, **{**PLAIN, "popularity_power": 0.5}).fit(movies).score(batch_of(movies))
    np.testing.assert_allclose(scores[:, rated], likings @ weights, rtol=1e-4, atol=1e-5)
    assert (scores[:, ~rated] == 0).all()


def test_every_generalization_equals_its_formula():
    movies = made_up_movies()
    rated = movies.popularity > 0
    seen = (movies.interactions.toarray() > 0)[:, rated].astype(float)
    n_ratings, counts = seen.sum(axis=1), movies.popularity[rated]
    kept = np.flatnonzero(rated)
    genres = sorted({genre for item in kept for genre in movies.catalog.genres[item]})
    traits = [[genre in movies.catalog.genres[item] for item in kept] for genre in genres]
    traits += [
        (movies.catalog.years[kept] == year).tolist()
        for year in set(movies.catalog.years[kept].tolist()) - {0}
    ]
    people = (np.maximum(n_ratings, 1) / np.maximum(n_ratings, 1).mean()) ** -0.3
    gram = seen.T @ (people[:, None] * seen) + 4.0 * np.array(traits, float).T @ np.array(
        traits, float
    )
    inverse = np.linalg.inv(gram + np.diag(20.0 * (counts / counts.mean()) ** 0.4))
    weights = -inverse / np.diag(inverse) ** 0.6
    np.fill_diagonal(weights, 0)
    ease = EASE(
        l2=20.0,
        popularity_power=0.4,
        user_power=0.3,
        diagonal_power=0.6,
        attribute_weight=2.0,
        order_weight=0,
    )
    likings = np.sqrt(np.maximum(movies.interactions.toarray() - 1, 0) / 4)[:, rated]
    scores = ease.fit(movies).score(batch_of(movies))
    np.testing.assert_allclose(scores[:, rated], likings @ weights, rtol=1e-3, atol=1e-4)


def test_the_number_of_threads_changes_no_bit_of_the_weights():
    rng = np.random.default_rng(0)
    dataset = dataset_of((rng.random((1000, 1200)) < 0.2).astype(float))
    found = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, "blas"):
            found.append(EASE(l2=1.0).fit(dataset).state()["weights"])
    assert np.array_equal(*found)


def test_an_old_rating_counts_less_by_the_formula_that_is_told():
    movies = made_up_movies()
    history = movies.interactions[[3]]
    newest_first = np.arange(history.nnz, dtype=np.int32)
    fades = EASE(memory=4.0, floor=0.25).fit(movies)
    counted = 0.25 + 0.75 * np.exp(-newest_first / 4.0)
    plain = EASE().fit(movies).contributions(Batch(history, ("",)), np.arange(60))
    batch = Batch(history, ("",), newest_first)
    np.testing.assert_allclose(
        fades.contributions(batch, np.arange(60)), plain * counted, rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(
        fades.score(batch)[0], (plain * counted).sum(axis=1), rtol=1e-3, atol=1e-5
    )
    unknown = Batch(history, ("",))
    np.testing.assert_allclose(fades.score(unknown), EASE().fit(movies).score(unknown), rtol=1e-6)


def test_the_closed_form_minimizes_the_error_that_it_claims_to_minimize():
    rng = np.random.default_rng(1)
    likes = (rng.random((30, 6)) < 0.4).astype(float)
    ridge = np.full(6, 2.0)
    weights = closed_form(likes.T @ likes, ridge)

    def loss(candidate):
        return ((likes - likes @ candidate) ** 2).sum() + (ridge[:, None] * candidate**2).sum()

    for _ in range(50):
        step = rng.normal(0, 0.05, weights.shape)
        np.fill_diagonal(step, 0)
        assert loss(weights + step) > loss(weights)


def test_all_items_for_neighbors_give_the_weights_of_the_closed_form():
    # every two items have people in common
    dataset = dataset_of((np.random.default_rng(0).random((300, 20)) < 0.3).astype(float))
    dense = EASE().fit(dataset).score(batch_of(dataset))
    local = EASE(dense_items=0, neighbors=19).fit(dataset).score(batch_of(dataset))
    np.testing.assert_allclose(local, dense, rtol=1e-4, atol=1e-6)


def test_contributions_name_the_item_that_carries_the_score():
    dataset = dataset_of(
        np.array([[5, 5, 0], [5, 5, 0], [0, 5, 5], [0, 4, 5], [5, 0, 0]]), RatingScale(1, 5)
    )
    ease = EASE(l2=1.0).fit(dataset)
    added = ease.contributions(Batch(dataset.interactions[[0]], ("",)), np.array([2]))
    assert added.shape == (1, 2)
    assert added[0, 1] > added[0, 0]  # item 2 goes with item 1, not with item 0


def test_with_nothing_rated_the_explanation_is_empty_too():
    dataset = dataset_of(np.zeros((2, 3)), RatingScale(1, 5))
    history = dataset_of(np.array([[5, 0, 1]])).interactions
    ease = EASE().fit(dataset)
    assert ease.contributions(Batch(history, ("",)), np.array([0, 1])).tolist() == [[0, 0], [0, 0]]
    assert ease.score(Batch(history, ("",))).tolist() == [[0, 0, 0]]


def test_a_saved_item_outside_the_catalog_is_refused():
    movies = made_up_movies()
    state = dict(EASE().fit(movies).state())
    state["items"] = state["items"] + 7
    with pytest.raises(ArtifactError, match="a saved item index is 65, but the data has 60 items"):
        EASE().restore(movies, state)


def test_to_the_power_of_0_every_rating_of_a_history_counts_alike():
    movies = made_up_movies()
    batch = batch_of(movies, 9)
    ones = Batch((batch.histories > 0).astype(np.float32) * np.float32(5), batch.text)
    alike = EASE(rating_power=0).fit(movies).score(batch)
    np.testing.assert_array_equal(alike, EASE().fit(movies).score(ones))
    assert not np.allclose(alike, EASE().fit(movies).score(batch))
