"""Data frames of any library are read alike, without any of them being imported here."""

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError

COLUMNS: dict[str, list[Any]] = {
    "user": [1, 1, 2],
    "item": ["a", "b", "a"],
    "rating": [4.0, 3.5, 5.0],
    "time": [10, 20, 30],
}


class LikePandas:
    """The part of a pandas data frame that is used: `columns`, and columns with `tolist`."""

    columns = np.array(list(COLUMNS), dtype=object)

    def __getitem__(self, name: str) -> Any:
        return np.array(COLUMNS[name], dtype=object)


class LikePolarsColumn:
    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def to_list(self) -> list[Any]:
        return self._values


class LikePolars:
    """The part of a polars data frame that is used: `columns`, and columns with `to_list`."""

    columns = tuple(COLUMNS)

    def __getitem__(self, name: str) -> LikePolarsColumn:
        return LikePolarsColumn(COLUMNS[name])


def records() -> Any:
    rows = list(zip(*COLUMNS.values(), strict=True))
    return np.array(rows, dtype=[("user", "i8"), ("item", "U8"), ("rating", "f8"), ("time", "i8")])


def arrow() -> Any:
    return pytest.importorskip("pyarrow").table(COLUMNS)


def arrays() -> Any:
    return {name: np.array(values) for name, values in COLUMNS.items()}


@pytest.mark.parametrize("frame", [LikePandas, LikePolars, records, arrow, arrays, lambda: COLUMNS])
def test_every_kind_of_frame_says_the_same(frame: Any) -> None:
    dataset = Dataset.from_frames(frame())
    assert dataset.users.ids == ("1", "2")
    assert dataset.items.ids == ("a", "b")
    assert dataset.interactions.toarray().tolist() == [[4.0, 3.5], [5.0, 0.0]]
    assert dataset.timestamps is not None
    assert dataset.timestamps.tolist() == [10, 20, 30]


def test_items_and_options_are_taken() -> None:
    items = {"sku": [7, 8.0], "name": ["Lamp", None], "category": [["home", "light"], None]}
    ratings = {
        "who": ["x", "y"],
        "sku": [8, 7],
        "when": [datetime(1970, 1, 2), datetime(1970, 1, 1)],
    }
    dataset = Dataset.from_frames(
        ratings, items, user_column="who", timestamp_column="when", rating_column=None, name="shop"
    )
    assert dataset.name == "shop"
    assert dataset.catalog.titles == ("Lamp", "8")
    assert dataset.catalog.genres == (("home", "light"), ())
    assert dataset.timestamps is not None
    assert dataset.timestamps.tolist() == [86_400, 0]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ([1, 2], "ratings: a list has no named columns; give a data frame or a mapping of columns"),
        ({"user": [1], "item": [1, 2]}, "ratings: columns of unequal length: user 1, item 2"),
        ({"user": [1, None], "item": [1, 2]}, "ratings: row 2: the user id is empty"),
        ({"user": [1, float("nan")], "item": [1, 2]}, "ratings: row 2: the user id is empty"),
        (
            {"user": [1], "item": [2], "rating": [None]},
            "ratings: row 1: rating None is not a number",
        ),
        ({"user": [], "item": []}, "ratings: no ratings in it"),
    ],
)
def test_bad_frames_are_refused_with_the_row_counted_from_1(frame: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dataset.from_frames(frame)
