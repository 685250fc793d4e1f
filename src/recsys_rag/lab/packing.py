"""Vectors as the package ships them: rounded to a few bits. `_encode.shipped` reads them."""

import numpy as np
from numpy.typing import NDArray

from recsys_rag._encode.shipped import HALF


def packed(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return each vector (n, n_dimensions) in 8 bits a dimension, its largest part as 127."""
    return _rounded(vectors, 127)


def packed_phrases(
    vectors: NDArray[np.float32], n_directions: int
) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Return each vector in 4 bits a direction, two to a byte, (n, n_directions / 2), and the
    directions (n_dimensions, n_directions): those in which all vectors are largest."""
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    basis = directions[:, ::-1][:, :n_directions].astype(np.float16)
    halves = (_rounded(vectors @ basis.astype(np.float32), HALF) + HALF).astype(np.uint8)
    pairs: NDArray[np.uint8] = halves[:, ::2] * np.uint8(16) + halves[:, 1::2]
    return pairs, basis


def _rounded(vectors: NDArray[np.float32], most: int) -> NDArray[np.int8]:
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    values: NDArray[np.int8] = np.round(vectors / np.maximum(largest, 1e-12) * most).astype(np.int8)
    return values
