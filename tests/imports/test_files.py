"""Archives that mean harm, and files that are damaged."""

import csv
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import samples
from recsys_rag import imports
from recsys_rag.errors import DataError, RecsysRagError
from recsys_rag.imports import _files as files


@pytest.mark.parametrize(
    "name",
    ["../ratings.csv", "a/../../ratings.csv", "/etc/ratings.csv", "..\\ratings.csv", "C:/x.csv"],
)
def test_names_that_lead_out_of_the_archive_are_refused(name):
    archive = samples.zipped({name: samples.LETTERBOXD["ratings.csv"]})
    with pytest.raises(DataError, match="leads out of the archive; nothing was read"):
        imports.read_bytes("letterboxd.zip", archive)


def test_a_zip_bomb_is_refused_before_it_unpacks():
    bomb = samples.zipped(
        {"ratings.csv": b"Date,Name,Year,Letterboxd URI,Rating\n" + b"0" * 80_000_000}
    )
    assert len(bomb) < 200_000
    with pytest.raises(DataError, match="unpacks to more than 200 times its size"):
        imports.read_bytes("letterboxd.zip", bomb)


def test_a_gzip_bomb_is_refused():
    with pytest.raises(DataError, match=r"larger than 64 MB|200 times"):
        imports.read_bytes("animelist.xml.gz", samples.packed("0" * 80_000_000))


def test_a_header_that_lies_about_sizes_is_not_believed(monkeypatch):
    monkeypatch.setattr(files, "MAX_FILE", 1000)
    archive = samples.zipped({"ratings.csv": samples.LETTERBOXD["ratings.csv"] + "x" * 2000})
    with pytest.raises(DataError, match="is larger than"):
        imports.read_bytes("letterboxd.zip", archive)


def test_the_whole_of_an_export_has_a_limit():
    budget = files.Budget(10)
    budget.take(10, "a")
    with pytest.raises(DataError, match="b: the export unpacks to more than"):
        budget.take(1, "b")


def test_too_many_files_are_refused():
    archive = samples.zipped({f"{n}.csv": "" for n in range(files.MAX_FILES + 1)})
    with pytest.raises(DataError, match="holds 5,001 files"):
        imports.read_bytes("x.zip", archive)


def test_entities_and_document_types_are_refused():
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]>' + samples.MAL.partition("?>")[2]
    with pytest.raises(DataError, match="declares entities or a document type"):
        imports.read_bytes("animelist.xml", bomb.encode())
    outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + samples.MAL.partition("?>")[2]
    with pytest.raises(DataError, match="declares entities or a document type"):
        imports.read_bytes("animelist.xml", outside.encode())


def test_xml_without_end_is_damaged():
    with pytest.raises(DataError, match=r"cannot be read as XML: .*; download the export again"):
        imports.read_bytes("animelist.xml", samples.MAL[:300].encode())
    deep = "<myanimelist>" + "<a>" * 50
    with pytest.raises(DataError, match="nested deeper than 20 levels"):
        imports.read_bytes("animelist.xml", deep.encode())


def test_an_encrypted_member_is_refused():
    archive = bytearray(samples.zipped({"ratings.csv": samples.LETTERBOXD["ratings.csv"]}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.index(mark) + offset] |= 1
    with pytest.raises(DataError, match="is encrypted; unpack it first"):
        imports.read_bytes("x.zip", bytes(archive))


def test_a_damaged_member_leaves_the_others():
    files_ = {**samples.TRAKT, "ratings-shows.json": "[{"}
    export = imports.read_bytes("trakt.zip", samples.zipped(files_))
    assert "cannot be read as JSON" in export.files_not_read["ratings-shows.json"]
    assert len(export.entries) == 5


def test_a_damaged_archive_is_told():
    archive = samples.zipped(samples.LETTERBOXD)
    with pytest.raises(DataError, match="cannot be read as a zip archive"):
        imports.read_bytes("letterboxd.zip", archive[: len(archive) // 2])


def test_a_folder_is_read_as_its_archive(tmp_path):
    for name, content in samples.LETTERBOXD.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "outside.csv").symlink_to("/etc/passwd")
    archive = tmp_path.parent / "letterboxd.zip"
    archive.write_bytes(samples.zipped(samples.LETTERBOXD))
    assert imports.read(tmp_path).entries == imports.read(archive).entries


@pytest.mark.parametrize("limit", [131_072, 16 << 20])  # as other readers may leave it
def test_a_table_with_an_endless_cell_is_damaged(limit, request):
    before = csv.field_size_limit(limit)
    request.addfinalizer(lambda: csv.field_size_limit(before))
    table = "Date,Name,Year,Letterboxd URI,Rating\n1," + "x" * 200_000 + ",1,a,5\n"
    before = csv.field_size_limit(131_072)  # that of the process: another reader may have set it
    try:
        with pytest.raises(DataError, match=r"line 2 cannot be read as a row of a table"):
            imports.read_bytes("ratings.csv", table.encode())
    finally:
        csv.field_size_limit(before)


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "b.json", "c.xml", "d.zip", "e.xml.gz"]))
def test_whatever_comes_is_read_or_refused_in_words(content, name):
    with suppress(RecsysRagError):
        imports.read_bytes(name, content)


@given(st.data())
def test_a_letterboxd_archive_with_wrong_bytes_is_read_or_refused_in_words(data):
    archive = bytearray(samples.zipped(samples.LETTERBOXD))
    for _ in range(data.draw(st.integers(1, 6))):
        archive[data.draw(st.integers(0, len(archive) - 1))] = data.draw(st.integers(0, 255))
    with suppress(RecsysRagError):
        imports.read_bytes("letterboxd.zip", bytes(archive))


def test_every_row_of_every_file_is_counted():
    export = imports.read_bytes("letterboxd.zip", samples.zipped(samples.LETTERBOXD))
    rows = 5 + 2 + 2 + 2 + 3 + 1 + 1  # ratings, watched, watchlist, likes, diary, review, list
    assert export.n_rows == rows


def test_excel_saves_what_is_read_too():
    text = samples.LETTERBOXD["ratings.csv"].replace(",", ";").encode("utf-16")
    assert len(imports.read_bytes("ratings.csv", text).entries) == 4
