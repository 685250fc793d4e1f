"""Vectors that come with the package: they are those of the encoder, of the texts of today."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recsys_rag import Dataset
from recsys_rag import _assets as assets
from recsys_rag._encode.minilm import MiniLM
from recsys_rag._encode.shipped import Shipped, key_of, packed
from recsys_rag.data._notes import with_notes
from recsys_rag.retrieve.embedding import described


class Counting:
    """An encoder of two dimensions that remembers what it was asked."""

    encoder_id = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.array([(len(text), 3.0) for text in texts], np.float32).reshape(-1, 2)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_only_what_is_not_in_the_file_is_encoded_and_the_order_is_kept(tmp_path: Path) -> None:
    own, file = Counting(), tmp_path / "vectors.npz"
    keys = np.frombuffer(b"".join(key_of("counting", text) for text in ("aa", "b")), np.uint8)
    np.savez(file, keys=keys.reshape(2, 12), values=packed(own.encode(["aa", "b"])))
    encoder = Counting()
    vectors = Shipped(encoder, file).encode(["new", "b", "aa", "b"])

    assert encoder.asked == ["new"]
    np.testing.assert_allclose(vectors, own.encode(["new", "b", "aa", "b"]), atol=0.01)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert Shipped(encoder, file).encode(["aa"]).tolist() == own.encode(["aa"]).tolist()
    assert encoder.asked == ["new", "aa"]


def test_the_vectors_of_another_encoder_are_not_taken(tmp_path: Path) -> None:
    file, encoder = tmp_path / "vectors.npz", Counting()
    keys = np.frombuffer(key_of("other", "aa") + key_of("other", "b"), np.uint8)
    np.savez(file, keys=keys.reshape(2, 12), values=np.ones((2, 2), np.int8))
    Shipped(encoder, file).encode(["aa", "b"])
    assert encoder.asked == ["aa", "b"]


@pytest.mark.movielens
def test_every_film_of_movielens_100k_has_its_vector(ml100k: Dataset) -> None:
    texts = described(with_notes(ml100k.catalog)[0])
    if (folder := assets.available("minilm")) is None:
        pytest.skip("the sentence encoder is not here; get it: recsys-rag lm fetch minilm")

    class Refuses(MiniLM):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            assert not texts, "python benchmarks/ship_vectors.py"
            return super().encode(texts)

    vectors = Shipped(Refuses(folder)).encode(texts)
    sample = list(range(0, len(texts), 97))
    own = MiniLM(folder).encode([texts[place] for place in sample])
    assert (vectors[sample] * own).sum(axis=1).min() > 0.999
