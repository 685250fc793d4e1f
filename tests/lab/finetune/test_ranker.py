"""The ranker's training as a whole: a folder that both kinds of engine and the gate take, the same
after an interruption."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest

from lab.finetune.tiny import tiny_model
from recsys_rag import build
from recsys_rag.errors import ArtifactError, DataError, EvaluationError, SettingsError
from recsys_rag.lab.evaluate.gate import gate
from recsys_rag.lab.evaluate.protocols import protocol
from recsys_rag.lab.finetune.ranker import RankerSettings, tune_ranker
from recsys_rag.lab.finetune.train import TrainSettings
from recsys_rag.settings import from_mapping, with_changes
from recsys_rag.testing.datasets import made_up_movies

is_installed = all(importlib.util.find_spec(name) for name in ("torch", "transformers", "peft"))
pytestmark = [
    pytest.mark.transformers,
    pytest.mark.skipif(not is_installed, reason="needs: pip install 'recsys-rag[finetune]'"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
]
PIPELINE = from_mapping({"retrieve": {"encoder": "none"}})
MOVIES = made_up_movies(200)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("bases") / "llama", "llama", letters=True)


def tiny_settings(base: Path, **changes: object) -> RankerSettings:
    train = TrainSettings(
        rounds=(4,), batch=2, learning_rate=0.01, validate_every=2, seconds_between_checkpoints=0.0
    )
    made = RankerSettings(
        base=str(base), cuts=1, rank=4, alpha=8, validation=4, test=6, train=train
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def tuned(
    folder: Path,
    out: Path,
    told: list[str] | None = None,
    on_step=lambda *step: None,
    **changes: object,
) -> Path:
    settings = tiny_settings(**{"base": folder, **changes})
    tell = (told if told is not None else []).append
    return tune_ranker(
        MOVIES, out, settings, PIPELINE, command="a test", tell=tell, on_step=on_step
    )


@pytest.fixture(scope="module")
def folder(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tuned(base, tmp_path_factory.mktemp("rankers") / "club")


def about(folder: Path) -> dict[str, object]:
    return json.loads((folder / "manifest.json").read_text())["about"]


def test_the_folder_says_what_it_is_and_whose_ratings_it_has_not_seen(folder: Path) -> None:
    said = about(folder)
    assert (said["kind"], said["protocol"], said["steps"]) == ("ranker", "seed", 4)
    assert said["content_hash"] == MOVIES.content_hash
    assert said["passport"] == protocol("seed").validation(MOVIES).passport.key
    card = (folder / "README.md").read_text()
    assert "retrievers' order" in card
    assert (
        f"| {said['mrr_before']:.3f} | {said['mrr_after']:.3f} | {said['retrievers_mrr']:.3f} |"
        in card
    )


def test_it_is_loaded_judged_and_told_from_its_base(folder: Path, base: Path) -> None:
    name = f"transformers:{base}"
    settings = with_changes(PIPELINE, {"rerank": {"model": name, "adapter": str(folder)}})
    model = build.language_model(name, adapter=str(folder), adapter_kind="ranker")
    plain = build.language_model(name)
    assert model is not None
    assert plain is not None
    verdict = gate(MOVIES, settings, model, users=6, lengths=["6-20"])
    assert (verdict.model, verdict.adapter) == (name, str(folder))
    assert verdict.weights_hash == build.weights_hash(model) != build.weights_hash(plain)
    with pytest.raises(SettingsError, match="is a ranker, not a writer"):
        build.language_model(name, adapter=str(folder))


def test_interrupted_it_goes_on_as_if_it_had_not_been(
    folder: Path, base: Path, tmp_path: Path
) -> None:
    def interrupt(step: int, *_: object) -> None:
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tuned(base, tmp_path / "club", on_step=interrupt)
    assert not (tmp_path / "club").exists()
    told: list[str] = []
    tuned(base, tmp_path / "club", told)
    assert "on cpu: about" in told[0]  # first what it will take, last what came of it
    assert "Going on after step" in told[1]
    assert "retrievers' order" in told[-1]
    weights = "adapter_model.safetensors"
    assert (tmp_path / "club" / weights).read_bytes() == (folder / weights).read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["club"]


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"by": "u1"}, SettingsError, "rating prediction"),
        ({"by": "nonsense"}, EvaluationError, "no protocol 'nonsense'"),
        ({"base": Path("/no/such/model.gguf")}, SettingsError, "is not there"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_time_is_spent(
    changes, error, says, base, tmp_path
) -> None:
    with pytest.raises(error, match=says):
        tuned(base, tmp_path / "club", **changes)
    assert not list(tmp_path.iterdir())


def test_too_little_data_and_a_place_that_is_taken_are_refused(
    base: Path, folder: Path, tmp_path: Path
) -> None:
    quiet = {"command": "a test", "tell": lambda _: None, "on_step": lambda *_: None}
    with pytest.raises(DataError, match="choices to learn from"):
        tune_ranker(made_up_movies(12), tmp_path / "club", tiny_settings(base), PIPELINE, **quiet)
    with pytest.raises(ArtifactError, match="is there already"):
        tune_ranker(MOVIES, folder, tiny_settings(base), PIPELINE, **quiet)


def test_a_base_without_letters_is_refused(tmp_path: Path) -> None:
    bytes_only = tiny_model(tmp_path / "base", "gpt2")
    with pytest.raises(DataError, match="no single token for ' A'"):
        tuned(bytes_only, tmp_path / "club")
