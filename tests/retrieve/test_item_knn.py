import numpy as np

from recsys_rag.data.dataset import RatingScale
from recsys_rag.retrieve.item_knn import ItemKNN
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import dataset_of, made_up_movies
from recsys_rag.types import Batch


def test_three_items_as_worked_by_hand():
    # likings of 5, 2, 1 stars are 1, .5, 0; columns (1, 1), (1, 0), (0, .5)
    dataset = dataset_of(np.array([[5, 5, 0], [5, 1, 2]]), RatingScale(1, 5))
    scores = ItemKNN(neighbors=2, shrinkage=1.0).fit(dataset).score(batch_of(dataset))
    sim_01 = 1 / (np.sqrt(2) + 1)
    sim_02 = 0.5 / (np.sqrt(2) * 0.5 + 1)
    np.testing.assert_allclose(
        scores, [[sim_01, sim_01, sim_02], [0.5 * sim_02, sim_01, sim_02]], rtol=1e-6
    )


def test_scores_and_contributions_equal_plain_loops_over_the_kept_neighbors():
    movies = made_up_movies()
    likings = np.sqrt(np.maximum(movies.interactions.toarray() - 1, 0) / 4)
    lengths = np.sqrt((likings**2).sum(axis=0))
    similarities = (likings.T @ likings) / (np.outer(lengths, lengths) + 10.0)
    np.fill_diagonal(similarities, 0)
    expected = np.zeros((5, 60))
    for user in range(5):
        for item in range(60):
            kept = sorted(range(60), key=lambda j, i=item: (-similarities[i, j], j))[:8]
            expected[user, item] = sum(similarities[item, j] * likings[user, j] for j in kept)
    fitted = ItemKNN(neighbors=8, shrinkage=10.0).fit(movies)
    np.testing.assert_allclose(fitted.score(batch_of(movies, 5)), expected, rtol=1e-4, atol=1e-6)
    added = fitted.contributions(Batch(movies.interactions[[4]], ("",)), np.arange(60))
    np.testing.assert_allclose(added.sum(axis=1), expected[4], rtol=1e-4, atol=1e-6)


def test_no_item_keeps_more_neighbors_than_asked_or_itself():
    state = ItemKNN(neighbors=5).fit(made_up_movies()).state()
    assert np.bincount(state["columns"]).max() == 5
    rows = np.repeat(np.arange(60), np.diff(state["starts"]))
    assert (rows != state["columns"]).all()
