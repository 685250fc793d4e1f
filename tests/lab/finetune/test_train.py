"""Training: it learns, it goes on after a kill as if there had been none, and it refuses early what
would fail late."""

import importlib.util
import json
import math
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grounding import KINDS
from lab.finetune.killing import kill_points, killed, same_weights, unbroken
from lab.finetune.tiny import tiny_model
from lab.finetune.tiny_run import settings as tiny_settings
from recsys_rag.errors import ArtifactError, DataError, SettingsError
from recsys_rag.lab.finetune import base as bases
from recsys_rag.lab.finetune import writer as writers
from recsys_rag.lab.finetune.examples import Example, batch_of, batches
from recsys_rag.lab.finetune.train import Trainer, TrainSettings
from recsys_rag.testing.datasets import made_up_movies

is_installed = all(importlib.util.find_spec(name) for name in ("torch", "transformers", "peft"))
needs_extra = pytest.mark.skipif(
    not is_installed, reason="needs: pip install 'recsys-rag[finetune]'"
)
pytestmark = [
    pytest.mark.transformers,
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
]


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("bases") / "gpt2")


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("bases") / "llama", "llama")


def examples(n: int, seed: int) -> list[Example]:
    """Sequences in which each token is the last one plus one: easy to learn, of different
    lengths."""
    rng = random.Random(seed)
    found = []
    for _ in range(n):
        begin, length = rng.randint(1, 80), rng.randint(6, 16)
        found.append(
            Example(tuple(range(begin, begin + length)), (*[False] * 3, *[True] * (length - 3)))
        )
    return found


def trainer(folder: Path, where: Path, settings: TrainSettings) -> Trainer:
    from recsys_rag.lab.finetune.lora import with_adapter

    loaded = bases.load(str(folder), device="cpu")
    model = with_adapter(loaded.model, rank=4, alpha=8, seed=1)
    return Trainer(model, loaded.pad_id, settings, folder=where, plan="a test")


@needs_extra
@pytest.mark.parametrize("kind", ["gpt2", "llama"])
def test_training_lowers_the_loss_on_what_it_has_not_seen(kind: str, tmp_path: Path) -> None:
    base = tiny_model(tmp_path / kind, kind)
    one = trainer(
        base, tmp_path, TrainSettings((40,), batch=8, learning_rate=0.03, validate_every=10)
    )
    before = one.loss_of(examples(16, 99))
    progress = one.run(lambda place: examples(64, place), examples(16, 99))
    assert before > math.log(257)  # a random model knows nothing
    assert progress.best_loss < 0.8 * before
    # the best weights are left
    assert one.loss_of(examples(16, 99)) == pytest.approx(progress.best_loss, rel=1e-5)


@needs_extra
def test_the_loss_of_a_padded_batch_is_that_of_its_examples_alone(
    gpt2: Path, tmp_path: Path
) -> None:
    import torch

    one = trainer(gpt2, tmp_path, TrainSettings((1,)))
    mixed = examples(5, 3)
    summed = 0.0
    for example in mixed:
        ids = torch.tensor([example.token_ids])
        log_probabilities = torch.log_softmax(one.model(input_ids=ids).logits[0].double(), dim=-1)
        for place, has_loss in enumerate(example.has_loss):
            if has_loss:
                summed -= float(log_probabilities[place - 1, example.token_ids[place]].detach())
    n_tokens = sum(sum(example.has_loss) for example in mixed)
    assert float(one.loss(mixed).detach()) == pytest.approx(summed / n_tokens, rel=1e-4)
    assert one.loss_of(mixed) == pytest.approx(summed / n_tokens, rel=1e-4)


@needs_extra
def test_a_training_that_stops_between_any_two_steps_ends_with_the_same_weights(
    gpt2: Path, tmp_path: Path
) -> None:
    from recsys_rag.lab.finetune.lora import trained

    settings = TrainSettings(
        (4, 3), batch=4, warmup=2, validate_every=3, seconds_between_checkpoints=0.0
    )

    class Stopped(Exception):
        pass

    def run(where: Path, stop_after: int | None) -> Trainer:
        where.mkdir(exist_ok=True)
        one = trainer(gpt2, where, settings)

        def on_step(done: int, total: int, loss: float) -> None:
            if done == stop_after:
                raise Stopped

        one.run(lambda place: examples(40, place), examples(8, 99), on_step)
        return one

    whole = run(tmp_path / "whole", None)
    for stop_after in (1, 3, 4, 6):
        where = tmp_path / f"stopped after {stop_after}"
        with pytest.raises(Stopped):
            run(where, stop_after)
        again = run(where, None)
        assert again.progress.history == whole.progress.history
        for name, weight in trained(again.model).items():
            np.testing.assert_array_equal(
                weight.detach().numpy(), trained(whole.model)[name].detach().numpy()
            )


@needs_extra
def test_it_stops_early_when_validation_no_longer_improves(gpt2: Path, tmp_path: Path) -> None:
    settings = TrainSettings((50,), batch=4, validate_every=1, patience=3, learning_rate=1e-12)
    noise = [Example((5, 9, 200), (False, True, True))]
    progress = trainer(gpt2, tmp_path, settings).run(lambda place: examples(40, place), noise)
    assert progress.step < 50
    assert progress.waited == 3


@needs_extra
def test_a_diverging_training_says_so(gpt2: Path, tmp_path: Path) -> None:
    settings = TrainSettings((30,), batch=4, warmup=0, learning_rate=1e30, clip=1e30)
    with pytest.raises(SettingsError, match=r"it diverges; choose a lower --learning-rate"):
        trainer(gpt2, tmp_path, settings).run(lambda place: examples(40, place), examples(4, 9))


@needs_extra
def test_a_checkpoint_of_another_plan_or_a_damaged_one_is_refused(
    gpt2: Path, tmp_path: Path
) -> None:
    settings = TrainSettings((2,), batch=2, seconds_between_checkpoints=0.0)
    one = trainer(gpt2, tmp_path, settings)
    one.run(lambda place: examples(8, place), examples(4, 9))
    with pytest.raises(
        ArtifactError,
        match=r"other data, base or settings; repeat the command .* or give --restart",
    ):
        Trainer(one.model, 0, settings, folder=tmp_path, plan="another")
    file = tmp_path / "checkpoint.safetensors"
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(ArtifactError, match=r"checkpoint.safetensors is damaged"):
        Trainer(one.model, 0, settings, folder=tmp_path, plan="a test")


def test_a_training_is_not_gone_on_with_after_its_words_have_changed(tmp_path: Path) -> None:
    films, chosen = made_up_movies(n_users=20), tiny_settings(tmp_path)
    begun = writers.plan_of(films, chosen, KINDS)
    assert writers.plan_of(films, chosen, KINDS) == begun
    genre = KINDS["genre"]
    reworded = replace(genre, phrases=replace(genre.phrases, opens=("{film} is {a_genre}",)))
    assert writers.plan_of(films, chosen, {**KINDS, "genre": reworded}) != begun


@needs_extra
def test_killed_at_any_moment_it_resumes_and_ends_as_an_unbroken_training(
    llama: Path, tmp_path: Path
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    seconds = unbroken(llama, whole)
    n_kills = 0
    for moment in kill_points(2, seconds, seed=4):
        n_kills += killed(llama, broken, moment)
        if broken.exists():
            assert (broken / "manifest.json").is_file(), "a folder stands before it is whole"
    assert n_kills
    if not broken.exists():
        assert not killed(llama, broken, 600.0)
    assert same_weights(whole, broken)
    first, second = (
        json.loads((folder / "manifest.json").read_text())["about"] for folder in (whole, broken)
    )
    assert {**first, "minutes": 0} == {**second, "minutes": 0}
    # nothing half-written is left
    assert {one.name for one in tmp_path.iterdir()} == {"whole", "broken"}


@needs_extra
def test_what_would_fail_late_is_refused_before_the_model_is_read(
    gpt2: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recsys_rag.lab.finetune.writer import tune_writer

    def refused(
        error: type[Exception],
        match: str,
        *,
        users: int = 60,
        base: str = str(gpt2),
        out: str = "out",
    ) -> None:
        chosen = replace(tiny_settings(gpt2), base=base)
        with pytest.raises(error, match=match):
            tune_writer(
                made_up_movies(n_users=users),
                tmp_path / out,
                chosen,
                command="",
                tell=lambda sentence: None,
                on_step=lambda done, total, loss: None,
            )
        assert not (tmp_path / out / "manifest.json").exists()

    refused(DataError, "too little to say", users=3)
    refused(SettingsError, r"--base nowhere.gguf does not exist", base="nowhere.gguf")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter.txt").write_text("mine")
    refused(ArtifactError, "already exists; choose another --out", out="taken")
    monkeypatch.setattr(
        bases.shutil, "disk_usage", lambda place: type("Usage", (), {"free": 1_000_000})()
    )
    refused(SettingsError, r"has 1 MB free, fine-tuning needs 200 MB there; free some space")
    monkeypatch.undo()
    monkeypatch.setattr(bases, "free_memory", lambda: 10_000)
    refused(
        SettingsError,
        r"not enough memory: fine-tuning .* takes about 0.0 GB, 0.0 GB are free; close other "
        r"programs",
    )


@needs_extra
def test_a_model_without_the_needed_parts_is_refused() -> None:
    import torch
    import transformers

    from recsys_rag.lab.finetune.lora import with_adapter

    bert = transformers.BertModel(
        transformers.BertConfig(
            vocab_size=30,
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=1,
            intermediate_size=8,
        )
    )
    with pytest.raises(
        SettingsError, match="BertModel is not a causal language model: it has no output layer"
    ):
        with_adapter(bert, rank=2, alpha=4, seed=0)

    class Headless(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = torch.nn.Linear(2, 2)

        def get_output_embeddings(self) -> torch.nn.Module:
            return self.head

        def generate(self) -> None: ...

    with pytest.raises(SettingsError, match="Headless has no linear layers in numbered blocks"):
        with_adapter(Headless(), rank=2, alpha=4, seed=0)


def test_batches_hold_every_example_once_a_pass_and_follow_from_the_seed() -> None:
    given = examples(30, 1)
    one_pass = [
        example
        for _, batch in zip(range(8), batches(given, 4, 7), strict=False)
        for example in batch
    ]
    assert sorted(one_pass, key=repr) == sorted(given, key=repr)
    assert next(batches(given, 4, 7)) == next(batches(given, 4, 7)) != next(batches(given, 4, 8))


def test_a_batch_is_padded_on_the_left_and_its_positions_begin_at_the_first_token() -> None:
    batch = batch_of([Example((5, 6, 7), (False, True, True)), Example((8, 9), (False, True))], 0)
    assert batch.token_ids.tolist() == [[5, 6, 7], [0, 8, 9]]
    assert batch.positions.tolist() == [[0, 1, 2], [0, 0, 1]]
    assert batch.tail == 3


def test_an_example_without_anything_to_learn_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="nothing to learn"):
        Example((1, 2), (True, False))
