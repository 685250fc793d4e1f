"""What a refit learns from, and when a new version is worse; by hand and by brute force."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag._serve.learning import (
    Said,
    compared,
    held_out,
    standing,
    with_feedback,
    without_people,
)
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.testing.datasets import plain_catalog

ROWS = [("u2", "i0", 3.0, 5), ("u1", "i1", 4.0, 7), ("u2", "i2", 5.0, 6), ("u3", "i4", 1.0, 8)]


def data(rows: list[tuple[str, str, float, int]] = ROWS) -> Dataset:
    users, items, ratings, times = zip(*rows, strict=True)
    return Dataset.from_triples(
        "rows",
        users,
        items,
        np.array(ratings),
        plain_catalog(6),
        timestamps=np.array(times),
        scale=RatingScale(1, 5),
    )


def triples(dataset: Dataset) -> dict[tuple[str, str], tuple[float, int]]:
    assert dataset.timestamps is not None
    table = dataset.interactions.tocoo()
    return {
        (dataset.users.id(user), dataset.items.id(item)): (rating, when)
        for user, item, rating, when in zip(
            table.row.tolist(),
            table.col.tolist(),
            dataset.interactions.data.tolist(),
            dataset.timestamps.tolist(),
            strict=True,
        )
    }


said = st.builds(
    Said,
    st.sampled_from(["u1", "u2", "u9", "a"]),
    st.sampled_from([f"i{place}" for place in range(6)]),
    st.one_of(st.none(), st.integers(1, 5).map(float)),
    st.integers(0, 99),
    st.integers(1, 99),
)


@given(st.lists(said, max_size=12, unique_by=lambda one: (one.user_id, one.item_id)))
def test_feedback_takes_the_place_of_what_was_rated(given: list[Said]) -> None:
    expected = triples(data())
    for one in given:
        expected.pop((one.user_id, one.item_id), None)
        if one.rating is not None:
            expected[one.user_id, one.item_id] = (one.rating, one.at)
    learned = with_feedback(data(), given)
    assert triples(learned) == expected
    assert learned.interactions.has_sorted_indices
    assert len(set(learned.rows.tolist())) == learned.n_ratings


def test_who_is_left_out_is_nowhere_and_the_others_are_as_they_were() -> None:
    left = without_people(data(), {"u2"})
    assert left.users.ids == ("u1", "u3")
    assert triples(left) == {
        pair: value for pair, value in triples(data()).items() if pair[0] != "u2"
    }
    assert without_people(data(), {"nobody"}).users.ids == data().users.ids


def test_what_was_said_of_unknown_items_is_left_out() -> None:
    learned = with_feedback(data(), [Said("u7", "elsewhere", 5.0, 1, 1)])
    assert triples(learned) == triples(data())
    assert "u7" not in learned.users


def test_a_withdrawn_rating_does_not_count() -> None:
    rows = [("a", "i", "rating", 5.0, 1, 1), ("a", "i", "withdrawn", None, 2, 2)]
    assert standing(rows, is_implicit=False) == []


def test_the_last_liked_item_of_each_person_is_held_out() -> None:
    given = [
        Said("a", "i1", 5.0, 1, 1),
        Said("a", "i2", 4.0, 2, 2),
        Said("a", "i3", 1.0, 3, 3),
        Said("b", "i1", 5.0, 4, 4),  # all that they said: nothing would be left
        Said("c", "i1", 2.0, 5, 5),
        Said("c", "i2", 2.0, 6, 6),  # liked nothing
    ]
    assert {user: one.item_id for user, one in held_out(given, 4.0, 0).items()} == {"a": "i2"}
    assert held_out(given, 4.0, 2) == {}  # the old version knew it


def test_a_version_is_worse_only_by_more_than_chance() -> None:
    rng = np.random.default_rng(0)
    old = rng.random(200)
    assert compared(old, old - 0.2).is_worse
    assert not compared(old, old + 0.2).is_worse
    assert not compared(old, rng.permutation(old)).is_worse
    same = compared(old, old)
    assert (same.difference, same.low, same.high, same.people) == (0, 0, 0, 200)
    nobody = compared(np.zeros(0), np.zeros(0))
    assert math.isnan(nobody.low)
    assert not nobody.is_worse


def test_a_liking_becomes_no_rating_that_nobody_gave() -> None:
    rows = [("a", "i", "liked", None, 1, 1)]
    assert standing(rows, is_implicit=False) == []
    assert standing(rows, is_implicit=True) == [Said("a", "i", 1.0, 1, 1)]
