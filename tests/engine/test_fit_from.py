"""`recsys-rag fit --from`: new ratings on top of a saved recommender."""

import csv
import sys
from pathlib import Path

import pytest

from cli.running import run
from recsys_rag import _fitting as fitting
from recsys_rag._fitting import LocalFitter
from recsys_rag.recommender import Recommender
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Query

SETTINGS = from_mapping(
    {"retrieve": {"encoder": "none"}, "generate": {"model": "template"}, "fit": {"choose": False}}
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    fitting.save(LocalFitter().fit(made_up_movies(40), SETTINGS), tmp_path / "model")
    return tmp_path / "model"


def written(file: Path, *rows: tuple[str, str, str, str]) -> Path:
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([("user", "item", "rating", "timestamp"), *rows])
    return file


def test_a_day_is_added_in_place(model: Path, tmp_path: Path) -> None:
    before = fitting.saved_dataset(model)
    day = written(
        tmp_path / "day.csv", ("new", "1", "2", "990000000"), ("1", "2", "4", "990000001")
    )
    command = ["fit", "--from", model, "--ratings", day, "--out", model, "--force"]
    for _ in range(2):  # the second time from kept sums, and nothing changes
        ran = run(*command)
        assert ran.exit_code == 0, ran.output
        after = fitting.load(model)
        assert after.dataset.n_users == before.n_users + 1
        assert after.dataset.history("new")[1].tolist() == [2.0]
        assert after.dataset.scale == before.scale
        assert (model / "arrays/sums.together_values.npy").is_file()


@pytest.mark.parametrize(("option", "value"), [("--preset", "seed"), ("--tune", "5")])
def test_what_the_saved_recommender_has_settled_is_refused(
    model: Path, tmp_path: Path, option: str, value: str
) -> None:
    day = written(tmp_path / "day.csv", ("1", "2", "4", "1"))
    out = tmp_path / "out"
    ran = run("fit", "--from", model, "--ratings", day, option, value, "--out", out)
    assert ran.exit_code == 2
    assert f"--from and {option} exclude each other" in " ".join(ran.output.split())


def test_lists_for_everybody_are_a_table(model: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    ran = run("rank", "--model", model, "--out", tmp_path / "lists.parquet", "-k", 3)
    assert ran.exit_code == 0, ran.output
    rows = parquet.read_table(tmp_path / "lists.parquet").to_pylist()
    recommender = Recommender.load(model)
    best = recommender.rank([Query(user_id="7", k=3)])
    assert [row["item"] for row in rows if row["user"] == "7"] == best.item_ids[0].tolist()
    assert [row["rank"] for row in rows] == [1, 2, 3] * recommender.dataset.n_users


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--data", "ml-100k"), "--engine spark reads --ratings and --items"),
        (("--from", "model", "--ratings", "day.csv"), "--from and --engine spark exclude"),
    ],
)
def test_what_a_cluster_does_not_do_is_refused(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    ran = run("fit", "--engine", "spark", *options, "--out", tmp_path / "out")
    assert ran.exit_code == 2
    assert message in " ".join(ran.output.split())


def test_a_missing_extra_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    day = written(tmp_path / "day.csv", ("1", "2", "4", "1"))
    ran = run("fit", "--engine", "spark", "--ratings", day, "--out", tmp_path / "out")
    assert ran.exit_code != 0
    assert "pip install 'recsys-rag[spark]'" in ran.output
