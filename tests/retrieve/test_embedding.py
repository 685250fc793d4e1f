"""Embedding with a small encoder of words, whose cosines can be worked by hand."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import ArtifactError
from recsys_rag.retrieve._reads_alike import ReadsAlike
from recsys_rag.retrieve.embedding import Embedding, _described
from recsys_rag.testing.conformance import RETRIEVER_CHECKS, Check
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Batch


class WordCounts:
    """An encoder that counts the words it knows; a word it does not know counts in the last
    dimension."""

    encoder_id = "word-counts"

    def __init__(self, words: str = "glass harbor moon") -> None:
        self.words = {word: place for place, word in enumerate(words.split())}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = np.zeros((len(texts), len(self.words) + 1), np.float32)
        for row, text in enumerate(texts):
            for word in fold(text).split():
                counts[row, self.words.get(word, len(self.words))] += 1
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


def _catalog(metadata: dict[str, tuple[tuple[str, ...], ...]] | None = None) -> Catalog:
    return Catalog(
        Vocabulary(("1", "2")),
        ("Glass Moon", "Harbor"),
        np.array([1990, 0], np.int32),
        (("Drama", "War"), ()),
        metadata=metadata or {},
    )


def _dataset() -> Dataset:
    return Dataset.from_triples("two", ["u"], ["1"], None, _catalog())


def _asks(n_items: int, *texts: str) -> Batch:
    return Batch(sparse.csr_array((len(texts), n_items), dtype=np.float32), texts)


@pytest.mark.parametrize("check", RETRIEVER_CHECKS)
def test_it_keeps_the_contract(check: Check) -> None:
    check(
        lambda: Embedding(WordCounts("glass harbor moon drama comedy horror letters never franked"))
    )


def test_a_worked_example() -> None:
    # "Glass Moon: a Drama, War movie" has glass 1, moon 1 and four others; "Harbor: a movie" harbor
    # 1 and two others.
    scores = Embedding(WordCounts()).fit(_dataset()).score(_asks(2, "moon", "glass, harbor!"))
    lengths = np.sqrt([1 + 1 + 16, 1 + 4])
    np.testing.assert_allclose(
        scores, [[1 / lengths[0], 0], [1 / lengths[0] / 2**0.5, 1 / lengths[1] / 2**0.5]]
    )


def test_the_three_nearest_texts_of_an_item_count_or_those_that_it_has() -> None:
    phrases = (("moon", "glass", "moon harbor", "harbor"), ("moon",))
    embedding = Embedding(WordCounts()).fit(_with_phrases(phrases))
    # "Glass Moon: a Drama, War movie" has moon 1 of length sqrt(18), "Harbor: a movie" none
    worked = [(1 + 1 / 2**0.5 + 1 / 18**0.5) / 3, (1 + 0) / 2]
    np.testing.assert_allclose(embedding.score(_asks(2, "moon"))[0], worked, atol=0.01)
    again = Embedding(WordCounts()).restore(_with_phrases(phrases), embedding.state())
    assert (again.score(_asks(2, "moon")) == embedding.score(_asks(2, "moon"))).all()


@given(
    st.lists(
        st.lists(st.sampled_from(["moon", "glass", "harbor", "moon glass", "far off"]), max_size=6),
        min_size=2,
        max_size=2,
    )
)
def test_phrases_score_as_counted_one_by_one_in_whichever_order(phrases: list[list[str]]) -> None:
    encoder = WordCounts()
    dataset = _with_phrases((tuple(phrases[0]), tuple(phrases[1])))
    query = encoder.encode(["moon over glass"])[0]
    texts = [[_described(dataset.catalog, item, "movie"), *phrases[item]] for item in (0, 1)]
    best = [sorted(encoder.encode(of) @ query)[-3:] for of in texts]
    counted = [sum(cosines) / len(cosines) for cosines in best]
    scores = Embedding(encoder).fit(dataset).score(_asks(2, "moon over glass"))[0]
    np.testing.assert_allclose(scores, counted, atol=0.01)
    other = _with_phrases((tuple(phrases[0][::-1]), tuple(phrases[1])))
    np.testing.assert_allclose(
        Embedding(encoder).fit(other).score(_asks(2, "moon over glass"))[0], scores, atol=1e-6
    )


def test_only_new_phrases_are_encoded_for_a_changed_catalog() -> None:
    before, after = (_with_phrases((("moon",), of)) for of in (("harbor",), ("glass", "moon")))
    embedding = Embedding(WordCounts()).fit(before)
    asked: list[str] = []

    class Listening(WordCounts):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            asked.extend(texts)
            return super().encode(texts)

    embedding.encoder = Listening()
    widened = embedding.widened(before, after)
    assert asked == ["glass"]
    fresh = Embedding(WordCounts()).fit(after).score(_asks(2, "moon"))
    np.testing.assert_allclose(widened.score(_asks(2, "moon")), fresh, atol=0.01)


def test_a_phrase_of_many_items_is_held_once_and_none_where_there_are_none() -> None:
    shared = Embedding(WordCounts()).fit(_with_phrases((("moon", "glass"), ("moon",))))
    assert [len(shared.state()[key]) for key in ("phrases", "places")] == [2, 3]
    bare = _with_phrases(((), ()))
    widened = shared.widened(_with_phrases((("moon", "glass"), ("moon",))), bare)
    again = Embedding(WordCounts()).restore(bare, widened.state())
    assert not len(again.state()["phrases"])
    fresh = Embedding(WordCounts()).fit(bare).score(_asks(2, "moon"))
    np.testing.assert_allclose(again.score(_asks(2, "moon")), fresh, atol=1e-6)


def _with_phrases(phrases: tuple[tuple[str, ...], tuple[str, ...]]) -> Dataset:
    catalog = _catalog({"search_phrases": phrases})
    return Dataset.from_triples("two", ["u"], ["1"], None, catalog)


def test_item_text_names_title_genres_and_noun() -> None:
    assert _described(_catalog(), 0, "movie") == "Glass Moon: a Drama, War movie"
    assert _described(_catalog(), 1, "book") == "Harbor: a book"


def test_item_text_has_ten_keywords_and_the_beginning_of_the_plot_but_no_people() -> None:
    catalog = _catalog(
        {
            "keywords": (tuple(f"k{place}" for place in range(12)), ()),
            "plot": (("x" * 500,), ("A ship.",)),
            "director": (("Orla Venn",), ("Kit Osei",)),
        }
    )
    keywords = ", ".join(f"k{place}" for place in range(10))
    assert (
        _described(catalog, 0, "movie")
        == f"Glass Moon: a Drama, War movie. {keywords}. {'x' * 200}"
    )
    assert _described(catalog, 1, "movie") == "Harbor: a movie. A ship."


def test_a_query_without_words_has_no_opinion() -> None:
    assert not Embedding(WordCounts()).fit(_dataset()).score(_asks(2, "", " \t")).any()


def test_a_title_as_the_query_finds_its_item() -> None:
    movies = made_up_movies()
    words = " ".join(
        sorted({word for title in movies.catalog.titles for word in fold(title).split()})
    )
    scores = (
        Embedding(WordCounts(words))
        .fit(movies)
        .score(_asks(movies.n_items, "winter wheat summer rye"))
    )
    assert movies.catalog.titles[int(scores[0].argmax())] == "Winter Wheat, Summer Rye"


def test_vectors_of_another_encoder_are_refused() -> None:
    state = dict(Embedding(WordCounts()).fit(_dataset()).state())
    with pytest.raises(
        ArtifactError, match="vectors are by other, the encoder here is word-counts; fit again"
    ):
        Embedding(WordCounts()).restore(_dataset(), state | {"encoder_id": np.array(["other"])})


def test_vectors_of_another_catalog_are_refused() -> None:
    state = dict(Embedding(WordCounts()).fit(_dataset()).state())
    with pytest.raises(
        ArtifactError, match=r"embedding: the saved 'vectors' has shape \(2, 4\), not \(60, any\)"
    ):
        Embedding(WordCounts()).restore(made_up_movies(), state)


def test_what_reads_like_a_history_is_near_the_sum_of_its_vectors() -> None:
    encoder = WordCounts()
    embedding = Embedding(encoder).fit(_dataset())
    encoder.encode = None  # type: ignore[assignment,method-assign]  # nothing is encoded again
    first, second = embedding._vectors
    histories = sparse.csr_array(np.array([[5.0, 0.0], [5.0, 5.0], [0.0, 0.0]], np.float32))
    scores = ReadsAlike(embedding).score(Batch(histories, ("moon", "", "")))
    both = (first + second) / np.linalg.norm(first + second)
    worked = [[first @ first, second @ first], [first @ both, second @ both], [0, 0]]
    np.testing.assert_allclose(scores, worked, rtol=1e-6)
