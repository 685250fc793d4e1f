"""Vectors that come with the package: they are those of the encoder, of the texts of today."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recsys_rag import Dataset
from recsys_rag import _assets as assets
from recsys_rag._encode.minilm import MiniLM
from recsys_rag._encode.shipped import Shipped, key_of
from recsys_rag.data._notes import film_notes, with_notes
from recsys_rag.lab.packing import packed, packed_phrases
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


def _write(file: Path, encoder_id: str, texts: Sequence[str], phrases: Sequence[str]) -> None:
    encoder = Counting()
    values, basis = packed_phrases(encoder.encode(phrases), 2)
    keys, phrase_keys = (
        np.frombuffer(b"".join(key_of(encoder_id, text) for text in of), np.uint8).reshape(-1, 12)
        for of in (texts, phrases)
    )
    described = packed(encoder.encode(texts))
    np.savez(
        file,
        keys=keys,
        values=described,
        phrase_keys=phrase_keys,
        phrase_values=values,
        basis=basis,
    )


def test_only_what_is_not_in_the_file_is_encoded_and_the_order_is_kept(tmp_path: Path) -> None:
    own, file = Counting(), tmp_path / "vectors.npz"
    _write(file, "counting", ["aa", "b"], ["a phrase", "another one"])
    encoder = Counting()
    texts = ["new", "b", "another one", "aa", "b", "a phrase"]
    vectors = Shipped(encoder, file).encode(texts)

    assert encoder.asked == ["new"]
    np.testing.assert_allclose(vectors, own.encode(texts), atol=0.1)  # 4 bits of a phrase
    described = [place for place, text in enumerate(texts) if " " not in text]
    np.testing.assert_allclose(vectors[described], own.encode(texts)[described], atol=0.01)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert Shipped(encoder, file).encode(["aa"]).tolist() == own.encode(["aa"]).tolist()
    assert encoder.asked == ["new", "aa"]


def test_the_vectors_of_another_encoder_are_not_taken(tmp_path: Path) -> None:
    file, encoder = tmp_path / "vectors.npz", Counting()
    _write(file, "other", ["aa"], ["b"])
    Shipped(encoder, file).encode(["aa", "b"])
    assert encoder.asked == ["aa", "b"]


@pytest.mark.movielens
def test_every_film_of_movielens_100k_and_every_search_phrase_has_its_vector(
    ml100k: Dataset,
) -> None:
    texts = described(with_notes(ml100k.catalog)[0])
    phrases = sorted({phrase for note in film_notes() for phrase in note.search_phrases})
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
    vectors, sample = Shipped(Refuses(folder)).encode(phrases), list(range(0, len(phrases), 997))
    own = MiniLM(folder).encode([phrases[place] for place in sample])
    cosines = (vectors[sample] * own).sum(axis=1)
    assert cosines.min() > 0.9
    assert cosines.mean() > 0.95
