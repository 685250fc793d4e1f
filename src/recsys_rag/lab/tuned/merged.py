"""A LoRA adapter taken into its base model: one GGUF file in 8 bits, which llama.cpp runs faster
than the two. Numpy alone.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (version 3, little endian). Blocks
of quantized weights are those of ggml-quants.c: Q4_0 and Q4_1 hold 32 weights in 4 bits, Q8_0 in 8.
"""

import contextlib
import hashlib
import math
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]

_BLOCK = 32  # weights that share a scale
_STRING, _ARRAY = 8, 9
# bytes of a metadata value, by its type
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_ALPHA = "adapter.lora.alpha"
_Q8_0 = 8


def place_of(base: Path, adapter: Path, folder: Path) -> Path:
    """Return where in `folder` the file of these two is kept: another one for other files. Raises
    OSError."""
    status, adapter_hash = base.stat(), hashlib.sha256(adapter.read_bytes()).hexdigest()
    key = f"{base.name} {status.st_size} {status.st_mtime_ns} {adapter_hash}"
    return folder / f"{base.stem}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.gguf"


def merge(base: Path, adapter: Path, path: Path) -> bool:
    """Write the file of `base` with `adapter` taken in: whole, or not at all. Say whether it is
    there now.

    False where weights are of a kind that is not known here, a file is no GGUF file, or the disk
    has no room. The adapter is then to be given beside the base, which is the same model, slower.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            for piece in _pieces(_read(base), _read(adapter)):
                file.write(piece)
        unfinished.replace(path)
    except (OSError, ValueError, KeyError, struct.error):
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tensor as the file has it; `shape` in numpy's order, so that the last one is the row that
    is cut into blocks."""

    shape: tuple[int, ...]
    kind: int
    data: Bytes

    def weights(self) -> Array:
        return _READ[self.kind](self.data).reshape(self.shape)


@dataclass(slots=True)
class _File:
    head: bytes  # all that stands before the tensors' descriptions
    tensors: dict[str, _Tensor] = field(default_factory=dict)
    alignment: int = 32
    alpha: float = 0.0

    def padded(self, n_bytes: int) -> int:
        return -(-n_bytes // self.alignment) * self.alignment


def _read(path: Path) -> _File:
    """Read descriptions; weights stay on the disk until they are asked for. ValueError for what is
    no GGUF file of version 3."""
    content: Bytes = np.memmap(path, np.uint8, "r")
    reader = _Reader(content)
    magic, version, n_tensors, n_entries = reader.take("<4sIQQ")
    if (magic, version) != (b"GGUF", 3):
        raise ValueError(f"{path} is not a GGUF file of version 3")
    numbers: dict[str, float] = {}
    for _ in range(n_entries):
        name = reader.string()
        (kind,) = reader.take("<I")
        if kind in (4, 6):
            numbers[name] = reader.take({4: "<I", 6: "<f"}[kind])[0]
        else:
            reader.skip(kind)
    file = _File(
        content[: reader.offset].tobytes(), alignment=int(numbers.get("general.alignment", 32))
    )
    file.alpha = numbers.get(_ALPHA, 0.0)
    described = []
    for _ in range(n_tensors):
        name = reader.string()
        (n_dimensions,) = reader.take("<I")
        described.append((name, reader.take(f"<{n_dimensions}Q")[::-1], *reader.take("<IQ")))
    begin = file.padded(reader.offset)
    for name, shape, kind, offset in described:
        data = content[begin + offset : begin + offset + _n_bytes(kind, math.prod(shape))]
        file.tensors[name] = _Tensor(shape, kind, data)
    return file


@dataclass(slots=True)
class _Reader:
    content: Bytes
    offset: int = 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self.content.data, self.offset)
        self.offset += struct.calcsize(form)
        return values

    def string(self) -> str:
        (length,) = self.take("<Q")
        self.offset += length
        return bytes(self.content[self.offset - length : self.offset]).decode()

    def skip(self, kind: int) -> None:
        """Pass over a value. KeyError for a type that is not known."""
        if kind == _STRING:
            self.string()
        elif kind == _ARRAY:
            kind_of_each, n = self.take("<IQ")
            if kind_of_each in _SIZES:
                self.offset += n * _SIZES[kind_of_each]
            else:
                for _ in range(n):
                    self.skip(kind_of_each)
        else:
            self.offset += _SIZES[kind]


def _pieces(base: _File, adapter: _File) -> Iterator[bytes]:
    """Yield the merged file, tensor by tensor. KeyError for weights whose kind is not known."""
    changed = {name.removesuffix(".lora_a") for name in adapter.tensors if name.endswith(".lora_a")}
    if not changed <= base.tensors.keys():
        raise KeyError(f"the base has no {sorted(changed - base.tensors.keys())[0]}")
    sizes: dict[str, int] = {}
    described = []
    for name, tensor in base.tensors.items():
        kind = _Q8_0 if name in changed else tensor.kind
        sizes[name] = _n_bytes(kind, math.prod(tensor.shape))
        offset = sum(map(base.padded, list(sizes.values())[:-1]))
        encoded = name.encode()
        described += [
            struct.pack("<Q", len(encoded)) + encoded,
            struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *reversed(tensor.shape)),
            struct.pack("<IQ", kind, offset),
        ]
    head = b"".join([base.head, *described])
    yield head.ljust(base.padded(len(head)), b"\0")
    for name, tensor in base.tensors.items():
        content = (
            _in_8_bits(_sum(tensor, adapter, name)) if name in changed else tensor.data.tobytes()
        )
        yield content.ljust(base.padded(sizes[name]), b"\0")


def _sum(tensor: _Tensor, adapter: _File, name: str) -> Array:
    first, second = (adapter.tensors[f"{name}.lora_{half}"].weights() for half in "ab")
    scale = np.float32(adapter.alpha / len(first))
    return tensor.weights() + scale * (second @ first)


def _in_8_bits(weights: Array) -> bytes:
    """Return blocks of Q8_0: a scale in half precision, then 32 whole numbers of 8 bits."""
    rows = weights.reshape(-1, _BLOCK)
    scales = np.abs(rows).max(axis=1, keepdims=True) / np.float32(127)
    inverse = np.divide(1, scales, out=np.zeros_like(scales), where=scales > 0)
    blocks = np.empty((len(rows), 2 + _BLOCK), np.uint8)
    blocks[:, :2] = scales.astype(np.float16).view(np.uint8)
    blocks[:, 2:] = np.rint(rows * inverse).astype(np.int8).view(np.uint8)
    return blocks.tobytes()


def _of_8_bits(data: Bytes) -> Array:
    blocks = data.reshape(-1, 2 + _BLOCK)
    return _halves(blocks[:, :2]) * blocks[:, 2:].copy().view(np.int8).astype(np.float32)


def _of_4_bits(data: Bytes) -> Array:
    blocks = data.reshape(-1, 2 + _BLOCK // 2)
    return _halves(blocks[:, :2]) * (_nibbles(blocks[:, 2:]) - 8)


def _of_4_bits_with_least(data: Bytes) -> Array:
    blocks = data.reshape(-1, 4 + _BLOCK // 2)
    return _halves(blocks[:, :2]) * _nibbles(blocks[:, 4:]) + _halves(blocks[:, 2:4])


def _halves(columns: Bytes) -> Array:
    return columns.copy().view(np.float16).astype(np.float32)


def _nibbles(packed: Bytes) -> Array:
    """Return 32 numbers of 16 bytes each: the low halves of all bytes, then the high ones."""
    return np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32)


_READ: Mapping[int, Callable[[Bytes], Array]] = {
    0: lambda data: data.view(np.float32),
    1: lambda data: data.view(np.float16).astype(np.float32),
    2: _of_4_bits,
    3: _of_4_bits_with_least,
    _Q8_0: _of_8_bits,
}
_BYTES_OF_BLOCK = {0: 4 * _BLOCK, 1: 2 * _BLOCK, 2: 18, 3: 20, _Q8_0: 34}


def _n_bytes(kind: int, n: int) -> int:
    """Return how many bytes so many weights take. KeyError for a kind that is not known."""
    return _BYTES_OF_BLOCK[kind] * n // _BLOCK
