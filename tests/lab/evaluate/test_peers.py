"""Peers: each against its own definition or library, and the published figures that prove the
harness."""

import numpy as np
import pytest

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import EvaluationError, MissingExtraError
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.lab.evaluate.harness import evaluate, run
from recsys_rag.lab.evaluate.peers import implicit, surprise
from recsys_rag.lab.evaluate.peers.peer_methods import LIBRARIES, installed, peers, predicting_peers
from recsys_rag.lab.evaluate.peers.textbook import (
    ItemMean,
    PlainEASE,
    PlainItemKNN,
    PlainPopularity,
)
from recsys_rag.lab.seed_knn import SeedKNN
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import Batch


def batch_of(dataset: Dataset) -> Batch:
    return Batch(dataset.interactions, ("",) * dataset.n_users)


def test_plain_ease_is_its_formula_in_dense_numpy() -> None:
    movies = made_up_movies(40)
    x = (movies.interactions.toarray() > 0).astype(float)
    p = np.linalg.inv(x.T @ x + 30 * np.eye(x.shape[1]))
    weights = -p / np.diag(p)
    np.fill_diagonal(weights, 0)
    found = PlainEASE(30).fit(movies).score(batch_of(movies))
    np.testing.assert_allclose(found, x @ weights, atol=1e-5)


def test_plain_item_knn_by_hand() -> None:
    # i0 and i1 share both users: 2 / (2 + 1); i0 and i2 share one: 1 / (sqrt(2) + 1); one neighbor
    # each, ties to the left
    data = dataset_of(np.array([[5, 1, 0], [3, 2, 4]]))
    found = PlainItemKNN(neighbors=1, shrinkage=1).fit(data).score(batch_of(data))
    near, far = 2 / 3, 1 / (np.sqrt(2) + 1)
    np.testing.assert_allclose(found, [[near, near, far], [near, near, far]], rtol=1e-6)


def test_plain_popularity_and_item_means_by_hand() -> None:
    data = dataset_of(np.array([[5, 0, 0], [3, 2, 0]]))
    assert PlainPopularity().fit(data).score(batch_of(data)).tolist() == [[2, 1, 0]] * 2
    means = ItemMean().fit(data).predict(data.interactions, np.array([0, 1, 2]))
    assert means[0] == pytest.approx([4.0, 2.0, 10 / 3])


def test_implicit_item_item_scores_as_the_library_recommends() -> None:
    from implicit.nearest_neighbours import CosineRecommender
    from scipy.sparse import csr_matrix

    board = checkerboard(20, 20)
    likes = csr_matrix(board.interactions.astype(np.float32))
    theirs = CosineRecommender(K=5, num_threads=1)
    with pytest.warns(match="Method expects CSR"):
        theirs.fit(likes, show_progress=False)
    ids, _ = theirs.recommend(0, likes[0], N=1)
    scores = implicit.ImplicitItemItem(5).fit(board).score(batch_of(board))
    allowed = np.where(board.interactions[[0]].toarray()[0] > 0, -np.inf, scores[0])
    assert allowed.argmax() == ids[0] == 0


def test_implicit_als_folds_in_each_history_as_the_library_does_for_its_own_users() -> None:
    board = checkerboard(20, 20)
    model = implicit.ImplicitALS(factors=4).fit(board)
    scores = model.score(batch_of(board))
    for user in range(20):
        unseen = np.flatnonzero(board.interactions[[user]].toarray()[0] == 0)
        assert unseen[scores[user, unseen].argmax()] == user
    assert (
        model.score(Batch(board.interactions[[3, 0]], ("", ""))).tolist() == scores[[3, 0]].tolist()
    )


def test_unknown_peers_and_missing_libraries_are_told_apart() -> None:
    with pytest.raises(
        EvaluationError, match="no peer 'recbole'; there are plain, implicit, surprise, lenskit"
    ):
        peers("recbole", "seed")
    assert {"plain", "implicit"} <= set(installed())
    for library in set(LIBRARIES) - set(installed()):
        with pytest.raises(MissingExtraError, match=f"the peer {library} needs: pip install"):
            peers(library, "seed")
    assert [one.name for one in predicting_peers("plain")] == ["plain-item-mean"]
    assert predicting_peers("implicit") == ()


@pytest.mark.skipif("surprise" not in installed(), reason="needs the [peers] extra")
def test_surprise_ranks_by_its_own_predictions_and_knows_users_by_their_ratings() -> None:
    from surprise import SVD, Reader
    from surprise import Dataset as Ratings

    movies = made_up_movies(40)
    users = np.repeat(np.arange(movies.n_users), np.diff(movies.interactions.indptr))
    order = np.argsort(movies.rows)
    rows = zip(
        users[order],
        movies.interactions.indices[order],
        movies.interactions.data[order],
        strict=True,
    )
    train = Ratings(Reader(rating_scale=(1, 5))).construct_trainset(
        [(int(u), int(i), float(r), None) for u, i, r in rows]
    )
    theirs = SVD(random_state=42).fit(train)
    ours = surprise.svd().fit(movies).score(batch_of(movies))
    assert ours[7, 11] == pytest.approx(theirs.predict(7, 11).est)
    assert ours[39, 0] == pytest.approx(theirs.predict(39, 0).est)
    with pytest.raises(
        EvaluationError, match="Surprise predicts ratings, and checkerboard has none"
    ):
        surprise.svd().fit(checkerboard(4, 6))


@pytest.mark.movielens
@pytest.mark.parametrize(
    ("protocol", "ease", "popularity"),
    [
        ("seed", (0.4404, 0.2368), (0.2208, 0.1143)),
        ("rb", (0.3302, 0.2772), (0.1418, 0.1278)),
        ("loo", (0.0740, 0.1474), (0.0452, 0.0870)),
    ],
)
def test_plain_ease_and_popularity_get_their_known_figures_to_four_digits(
    ml100k: Dataset, protocol: str, ease: tuple[float, float], popularity: tuple[float, float]
) -> None:
    fold = PROTOCOLS[protocol].test(ml100k)
    table = run(
        fold, [one for one in peers("plain", protocol) if one.name != "plain-item-knn"], cuts=()
    )
    for name, expected in (("plain-ease", ease), ("plain-popularity", popularity)):
        figures = table.row(name).figures
        assert (round(figures["ndcg"].mean, 4), round(figures["recall"].mean, 4)) == expected


@pytest.mark.movielens
def test_plain_item_knn_gets_its_known_figure_on_loo_to_four_digits(ml100k: Dataset) -> None:
    table = run(
        PROTOCOLS["loo"].test(ml100k),
        [one for one in peers("plain", "loo") if "knn" in one.name],
        cuts=(),
    )
    figures = table.rows[0].figures
    assert (round(figures["ndcg"].mean, 4), round(figures["recall"].mean, 4)) == (0.0645, 0.1220)


@pytest.mark.movielens
def test_als_of_implicit_gets_its_known_figure_within_the_noise_of_its_seed(
    ml100k: Dataset,
) -> None:
    fold = PROTOCOLS["seed"].test(ml100k)
    row = evaluate(fold, {"als": implicit.ImplicitALS().fit(fold.train)}, cuts=()).row("als")
    assert row.figures["ndcg"].mean == pytest.approx(0.4178, abs=0.003)
    assert row.figures["recall"].mean == pytest.approx(0.2297, abs=0.003)


def test_the_seed_method_shows_known_items_as_it_was_described() -> None:
    assert SeedKNN(10).excludes_seen is False


@pytest.mark.skipif(
    "lenskit" not in installed(), reason="needs lenskit, which is no extra of ours: it brings torch"
)
@pytest.mark.filterwarnings("default")  # its libraries warn of each other
def test_lenskit_learns_the_checkerboard_from_histories_given_with_the_query() -> None:
    from recsys_rag.lab.evaluate.peers import lenskit

    board = checkerboard(20, 20)
    scores = lenskit.user_knn().fit(board).score(batch_of(board))
    for user in range(20):
        unseen = np.flatnonzero(board.interactions[[user]].toarray()[0] == 0)
        assert unseen[scores[user, unseen].argmax()] == user
    movies = made_up_movies(40)
    factors = lenskit.implicit_mf().fit(movies)
    assert factors.score(Batch(movies.interactions[[3, 0]], ("", ""))).shape == (2, 60)
    assert np.ptp(factors.score(batch_of(movies)), axis=1).min() > 0
