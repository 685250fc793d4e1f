"""`recsys-rag fit --from`: new ratings on top of a saved recommender."""

import csv
from pathlib import Path

import pytest

from cli.running import run
from recsys_rag import _fitting as fitting
from recsys_rag._fitting import LocalFitter
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies

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
