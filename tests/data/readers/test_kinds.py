"""The kinds of input that people really have, each in several forms."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys_rag.data._readers.tables import read_csv, read_frames
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.splits import leave_last_out
from recsys_rag.errors import DataError

RATINGS = "user,item,rating\nann,0,4\nbob,1,5\nann,1,3\n"


def dataset(place: Path, text: str, items: str | None = None, **options: Any) -> Dataset:
    (place / "r.csv").write_text(text, encoding="utf-8")
    if items is not None:
        (place / "i.csv").write_text(items, encoding="utf-8")
    return read_csv(place / "r.csv", place / "i.csv" if items is not None else None, **options)


def notes(data: Dataset, of: str = "ratings") -> str:
    return "; ".join(data.reading[of]["notes"])


# --- cells that are not plain text ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("[{'id': 16, 'name': 'Drama'}, {'id': 1, 'name': 'War'}]", ("Drama", "War")),
        ('[{"id": 16, "name": "Drama"}]', ("Drama",)),
        ("['Drama', 'War']", ("Drama", "War")),
        ("['Drama' 'War']", ("Drama", "War")),  # as numpy writes a list
        ('{"/m/07s9rl0": "Drama", "/m/0x": "War"}', ("Drama", "War")),
        ("{'name': 'Drama'}", ("Drama",)),
        (["Drama", "War"], ("Drama", "War")),
        ([{"name": "Drama"}, None], ("Drama",)),
        ({"Drama": True, "War": False}, ("Drama",)),
        ((b"Drama", "War"), ("Drama", "War")),
        ("Drama &amp; Crime|<b>War</b>", ("Drama & Crime", "War")),
        ("[]", ()),
        ("[nan]", ()),
        ("(no genres listed)", ()),
        ("N/A", ()),
        ("-", ()),
        ("Unknown", ()),
        ("\\N", ()),
        (None, ()),
    ],
)
def test_the_names_in_a_cell_are_read_whatever_its_form(
    cell: object, names: tuple[str, ...]
) -> None:
    items = {"item": ["0", "1"], "title": ["A", "B"], "genres": [cell, "Plain"]}
    ratings = {"user": ["ann"], "item": ["0"], "rating": [4]}
    assert read_frames(ratings, items).catalog.genres == (names, ("Plain",))


@pytest.mark.parametrize(
    "cell", ["[{'id': 16, 'name': 'Dra", "['Drama'", {"id": 3, "x": [1]}, b"\xff\xfe\x00", "{'a': "]
)
def test_a_cell_that_looks_like_a_list_but_is_none_is_refused_with_its_row(cell: object) -> None:
    items = {"item": ["0", "1"], "title": ["A", "B"], "genres": ["Plain", cell]}
    ratings = {"user": ["ann"], "item": ["0"], "rating": [4]}
    with pytest.raises(DataError, match="items: row 2: "):
        read_frames(ratings, items)
    data = read_frames(ratings, items, on_error="skip")
    assert data.reading["items"]["bad"] == {"title or genres": 1}


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("Schindler&rsquo;s List", "Schindler’s List"),
        ("<i>Up</i>", "Up"),
        ("A\nB", "A B"),
        (["Heat"], "Heat"),
        ({"name": "Heat", "id": 3}, "Heat"),
        (b"caf\xc3\xa9", "café"),
        ("<3", "<3"),
        (1984.0, "1984"),
    ],
)
def test_a_title_is_one_plain_text(cell: object, title: str) -> None:
    items = {"item": ["0"], "title": [cell]}
    assert read_frames(None, items).catalog.titles == (title,)


# --- rows never vanish ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ('item,title\n0,A\n1,"Heroes\n2,Owl\n3,Red\n', ["A", '"Heroes', "Owl", "Red"]),
        ('item\ttitle\n0\t"Heroes\n1\tOwl\n2\tRed" Kettle\n', ['"Heroes', "Owl", 'Red" Kettle']),
        ('item,title\n0,"Monitor 27"\n1,Screen 19"\n', ["Monitor 27", 'Screen 19"']),
        ('item,title\n0,"He said ""no"""\n1,B\n', ['He said "no"', "B"]),
        ('item;title\n0;"a \\"b\\"; c"\n1;B\n', ['a "b"; c', "B"]),
        ('item,title\n0,"two\nlines, really"\n1,B\n', ["two lines, really", "B"]),
        ("item::title\n0::A: b\n1::B\n", ["A: b", "B"]),
        ("sep=;\nitem;title\n0;A\n1;B\n", ["A", "B"]),
        ("\n\nitem,title\n0,A\n\n1,B\n", ["A", "B"]),
        ("item,title\r0,A\r1,B\r", ["A", "B"]),
    ],
)
def test_each_line_that_is_a_row_is_read(text: str, titles: list[str], tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_bytes(text.encode())
    data = read_csv(None, tmp_path / "i.csv")
    assert list(data.catalog.titles) == titles
    assert data.reading["items"]["rows"] == data.reading["items"]["used"] == len(titles)


def test_a_file_without_a_header_is_said_to_have_none_and_read_by_place(tmp_path: Path) -> None:
    text = "196\t242\t3\t881250949\n186\t302\t3\t891717742\n"
    with pytest.raises(DataError, match=r"line 1 \(196.*looks like data, not like column names"):
        dataset(tmp_path, text)
    data = dataset(tmp_path, text, columns="user,item,rating,timestamp")
    assert data.n_ratings == 2
    assert "no header" in notes(data)


def test_an_item_that_stands_twice_alike_is_taken_once_and_counted(tmp_path: Path) -> None:
    data = dataset(tmp_path, RATINGS, "item,title\n0,A\n1,B\n0,A\n")
    assert data.n_items == 2
    assert data.reading["items"]["dropped"] == {"items that stand twice": 1}
    with pytest.raises(DataError, match="item '0' stands in row 2 already, with another title"):
        dataset(tmp_path, RATINGS, "item,title\n0,A\n1,B\n0,C\n")


# --- times ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        ("1564653600", "1564653601"),
        ("1564653600000", "1564653601000"),
        ("1564653600000000", "1564653601000000"),
        ("1564653600000000000", "1564653601000000000"),
        ("1564653600.0", "1564653601.0"),
        ("2019-08-01T10:00:00Z", "2019-08-01T10:00:01Z"),
        ("2019-08-01 12:00:00+02:00", "2019-08-01 12:00:01+02:00"),
        ("2019-08-01 10:00:00 UTC", "2019-08-01 10:00:01 UTC"),
        ("2019/08/01 10:00:00", "2019/08/01 10:00:01"),
        ("01.08.2019 10:00:00", "01.08.2019 10:00:01"),
        ("Aug 1, 2019 10:00:00", "Aug 1, 2019 10:00:01"),
        ("Thu Aug 01 10:00:00 +0000 2019", "Thu Aug 01 10:00:01 +0000 2019"),
        ("Thu, 01 Aug 2019 10:00:00 GMT", "Thu, 01 Aug 2019 10:00:01 GMT"),
    ],
)
def test_a_time_is_the_same_in_every_form(cells: tuple[str, str], tmp_path: Path) -> None:
    rows = [f'ann,{item},4,"{cell}"' for item, cell in enumerate(cells)]
    data = dataset(tmp_path, "\n".join(["user,item,rating,time", *rows]) + "\n")
    assert data.timestamps is not None
    assert data.timestamps.tolist() == [1_564_653_600, 1_564_653_601]


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (("13/02/2019", "01/03/2019"), (17940, 17956)),  # a day beyond 12: days come first
        (("02/13/2019", "03/01/2019"), (17940, 17956)),
        (("20190213", "20190301"), (17940, 17956)),
        (("1969-12-31", "1970-01-02"), (-1, 1)),
        (("02 13, 2019", "03 1, 2019"), (17940, 17956)),
    ],
)
def test_days_are_read_in_every_form(
    cells: tuple[str, str], days: tuple[int, int], tmp_path: Path
) -> None:
    rows = [f'ann,{item},4,"{cell}"' for item, cell in enumerate(cells)]
    data = dataset(tmp_path, "\n".join(["user,item,rating,date", *rows]) + "\n")
    assert data.timestamps is not None
    assert (data.timestamps // 86_400).tolist() == list(days)


def test_a_day_that_may_be_a_month_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'01/02/2019' may be day/month or month/day"):
        dataset(tmp_path, "user,item,rating,date\nann,0,4,01/02/2019\n")


@pytest.mark.parametrize("unit", [1_000, 1_000_000, 1_000_000_000])
def test_order_within_a_second_is_kept(unit: int, tmp_path: Path) -> None:
    second = 1_588_687_728 * unit
    rows = [
        f"ann,{item},4,{second + share * unit // 10}"
        for item, share in (("a", 1), ("last", 9), ("b", 4))
    ]
    data = dataset(tmp_path, "\n".join(["user,item,rating,ts", *rows]) + "\n")
    held_out = leave_last_out(data)[1]
    assert data.items.ids_at(held_out.history("ann")[0]) == ("last",)


# --- events ---------------------------------------------------------------------------------------

AGAIN = "user,item,rating,ts\nann,a,2,100\nann,b,4,110\nann,a,5,90\nbob,a,3,100\n"


@pytest.mark.parametrize(
    ("repeats", "rating"), [("latest", 2), ("first", 5), ("mean", 3.5), ("highest", 5)]
)
def test_of_ratings_given_again_the_one_asked_for_counts(
    repeats: str, rating: float, tmp_path: Path
) -> None:
    data = dataset(tmp_path, AGAIN, repeats=repeats)
    assert data.interactions.toarray()[0, 0] == rating
    assert data.reading["ratings"]["repeats"] == 1
    assert "1 row repeats a user and an item" in notes(data)


def test_ratings_given_again_can_be_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"already rated item 'a' .*repeats='latest'"):
        dataset(tmp_path, AGAIN, repeats="refuse")


def test_events_that_repeat_are_counted_together(tmp_path: Path) -> None:
    data = dataset(tmp_path, "user,item\nann,a\nann,a\nbob,a\n", rating_column=None)
    assert (data.n_ratings, data.scale, data.reading["ratings"]["repeats"]) == (2, None, 1)


@pytest.mark.parametrize("column", ["plays", "playCount", "weight", "hours"])
def test_a_column_of_counts_is_read_as_such(column: str, tmp_path: Path) -> None:
    data = dataset(tmp_path, f"user,item,{column}\nann,a,352698\nann,b,1\nbob,a,3\n")
    assert data.scale is None
    assert data.reading["ratings"]["columns"]["count"] == column


def test_a_stated_scale_that_looks_like_counts_is_told(tmp_path):
    text = "user,item,rating\nann,a,352698\nann,b,1\nbob,a,3\n"
    notes = dataset(tmp_path, text, scale=(1, 352_698, 1)).reading["ratings"]["notes"]
    assert "such ratings look like counts; if they are, say so: counts=True" in notes


def test_the_more_often_the_more_it_weighs(tmp_path):
    data = dataset(tmp_path, "user,item,plays\nann,a,1\nann,b,4\nbob,a,9\nbob,c,4\n")
    assert data.interactions.toarray().tolist() == [[0.5, 1, 0], [1, 0, 1]]
    assert any("more often counts more" in note for note in data.reading["ratings"]["notes"])


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ((1, 352_698, 17), None),
        ((1, 1, 2, 1, 37), None),
        ((60, 85, 90, 40), RatingScale(0, 100)),
        ((1, 5, 3), RatingScale(1, 5)),
    ],
)
def test_counts_in_the_column_of_ratings_are_recognized(
    ratings: tuple[int, ...], scale: RatingScale | None, tmp_path: Path
) -> None:
    rows = [f"ann,{item},{rating}" for item, rating in enumerate(ratings)]
    data = dataset(tmp_path, "\n".join(["user,item,rating", *rows]) + "\n")
    assert data.scale == scale
    assert ("read as counts" in notes(data)) == (scale is None)


# --- one bad row is not the end -------------------------------------------------------------------

BAD = "user,item,rating\n" + "".join(f"u{n},a,4\n" for n in range(500))


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("x,a,five", "rating"),
        (",a,4", "user id"),
        ("x,,4", "item id"),
        ("x,a", "another number of fields"),
        ("x,a,4,5,6", "another number of fields"),
    ],
)
def test_a_bad_row_is_left_out_counted_and_written_where_asked(
    row: str, kind: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"r\.csv: row 502: "):
        dataset(tmp_path, BAD + row + "\n")
    data = dataset(tmp_path, BAD + row + "\n", on_error="skip", left_out=tmp_path / "bad.csv")
    account = data.reading["ratings"]
    assert (account["rows"], account["used"], account["bad"]) == (501, 500, {kind: 1})
    assert "row 502" in account["examples"][0]
    written = (tmp_path / "bad.csv").read_text().splitlines()
    assert written[0] == "file,row,kind,what is wrong"
    assert written[1].split(",")[1:3] == ["502", kind]


def test_more_bad_rows_than_the_limit_are_refused(tmp_path: Path) -> None:
    text = BAD + "x,a,five\n" * 6
    with pytest.raises(DataError, match=r"6 of 506 rows are bad, more than the 0.01"):
        dataset(tmp_path, text, on_error="skip")
    assert dataset(tmp_path, text, on_error="skip", skip_limit=0.02).n_ratings == 500


@pytest.mark.parametrize(
    ("cells", "missing"), [(("-1", "4"), (-1,)), (("", "4"), ("",)), (("0", "99", "4"), (0, 99))]
)
def test_values_that_mean_not_rated_are_dropped_and_counted(
    cells: tuple[str, ...], missing: tuple[object, ...], tmp_path: Path
) -> None:
    rows = [f"ann,{item},{cell}" for item, cell in enumerate(cells)]
    data = dataset(tmp_path, "\n".join(["user,item,rating", *rows]) + "\n", missing_rating=missing)
    assert data.n_ratings == 1
    assert data.reading["ratings"]["dropped"] == {"not rated": len(cells) - 1}


@pytest.mark.parametrize("cell", ["-1", "99", ""])
def test_a_value_that_may_mean_not_rated_is_named_with_the_option(
    cell: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="not rated, say so: missing_rating="):
        dataset(tmp_path, f"user,item,rating\nann,a,4\nann,b,{cell}\nann,c,5\n")


@pytest.mark.parametrize(("choice", "n_items", "n_ratings"), [("keep", 3, 3), ("drop", 2, 2)])
def test_ratings_of_unknown_items_are_kept_or_dropped(
    choice: str, n_items: int, n_ratings: int, tmp_path: Path
) -> None:
    text = "user,item,rating\nann,0,4\nbob,7,5\nann,1,3\n"
    data = dataset(tmp_path, text, "item,title\n0,A\n1,B\n", unknown_items=choice)
    assert (data.n_items, data.n_ratings) == (n_items, n_ratings)
    assert "1 of 3 ratings are of 1 item that the items file lacks" in notes(data)


@pytest.mark.parametrize("year", ["20112", "-800", "3", "DK Publishing"])
def test_a_year_that_cannot_be_is_unknown_with_a_note(year: str, tmp_path: Path) -> None:
    data = dataset(tmp_path, RATINGS, f"item,title,year\n0,A,{year}\n1,B,1990\n")
    assert data.catalog.years.tolist() == [0, 1990]
    assert "1 year taken as unknown" in notes(data, "items")


# --- where tables come from -----------------------------------------------------------------------


def test_a_zip_of_one_table_is_read_and_of_several_refused_by_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("ratings.csv", RATINGS)
    assert read_csv(tmp_path / "a.zip").n_ratings == 3
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as archive:
        archive.writestr("items.csv", "item\n")
    with pytest.raises(DataError, match=r"an archive of 2 files \(items.csv, ratings.csv\)"):
        read_csv(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"user": "ann", "item": "a", "rating": 4}]),
        json.dumps({"data": [{"user": "ann", "item": "a", "rating": 4}]}),
        json.dumps({"user": ["ann", "ann"], "item": ["a", "b"], "rating": [4, 4]}),
        json.dumps({"user": "ann", "item": "a", "rating": 4}) + "\n",
        str({"user": "ann", "item": "a", "rating": 4}) + "\n",  # as Python writes it
    ],
)
def test_json_is_read_in_every_common_form_whatever_the_file_is_called(
    text: str, tmp_path: Path
) -> None:
    (tmp_path / "r.txt").write_text(text)
    data = read_csv(tmp_path / "r.txt")
    assert data.users.ids == ("ann",)
    assert data.items.ids[0] == "a"


def test_a_table_with_a_column_an_item_is_read_as_ratings(tmp_path: Path) -> None:
    data = dataset(tmp_path, "who,A,B,C\nann,4,,5\nbob,,3,\n", wide=True)
    assert data.interactions.toarray().tolist() == [[4, 5, 0], [0, 0, 3]]
    assert data.items.ids == ("A", "C", "B")


def test_columns_of_a_shop_stay_typed(tmp_path: Path) -> None:
    items = (
        "item,title,price,in_stock,mechanics,designer\n"
        "0,A,$10.50,yes,Cards|Dice,Ada Lint\n1,B,,no,Dice|Cards,Bo Ray\n2,C,30,,Cards,Ada Lint\n"
    )
    catalog = dataset(tmp_path, RATINGS, items).catalog
    np.testing.assert_array_equal(catalog.attributes["price"], [10.5, np.nan, 30])
    np.testing.assert_array_equal(catalog.attributes["in_stock"], [1, 0, np.nan])
    assert catalog.attributes["mechanics"] == (("Cards", "Dice"), ("Dice", "Cards"), ("Cards",))
    assert catalog.attributes["designer"] == (("Ada Lint",), ("Bo Ray",), ("Ada Lint",))
    assert "director" not in catalog.metadata


# --- titles that stand in the ratings alone -------------------------------------------------------

FLAT = """userId,movieId,rating,title,genres,review title
1,10,4,"Heat, The (1995)",Crime|Drama,great
2,10,5,"Heat, The (1995)",Crime|Drama,dull
1,20,3,Fargo (1996),,fine
2,20,2,Fargo (1996),,so so
3,30,2,,Drama,odd
"""


def test_titles_that_stand_in_the_ratings_alone_are_names(tmp_path: Path) -> None:
    data = dataset(tmp_path, FLAT)
    catalog = data.catalog
    assert [catalog.name(item) for item in range(3)] == ["The Heat (1995)", "Fargo (1996)", "30"]
    assert catalog.genres == (("Crime", "Drama"), (), ("Drama",))
    told = data.reading["ratings"]
    assert told["columns"]["title"] == "title"
    assert told["not_read"] == ["review title"]


@pytest.mark.parametrize(
    "text",
    [
        "user,item,rating,title\nann,a,4,Great!\nbob,a,5,Dull\nann,b,3,Fine\n",  # headlines
        "user,item,rating,name\n1,a,4,Ann\n2,a,5,Bob\n1,b,3,Ann\n",  # of people
        "user,item,rating,title\nann,a,4,Once\n",  # nothing comes again: it may be anything
    ],
)
def test_what_differs_for_one_item_is_no_title(text: str, tmp_path: Path) -> None:
    data = dataset(tmp_path, text)
    assert set(data.catalog.titles) <= {"a", "b"}
    assert "title" not in data.reading["ratings"]["columns"]


def test_a_column_that_is_named_as_the_title_is_taken_as_it_is(tmp_path: Path) -> None:
    text = "user,item,rating,label text\nann,a,4,Alpha\nbob,b,5,[1\n"
    data = dataset(tmp_path, text, title_column="label text")
    assert data.catalog.titles == ("Alpha", "[1")


def test_with_a_table_of_items_the_ratings_name_nothing(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("movieId,title\n10,Ten\n20,Twenty\n30,Thirty\n")
    (tmp_path / "ratings.csv").write_text(FLAT)
    data = read_csv(tmp_path / "ratings.csv", tmp_path / "items.csv")
    assert data.catalog.titles == ("Ten", "Twenty", "Thirty")


@pytest.mark.parametrize("cell", ["\"{'a': 1}\"", "\"['x', 'y']\""])
def test_an_item_that_is_an_object_is_a_bad_row_and_no_title(cell: str, tmp_path: Path) -> None:
    text = f"user,item,rating\nann,{cell},4\nbob,b,5\n"
    data = dataset(tmp_path, text, on_error="skip", skip_limit=1.0)
    assert data.catalog.titles == ("b",)
    assert data.reading["ratings"]["bad"] == {"item id": 1}


# --- further forms of the kinds -------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "('Drama', 'Crime')",
        "array(['Drama', 'Crime'], dtype=object)",
        "frozenset({'Drama', 'Crime'})",
        "[Drama, Crime]",
        "{Drama,Crime}",
        '{Drama,"Crime"}',
        'c("Drama", "Crime")',  # R
        "['Drama', 'Crime', ...]",
        "[b'Drama', b'Crime']",
        "<ul><li>Drama</li><li>Crime</li></ul>",
        "[OrderedDict([('id', 1), ('name', 'Drama')]), OrderedDict([('name', 'Crime')])]",
        "{'Drama': 352, 'Crime': 20}",  # how many gave the tag
        "[{'name': None, 'id': 3}, {'name': 'Drama'}, {'name': 'Crime'}]",
    ],
)
def test_brackets_of_any_form_never_reach_a_genre(cell: str, tmp_path: Path) -> None:
    quoted = cell.replace('"', '""')
    items = f'item,title,genres\na,Alpha,"{quoted}"\n'
    data = dataset(tmp_path, "user,item,rating\nann,a,4\nbob,a,5\n", items)
    assert sorted(data.catalog.genres[0]) == ["Crime", "Drama"]


@pytest.mark.parametrize(
    "cell",
    ["Unknown Genre", "no genres", "(unknown director)", "Missing Cast", "()", "''", "...", "0"],
)
def test_placeholders_of_two_words_are_no_names(cell: str, tmp_path: Path) -> None:
    items = f"item,title,genres,director\na,Alpha,{cell},{cell}\nb,Beta,No Wave,Bo Ray\n"
    data = dataset(tmp_path, "user,item,rating\nann,a,4\nbob,b,5\n", items)
    assert data.catalog.genres == ((), ("No Wave",))
    assert data.catalog.metadata["director"] == ((), ("Bo Ray",))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_letters_are_recognized_without_a_mark(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes("user,item,rating\nann,Amélie,4\n".encode(encoding))
    assert read_csv(tmp_path / "r.csv").catalog.titles == ("Amélie",)


@pytest.mark.parametrize("sign", ["~", "^", "@@", "\x01", "||", ";;", "::"])
def test_any_sign_may_separate(sign: str, tmp_path: Path) -> None:
    data = dataset(tmp_path, sign.join(("user", "item", "rating")) + f"\nann{sign}a{sign}4\n")
    assert (data.users.ids, data.items.ids) == (("ann",), ("a",))


@pytest.mark.parametrize("value", ["not rated", "?", "\\N", "NA", "null"])
def test_a_text_may_mean_not_rated(value: str, tmp_path: Path) -> None:
    text = f"user,item,rating\nann,a,{value}\nann,b,4\n"
    with pytest.raises(DataError, match="missing_rating="):
        dataset(tmp_path, text)
    data = dataset(tmp_path, text, missing_rating=value)
    assert (data.n_ratings, data.reading["ratings"]["dropped"]) == (1, {"not rated": 1})


def test_half_a_day_may_stand_behind_an_iso_date(tmp_path: Path) -> None:
    text = "user,item,rating,timestamp\nann,a,4,2019-08-01 10:00 PM\n"
    assert dataset(tmp_path, text).timestamps.tolist() == [1564696800]


def test_a_column_without_one_name_is_passed_over_with_a_note(tmp_path: Path) -> None:
    people = "\"[{'author_id': '604031', 'role': ''}]\""
    items = "item,title,authors\n" + "".join(f"{n},T{n},{people}\n" for n in range(3))
    data = dataset(tmp_path, RATINGS, items)
    assert set(data.catalog.metadata["author"]) == {()}
    assert "column authors is not read: {'author_id': '604031'" in notes(data, "items")


def test_numbers_of_rows_and_lists_of_numbers_are_no_facts(tmp_path: Path) -> None:
    items = ",item,title,nutrition\n" + "".join(f'{n},{n},T{n},"[51.5, {n}]"\n' for n in range(3))
    told = dataset(tmp_path, RATINGS, items).reading["items"]
    assert told["kept"] == []
    assert told["not_read"]["column 1"] == "no name"
    assert "holds numbers, not names" in told["not_read"]["nutrition"]


@pytest.mark.parametrize(
    ("cells", "ratings"),
    [
        (("4/5", "3/5", "5/5"), [4, 3, 5]),
        (("4.0 out of 5 stars", "3.5 out of 5 stars", "1.0 out of 5 stars"), [4, 3.5, 1]),
        (("5 stars", "1 star", "3 stars"), [5, 1, 3]),
        (("★★★★☆", "★", "★★★½"), [4, 1, 3.5]),
        (("80%", "60 %", "100%"), [80, 60, 100]),
        (("yes", "no", "True"), [1, 0, 1]),
    ],
)
def test_a_rating_is_read_as_people_write_it(
    cells: tuple[str, ...], ratings: list[float], tmp_path: Path
) -> None:
    rows = [f"ann,{item},{cell}" for item, cell in enumerate(cells)]
    data = dataset(tmp_path, "\n".join(["user,item,rating", *rows]) + "\n")
    assert data.interactions.toarray()[0].tolist() == ratings


def test_ratings_out_of_different_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="row 2: rating '4/5' is not a number"):
        dataset(tmp_path, "user,item,rating\nann,a,4/5\nann,b,7/10\n")


def test_counts_of_nothing_are_dropped_and_counted(tmp_path: Path) -> None:
    text = 'user,item,plays\nann,a,"1,003"\nann,b,0\nbob,a,-2\nbob,b,1003\n'
    data = dataset(tmp_path, text)
    assert data.reading["ratings"]["dropped"] == {"counts of 0 or less": 2}
    assert data.interactions.toarray().tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("cell", "second"),
    [
        ("/Date(1564653600000)/", 1_564_653_600),
        ("2019-08-01 06:00:00 EDT", 1_564_653_600),
        ('"1 Aug, 2019"', 1_564_617_600),
        ("2019", 1_546_300_800),
    ],
)
def test_further_forms_of_times(cell: str, second: int, tmp_path: Path) -> None:
    data = dataset(tmp_path, f"user,item,rating,timestamp\nann,a,4,{cell}\n")
    assert data.timestamps is not None
    assert data.timestamps.tolist() == [second]


@pytest.mark.parametrize(
    "above", ["Export of ratings\n\n", "My ratings,,\nof 2020,,\n", "# mine\n# all\n", "% x\n"]
)
def test_lines_above_the_header_are_passed_over_and_told(above: str, tmp_path: Path) -> None:
    data = dataset(tmp_path, above + RATINGS)
    assert data.n_ratings == 3
    assert "lines above the header that are passed over: " in notes(data)


def test_rows_of_separators_alone_are_counted(tmp_path: Path) -> None:
    data = dataset(tmp_path, RATINGS + ",,\n,,")
    assert data.reading["ratings"]["dropped"] == {"rows without a value": 2}
    assert data.reading["ratings"]["used"] == 3


def test_a_decimal_comma_among_commas_is_no_column_of_row_names(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 2: 4 fields, but there are 3 .*decimal comma"):
        dataset(tmp_path, "user,item,rating\n7,1,3,5\n7,2,4,5\n")
    data = dataset(tmp_path, '"user","item","rating"\n"1",7,1,3\n"2",7,2,4\n')
    assert data.interactions.toarray().tolist() == [[3, 4]]


@pytest.mark.parametrize(
    ("column", "ids"), [("isbn,book id", "12,{0}"), ("best book id,id", "9,{0}"), ("name", "T{0}")]
)
def test_items_are_joined_by_the_column_that_holds_what_was_rated(
    column: str, ids: str, tmp_path: Path
) -> None:
    rated = "T{0}" if column == "name" else "{0}"
    text = "user,movie,rating\n" + "".join(f"ann,{rated.format(n)},4\n" for n in range(3))
    items = f"{column},genre\n" + "".join(f"{ids.format(n)},Drama\n" for n in range(3))
    data = dataset(tmp_path, text, items)
    assert (data.n_items, data.n_ratings) == (3, 3)


def test_ratings_may_name_items_by_their_titles_alone(tmp_path: Path) -> None:
    data = dataset(tmp_path, "user,title,rating\nann,Heat,4\nbob,Fargo,5\n")
    assert data.catalog.titles == ("Heat", "Fargo")
    with pytest.raises(DataError, match="no column looks like the item"):
        dataset(tmp_path, "user,product code,rating,title\nann,x,4,Great!\n")


def test_one_slip_in_utf8_is_no_other_encoding(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes(
        "user,item,rating\nann,Amélie ßßß,4\n".encode() + b"b,\xe9,5\n"
    )
    data = read_csv(tmp_path / "r.csv")
    assert data.catalog.titles == ("Amélie ßßß", "\ufffd")
    assert "byte 0xe9 is no UTF-8, as the rest is" in notes(data)


def test_a_path_may_go_on_into_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("data/ratings.csv", RATINGS)
        archive.writestr("data/items.csv", "item,title\n0,A\n1,B\n")
    data = read_csv(tmp_path / "a.zip" / "ratings.csv", tmp_path / "a.zip" / "items.csv")
    assert data.catalog.titles == ("A", "B")
    with pytest.raises(
        DataError, match=r"there is no file r\.csv; it holds items\.csv, ratings\.csv"
    ):
        read_csv(tmp_path / "a.zip" / "r.csv")


def test_a_file_of_items_without_a_header_is_named_by_its_own_option(tmp_path: Path) -> None:
    items = "0::A (1990)::Drama\n1::B (1991)::War\n"
    with pytest.raises(DataError, match="in order: items_columns=item,title,genres"):
        dataset(tmp_path, RATINGS, items)
    data = dataset(tmp_path, RATINGS, items, items_columns="item,title,genres")
    assert data.catalog.years.tolist() == [1990, 1991]


@pytest.mark.parametrize("begin", [b"7z\xbc\xaf", b"SQLite format 3", b"%PDF-1.7"])
def test_what_is_no_table_is_called_by_its_name(begin: bytes, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes(begin + b"x" * 20)
    with pytest.raises(DataError, match=r"r\.csv: an? .*, which is not read; export it as CSV"):
        read_csv(tmp_path / "r.csv")
