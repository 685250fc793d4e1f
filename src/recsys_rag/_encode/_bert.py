"""The forward pass of BERT (post-norm, GELU, absolute positions) in numpy, float32. Training and
padding are left out.

A batch holds texts of equal length, so there is no padding and no mask: who calls it groups by
length. Devlin et al. 2019 (arXiv 1810.04805); weights by the tensor names of Hugging Face's
BertModel.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import AssetError

Floats: TypeAlias = NDArray[np.float32]
# name -> tensor; KeyError or ValueError when there is none
Tensors: TypeAlias = Callable[[str], NDArray[np.generic]]

_EPSILON = np.float32(1e-12)  # of the layer norm, as BERT was trained

# gelu(x) = x (1 + erf(x / sqrt 2)) / 2 = x (1 + tanh(x p(x^2))) / 2, with p fitted (least maximum
# error, in float64): at most 3.5e-6 off anywhere, and several times as fast as scipy.special.erf,
# because numpy's tanh is vectorized.
_GELU = tuple(
    map(
        np.float32,
        (1.11908188e-06, -3.05810010e-05, -1.24861663e-04, 3.64687910e-02, 7.97828136e-01),
    )
)
_GELU_ROWS = 32  # at a time, so that the passes over them stay in the first- or second-level cache


def gelu(x: Floats) -> Floats:
    """Replace each element of x (n_rows, n) by x * P(Z <= x) for a standard normal Z, within 3.5e-6
    for |x| < 1000.

    >>> gelu(np.array([[-1.0, 0.0, 2.0]], np.float32)).round(3)
    array([[-0.159,  0.   ,  1.954]], dtype=float32)
    """
    for start in range(0, len(x), _GELU_ROWS):
        block = x[start : start + _GELU_ROWS]
        square = block * block
        inner = square * _GELU[0]
        for coefficient in _GELU[1:-1]:
            inner += coefficient
            inner *= square
        inner += _GELU[-1]
        inner *= block
        np.tanh(inner, out=inner)
        inner += np.float32(1)
        block *= np.float32(0.5)
        block *= inner
    return x


def softmax(scores: Floats) -> Floats:
    """Make the last axis non-negative with sum 1, in place."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


@dataclass(frozen=True, slots=True)
class Linear:
    """x -> x weight + bias, with `weight` (n_in, n_out)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        y = x @ self.weight
        y += self.bias
        return y

    @classmethod
    def read(cls, tensor: Tensors, name: str) -> Self:
        """Take the layer of this name; there, weights are (n_out, n_in)."""
        return cls(_floats(tensor, f"{name}.weight").T, _floats(tensor, f"{name}.bias"))


@dataclass(frozen=True, slots=True)
class LayerNorm:
    """Each row to mean 0 and variance 1, then times `gain` plus `bias`, each (n_dimensions,)."""

    gain: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """Normalize in place."""
        x -= x.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[1])
        x *= 1 / np.sqrt(variance + _EPSILON)
        x *= self.gain
        x += self.bias
        return x

    @classmethod
    def read(cls, tensor: Tensors, name: str) -> Self:
        return cls(_floats(tensor, f"{name}.weight"), _floats(tensor, f"{name}.bias"))


@dataclass(frozen=True, slots=True)
class Layer:
    """One transformer layer over rows of tokens (n * length, n_dimensions)."""

    # one product for the three; queries come out divided by sqrt(head size)
    queries_keys_values: Linear
    attended: Linear
    attention_norm: LayerNorm
    wide: Linear
    narrow: Linear
    output_norm: LayerNorm
    n_heads: int

    def __call__(self, x: Floats, length: int) -> Floats:
        y = self.attended(self._attention(x, length))
        y += x
        x = self.attention_norm(y)
        y = self.narrow(gelu(self.wide(x)))
        y += x
        return self.output_norm(y)

    def _attention(self, x: Floats, length: int) -> Floats:
        stacked = self.queries_keys_values(x).reshape(
            -1, length, 3, self.n_heads, x.shape[1] // self.n_heads
        )
        # each (n, n_heads, length, head size)
        queries, keys, values = stacked.transpose(2, 0, 3, 1, 4)
        weights = softmax(queries @ keys.swapaxes(2, 3))  # (n, n_heads, length, length)
        mixed: Floats = (weights @ values).swapaxes(1, 2).reshape(x.shape)
        return mixed

    @classmethod
    def read(cls, tensor: Tensors, name: str, n_heads: int) -> Self:
        parts = [
            Linear.read(tensor, f"{name}.attention.self.{part}")
            for part in ("query", "key", "value")
        ]
        scale = np.float32((parts[0].weight.shape[1] // n_heads) ** -0.5)
        parts[0] = Linear(parts[0].weight * scale, parts[0].bias * scale)
        return cls(
            Linear(
                np.hstack([part.weight for part in parts]), np.hstack([part.bias for part in parts])
            ),
            Linear.read(tensor, f"{name}.attention.output.dense"),
            LayerNorm.read(tensor, f"{name}.attention.output.LayerNorm"),
            Linear.read(tensor, f"{name}.intermediate.dense"),
            Linear.read(tensor, f"{name}.output.dense"),
            LayerNorm.read(tensor, f"{name}.output.LayerNorm"),
            n_heads,
        )


@dataclass(frozen=True, slots=True)
class Bert:
    """A BERT encoder: token ids (n, length) -> last hidden states (n, length, n_dimensions)."""

    words: Floats  # (n_pieces, n_dimensions)
    positions: Floats  # (n_positions, n_dimensions); holds the segment embedding of a lone text too
    norm: LayerNorm
    layers: tuple[Layer, ...]

    @classmethod
    def read(cls, tensor: Tensors, n_layers: int, n_heads: int) -> Self:
        """Take the weights by their Hugging Face names. Raises AssetError when one is missing or
        does not fit."""
        try:
            positions = _floats(tensor, "embeddings.position_embeddings.weight")
            bert = cls(
                _floats(tensor, "embeddings.word_embeddings.weight"),
                positions + _floats(tensor, "embeddings.token_type_embeddings.weight")[0],
                LayerNorm.read(tensor, "embeddings.LayerNorm"),
                tuple(
                    Layer.read(tensor, f"encoder.layer.{number}", n_heads)
                    for number in range(n_layers)
                ),
            )
            bert(np.zeros((1, 1), np.int64))  # shapes that do not fit each other show here
        except (KeyError, ValueError) as error:
            raise AssetError(
                f"the tensors are not those of a BERT of {n_layers} layers: {error}"
            ) from error
        return bert

    @property
    def n_dimensions(self) -> int:
        return int(self.words.shape[1])

    def __call__(self, ids: NDArray[np.int64]) -> Floats:
        length = ids.shape[1]
        x = self.words[ids]
        x += self.positions[:length]
        x = self.norm(x.reshape(-1, self.n_dimensions))
        for layer in self.layers:
            x = layer(x, length)
        return x.reshape(*ids.shape, self.n_dimensions)


def _floats(tensor: Tensors, name: str) -> Floats:
    return np.asarray(tensor(name), np.float32)
