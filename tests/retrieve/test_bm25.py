"""BM25 against the formula in its docstring, worked by hand and written out."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import ArtifactError, DataError, SettingsError
from recsys_rag.retrieve.bm25 import BM25
from recsys_rag.testing.conformance import RETRIEVER_CHECKS, Check
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Batch


def _dataset(*titles: str) -> Dataset:
    catalog = Catalog(
        Vocabulary(tuple(str(place) for place in range(len(titles)))),
        titles,
        np.zeros(len(titles), np.int32),
        ((),) * len(titles),
    )
    return Dataset.from_triples("titles", ["u"], ["0"], None, catalog)


def _asks(n_items: int, *texts: str) -> Batch:
    return Batch(sparse.csr_array((len(texts), n_items), dtype=np.float32), texts)


@pytest.mark.parametrize("check", RETRIEVER_CHECKS)
def test_it_keeps_the_contract(check: Check) -> None:
    check(BM25)


def test_a_worked_example() -> None:
    # Three texts of 2, 1 and 3 words, mean 2. "glass" is in two of three, once in the first, twice
    # in the third.
    scores = (
        BM25(k1=1.0, b=0.5)
        .fit(_dataset("glass harbor", "moon", "glass glass moon"))
        .score(_asks(3, "glass"))
    )
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    np.testing.assert_allclose(scores, [[idf * 1 / (1 + 1), 0, idf * 2 / (2 + 1.25)]], rtol=1e-6)


@given(
    st.lists(
        st.lists(st.sampled_from(["red", "blue", "moon", "sea", "the", "of"]), max_size=6),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.sampled_from(["red", "blue", "moon", "sea", "the", "of", "never"]), max_size=4),
    st.floats(0, 3),
    st.floats(0, 1),
)
def test_scores_equal_the_formula(
    texts: list[list[str]], query: list[str], k1: float, b: float
) -> None:
    scores = (
        BM25(k1, b)
        .fit(_dataset(*map(" ".join, texts)))
        .score(_asks(len(texts), " ".join(query)))[0]
    )
    kept = [[word for word in words if word not in ("the", "of")] for words in texts]
    mean = sum(map(len, kept)) / len(kept)
    for words, score in zip(kept, scores, strict=True):
        expected = 0.0
        for word in set(query) & set(words):
            n_with = sum(word in other for other in kept)
            count = Counter(words)[word]
            idf = math.log(1 + (len(kept) - n_with + 0.5) / (n_with + 0.5))
            expected += idf * count / (count + k1 * (1 - b + b * len(words) / mean))
        assert score == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_a_query_without_words_or_with_unknown_ones_has_no_opinion() -> None:
    scores = (
        BM25()
        .fit(_dataset("glass harbor", "moon"))
        .score(_asks(2, "", "  ", "xylophone", "the of", "!?"))
    )
    assert not scores.any()


def test_case_accents_and_punctuation_do_not_matter_and_a_repeated_word_counts_once() -> None:
    retriever = BM25().fit(_dataset("Café Morvane", "Moon"))
    plain, loud = retriever.score(_asks(2, "cafe", "CAFÉ, cafe; Café!"))
    assert plain[0] > plain[1] == 0
    np.testing.assert_array_equal(plain, loud)


def test_words_find_people_and_keywords_of_the_catalog() -> None:
    movies = made_up_movies()
    best = BM25().fit(movies).score(_asks(movies.n_items, "synth band", "Kit Osei")).argmax(axis=1)
    assert movies.catalog.titles[best[0]] == "Neon Hymn"
    assert "Kit Osei" in movies.catalog.people(int(best[1]), "director")


def test_a_catalog_of_stop_words_and_of_nothing_is_served() -> None:
    for dataset in (_dataset("The", "It"), _dataset("", "!")):
        retriever = BM25().fit(dataset)
        assert not retriever.score(_asks(2, "the it moon")).any()
        assert not BM25().restore(dataset, retriever.state()).score(_asks(2, "moon")).any()


def test_the_state_is_the_same_whatever_the_hash_seed() -> None:
    words = BM25().fit(made_up_movies(8)).state()["words"].tobytes().decode().split("\n")
    assert words == sorted(words)
    assert all(word == fold(word) for word in words)


def test_a_state_of_other_data_is_refused() -> None:
    state = dict(BM25().fit(_dataset("glass", "moon")).state())
    with pytest.raises(ArtifactError, match="bm25: the saved state has no 'weights'"):
        BM25().restore(
            _dataset("glass", "moon"),
            {key: value for key, value in state.items() if key != "weights"},
        )
    with pytest.raises(ArtifactError, match="bm25: the saved 'ends' has shape"):
        BM25().restore(_dataset("glass", "moon"), state | {"ends": np.array([0, 1])})


@pytest.mark.parametrize(
    ("k1", "b", "said"), [(-1, 0.75, "k1 is -1"), (1.2, -0.1, "b is -0.1"), (1.2, 1.5, "b is 1.5")]
)
def test_settings_out_of_bounds_are_refused(k1: float, b: float, said: str) -> None:
    with pytest.raises(SettingsError, match=f"bm25: {said}; it must be a number"):
        BM25(k1, b)


def test_histories_of_another_catalog_are_refused() -> None:
    with pytest.raises(
        DataError, match="bm25: the histories have 3 columns, but 2 items were fitted"
    ):
        BM25().fit(_dataset("glass", "moon")).score(_asks(3, "moon"))
