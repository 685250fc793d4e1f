import numpy as np
import pytest

from recsys_rag._fuse.asked import Asked, AskedOnce
from recsys_rag._fuse.weighted import WeightedFusion, standardize
from recsys_rag.errors import NotFittedError, RegistryError
from recsys_rag.retrieve.item_knn import ItemKNN
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import made_up_movies


def test_fused_as_if_all_had_been_asked():
    movies = made_up_movies()
    parts = {"popularity": Popularity().fit(movies), "item_knn": ItemKNN().fit(movies)}
    batch = batch_of(movies)
    fuser = WeightedFusion({"popularity": (1.0, 0.5, 0.0, 0.2, 0.1), "item_knn": 2.0})
    scores = {name: part.score(batch) for name, part in parts.items()}
    assert np.array_equal(fuser.fuse(Asked(parts, batch), batch), fuser.fuse(scores, batch))


def test_a_retriever_without_weight_for_any_history_of_the_batch_is_not_asked():
    movies = made_up_movies()
    batch = batch_of(movies)
    asleep = ItemKNN()  # not fitted: it would raise
    fuser = WeightedFusion({"popularity": 1.0, "item_knn": (1.0, 0, 0, 0, 0)})
    assert np.diff(batch.histories.indptr).min() > 0
    fused = fuser.fuse(
        Asked({"popularity": Popularity().fit(movies), "item_knn": asleep}, batch), batch
    )
    assert np.isfinite(fused).all()


class Odd(Popularity):
    """Scores as it is told, whatever it learned on small data."""

    def __init__(self, scores):
        super().__init__()
        self._told = scores

    def score(self, batch):
        return self._told(super().score(batch))


@pytest.mark.parametrize(
    ("scores", "complaint"),
    [
        (lambda scores: np.where(scores > scores.mean(), np.nan, scores), "not all finite"),
        (lambda scores: scores + np.float32(np.inf), "not all finite"),
        (lambda scores: scores[:, :-1], r"of shape \(\d+, \d+\)"),
        (lambda scores: scores[0], "of shape"),
    ],
)
def test_scores_that_are_none_on_these_data_are_refused_by_name(scores, complaint):
    movies = made_up_movies()
    asked = Asked({"corner": Odd(scores).fit(movies)}, batch_of(movies))
    with pytest.raises(
        RegistryError, match=f"the retriever 'corner' breaks a promise.*{complaint}"
    ):
        asked["corner"]


def test_what_a_retriever_raises_on_these_data_says_who_raised_it():
    movies = made_up_movies()
    asked = Asked({"corner": Odd(lambda scores: scores @ scores).fit(movies)}, batch_of(movies))
    with pytest.raises(ValueError, match="matmul") as raised:
        asked["corner"]
    assert raised.value.__notes__ == ["raised by the retriever 'corner'"]
    with pytest.raises(NotFittedError):  # one of ours says what to do
        Asked({"item_knn": ItemKNN()}, batch_of(movies))["item_knn"]


def test_what_is_asked_once_is_kept():
    movies = made_up_movies()
    popularity = Popularity().fit(movies)
    n_asked = []

    class Counting(Popularity):
        def score(self, batch):
            n_asked.append(len(batch))
            return popularity.score(batch)

    batch = batch_of(movies)
    asked = AskedOnce({"popularity": Counting()}, batch)
    first = asked["popularity"]
    assert asked["popularity"] is first
    assert np.array_equal(first, popularity.score(batch))
    assert n_asked == [len(batch)]


def test_many_rows_are_standardized_as_each_alone():
    rows = np.random.default_rng(3).normal(size=(70, 1_200)).astype(np.float32)
    rows[[5, 40]] = 2.5  # no opinion
    each = np.concatenate([standardize(row[None]) for row in rows])
    assert np.array_equal(standardize(rows), each)
    assert not standardize(rows)[[5, 40]].any()
