"""What cells say as names and texts, in forms that programs write by accident."""

import pytest

from recsys_rag.data._readers.tables import read_frames
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError


def of_items(column: str, cell: object) -> Dataset:
    others = {"item": ["x", "y", "z"], "title": ["A", "B", "C"]}
    return read_frames(None, {**others, column: [cell, "Plain", "Other"]})


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (r"[\"Drama\",\"War\"]", ("Drama", "War")),  # escaped once too often
        ("\"['Drama', 'War']\"", ("Drama", "War")),  # quoted once too often
        ("b\"['Drama']\"", ("Drama",)),
        ("'Drama', 'War'", ("Drama", "War")),
        ("{1: 'Drama', 2: 'War'}", ("Drama", "War")),
        ("[{'genre': {'name': 'Drama'}}]", ("Drama",)),
        ("[{'genre_name': 'Drama', 'id': 4}]", ("Drama",)),
        ("[{'id': 1, 'Name': 'Drama'}]", ("Drama",)),
        ('{"genres": ["Drama", "War"]}', ("Drama", "War")),
        ('{"a": {"name": "Drama"}, "b": {"name": "War"}}', ("Drama", "War")),
        ("{'War', 'Drama'}", ("Drama", "War")),  # a set has no order of its own
        ("Drama:0.9|War:0.1", ("Drama", "War")),
        ("Drama • War", ("Drama", "War")),
        ("Drama\tWar", ("Drama", "War")),
        ("Dra\xadma\u200b", ("Drama",)),
        ("https://example.org/drama.jpg", ()),
        ("Chapter 2:30", ("Chapter 2:30",)),  # one name alone has no weight
    ],
)
def test_names_are_found_in_their_wrapping(cell: str, names: tuple[str, ...]) -> None:
    assert of_items("genres", cell).catalog.genres[0] == names


@pytest.mark.parametrize(
    "cell",
    [
        "[object Object]",
        "Array",
        "System.Collections.Generic.List`1[System.String]",
        "<generator object names at 0x7f31>",
        "[Row(id=1, name='Drama')]",
        "16|35",
        "['16', '35']",
    ],
)
def test_what_holds_no_names_is_refused_with_its_row(cell: str) -> None:
    with pytest.raises(DataError, match="items: row 1: "):
        of_items("genres", cell)


@pytest.mark.parametrize("column", ["overview", "title"])
@pytest.mark.parametrize(
    "cell", ["[{'cast_id': 14, 'char", '{"en": "A bo', "['one', 'two", '[{"name":']
)
def test_a_list_that_is_cut_off_is_no_text(column: str, cell: str) -> None:
    with pytest.raises(DataError, match=r"row 1: .*cannot be read as one"):
        of_items(column, cell)


@pytest.mark.parametrize(
    ("cell", "plot"),
    [
        ('{"en": "A boat.", "fr": "Un bateau."}', "A boat."),
        ("{'Name': 'A boat.'}", "A boat."),
        ("[sic] a boat", "[sic] a boat"),
        ("{a boat}", "{a boat}"),
        ("A\u200b boat", "A boat"),
    ],
)
def test_a_text_is_what_stands_in_its_wrapping(cell: str, plot: str) -> None:
    assert of_items("overview", cell).catalog.people(0, "plot") == (plot,)
