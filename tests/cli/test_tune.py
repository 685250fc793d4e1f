"""`tune` and `fit --tune`: settings that a file holds, chosen on validation data."""

import json

import pytest

from cli.running import run
from recsys_rag import Recommender, settings
from recsys_rag.lab.evaluate.tuning import SPACE

pytest.importorskip("optuna")


def test_what_is_chosen_can_be_given_as_settings(club, tmp_path):
    done = run("tune", *club.reading(), "--trials", "1", "--out", tmp_path / "tuned.toml")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == (tmp_path / "tuned.toml").read_text()
    assert f"--settings {tmp_path / 'tuned.toml'}" in done.stderr
    chosen = settings.load(tmp_path / "tuned.toml", {})
    assert set(chosen.fuse.weights) <= {
        "popularity",
        "recent",
        "user_knn",
        "item_knn",
        "ease",
        "als",
        "bm25",
    }
    told = run("tune", *club.reading(), "--trials", "1", "--json")
    changes = json.loads(told.stdout)
    assert set(changes["changes"]["retrieve"]) == {*SPACE} - {
        "slit"
    }  # which ranks only where the weights name it
    assert len(changes["passports"]) == 3


def test_fit_may_tune_first(club, tmp_path):
    done = run("fit", *club.reading(), "--tune", "1", "--out", tmp_path / "model")
    assert done.exit_code == 0, done.stderr
    tuned = Recommender.load(tmp_path / "model")
    assert len(tuned.recommend("1", k=3, explain=False).items) == 3
    assert "ease" in tuned.settings.fuse.weights


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--preset", "seed"), "there is nothing to tune in it"),
        (("--trials", "0"), "0 is not in the range x>=1"),
        (
            ("--protocol", "sead", "--trials", "1"),
            "no protocol 'sead'; there are seed, rb, loo, time, llamarec",
        ),
        (("--data", "ml-100k"), "--ratings and --data exclude each other"),
    ],
)
def test_what_cannot_be_tuned_is_refused_in_a_sentence(club, args, said):
    done = run("tune", "--ratings", club.ratings, "--items", club.items, *args)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_fit_does_not_tune_the_seed_method(club, tmp_path):
    done = run(
        "fit", "--ratings", club.ratings, "--preset", "seed", "--tune", "5", "--out", tmp_path / "m"
    )
    assert done.exit_code == 2
    assert "there is nothing to tune in it" in done.stderr
