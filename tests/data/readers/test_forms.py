"""More forms of each kind of input, each as some program writes it."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from recsys_rag.data._readers.tables import read_csv, read_frames
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError

TABLE = "user,item,rating\nann,x,4\nbob,y,5\n"


def read(place: Path, content: str | bytes, name: str = "r.csv", **options: Any) -> Dataset:
    path = place / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_csv(path, **options)


def rows(data: Dataset) -> list[tuple[str, str, float]]:
    table = data.interactions.tocoo()
    return sorted(
        (data.users.id(int(user)), data.items.id(int(item)), float(rating))
        for user, item, rating in zip(table.row, table.col, table.data, strict=True)
    )


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("[u'Drama', u'War']", ("Drama", "War")),  # Python 2
        ("WrappedArray(Drama, War)", ("Drama", "War")),  # Spark
        ("Map(1 -> Drama, 2 -> War)", ("Drama", "War")),
        ("Drama\x02War", ("Drama", "War")),  # Hive
        ('a:2:{i:0;s:5:"Drama";i:1;s:3:"War";}', ("Drama", "War")),  # PHP
        ("[('Drama', 4), ('War', 2)]", ("Drama", "War")),
        ("(none listed)", ()),
        ("Genre unknown", ()),
        ("not applicable", ()),
        ("n.a.", ()),
        ("unbekannt", ()),
        ("Unknown Pleasures", ("Unknown Pleasures",)),  # no placeholder, but begins like one
    ],
)
def test_names_are_read_as_other_programs_write_them(cell: str, names: tuple[str, ...]) -> None:
    items = {"item": ["x", "y"], "genres": [cell, "Plain"]}
    assert read_frames(None, items).catalog.genres[0] == names


@pytest.mark.parametrize(
    "cell", ["<StringArray>\n['Drama']\nLength: 1, dtype: string", "0    Drama\ndtype: object"]
)
def test_what_a_program_shows_of_an_object_is_no_name(cell: str) -> None:
    with pytest.raises(DataError, match="an object as a program shows it"):
        read_frames(None, {"item": ["x"], "genres": [cell]})


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("u'Heat'", "Heat"),
        ("Tom \\u0026 Jerry", "Tom & Jerry"),
        ('="Heat"', "Heat"),
        ("He\x00at\x1b[2J", "He at [2J"),
        ("A\x0bB", "A B"),
    ],
)
def test_titles_lose_what_programs_put_around_them(cell: str, title: str) -> None:
    assert read_frames(None, {"item": ["x"], "title": [cell]}).catalog.titles == (title,)


@pytest.mark.parametrize(
    ("cell", "user"),
    [
        ("['bob']", "bob"),
        ("['Zoé']", "Zoé"),
        ("{'id': 7}", "7"),
        ('="0123"', "0123"),
        ("\u200b7\ufeff", "7"),
        ("Zoe\u0301", "Zo\u00e9"),
        ("bob\x00", "bob"),
        ({"$oid": "5f1"}, "5f1"),
    ],
)
def test_an_id_is_what_stands_in_its_wrapping(cell: object, user: str) -> None:
    data = read_frames({"user": [cell], "item": ["x"], "rating": [4]})
    assert data.users.ids == (user,)


def test_ids_that_a_spreadsheet_cut_short_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 2: the user id '1\.23E\+10' is a number that"):
        read(tmp_path, "user,item,rating\n1.23E+10,x,4\n")
    assert read(tmp_path, "user,item,rating\n1e10,x,4\n").users.ids == ("1e10",)


@pytest.mark.parametrize(
    "text",
    [
        '"user", "item", "rating"\n"ann", "x", "4"\n"bob", "y", "5"\n',
        "'user','item','rating'\n'ann','x',4\n'bob','y',5\n",
        "user,item,rating\n'ann','x',4\n'bob','y',5\n",
        "user  item  rating\nann   x     4\nbob   y     5\n",
        "user item rating\nann x 4\nbob  y  5\n",
        "user||item||rating\nann||x||4\nbob||y||5\n",
        "user,item,rating,note,note\nann,x,4,a,b\nbob,y,5,c,d\n",
    ],
)
def test_a_table_is_read_in_each_dialect(text: str, tmp_path: Path) -> None:
    assert rows(read(tmp_path, text)) == [("ann", "x", 4), ("bob", "y", 5)]


def test_an_apostrophe_is_no_quotation_mark(tmp_path: Path) -> None:
    data = read(tmp_path, "user,item,rating\nann,'Til Dawn,4\nbob,O'Brien's,5\n")
    assert [item for _, item, _ in rows(data)] == ["'Til Dawn", "O'Brien's"]


RECORDS = [{"user": "ann", "item": "x", "rating": 4}, {"user": "bob", "item": "y", "rating": 5}]
COLUMNS = {name: [row[name] for row in RECORDS] for name in RECORDS[0]}


@pytest.mark.parametrize(
    "text",
    [
        "".join(map(json.dumps, RECORDS)),
        "\n".join(json.dumps(row, indent=2) for row in RECORDS),
        "".join(json.dumps(row) + ",\n" for row in RECORDS),
        "".join("\x1e" + json.dumps(row) + "\n" for row in RECORDS),
        json.dumps({name: dict(zip("01", cells, strict=True)) for name, cells in COLUMNS.items()}),
        json.dumps({"columns": list(COLUMNS), "data": [list(row.values()) for row in RECORDS]}),
        json.dumps([list(COLUMNS), *(list(row.values()) for row in RECORDS)]),
        json.dumps({"page": 1, "data": RECORDS}) + "\n",
        "\n".join(
            json.dumps({**row, "rating": {"$numberInt": str(row["rating"])}}) for row in RECORDS
        ),
    ],
)  # fmt: skip
def test_json_is_read_however_it_was_written(text: str, tmp_path: Path) -> None:
    assert rows(read(tmp_path, text, "r.json")) == [("ann", "x", 4), ("bob", "y", 5)]
    assert rows(read_frames(RECORDS)) == [("ann", "x", 4), ("bob", "y", 5)]


def test_one_object_in_a_file_is_one_row(tmp_path: Path) -> None:
    assert rows(read(tmp_path, json.dumps(RECORDS[0]), "r.json")) == [("ann", "x", 4)]


@pytest.mark.parametrize("text", ["[]", "{}", "[" * 5000 + "]" * 5000, "null", "[1, 2]"])
def test_json_without_rows_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"r\.json: "):
        read(tmp_path, text, "r.json")


@pytest.mark.parametrize(
    ("cells", "ratings"),
    [
        (("4.0 / 5.0", "3.5 / 5.0"), [4, 3.5]),
        (("3½", "4"), [3.5, 4]),
        (("½", "1"), [0.5, 1]),
        (("like", "dislike"), [1, 0]),
        (("👍", "👎"), [1, 0]),
        (("Thumbs Up", "thumbs down"), [1, 0]),
    ],
)
def test_ratings_are_read_as_sites_show_them(
    cells: tuple[str, str], ratings: list[float], tmp_path: Path
) -> None:
    data = read(tmp_path, f"user,item,rating\nann,x,{cells[0]}\nann,y,{cells[1]}\n")
    assert data.interactions.toarray()[0].tolist() == ratings


def test_the_value_that_stands_apart_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="1 of 3 ratings are 99, off the scale of the rest"):
        read(tmp_path, "user,item,rating\na,x,4\na,y,5\nb,x,99\n")
    with pytest.raises(DataError, match="rating '1e308' is not a number"):
        read(tmp_path, "user,item,rating\na,x,4\na,y,1e308\n")


@pytest.mark.parametrize(
    "cells",
    [
        ("20190801100000", "20190801100001"),
        ("1564653600", "1564653601000"),  # of two programs
        ("43678.416667", "43678.416678"),  # of a spreadsheet
        ("Thu Aug 01 2019 12:00:00 GMT+0200 (CEST)", "Thu Aug 01 2019 12:00:01 GMT+0200 (CEST)"),
        ("Thursday, August 1, 2019 10:00:00", "Thursday, August 1, 2019 10:00:01"),
        ("01AUG2019:10:00:00", "01AUG2019:10:00:01"),  # of SAS
        ("2019-08-01 06:00:00 America/New_York", "2019-08-01 06:00:01 America/New_York"),
        ("Date(1564653600000)", "Date(1564653601000)"),
        ("2019-08-01T10:00:00.123456700Z", "2019-08-01T10:00:01.123456789Z"),
    ],
)
def test_a_time_is_the_same_in_more_forms(cells: tuple[str, str], tmp_path: Path) -> None:
    text = f'user,item,rating,time\nann,x,4,"{cells[0]}"\nann,y,4,"{cells[1]}"\n'
    data = read(tmp_path, text)
    assert data.timestamps is not None
    assert abs(data.timestamps - [1_564_653_600, 1_564_653_601]).max() <= ("43678" in cells[0])


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (("13/8/19", "1/9/19"), [18121, 18140]),
        (("13.08.19", "01.09.19"), [18121, 18140]),
        (("43690", "43709"), [18121, 18140]),
        (("2019年8月13日", "2019年9月1日"), [18121, 18140]),
        (("13. August 2019", "1. September 2019"), [18121, 18140]),
        (("2019-225", "2019-244"), [18121, 18140]),
        (("Aug-2019", "Sep 2019"), [18109, 18140]),
    ],
)
def test_days_are_read_in_more_forms(
    cells: tuple[str, str], days: list[int], tmp_path: Path
) -> None:
    text = f"user;item;rating;date\nann;x;4;{cells[0]}\nann;y;4;{cells[1]}\n"
    data = read(tmp_path, text)
    assert data.timestamps is not None
    assert (data.timestamps // 86_400).tolist() == days


def test_nanoseconds_of_dates_keep_their_order(tmp_path: Path) -> None:
    second = "2019-08-01T10:00:00.12345678"
    data = read(tmp_path, f"user,item,rating,time\na,late,4,{second}9Z\na,early,4,{second}8Z\n")
    assert data.steps_back is not None
    assert dict(zip(data.items.ids, data.steps_back.tolist(), strict=True)) == {
        "late": 0,
        "early": 1,
    }


def test_a_time_beyond_any_is_a_bad_row(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="row 2: timestamp '1e300' is beyond any time"):
        read(tmp_path, "user,item,rating,time\na,x,4,1e300\n")


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name.replace("_", "."), text)
    return packed.getvalue()


def test_what_explains_an_archive_is_not_its_table(tmp_path: Path) -> None:
    packed = archive(r_csv=TABLE, README_txt="About.", LICENSE="Free.", plot_png="x")
    assert read(tmp_path, packed, "r.zip").n_ratings == 2


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (gzip.compress(gzip.compress(TABLE.encode(), mtime=0), mtime=0), "compressed twice"),
        (archive(), "empty archive"),
        (b"\x80\x04\x95x", "a pickle"),
        (b"\x93NUMPY\x01", "NumPy"),
        (b"ORC\x01", "ORC"),
        (b"\xff\xff\xff\xff\x10", "Arrow"),
        (b"\n<!DOCTYPE html><html>404</html>", "a page of HTML"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
        (b"\xef\xbb\xbf<html>", "a page of HTML"),
        (b"\x04\x22\x4d\x18abc", "compressed by LZ4"),
        (b"\xff\x06\x00\x00sNaPpY", "compressed by LZ4, Snappy"),
        (b"]\x00\x00\x80", "LZMA"),
        (b"Obj\x01", "an Avro file"),
        (b"RDX3\nX", "a file of R, Stata"),
        (b"$FL2@(#) SPSS", "SPSS"),
        (b"@relation r\n@data\n", "Weka"),
        (b"\x00\x01\x00\x00Standard Jet DB", "Access"),
        (b"CREATE TABLE r (a int);\n", "a dump of a database in SQL"),
    ],
)
def test_what_is_no_table_is_told_apart(content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"r\.csv: .*{what}.*, which is not read; export it as"):
        read(tmp_path, content)


def test_a_column_that_is_one_value_is_refused() -> None:
    with pytest.raises(DataError, match="ratings: column 'user' is 1; give as many values as"):
        read_frames({"user": 1, "item": [2], "rating": [3]})


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_byte_lost_from_wide_text_is_not_read_as_other_signs(
    encoding: str, tmp_path: Path
) -> None:
    whole = ("user,item,rating\n" + "ann,x,4\nbob,y,5\n" * 20).encode(encoding)
    with pytest.raises(DataError, match=r"r\.csv: byte 0x.. is no utf.* text; state the encoding"):
        read(tmp_path, whole[:200] + whole[201:])


def test_a_file_of_metadata_is_read_and_accounted_for_like_the_others(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(
        "item,director,stage\nx,Ada Lint,3\ny,\"[{'name': 'B\",4\nz,Cy Day,5\n"
    )
    data = read(tmp_path, TABLE, metadata=tmp_path / "m.csv", on_error="skip")
    assert data.catalog.people(0, "director") == ("Ada Lint",)
    account = data.reading["metadata"]
    assert (account["rows"], account["used"], account["items"]) == (3, 1, 2)
    assert account["columns"] == {"item": "item", "director": "director"}
    assert account["kept"] == ["stage"]
    with pytest.raises(DataError, match=r"m\.csv: row 3: director: .* on_error='skip'"):
        read(tmp_path, TABLE, metadata=tmp_path / "m.csv")


def test_an_archive_that_is_encrypted_is_said_to_be(tmp_path: Path) -> None:
    packed = bytearray(archive(r_csv=TABLE))
    packed[6] |= 1
    packed[packed.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DataError, match=r"r\.zip: cannot be read: .*encrypted"):
        read(tmp_path, bytes(packed), "r.zip")


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "base64", "hex", "undefined"])
def test_what_is_no_encoding_of_text_is_refused(encoding: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"there is no encoding '{encoding}'"):
        read(tmp_path, TABLE, encoding=encoding)


def test_a_separator_within_quotation_marks_stays_as_it_is(tmp_path: Path) -> None:
    data = read(tmp_path, 'user::item::rating\n"ann"::"x::y"::4\nbob::z::5\n')
    assert data.items.ids == ("x::y", "z")


@pytest.mark.parametrize(
    ("header", "note"), [("user,item,rating\n", "the header is passed over"), ("", "no header")]
)
def test_columns_named_by_place_say_what_became_of_the_header(
    header: str, note: str, tmp_path: Path
) -> None:
    data = read(tmp_path, header + "ann,x,4\nbob,y,5\n", columns="user,item,rating")
    assert data.n_ratings == 2
    assert f"{note}: columns are named by their place" in data.reading["ratings"]["notes"]


def test_items_alone_without_a_header_are_told_their_own_option(tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("1,Heat,Crime\n2,Fargo,Crime\n")
    with pytest.raises(DataError, match="items_columns=item,title,genres"):
        read_csv(None, tmp_path / "i.csv")
