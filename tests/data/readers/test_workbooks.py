"""Workbooks: the first sheet with rows below its header, rows by the number that Excel shows."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from recsys_rag.data._readers.files import open_table
from recsys_rag.data._readers.table import Form
from recsys_rag.errors import DataError

Rows = Sequence[Sequence[str | float | None]]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RATINGS: Rows = (("user", "item", "rating"), ("u1", "i1", 4.5), (None,) * 3, ("u2", "i1", 3.0))


def _cell(value: str | float | None) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def _sheet(rows: Rows) -> str:
    cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def _related(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relationships(related: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Write the smallest workbook with these sheets."""
    listed, related = "", ""
    with zipfile.ZipFile(path, "w") as file:
        for number, (name, rows) in enumerate(sheets.items(), 1):
            listed += f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>'
            related += _related(f"r{number}", "worksheet", f"worksheets/sheet{number}.xml")
            file.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows))
        file.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"/>')
        file.writestr(
            "_rels/.rels", _relationships(_related("r0", "officeDocument", "xl/workbook.xml"))
        )
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        file.writestr("xl/_rels/workbook.xml.rels", _relationships(related))
    return path


def test_the_first_sheet_with_rows_below_its_header_is_read(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"About": (("made by hand",),), "Ratings": RATINGS, "Old": RATINGS}
    with open_table(workbook(tmp_path / "r.xlsx", sheets)) as table:
        (chunk,) = table.chunks
    assert table.columns == ("user", "item", "rating")
    assert list(chunk.numbers) == [2, 4]  # an empty row has its number too
    assert [list(column) for column in chunk.columns] == [["u1", "u2"], ["i1", "i1"], [4.5, 3.0]]
    assert table.left_out.n_rows == 2
    assert table.notes == ["sheet 'Ratings' of the workbook; not read: About, Old"]


def test_columns_may_be_named_where_there_is_no_header(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", {"Ratings": RATINGS[1:]})
    with open_table(path, Form(columns=("person", "film"))) as table:
        (chunk,) = table.chunks
    assert table.columns == ("person", "film", "column 3")
    assert list(chunk.numbers) == [1, 3]


def test_a_workbook_without_rows_and_what_is_none_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "empty.xlsx", {"Ratings": RATINGS[:1], "None": ()})
    with pytest.raises(DataError, match="no sheet of this workbook has rows below a header"):
        open_table(path).__enter__()
    (tmp_path / "not.xlsx").write_bytes(b"\x09\x08\x10\x00")
    with pytest.raises(DataError, match=r"not\.xlsx: cannot be read as a workbook"):
        open_table(tmp_path / "not.xlsx").__enter__()


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", {"Ratings": (("user", "user"), ("u1", "u2"))})
    with pytest.raises(DataError, match="two columns are named 'user'"):
        open_table(path).__enter__()


@pytest.mark.parametrize("name", ["r.xlsx", "r.csv", "r.txt", "r"])
def test_a_workbook_is_known_by_what_it_holds(name: str, tmp_path: Path) -> None:
    book = workbook(tmp_path / "book.xlsx", {"Ratings": RATINGS})
    with open_table(book.rename(tmp_path / name)) as table:
        assert table.columns == RATINGS[0]


@pytest.mark.parametrize("name", ["r.xls", "r.xlsx", "r.ods"])
def test_text_that_is_called_a_workbook_is_read_as_text(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("user\titem\trating\nu1\ti1\t4\n")
    with open_table(tmp_path / name) as table:
        assert table.columns == ("user", "item", "rating")
