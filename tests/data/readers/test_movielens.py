"""Every MovieLens release: small made-up data of each form, and the real ones where they are
here."""

import csv
import gzip
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from data.readers import movielens_forms as forms
from recsys_rag.data._readers import movielens
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import DataError

SHARED = Path(__file__).parents[3] / "../shared/data"
Form = tuple[str, Callable[[Path], Path]]
FORMS: tuple[Form, ...] = (
    ("100k", forms.original_100k),
    ("100k", forms.recbole_100k),
    ("1m", forms.form_1m),
    ("10m", forms.form_10m),
    ("latest-small", forms.form_csv),
    ("20m", forms.form_csv),
    ("25m", forms.form_csv),
    ("32m", forms.form_csv),
)


@pytest.mark.parametrize(("release", "made"), FORMS)
def test_every_form_says_the_same(
    release: str, made: Callable[[Path], Path], tmp_path: Path
) -> None:
    dataset = movielens.read_folder(release, made(tmp_path))
    catalog = dataset.catalog
    assert dataset.name == f"ml-{release}"
    assert dataset.users.ids == ("2", "1")
    assert catalog.items.ids == ("7", "3", "267")
    assert catalog.titles == ("The Café of Lanterns", "Rivers", "unknown")
    assert catalog.aliases == (("Le Café aux lanternes",), (), ())
    assert catalog.years.tolist() == [1994, 1990, 0]
    assert catalog.genres == (("Comedy", "Drama"), ("War",), ())
    assert dataset.interactions.toarray().tolist() == [[3, 5, 0], [4, 0, 0]]
    assert dataset.timestamps is not None
    assert dataset.timestamps.tolist() == [300, 100, 200]
    assert dataset.rows.tolist() == [2, 0, 1]
    whole = release in ("100k", "1m")
    assert dataset.scale == (RatingScale(1, 5) if whole else RatingScale(0.5, 5, 0.5))


def test_release_dates_are_iso_and_only_in_the_original(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert movielens.read_folder(
        "100k", forms.original_100k(tmp_path / "a")
    ).catalog.release_dates == (*("1997-02-14", "1971-02-04"), "")
    assert movielens.read_folder(
        "100k", forms.recbole_100k(tmp_path / "b")
    ).catalog.release_dates == ("", "", "")


def test_users_come_with_what_is_known_of_them(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert movielens.read_folder("100k", forms.original_100k(tmp_path / "a")).user_fields == {
        "age": ("53", "24"),
        "gender": ("F", "M"),
        "occupation": ("other", "technician"),
        "zip": ("94043", "85711"),
    }
    assert movielens.read_folder("1m", forms.form_1m(tmp_path / "b")).user_fields == {
        "gender": ("M", "F"),
        "age": ("56+", "under 18"),
        "occupation": ("self-employed", "K-12 student"),
        "zip": ("70072", "48067"),
    }


def test_links_give_ids_of_other_sites(tmp_path: Path) -> None:
    assert movielens.read_folder("25m", forms.form_csv(tmp_path)).catalog.metadata == {
        "imdb_id": (("tt0114709",), (), ()),
        "tmdb_id": (("862",), (), ()),
    }


def test_half_stars_are_out_of_scale_in_1m_and_whole_ones_are_not_in_10m(tmp_path: Path) -> None:
    forms.form_10m(tmp_path)
    with (tmp_path / "ratings.dat").open("a") as file:
        file.write("1::3::0.5::400\n")
    assert movielens.read_folder("10m", tmp_path).n_ratings == 4
    with pytest.raises(
        DataError,
        match=r"ratings\.dat: row 4: rating 0\.5 of user '1' for item '3' is outside 1 to 5",
    ):
        movielens.read_folder("1m", tmp_path)


def test_100k_is_held_against_its_content_hash(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"3 ratings of 2 users are not the 100,000 of MovieLens 100K"
    ):
        movielens.read("100k", forms.original_100k(tmp_path))


def test_an_item_that_is_not_in_the_items_file_is_refused_with_its_line(tmp_path: Path) -> None:
    forms.form_csv(tmp_path)
    with (tmp_path / "ratings.csv").open("a") as file:
        file.write("999,999999,5.0,400")
    with pytest.raises(
        DataError, match=r"ratings\.csv: row 5: item '999999' is not in the catalog"
    ):
        movielens.read_folder("32m", tmp_path)


def test_a_duplicate_is_refused_with_both_lines(tmp_path: Path) -> None:
    forms.form_csv(tmp_path)
    with (tmp_path / "ratings.csv").open("a") as file:
        file.write("2,3,1.0,400\n")
    with pytest.raises(DataError, match=r"row 5: user '2' already rated item '3' in row 2"):
        movielens.read_folder("32m", tmp_path)


def test_another_release_is_not_taken_for_the_one_asked_for(tmp_path: Path) -> None:
    with pytest.raises(
        DataError,
        match=r"no MovieLens 1m here: there is no ratings\.dat; it holds links\.csv, movies\.csv",
    ):
        movielens.read("1m", forms.form_csv(tmp_path))
    with pytest.raises(DataError, match="no MovieLens release '2m'; there are: 100k, 1m, 10m"):
        movielens.read("2m", tmp_path)


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("u.item", "8|Short (1990)|x", r"u\.item: row 4: 3 fields instead of 24"),
        (
            "u.item",
            "8|Odd (1990)|32-Foo-1990||" + "|0" * 19,
            r"u\.item: row 4: release date '32-Foo-1990' is not like",
        ),
        (
            "u.item",
            "8|Odd (1990)|||" + "|0" * 18 + "|2",
            r"u\.item: row 4: genre flags .* are not all 0 or 1",
        ),
        ("u.item", "7|Twice (1990)|||" + "|0" * 19, r"u\.item: id '7' occurs twice"),
        ("u.user", "3|24", r"u\.user: row 3: 2 fields instead of 5"),
        ("u.data", "x\t7\t3\t1", r"u\.data: row 4: user id 'x' is not a whole number"),
    ],
)
def test_a_damaged_line_is_refused_with_file_and_row(
    file: str, line: str, message: str, tmp_path: Path
) -> None:
    forms.original_100k(tmp_path)
    with (tmp_path / file).open("a") as opened:
        opened.write(line + "\n")
    with pytest.raises(DataError, match=message):
        movielens.read_folder("100k", tmp_path)


@pytest.mark.parametrize("file", ["u.data", "u.item"])
def test_an_empty_file_is_refused(file: str, tmp_path: Path) -> None:
    forms.original_100k(tmp_path)
    (tmp_path / file).write_text("")
    with pytest.raises(DataError, match=rf"{file}: (the file is empty|no items in it)"):
        movielens.read_folder("100k", tmp_path)


def test_the_two_garbled_rows_of_the_copy_are_repaired(tmp_path: Path) -> None:
    forms.recbole_100k(tmp_path)
    with (tmp_path / "ml-100k.item").open("a") as file:
        file.write("1412\tRivers III: The Flood (1995)\tV\tAnimation Children's\n")
    catalog = movielens.read_folder("100k", tmp_path).catalog
    assert catalog.name(catalog.items.index("1412")) == "Rivers III: The Flood (1995)"
    assert catalog.name(catalog.items.index("267")) == "unknown"


@pytest.mark.movielens
def test_movielens_100k_is_what_its_readme_says(ml100k: Dataset) -> None:
    assert (ml100k.n_users, ml100k.n_items, ml100k.n_ratings) == (943, 1682, 100_000)
    assert ml100k.content_hash == movielens.CONTENT_HASH_100K
    catalog = ml100k.catalog
    assert catalog.name(catalog.items.index("127")) == "The Godfather (1972)"
    assert (
        catalog.name(catalog.items.index("1412"))
        == "Land Before Time III: The Time of the Great Giving (1995)"
    )
    unknown = catalog.items.index("267")
    assert (catalog.name(unknown), catalog.genres[unknown]) == ("unknown", ())
    assert [place for place in range(1682) if not catalog.years[place]] == [unknown]
    names = [catalog.name(place) for place in range(1682)]
    assert len(names) - len(set(names)) == 18
    names_of = zip(catalog.titles, catalog.aliases, strict=True)
    assert sum(not "".join((title, *aliases)).isascii() for title, aliases in names_of) == 9
    assert np.bincount(ml100k.interactions.data.astype(int)).tolist() == [
        0,
        6110,
        11370,
        27145,
        34174,
        21201,
    ]
    history = dict(
        zip(
            ml100k.items.ids_at(ml100k.history("196")[0]),
            ml100k.history("196")[1].tolist(),
            strict=True,
        )
    )
    assert history["242"] == 3  # the first row of u.data


def test_latest_small_is_what_its_readme_says(tmp_path: Path) -> None:
    folder = SHARED / "ml-latest-small"
    if not (folder / "ratings.csv.gz").exists():
        pytest.skip(
            "MovieLens latest-small is not here; get it: recsys-rag data fetch ml-latest-small"
        )
    for name in ("movies.csv.gz", "links.csv.gz"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    # a copy may have rows of its own behind
    with gzip.open(folder / "ratings.csv.gz", "rt", encoding="utf-8") as file:
        (tmp_path / "ratings.csv").write_text("".join(itertools.islice(file, 100_837)))
    dataset = movielens.read("latest-small", tmp_path)
    assert (dataset.n_users, dataset.n_items, dataset.n_ratings) == (610, 9742, 100_836)
    assert dataset.scale == RatingScale(0.5, 5, 0.5)
    catalog = dataset.catalog
    assert catalog.people(catalog.items.index("1"), "imdb_id") == ("tt0114709",)
    with gzip.open(folder / "movies.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            index = catalog.items.index(row["movieId"])
            assert index in catalog.find(row["title"]), row["title"]
