"""Adapters as GGUF files: written with numpy, read by llama.cpp itself, and by the gguf package
where it is there."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recsys_rag import _assets as assets
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.lab.finetune import gguf
from recsys_rag.types import Prompt

SMOLLM2 = {"q_proj": (576, 576), "k_proj": (576, 192), "v_proj": (576, 192), "o_proj": (576, 576)}
SMOLLM2_MLP = {"gate_proj": (576, 1536), "up_proj": (576, 1536), "down_proj": (1536, 576)}
UINT32, FLOAT32, STRING = 4, 6, 8  # types of metadata values
ABOUT = {"model_type": "llama", "alpha": 4.0, "heads": 9, "key_heads": 3, "name": "a test"}


def peft_weights(
    rng: np.random.Generator, scale: float, n_layers: int = 30, rank: int = 2
) -> dict[str, gguf.Array]:
    """Weights as PEFT names them, for every linear layer of SmolLM2-135M; B is `scale` times
    noise."""
    found = {}
    for layer in range(n_layers):
        for group, shapes in (("self_attn", SMOLLM2), ("mlp", SMOLLM2_MLP)):
            for name, (inputs, outputs) in shapes.items():
                place = f"base_model.model.model.layers.{layer}.{group}.{name}"
                found[f"{place}.lora_A.weight"] = rng.normal(size=(rank, inputs)).astype(np.float32)
                found[f"{place}.lora_B.weight"] = (scale * rng.normal(size=(outputs, rank))).astype(
                    np.float32
                )
    return found


def tensors_of(content: bytes) -> dict[str, np.ndarray]:
    """Read the file by the letter of the format, sharing nothing with its writer."""
    magic, version, n_tensors, n_entries = struct.unpack_from("<4sIQQ", content)
    assert (magic, version) == (b"GGUF", 3)
    place = 24

    def string() -> str:
        nonlocal place
        (length,) = struct.unpack_from("<Q", content, place)
        place += 8 + length
        return content[place - length : place].decode()

    for _ in range(n_entries):
        string()
        (kind,) = struct.unpack_from("<I", content, place)
        place += 4
        if kind == 8:
            string()
        else:
            place += 4
    infos = []
    for _ in range(n_tensors):
        name = string()
        (n_dimensions,) = struct.unpack_from("<I", content, place)
        shape = struct.unpack_from(f"<{n_dimensions}Q", content, place + 4)
        kind, offset = struct.unpack_from("<IQ", content, place + 4 + 8 * n_dimensions)
        place += 16 + 8 * n_dimensions
        infos.append((name, shape, kind, offset))
    begin = -(-place // 32) * 32
    found = {}
    for name, shape, kind, offset in infos:
        assert kind == 1
        assert offset % 32 == 0
        found[name] = np.frombuffer(content, "<f2", int(np.prod(shape)), begin + offset).reshape(
            shape[::-1]
        )
    return found


def metadata_of(content: bytes) -> Iterator[tuple[str, str | int | float]]:
    """Yield the metadata of a file, as the format says it is to be read."""
    assert content[:4] == b"GGUF"
    (n_entries,) = struct.unpack_from("<Q", content, 16)
    offset = 24
    for _ in range(n_entries):
        name, offset = _read_string(content, offset)
        (kind,) = struct.unpack_from("<I", content, offset)
        offset += 4
        value: str | int | float
        if kind == STRING:
            value, offset = _read_string(content, offset)
        else:
            (value,) = struct.unpack_from({UINT32: "<I", FLOAT32: "<f"}[kind], content, offset)
            offset += 4
        yield name, value


def _read_string(content: bytes, offset: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<Q", content, offset)
    return content[offset + 8 : offset + 8 + length].decode(), offset + 8 + length


def test_metadata_is_what_llama_cpp_asks_for() -> None:
    content = gguf.adapter_bytes(peft_weights(np.random.default_rng(1), 0.1, n_layers=1), **ABOUT)
    assert dict(metadata_of(content)) == {
        "general.architecture": "llama",
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": 4.0,
        "general.name": "a test",
        "general.quantization_version": 2,
    }


def test_every_tensor_comes_back_with_its_name_its_shape_and_its_values() -> None:
    weights = peft_weights(np.random.default_rng(2), 0.1, n_layers=2)
    found = tensors_of(gguf.adapter_bytes(weights, **ABOUT))
    assert len(found) == len(weights) == 2 * 7 * 2
    for peft_name, name in (("v_proj", "attn_v"), ("o_proj", "attn_output")):
        np.testing.assert_array_equal(
            found[f"blk.1.{name}.weight.lora_b"],
            weights[f"base_model.model.model.layers.1.self_attn.{peft_name}.lora_B.weight"].astype(
                np.float16
            ),
        )
    np.testing.assert_array_equal(
        found["blk.0.ffn_down.weight.lora_a"],
        weights["base_model.model.model.layers.0.mlp.down_proj.lora_A.weight"].astype(np.float16),
    )


@pytest.mark.parametrize(
    ("name", "gguf_name", "heads"), [("q_proj", "attn_q", 9), ("k_proj", "attn_k", 3)]
)
def test_rows_of_queries_and_keys_stand_in_pairs_as_llama_cpp_rotates_them(
    name: str, gguf_name: str, heads: int
) -> None:
    """Row i of the first half of a head and row i of its second half are neighbors there."""
    weights = peft_weights(np.random.default_rng(3), 0.1, n_layers=1)
    ours = weights[f"base_model.model.model.layers.0.self_attn.{name}.lora_B.weight"].astype(
        np.float16
    )
    theirs = tensors_of(gguf.adapter_bytes(weights, **ABOUT))[f"blk.0.{gguf_name}.weight.lora_b"]
    size = len(ours) // heads
    for head in range(heads):
        for row in range(size // 2):
            first = head * size + row
            np.testing.assert_array_equal(theirs[head * size + 2 * row], ours[first])
            np.testing.assert_array_equal(
                theirs[head * size + 2 * row + 1], ours[first + size // 2]
            )


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(KeyError, match="router"):
        gguf.adapter_bytes(
            {"model.layers.0.mlp.router.lora_A.weight": np.zeros((2, 2), np.float32)}, **ABOUT
        )
    assert not gguf.can_export("mamba")


@pytest.mark.model
def test_llama_cpp_adds_the_adapter_to_its_weights(tmp_path: Path) -> None:
    """One whose B is zero changes nothing, one with noise does."""
    if assets.available("smollm2") is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")
    base, prompt = assets.file_of("smollm2"), Prompt("", "", raw="The capital of France is")

    def said(adapter: Path | None) -> str:
        model = LlamaCpp(base, model_id="smollm2", context_tokens=256, adapter=adapter)
        try:
            return "".join(model.generate(prompt, max_tokens=8, temperature=0.0))
        finally:
            model.close()

    texts = [said(None)]
    for scale in (0.0, 0.05):
        file = tmp_path / f"{scale}.gguf"
        file.write_bytes(gguf.adapter_bytes(peft_weights(np.random.default_rng(4), scale), **ABOUT))
        texts.append(said(file))
    assert texts[0] == texts[1] != texts[2]
