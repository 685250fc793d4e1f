"""Vectors that come with the package, of texts that everybody encodes: the films of MovieLens 100K
with their notes. Encodes nothing itself."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys_rag.protocols import TextEncoder

FILE = Path(__file__).parents[1] / "shipped" / "film-notes" / "vectors.npz"


def key_of(encoder_id: str, text: str) -> bytes:
    """Return what a text by an encoder is looked up by, 12 bytes."""
    return hashlib.sha256(f"{encoder_id}\n{text}".encode()).digest()[:12]


class Shipped:
    """The encoder that is given, but for texts whose vectors are in `FILE`: they are read there.

    A vector of the file is held in 8 bits a dimension; its cosine with the encoder's own is above
    .999. One text alone, as a query is, is always encoded.
    """

    def __init__(self, encoder: TextEncoder, file: Path = FILE) -> None:
        self._encoder = encoder
        self._file = file

    @property
    def encoder_id(self) -> str:
        """The id of the encoder: vectors of both are compared with each other."""
        return self._encoder.encoder_id

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text, (n, n_dimensions), in the order of the texts."""
        if len(texts) < 2:
            return self._encoder.encode(texts)
        with np.load(self._file, allow_pickle=False) as kept:
            keys, values = kept["keys"], kept["values"]
        rows = {key.tobytes(): row for row, key in enumerate(keys)}
        found = [rows.get(key_of(self.encoder_id, text), -1) for text in texts]
        known = np.array(found) >= 0
        new = self._encoder.encode(
            [text for text, row in zip(texts, found, strict=True) if row < 0]
        )
        vectors = np.empty((len(texts), values.shape[1]), np.float32)
        vectors[known] = _whole(values[[row for row in found if row >= 0]])
        vectors[~known] = new
        return vectors


def packed(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return each vector (n, n_dimensions) in 8 bits a dimension, its largest part as 127."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    values: NDArray[np.int8] = np.round(vectors / np.maximum(largest, 1e-12) * 127).astype(np.int8)
    return values


def _whole(values: NDArray[np.int8]) -> NDArray[np.float32]:
    vectors = values.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(lengths, 1)
    return unit
