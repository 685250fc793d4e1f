"""Blocks of plain numbers are read at once, and say what their cells say."""

from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data._readers.cells import id_of, ids, number_of
from recsys_rag.data._readers.separated import _numbers
from recsys_rag.data._readers.tables import read_csv

CELLS = st.sampled_from(
    ["0", "7", "12", "3.5", "4.0", "0.5", "07", "-1", "", "9" * 15, "9" * 16, "2.25", "x"]
)


@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=5),
    st.sampled_from([",", "\t", ";", "::", "|", " "]),
    st.integers(1, 3),
    st.booleans(),
)
def test_a_block_is_read_as_its_cells_are_or_not_at_all(rows, separator, n, ends):
    lines = [separator.join(row) + "\n" for row in rows]
    lines[-1] = lines[-1] if ends else lines[-1][:-1]
    columns = _numbers(lines, separator, n)
    if columns is None:
        return
    assert all(len(row) == n for row in rows)
    for place, column in enumerate(columns):
        cells = [row[place] for row in rows]
        assert column.tolist() == [number_of(cell) for cell in cells]
        assert list(map(str, ids(column, "item")[0])) == [id_of(cell) for cell in cells]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 10)), min_size=1))
def test_a_file_of_plain_numbers_reads_as_the_same_file_with_quotes(tmp_path_factory, triples):
    folder = tmp_path_factory.mktemp("numbers")
    plain = [f"{user},{item},{half / 2:.1f},{100 + half}" for user, item, half in triples]
    quoted = [",".join(f'"{cell}"' for cell in row.split(",")) for row in plain]
    for name, rows in (("plain", plain), ("quoted", quoted)):
        (folder / name).write_text("\n".join(["user,item,rating,timestamp", *rows]) + "\n")
    mine, theirs = (read_csv(folder / name, scale=(0.5, 5, 0.5)) for name in ("plain", "quoted"))
    assert mine.content_hash == theirs.content_hash
    assert mine.users.ids == theirs.users.ids
    assert mine.items.ids == theirs.items.ids
    assert mine.rows.tolist() == theirs.rows.tolist()
