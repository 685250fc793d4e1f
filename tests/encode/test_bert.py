"""BERT in numpy against the same formulas in plain Python, and GELU against the error function."""

import numpy as np
import pytest
from scipy.special import erf

from encode import random_bert
from recsys_rag._encode._bert import Bert, gelu, softmax
from recsys_rag.errors import AssetError


def _bert(weights: random_bert.Tensors) -> Bert:
    return Bert.read(weights.__getitem__, random_bert.N_LAYERS, random_bert.N_HEADS)


def test_states_equal_the_formulas_written_out() -> None:
    weights = random_bert.tensors()
    ids = [[2, 5, 9, 30, 4, 3], [2, 7, 7, 1, 12, 3]]
    states = _bert(weights)(np.array(ids))
    for got, one in zip(states, ids, strict=True):
        np.testing.assert_allclose(got, random_bert.slow_states(weights, one), atol=2e-5)


def test_gelu_is_x_times_the_normal_distribution_within_its_stated_error() -> None:
    x = np.concatenate([np.linspace(-12, 12, 240_001), [-900, -50, 50, 900]]).astype(np.float32)
    exact = x.astype(float) * 0.5 * (1 + erf(x.astype(float) / np.sqrt(2)))
    error = np.abs(gelu(x.reshape(5, -1).copy()).ravel() - exact)
    assert error[np.abs(x) <= 12].max() < 3.5e-6
    np.testing.assert_allclose(gelu(x[None, -4:].copy())[0], [0, 0, 50, 900], rtol=1e-6)


def test_softmax_survives_scores_that_would_overflow() -> None:
    np.testing.assert_allclose(
        softmax(np.array([[1000.0, 1000.0, -1000.0]], np.float32)), [[0.5, 0.5, 0.0]], atol=1e-7
    )


def test_a_text_has_the_same_states_alone_and_in_a_batch() -> None:
    bert = _bert(random_bert.tensors(1))
    ids = np.random.default_rng(0).integers(0, len(random_bert.VOCABULARY), (40, 9))
    np.testing.assert_allclose(bert(ids)[17], bert(ids[17:18])[0], atol=1e-5)


def test_a_missing_tensor_is_named() -> None:
    weights = random_bert.tensors()
    del weights["encoder.layer.3.output.dense.bias"]
    with pytest.raises(
        AssetError,
        match=r"not those of a BERT of 6 layers: 'encoder\.layer\.3\.output\.dense\.bias'",
    ):
        _bert(weights)


def test_tensors_of_different_widths_are_refused() -> None:
    weights = random_bert.tensors()
    weights["encoder.layer.0.intermediate.dense.weight"] = np.zeros(
        (random_bert.N_WIDE, 7), np.float32
    )
    with pytest.raises(AssetError, match="not those of a BERT of 6 layers"):
        _bert(weights)
