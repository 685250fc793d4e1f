"""A study of texts on the invented club: true texts score whole, forged ones do not, and its files
say the same."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from recsys_rag import Recommender
from recsys_rag._cli.main import program
from recsys_rag.errors import EvaluationError
from recsys_rag.lab.commands.evaluate_text import _WRITERS
from recsys_rag.lab.evaluate.text import answers
from recsys_rag.lab.evaluate.text import text_report as report
from recsys_rag.lab.evaluate.text.study import Study, run
from recsys_rag.lab.evaluate.text.text_figures import FIGURES, figures
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender(SETTINGS).fit(made_up_movies())


@pytest.fixture(scope="module")
def study(recommender: Recommender) -> Study:
    writers = ["template", "clauses", "raw", "seed"]
    model = ScriptedLanguageModel()
    return run(
        recommender.flow,
        lambda writer: model,
        SETTINGS,
        writers=writers,
        users=10,
        version="0",
        k=3,
    )


def test_verified_writers_are_found_true_by_both_judges_and_personal(study: Study) -> None:
    for label in list(study.rows)[:2]:
        found = study.rows[label]
        assert found["texts"] == 30
        assert found["precision_verifier"] == found["precision_judge"] == found["recall"] == 1.0
        assert found["precision_rows"] == 1.0 > found["not_in_rows"] > 0
        assert found["invented_titles"] == found["empty"] == found["template"] == 0
        assert found["swap_fails"] >= 0.9
        assert found["unique_skeletons"] > 0.5
        assert found["same_opener"] <= 2
    assert study.deletion
    assert study.deletion.cited > 0.9


def test_what_nobody_verified_is_judged_as_it_is(study: Study) -> None:
    labels = list(study.rows)

    assert [one for one in labels if "unverified" in one] == labels[2:]
    for label in labels[2:]:
        found = study.rows[label]
        assert found["texts"] == 0 or found["precision_verifier"] < 1.0


def test_forged_texts_are_found(recommender: Recommender) -> None:
    asks = answers.Asks(recommender.flow, "template", k=3)
    told = [asks.answer(one) for one in recommender.dataset.users.ids[:6]]
    forged = [
        replace(
            one,
            recommendation=replace(
                one.recommendation,
                items=tuple(
                    replace(item, explanation="It is close to Heat (1995), which you gave a 5 [1].")
                    for item in one.items
                ),
            ),
        )
        for one in told
    ]

    found, wrong = figures(forged, recommender.flow, own_writer="template")

    assert found["precision_verifier"] == found["precision_judge"] == 0
    assert found["precision_rows"] == 0
    assert found["invented_titles"] == 1.0
    assert found["unique_sentences"] == pytest.approx(1 / 18)
    assert found["same_opener"] == 3
    assert any("Heat (1995)" in one for one in wrong)
    assert any("by SQL: " in one for one in wrong)


def test_the_files_of_a_report_agree_and_ask_nothing_of_any_network(
    study: Study, tmp_path: Path
) -> None:
    pytest.importorskip("jinja2")
    report.write(study, tmp_path)

    kept = json.loads((tmp_path / "results.json").read_text())
    page, told = (tmp_path / "report.html").read_text(), (tmp_path / "report.md").read_text()

    assert set(kept["writers"]["template"]) == set(FIGURES)
    assert kept["writers"]["template"]["texts"] == 30
    assert kept["deletion"]["cited"] == pytest.approx(study.deletion.cited, abs=1e-4)  # type: ignore[union-attr]
    for text in FIGURES.values():
        assert text in told
    assert "http" not in page
    assert "User " in page
    assert kept["passport"]["content_hash"] == study.passport.content_hash


def test_a_title_cannot_become_markup_or_turn_the_text_of_the_page(study: Study) -> None:
    hostile = "<b onclick=x>Heat\u202e\u2066\x1b[2J\x00"
    label, told = next(iter(study.answers.items()))
    item = told[0].items[0]
    named = replace(
        item, explanation=hostile, evidence=(replace(item.evidence[0], statement=hostile),)
    )
    listed = replace(told[0], recommendation=replace(told[0].recommendation, items=(named,)))
    shown = report.page(replace(study, answers={label: [listed]}, problems={label: [hostile]}))

    harmless = "&lt;b onclick=x&gt;Heat[2J"
    assert f"<blockquote>{harmless}<small>[1] {harmless}</small>" in shown
    assert f"<li>{harmless}</li>" in shown
    assert "<b onclick" not in shown
    assert not set("\u202e\u2066\x1b\x00") & set(shown)


def test_what_cannot_be_asked_is_refused(recommender: Recommender) -> None:
    with pytest.raises(EvaluationError, match="no writer 'poet'; there are template, clauses"):
        run(recommender.flow, lambda writer: None, SETTINGS, writers=["poet"], users=1, version="0")
    with pytest.raises(EvaluationError, match="writer 'clauses' needs a language model"):
        run(
            recommender.flow,
            lambda writer: None,
            SETTINGS,
            writers=["clauses"],
            users=1,
            version="0",
        )
    with pytest.raises(EvaluationError, match="999 users were asked for; the data has 120"):
        run(
            recommender.flow,
            lambda writer: None,
            SETTINGS,
            writers=["template"],
            users=999,
            version="0",
        )


def test_figures_that_nothing_defines_are_null_in_json(study: Study) -> None:
    row = {name: math.nan for name in FIGURES}

    assert set(replace(study, rows={"none": row}).as_mapping()["writers"]["none"].values()) == {
        None
    }


def test_the_command_offers_the_writers_that_there_are() -> None:
    assert _WRITERS == answers.WRITERS
    assert (
        "--baselines"
        in CliRunner().invoke(program, ["evaluate-text", "--help"], standalone_mode=False).output
    )
