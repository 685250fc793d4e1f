"""Vectors that come with the package, of texts that everybody encodes: the films of MovieLens 100K
with their notes, and how people ask for films. Encodes nothing itself."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.protocols import TextEncoder

FILE = Path(__file__).parents[1] / "shipped" / "film-notes" / "vectors.npz"
HALF = 7  # the largest part of a vector in 4 bits


def key_of(encoder_id: str, text: str) -> bytes:
    """Return what a text by an encoder is looked up by, 12 bytes."""
    return hashlib.sha256(f"{encoder_id}\n{text}".encode()).digest()[:12]


class Shipped:
    """The encoder that is given, but for texts whose vectors are in `FILE`: they are read there.

    The vector of a description is held in 8 bits a dimension; its cosine with the encoder's own is
    above .999. Those of search phrases, which are many, are held by their 256 main directions, in 4
    bits each (cosine .95); for 75 stories they find as many films that fit as the encoder's own.
    One text alone, as a query is, is always encoded.
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
        places: dict[bytes, list[int]] = {}
        for place, text in enumerate(texts):
            places.setdefault(key_of(self.encoder_id, text), []).append(place)
        new = np.ones(len(texts), bool)
        known: list[tuple[list[int], NDArray[np.float32]]] = []
        with np.load(self._file, allow_pickle=False) as kept:
            for keys, held in (("keys", _described), ("phrase_keys", _phrases)):
                pairs = [
                    (row, place)
                    for row, key in enumerate(kept[keys])
                    for place in places.get(key.tobytes(), ())
                ]
                if pairs:
                    rows, where = (list(column) for column in zip(*pairs, strict=True))
                    known.append((where, held(kept, rows)))
                    new[where] = False
        encoded = self._encoder.encode([texts[place] for place in np.flatnonzero(new).tolist()])
        if not known:
            return encoded
        vectors = np.empty((len(texts), known[0][1].shape[1]), np.float32)
        for where, of_these in known:
            vectors[where] = of_these
        if new.any():
            vectors[new] = encoded
        return vectors


def _described(kept: Mapping[str, NDArray[Any]], rows: list[int]) -> NDArray[np.float32]:
    return _unit(kept["values"][rows].astype(np.float32))


def _phrases(kept: Mapping[str, NDArray[Any]], rows: list[int]) -> NDArray[np.float32]:
    pairs = kept["phrase_values"][rows]
    halves = np.stack([pairs >> 4, pairs & 15], axis=2).reshape(len(rows), -1)
    return _unit((halves.astype(np.float32) - HALF) @ kept["basis"].astype(np.float32).T)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(lengths, 1e-12)
    return unit
