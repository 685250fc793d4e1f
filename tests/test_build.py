"""What settings become: parts, weights, stages, models and writers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from installing import Install
from installing import install as install
from recsys_rag import _assets as assets
from recsys_rag import _build as build
from recsys_rag._fitted import Fitted
from recsys_rag._fuse.rrf import ReciprocalRankFusion
from recsys_rag._fuse.weighted import WeightedFusion
from recsys_rag._histories import FittedHistories, LiveHistories
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import SettingsError
from recsys_rag.facts.catalog import CatalogFact
from recsys_rag.facts.mood import MoodFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.generate._backends.openai import OpenAIServer
from recsys_rag.generate._prompt import opening
from recsys_rag.lab.tuned.tuned_writer import TunedWriter
from recsys_rag.settings import Settings, from_mapping, with_changes
from recsys_rag.testing.datasets import checkerboard, made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Candidate, Context, Evidence, Prompt, Query

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
MOVIES = made_up_movies(40)


def fitted(dataset: Dataset = MOVIES, **changes: Any) -> Fitted:
    """Fitted parts of these settings, without the dear ones."""
    settings = with_changes(SETTINGS, changes) if changes else SETTINGS
    parts = {name: build.retrievers(settings)[name] for name in ("popularity", "item_knn", "ease")}
    for part in parts.values():
        part.fit(dataset)
    return Fitted(dataset, parts, None, settings)


# --- retrievers and what joins them --------------------------------------------------------------


def test_the_retrievers_are_those_that_can_be_weighed_cheapest_first() -> None:
    names = list(build.retrievers(SETTINGS))
    assert names == ["popularity", "recent", "user_knn", "item_knn", "ease", "als", "bm25"]
    assert set(names) < set(build.RETRIEVERS)
    assert set(SETTINGS.fuse.weights) <= set(build.RETRIEVERS)


def test_hyperparameters_reach_their_retriever() -> None:
    tables = {"popularity": {"damping": 1.5}, "encoder": "none"}
    parts: dict[str, Any] = build.retrievers(from_mapping({"retrieve": tables}))
    damped = parts["popularity"].fit(MOVIES).score
    plain = build.retrievers(SETTINGS)["popularity"].fit(MOVIES).score
    batch = build.ranker(fitted()).batch([build.ranker(fitted()).resolve(Query("1"))])
    assert not np.array_equal(damped(batch), plain(batch))


def test_only_weights_above_zero_of_retrievers_that_are_there_rank() -> None:
    parts = fitted().parts
    weights = {
        "popularity": 0.0,
        "item_knn": (0.0, 0.0, 0.0, 0.0, 0.0),
        "ease": (0.0, 0.0, 0.5, 0.0, 0.0),
        "embedding": 1.0,  # switched off: there is no encoder
    }
    assert build.ranking_weights(weights, parts) == {"ease": (0.0, 0.0, 0.5, 0.0, 0.0)}


def test_a_weight_of_no_retriever_is_refused_and_so_is_no_weight_at_all() -> None:
    parts = fitted().parts
    with pytest.raises(SettingsError, match="names 'easy', but the retrievers are popularity"):
        build.ranking_weights({"ease": 1.0, "easy": 1.0}, parts)
    with pytest.raises(SettingsError, match="gives none of the retrievers a weight; they are pop"):
        build.ranking_weights({"ease": 0.0, "als": 1.0}, parts)


def test_the_method_of_fusion_is_that_of_the_settings() -> None:
    weights = {"ease": 2.0}
    weighted = build.fuser(SETTINGS, weights, fitted().dataset)
    assert isinstance(weighted, WeightedFusion)
    assert weighted.weights["ease"].tolist() == [2.0] * 14
    changes = {"fuse": {"method": "rrf", "smoothing": 3.0, "depth": 2}}
    by_rank = build.fuser(with_changes(SETTINGS, changes), weights, fitted().dataset)
    assert isinstance(by_rank, ReciprocalRankFusion)
    batch = build.ranker(fitted()).batch([build.ranker(fitted()).resolve(Query("1"))])
    scores = np.zeros((1, 60), np.float32)
    scores[0, :3] = (3, 2, 1)
    fused = by_rank.fuse({"ease": scores}, batch)[0]
    assert fused[0] == pytest.approx(1 / (3.0 + 1))
    assert fused[1] == pytest.approx(1 / (3.0 + 2))
    assert fused[2] == 0  # deeper than 2


def test_a_ranker_holds_what_the_settings_say() -> None:
    fuse = {"weights": {"ease": 1.0}, "profile_weight": 1.25, "dislike_weight": 0.75}
    ranker = build.ranker(fitted(fuse=fuse))
    assert list(ranker.retrievers) == ["ease"]
    assert (ranker.profile_weight, ranker.dislike_weight) == (1.25, 0.75)
    assert ranker.excludes_seen
    assert isinstance(ranker.histories, FittedHistories)
    live = LiveHistories(MOVIES)
    assert build.ranker(fitted(), live).histories is live


def test_diversity_which_looks_at_the_list_selects_last() -> None:
    changes = {"rerank": {"novelty": 0.25, "diversity": 0.5, "depth": 30}}
    selection = build.selection(with_changes(SETTINGS, changes), MOVIES)
    assert selection.reranker.stages == ("novelty", "calibration", "diversity")
    assert selection.strengths == {"novelty": 0.25, "calibration": 0.0, "diversity": 0.5}
    assert selection.depth == 30


def test_items_are_compared_with_what_was_said_by_the_parts_that_are_there() -> None:
    relevance = build.ranker(fitted()).relevance
    assert relevance
    assert set(relevance.of_examples) == {"shared_facts"}  # needs no fit: neither als nor texts
    assert not relevance.of_words
    als = build.retrievers(SETTINGS)["als"].fit(MOVIES)
    more = replace(fitted(), parts={**fitted().parts, "als": als})
    assert set(build.ranker(more).relevance.of_examples) == {"shared_facts", "als"}


def test_ratings_are_predicted_where_there_are_ratings() -> None:
    assert build.predictor(MOVIES) is not None
    assert build.predictor(checkerboard()) is None
    nobody = MOVIES.replace_rows(np.zeros(MOVIES.n_ratings, np.bool_))
    assert build.predictor(nobody) is None


# --- the flow ------------------------------------------------------------------------------------


def test_a_flow_holds_what_the_settings_say() -> None:
    generate = {"seed": 5, "timeout_seconds": 7.0, "list_seconds": 9.0}
    flow = build.flow(fitted(generate=generate, evidence={"per_item": 2}), lambda: None)
    assert (flow.evidence_per_item, flow.seed) == (2, 5)
    assert (flow.timeout_seconds, flow.list_seconds) == (7.0, 9.0)
    assert flow.ranker.dataset is MOVIES
    assert flow.language_model() is None
    answer = [*flow.stream(Query("1", k=2))][-1].recommendation
    assert {item.written_by for item in answer.items} == {"template"}
    assert max(len(item.evidence) for item in answer.items) <= 2


# --- language models -----------------------------------------------------------------------------


def test_the_template_is_no_model() -> None:
    assert build.language_model("template") is None


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("gpt9", "no language model 'gpt9'"),
        ("openai:gpt9", "no language model 'openai:gpt9'"),
        ("transformers:", "no language model 'transformers:'"),
        ("nowhere.gguf", "nowhere.gguf does not exist; give the path of a GGUF file"),
    ],
)
def test_a_name_of_no_model_is_refused(name: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint.replace(".", r"\.")):
        build.language_model(name)


def test_a_server_is_named_by_its_model_and_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    model = build.language_model("openai:org/model@v2@http://127.0.0.1:9/v1")
    assert isinstance(model, OpenAIServer)
    assert "org/model@v2" in model.model_id
    model.close()


def test_an_adapter_is_for_models_that_run_here() -> None:
    with pytest.raises(SettingsError, match="an adapter cannot be given to a server"):
        build.language_model("openai:m@http://127.0.0.1:9/v1", adapter="somewhere")


def test_the_shipped_adapter_is_for_the_writer_that_knows_its_prompts() -> None:
    auto = with_changes(Settings(), {"generate": {"writer": "auto"}})
    assert build.writing_adapter(auto) == "none"
    assert build.writing_adapter(auto, "tuned") == "auto"
    assert build.writing_adapter(auto, "clauses") == "none"
    named = with_changes(Settings(), {"generate": {"adapter": "mine"}})
    assert build.writing_adapter(named, "clauses") == "mine"
    assert build.adapter_folder("none", "smollm2") is None
    assert build.adapter_folder("mine", "smollm2") == Path("mine")
    assert build.adapter_folder("auto", "some-other-model") is None


@pytest.mark.parametrize(
    ("writer", "honors_grammar", "name"),
    [
        ("auto", True, "clauses"),
        ("auto", False, "free"),
        ("free", True, "free"),
        ("clauses", False, "clauses"),
    ],
)
def test_a_model_writes_in_the_way_that_it_can(
    writer: str, honors_grammar: bool, name: str
) -> None:
    settings = with_changes(SETTINGS, {"generate": {"writer": writer, "model": "mine"}})
    model = ScriptedLanguageModel(honors_grammar=honors_grammar)
    assert build.writer(settings, model).name == name


def test_the_tuned_writer_leaves_out_what_its_adapter_was_not_taught() -> None:
    settings = with_changes(SETTINGS, {"generate": {"writer": "tuned", "model": "smollm2"}})
    writer = build.writer(settings, ScriptedLanguageModel())
    assert isinstance(writer, TunedWriter)
    # a mood came after the adapter that is shipped
    facts = (CatalogFact("Heat", (), 1995), MoodFact(("tense",)))
    evidence = tuple(Evidence("1", fact, "", "", 0.5) for fact in facts)
    context = Context(Candidate("1", 0, "Heat", 1995, (), 0.0), evidence)
    assert "facts of kind mood; its texts do without" in writer.left_out(context)


def test_tuned_needs_an_adapter() -> None:
    settings = with_changes(SETTINGS, {"generate": {"writer": "tuned", "model": "mine"}})
    with pytest.raises(SettingsError, match=r"generate\.writer is tuned, but there is no adapter"):
        build.writer(settings, ScriptedLanguageModel())


def test_embedded_models_are_assets() -> None:
    assert "smollm2" in build.embedded_models()
    assert "minilm" not in build.embedded_models()


def kinds_of(fitted: Fitted) -> set[str]:
    sources = build.flow(fitted, lambda: None).evidence_sources
    return {type(source).__module__.rpartition(".")[2] for source in sources}


def test_what_cannot_be_counted_from_the_parts_is_not_stated() -> None:
    few, choices = fitted(), fitted(checkerboard(20, 20))
    assert "genre" in kinds_of(few)
    assert "neighbors" in kinds_of(few)  # by agreement in stars, from the rows alone
    assert "predicted" not in kinds_of(few)
    predictor = build.predictor(MOVIES)
    assert predictor is not None
    rated = replace(few, predictor=predictor.fit(MOVIES))
    assert kinds_of(rated) == kinds_of(few) | {"predicted", "record"}
    assert "neighbors" not in kinds_of(choices)  # by what was chosen: user-KNN finds them
    finder = build.retrievers(SETTINGS)["user_knn"].fit(choices.dataset)
    chosen = replace(choices, parts={**choices.parts, "user_knn": finder})
    assert kinds_of(chosen) == kinds_of(choices) | {"neighbors"}


def test_neighbors_are_asked_as_the_settings_say() -> None:
    choices = checkerboard(60, 20)
    finder = build.retrievers(SETTINGS)["user_knn"].fit(choices)
    few = fitted(choices, evidence={"neighbors": 17, "per_item": 5})
    flow = build.flow(replace(few, parts={**few.parts, "user_knn": finder}), lambda: None)
    resolved, every = flow.ranker.resolve(Query("u0")), np.arange(choices.n_items)
    facts = [p.fact for source in flow.evidence_sources for p in source.evidence(resolved, every)]
    assert {fact.n_neighbors for fact in facts if isinstance(fact, NeighborsFact)} == {17}


# --- parts of installed packages, files, and what gets ready ahead --------------------------------


def test_an_installed_retriever_is_made_with_its_settings_where_weights_name_it(
    install: Install,
) -> None:
    source = (
        "from recsys_rag.retrieve.popularity import Popularity\nclass Part(Popularity):\n    name "
        "= 'acme'\n    def __init__(self, damping=1.0):\n        super().__init__(damping); "
        "self.given = damping\n"
    )
    install("retrievers", source, "acme = MODULE:Part")
    assert "acme" not in build.retrievers(SETTINGS)
    named = with_changes(SETTINGS, {"fuse": {"weights": {"acme": 1.0}}})
    parts: Any = build.retrievers(named)
    assert parts["acme"].given == 1.0
    with_settings = {"retrieve": {"installed": {"acme": {"damping": 3.0}}}}
    parts = build.retrievers(with_changes(named, with_settings))
    assert parts["acme"].given == 3.0
    odd = {"retrieve": {"installed": {"acme": {"depth": 3}}}}
    with pytest.raises(SettingsError, match=r"retrieve\.installed\.acme: .*depth"):
        build.retrievers(with_changes(named, odd))
    stranger = with_changes(SETTINGS, {"fuse": {"weights": {"shelf": 1.0}}})
    with pytest.raises(SettingsError, match=r"names 'shelf', but the retrievers are .*bm25.*acme"):
        build.retrievers(stranger)


def test_an_installed_backend_makes_the_model_that_its_name_begins(install: Install) -> None:
    source = (
        "from recsys_rag.testing.language_models import ScriptedLanguageModel\ndef make(name):\n  "
        "  model = ScriptedLanguageModel(); model.model_id = 'acme/' + name; return model\n"
    )
    install("backends", source, "acme = MODULE:make")
    model = build.language_model("acme:big:7b")
    assert model is not None
    assert model.model_id == "acme/big:7b"
    with pytest.raises(SettingsError, match="no language model 'acme:'"):
        build.language_model("acme:")


def test_an_installed_writer_writes_where_the_settings_name_it(install: Install) -> None:
    source = (
        "class Part:\n    name = 'acme'\n    def __init__(self, model, temperature): self.given = "
        "(model, temperature)\n    def write(self, context, *, rank, seed, timeout_seconds=60.0): "
        "yield f'{self.given[0].model_id} at {self.given[1]}'\n"
    )
    install("writers", source, "acme = MODULE:Part")
    settings = with_changes(SETTINGS, {"generate": {"writer": "acme", "temperature": 0.25}})
    model = ScriptedLanguageModel()
    writer: Any = build.writer(settings, model)
    assert list(writer.write(None, rank=1, seed=0)) == ["scripted at 0.25"]
    build.flow(replace(fitted(), settings=settings), lambda: None)
    poet = with_changes(SETTINGS, {"generate": {"writer": "poet"}})
    with pytest.raises(SettingsError, match=r"generate\.writer is 'poet'; there are auto.*, acme"):
        build.flow(replace(fitted(), settings=poet), lambda: None)


def test_a_gguf_file_is_a_model_called_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF" + bytes(64))
    model = build.language_model(str(file), threads=1)
    assert model is not None
    assert model.model_id == "tiny"
    model.close()


def test_a_model_of_the_cache_is_called_by_its_name_and_that_of_its_adapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path))
    (name, *_) = build.embedded_models()
    file = assets.by_name(name).files[0].name
    (tmp_path / name).mkdir()
    (tmp_path / name / file).write_bytes(b"GGUF" + bytes(60))
    noted = {"files": [{"name": file, "size": 64}]}
    (tmp_path / name / "asset.json").write_text(json.dumps(noted))
    for adapter, model_id in (("none", name), ("auto", f"{name}+{name}-writer")):
        model = build.language_model(name, adapter=adapter)
        assert model is not None
        assert model.model_id == model_id
        model.close()


class Preparing(ScriptedLanguageModel):
    """A model that notes what it was told to have ready."""

    ready: Prompt | None = None

    def prepare(self, prompt: Prompt) -> None:
        self.ready = prompt


def test_what_prompts_begin_with_gets_ready_but_for_the_tuned_writer() -> None:
    for writer, prompt in (
        ("clauses", opening("naming")),
        ("free", opening("free")),
        ("tuned", Prompt("", "")),
    ):
        changes = {"generate": {"writer": writer, "model": "mine", "adapter": "somewhere"}}
        model = Preparing()
        build.prepare(with_changes(SETTINGS, changes), model)
        assert model.ready == prompt, writer
    build.prepare(SETTINGS, ScriptedLanguageModel())  # has nothing to get ready
