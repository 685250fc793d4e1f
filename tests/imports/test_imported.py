"""An export in the terms of a data set: history, seen, wanted; kept and read again."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import samples
from recsys_rag import imports
from recsys_rag.data.dataset import RatingScale
from recsys_rag.errors import DataError
from recsys_rag.imports import Entry, Export, Imported
from recsys_rag.imports._imported import matched_with
from recsys_rag.imports._matching import Matcher
from recsys_rag.testing.datasets import made_up_movies

MOVIES = made_up_movies()
FIVE = RatingScale(1, 5)


def of(*entries: Entry, scale: RatingScale | None = FIVE) -> Imported:
    return matched_with(Export("x", entries), Matcher(MOVIES.catalog), scale)


def item(title: str) -> str:
    return MOVIES.items.id(MOVIES.catalog.resolve(title))


def test_letterboxd_in_the_terms_of_the_data():
    export = imports.read_bytes("letterboxd.zip", samples.zipped(samples.LETTERBOXD))
    brought = imports.match(export, MOVIES)
    assert brought.history == {
        item("Café Morvane"): 5,  # 4.5 of 5: the diary's 4 is older
        item("4417"): 1,  # 0.5 is the least there, 1 the least here
        item("The Glass Harbor (1994)"): 3,
        item("Quillmere"): 4,
    }
    assert brought.likes == (item("Bonewhistle"),)  # Café Morvane is liked too, and rated
    assert next(iter(brought.history)) == item("Café Morvane")  # oldest first
    assert set(brought.seen) == {*brought.history, item("Bonewhistle"), item("Vandrell")}
    assert brought.wanting == (item("Neon Hymn"),)  # Vandrell is wanted too, but was seen
    assert brought.counts() == {
        "rated": {"matched": 4, "ambiguous": 0, "unknown": 0},
        "liked": {"matched": 2, "ambiguous": 0, "unknown": 0},
        "watched": {"matched": 4, "ambiguous": 0, "unknown": 1},
        "wanting": {"matched": 2, "ambiguous": 0, "unknown": 0},
    }
    assert brought.summary("film") == (
        "Letterboxd: 16 rows name 7 films of this data; 0 entries are ambiguous, 1 unknown here, "
        "3 rows left out."
    )


@pytest.mark.parametrize(
    ("own", "rating", "scale", "expected"),
    [
        (RatingScale(1, 10), 10, FIVE, 5),
        (RatingScale(1, 10), 1, FIVE, 1),
        (RatingScale(1, 10), 5, RatingScale(0.5, 5, 0.5), 2.5),
        (RatingScale(0.5, 5, 0.5), 3, FIVE, 3),
        (RatingScale(0.25, 5, 0.25), 3.75, RatingScale(0.5, 5, 0.5), 4.0),
        (RatingScale(0, 10, 0.5), 8, FIVE, 4),
    ],
)
def test_the_scale_belongs_to_the_format(own, rating, scale, expected):
    entry = Entry("rated", "Moonmilk", "x:1", 2003, rating=rating, scale=own)
    assert of(entry, scale=scale).history == {item("Moonmilk"): expected}


def test_a_harsh_rater_of_ten_is_not_taken_for_one_of_five():
    export = imports.read_bytes("ratings.csv", samples.IMDB_LATE_2017.encode())  # all 5 of 10
    assert set(imports.match(export, MOVIES).history.values()) == {3}


@given(
    st.sampled_from([RatingScale(1, 10), RatingScale(0.5, 5, 0.5), RatingScale(0.25, 5, 0.25)]),
    st.sampled_from([FIVE, RatingScale(0.5, 5, 0.5), RatingScale(0, 100, 10)]),
)
def test_a_higher_rating_never_becomes_a_lower_one_and_ends_meet(own, scale):
    steps = np.arange(own.low, own.high + own.step / 2, own.step)
    turned = [
        of(Entry("rated", "Moonmilk", "x", 2003, rating=float(r), scale=own), scale=scale).history[
            item("Moonmilk")
        ]
        for r in steps
    ]
    assert turned == sorted(turned)
    assert (turned[0], turned[-1]) == (scale.low, scale.high)


def test_a_plain_table_outside_the_datas_scale_is_asked_about():
    export = imports.read_bytes("mine.csv", b"title,year,rating\nMoonmilk,2003,9\n")
    with pytest.raises(DataError, match=r"mine.csv:2: rating 9 is outside the data's scale"):
        _ = imports.match(export, MOVIES).history
    stated = imports.read_bytes(
        "mine.csv", b"title,year,rating\nMoonmilk,2003,9\n", scale=RatingScale(1, 10)
    )
    assert imports.match(stated, MOVIES).history == {item("Moonmilk"): 5}


def test_the_latest_rating_counts():
    old = Entry("rated", "Moonmilk", "x:1", 2003, rating=1, scale=FIVE, when="2020-01-01")
    new = Entry("rated", "Moonmilk", "x:2", 2003, rating=4, scale=FIVE, when="2024-01-01")
    assert of(new, old).history == {item("Moonmilk"): 4}


def test_data_without_ratings_takes_what_was_liked_or_finished():
    brought = of(
        Entry("rated", "Moonmilk", "x:1", 2003, rating=9, scale=RatingScale(1, 10)),
        Entry("rated", "Vandrell", "x:2", 1979, rating=3, scale=RatingScale(1, 10)),
        Entry("watched", "Quillmere", "x:3", 1961),
        Entry("watched", "Neon Hymn", "x:4", 1984, is_finished=False),
        Entry("liked", "Bonewhistle", "x:5", 1997),
        Entry("wanting", "4417", "x:6", 1998),
        scale=None,
    )
    assert brought.history == {item("Moonmilk"): 1, item("Quillmere"): 1, item("Bonewhistle"): 1}
    assert item("Neon Hymn") in brought.seen
    assert brought.wanting == (item("4417"),)


def test_what_is_kept_is_read_again(tmp_path: Path):
    export = imports.read_bytes("letterboxd.zip", samples.zipped(samples.LETTERBOXD))
    brought = imports.match(export, MOVIES)
    (tmp_path / "history.csv").write_text(brought.csv(), encoding="utf-8")
    again = imports.match(imports.read(tmp_path / "history.csv"), MOVIES)
    assert again.history == brought.history
    assert list(again.history) == list(brought.history)
    assert set(again.seen) == set(brought.seen)
    assert again.wanting == brought.wanting
    assert again.counts() == brought.counts()  # the unknown title is kept too


def test_every_entry_and_row_is_in_the_document():
    export = imports.read_bytes("letterboxd.zip", samples.zipped(samples.LETTERBOXD))
    document = imports.match(export, MOVIES).document()
    places = {row["where"] for row in (*document["entries"], *document["skipped"])}
    assert len(places) == document["rows"] == 16
    assert document["counts"]["rated"]["matched"] == 4


def test_several_exports_of_one_person_are_one():
    ratings = imports.read_bytes("ratings.csv", samples.IMDB_NOW.encode())
    wanted = imports.read_bytes("watchlist.csv", samples.IMDB_WATCHLIST.encode())
    both = imports.match(imports.joined([ratings, wanted]), MOVIES)
    assert both.export.format == "IMDb"
    assert both.wanting == (item("Neon Hymn"),)
    assert both.history[item("Café Morvane")] == 5
