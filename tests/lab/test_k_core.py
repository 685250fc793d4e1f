"""The k-core: worked by hand, by brute force, and that nothing is mixed up when users and items are
numbered anew."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.errors import DataError
from recsys_rag.lab.k_core import core
from recsys_rag.testing.datasets import dataset_of, made_up_movies


def test_dropping_an_item_may_drop_the_user_who_then_has_too_few() -> None:
    # i3 has one rating; without it u2 has one; without u2 all others still have two
    found = core(dataset_of(np.array([[5, 4, 3, 0], [4, 5, 2, 0], [0, 0, 1, 2]])), 2)
    assert found.users.ids == ("u0", "u1")
    assert found.items.ids == ("i0", "i1", "i2")
    assert found.interactions.toarray().tolist() == [[5, 4, 3], [4, 5, 2]]


@given(
    st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=7),
    st.integers(1, 3),
)
def test_it_is_the_largest_part_found_by_dropping_one_at_a_time(
    table: list[list[bool]], k: int
) -> None:
    dense = np.array(table, float)
    users, items = set(range(len(dense))), set(range(5))
    while True:
        thin_users = (
            [u for u in users if dense[u, sorted(items)].sum() < k] if items else sorted(users)
        )
        thin_items = (
            [i for i in items if dense[sorted(users), i].sum() < k] if users else sorted(items)
        )
        if thin_users:
            users.remove(thin_users[0])
        elif thin_items:
            items.remove(thin_items[0])
        else:
            break
    if not users:
        with pytest.raises(DataError, match=f"dense has no {k}-core"):
            core(dataset_of(dense), k)
        return
    found = core(dataset_of(dense), k)
    assert set(found.users.ids) == {f"u{u}" for u in users}
    assert set(found.items.ids) == {f"i{i}" for i in items}


def test_every_rating_keeps_its_user_film_time_row_and_metadata() -> None:
    movies = made_up_movies()
    found = core(movies, 15)
    assert 0 < found.n_ratings < movies.n_ratings
    assert found.n_items < movies.n_items
    where = {row: place for place, row in enumerate(movies.rows.tolist())}
    users, kept_users = (
        np.repeat(np.arange(one.n_users), np.diff(one.interactions.indptr))
        for one in (movies, found)
    )
    for place, row in enumerate(found.rows.tolist()):
        old = where[row]
        assert found.users.ids[kept_users[place]] == movies.users.ids[users[old]]
        item, old_item = (
            int(found.interactions.indices[place]),
            int(movies.interactions.indices[old]),
        )
        assert found.items.ids[item] == movies.items.ids[old_item]
        assert found.catalog.name(item) == movies.catalog.name(old_item)
        assert found.catalog.genres[item] == movies.catalog.genres[old_item]
        assert found.interactions.data[place] == movies.interactions.data[old]
        assert found.timestamps[place] == movies.timestamps[old]
