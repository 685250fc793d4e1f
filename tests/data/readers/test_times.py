"""Times and years as further programs write them."""

from pathlib import Path

import numpy as np
import pytest

from recsys_rag.data._readers.tables import read_csv, read_frames
from recsys_rag.errors import DataError


@pytest.mark.parametrize(
    "cells",
    [
        ("2019-08-01 10:00:00 +0000 UTC", "2019-08-01 10:00:01 +0000 UTC"),  # of Go
        ("2019-08-01T12:00:00+02:00[Europe/Berlin]", "2019-08-01T12:00:01+02:00[Europe/Berlin]"),
        ("[01/Aug/2019:10:00:00 +0000]", "[01/Aug/2019:10:00:01 +0000]"),  # of a web server
        ("Timestamp('2019-08-01 10:00:00')", "Timestamp('2019-08-01 10:00:01')"),
        ("datetime.datetime(2019, 8, 1, 10, 0)", "datetime.datetime(2019, 8, 1, 10, 0, 1)"),
        ("{'$date': '2019-08-01T10:00:00Z'}", "{'$date': '2019-08-01T10:00:01Z'}"),
        ("2019-08-01T08:00:00\u221202:00", "2019-08-01T08:00:01\u221202:00"),  # a true minus
        ("132091272000000000", "132091272010000000"),  # of Windows
        ("13209127200000000", "13209127201000000"),  # of a browser's history
        ("637002504000000000", "637002504010000000"),  # of .NET
        ("1564653600.25", "1564653601.75"),
    ],
)
def test_a_time_is_the_same_in_further_forms(cells: tuple[str, str], tmp_path: Path) -> None:
    text = f'user,item,rating,time\nann,x,4,"{cells[0]}"\nann,y,4,"{cells[1]}"\n'
    (tmp_path / "r.csv").write_text(text)
    data = read_csv(tmp_path / "r.csv")
    assert data.timestamps is not None
    assert data.timestamps.tolist() == [1_564_653_600, 1_564_653_601]


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (("13. 8. 2019", "1. 9. 2019"), [18121, 18140]),
        (("2019년 8월 13일", "2019년 9월 1일"), [18121, 18140]),
        (("13-Aug-19 03.05.00.000000 PM", "01-Sep-19 03.05.00.000000 PM"), [18121, 18140]),
    ],
)
def test_days_are_read_in_further_forms(cells: tuple[str, str], days: list[int]) -> None:
    ratings = {"user": ["a", "a"], "item": ["x", "y"], "rating": [4, 5], "time": list(cells)}
    data = read_frames(ratings)
    assert data.timestamps is not None
    assert (data.timestamps // 86_400).tolist() == days


def test_seconds_with_fractions_are_called_seconds() -> None:
    times = ["1588687728.9", "1588687728.1"]
    ratings = {"user": ["a", "a"], "item": ["x", "y"], "rating": [4, 5], "time": times}
    assert read_frames(ratings).reading["ratings"]["notes"] == ["times are seconds"]


@pytest.mark.parametrize("cell", ["yesterday", "2019-02-30", "0000-00-00", "12:30", 10**30])
def test_what_is_no_time_is_refused_with_its_row(cell: object) -> None:
    ratings = {"user": ["a", "a"], "item": ["x", "y"], "rating": [4, 5], "time": [1, cell]}
    with pytest.raises(DataError, match="row 2: timestamp "):
        read_frames(ratings)


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("(1995)", 1995),
        ("[1995]", 1995),
        ("©1995", 1995),
        ("1995?", 1995),
        ("19951122", 1995),
        ("199511", 1995),
        ("22-Nov-95", 1995),
        ("Nov-95", 1995),
        ("11/22/95", 1995),
        ("'95-'97", 1995),
        ("3/4/07", 2007),
        ("818985600", 1995),  # seconds
        ("818985600000", 1995),
        ("c. 1920", 1920),
        ("1995-1996", 1995),
        (np.datetime64("1995-01-01"), 1995),
    ],
)
def test_a_year_is_read_in_each_form(cell: object, year: int) -> None:
    catalog = read_frames(None, {"item": ["x"], "title": ["A"], "year": [cell]}).catalog
    assert catalog.years.tolist() == [year]


@pytest.mark.parametrize(
    "cell", ["-1750", -1750.0, "1200 BC", "1200 B.C.E.", "1200 v. Chr.", "1200 a.C.", "c. 1200 BCE"]
)
def test_a_year_before_christ_is_not_that_after(cell: object) -> None:
    data = read_frames(None, {"item": ["x"], "title": ["A"], "year": [cell]})
    assert data.catalog.years.tolist() == [0]
    assert "is before year 1" in data.reading["items"]["notes"][0]


@pytest.mark.parametrize("cell", ["TBA", "coming soon", "MCMXCV", "1,995", "9999", "20112"])
def test_a_year_that_is_none_is_unknown_and_told(cell: str) -> None:
    data = read_frames(None, {"item": ["x"], "title": ["A"], "year": [cell]})
    assert data.catalog.years.tolist() == [0]
    assert "1 year taken as unknown" in data.reading["items"]["notes"][0]
