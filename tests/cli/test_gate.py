"""`recsys-rag gate` as a person runs it, by the embedded model; and where its verdict is shown."""

import json
from pathlib import Path

import pytest

from cli.running import run
from recsys_rag import assets
from recsys_rag.fuse.bins import BIN_NAMES
from recsys_rag.gate_verdict import GateBin, GateVerdict
from recsys_rag.generate.tuned_prompt import PROMPT_FORM
from recsys_rag.lab.commands.gate import gate
from recsys_rag.recommender import Recommender, keep_verdict, saved_verdict
from recsys_rag.rerank.ranking_prompt import RANKING_FORM

HERE = assets.available("smollm2")  # before the tests' own cache hides it


@pytest.fixture
def model(club, tmp_path: Path) -> Path:
    """A saved recommender of the club, for one test."""
    made = tmp_path / "model"
    Recommender.load(club.model).save(made)
    return made


def verdict_on(place: Path, **changes: object) -> GateVerdict:
    recommender = Recommender.load(place)
    dataset, settings = recommender.dataset, recommender.settings
    bins = (
        GateBin("0", 40, 40, 0.3, 0.2, 0.3, 0.1, 0.05, 0.15),
        GateBin("6-20", 60, 0, 0.1, 0.3, 0.3, 0.0, -0.1, 0.1),
    )
    about = {
        "model": "smollm2",
        "weights_hash": "0" * 64,
        "content_hash": dataset.content_hash,
        **changes,
    }
    pipeline = settings.pipeline_hash()
    return GateVerdict(
        "language_model",
        "labels",
        str(about["model"]),
        str(about["weights_hash"]),
        dataset.name,
        str(about["content_hash"]),
        pipeline,
        "seed",
        "0" * 16,
        0,
        2000,
        9.5,
        bins,
    )


def test_the_lengths_that_can_be_named_are_those_of_the_fusion() -> None:
    default = next(one for one in gate.params if one.name == "lengths").default
    assert default == ",".join(BIN_NAMES)


@pytest.mark.model
def test_it_judges_writes_and_is_obeyed(model: Path, tmp_path: Path) -> None:
    if HERE is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "smollm2").symlink_to(HERE)
    asked = ("gate", "--model", model, "--lm", "smollm2", "--users", 3, "--bins", "0")
    tried = run(*asked, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "Written nowhere" in tried.stdout
    assert saved_verdict(model) is None
    done = run(*asked, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [one["length"] for one in found["bins"]] == ["0"]
    assert found["on"] == []  # of two people
    assert "Asking about 3 people takes about" in done.stderr
    kept = saved_verdict(model)
    assert kept is not None
    assert (kept.model, kept.weights_hash) == ("smollm2", found["weights_hash"])


def test_doctor_shows_the_verdict_of_a_saved_recommender(model: Path) -> None:
    before = json.loads(run("doctor", "--model", model, "--json").stdout)["checks"]
    (line,) = [one for one in before if one["name"] == f"gate of {model}"]
    assert (line["status"], line["remedy"]) == ("optional", f"recsys-rag gate --model {model}")
    keep_verdict(model, verdict_on(model))
    after = json.loads(run("doctor", "--model", model, "--json").stdout)["checks"]
    (line,) = [one for one in after if one["name"] == f"gate of {model}"]
    assert line["status"] == "ok"
    assert "it ranks for people with 0 ratings, and not with 6-20" in line["detail"]
    assert "not measured, so off: 1-5, 21-100 and >100" in line["detail"]


def test_recommend_says_that_a_verdict_is_void(model: Path) -> None:
    keep_verdict(model, verdict_on(model, content_hash="f" * 64))
    done = run(
        "recommend", "--model", model, "--user", 1, "-k", 2, "--no-explain", "--lm", "smollm2"
    )
    assert done.exit_code == 0, done.output
    assert "void: it was measured on other data" in " ".join(done.stdout.split())


def test_evaluate_shows_the_verdict_where_it_holds_and_why_where_not(club, tmp_path: Path) -> None:
    data = ("--data", club.ratings, "--settings", club.settings)
    # fits, and keeps it
    assert run("recommend", *data, "--user", 1, "-k", 1, "--no-explain").exit_code == 0
    (place,) = (tmp_path / "cache" / "fitted").iterdir()
    asked = ("evaluate", *data, "--methods", "popularity", "--part", "validation")
    assert "Gate" not in run(*asked).stdout
    keep_verdict(place, verdict_on(place))
    shown = run(*asked).stdout
    assert "Gate: smollm2 by labels, seed protocol of" in shown
    assert "[.0500, .1500]" in shown
    assert json.loads(run(*asked, "--json").stdout)["gate"]["bins"][0]["length"] == "0"
    keep_verdict(place, verdict_on(place, content_hash="f" * 64))
    assert "void: it was measured on other data" in run(*asked).stdout
    assert json.loads(run(*asked, "--json").stdout)["gate"] is None


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--bins", "2-9"), 2, "'2-9' is no length of history; there are 0, 1-5"),
        (("--users", "2"), 2, "--users"),
        (("--seconds", "0"), 2, "--seconds"),
        (("--lm", "template"), 2, "template is no language model"),
        (("--lm", "nonsense"), 2, "no language model 'nonsense'"),
        (("--lm", "openai:m@http://127.0.0.1:9/v1"), 1, "cannot rank by labels"),
        (("--form", "poem"), 2, "poem"),
    ],
)
def test_what_cannot_be_judged_is_refused_before_anything_is_asked(
    model: Path, options, code, says
) -> None:
    done = run("gate", "--model", model, *options)
    assert (done.exit_code, says in done.output) == (code, True), done.output
    assert saved_verdict(model) is None


@pytest.mark.parametrize(
    ("about", "code", "says"),
    [
        (
            {"protocol": "loo"},
            2,
            "learned from ratings that the protocol seed holds out; give --protocol loo",
        ),
        ({"prompt_form": 0}, 2, "was trained on prompts of the form 0"),
        ({"kind": "writer", "prompt_form": PROMPT_FORM}, 2, "is a writer, not a ranker"),
    ],
)
def test_an_adapter_that_cannot_be_judged_is_refused(
    model: Path, tmp_path: Path, about, code, says
) -> None:
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    said = {
        "kind": "ranker",
        "base": "any/model",
        "prompt_form": RANKING_FORM,
        "protocol": "seed",
        **about,
    }
    (adapter / "manifest.json").write_text(json.dumps({"about": said, "files": {}}))
    done = run("gate", "--model", model, "--lm", "transformers:any/model", "--adapter", adapter)
    assert (done.exit_code, says in " ".join(done.output.split())) == (code, True), done.output


def test_the_seed_preset_has_no_ranker(tmp_path: Path) -> None:
    done = run("finetune", "ranker", "--preset", "seed", "--out", tmp_path / "ranker")
    assert done.exit_code == 2
    assert "no language model ranks in it" in done.output
