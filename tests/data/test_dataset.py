"""The dataset: scale, content hash, histories, cutting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data.dataset import Dataset, RatingScale, histories_of
from recsys_rag.errors import DataError, UnknownUserError
from recsys_rag.testing.datasets import dataset_of, plain_catalog

ROWS = [("u1", "i0", 4.0, 10), ("u2", "i1", 5.0, 20), ("u1", "i2", 3.0, 30)]


def made(rows: list[tuple[str, str, float, int]]) -> Dataset:
    users, items, ratings, times = zip(*rows, strict=True)
    return Dataset.from_triples(
        "made",
        users,
        items,
        np.array(ratings),
        plain_catalog(3),
        timestamps=np.array(times),
        scale=RatingScale(1, 5),
    )


@given(st.permutations(ROWS))
def test_the_content_hash_does_not_depend_on_the_order_of_rows(
    rows: list[tuple[str, str, float, int]],
) -> None:
    assert made(rows).content_hash == made(ROWS).content_hash


@pytest.mark.parametrize(
    "changed",
    [("u3", "i2", 3.0, 30), ("u1", "i1", 3.0, 30), ("u1", "i2", 2.0, 30), ("u1", "i2", 3.0, 31)],
    ids=["user", "item", "rating", "time"],
)
def test_the_content_hash_changes_with_each_field(changed: tuple[str, str, float, int]) -> None:
    assert made([*ROWS[:2], changed]).content_hash != made(ROWS).content_hash


def test_the_content_hash_does_not_depend_on_items_without_ratings() -> None:
    users, items, ratings, times = zip(*ROWS, strict=True)
    wider = Dataset.from_triples(
        "w", users, items, np.array(ratings), plain_catalog(9), timestamps=np.array(times)
    )
    assert wider.content_hash == made(ROWS).content_hash


def test_no_times_and_times_of_zero_have_different_content_hashes() -> None:
    zero = Dataset.from_triples(
        "z", ["u"], ["i0"], np.ones(1), plain_catalog(1), timestamps=np.zeros(1, np.int64)
    )
    none = Dataset.from_triples("n", ["u"], ["i0"], np.ones(1), plain_catalog(1))
    assert zero.content_hash != none.content_hash


def test_ids_that_run_into_each_other_have_different_content_hashes() -> None:
    first = Dataset.from_triples("a", ["u\n", "v"], ["i0", "i0"], np.ones(2), plain_catalog(1))
    second = Dataset.from_triples("b", ["u", "\nv"], ["i0", "i0"], np.ones(2), plain_catalog(1))
    assert first.content_hash != second.content_hash


def test_a_history_is_ascending_and_keeps_its_ratings() -> None:
    indices, ratings = made([ROWS[2], ROWS[1], ROWS[0]]).history("u1")
    assert indices.tolist() == [0, 2]
    assert ratings.tolist() == [4.0, 3.0]


def test_an_unknown_user_is_refused_without_the_ids_of_others() -> None:
    with pytest.raises(UnknownUserError, match=r"no user 'u9' among the \d of made") as refused:
        made(ROWS).history("u9")
    assert not any(other in str(refused.value) for other in made(ROWS).users.ids)
    assert made(ROWS).close_user_ids("u9", n=2) == ("u1", "u2")


def test_statistics_by_hand() -> None:
    dataset = dataset_of(np.array([[5, 0, 1], [4, 0, 0]]), RatingScale(1, 5))
    assert dataset.popularity.tolist() == [2, 0, 1]
    np.testing.assert_array_equal(dataset.item_means, np.array([4.5, np.nan, 1.0], np.float32))


def test_cutting_keeps_users_and_items_in_place() -> None:
    dataset = made(ROWS)
    cut = dataset.replace_rows(np.array([False, True, False]))
    assert (cut.users, cut.items) == (dataset.users, dataset.items)
    assert cut.interactions.toarray().tolist() == [[0, 0, 3], [0, 0, 0]]
    assert cut.rows.tolist() == [2]
    assert cut.timestamps is not None
    assert cut.timestamps.tolist() == [30]


def test_an_empty_scale_is_refused() -> None:
    with pytest.raises(DataError, match=r"rating scale 5 to 1 in steps of 1\.0 is empty"):
        RatingScale(5, 1)


def test_stacked_histories_are_what_was_stacked() -> None:
    rows = [
        (np.array([0, 2]), np.array([1, 5], np.float32)),
        (np.zeros(0, np.int64), np.zeros(0, np.float32)),
    ]
    assert histories_of(3, rows).toarray().tolist() == [[1, 0, 5], [0, 0, 0]]
    assert histories_of(3, []).shape == (0, 3)
