"""Public data sets are read in their real form by the commands that docs/own-data.md gives."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from recsys_rag._cli.main import program

from .shapes import GENRES, SHAPES, pairs

PAGE = Path(__file__).parents[2] / "docs" / "own-data.md"
COMMANDS = dict(
    re.findall(r"^### (.+?)\n\n```\n(recsys-rag .+?)\n```", PAGE.read_text(), re.MULTILINE)
)
FILES = ("--ratings", "--items", "--metadata", "--out")


def run(*arguments: str) -> str:
    outcome = CliRunner().invoke(program, arguments)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RECSYS_RAG__RETRIEVE__ENCODER", "none")
    monkeypatch.setenv("RECSYS_RAG__GENERATE__MODEL", "template")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_has_a_command_for_each_shape() -> None:
    assert COMMANDS.keys() == SHAPES.keys()


@pytest.mark.parametrize("shape", SHAPES)
def test_one_command_with_two_options_at_most_fits_it_and_its_texts_are_clean(
    shape: str, plain: Path
) -> None:
    SHAPES[shape](plain)
    words = shlex.split(COMMANDS[shape])[1:]
    assert sum(word.startswith("--") and word not in FILES for word in words) <= 2
    about = json.loads(run(*words, "--json"))
    tables = [about["reading"][name] for name in ("ratings", "items") if name in about["reading"]]
    for account in tables:
        left_out = sum(account["dropped"].values()) + sum(account["bad"].values())
        assert account["rows"] == account["used"] + left_out
        assert account["rows"] > 0
    whom = ["--query", GENRES[0]] if not about["users"] else ["--user", _first_user(about)]
    said = run("recommend", "--model", "model", *whom, "-k", "3", "--sources")
    assert not re.search(r"\[\{|\['|&\w+;|<[a-z]+|None|nan|N/A|http", said), said


def _first_user(about: dict[str, object]) -> str:
    from recsys_rag import Recommender

    return Recommender.load(str(about["model"]), lm="template").dataset.users.id(0)


def fitted(shape: str, plain: Path) -> dict[str, object]:
    SHAPES[shape](plain)
    return json.loads(run(*shlex.split(COMMANDS[shape])[1:], "--json"))  # type: ignore[no-any-return]


def dataset(shape: str, plain: Path):  # type: ignore[no-untyped-def]
    from recsys_rag import Recommender

    return Recommender.load(str(fitted(shape, plain)["model"]), lm="template").dataset


def test_the_crew_of_kaggle_gives_the_director_alone(plain: Path) -> None:
    catalog = dataset("The Movies Dataset (Kaggle)", plain).catalog
    assert catalog.people(0, "director") == ("Ada Lint 0",)
    assert catalog.people(0, "actors") == ("Tam Hark 0", "Lia O'Moor")
    assert catalog.genres[0] == ("Drama", "Fable")
    assert catalog.titles[12] == "Schindler’s Loft"
    assert catalog.years.tolist()[:2] == [1990, 1991]


def test_what_book_crossing_leaves_unrated_is_counted(plain: Path) -> None:
    account = fitted("Book-Crossing", plain)["reading"]["ratings"]  # type: ignore[index]
    unrated = sum((u + i) % 3 == 0 for u, i, _, _ in pairs())
    assert account["dropped"] == {"not rated": unrated, "of unknown items": 1}


def test_the_hours_of_steam_are_counts(plain: Path) -> None:
    data = dataset("Steam-200k", plain)
    assert data.scale is None
    assert data.n_ratings == len(pairs())
    assert data.reading["ratings"]["repeats"] == len(pairs())


def test_netflix_titles_may_hold_commas(plain: Path) -> None:
    catalog = dataset("Netflix prize", plain).catalog
    assert catalog.name(1) == "Salt Road, été (1991)"
    assert catalog.year(6) is None


def test_jester_has_a_rating_for_each_cell_that_is_not_99(plain: Path) -> None:
    data = dataset("Jester", plain)
    cells = [
        cell
        for line in (plain / "jester-data-1.csv").read_text().splitlines()
        for cell in line.split(",")[1:]
    ]
    assert data.n_ratings == sum(cell != "99" for cell in cells)
    assert data.scale is not None
    assert (data.scale.low, data.scale.high) == (-10, 10)
