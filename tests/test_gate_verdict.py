"""A verdict of the gate: what it may say, how it is kept, and that whoever recommends obeys it."""

import json
from dataclasses import replace

import pytest

from recsys_rag import Query, Recommender, build, store
from recsys_rag.errors import ArtifactError, AssetError, GenerationError, QueryError
from recsys_rag.gate_verdict import FEWEST, GateBin, GateVerdict, from_document, to_document
from recsys_rag.recommender import keep_verdict, saved_verdict
from recsys_rag.settings import from_mapping, with_changes
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.ranking_models import ScriptedRanker
from recsys_rag.types import Finished

SETTINGS = from_mapping(
    {"retrieve": {"encoder": "none"}, "generate": {"model": "template"}, "rerank": {"diversity": 0}}
)
JUDGED = with_changes(SETTINGS, {"rerank": {"model": "scripted", "adapter": "none"}})
MOVIES = made_up_movies(40)
FITTED = Recommender(SETTINGS).fit(MOVIES)
HISTORY = {title: 5.0 for title in MOVIES.items.ids[:8]}  # 6-20 ratings


def of_length(length, difference=0.1, low=0.05, people=40, strength=1.0):
    return GateBin(
        length, people, 0, strength, 0.2, 0.2 + difference, difference, low, difference + 0.05
    )


def verdict_of(engine, *bins, **changes):
    about = {
        "stage": "language_model",
        "form": "labels",
        "model": "scripted",
        "weights_hash": engine.weights_hash(),
        "data": MOVIES.name,
        "content_hash": MOVIES.content_hash,
        "pipeline_hash": SETTINGS.pipeline_hash(),
        "protocol": "seed",
        "passport": "0" * 16,
        "seed": 0,
        "resamples": 2000,
        "seconds": 1.0,
        "bins": bins or (of_length("6-20"),),
    }
    return GateVerdict(**{**about, **changes})


def answered(verdict, model, settings=JUDGED, **asked):
    flow = build.flow(
        settings, MOVIES, FITTED._fitted, None, lambda: None, verdict, lambda name, adapter: model
    )
    events = flow.stream(Query(k=10, **asked), explain=False)
    return next(one for one in events if isinstance(one, Finished)).recommendation


def titles(recommendation):
    return [one.candidate.name for one in recommendation.items]


def longest_first(liked, title):
    return float(len(title))


@pytest.mark.parametrize(
    ("people", "low", "is_on"),
    [(40, 0.05, True), (40, 0.0, False), (40, -0.01, False), (FEWEST - 1, 0.05, False)],
)
def test_a_length_is_on_only_where_the_whole_interval_is_above_zero_for_enough_people(
    people, low, is_on
):
    verdict = verdict_of(
        ScriptedRanker(longest_first), of_length("0", low=low, people=people, strength=0.3)
    )
    assert verdict.is_on == is_on
    assert verdict.strength("0") == (0.3 if is_on else 0.0)
    assert verdict.strength("1-5") == 0.0


def test_where_it_is_on_the_best_twenty_come_in_the_models_order():
    model = ScriptedRanker(longest_first)
    verdict = verdict_of(model)
    plain = answered(None, model, history=HISTORY)
    best = [one.candidate.name for one in answered(None, model, history=HISTORY).items]
    obeyed = answered(verdict, model, history=HISTORY)
    assert len(model.prompts) == 1
    listed = [line[3:] for line in model.prompts[0].raw.split("\n\n")[1].splitlines()[1:]]
    assert len(listed) == 20
    assert set(best) <= set(listed)
    assert [len(one) for one in titles(obeyed)] == sorted(map(len, listed), reverse=True)[:10]
    by_title = {one.candidate.name: one.score for one in plain.items}
    for one in obeyed.items:
        assert one.score == by_title.get(one.candidate.name, one.score)  # an item keeps its score
    assert not obeyed.notes


@pytest.mark.parametrize(
    "asked",
    [
        {"history": {}, "profile": "crime"},
        {"history": dict(list(HISTORY.items())[:3])},
        {"history": HISTORY, "words": "something with crime"},
        {"history": HISTORY, "dislikes": (MOVIES.items.ids[20],)},
    ],
    ids=["words only", "a length that is off", "words beside a history", "dislikes"],
)
def test_where_it_is_off_or_was_not_measured_nobody_asks_the_model(asked):
    model = ScriptedRanker(longest_first)
    obeyed = answered(verdict_of(model), model, **asked)
    assert titles(obeyed) == titles(answered(None, model, **asked))
    assert not model.prompts


def test_without_a_verdict_and_where_settings_say_off_no_model_ranks():
    model = ScriptedRanker(longest_first)
    plain = titles(answered(None, model, history=HISTORY))
    off = with_changes(JUDGED, {"rerank": {"language_model": "off"}})
    for settings in (off, SETTINGS):  # SETTINGS name no language model for anything
        obeyed = answered(verdict_of(model), model, settings, history=HISTORY)
        assert titles(obeyed) == plain
        assert not obeyed.notes
    assert not model.prompts


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"content_hash": "f" * 64}, "void: it was measured on other data"),
        ({"pipeline_hash": "f" * 64}, "void: it was measured with other settings of what ranks"),
        ({"model": "another"}, "void: it was measured with another, not with scripted"),
        (
            {"adapter": "rankers/mine"},
            "void: it was measured with the adapter rankers/mine, not with none",
        ),
        ({"weights_hash": "f" * 64}, "void: the files of scripted have changed"),
    ],
)
def test_a_verdict_about_something_else_is_void_and_said_so(changes, says):
    model = ScriptedRanker(longest_first)
    obeyed = answered(verdict_of(model, **changes), model, history=HISTORY)
    assert titles(obeyed) == titles(answered(None, model, history=HISTORY))
    assert any(says in note and "recsys-rag gate" in note for note in obeyed.notes)
    assert not model.prompts


def test_fusion_weights_void_a_verdict_and_the_choice_of_writer_does_not():
    other = with_changes(JUDGED, {"fuse": {"weights": {"ease": 1.0, "popularity": 1.0}}})
    assert other.pipeline_hash() != JUDGED.pipeline_hash() == SETTINGS.pipeline_hash()
    writes = with_changes(
        JUDGED,
        {"generate": {"model": "smollm2", "temperature": 0.1}, "retrieve": {"encoder": "minilm"}},
    )
    assert writes.pipeline_hash() == JUDGED.pipeline_hash()


def test_when_the_model_fails_the_order_is_that_without_it_and_it_is_said():
    model = ScriptedRanker(longest_first, error="the engine fell over")
    obeyed = answered(verdict_of(model), model, history=HISTORY)
    assert titles(obeyed) == titles(answered(None, model, history=HISTORY))
    assert obeyed.notes == ("ranked without the language model: the engine fell over",)


def test_a_verdict_survives_saving_loading_and_being_kept_in_an_artifact(tmp_path):
    verdict = verdict_of(ScriptedRanker(longest_first), of_length("0", low=-0.1), of_length("6-20"))
    assert from_document(json.loads(json.dumps(to_document(verdict)))) == verdict
    FITTED.save(tmp_path / "m")
    assert saved_verdict(tmp_path / "m") is None
    keep_verdict(tmp_path / "m", verdict)
    loaded = Recommender.load(tmp_path / "m")
    assert loaded.gate_verdict == saved_verdict(tmp_path / "m") == verdict
    loaded.save(tmp_path / "again")
    assert saved_verdict(tmp_path / "again") == verdict
    assert Recommender(SETTINGS).fit(MOVIES).gate_verdict is None
    newer = replace(verdict, seed=7)
    keep_verdict(tmp_path / "m", newer)
    assert Recommender.load(tmp_path / "m").gate_verdict == newer


def test_a_loaded_recommender_obeys_and_says_when_the_model_is_gone(tmp_path):
    verdict = verdict_of(ScriptedRanker(longest_first), model=str(tmp_path / "gone.gguf"))
    FITTED.save(tmp_path / "m")
    keep_verdict(tmp_path / "m", verdict)
    judged = with_changes(SETTINGS, {"rerank": {"model": str(tmp_path / "gone.gguf")}})
    loaded = Recommender.load(tmp_path / "m", settings=judged)
    with pytest.raises(GenerationError, match=r"gone\.gguf is not there"):
        loaded.rank(histories=[HISTORY])
    # a length that is off asks for no model
    assert loaded.rank(histories=[{}]).item_ids.shape == (1, 10)


def test_a_missing_model_is_noted_and_the_list_is_that_without_it():
    def gone(name, adapter):
        raise AssetError(f"{name} is not on this machine")

    flow = build.flow(
        JUDGED,
        MOVIES,
        FITTED._fitted,
        None,
        lambda: None,
        verdict_of(ScriptedRanker(longest_first)),
        gone,
    )
    events = flow.stream(Query(k=10, history=HISTORY), explain=False)
    made = next(one for one in events if isinstance(one, Finished)).recommendation
    assert made.notes == ("ranked without the language model: scripted is not on this machine",)
    assert titles(made) == titles(answered(None, ScriptedRanker(longest_first), history=HISTORY))


def test_a_tampered_verdict_is_refused(tmp_path):
    FITTED.save(tmp_path / "m")
    keep_verdict(
        tmp_path / "m", verdict_of(ScriptedRanker(longest_first), of_length("6-20", low=-0.1))
    )
    file = next((tmp_path / "m/documents").glob("gate.*.json"))
    file.write_bytes(file.read_bytes().replace(b'"low":-0.1', b'"low":0.09'))
    for read in (Recommender.load, saved_verdict):
        with pytest.raises(ArtifactError, match="not the file that the manifest lists"):
            read(tmp_path / "m")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda of: of["bins"][0].update(low=0.3), "is not between"),
        (lambda of: of["bins"][0].update(strength=1.5), "strength 1.5"),
        (lambda of: of["bins"][0].update(cut=99), "99 of 40 people"),
        (lambda of: of["bins"].append(of["bins"][0]), "stands there twice"),
        (lambda of: of.update(format=2), "reads format 1"),
        (lambda of: of.update(form="poem"), "form"),
        (lambda of: of.pop("content_hash"), "content_hash"),
        (lambda of: of["bins"][0].update(low="high"), "low"),
    ],
)
def test_a_document_that_is_no_verdict_is_refused_and_says_why(tmp_path, change, says):
    document = to_document(verdict_of(ScriptedRanker(longest_first)))
    document = json.loads(json.dumps(document))
    change(document)
    with pytest.raises(ValueError, match=f"verdict is damaged.*{says}"):
        from_document(document)
    FITTED.save(tmp_path / "m")
    store.add_document(tmp_path / "m", "gate", document)
    with pytest.raises(ArtifactError, match="damaged"):
        Recommender.load(tmp_path / "m")


def test_no_query_can_ask_for_the_gated_stage():
    model = ScriptedRanker(longest_first)
    with pytest.raises(QueryError, match="no stage of selection 'language_model'"):
        answered(verdict_of(model), model, history=HISTORY, strengths={"language_model": 1.0})
