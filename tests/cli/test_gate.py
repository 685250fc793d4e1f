"""`recsys-rag gate` as a person runs it, by the embedded model."""

import json
from pathlib import Path

import pytest

from cli.running import run
from recsys_rag import _assets as assets

HERE = assets.available("smollm2")  # before the tests' own cache hides it


@pytest.mark.model
@pytest.mark.acceptance
def test_it_measures_the_embedded_model_and_prints_what_it_found(club, tmp_path: Path) -> None:
    if HERE is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "smollm2").symlink_to(HERE)
    asked = ("gate", "--data", club.ratings, "--settings", club.settings, "--lm", "smollm2")
    done = run(*asked, "--users", 2, "--json")
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert (printed["model"], printed["protocol"]) == ("smollm2", "seed")
    assert [outcome["ratings_told"] for outcome in printed["measured"]] == ["all", "3", "none"]
    for outcome in printed["measured"]:
        assert outcome["gain"]["low"] <= outcome["gain"]["mean"] <= outcome["gain"]["high"]
    shown = run(*asked, "--users", 2).stdout
    assert "What smollm2 does to the best 20, 2 people" in shown
    assert "seed, validation part" in shown


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--users", "1"), 2, "--users"),
        (("--protocol", "u1", "--lm", "smollm2"), 2, "u1 predicts ratings"),
        (("--lm", "template"), 2, "template is not a language model"),
        (("--lm", "nonsense"), 2, "no language model 'nonsense'"),
        (
            ("--lm", "openai:m@http://127.0.0.1:9/v1"),
            1,
            "cannot be restricted to one of 20 letters",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_is_asked(
    club, options, code, says
) -> None:
    done = run("gate", "--data", club.ratings, "--settings", club.settings, *options)
    assert (done.exit_code, says in done.output) == (code, True), done.output
