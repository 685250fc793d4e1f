"""Columns -> Dataset: what is refused, with the row it stands in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data._assemble import weights_of
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError
from recsys_rag.testing.datasets import plain_catalog

SCALE = RatingScale(1, 5)


def catalog_of(ids: str) -> Catalog:
    n = len(ids)
    return Catalog(Vocabulary(tuple(ids)), tuple(ids), np.zeros(n, np.int32), ((),) * n)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), min_size=1, max_size=20, unique=True),
    st.data(),
)
def test_every_row_lands_in_its_cell(pairs: list[tuple[int, int]], data: st.DataObject) -> None:
    ratings = data.draw(st.lists(st.integers(1, 5), min_size=len(pairs), max_size=len(pairs)))
    dataset = Dataset.from_triples(
        "made",
        [f"u{user}" for user, _ in pairs],
        [f"i{item}" for _, item in pairs],
        np.array(ratings, float),
        plain_catalog(5),
        scale=SCALE,
        timestamps=np.arange(len(pairs)),
    )
    dense = dataset.interactions.toarray()
    for (user, item), rating in zip(pairs, ratings, strict=True):
        assert dense[dataset.user_index(f"u{user}"), dataset.items.index(f"i{item}")] == rating
    assert dataset.users.ids == tuple(dict.fromkeys(f"u{user}" for user, _ in pairs))
    assert sorted(dataset.rows.tolist()) == list(range(len(pairs)))
    assert dataset.timestamps is not None
    assert dataset.timestamps.tolist() == dataset.rows.tolist()


def test_a_rating_out_of_scale_is_refused_with_its_row() -> None:
    with pytest.raises(
        DataError, match=r"r.csv: row 2: rating 6 of user 'v' for item 'i1' is outside 1 to 5"
    ):
        Dataset.from_triples(
            "r",
            ["u", "v"],
            ["i0", "i1"],
            np.array([1, 6.0]),
            plain_catalog(2),
            scale=SCALE,
            source="r.csv",
        )


def test_a_rating_that_is_nan_is_refused_even_without_a_scale() -> None:
    with pytest.raises(
        DataError, match="row 7: rating nan of user 'u' for item 'i0' is not a finite number"
    ):
        Dataset.from_triples(
            "r", ["u"], ["i0"], np.array([np.nan]), plain_catalog(1), row_numbers=[7]
        )


def test_a_pair_that_occurs_twice_is_refused_with_both_rows() -> None:
    with pytest.raises(
        DataError,
        match="r: row 13: user 'u' already rated item 'i1' in row 11 \\(1 row repeats a pair\\)",
    ):
        Dataset.from_triples(
            "r",
            ["u", "u", "u"],
            ["i1", "i0", "i1"],
            np.ones(3),
            plain_catalog(2),
            row_numbers=range(11, 14),
        )


def test_an_item_outside_the_catalog_is_refused_with_its_row() -> None:
    with pytest.raises(DataError, match="r: row 2: item 'x' is not in the catalog"):
        Dataset.from_triples("r", ["u", "u"], ["i0", "x"], None, plain_catalog(1))


def test_no_rows_are_refused() -> None:
    with pytest.raises(DataError, match="r: no ratings in it"):
        Dataset.from_triples("r", [], [], None, plain_catalog(1))


def test_without_ratings_feedback_is_implicit_and_has_no_scale() -> None:
    dataset = Dataset.from_triples("r", ["u"], ["i0"], None, plain_catalog(1), scale=SCALE)
    assert dataset.interactions.data.tolist() == [1.0]
    assert dataset.scale is None


def test_repeated_events_weigh_by_the_root_of_their_number_up_to_the_median() -> None:
    events = ["a"] * 1 + ["b"] * 4 + ["c"] * 9
    dataset = Dataset.from_triples("r", ["u"] * 14, events, None, catalog_of("abc"))
    assert dataset.interactions.data.tolist() == [0.5, 1.0, 1.0]  # the median is 4


@given(st.lists(st.integers(1, 500), min_size=1, max_size=30))
def test_more_often_never_weighs_less_and_half_of_all_pairs_count_whole(counts: list[int]) -> None:
    weights = weights_of(np.array(counts, float))
    assert (np.diff(weights[np.argsort(counts)]) >= 0).all()
    assert (weights > 0).all()
    assert (weights == 1).sum() * 2 >= len(counts)


def test_user_fields_follow_the_order_of_users() -> None:
    dataset = Dataset.from_triples(
        "r",
        ["b", "a"],
        ["i0", "i0"],
        None,
        plain_catalog(1),
        user_fields={"age": {"a": "30", "z": "1"}},
    )
    assert dataset.user_fields == {"age": ("", "30")}
