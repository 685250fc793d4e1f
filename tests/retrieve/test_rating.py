import numpy as np
import pytest

from recsys_rag.data.dataset import RatingScale, histories_of
from recsys_rag.errors import DataError, NotFittedError
from recsys_rag.protocols import FindsNeighbors, PredictsRatings
from recsys_rag.retrieve.rating import RatingPredictor
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies


def by_loops(ratings, history, shrinkage, damping):
    """Predictions for one history, straight from the docstring, all items being neighbors."""
    rated = ratings > 0
    mean = ratings[rated].mean()
    user_biases, item_biases = np.zeros(len(ratings)), np.zeros(ratings.shape[1])
    for _ in range(10):
        for i in range(ratings.shape[1]):
            users = np.flatnonzero(rated[:, i])
            item_biases[i] = (ratings[users, i] - mean - user_biases[users]).sum() / (len(users) + damping)
        for u in range(len(ratings)):
            items = np.flatnonzero(rated[u])
            user_biases[u] = (ratings[u, items] - mean - item_biases[items]).sum() / (len(items) + damping)
    left = np.where(rated, ratings - mean - user_biases[:, None] - item_biases, 0)
    weights = np.zeros((ratings.shape[1],) * 2)
    for i in range(ratings.shape[1]):
        for j in range(ratings.shape[1]):
            both = np.flatnonzero(rated[:, i] & rated[:, j])
            length = np.sqrt((left[both, i] ** 2).sum() * (left[both, j] ** 2).sum())
            if i != j and length > 1e-9:
                correlation = (left[both, i] * left[both, j]).sum() / length
                weights[i, j] = max(correlation * len(both) / (len(both) + shrinkage), 0) ** 1.5
    items = np.flatnonzero(history)
    own_bias = (history[items] - mean - item_biases[items]).sum() / (len(items) + damping)
    predicted = np.zeros(ratings.shape[1])
    for i in range(ratings.shape[1]):
        near = np.flatnonzero(history)
        pull = sum(weights[i, j] * (history[j] - mean - own_bias - item_biases[j]) for j in near)
        predicted[i] = mean + own_bias + item_biases[i] + pull / (sum(weights[i, j] for j in near) + 0.1)
    return np.clip(predicted, 1, 5)


def test_predictions_equal_plain_loops():
    movies = made_up_movies(50)
    ratings = movies.interactions.toarray().astype(np.float64)
    fitted = RatingPredictor(neighbors=60, shrinkage=5.0, damping=3.0).fit(movies)
    predicted = fitted.predict(movies.interactions, np.arange(60))
    for user in (0, 7, 49):
        np.testing.assert_allclose(predicted[user], by_loops(ratings, ratings[user], 5.0, 3.0), atol=1e-4)


def test_no_item_keeps_more_neighbors_than_asked_and_those_are_the_closest():
    movies = made_up_movies()
    few, all_of_them = (RatingPredictor(neighbors=n).fit(movies).state() for n in (4, 60))
    for item in range(60):
        kept = few["similarities"][few["starts"][item] : few["starts"][item + 1]]
        every = all_of_them["similarities"][all_of_them["starts"][item] : all_of_them["starts"][item + 1]]
        np.testing.assert_array_equal(np.sort(kept), np.sort(every)[-4:])


def test_without_neighbors_the_prediction_is_the_damped_biases_as_worked_by_hand():
    # one user, ratings 5 and 1: mean 3; sweeps converge to b_i = +-2 / (1 + 1), b_u = 0
    dataset = dataset_of(np.array([[5, 1]]), RatingScale(1, 5))
    fitted = RatingPredictor(damping=1.0).fit(dataset)
    np.testing.assert_allclose(fitted.predict(dataset.interactions, np.array([0, 1])), [[4.0, 2.0]], atol=1e-6)


def test_a_visitor_is_predicted_like_a_known_user_and_items_can_be_picked():
    movies = made_up_movies()
    fitted = RatingPredictor().fit(movies)
    whole = fitted.predict(movies.interactions, np.arange(60))
    visitor = histories_of(60, [movies.history(movies.users.id(11))])
    np.testing.assert_array_equal(fitted.predict(visitor, np.array([40, 2])), whole[11][None, [40, 2]])


def test_no_history_gets_the_mean_and_the_item_bias():
    movies = made_up_movies()
    fitted = RatingPredictor().fit(movies)
    nobody = fitted.predict(histories_of(60, [(np.zeros(0, np.int64), np.zeros(0, np.float32))]), np.arange(60))
    assert nobody.shape == (1, 60)
    assert nobody[0, 59] == pytest.approx(movies.interactions.data.mean(), abs=1e-4)  # nobody rated the last film
    means = movies.item_means[:59]
    assert np.corrcoef(nobody[0, :59], means)[0, 1] > 0.8


def test_predictions_stay_on_the_scale():
    dataset = dataset_of(np.array([[0.5, 0.5, 5, 5], [5, 5, 0.5, 0.5]] * 6), RatingScale(0.5, 5, 0.5))
    fitted = RatingPredictor(shrinkage=0, damping=0.01).fit(dataset)
    extreme = histories_of(4, [(np.arange(4), np.array([0.5, 0.5, 5, 5], np.float32))])
    predicted = fitted.predict(extreme, np.arange(4))
    assert predicted.min() >= 0.5
    assert predicted.max() <= 5


def test_implicit_feedback_is_refused():
    with pytest.raises(DataError, match="checkerboard holds implicit feedback, so there are no ratings to predict"):
        RatingPredictor().fit(checkerboard())


def test_the_error_is_measured_on_ratings_that_were_not_learned():
    movies = made_up_movies()
    fitted = RatingPredictor().fit(movies)
    own = fitted.predict(movies.interactions, np.arange(60))[movies.interactions.toarray() > 0]
    seen_error = np.sqrt(((own - movies.interactions.data) ** 2).mean())
    spread = movies.interactions.data.std()
    assert seen_error < fitted.error_ < spread


def test_too_few_ratings_leave_the_error_unknown():
    assert np.isnan(RatingPredictor().fit(dataset_of(np.array([[5, 1]]), RatingScale(1, 5))).error_)


def test_a_dataset_without_ratings_predicts_the_middle_of_the_scale():
    dataset = dataset_of(np.zeros((2, 3)), RatingScale(1, 5))
    fitted = RatingPredictor().fit(dataset)
    assert fitted.predict(dataset.interactions, np.array([1])).tolist() == [[3.0], [3.0]]


def test_a_restored_predictor_predicts_the_same_and_knows_its_error():
    movies = made_up_movies()
    fitted = RatingPredictor().fit(movies)
    restored = RatingPredictor().restore(movies, fitted.state())
    everything = np.arange(60)
    np.testing.assert_array_equal(
        restored.predict(movies.interactions, everything), fitted.predict(movies.interactions, everything)
    )
    assert restored.error_ == fitted.error_


def test_fit_forgets():
    movies = made_up_movies()
    again = RatingPredictor().fit(dataset_of(np.array([[5, 1]]), RatingScale(1, 5))).fit(movies)
    np.testing.assert_array_equal(again.state()["item_biases"], RatingPredictor().fit(movies).state()["item_biases"])


def test_it_predicts_ratings_but_claims_no_neighbors():
    assert isinstance(RatingPredictor(), PredictsRatings)
    assert not isinstance(RatingPredictor(), FindsNeighbors)


def test_it_is_refused_before_fit():
    for ask in (lambda: RatingPredictor().predict(checkerboard().interactions, np.arange(2)), RatingPredictor().state):
        with pytest.raises(NotFittedError, match="rating was asked before it was fitted"):
            ask()


@pytest.mark.movielens
def test_the_first_published_fold_of_movielens_100k_is_predicted_within_0_925_stars(ml100k):
    held_out = ml100k.rows < 20_000
    train, test = ml100k.replace_rows(~held_out), ml100k.replace_rows(held_out)
    predicted = RatingPredictor().fit(train).predict(train.interactions, np.arange(ml100k.n_items))
    truth = test.interactions.tocoo()
    errors = predicted[truth.row, truth.col] - truth.data
    assert np.sqrt((errors**2).mean()) < 0.925
