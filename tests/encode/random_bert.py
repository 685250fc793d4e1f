"""A tiny random BERT, as tensors and as a folder of files, and its forward pass written the slow
way."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    *"abcdefghijklmnopqrstuvwxyz",
    *(f"##{c}" for c in "abcdefgh"),
    ".",
]
N_LAYERS, N_HEADS, N_DIMENSIONS, N_WIDE, N_POSITIONS = 6, 12, 24, 40, 256

Tensors = dict[str, NDArray[np.float32]]


def tensors(seed: int = 0, n_pieces: int = len(VOCABULARY)) -> Tensors:
    """Return random weights by the names of Hugging Face's BertModel."""
    rng = np.random.default_rng(seed)
    d, w = N_DIMENSIONS, N_WIDE
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (n_pieces, d),
        "embeddings.position_embeddings.weight": (N_POSITIONS, d),
        "embeddings.token_type_embeddings.weight": (2, d),
        "embeddings.LayerNorm.weight": (d,),
        "embeddings.LayerNorm.bias": (d,),
    }
    for layer in range(N_LAYERS):
        at = f"encoder.layer.{layer}"
        linear = {f"attention.self.{one}": (d, d) for one in ("query", "key", "value")}
        linear |= {
            "attention.output.dense": (d, d),
            "intermediate.dense": (w, d),
            "output.dense": (d, w),
        }
        for name, shape in linear.items():
            shapes |= {f"{at}.{name}.weight": shape, f"{at}.{name}.bias": shape[:1]}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{at}.{name}.weight": (d,), f"{at}.{name}.bias": (d,)}
    return {name: rng.normal(0.0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def write(folder: Path, weights: Tensors) -> Path:
    """Write `model.safetensors` and `vocab.txt` into the folder and return it."""
    save_file(weights, folder / "model.safetensors")
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    return folder


def slow_states(weights: Tensors, ids: list[int]) -> list[list[float]]:
    """Return the last hidden states of one text by the formulas, token by token, in plain Python
    floats."""
    at = "embeddings"
    rows = [
        _norm(
            [
                float(a) + float(b) + float(c)
                for a, b, c in zip(
                    weights[f"{at}.word_embeddings.weight"][one],
                    weights[f"{at}.position_embeddings.weight"][place],
                    weights[f"{at}.token_type_embeddings.weight"][0],
                    strict=True,
                )
            ],
            weights,
            f"{at}.LayerNorm",
        )
        for place, one in enumerate(ids)
    ]
    for layer in range(N_LAYERS):
        rows = _layer(rows, weights, f"encoder.layer.{layer}")
    return rows


def _layer(rows: list[list[float]], weights: Tensors, at: str) -> list[list[float]]:
    queries, keys, values = (
        [_linear(row, weights, f"{at}.attention.self.{one}") for row in rows]
        for one in ("query", "key", "value")
    )
    size = N_DIMENSIONS // N_HEADS
    out = []
    for place, row in enumerate(rows):
        mixed: list[float] = []
        for head in range(N_HEADS):
            part = slice(head * size, (head + 1) * size)
            logits = [
                sum(q * k for q, k in zip(queries[place][part], key[part], strict=True))
                / math.sqrt(size)
                for key in keys
            ]
            total = sum(math.exp(one) for one in logits)
            mixed += [
                sum(
                    math.exp(one) / total * value[part][axis]
                    for one, value in zip(logits, values, strict=True)
                )
                for axis in range(size)
            ]
        attended = _linear(mixed, weights, f"{at}.attention.output.dense")
        row = _norm(
            [a + b for a, b in zip(attended, row, strict=True)],
            weights,
            f"{at}.attention.output.LayerNorm",
        )
        wide = [
            x * (1 + math.erf(x / math.sqrt(2))) / 2
            for x in _linear(row, weights, f"{at}.intermediate.dense")
        ]
        narrow = _linear(wide, weights, f"{at}.output.dense")
        out.append(
            _norm(
                [a + b for a, b in zip(narrow, row, strict=True)], weights, f"{at}.output.LayerNorm"
            )
        )
    return out


def _linear(row: list[float], weights: Tensors, name: str) -> list[float]:
    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return [
        sum(x * float(w) for x, w in zip(row, line, strict=True)) + float(b)
        for line, b in zip(weight, bias, strict=True)
    ]


def _norm(row: list[float], weights: Tensors, name: str) -> list[float]:
    mean = sum(row) / len(row)
    variance = sum((x - mean) ** 2 for x in row) / len(row)
    gain, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return [
        (x - mean) / math.sqrt(variance + 1e-12) * float(g) + float(b)
        for x, g, b in zip(row, gain, bias, strict=True)
    ]
