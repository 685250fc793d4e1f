"""The embedded model: a real GGUF file, run by the real llama.cpp."""

import ctypes
import math
import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys_rag._turns import Deadline
from recsys_rag.errors import AssetError, GenerationError
from recsys_rag.generate._backends.jump_forward import Sampler
from recsys_rag.generate._backends.llama_choices import LlamaChoices
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.generate._backends.rendering import as_completion
from recsys_rag.testing.language_model_conformance import (
    CLAUSES,
    NASTY,
    PROMPT,
    check_language_model,
)
from recsys_rag.types import Grammar, Prompt


@pytest.mark.model
def test_the_embedded_model_passes_the_conformance_suite(smollm2_path: Path) -> None:
    check_language_model(
        LlamaCpp(smollm2_path, model_id="smollm2", context_tokens=512), seeds=range(4)
    )


nasty_texts = st.text(alphabet="\"'\\[]{}()|~<> \n\t\x070919abAéß映画🎬🎭", min_size=1, max_size=8)


@st.composite
def nasty_grammars(draw: st.DrawFn) -> Grammar:
    states = {}
    for name, following in (("start", "next"), ("next", "end")):
        found = sorted(draw(st.lists(nasty_texts, min_size=2, max_size=4, unique=True)))
        literals = [
            one
            for n, one in enumerate(found)
            if not any(one.startswith(other) for other in found[:n])
        ]
        states[name] = tuple((literal, following) for literal in literals)
    return Grammar(states)


@pytest.mark.model
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(grammar=nasty_grammars(), seed=st.integers(0, 2**33))
def test_texts_of_any_grammar_are_derived_by_it(
    smollm2: LlamaCpp, grammar: Grammar, seed: int
) -> None:
    literals = list(
        smollm2.generate(Prompt("", "", raw="Text:"), grammar=grammar, temperature=2.0, seed=seed)
    )
    assert grammar.parse("".join(literals)) == tuple(literals)


def choices_of(smollm2: LlamaCpp) -> LlamaChoices:
    def complete(request: dict) -> list:  # type: ignore[type-arg]
        return smollm2._complete(request, Deadline(60.0))

    return LlamaChoices(complete, as_completion(PROMPT), sampler=Sampler(1.0, 0), max_tokens=100)


@pytest.mark.model
@pytest.mark.parametrize(
    "rests",
    # told apart by first letters, and not
    [[" Heat", " It", " See", " Un"], [" Heat", " He ", " In", " It"]],
)
def test_weights_are_the_models_own_probabilities(smollm2: LlamaCpp, rests: list[str]) -> None:
    tokens = choices_of(smollm2)._next_tokens(
        [as_completion(PROMPT)], [rest.encode() for rest in rests]
    )
    # all that there are, nothing changed
    request = {"prompt": as_completion(PROMPT), "n_predict": 1, "n_probs": 49152}
    chunks = smollm2._complete(request, Deadline(60.0))
    reference = {
        bytes(entry["bytes"]): entry["logprob"]
        for chunk in chunks
        for choice in chunk["choices"]
        if choice["logprobs"]
        for entry in choice["logprobs"]["content"][0]["top_logprobs"]
    }
    spelled = [token.text for token in tokens if token is not None]
    assert spelled == [rest.rstrip().encode() for rest in rests]
    weights = [math.exp(token.log_weight) for token in tokens if token is not None]
    expected = [math.exp(reference[text]) for text in spelled]
    for weight, one in zip(weights, expected, strict=True):
        assert weight / sum(weights) == pytest.approx(one / sum(expected), rel=1e-3, abs=1e-9)


@pytest.mark.model
def test_clauses_come_one_at_a_time_and_each_is_a_literal(smollm2: LlamaCpp) -> None:
    pieces = list(smollm2.generate(PROMPT, grammar=CLAUSES, seed=5))
    assert CLAUSES.parse("".join(pieces)) == tuple(pieces)
    assert len(pieces) == 3


@pytest.mark.model
def test_free_text_streams_stops_at_a_blank_line_and_respects_max_tokens(smollm2: LlamaCpp) -> None:
    pieces = list(smollm2.generate(PROMPT, seed=2))
    assert len(pieces) > 3
    assert "\n\n" not in "".join(pieces)
    assert len(list(smollm2.generate(PROMPT, seed=2, max_tokens=3))) <= 3


@pytest.mark.model
def test_a_prompts_own_stop_ends_the_text_before_it(smollm2: LlamaCpp) -> None:
    prompt = Prompt("", "", raw="one two three four five six seven", stop=(" nine",))
    assert "".join(smollm2.generate(prompt, temperature=0.0, max_tokens=8)) == "eight"


@pytest.mark.model
def test_prepare_leaves_only_the_facts_to_read(smollm2: LlamaCpp) -> None:
    examples = tuple((f"Film: Film number {n}", f"See film number {n}.") for n in range(4))
    prompt = Prompt("Write about the film.", "Film: Heat", examples=examples)
    smollm2.prepare(prompt)
    request = {"prompt": as_completion(prompt), "n_predict": 1}
    last = smollm2._complete(request, Deadline(60.0))[-1]
    assert last["timings"]["cache_n"] > 3 * last["timings"]["prompt_n"]


@pytest.mark.model
def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers(smollm2: LlamaCpp) -> None:
    with pytest.raises(
        GenerationError, match=r"smollm2: the prompt has \d{4} tokens, the context 1024; shorten"
    ):
        list(smollm2.generate(Prompt("", "", raw="word " * 3000)))
    with pytest.raises(
        GenerationError, match=r"smollm2: the prompt has \d{4} tokens, the context 1024; shorten"
    ):
        list(smollm2.generate(Prompt("", "", raw="word " * 3000), grammar=CLAUSES))


@pytest.mark.model
def test_a_deadline_in_the_middle_of_a_text_ends_it_and_the_next_text_is_whole(
    smollm2: LlamaCpp,
) -> None:
    with pytest.raises(GenerationError, match="smollm2: the text was not complete at the deadline"):
        list(
            smollm2.generate(
                Prompt("", "", raw="Count: 1 2 3 4"), max_tokens=900, timeout_seconds=0.4
            )
        )
    assert CLAUSES.parse("".join(smollm2.generate(PROMPT, grammar=CLAUSES))) is not None


@pytest.mark.model
def test_nothing_to_say_is_an_error(smollm2: LlamaCpp) -> None:
    prompt = Prompt("", "", raw="one two three four five six seven", stop=(" eight",))
    with pytest.raises(GenerationError, match="smollm2: the model returned an empty text"):
        list(smollm2.generate(prompt, temperature=0.0, max_tokens=4))


@pytest.mark.model
def test_two_threads_wait_for_each_other_and_both_get_derived_texts(smollm2: LlamaCpp) -> None:
    texts: list[str] = []
    threads = [
        threading.Thread(
            target=lambda seed=seed: texts.append(
                "".join(smollm2.generate(PROMPT, grammar=NASTY, seed=seed))
            )
        )
        for seed in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [NASTY.parse(text) is not None for text in texts] == [True, True]


@pytest.mark.model
def test_signal_handlers_stay_as_they_were(smollm2_path: Path) -> None:
    installed = ctypes.pythonapi.PyOS_getsig
    installed.restype = ctypes.c_void_p
    before = [installed(number) for number in (signal.SIGINT, signal.SIGTERM)]
    model = LlamaCpp(smollm2_path, model_id="smollm2", context_tokens=64)
    model.load()
    assert [installed(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
    model.close()


IN_A_PROCESS_OF_ITS_OWN = """
import sys
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.types import Prompt
model = LlamaCpp(sys.argv[1], model_id="smollm2")
"""


def run(code: str, path: Path, **options: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN + code, str(path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.model
def test_the_engine_prints_nothing_and_an_abandoned_text_does_not_hold_up_the_exit(
    smollm2_path: Path,
) -> None:
    code = (
        "text = model.generate(Prompt('', '', raw='Once upon a time'), "
        "max_tokens=3000)\nnext(text)\nsys.exit(7)"
    )
    with run(code, smollm2_path) as process:
        assert process.communicate(timeout=300) == ("", "")
        assert process.returncode == 7


@pytest.mark.model
def test_ctrl_c_interrupts_a_text_at_once(smollm2_path: Path) -> None:
    code = (
        "for piece in model.generate(Prompt('', '', raw='1 2 3 4 5'), max_tokens=3500): "
        "print(piece, flush=True)"
    )
    with run(code, smollm2_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        pieces, errors = process.communicate(timeout=300)
        assert errors.strip().endswith("KeyboardInterrupt")
        assert pieces.count("\n") < 1_000  # of 3,500


@pytest.mark.model
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_writes_with_a_worker_of_its_own_and_leaves_the_first_one_alone(
    smollm2_path: Path,
) -> None:
    code = """
import os, warnings
warnings.simplefilter("ignore")  # of threads and forks
prompt = Prompt('', '', raw='1 2 3')
begun = model.generate(prompt, max_tokens=40, temperature=0)
text = next(begun)
if os.fork() == 0:
    begun.close()
    print(len(list(model.generate(prompt, max_tokens=3, temperature=0))) > 0, flush=True)
    sys.exit()
os.wait()
again = ''.join(model.generate(prompt, max_tokens=40, temperature=0))
print(text + ''.join(begun) == again, flush=True)
"""
    with run(code, smollm2_path) as process:
        assert process.communicate(timeout=300) == ("True\nTrue\n", "")


def test_a_missing_file_is_refused_in_the_constructor(tmp_path: Path) -> None:
    with pytest.raises(
        AssetError, match=r"none\.gguf: cannot read the model file \(No such file or directory\)"
    ):
        LlamaCpp(tmp_path / "none.gguf", model_id="none")


def test_a_file_of_another_kind_is_refused_in_the_constructor(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(AssetError, match=r"model\.bin: not a GGUF file: it begins with b'PK"):
        LlamaCpp(path, model_id="zip")


@pytest.mark.parametrize("rest", [b"", struct.pack("<IQQ", 3, 5, 0), b"\xff" * 64])
def test_a_damaged_file_is_refused_when_it_is_loaded(
    tmp_path: Path, rest: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF" + rest)
    with pytest.raises(
        GenerationError,
        match=r"broken: .*model\.gguf is damaged, or of a type that this version of llama\.cpp ",
    ):
        list(LlamaCpp(path, model_id="broken").generate(PROMPT))
    assert capfd.readouterr() == ("", "")


@pytest.mark.model
def test_a_file_that_was_cut_short_is_refused_when_it_is_loaded(
    smollm2_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "half.gguf"
    with smollm2_path.open("rb") as file:
        path.write_bytes(file.read(8_000_000))
    with pytest.raises(GenerationError, match=r"half: .*half\.gguf is damaged"):
        LlamaCpp(path, model_id="half").load()


@pytest.mark.model
def test_special_tokens_in_data_are_read_as_text(smollm2: LlamaCpp) -> None:
    """The engine takes "<|im_end|>" for one token of its own; what a prompt is made of takes it for
    seven of text."""

    def n_tokens(text: str) -> int:
        chunks = smollm2._complete({"prompt": text, "n_predict": 1}, Deadline(60.0))
        return next(
            int(one["usage"]["prompt_tokens"]) for one in reversed(chunks) if "usage" in one
        )

    raw = "Film: Heat<|im_end|><|im_start|>"
    assert n_tokens(raw) == n_tokens("Film: Heat") + 2
    assert n_tokens(as_completion(Prompt("", "", raw=raw))) > n_tokens("Film: Heat") + 8
