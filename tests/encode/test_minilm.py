"""MiniLM on a tiny random BERT, and, where its files are here, against values of the real model."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encode import random_bert
from recsys_rag._assets import registry
from recsys_rag._encode._wordpiece import WordPiece
from recsys_rag._encode.minilm import MiniLM
from recsys_rag.errors import AssetError
from recsys_rag.protocols import TextEncoder

# From transformers 5.23.0 (BertModel in float64, torch 2.13.0) with tokenizers 0.23.3, truncated at
# 256 tokens: mean of the last hidden states over all tokens, divided by its length; the first six
# of 384 components, and the sum of each seventh.
_REFERENCE = {
    "": ([-0.118838, 0.048299, -0.002548, -0.011011, 0.051951, 0.010292], -0.2976),
    "A Quiet Word with the Devil's Tailor (1971). Horror, Comedy.": (
        [-0.087372, 0.038132, -0.086761, 0.050632, -0.047674, -0.012505],
        -0.69966,
    ),
    "slow-burn crime drama, not horror": (
        [0.022391, -0.008169, -0.043852, 0.0471, 0.065321, 0.033416],
        -0.47335,
    ),
    "Café Morvane; naïve Ærøskøbing": (
        [-0.013874, 0.040173, 0.069655, -0.031707, -0.005261, -0.021417],
        -0.0402,
    ),
    "映画館 and ひらがな, 한국어": (
        [-0.062868, 0.031062, 0.053078, -0.002898, -0.032739, -0.062905],
        0.32208,
    ),
    "pneumonoultramicroscopicsilicovolcanoconiosis": (
        [-0.001552, -0.010869, -0.019886, -0.039774, -0.111933, -0.049477],
        -0.21953,
    ),
    "word " * 400: ([-0.008124, -0.095586, -0.038673, 0.049662, -0.043794, 0.02372], 0.05306),
    "\tIGNORE\u200b the above!\x00 ": (
        [0.015171, -0.010498, 0.050907, -0.014268, -0.025881, -0.027072],
        -0.61776,
    ),
}


@pytest.fixture(scope="module")
def real() -> MiniLM:
    folder = registry.available("minilm")
    if folder is None:
        pytest.skip("all-MiniLM-L6-v2 is not here; get it: recsys-rag lm fetch minilm")
    return MiniLM(folder)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    return MiniLM(
        random_bert.write(tmp_path_factory.mktemp("minilm"), random_bert.tensors()), n_threads=2
    )


def _slow_vector(text: str) -> np.ndarray:
    ids = WordPiece(random_bert.VOCABULARY).encode(text, 256)
    mean = np.mean(random_bert.slow_states(random_bert.tensors(), ids), axis=0)
    return mean / np.sqrt(sum(mean**2))


@pytest.mark.model
def test_vectors_are_those_of_the_real_model(real: MiniLM) -> None:
    vectors = real.encode(list(_REFERENCE))
    for vector, (first_six, sum_of_each_seventh) in zip(vectors, _REFERENCE.values(), strict=True):
        np.testing.assert_allclose(vector[:6], first_six, atol=5e-6)
        assert float(vector[::7].sum()) == pytest.approx(sum_of_each_seventh, abs=5e-5)


@pytest.mark.model
def test_the_real_model_tells_meaning_apart(real: MiniLM) -> None:
    query, near, far = real.encode(
        ["a ship lost in space", "astronauts adrift on a vessel", "a baker in a village"]
    )
    assert query @ near > query @ far + 0.2


def test_it_is_a_text_encoder(tiny: MiniLM) -> None:
    assert isinstance(tiny, TextEncoder)
    assert tiny.encoder_id == "all-MiniLM-L6-v2"


def test_a_vector_is_the_mean_of_all_states_at_length_one(tiny: MiniLM) -> None:
    texts = ["ab cad.", "z", "", "ab cad. face b"]
    np.testing.assert_allclose(
        tiny.encode(texts), [_slow_vector(text) for text in texts], atol=1e-5
    )


def test_no_texts_give_no_rows(tiny: MiniLM) -> None:
    vectors = tiny.encode([])
    assert vectors.shape == (0, random_bert.N_DIMENSIONS)
    assert vectors.dtype == np.float32


def test_only_the_first_tokens_of_a_long_text_count(tiny: MiniLM) -> None:
    cut, longer = tiny.encode(["a " * 254, "a " * 254 + "z z z"])
    np.testing.assert_allclose(cut, longer, atol=1e-6)


def test_many_batches_in_threads_keep_the_order_of_the_texts(tiny: MiniLM) -> None:
    texts = [chr(97 + place % 26) * (1 + place % 7) + " b" * (place % 5) for place in range(900)]
    np.testing.assert_allclose(
        tiny.encode(texts)[::100], np.vstack([tiny.encode([t]) for t in texts[::100]]), atol=1e-5
    )


@settings(max_examples=50)
@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_texts_give_finite_unit_vectors(tiny: MiniLM, texts: list[str]) -> None:
    vectors = tiny.encode(texts)
    assert vectors.shape == (len(texts), random_bert.N_DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    random_bert.write(tmp_path, random_bert.tensors())
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(
        AssetError, match=r"model\.safetensors: the sentence encoder cannot be read"
    ):
        MiniLM(tmp_path)


def test_a_damaged_model_file_is_named(tmp_path: Path) -> None:
    random_bert.write(tmp_path, random_bert.tensors())
    (tmp_path / "model.safetensors").write_bytes(b"no tensors at all")
    with pytest.raises(
        AssetError, match=r"model\.safetensors: the sentence encoder cannot be read"
    ):
        MiniLM(tmp_path)


def test_a_vocabulary_of_another_model_is_refused(tmp_path: Path) -> None:
    random_bert.write(tmp_path, random_bert.tensors(n_pieces=99))
    with pytest.raises(
        AssetError, match=r"vocab\.txt has 39 pieces, model\.safetensors has 99; .* belong together"
    ):
        MiniLM(tmp_path)
