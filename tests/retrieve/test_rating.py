from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from recsys_rag.data._order import reordered
from recsys_rag.data.dataset import RatingScale, histories_of
from recsys_rag.data.splits import published_fold, random_split
from recsys_rag.errors import ArtifactError, DataError, NotFittedError, SettingsError
from recsys_rag.protocols import FindsNeighbors, PredictsRatings
from recsys_rag.retrieve._rating_fit import in_order_of_ids
from recsys_rag.retrieve.rating import RatingPredictor
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies

STARS = RatingScale(1, 5)
EVERYTHING = np.arange(60)


def quick(**changed):
    return RatingPredictor(**{"factors": 4, "directions": 8, "sweeps": 30, "draws": 8, **changed})


@pytest.fixture(scope="module")
def movies():
    return made_up_movies()


@pytest.fixture(scope="module")
def fitted(movies):
    return quick().fit(movies)


# --- it predicts well -----------------------------------------------------------------------------


def test_held_out_ratings_are_predicted_better_than_by_the_means_of_films_and_people(movies):
    train, test = random_split(movies, 0.2)
    truth = test.interactions.tocoo()
    predicted = (
        quick(sweeps=100).fit(train).predict(train.interactions, EVERYTHING)[truth.row, truth.col]
    )
    mean = train.interactions.data.mean()
    film = np.nan_to_num(train.item_means - mean)
    own = np.array([row.data.mean() if row.nnz else mean for row in train.interactions]) - mean
    plain = np.clip(mean + film[truth.col] + own[truth.row], 1, 5)
    error = np.sqrt(((predicted - truth.data) ** 2).mean())
    assert error < 0.95 * np.sqrt(((plain - truth.data) ** 2).mean())


def test_films_that_nobody_rated_borrow_from_their_genre():
    """Odd people love the one genre and hate the other, even people the other way round; two films
    are rated by nobody."""
    ratings = np.where((np.arange(40)[:, None] + np.arange(20)) % 2, 5.0, 1.0)
    seen = np.random.default_rng(0).random(ratings.shape) < 0.6
    seen[:, 18:] = False
    dataset = dataset_of(np.where(seen, ratings, 0.0), STARS)
    dataset = replace(
        dataset,
        catalog=replace(
            dataset.catalog, genres=tuple(("Loud",) if one % 2 else ("Calm",) for one in range(20))
        ),
    )
    predicted = quick().fit(dataset).predict(dataset.interactions, np.array([18, 19]))
    even, odd = predicted[::2].mean(0), predicted[1::2].mean(0)
    assert even[1] - even[0] > 1.5
    assert odd[0] - odd[1] > 1.5


def test_the_errors_that_are_stated_are_the_errors_that_are_made(movies):
    train, test = random_split(movies, 0.2)
    truth = test.interactions.tocoo()
    predicted, errors = (
        quick(sweeps=100).fit(train).predict_with_errors(train.interactions, EVERYTHING)
    )
    off = (predicted[truth.row, truth.col] - truth.data) / errors[truth.row, truth.col]
    assert (off**2).mean() == pytest.approx(1.0, abs=0.2)
    assert (abs(off) < 1).mean() == pytest.approx(0.683, abs=0.06)


def test_the_error_falls_with_every_rating_that_is_known(movies, fitted):
    items, ratings = movies.history(movies.users.ids[3])
    histories = histories_of(60, [(items[:n], ratings[:n]) for n in (0, 3, len(items))])
    _, errors = fitted.predict_with_errors(histories, EVERYTHING)
    assert errors[0].mean() > errors[1].mean() > errors[2].mean() > 0


# --- it serves everybody --------------------------------------------------------------------------


def test_a_visitor_is_predicted_like_a_known_user_and_items_can_be_picked(movies, fitted):
    whole, errors = fitted.predict_with_errors(movies.interactions, EVERYTHING)
    visitor = histories_of(60, [movies.history(movies.users.id(11))])
    one, its_errors = fitted.predict_with_errors(visitor, np.array([40, 2]))
    np.testing.assert_array_equal(one, whole[11][None, [40, 2]])
    np.testing.assert_allclose(its_errors, errors[11][None, [40, 2]], rtol=1e-5)
    np.testing.assert_array_equal(fitted.predict(visitor, np.array([40, 2])), one)


def test_what_is_predicted_without_each_is_what_the_others_alone_predict(movies, fitted):
    items, ratings = movies.history(movies.users.id(11))
    places = np.array([4, 0, len(items) - 1])
    others = [np.delete(np.arange(len(items)), place) for place in places]
    rows = histories_of(60, [(items[rest], ratings[rest]) for rest in others])
    one_by_one = np.diag(fitted.predict(rows, items[places]))
    at_once = fitted.predict_without_each(items, ratings, places)
    np.testing.assert_allclose(at_once, one_by_one, rtol=1e-5)
    alone = fitted.predict_without_each(items[:1], ratings[:1], np.array([0]))
    nobody = histories_of(60, [(items[:0], ratings[:0])])
    np.testing.assert_allclose(alone, fitted.predict(nobody, items[:1])[0], rtol=1e-5)
    with pytest.raises(NotFittedError, match="rating"):
        RatingPredictor().predict_without_each(items, ratings, places)


def test_no_history_gets_what_people_gave_on_average(movies, fitted):
    nobody = fitted.predict(
        histories_of(60, [(np.zeros(0, np.int64), np.zeros(0, np.float32))]), EVERYTHING
    )
    assert nobody.shape == (1, 60)
    well_known = movies.popularity >= 10
    assert np.corrcoef(nobody[0, well_known], movies.item_means[well_known])[0, 1] > 0.8
    assert abs(nobody[0, well_known] - movies.item_means[well_known]).mean() < 0.35


def test_users_without_ratings_change_nothing():
    ratings = np.random.default_rng(0).integers(1, 6, (12, 8)).astype(float)
    alone = quick().fit(dataset_of(ratings, STARS))
    beside = quick().fit(dataset_of(np.vstack([ratings, np.zeros((2, 8))]), STARS))
    for key, array in alone.state().items():
        np.testing.assert_array_equal(array, beside.state()[key])


def test_the_order_of_users_and_items_does_not_matter(movies, fitted):
    rng = np.random.default_rng(1)
    users, items = rng.permutation(120), rng.permutation(60)
    other = reordered(movies, users, items)
    moved = quick().fit(other)
    np.testing.assert_array_equal(
        moved.state()["item_vectors"], fitted.state()["item_vectors"][:, items]
    )
    np.testing.assert_allclose(
        moved.predict(other.interactions, EVERYTHING),
        fitted.predict(movies.interactions, items)[users],
        atol=1e-4,
    )


def test_the_units_of_the_scale_do_not_matter(movies, fitted):
    interactions = movies.interactions.copy()
    interactions.data = 2 * interactions.data + 1  # 1 to 5 becomes 3 to 11
    doubled = replace(movies, interactions=interactions, scale=RatingScale(3, 11, 2))
    predicted, errors = quick().fit(doubled).predict_with_errors(interactions, EVERYTHING)
    plain, plain_errors = fitted.predict_with_errors(movies.interactions, EVERYTHING)
    np.testing.assert_allclose(predicted, 2 * plain + 1, atol=1e-3)
    np.testing.assert_allclose(errors, 2 * plain_errors, atol=1e-3)


def test_a_dataset_of_too_many_ratings_is_learned_from_some_of_its_users(movies):
    table = in_order_of_ids(movies, 500, np.random.default_rng(0))
    assert 400 < table.interactions.nnz <= 500
    assert np.diff(table.interactions.indptr).min() >= 12  # users are whole
    some = quick(most_ratings=500).fit(movies)
    predicted = some.predict(movies.interactions, EVERYTHING)[movies.interactions.toarray() > 0]
    assert (
        np.sqrt(((predicted - movies.interactions.data) ** 2).mean())
        < movies.interactions.data.std()
    )
    assert in_order_of_ids(movies, 1, np.random.default_rng(0)).interactions.shape[0] == 1


# --- what cannot be learned from ------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5]), min_size=4, max_size=4),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 3),
)
def test_whatever_the_ratings_predictions_are_on_the_scale_and_errors_are_positive(rows, seed):
    dataset = dataset_of(np.array(rows, float), STARS)
    predictor = quick(sweeps=6, draws=3, seed=seed).fit(dataset)
    predicted, errors = predictor.predict_with_errors(dataset.interactions, np.arange(4))
    assert predicted.dtype == errors.dtype == np.float32
    assert np.isfinite(predicted).all()
    assert predicted.min() >= 1
    assert predicted.max() <= 5
    assert np.isfinite(errors).all()
    assert errors.min() > 0


def test_constant_ratings_are_predicted_as_they_are():
    dataset = dataset_of(np.full((6, 5), 4.0), STARS)
    predicted, errors = (
        RatingPredictor().fit(dataset).predict_with_errors(dataset.interactions, np.arange(5))
    )
    np.testing.assert_allclose(predicted, 4.0, atol=0.02)
    assert errors.max() < 0.2


def test_one_rating_is_enough_to_predict_near_it_without_being_sure():
    dataset = dataset_of(np.array([[4.0, 0, 0], [0, 0, 0]]), STARS)
    predicted, errors = quick().fit(dataset).predict_with_errors(dataset.interactions, np.arange(3))
    assert abs(predicted - 4).max() < 1
    assert errors.min() > 0.5


def test_predictions_stay_on_the_scale():
    dataset = dataset_of(
        np.array([[0.5, 0.5, 5, 5], [5, 5, 0.5, 0.5]] * 6), RatingScale(0.5, 5, 0.5)
    )
    extreme = histories_of(4, [(np.arange(4), np.array([0.5, 0.5, 5, 5], np.float32))])
    predicted = quick().fit(dataset).predict(extreme, np.arange(4))
    assert predicted.min() >= 0.5
    assert predicted.max() <= 5
    assert predicted[0, 0] < 1 < 4.5 < predicted[0, 3]


def test_a_dataset_without_ratings_predicts_the_middle_of_the_scale():
    dataset = dataset_of(np.zeros((2, 3)), STARS)
    fitted = quick().fit(dataset)
    assert fitted.predict(dataset.interactions, np.array([1])).tolist() == [[3.0], [3.0]]


def test_implicit_feedback_is_refused():
    with pytest.raises(
        DataError, match="checkerboard holds implicit feedback, so there are no ratings to predict"
    ):
        RatingPredictor().fit(checkerboard())


def test_histories_of_another_catalog_are_refused(fitted):
    with pytest.raises(
        DataError, match="rating: the histories have 50 columns, but 60 items were fitted"
    ):
        fitted.predict(checkerboard().interactions, np.arange(2))


@pytest.mark.parametrize("setting", ["factors", "directions", "sweeps", "draws", "most_ratings"])
def test_settings_are_whole_numbers_from_one(setting):
    with pytest.raises(
        SettingsError, match=f"rating: {setting} is 0; it must be a whole number of at least 1"
    ):
        RatingPredictor(**{setting: 0})


def test_it_is_refused_before_fit():
    for ask in (
        lambda: RatingPredictor().predict(checkerboard().interactions, np.arange(2)),
        RatingPredictor().state,
    ):
        with pytest.raises(NotFittedError, match="rating was asked before it was fitted"):
            ask()


# --- it can be kept -------------------------------------------------------------------------------


def test_a_restored_predictor_predicts_the_same_with_the_same_errors(movies, fitted):
    restored = RatingPredictor().restore(movies, fitted.state())
    for mine, its in zip(
        restored.predict_with_errors(movies.interactions, EVERYTHING),
        fitted.predict_with_errors(movies.interactions, EVERYTHING),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, its)


def test_a_state_of_other_data_is_refused(movies, fitted):
    with pytest.raises(
        ArtifactError, match=r"rating: the saved 'item_vectors' has shape \(8, 60, 5\)"
    ):
        RatingPredictor().restore(checkerboard(), fitted.state())
    broken = {**fitted.state(), "noises": np.ones(3)}
    with pytest.raises(
        ArtifactError, match=r"rating: the saved 'noises' has shape \(3,\), not \(8\)"
    ):
        RatingPredictor().restore(movies, broken)


def test_fit_forgets_and_is_the_same_each_time(movies, fitted):
    again = quick().fit(dataset_of(np.array([[5.0, 1.0]]), STARS)).fit(movies)
    for key, array in fitted.state().items():
        np.testing.assert_array_equal(again.state()[key], array)


def test_another_seed_draws_otherwise_but_predicts_alike(movies, fitted):
    other = quick(seed=1).fit(movies)
    one, two = (part.predict(movies.interactions, EVERYTHING) for part in (fitted, other))
    assert not np.array_equal(one, two)
    assert np.sqrt(((one - two) ** 2).mean()) < 0.25


def test_the_number_of_threads_does_not_matter(movies, fitted):
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            again = quick().fit(movies)
            predicted = again.predict(movies.interactions, EVERYTHING)
        for key, array in fitted.state().items():
            np.testing.assert_array_equal(again.state()[key], array)
        np.testing.assert_array_equal(predicted, fitted.predict(movies.interactions, EVERYTHING))


def test_it_predicts_ratings_but_claims_no_neighbors():
    assert isinstance(RatingPredictor(), PredictsRatings)
    assert not isinstance(RatingPredictor(), FindsNeighbors)


@pytest.mark.movielens
def test_the_first_published_fold_of_movielens_100k_is_predicted_within_0_8848_stars(ml100k):
    train, test = published_fold(ml100k, 1)
    predictor = RatingPredictor().fit(train)
    squares: list[float] = []
    for user in np.flatnonzero(np.diff(test.interactions.indptr)):
        asked = test.interactions[[user]]
        predicted = predictor.predict(train.interactions[[user]], asked.indices.astype(np.int64))
        squares += ((predicted[0] - asked.data) ** 2).tolist()
    assert len(squares) == 20_000
    assert np.sqrt(np.mean(squares)) < 0.8848
