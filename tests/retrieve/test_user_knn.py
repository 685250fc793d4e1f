import numpy as np
import pytest

from recsys_rag.data.dataset import RatingScale, histories_of
from recsys_rag.errors import NotFittedError
from recsys_rag.retrieve import _similarity as similarity
from recsys_rag.retrieve.user_knn import UserKNN
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import dataset_of, made_up_movies
from recsys_rag.types import Batch


def by_loops(ratings, history, neighbors, shrinkage):
    """Neighbors as (user, similarity) best first, and scores, straight from the docstring."""
    likings = np.sqrt(np.maximum(ratings - 1, 0) / 4)
    own = np.sqrt(np.maximum(history - 1, 0) / 4)
    found = []
    for user in range(len(ratings)):
        below = np.linalg.norm(likings[user]) * np.linalg.norm(own) + shrinkage
        value = float(likings[user] @ own) / below if below else 0.0
        if value > 0 and not np.array_equal(ratings[user], history):
            found.append((-value, user))
    kept = [(user, -value) for value, user in sorted(found)[:neighbors]]
    return kept, sum((value * likings[user] for user, value in kept), np.zeros(len(history)))


def test_neighbors_and_scores_equal_plain_loops():
    movies = made_up_movies(40)
    ratings = movies.interactions.toarray().astype(np.float64)
    fitted = UserKNN(neighbors=6, shrinkage=2.0).fit(movies)
    scores = fitted.score(batch_of(movies))
    for user in range(40):
        kept, expected = by_loops(ratings, ratings[user], 6, 2.0)
        np.testing.assert_allclose(scores[user], expected, rtol=1e-4, atol=1e-6)
        users, similarities = fitted.neighbors(movies.interactions[[user]])
        assert users.tolist() == [one for one, _ in kept]
        np.testing.assert_allclose(similarities, [value for _, value in kept], rtol=1e-5)


def test_two_users_as_worked_by_hand():
    dataset = dataset_of(np.array([[5, 5, 0], [5, 0, 2]]), RatingScale(1, 5))
    users, similarities = UserKNN(shrinkage=1.0).fit(dataset).neighbors(dataset.interactions[[0]])
    # likings (1, 1, 0) and (1, 0, .5): dot 1, lengths sqrt 2 and sqrt 1.25
    assert users.tolist() == [1]
    np.testing.assert_allclose(similarities, [1 / (np.sqrt(2 * 1.25) + 1)], rtol=1e-6)


def test_users_with_exactly_the_same_ratings_are_left_out_and_those_with_other_ratings_are_not():
    dataset = dataset_of(np.array([[5, 4, 0], [5, 4, 0], [5, 3, 0], [5, 4, 2]]), RatingScale(1, 5))
    users, _ = UserKNN(shrinkage=0).fit(dataset).neighbors(dataset.interactions[[0]])
    assert sorted(users.tolist()) == [2, 3]


def test_ties_go_to_the_lower_user_index():
    dataset = dataset_of(np.array([[5, 0, 5], [5, 5, 0], [5, 5, 0], [5, 5, 0]]), RatingScale(1, 5))
    users, _ = UserKNN(neighbors=2).fit(dataset).neighbors(dataset.interactions[[0]])
    assert users.tolist() == [1, 2]


def test_somebody_with_whom_nobody_shares_a_like_has_no_neighbors_and_no_opinion():
    dataset = dataset_of(np.array([[5, 5, 0], [5, 4, 0]]), RatingScale(1, 5))
    alone = histories_of(3, [(np.array([2]), np.array([5.0], np.float32))])
    fitted = UserKNN().fit(dataset)
    users, similarities = fitted.neighbors(alone)
    assert (len(users), len(similarities)) == (0, 0)
    assert fitted.score(Batch(alone, ("",))).tolist() == [[0, 0, 0]]


def test_small_blocks_give_the_same_scores(monkeypatch):
    movies = made_up_movies(30)
    fitted = UserKNN().fit(movies)
    whole = fitted.score(batch_of(movies))
    monkeypatch.setattr(similarity, "_CELLS_AT_ONCE", 200)
    np.testing.assert_array_equal(fitted.score(batch_of(movies)), whole)


def test_neighbors_are_refused_before_fit():
    with pytest.raises(NotFittedError, match="user_knn was asked before it was fitted"):
        UserKNN().neighbors(made_up_movies(3).interactions[[0]])


def test_many_users_are_summed_as_few_are():
    rng = np.random.default_rng(5)
    many = dataset_of((rng.random((2100, 2000)) < 0.01).astype(float))  # 4.2 million cells
    few = dataset_of(many.interactions[:1900].toarray())
    knn = UserKNN(neighbors=20, shrinkage=0.0)
    asked = Batch(many.interactions[[3, 1999]], ("", ""))
    for fitted in (many, few):
        likes = fitted.interactions.toarray()
        lengths = np.linalg.norm(likes, axis=1)
        for row, scores in zip(
            asked.histories.toarray(), knn.fit(fitted).score(asked), strict=True
        ):
            similar = likes @ row / np.maximum(lengths * np.linalg.norm(row), 1e-12)
            similar[(likes == row).all(axis=1)] = 0.0  # the person
            best = np.argsort(-similar, kind="stable")[:20]
            np.testing.assert_allclose(scores, similar[best] @ likes[best], rtol=1e-4, atol=1e-5)


def test_many_people_at_once_get_the_scores_of_each_alone():
    rng = np.random.default_rng(6)
    many = dataset_of((rng.random((2100, 300)) < 0.05).astype(float))
    knn = UserKNN(neighbors=20, shrinkage=0.0).fit(many)
    together = knn.score(batch_of(many))  # so many that their neighbors are most of the people
    for user in (0, 7, 2099):
        alone = knn.score(Batch(many.interactions[[user]], ("",)))
        assert (together[user] == alone[0]).all()


def test_people_of_whom_no_dense_table_is_kept_are_ranked_equally_to_the_bit(monkeypatch):
    movies = made_up_movies(40)
    again = dataset_of(np.vstack([movies.interactions.toarray()] * 2))  # each has a twin
    dense = UserKNN(neighbors=6, shrinkage=2.0).fit(again)
    batch = batch_of(again)
    monkeypatch.setattr(similarity, "_CELLS_AT_ONCE", 1)
    stored = UserKNN(neighbors=6, shrinkage=2.0).fit(again)
    for user in (0, 7, 45):
        for one, other in zip(
            dense.neighbors(batch.histories[[user]]),
            stored.neighbors(batch.histories[[user]]),
            strict=True,
        ):
            assert (one == other).all()
    np.testing.assert_array_equal(dense.score(batch), stored.score(batch))
