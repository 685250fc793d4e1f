"""What comes again, how often, and not at all: repeated events, counts, values for "not rated"."""

from typing import Any

import numpy as np
import pytest

from recsys_rag.data._readers.tables import read_frames
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import DataError

TIMED, DATED = "user item rating ts", "user item rating date"


def of(rows: list[tuple[Any, ...]], names: str = "user item rating", **options: Any) -> Dataset:
    columns = dict(zip(names.split(), map(list, zip(*rows, strict=True)), strict=True))
    return read_frames(columns, **options)


def first_rating(data: Dataset) -> float:
    return float(data.interactions.toarray()[0, 0])


@pytest.mark.parametrize(
    ("rows", "names", "options", "rating"),
    [
        # exact copies; the same second; no times; times out of order; nanoseconds; dates
        ([("a", "x", 4, 9), ("a", "x", 4, 9)], TIMED, {}, 4),
        ([("a", "x", 4, 9), ("a", "x", 2, 9)], TIMED, {}, 2),
        ([("a", "x", 4), ("a", "x", 2)], "user item rating", {}, 2),
        ([("a", "x", 1, 30), ("a", "x", 2, 10), ("a", "x", 3, 20)], TIMED, {}, 1),
        ([("a", "x", 4, "1588687728.9"), ("a", "x", 2, "1588687728.1")], TIMED, {}, 4),
        ([("a", "x", 4, "2020-03-01"), ("a", "x", 2, "2020-02-01")], DATED, {}, 4),
        ([("a", "x", 1, 30), ("a", "x", 2, 10)], TIMED, {"repeats": "first"}, 2),
        ([("a", "x", 5, 30), ("a", "x", 3, 40)], TIMED, {"repeats": "highest"}, 5),
        ([("a", "x", 1), ("a", "x", 2), ("a", "x", 3)], "user item rating", {"repeats": "mean"}, 2),
        # what means "not rated" is no later rating
        ([("a", "x", 4, 1), ("a", "x", -1, 2)], TIMED, {"missing_rating": -1}, 4),
        # ids that are written in two ways are one
        ([(1.0, "x", 5), (1, "x", 3)], "user item rating", {}, 3),
        ([(" a", "x", 5), ("a", "x ", 3)], "user item rating", {}, 3),
    ],
)  # fmt: skip
def test_of_what_comes_again_the_right_one_counts(
    rows: list[tuple[Any, ...]], names: str, options: dict[str, Any], rating: float
) -> None:
    data = of([*rows, ("b", "x", 3, rows[0][-1])[: len(names.split())]], names, **options)
    assert first_rating(data) == pytest.approx(rating)
    account = data.reading["ratings"]
    assert account["used"] == data.n_ratings + account["repeats"]


@pytest.mark.parametrize("repeats", ["latest", "first", "refuse"])
def test_events_are_counted_whatever_is_said_of_ratings(repeats: str) -> None:
    rows = [("a", "x"), ("a", "x"), ("a", "x"), ("a", "x"), ("b", "x"), ("b", "y"), ("b", "z")]
    data = of(rows, "user item", repeats=repeats)
    assert (data.n_ratings, data.scale, data.reading["ratings"]["repeats"]) == (4, None, 3)


def test_a_log_with_kinds_of_events_asks_which_column_counts() -> None:
    rows = [("a", "view", "x", 1), ("a", "buy", "x", 2)]
    with pytest.raises(DataError, match=r"no column looks like the rating.*rating_column=None"):
        of(rows, "visitorid event itemid timestamp")
    data = of(rows, "visitorid event itemid timestamp", rating_column=None)
    assert data.reading["ratings"]["repeats"] == 1


@pytest.mark.parametrize(
    "column",
    ["scrobbles", "streams", "check_ins", "msPlayed", "watch_ratio", "n_visits", "dwell_time"],
)
def test_more_columns_say_how_often(column: str) -> None:
    data = of([("a", "x", 40), ("a", "y", 3), ("b", "x", 7)], f"user item {column}")
    assert data.scale is None
    assert data.reading["ratings"]["columns"]["count"] == column


@pytest.mark.parametrize(
    ("cells", "weights"),
    [
        ([4, 16, 64], [0.5, 1, 1]),
        (["1,003", "1,003", "1,003"], [1, 1, 1]),
        ([0.4, 1.6, 6.4], [0.5, 1, 1]),
        (["1e3", "4e3", "9e3"], [0.5, 1, 1]),
        ([1, 4, 2**40], [0.5, 1, 1]),
    ],
)
def test_counts_weigh_by_the_root_of_their_share_of_the_median(
    cells: list[Any], weights: list[float]
) -> None:
    data = of(
        [("a", item, cell) for item, cell in zip("xyz", cells, strict=True)], "user item plays"
    )
    np.testing.assert_allclose(data.interactions.toarray()[0], weights)


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([1, 1, 2, 1, 11], None),
        ([1.0, 2.0, 37.0, 1.0, 1.0], None),
        ([800, 1200, 1500, 1800], None),
        ([10, 9, 8, 7, 1], RatingScale(1, 10)),
        ([0, 0, 0, 1, 10], RatingScale(0, 10)),
        ([0, 50, 100, 75, 20], RatingScale(0, 100)),
        ([0.1, 0.5, 1.0], RatingScale(0, 1, 0.01)),
        ([1, 1, 1, 1], RatingScale(0, 1)),
    ],
)
def test_counts_are_told_from_ratings(ratings: list[float], scale: RatingScale | None) -> None:
    assert of([("a", str(item), one) for item, one in enumerate(ratings)]).scale == scale


@pytest.mark.parametrize("ratings", [[0, 0, 1, 500, 20], [-5, 0, 1, 500], [4, 3, -99], [4, 5, 999]])
def test_what_is_neither_counts_nor_ratings_is_asked_about(ratings: list[float]) -> None:
    with pytest.raises(DataError, match=r"scale=\(low, high, step\)"):
        of([("a", str(item), one) for item, one in enumerate(ratings)])


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ([99, -1, 4], [99, -1]),
        (["99", "-1", "4"], {"99", -1}),
        ([float("nan"), 4], float("nan")),
        ([None, 4], ""),
        (["NULL", " ", "4"], ""),
        (["N/A", "", "4"], ("N/A", "")),
        (["DNF", "4"], "dnf"),
        (["-", "4"], "-"),
        (["0.0", "8"], 0),
        (["0", "8"], "0"),
    ],
)
def test_what_means_not_rated_may_be_said_in_any_form(cells: list[Any], missing: Any) -> None:
    rows = [("a", str(item), cell) for item, cell in enumerate(cells)]
    data = of(rows, missing_rating=missing)
    assert data.n_ratings == 1
    assert data.reading["ratings"]["dropped"] == {"not rated": len(cells) - 1}


@pytest.mark.parametrize("cell", ["?", "unrated", "-", "inf", "1e400", "", None, "NA"])
def test_what_may_mean_not_rated_is_named_with_its_row(cell: Any) -> None:
    with pytest.raises(DataError, match=r"row 1: rating .*not rated, say so: missing_rating="):
        of([("a", "x", cell), ("a", "y", 4)], missing_rating=None)
