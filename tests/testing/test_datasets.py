import numpy as np
import pytest

from recsys_rag.errors import UnknownItemError
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies


def test_the_same_seed_makes_the_same_film_club_and_another_seed_another_one():
    assert made_up_movies().content_hash == made_up_movies().content_hash
    assert made_up_movies().content_hash != made_up_movies(seed=8).content_hash


def test_users_rate_what_they_love_higher_than_what_they_do_not():
    movies = made_up_movies()
    genres = movies.catalog.genre_names
    has_genre = np.array([[name in one for name in genres] for one in movies.catalog.genres])
    spreads = []
    for user_id in movies.users.ids:
        item_indices, ratings = movies.history(user_id)
        means = [
            ratings[has_genre[item_indices, g]].mean()
            for g in range(len(genres))
            if has_genre[item_indices, g].sum() > 2
        ]
        spreads.append(max(means) - min(means))
    assert np.mean(spreads) > 0.8


def test_ratings_are_whole_stars_in_scale_and_times_rise_along_the_file():
    movies = made_up_movies()
    assert set(np.unique(movies.interactions.data)) == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert movies.timestamps is not None
    assert (np.diff(movies.timestamps[np.argsort(movies.rows)]) > 0).all()


def test_ids_are_neither_indices_nor_indices_plus_one():
    movies = made_up_movies()
    assert movies.items.ids[0] == "101"
    assert movies.users.ids[0] != "1"


def test_the_catalog_holds_the_awkward_titles_that_others_test_with():
    catalog = made_up_movies().catalog
    assert len(catalog.find("The Glass Harbor")) == 2
    assert catalog.find("glass harbor (1994)") == (1,)
    assert catalog.find("Cafe Morvane") == catalog.find("Café Morvane") == (3,)
    assert catalog.name(3) == "Café Morvane (1966)"
    assert any(len(title.split()) == 1 for title in catalog.titles)
    assert int(catalog.years.min()) >= 1950
    assert int(catalog.years.max()) <= 2005
    with pytest.raises(UnknownItemError, match="closest titles: Quillmere"):
        catalog.resolve("Quilmere")


def test_each_user_of_the_checkerboard_withholds_one_item_of_the_own_color():
    board = checkerboard(6, 8).interactions.toarray()
    for user in range(6):
        own = np.arange(8) % 2 == user % 2
        assert board[user, user] == 0
        assert board[user, own].sum() == 3
        assert board[user, ~own].sum() == 0


def test_a_dense_array_becomes_the_same_ratings_with_users_who_rated_nothing():
    dataset = dataset_of(np.array([[0, 2.5], [0, 0]]))
    assert dataset.n_users == 2
    assert dataset.history("u0")[1].tolist() == [2.5]
    assert dataset.history("u1")[0].tolist() == []
