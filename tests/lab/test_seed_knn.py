import heapq

import numpy as np

from recsys_rag.data.dataset import RatingScale
from recsys_rag.lab.seed_knn import SeedKNN
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import dataset_of, made_up_movies


def surprise_cosine(ratings):
    """surprise.similarities.cosine of users, in plain loops: only items rated by both count,
    min_support 1."""
    n = len(ratings)
    found = np.zeros((n, n))
    for u in range(n):
        for v in range(n):
            both = (ratings[u] > 0) & (ratings[v] > 0)
            length = np.sqrt((ratings[u, both] ** 2).sum() * (ratings[v, both] ** 2).sum())
            found[u, v] = (ratings[u, both] * ratings[v, both]).sum() / length if length else 0.0
    return found


def test_neighbors_equal_surprises_cosine_and_its_order_of_ties():
    movies = made_up_movies(60)
    ratings = movies.interactions.toarray().astype(np.float64)
    similarities = surprise_cosine(ratings)
    fitted = SeedKNN(neighbors=10).fit(movies)
    for user in range(60):
        others = [(other, similarities[user, other]) for other in range(60) if other != user]
        nearest = heapq.nlargest(10, others, key=lambda pair: pair[1])  # as KNNBasic.get_neighbors
        users, values = fitted.neighbors(movies.interactions[[user]])
        assert users.tolist() == [other for other, _ in nearest]
        np.testing.assert_allclose(values, [value for _, value in nearest], rtol=1e-6)


def test_it_scores_the_neighbors_items_in_index_order_and_nothing_else():
    movies = made_up_movies(60)
    fitted = SeedKNN(neighbors=3).fit(movies)
    scores = fitted.score(batch_of(movies))
    for user in range(60):
        users, _ = fitted.neighbors(movies.interactions[[user]])
        theirs = {int(item) for other in users for item in movies.interactions[[other]].indices}
        ranked = [
            item for item in np.argsort(-scores[user], kind="stable") if scores[user, item] > 0
        ]
        assert ranked == sorted(theirs)


def test_items_already_seen_stay_in_play():
    dataset = dataset_of(np.array([[5, 3, 0], [5, 0, 4], [0, 2, 1]]), RatingScale(1, 5))
    scores = SeedKNN(neighbors=1).fit(dataset).score(batch_of(dataset))
    # user 1 is nearest; item 0 was seen by user 0 and comes first
    assert scores[0].tolist() == [3.0, 0.0, 1.0]


def test_one_film_in_common_makes_a_stranger_as_near_as_can_be():
    dataset = dataset_of(np.array([[5, 4, 3, 1], [1, 0, 0, 0], [5, 4, 3, 2]]), RatingScale(1, 5))
    users, similarities = SeedKNN().fit(dataset).neighbors(dataset.interactions[[0]])
    assert users.tolist() == [1, 2]
    assert similarities[0] == 1.0 > similarities[1]


def test_strangers_without_a_common_film_fill_up_the_neighbors():
    dataset = dataset_of(np.array([[5, 0], [0, 4], [0, 3]]), RatingScale(1, 5))
    users, similarities = SeedKNN(neighbors=1).fit(dataset).neighbors(dataset.interactions[[0]])
    assert (users.tolist(), similarities.tolist()) == ([1], [0.0])
