"""The ratings file of a MovieLens release."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data.readers import movielens_ratings
from recsys_rag.data.readers.movielens_ratings import read_rating_rows
from recsys_rag.errors import DataError

rows = st.lists(
    st.tuples(
        st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10), st.integers(0, 2 * 10**9)
    ),
    max_size=30,
)


@given(rows, st.sampled_from(["\t", "::", ","]), st.booleans(), st.integers(1, 7))
def test_what_was_written_is_read_whatever_the_form_and_chunk(
    written: list[tuple[int, int, int, int]], separator: str, header: bool, chunk: int
) -> None:
    lines = ["user item rating time\n"] * header
    lines += [
        separator.join([str(u), str(i), f"{r / 2:g}", str(t)]) + "\n" for u, i, r, t in written
    ]
    usual = movielens_ratings._CHUNK
    movielens_ratings._CHUNK = chunk
    try:
        read = read_rating_rows(lines, separator, "r", header=header)
    finally:
        movielens_ratings._CHUNK = usual
    assert read.users.tolist() == [u for u, _, _, _ in written]
    assert read.items.tolist() == [i for _, i, _, _ in written]
    assert read.ratings.tolist() == [r / 2 for _, _, r, _ in written]
    assert read.timestamps.tolist() == [t for _, _, _, t in written]
    assert list(read.line_numbers) == list(range(1 + header, 1 + header + len(written)))
    assert read.ratings.dtype == np.float32


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("1,2,five,4", "r.csv: row 3: rating 'five' is not a number"),
        (
            "1,2,3",
            "r.csv: row 3: 3 fields instead of user id, item id, rating and timestamp: '1,2,3'",
        ),
        ("1,2,3,4,5", "r.csv: row 3: 5 fields instead of"),
        ("1.5,2,3,4", "r.csv: row 3: user id '1.5' is not a whole number"),
        ("1,-2,3,4", "r.csv: row 3: item id '-2' is not a whole number"),
        ("1,99999999999,3,4", "r.csv: row 3: item id '99999999999' is not a whole number"),
        ("1,2,3,", "r.csv: row 3: timestamp '' is not a whole number"),
        ("", "r.csv: row 3: 1 fields instead of"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(bad: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_rating_rows(
            ["userId,movieId,rating,timestamp", "1,1,3.5,4", bad], ",", "r.csv", header=True
        )


def test_lines_that_make_up_for_each_other_are_refused_all_the_same() -> None:
    with pytest.raises(DataError, match="row 1: 3 fields"):
        read_rating_rows(["1\t2\t3\n", "4\t5\t6\t7\t8\n"], "\t", "u.data", header=False)
