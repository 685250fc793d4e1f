"""The transformers backend: with a tiny random GPT-2 made here, and once with SmolLM2 dequantized
from its GGUF file."""

import importlib.util
import itertools
import math
import socket
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from recsys_rag.errors import AssetError, GenerationError, MissingExtraError
from recsys_rag.generate._backends.jump_forward import Sampler
from recsys_rag.generate._backends.rendering import as_completion
from recsys_rag.lab.transformers_model import TransformersModel
from recsys_rag.testing.language_model_conformance import (
    CLAUSES,
    NASTY,
    PROMPT,
    check_language_model,
)
from recsys_rag.types import Grammar, Prompt

is_installed = all(importlib.util.find_spec(name) for name in ("torch", "transformers"))
needs_extra = pytest.mark.skipif(
    not is_installed, reason="needs: pip install 'recsys-rag[transformers]'"
)
pytestmark = pytest.mark.transformers

WORDS = (
    "Say in one sentence why. Film: Heat (1995) Because: Casino (5) See it next, close to "
    "what you liked. Amélie 映画 🎬"
)
LETTERS = "The answer is A or B or C"
N_POSITIONS = 192


@pytest.fixture(scope="module")
def gpt2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 of two layers with random weights, and a byte-level BPE tokenizer, saved as GPT-2
    is."""
    import tokenizers
    import torch
    import transformers

    folder = tmp_path_factory.mktemp("gpt2")
    bpe = tokenizers.ByteLevelBPETokenizer()
    bpe.train_from_iterator(
        [WORDS, LETTERS] * 3, vocab_size=400, min_frequency=2, special_tokens=["<|endoftext|>"]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=bpe._tokenizer, eos_token="<|endoftext|>"
    )
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=N_POSITIONS,
        n_embd=32,
        n_layer=2,
        n_head=2,
        bos_token_id=0,
        eos_token_id=0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = transformers.GPT2LMHeadModel(config)
        model.lm_head.weight.data[0] = -1.0  # an end of the text is possible, and rare
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    assert (folder / "model.safetensors").exists()
    return folder


@pytest.fixture(scope="module")
def gpt2(gpt2_folder: Path) -> TransformersModel:
    model = TransformersModel(str(gpt2_folder))
    model.load()
    return model


@needs_extra
def test_a_model_from_a_folder_passes_the_conformance_suite(gpt2_folder: Path) -> None:
    model = TransformersModel(str(gpt2_folder))
    check_language_model(model)
    assert model.model_id == f"transformers:{gpt2_folder}"
    assert list(model.generate(PROMPT, max_tokens=2))  # loaded again after close


def reference(folder: Path, literals: list[str], temperature: float) -> list[float]:
    """Brute force with transformers itself: each literal's tokens, renormalized at each step to
    what may come next."""
    import torch
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    prompt = tokenizer.encode(as_completion(PROMPT))
    spelled = [tokenizer.encode(literal) for literal in literals]
    chances = []
    for tokens in spelled:
        chance = 1.0
        for place, token in enumerate(tokens):
            allowed = sorted(
                {
                    other[place]
                    for other in spelled
                    if other[:place] == tokens[:place] and place < len(other)
                }
            )
            with torch.inference_mode():
                logits = model(torch.tensor([prompt + tokens[:place]])).logits[0, -1] / temperature
            weights = torch.softmax(logits[allowed].double(), dim=-1)
            chance *= float(weights[allowed.index(token)])
        chances.append(chance)
    return chances


@needs_extra
def test_choices_follow_the_models_probabilities(
    gpt2: TransformersModel, gpt2_folder: Path
) -> None:
    literals = [" See it", " See what", " Heat", " you liked Casino", " why"]
    grammar = Grammar({"start": tuple((literal, "end") for literal in literals)})
    n_draws = 150
    counts = Counter(
        "".join(gpt2.generate(PROMPT, grammar=grammar, temperature=0.8, seed=seed))
        for seed in range(n_draws)
    )
    chances = reference(gpt2_folder, literals, 0.8)
    assert math.isclose(sum(chances), 1.0)
    for literal, chance in zip(literals, chances, strict=True):
        assert abs(counts[literal] / n_draws - chance) < 4 * math.sqrt(
            chance * (1 - chance) / n_draws
        ), literal


@needs_extra
def test_what_is_kept_of_a_prompt_does_not_change_the_probabilities(
    gpt2: TransformersModel,
) -> None:
    engine, deadline = gpt2._engine, time.monotonic() + 60.0
    prompts = [
        engine.prompt_ids(text)
        for text in (WORDS, WORDS[:40], WORDS + WORDS[:20], WORDS[:40] + "x", WORDS)
    ]
    kept = [engine.log_probabilities(ids, deadline) for ids in prompts]
    for ids, log_probabilities in zip(prompts, kept, strict=True):
        engine._cache, engine._cached_ids = None, []
        assert log_probabilities == pytest.approx(engine.log_probabilities(ids, deadline), abs=1e-4)
        assert float(sum(math.exp(value) for value in log_probabilities)) == pytest.approx(1.0)


@needs_extra
def test_a_prompt_is_read_in_batches_up_to_the_last_position(gpt2: TransformersModel) -> None:
    engine, deadline = gpt2._engine, time.monotonic() + 60.0
    ids = list(itertools.islice(itertools.cycle(engine.prompt_ids(WORDS)), N_POSITIONS))
    assert len(engine.log_probabilities(ids, deadline)) == len(engine._tokenizer)
    with pytest.raises(
        GenerationError,
        match=f"have {N_POSITIONS + 1} tokens, the model has room for {N_POSITIONS}; shorten",
    ):
        engine.log_probabilities([*ids, 1], deadline)


@needs_extra
@pytest.mark.parametrize("grammar", [None, CLAUSES])
def test_a_prompt_longer_than_the_positions_is_refused_with_the_numbers(
    gpt2: TransformersModel, grammar: Grammar | None
) -> None:
    with pytest.raises(
        GenerationError, match=rf"have \d{{3,}} tokens, the model has room for {N_POSITIONS}"
    ):
        list(gpt2.generate(Prompt("", "", raw=WORDS * 9), grammar=grammar))


@needs_extra
def test_characters_of_several_tokens_arrive_whole(gpt2: TransformersModel) -> None:
    for seed in range(4):
        sampler = Sampler(3.0, seed)
        texts = list(gpt2._texts(as_completion(PROMPT), sampler, 40, time.monotonic() + 60.0))
        for shorter, longer in itertools.pairwise(texts):
            assert longer.startswith(shorter), (shorter, longer)
    for text in ("Amélie", "映画 🎬", " 🎭"):
        token_ids = gpt2._engine.token_ids(text)
        assert gpt2._engine.text_of(token_ids) == text


@needs_extra
@pytest.mark.parametrize("text", [" See", "Amélie", "🎬🎭", "映", " [x]"])
def test_the_first_token_spells_a_beginning_or_is_no_text(
    gpt2: TransformersModel, text: str
) -> None:
    token_id, spelled = gpt2._engine.first_token(text)
    assert token_id == gpt2._engine.token_ids(text)[0]
    try:
        assert spelled
        assert text.startswith(spelled.decode())
    except UnicodeDecodeError:
        assert "\ufffd" in gpt2._engine.text_of([token_id])


@needs_extra
def test_the_same_seed_repeats_and_other_draws_do_not_disturb_it(gpt2: TransformersModel) -> None:
    import torch

    first = "".join(gpt2.generate(PROMPT, max_tokens=12, seed=4))
    torch.rand(3)
    list(gpt2.generate(PROMPT, grammar=NASTY, seed=9))
    assert "".join(gpt2.generate(PROMPT, max_tokens=12, seed=4)) == first
    assert "".join(gpt2.generate(PROMPT, max_tokens=12, seed=5)) != first


@needs_extra
def test_nothing_is_printed_while_a_model_is_loaded(
    gpt2_folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    TransformersModel(str(gpt2_folder)).load()
    assert capfd.readouterr() == ("", "")


@needs_extra
def test_pickled_weights_are_refused(gpt2_folder: Path, tmp_path: Path) -> None:
    import torch
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(gpt2_folder)
    for path in gpt2_folder.iterdir():
        if path.suffix == ".json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(
        AssetError,
        match=r"pytorch_model\.bin, a pickle, which is not loaded because it can run code; convert",
    ):
        list(TransformersModel(str(tmp_path)).generate(PROMPT))


@needs_extra
def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="not a model folder that transformers can read"):
        TransformersModel(str(tmp_path)).load()


@needs_extra
def test_a_model_that_is_neither_here_nor_reachable_says_how_to_bring_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from huggingface_hub import constants

    with socket.socket() as nobody:  # the outside world: a hub that does not answer
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        remedy = (
            "on a machine with access run: hf download nobody/nothing-here --local-dir "
            "FOLDER, and give that folder"
        )
        with pytest.raises(
            AssetError,
            match=rf"nobody/nothing-here: not a folder, not in the hub cache, .*{remedy}",
        ):
            TransformersModel("nobody/nothing-here").load()


def test_without_the_extra_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # what Python does for a module that cannot be imported
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"needs: pip install 'recsys-rag\[transformers\]'"):
        list(TransformersModel("openai-community/gpt2").generate(PROMPT))


@needs_extra
@pytest.mark.model
@pytest.mark.skipif(
    importlib.util.find_spec("gguf") is None, reason="needs: pip install 'recsys-rag[transformers]'"
)
def test_smollm2_dequantized_from_its_gguf_file_writes(smollm2_path: Path) -> None:
    model = TransformersModel(str(smollm2_path.parent), gguf_file=smollm2_path.name)
    prompt = Prompt("", "", raw="one two three four five six seven", stop=(" ten",))
    assert "".join(model.generate(prompt, temperature=0.0, max_tokens=8)) == "eight nine"
    assert CLAUSES.parse("".join(model.generate(PROMPT, grammar=CLAUSES, seed=1))) is not None
    model.close()
