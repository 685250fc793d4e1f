"""Dense text retrieval: cosines between the meaning of a query and of item text, and of the phrases
by which people ask for an item. Knows nothing of histories."""

import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import ArtifactError
from recsys_rag.protocols import State, TextEncoder
from recsys_rag.retrieve._checks import Learned, same_width, saved
from recsys_rag.types import Batch, Scores

_KEYWORDS = 10  # of an item; more say less each
_PLOT_CHARACTERS = 200  # of an item; the time to encode grows with them
_PHRASES = "search_phrases"  # column of texts: how people ask for an item
_BEST = 3  # texts of an item that count
_BLOCK = 4096  # phrases whose cosines are computed at once


def _described(catalog: Catalog, item_index: int, noun: str) -> str:
    """Return the text of an item that is encoded: "Fargo: a Crime, Drama movie. kidnapping, snow. A
    car salesman ...".

    Keywords and plot where the catalog has them. On MovieLens 100K with each film's one-sentence
    plot as the query, the mean reciprocal rank of the film is .246 by title, .242 by title, year
    and genres, .278 by this form without metadata; people do not help (.236), the plot does (.607
    with 200 characters of another summary, .645 with 400). With the notes' keywords and premise it
    is .594 (400 films, .316 by genres alone); their moods and themes do not help (.546): BM25 reads
    those.
    """
    genres = ", ".join(catalog.genres[item_index])
    parts = [
        f"{catalog.titles[item_index]}: a {genres} {noun}"
        if genres
        else f"{catalog.titles[item_index]}: a {noun}"
    ]
    keywords = catalog.people(item_index, "keywords")
    if keywords:
        parts.append(", ".join(keywords[:_KEYWORDS]))
    plot = " ".join(catalog.people(item_index, "plot"))
    if plot:
        parts.append(plot[:_PLOT_CHARACTERS])
    return ". ".join(parts)


def described(catalog: Catalog, noun: str = "movie") -> list[str]:
    """Return what is encoded of each item, in the order of the catalog."""
    return [_described(catalog, item, noun) for item in range(len(catalog))]


class Embedding:
    """How near an item's texts are to the query's, by the given encoder: the mean of the three
    largest cosines of the query's vector with that of the item's description and those of the
    phrases by which people ask for it (column `search_phrases`), of fewer where it has fewer.

    `noun` is what one item is called: a sentence encoder places "Heat: a Crime movie" better than
    "Heat". On 75 stories in a few words ("heist gone wrong", "a woman on the run"; up to 26 films
    each judged by one reader, MovieLens 100K, beside BM25), at least four of the first five fit in
    46 by phrases, in 23 by descriptions alone; by the largest cosine alone in 38.
    """

    name = "embedding"

    _vectors = Learned[NDArray[np.float32]]()  # (n_items, n_dimensions), unit length
    _phrases = Learned[NDArray[np.int8]]()  # (n_phrases, n_dimensions), each once
    _places = Learned[NDArray[np.int32]]()  # which phrase, item after item
    _ends = Learned[NDArray[np.int64]]()  # (n_items + 1,), where the phrases of each item end
    _scale = Learned[float]()  # what a row of `_phrases` is divided by

    def __init__(self, encoder: TextEncoder, noun: str = "movie") -> None:
        self.encoder = encoder
        self.noun = noun

    def fit(self, dataset: Dataset) -> Self:
        """Encode the texts of every item."""
        self._vectors = self.encoder.encode(described(dataset.catalog, self.noun))
        texts, self._places, self._ends = _phrases_of(dataset.catalog)
        vectors = self.encoder.encode(texts) if texts else self._vectors[:0]
        self._scale = 127 / max(float(np.abs(vectors).max(initial=0)), 1e-9)
        self._phrases = self._packed(vectors)
        return self

    def _packed(self, vectors: NDArray[np.float32]) -> NDArray[np.int8]:
        """Return the vectors of phrases in 8 bits a dimension: they are many."""
        values: NDArray[np.int8] = np.rint(vectors * self._scale).clip(-127, 127).astype(np.int8)
        return values

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items), -1 to 1; zeros for a query without words. Raises NotFittedError
        before fit."""
        same_width(self.name, batch.histories, len(self._vectors))
        scores = np.zeros((len(batch), len(self._vectors)), np.float32)
        for text in {text for text in batch.text if text.strip()}:
            # One text at a time: in larger products the last digit depends on what stands beside
            # it.
            rows = [row for row, other in enumerate(batch.text) if other == text]
            scores[rows] = self._near(self.encoder.encode([text])[0])
        return scores

    def _near(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        own = self._vectors @ query
        counts = np.diff(self._ends)  # (n_items,)
        if not counts.any():
            return own
        cosines = np.concatenate(
            [
                self._phrases[start : start + _BLOCK].astype(np.float32) @ query
                for start in range(0, len(self._phrases), _BLOCK)
            ]
        ) / np.float32(self._scale)
        # a row an item: its description, then its phrases
        every = np.full((len(own), max(_BEST, 1 + int(counts.max()))), -np.inf, np.float32)
        every[:, 0] = own
        items = np.repeat(np.arange(len(own)), counts)
        every[items, 1 + np.arange(len(items)) - self._ends[items]] = cosines[self._places]
        best = np.partition(every, -_BEST, axis=1)[:, -_BEST:]
        total = np.where(np.isfinite(best), best, 0).sum(axis=1)
        near: NDArray[np.float32] = total / np.minimum(1 + counts, _BEST).astype(np.float32)
        return near

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this with vectors for the changed catalog; only texts that are not as before are
        encoded. NotFittedError before fit."""
        known = dict(zip(described(before.catalog, self.noun), self._vectors, strict=True))
        texts = described(after.catalog, self.noun)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known |= dict(zip(new, self.encoder.encode(new) if new else (), strict=True))
        other = copy.copy(self)
        other._vectors = np.stack([known[text] for text in texts])
        whole = self._phrases.astype(np.float32) / np.float32(self._scale)
        known = dict(zip(_phrases_of(before.catalog)[0], whole, strict=True))
        phrases, other._places, other._ends = _phrases_of(after.catalog)
        new = [phrase for phrase in phrases if phrase not in known]
        known |= dict(zip(new, self.encoder.encode(new) if new else (), strict=True))
        rows = np.array([known[phrase] for phrase in phrases], np.float32)
        other._phrases = other._packed(rows.reshape(len(phrases), whole.shape[1]))
        return other

    def state(self) -> State:
        """Return {"vectors": (n_items, n_dimensions) float32, "phrases": (n_phrases, n_dimensions)
        int8, "places": which phrase, item after item, "ends": (n_items + 1,), where those of each
        item end, "scale": (1,), "encoder_id": (1,)}."""
        return {
            "vectors": self._vectors,
            "phrases": self._phrases,
            "places": self._places,
            "ends": self._ends,
            "scale": np.array([self._scale]),
            "encoder_id": np.array([self.encoder.encoder_id]),
        }

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take back what `state` returned. Raises ArtifactError when it is of another encoder or
        other data."""
        encoder_id = str(saved(self.name, state, "encoder_id", (1,))[0])
        if encoder_id != self.encoder.encoder_id:
            raise ArtifactError(
                f"{self.name}: the saved vectors are by {encoder_id}, "
                f"the encoder here is {self.encoder.encoder_id}; fit again"
            )
        self._vectors = saved(self.name, state, "vectors", (dataset.n_items, None), np.float32)
        self._ends = saved(self.name, state, "ends", (dataset.n_items + 1,), np.int64)
        self._scale = float(saved(self.name, state, "scale", (1,))[0])
        self._places = saved(self.name, state, "places", (int(self._ends[-1]),), np.int32)
        shape = (int(self._places.max(initial=-1)) + 1, self._vectors.shape[1])
        self._phrases = saved(self.name, state, "phrases", shape, np.int8)
        return self


def _phrases_of(catalog: Catalog) -> tuple[list[str], NDArray[np.int32], NDArray[np.int64]]:
    """Return all phrases, each once, which of them each item has, one item after the other, and
    where those of each end."""
    of_items = [catalog.texts(item, _PHRASES) for item in range(len(catalog))]
    first: dict[str, int] = {}
    places = [first.setdefault(phrase, len(first)) for phrases in of_items for phrase in phrases]
    ends = np.cumsum([0, *map(len, of_items)], dtype=np.int64)
    return list(first), np.array(places, np.int32), ends
