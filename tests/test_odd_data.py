"""Data that hardly are any, and questions that leave little: a short list says why, an error says
what to do."""

from dataclasses import replace

import numpy as np
import pytest

from recsys_rag import Recommender
from recsys_rag.data._assemble import of_items_alone
from recsys_rag.data._readers import tables
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import DataError, QueryError, UnknownItemError
from recsys_rag.settings import from_mapping
from recsys_rag.testing._films import made_up_catalog
from recsys_rag.testing.datasets import dataset_of, made_up_movies

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
STARS = RatingScale(1, 5)
_RNG = np.random.default_rng(0)
_RATED = _RNG.integers(1, 6, (6, 8)) * (_RNG.random((6, 8)) < 0.6).astype(float)
_WITHOUT = _RATED * (np.arange(6) != 2)[:, None] * (np.arange(8) != 3)

ODD = {
    "a user and an item without ratings": dataset_of(_WITHOUT, STARS),
    "one rating a user": dataset_of(np.eye(6) * 4, STARS),
    "one rating for all": dataset_of((_RATED > 0) * 3.0, STARS),
    "the highest rating for all": dataset_of((_RATED > 0) * 5.0, STARS),
    "the lowest rating for all": dataset_of((_RATED > 0) * 1.0, STARS),
    "three items": dataset_of(_RATED[:, :3], STARS),
    "one item": dataset_of(_RATED[:, :1], STARS),
    "one user": dataset_of(_RATED[:1], STARS),
    "no ratings": dataset_of(np.zeros((2, 4)), STARS),
    "no choices": dataset_of(np.zeros((2, 4)), None),
}


@pytest.mark.parametrize("dataset", ODD.values(), ids=ODD)
def test_odd_data_are_ranked_whole_and_finite_and_a_short_list_says_why(dataset: Dataset) -> None:
    recommender = Recommender(SETTINGS).fit(dataset)
    ranked = recommender.rank(dataset.users.ids, k=dataset.n_items)
    n_unseen = dataset.n_items - np.diff(dataset.interactions.indptr)
    for row, n in enumerate(n_unseen.tolist()):
        assert np.isfinite(ranked.scores[row, :n]).all()
        assert len(set(ranked.item_ids[row, :n])) == n
        assert ranked.item_ids[row, n:].tolist() == [""] * (dataset.n_items - n)
    for user, n in zip(dataset.users.ids, n_unseen.tolist(), strict=True):
        if not n:
            with pytest.raises(
                QueryError, match=r"no item is left to recommend: .* seen or excluded"
            ):
                recommender.recommend(user, k=dataset.n_items)
            continue
        shown = recommender.recommend(user, k=dataset.n_items)
        assert len(shown.items) == n
        assert all(item.explanation for item in shown.items)
        assert any("seen or excluded" in note for note in shown.notes) == (n < dataset.n_items)
        assert "nan" not in str([(item.candidate, item.evidence) for item in shown.items])
    assert len(recommender.recommend(query="a film", k=1).items) == 1


def test_items_alone_serve_words_and_what_reads_alike() -> None:
    alone = Recommender(SETTINGS).fit(of_items_alone("club", made_up_catalog()))
    westerns = alone.recommend(query="a western from the 60s", k=2)
    assert [item.candidate.name for item in westerns.items] == [
        "Dust on the Ledger (1964)",
        "The Last Farrier of Dunmoor (1967)",
    ]
    assert all("[1]" in item.explanation for item in westerns.items)
    assert {one.name for one in alone.similar("Pim and the Paper Dragon", 3)} >= {
        "Pim and the Clockwork Whale (1982)"
    }
    assert alone.rank(k=3).item_ids.shape == (0, 3)


def test_neither_ratings_nor_items_is_no_data() -> None:
    with pytest.raises(
        DataError, match="neither ratings nor items were given; give a file of one or of both"
    ):
        tables.read_csv(None)


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_rating_that_is_no_number_is_refused_however_the_data_were_made(odd: float) -> None:
    movies = made_up_movies()
    interactions = movies.interactions.copy()
    interactions.data[5] = odd
    with pytest.raises(
        DataError, match=f"made-up-movies: a rating is {odd}; leave out what is not rated"
    ):
        replace(movies, interactions=interactions)


def test_histories_that_cannot_be_are_refused_and_what_is_left_is_shown() -> None:
    movies = made_up_movies()
    recommender = Recommender(SETTINGS).fit(movies)
    with pytest.raises(
        UnknownItemError, match="no item with id or title 'Nowhere'; closest titles: "
    ):
        recommender.recommend(history={"Nowhere": 5.0})
    with pytest.raises(
        QueryError, match="rating nan for 'Moonmilk' is outside this data's scale of 1 to 5"
    ):
        recommender.recommend(history={"Moonmilk": float("nan")})
    every = dict.fromkeys(movies.items.ids, 4.0)
    with pytest.raises(
        QueryError, match="no item is left to recommend: 60 of 60 are seen or excluded"
    ):
        recommender.recommend(history=every)
    two_left = recommender.recommend(history=dict(list(every.items())[2:]), k=5)
    assert {item.candidate.item_id for item in two_left.items} == set(movies.items.ids[:2])
    assert "2 instead of 5: 58 of 60 are seen or excluded" in two_left.notes
    with pytest.raises(
        QueryError, match="k is 61; ask for 1 to 60 items, which is all the catalog has"
    ):
        recommender.recommend(k=61)
