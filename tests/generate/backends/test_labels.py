"""Labels and weights as all backends give them, and the embedded model's labels held against its
own vocabulary."""

import time

import numpy as np
import pytest

from recsys_rag.errors import AssetError, GenerationError
from recsys_rag.generate.backends.labels import LEAST, among
from recsys_rag.generate.backends.llama_cpp import LlamaCpp
from recsys_rag.generate.backends.rendering import as_completion
from recsys_rag.generate.backends.weights import hash_of
from recsys_rag.rerank.ranking_prompt import LABELS, labels_prompt
from recsys_rag.types import Prompt


def test_log_probabilities_are_among_the_labels_and_finite():
    found = among(["A", "B", "C"], [-4.0, -4.0 - np.log(3), -np.inf], "m")
    np.testing.assert_allclose(np.exp(found), [0.75, 0.25, 0.0], atol=1e-12)
    assert np.isfinite(found).all()
    assert found[2] == pytest.approx(LEAST, abs=1)


def test_a_label_without_a_token_and_labels_without_probability_are_refused():
    with pytest.raises(GenerationError, match="no single token for the label 'B'"):
        among(["A", "B"], [-1.0, None], "m")
    with pytest.raises(GenerationError, match="gives none of the labels A, B a probability"):
        among(["A", "B"], [-np.inf, -np.inf], "m")


def test_models_are_told_apart_by_content_and_name_not_by_place(tmp_path):
    for folder, content in (("one", b"w"), ("same", b"w"), ("other", b"v")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "model.gguf").write_bytes(content)
    (tmp_path / "adapter.gguf").write_bytes(b"a")
    one, same, other = (
        hash_of([tmp_path / folder / "model.gguf"]) for folder in ("one", "same", "other")
    )
    assert one == same != other
    both = [tmp_path / "one/model.gguf", tmp_path / "adapter.gguf"]
    assert hash_of(both) == hash_of(both[::-1]) != one
    with pytest.raises(AssetError, match="cannot read the model file"):
        hash_of([tmp_path / "gone.gguf"])


@pytest.mark.model
def test_the_embedded_model_tells_labels_as_its_whole_vocabulary_does(smollm2: LlamaCpp) -> None:
    titles = ["Fargo (1996)", "Heat (1995)", "Babe (1995)", "Alien (1979)"]
    prompt = labels_prompt(titles[:2], titles, "film")
    found = smollm2.label_log_probabilities(prompt, LABELS[:4])
    request = {
        "prompt": as_completion(prompt),
        "n_predict": 1,
        "n_probs": 60,
        "cache_prompt": False,
    }
    chunks = list(smollm2._engine.stream(request, time.monotonic() + 60))
    content = next(
        c["choices"][0]["logprobs"]["content"] for c in chunks if c["choices"][0].get("logprobs")
    )
    whole = {
        bytes(one["bytes"]).decode(errors="replace"): one["logprob"]
        for one in content[0]["top_logprobs"]
    }
    shown = np.array([whole[f" {label}"] for label in LABELS[:4]])
    np.testing.assert_allclose(found, shown - np.logaddexp.reduce(shown), atol=0.002)


@pytest.mark.model
def test_a_label_that_is_no_token_of_the_embedded_model_is_refused(smollm2: LlamaCpp) -> None:
    with pytest.raises(GenerationError, match="no single token for the label 'Zyqx'"):
        smollm2.label_log_probabilities(Prompt("", "", raw="The letter:"), ["A", "Zyqx"])
