"""More about items, from a file of its own, joined by id or by title and year."""

import json
from pathlib import Path

import numpy as np
import pytest

from recsys_rag.data._readers.metadata import enrich
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

ITEM_TEXT = Path(__file__).parents[3] / "../shared/data/movie-text/ml100k_item_text.parquet"
CSV = (
    'item_id,title,directors,cast,overview,plot,tmdb_keywords,imdbId,language,runtime\n'
    '7,"Lantern, The (1994)","Ada Lint, Bo Ray, Jr.",Cy Dow|(voices),A lamp  '
    'goes\tout.,,lamp|night,114709,English,1h 21m\n'
    "9,Rivers,Nora (story),,N/A,Two rivers meet.,,,,N/A\n"
)  # fmt: skip


@pytest.fixture
def catalog() -> Catalog:
    return Catalog(
        Vocabulary(("7", "9", "5", "6")),
        ("The Lantern", "Rivers", "Sabrina", "Sabrina"),
        np.array([1994, 1990, 1995, 1954], np.int32),
        ((),) * 4,
        metadata={"language": ((), ("French",), (), ())},
    )


def write(place: Path, name: str, text: str) -> Path:
    (place / name).write_text(text, encoding="utf-8")
    return place / name


def check(richer: Catalog) -> None:
    assert richer.people(0, "director") == ("Ada Lint", "Bo Ray, Jr.")
    assert richer.people(0, "actors") == ("Cy Dow",)
    assert richer.people(0, "plot") == ("A lamp goes out.",)
    assert richer.people(0, "keywords") == ("lamp", "night")
    assert richer.people(0, "imdb_id") == ("tt0114709",)
    assert richer.runtimes.tolist() == [81, 0, 0, 0]
    assert richer.people(1, "director") == ("Nora",)
    assert richer.people(1, "plot") == ("Two rivers meet.",)
    assert richer.people(1, "imdb_id") == ()
    assert [richer.people(place, "language") for place in range(4)] == [
        ("English",),
        ("French",),
        (),
        (),
    ]


def test_rows_are_joined_by_id(catalog: Catalog, tmp_path: Path) -> None:
    richer, account = enrich(catalog, write(tmp_path, "m.csv", CSV))
    assert account["items"] == 2
    check(richer)
    assert catalog.people(0, "director") == ()  # the catalog that was given stays as it was


def test_json_jsonl_and_parquet_say_the_same(catalog: Catalog, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [
        {
            "item_id": 7,
            "directors": ["Ada Lint", "Bo Ray, Jr."],
            "cast": "Cy Dow|(voices)",
            "overview": "A lamp  goes\tout.",
            "keywords": ["lamp", "night"],
            "imdb_id": "tt0114709",
            "language": "English",
            "runtime": 81.0,
        },
        {
            "item_id": 9,
            "directors": ["Nora (story)"],
            "cast": None,
            "overview": "Two rivers meet.",
            "keywords": [],
            "imdb_id": None,
            "language": None,
            "runtime": None,
        },
    ]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "m.parquet")
    by_id = {
        str(row["item_id"]): {key: value for key, value in row.items() if key != "item_id"}
        for row in rows
    }
    for path in (
        tmp_path / "m.parquet",
        write(tmp_path, "m.json", json.dumps(rows)),
        write(tmp_path, "ids.json", json.dumps(by_id)),
        write(tmp_path, "m.jsonl", "\n".join(json.dumps(row) for row in rows)),
    ):
        richer, account = enrich(catalog, path)
        assert account["items"] == 2
        check(richer)


def test_without_ids_rows_are_joined_by_title_and_year(catalog: Catalog, tmp_path: Path) -> None:
    text = 'title,year,plot\n"Lantern, The",1994,one\nRivers (1990),,two\nRivers,1991,other film\n'
    text += "sabrina,1954,three\nSabrina,,four\n"
    richer, account = enrich(catalog, write(tmp_path, "m.csv", text))
    assert [richer.people(place, "plot") for place in range(4)] == [
        ("one",),
        ("two",),
        (),
        ("three",),
    ]
    assert account["items"] == 3


def test_ids_of_another_catalog_are_refused(catalog: Catalog, tmp_path: Path) -> None:
    text = "id,title,plot\n7,Heat,one\n9,Jaws (1975),two\n5,Sabrina,three\n"
    with pytest.raises(
        DataError,
        match=r"its ids are those of another catalog: row 2 is 'Heat', but that id is 'The Lantern",
    ):
        enrich(catalog, write(tmp_path, "m.csv", text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("weight,plot\n3,one\n", "neither an item id nor a title to join it by"),
        ("item_id,plot\n99,one\n", "none of its rows fits an item of the catalog"),
        ("item_id,plot\n7,N/A\n", "none of its rows fits an item of the catalog"),
    ],
)
def test_a_file_that_says_nothing_about_these_items_is_refused(
    text: str, message: str, catalog: Catalog, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=message):
        enrich(catalog, write(tmp_path, "m.csv", text))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.json", "{", r"m\.json: is not JSON"),
        (
            "m.json",
            "3",
            r"m\.json: holds neither a list of objects nor a mapping from id to object",
        ),
        ("m.json", '{"7": 3}', r"m\.json: row 1: is not an object with named fields"),
        (
            "m.jsonl",
            '{"id": 7, "plot": "x"}\n\n[1]\n',
            r"m\.jsonl: row 3: is not an object with named fields",
        ),
        ("m.jsonl", '{"id": 7, "plot": "x"}\n{"id": \n', r"m\.jsonl: row 2: is not JSON"),
    ],
)
def test_damaged_json_is_refused_with_its_row(
    name: str, text: str, message: str, catalog: Catalog, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=message):
        enrich(catalog, write(tmp_path, name, text))


@pytest.mark.movielens
def test_the_text_file_beside_the_project_fits_movielens_100k(ml100k: Dataset) -> None:
    pytest.importorskip("pyarrow")
    if not ITEM_TEXT.exists():
        pytest.skip("the file of item texts is not here; it comes with the build machines only")
    richer, account = enrich(ml100k.catalog, ITEM_TEXT)
    assert account["items"] > 1650
    fargo = richer.items.index("100")
    assert "Joel Coen" in richer.people(fargo, "director")
    assert "Steve Buscemi" in richer.people(fargo, "actors")
    assert not any("(" in name for names in richer.metadata["director"] for name in names)
    unknown = richer.items.index("267")
    assert richer.text(unknown) == "unknown."
