"""BM25 over the words of item text. Knows nothing of histories, and nothing of meaning: for that
use embedding."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from scipy import sparse

from recsys_rag.data.catalog import fold
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import SettingsError
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import Learned, number, same_width, saved
from recsys_rag.types import Batch, Scores

_ENGLISH = """a an and are as at be but by for if in into is it no not of on or such that the their
then there these they this to was will with"""
_STOP_WORDS = frozenset(_ENGLISH.split())  # Lucene's list


class BM25:
    """Okapi BM25, in Lucene's variant (Kamphuis et al. 2020), over `catalog.text`.

    score(d, q) = sum over distinct words w of q: idf(w) tf(w, d) / (tf(w, d) + k1 (1 - b + b |d| /
    mean |d|)) idf(w)      = ln(1 + (n - df(w) + 1/2) / (df(w) + 1/2))

    Words are compared without case, accents and punctuation; English stop words and words that no
    item has count nothing, and so does a word's second mention in the query. All weights are
    computed in `fit`, as in bm25s (Lù 2024, arXiv 2407.03618).
    """

    name = "bm25"

    _weights = Learned[sparse.csc_array]()  # (n_items, n_words)
    _columns = Learned[dict[str, int]]()  # word -> column

    def __init__(self, k1: float = 1.2, b: float = 0.75) -> None:
        self.k1 = number(self.name, "k1", k1, 0)
        self.b = number(self.name, "b", b, 0)
        if self.b > 1:
            raise SettingsError(f"{self.name}: b is {b!r}; it must be a number from 0 to 1")

    def fit(self, dataset: Dataset) -> Self:
        """Index the text of every item."""
        texts = [fold(dataset.catalog.text(item)).split() for item in range(dataset.n_items)]
        words, self._weights = _index(texts, self.k1, self.b)
        self._columns = {word: column for column, word in enumerate(words)}
        return self

    def score(self, batch: Batch) -> Scores:
        """Return the scores of every item (n, n_items); zeros for a query without words.
        NotFittedError before fit."""
        same_width(self.name, batch.histories, self._weights.shape[0])
        if not any(batch.text):
            return np.zeros(batch.histories.shape, np.float32)
        scores: Scores = (self._queries(batch.text) @ self._weights.T).toarray().astype(np.float32)
        return scores

    def _queries(self, texts: Sequence[str]) -> sparse.csr_array:
        """Return which words each text has, (n, n_words)."""
        columns = [
            sorted({self._columns[w] for w in fold(text).split() if w in self._columns})
            for text in texts
        ]
        ends = np.cumsum([0, *map(len, columns)])
        flat = np.array([column for of_text in columns for column in of_text], np.int64)
        return sparse.csr_array(
            (np.ones(len(flat), np.float32), flat, ends), shape=(len(texts), len(self._columns))
        )

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return what indexes the changed catalog."""
        return type(self)(self.k1, self.b).fit(after)

    def state(self) -> State:
        """Return the words, as UTF-8 with line feeds between, and the (n_items, n_words) weights by
        column."""
        return {
            "words": np.frombuffer("\n".join(self._columns).encode(), np.uint8),
            "weights": self._weights.data,
            "items": self._weights.indices,
            "ends": self._weights.indptr,
        }

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned. Raises ArtifactError when an array is missing or of the
        wrong shape."""
        words = saved(self.name, state, "words", (None,)).tobytes().decode().split()
        ends = saved(self.name, state, "ends", (len(words) + 1,))
        weights, items = (
            saved(self.name, state, key, (int(ends[-1]),)) for key in ("weights", "items")
        )
        self._weights = sparse.csc_array(
            (weights, items, ends), shape=(dataset.n_items, len(words))
        )
        self._columns = {word: column for column, word in enumerate(words)}
        return self


def _index(
    texts: Sequence[Sequence[str]], k1: float, b: float
) -> tuple[list[str], sparse.csc_array]:
    """Return the distinct words but stop words, sorted, and the weight of each in each text
    (n_texts, n_words)."""
    kept = [[word for word in words if word not in _STOP_WORDS] for words in texts]
    vocabulary = sorted({word for words in kept for word in words})
    lengths = np.array([len(words) for words in kept])
    if not vocabulary:
        return [], sparse.csc_array((len(texts), 0), dtype=np.float32)
    column_of = {word: column for column, word in enumerate(vocabulary)}
    columns = [column_of[word] for words in kept for word in words]
    rows = np.repeat(np.arange(len(texts)), lengths)
    shape = (len(texts), len(vocabulary))
    counts = sparse.csc_array((np.ones(len(rows)), (rows, columns)), shape)  # repeats are summed
    n_texts_with = np.diff(counts.indptr)  # (n_words,)
    # subtle: float32 as in bm25s, by which the index was made before, so that scores stay the same
    idf = np.log(1 + (len(texts) - n_texts_with + 0.5) / (n_texts_with + 0.5)).astype(np.float32)
    shortened = k1 * ((1 - b) + b * lengths / lengths.mean())  # (n_texts,)
    frequencies = counts.data / (shortened[counts.indices] + counts.data)
    weights = (np.repeat(idf, n_texts_with) * frequencies).astype(np.float32)
    return vocabulary, sparse.csc_array((weights, counts.indices, counts.indptr), shape)
