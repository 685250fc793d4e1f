"""Tables of any catalog: recognized, read, or refused with file and row."""

import gzip
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data._readers.scales import COMMON_SCALES, infer_scale
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import DataError, MissingExtraError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

RATINGS = "userId,movieId,rating,timestamp\nann,m1,4,100\nbob,m1,5,200\nann,m2,3,300\n"
ITEMS = 'movieId,title,genres,director\nm1,"Lantern, The (1994)",Drama|War,Ada Lint\nm2,Rivers,,\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "r.csv").write_text(RATINGS)
    (tmp_path / "i.csv").write_text(ITEMS)
    return tmp_path


def read(place: Path, text: str, **options: object) -> Dataset:
    (place / "r.csv").write_text(text, encoding="utf-8")
    return Dataset.from_csv(str(place / "r.csv"), **options)


def test_ratings_and_items_are_read_and_recognized(place: Path) -> None:
    dataset = Dataset.from_csv(str(place / "r.csv"), str(place / "i.csv"))
    assert dataset.name == "r"
    assert dataset.source == str(place / "r.csv")
    assert dataset.users.ids == ("ann", "bob")
    assert dataset.interactions.toarray().tolist() == [[4, 3], [5, 0]]
    assert dataset.timestamps is not None
    assert dataset.timestamps.tolist() == [100, 300, 200]
    assert dataset.scale == RatingScale(1, 5)
    catalog = dataset.catalog
    assert catalog.titles == ("The Lantern", "Rivers")
    assert catalog.years.tolist() == [1994, 0]
    assert catalog.genres == (("Drama", "War"), ())
    assert catalog.metadata == {"director": (("Ada Lint",), ())}


def test_without_items_the_ids_are_the_titles(place: Path) -> None:
    catalog = Dataset.from_csv(str(place / "r.csv")).catalog
    assert catalog.titles == catalog.items.ids == ("m1", "m2")
    assert catalog.find("m2") == (1,)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separator_line_end_and_byte_order_mark_do_not_matter(
    separator: str, ending: str, mark: str, place: Path
) -> None:
    expected = Dataset.from_csv(str(place / "r.csv"))
    (place / "s.csv").write_bytes(
        (mark + RATINGS.replace(",", separator).replace("\n", ending)).encode()
    )
    assert Dataset.from_csv(str(place / "s.csv")).content_hash == expected.content_hash


def test_compressed_files_are_read(place: Path) -> None:
    expected = Dataset.from_csv(str(place / "r.csv"))
    (place / "r.csv.gz").write_bytes(gzip.compress(RATINGS.encode()))
    (place / "r.csv.zst").write_bytes(zstd.compress(RATINGS.encode()))
    for name in ("r.csv.gz", "r.csv.zst"):
        dataset = Dataset.from_csv(str(place / name))
        assert dataset.content_hash == expected.content_hash
        assert dataset.name == "r"


def test_parquet_is_read(place: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    columns = {
        "user": ["ann", "bob", "ann"],
        "item": ["m1", "m1", "m2"],
        "stars": [4, 5, 3],
        "ts": [100, 200, 300],
    }
    parquet.write_table(pyarrow.table(columns), place / "r.parquet")
    dataset = Dataset.from_csv(str(place / "r.parquet"))
    assert dataset.content_hash == Dataset.from_csv(str(place / "r.csv")).content_hash


def test_parquet_without_pyarrow_names_the_extra(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (place / "r.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingExtraError, match=r"pip install 'recsys-rag\[parquet\]'"):
        Dataset.from_csv(str(place / "r.parquet"))


def test_a_file_that_is_no_parquet_is_refused(place: Path) -> None:
    pytest.importorskip("pyarrow")
    (place / "r.parquet").write_bytes(b"no parquet at all")
    with pytest.raises(DataError, match=r"r\.parquet: cannot be read as Parquet"):
        Dataset.from_csv(str(place / "r.parquet"))


def test_columns_are_taken_by_name(place: Path) -> None:
    text = "a,b,c\n5,x,u1\n1,y,u1\n"
    dataset = read(
        place, text, user_column="c", item_column="b", rating_column="a", timestamp_column=None
    )
    assert dataset.interactions.toarray().tolist() == [[5, 1]]
    assert dataset.timestamps is None


def test_the_item_column_of_the_ratings_need_not_be_that_of_the_items(place: Path) -> None:
    (place / "i.csv").write_text("id,name,released\nm1,Lantern,1994-05-06\nm2,Rivers,\n")
    (place / "r.csv").write_text("user,thing,rating\nann,m1,4\n")
    dataset = Dataset.from_csv(
        str(place / "r.csv"), str(place / "i.csv"), item_column="thing", year_column="released"
    )
    assert dataset.catalog.name(0) == "Lantern (1994)"


def test_genres_are_split_as_told(place: Path) -> None:
    (place / "i.csv").write_text("item,title,category\nm1,A,rock/folk rock\nm2,B,jazz\n")
    dataset = Dataset.from_csv(str(place / "r.csv"), str(place / "i.csv"), genres_separator="/")
    assert dataset.catalog.genres == (("rock", "folk rock"), ("jazz",))


def test_a_table_without_ratings_is_implicit_feedback(place: Path) -> None:
    dataset = read(place, "user,item\nann,m1\n")
    assert dataset.scale is None
    assert dataset.interactions.toarray().tolist() == [[1]]
    timed = read(place, "user,item,timestamp\nann,m1,881250949\n")  # a time is no rating either
    assert timed.scale is None


def test_a_column_that_may_be_the_rating_is_not_passed_over(place: Path) -> None:
    text = "user,item,how much\nann,m1,5\n"
    with pytest.raises(
        DataError, match="no column looks like the rating; its columns are: user, item, how much"
    ):
        read(place, text)
    assert read(place, text, rating_column=None).scale is None
    assert read(place, text, rating_column="how much").scale == RatingScale(1, 5)


def test_times_are_read_from_dates_and_milliseconds(place: Path) -> None:
    text = "user,item,date\na,m1,1970-01-02\na,m2,1970-01-01T00:00:05Z\na,m3,881250949000\n"
    text += "a,m4,1970-01-01 01:00+01:00\n"
    timestamps = read(place, text, rating_column=None).timestamps
    assert timestamps is not None
    assert timestamps.tolist() == [86_400, 5, 881_250_949, 0]


def test_blanks_around_ids_do_not_make_other_ids(place: Path) -> None:
    dataset = read(place, "user,item,rating\nann,m1,4\nann , m1,5\n")
    assert (dataset.users.ids, dataset.items.ids) == (("ann",), ("m1",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"r\.csv: the file is empty"),
        ("\n", r"r\.csv: the file is empty"),
        ("user,item,rating\n", r"r\.csv: no ratings in it"),
        (
            "a,b,c\n1,2,3\n",
            r"no column looks like the user; its columns are: a, b, c; name it with user_column",
        ),
        ("user,b,c\n1,2,3\n", r"no column looks like the item"),
        ("user,user,item\n1,2,3\n", r"two columns are named 'user'"),
        ("user,item,rating\nann,m1,five\n", r"r\.csv: row 2: rating 'five' is not a number"),
        ("user,item,rating\nann,m1,nan\n", r"r\.csv: row 2: rating 'nan' is not a number"),
        ("user,item,rating\nann,m1,inf\n", r"r\.csv: row 2: rating 'inf' is not a number"),
        ("user,item,rating\nann,m1,\n", r"r\.csv: row 2: rating '' is not a number"),
        ("user,item,rating\n\nann,m1,4\n,m2,5\n", r"r\.csv: row 4: the user id is empty"),
        ("user,item,rating\nann, ,4\n", r"r\.csv: row 2: the item id is empty"),
        (
            "user,item,rating\nann,m1,4\nbob,m2\n",
            r"r\.csv: row 3: 2 fields, but there are 3 columns \(user, item, rating\)",
        ),
        ('user,item,rating\n"a\nb",m1,4\nbob,m2\n', r"r\.csv: row 4: 2 fields"),
        ("user,item,rating\nann,m1,-3\n", r"ratings run from -3 to -3 and fit no common scale"),
        (
            "user,item,rating,time\nann,m1,3,soon\n",
            r"row 2: timestamp 'soon' is neither seconds nor a date",
        ),
        ("user,item,rating,time\nann,m1,3,nan\n", r"row 2: the timestamp is empty"),
    ],
)
def test_bad_ratings_are_refused_with_the_row_an_editor_shows(
    text: str, message: str, place: Path
) -> None:
    with pytest.raises(DataError, match=message):
        read(place, text)


def test_a_stated_scale_is_kept_to(place: Path) -> None:
    assert Dataset.from_csv(str(place / "r.csv"), scale=(0, 10, 0.5)).scale == RatingScale(
        0, 10, 0.5
    )
    with pytest.raises(
        DataError, match=r"row 3: rating 5 of user 'bob' for item 'm1' is outside 1 to 4"
    ):
        Dataset.from_csv(str(place / "r.csv"), scale=(1, 4, 1))


def test_an_unknown_column_is_refused_with_those_that_there_are(place: Path) -> None:
    with pytest.raises(
        DataError, match=r"no column 'usr'; its columns are: userId, movieId, rating, timestamp"
    ):
        Dataset.from_csv(str(place / "r.csv"), user_column="usr")


def test_an_unknown_option_is_refused_with_those_that_there_are(place: Path) -> None:
    with pytest.raises(
        DataError,
        match="no option 'user_col' for reading tables; there are: user_column, item_column",
    ):
        Dataset.from_csv(str(place / "r.csv"), user_col="userId")


def test_a_missing_file_and_a_folder_are_refused(place: Path) -> None:
    with pytest.raises(DataError, match=r"nothing\.csv: there is no such file"):
        Dataset.from_csv(str(place / "nothing.csv"))
    with pytest.raises(DataError, match=r"is a folder; give the file in it"):
        Dataset.from_csv(str(place))


def test_text_that_is_not_utf_8_is_read_with_a_note_and_as_stated(place: Path) -> None:
    (place / "r.csv").write_bytes("user,item\nann,café\n".encode("cp1252"))
    dataset = Dataset.from_csv(str(place / "r.csv"))
    assert dataset.items.ids == ("café",)
    assert any("no UTF-8: read as cp1252" in note for note in dataset.reading["ratings"]["notes"])
    assert Dataset.from_csv(str(place / "r.csv"), encoding="cp437").items.ids == ("cafΘ",)
    with pytest.raises(DataError, match=r"r\.csv: byte 0xe9 is no ascii text; state the encoding"):
        Dataset.from_csv(str(place / "r.csv"), encoding="ascii")
    with pytest.raises(DataError, match="there is no encoding 'klingon'"):
        Dataset.from_csv(str(place / "r.csv"), encoding="klingon")


def test_a_compressed_file_cut_short_is_refused(place: Path) -> None:
    (place / "r.csv.gz").write_bytes(gzip.compress(RATINGS.encode())[:-9])
    with pytest.raises(DataError, match=r"r\.csv\.gz: cannot be read"):
        Dataset.from_csv(str(place / "r.csv.gz"))


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ("movieId,title\nm1,A\nm1,B\n", r"i\.csv: row 3: item 'm1' stands in row 2 already"),
        ("movieId,title\n", r"i\.csv: no items in it"),
        (
            "movieId,title\nm1,A\n",
            r"r\.csv: 1 of 3 ratings are of 1 item that the items file lacks \(first: row 4, "
            r"item 'm2'",
        ),
        ("a,title\nq1,A\n", r"i\.csv: no column looks like the item"),
    ],
)
def test_bad_items_are_refused_with_their_row(items: str, message: str, place: Path) -> None:
    (place / "i.csv").write_text(items)
    with pytest.raises(DataError, match=message):
        Dataset.from_csv(str(place / "r.csv"), str(place / "i.csv"))


@given(st.sampled_from(COMMON_SCALES), st.data())
def test_the_scale_is_the_first_that_holds_every_value(
    scale: RatingScale, data: st.DataObject
) -> None:
    n_steps = round((scale.high - scale.low) / scale.step)
    steps = data.draw(st.lists(st.integers(0, n_steps), min_size=1))
    values = scale.low + scale.step * np.array(steps)
    found = infer_scale(values)
    assert found is not None
    assert found.contains(values).all()
    assert COMMON_SCALES.index(found) <= COMMON_SCALES.index(scale)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1, 2, 5], RatingScale(1, 5)),
        ([0, 1], RatingScale(0, 1)),
        ([0, 5], RatingScale(0, 5)),
        ([3.5, 4], RatingScale(0.5, 5, 0.5)),
        ([7, 10], RatingScale(1, 10)),
        ([0, 87], RatingScale(0, 100)),
        ([7.25, 9], RatingScale(1, 10, 0.01)),
        ([15, 20], RatingScale(0, 20)),
        ([10.25], None),
        ([101], None),
    ],
)
def test_common_scales_by_example(values: list[float], scale: RatingScale | None) -> None:
    assert infer_scale(np.array(values)) == scale


RATED = "user_id,book_id,rating\n1,11,5\n1,12,3\n2,11,4\n3,13,4\n"


@pytest.mark.parametrize(
    ("items", "item_column"),
    [
        ("id,book_id,title\n11,2767,A\n12,13,B\n13,99,C\n", ""),  # another id of that name
        ("kode,judul,title\n11,x,A\n12,y,B\n13,z,C\n", ""),  # no name that we know
        ("nr,pages,title\n11,300,A\n12,300,B\n13,12,C\n", ""),
        ("kode,nr,title\n1,11,A\n2,12,B\n3,13,C\n", "nr"),  # of this file alone
        (",book_id,title\n0,11,A\n1,12,B\n2,13,C\n", ""),
        ("BookID,isbn,title\n11.0,9,A\n12.0,,B\n13.0,8,C\n", ""),
    ],
)
def test_the_ids_of_items_are_where_what_was_rated_is(
    items: str, item_column: str, tmp_path: Path
) -> None:
    (tmp_path / "r.csv").write_text(RATED)
    (tmp_path / "i.csv").write_text(items)
    data = Dataset.from_csv(tmp_path / "r.csv", tmp_path / "i.csv", item_column=item_column)
    assert data.items.ids == ("11", "12", "13")
    assert data.catalog.titles == ("A", "B", "C")


def test_numbers_in_a_row_are_no_ids_where_the_id_is_there_in_part(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("user,item,rating\n1,1,5\n1,2,3\n2,3,4\n3,4,4\n")
    (tmp_path / "i.csv").write_text("item,rank,title\n1,4,A\n7,3,B\n8,2,C\n9,1,D\n")
    with pytest.raises(DataError, match="3 of 4 ratings are of 3 items that the items file lacks"):
        Dataset.from_csv(tmp_path / "r.csv", tmp_path / "i.csv")
