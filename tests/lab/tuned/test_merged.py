"""An adapter taken into its base: the file by the letter of the format, and what llama.cpp says
with it."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recsys_rag._turns import Deadline
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.lab.finetune import gguf
from recsys_rag.lab.tuned.merged import merge, place_of
from recsys_rag.types import Prompt

LAYERS = {
    "self_attn.q_proj": (576, 576),
    "self_attn.k_proj": (192, 576),
    "self_attn.v_proj": (192, 576),
    "self_attn.o_proj": (576, 576),
    "mlp.gate_proj": (1536, 576),
    "mlp.up_proj": (1536, 576),
    "mlp.down_proj": (576, 1536),
}


def string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def gguf_file(
    path: Path, tensors: dict[str, tuple[int, tuple[int, ...], bytes]], alpha: float = 0.0
) -> Path:
    """A GGUF file of these tensors (kind, shape as numpy has it, content), with metadata of several
    types."""
    entries = [
        string("general.architecture") + struct.pack("<I", 8) + string("llama"),
        string("adapter.lora.alpha") + struct.pack("<If", 6, alpha),
        string("tokenizer.tokens") + struct.pack("<IIQ", 9, 8, 2) + string("a") + string("bé"),
        string("tokenizer.kinds") + struct.pack("<IIQ3i", 9, 5, 3, 1, 2, 3),
        string("general.flag") + struct.pack("<IB", 7, 1),
    ]
    infos, data = b"", b""
    for name, (kind, shape, content) in tensors.items():
        infos += string(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *reversed(shape))
        infos += struct.pack("<IQ", kind, len(data))
        data += content.ljust(-(-len(content) // 32) * 32, b"\0")
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries) + infos
    path.write_bytes(head.ljust(-(-len(head) // 32) * 32, b"\0") + data)
    return path


def q4_1(weights: Sequence[float]) -> bytes:
    """One block of 32 weights, by the letter of ggml: a scale, the least weight, 16 bytes of two
    numbers each."""
    least, scale = np.float16(min(weights)), np.float16((max(weights) - min(weights)) / 15)
    numbers = [min(15, max(0, round((one - float(least)) / float(scale)))) for one in weights]
    return (
        scale.tobytes()
        + least.tobytes()
        + bytes(numbers[place] | numbers[place + 16] << 4 for place in range(16))
    )


def read_q8_0(content: bytes) -> list[float]:
    found: list[float] = []
    for begin in range(0, len(content), 34):
        (scale,) = struct.unpack_from("<e", content, begin)
        found += [scale * number for number in struct.unpack_from("<32b", content, begin + 2)]
    return found


def noise(*shape: int, scale: float = 1.0, seed: int = 0) -> NDArray[np.float32]:
    return (scale * np.random.default_rng(seed).normal(size=shape)).astype(np.float32)


def test_the_merged_file_holds_base_plus_adapter_in_8_bits_and_all_else_as_it_was(
    tmp_path: Path,
) -> None:
    # what 4 bits hold exactly
    exact = [round(0.25 * number - 1, 2) for number in [*range(16), *reversed(range(16))]]
    other = noise(4).tobytes()
    base = gguf_file(
        tmp_path / "base.gguf",
        {
            "norm.weight": (0, (4,), other),
            "w.weight": (3, (2, 32), q4_1(exact) + q4_1([-one for one in exact])),
        },
    )
    first, second = noise(2, 32).astype(np.float16), noise(2, 2, seed=1).astype(np.float16)
    adapter = gguf_file(
        tmp_path / "adapter.gguf",
        {
            "w.weight.lora_a": (1, (2, 32), first.tobytes()),
            "w.weight.lora_b": (1, (2, 2), second.tobytes()),
        },
        alpha=3.0,
    )
    place = place_of(base, adapter, tmp_path / "made")
    assert merge(base, adapter, place)

    wanted = np.array([exact, [-one for one in exact]]) + 1.5 * second.astype(float) @ first.astype(
        float
    )
    read = place.read_bytes()
    assert (
        read[: read.index(string("norm.weight"))]
        == base.read_bytes()[: read.index(string("norm.weight"))]
    )
    found = np.array(read_q8_0(read[-96:-28])).reshape(2, 32)  # the last 68 bytes, padded to 96
    steps = np.abs(wanted).max(axis=1, keepdims=True) / 127
    assert (np.abs(found - wanted) <= 0.51 * steps + 1e-3).all()
    assert read[-128:-112] == other
    assert [one.name for one in place.parent.iterdir()] == [place.name]


@pytest.mark.parametrize("kind", [2, 8])
def test_other_weights_of_4_and_8_bits_are_read_as_ggml_has_them(tmp_path: Path, kind: int) -> None:
    numbers = list(range(-8, 8)) * 2
    block = {
        2: np.float16(0.5).tobytes()
        + bytes((numbers[i] + 8) | (numbers[i + 16] + 8) << 4 for i in range(16)),
        8: np.float16(0.5).tobytes() + struct.pack("<32b", *numbers),
    }[kind]
    base = gguf_file(tmp_path / "base.gguf", {"w.weight": (kind, (1, 32), block)})
    nothing = {
        "w.weight.lora_a": (0, (1, 32), bytes(128)),
        "w.weight.lora_b": (0, (1, 1), bytes(4)),
    }
    adapter = gguf_file(tmp_path / "adapter.gguf", nothing, alpha=1.0)
    place = tmp_path / "one.gguf"
    assert merge(base, adapter, place)
    assert read_q8_0(place.read_bytes()[-64:-30]) == pytest.approx(
        [0.5 * one for one in numbers], abs=4 / 254
    )


@pytest.mark.parametrize("case", ["kind", "no layer", "no file", "no folder"])
def test_what_cannot_be_merged_leaves_nothing_behind(tmp_path: Path, case: str) -> None:
    base = gguf_file(
        tmp_path / "base.gguf", {"w.weight": (12 if case == "kind" else 0, (1, 32), bytes(128))}
    )
    name = "v.weight" if case == "no layer" else "w.weight"
    nothing = {f"{name}.lora_a": (0, (1, 32), bytes(128)), f"{name}.lora_b": (0, (1, 1), bytes(4))}
    adapter = gguf_file(tmp_path / "adapter.gguf", nothing, alpha=1.0)
    if case == "no file":
        adapter.write_bytes(b"GGUF of another version".ljust(64))
    folder = tmp_path / "made"
    if case == "no folder":
        folder.write_text("a file stands where the folder should")
    assert not merge(base, adapter, folder / "one.gguf")
    assert folder.is_file() or list(folder.iterdir()) == []


def adapter_of(path: Path, scale: float) -> Path:
    """An adapter for SmolLM2-135M; B is `scale` times noise."""
    weights = {}
    for layer in range(30):
        for place, (name, (outputs, inputs)) in enumerate(LAYERS.items()):
            at = f"model.layers.{layer}.{name}"
            weights[f"{at}.lora_A.weight"] = noise(2, inputs, seed=100 * layer + place)
            weights[f"{at}.lora_B.weight"] = noise(
                outputs, 2, scale=scale, seed=100 * layer + place + 50
            )
    path.write_bytes(
        gguf.adapter_bytes(
            weights, model_type="llama", alpha=2.0, heads=9, key_heads=3, name="a test"
        )
    )
    return path


@pytest.mark.model
def test_the_one_file_says_what_base_and_adapter_say_and_is_made_once(
    smollm2_path: Path, tmp_path: Path
) -> None:
    adapter, folder, prompt = (
        adapter_of(tmp_path / "adapter.gguf", 0.02),
        tmp_path / "made",
        Prompt("", "", raw="One, two,"),
    )
    labels = [" three", " and", " five", " two"]

    def opinion(**options: Path) -> list[float]:
        model = LlamaCpp(smollm2_path, model_id="smollm2", context_tokens=256, **options)
        try:
            request = {"prompt": prompt.raw, "n_predict": 1, "samplers": ["top_k"], "top_k": 4096}
            asked = {**request, "n_probs": 4096, "post_sampling_probs": True, "cache_prompt": False}
            chunks = model._complete(asked, Deadline(60.0))
            told = [choice["logprobs"] for chunk in chunks for choice in chunk["choices"]]
            listed = next(logprobs for logprobs in told if logprobs)["content"][0]["top_probs"]
            by_text = {
                bytes(entry["bytes"]).decode("utf-8", "replace"): entry["prob"] for entry in listed
            }
            return [float(np.log(by_text[label])) for label in labels]
        finally:
            model.close()

    plain, beside = opinion(), opinion(adapter=adapter)
    one_file = opinion(adapter=adapter, merged_in=folder)
    rounding, effect = (np.abs(np.subtract(one, beside)).max() for one in (one_file, plain))
    assert rounding < effect / 3, (rounding, effect)

    (made,) = folder.iterdir()
    written = made.stat().st_mtime_ns
    assert opinion(adapter=adapter, merged_in=folder) == one_file
    assert made.stat().st_mtime_ns == written
    other = adapter_of(tmp_path / "other.gguf", 0.03)
    assert place_of(smollm2_path, other, folder) != place_of(smollm2_path, adapter, folder) == made


@pytest.mark.model
def test_where_no_file_can_be_made_the_adapter_is_given_beside_the_base(
    smollm2_path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "made"
    folder.write_text("a file stands where the folder should")
    adapter = adapter_of(tmp_path / "adapter.gguf", 0.02)
    model = LlamaCpp(
        smollm2_path, model_id="smollm2", context_tokens=256, adapter=adapter, merged_in=folder
    )
    try:
        assert "".join(
            model.generate(Prompt("", "", raw="One, two,"), max_tokens=4, temperature=0.0)
        )
    finally:
        model.close()
