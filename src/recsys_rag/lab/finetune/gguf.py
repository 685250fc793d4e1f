"""A LoRA adapter as a GGUF file for llama.cpp, written with numpy alone: small enough to need no
package.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 3, little endian). Tensor
names and the order of rows are those of llama.cpp's own convert_lora_to_gguf.py, against which a
test of this module compares them.
"""

import re
import struct
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]

_ALIGNMENT = 32
_UINT32, _FLOAT32, _STRING = 4, 6, 8  # types of metadata values
_F16 = 1  # type of tensors
_LAYER = re.compile(
    r"(?:^|\.)(?:layers|h)\.(?P<number>\d+)\.(?P<rest>.+)\.lora_(?P<half>[AB])\.weight$"
)
_LLAMA = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_GPT2 = {
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}
# model type -> (llama.cpp's name of it, names of its layers, whether rotary halves are interleaved
# there)
_ARCHITECTURES: Mapping[str, tuple[str, Mapping[str, str], bool]] = {
    "llama": ("llama", _LLAMA, True),
    "mistral": ("llama", _LLAMA, True),
    "qwen2": ("qwen2", _LLAMA, False),
    "gpt2": ("gpt2", _GPT2, False),
}


def can_export(model_type: str) -> bool:
    """Say whether adapters of this kind of model (`config.model_type`) can be written for
    llama.cpp."""
    return model_type in _ARCHITECTURES


def adapter_bytes(
    weights: Mapping[str, Array],
    *,
    model_type: str,
    alpha: float,
    heads: int,
    key_heads: int,
    name: str,
) -> bytes:
    """Return the file of an adapter in half precision.

    `weights` are PEFT's, by its names: "...layers.0.self_attn.q_proj.lora_A.weight" (rank, inputs)
    and lora_B (outputs, rank). `heads` and `key_heads` are the model's attention heads; in Llama
    the rows of queries and keys stand in another order in llama.cpp. Raises KeyError for a model
    type or a layer that is not known.
    """
    architecture, names, interleaved = _ARCHITECTURES[model_type]
    tensors = {}
    for full, weight in sorted(weights.items(), key=lambda item: _place(item[0])):
        match = _LAYER.search(full)
        if not match:
            raise KeyError(full)
        layer = names[match["rest"]]
        if interleaved and match["half"] == "B" and layer in ("attn_q", "attn_k"):
            weight = _interleaved(weight, heads if layer == "attn_q" else key_heads)
        tensors[f"blk.{match['number']}.{layer}.weight.lora_{match['half'].lower()}"] = (
            weight.astype(np.float16)
        )
    about: dict[str, str | int | float] = {
        "general.architecture": architecture,
        "general.type": "adapter",
        "adapter.type": "lora",
        "adapter.lora.alpha": float(alpha),
        "general.name": name,
        "general.quantization_version": 2,
    }
    return _file(about, tensors)


def _place(name: str) -> tuple[int, str]:
    match = _LAYER.search(name)
    return (int(match["number"]), name) if match else (-1, name)


def _interleaved(weight: Array, heads: int) -> Array:
    """Return the rows of each head with its two halves interleaved: the order of rotary pairs in
    llama.cpp.

    >>> _interleaved(np.arange(4, dtype=np.float32)[:, None], 1)[:, 0].tolist()
    [0.0, 2.0, 1.0, 3.0]
    """
    halves = weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:])
    return halves.swapaxes(1, 2).reshape(weight.shape)


def _file(
    about: Mapping[str, str | int | float], tensors: Mapping[str, NDArray[np.float16]]
) -> bytes:
    head = b"".join(
        [b"GGUF", struct.pack("<IQQ", 3, len(tensors), len(about)), *map(_entry, about.items())]
    )
    infos, offset = [], 0
    for name, tensor in tensors.items():
        dimensions = struct.pack(f"<I{tensor.ndim}Q", tensor.ndim, *reversed(tensor.shape))
        infos.append(_string(name) + dimensions + struct.pack("<IQ", _F16, offset))
        offset += _padded(tensor.nbytes)
    head += b"".join(infos)
    return head.ljust(_padded(len(head)), b"\0") + b"".join(
        tensor.tobytes().ljust(_padded(tensor.nbytes), b"\0") for tensor in tensors.values()
    )


def _entry(entry: tuple[str, str | int | float]) -> bytes:
    name, value = entry
    if isinstance(value, str):
        return _string(name) + struct.pack("<I", _STRING) + _string(value)
    if isinstance(value, int):
        return _string(name) + struct.pack("<II", _UINT32, value)
    return _string(name) + struct.pack("<If", _FLOAT32, value)


def _string(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def _padded(n_bytes: int) -> int:
    return -(-n_bytes // _ALIGNMENT) * _ALIGNMENT
