"""Dense text retrieval: the cosine between the meaning of a query and of item text. Knows nothing
of histories."""

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
    """The cosine of the query text's vector and the item text's vector, both by the given encoder.

    `noun` is what one item is called: a sentence encoder places "Heat: a Crime movie" better than
    "Heat".
    """

    name = "embedding"

    _vectors = Learned[NDArray[np.float32]]()  # (n_items, n_dimensions), unit length

    def __init__(self, encoder: TextEncoder, noun: str = "movie") -> None:
        self.encoder = encoder
        self.noun = noun

    def fit(self, dataset: Dataset) -> Self:
        """Encode the text of every item."""
        self._vectors = self.encoder.encode(described(dataset.catalog, self.noun))
        return self

    def score(self, batch: Batch) -> Scores:
        """Return cosines (n, n_items); zeros for a query without words. Raises NotFittedError
        before fit."""
        same_width(self.name, batch.histories, len(self._vectors))
        scores = np.zeros((len(batch), len(self._vectors)), np.float32)
        for text in {text for text in batch.text if text.strip()}:
            # One text at a time: in larger products the last digit depends on what stands beside
            # it.
            rows = [row for row, other in enumerate(batch.text) if other == text]
            scores[rows] = self._vectors @ self.encoder.encode([text])[0]
        return scores

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this with vectors for the changed catalog; only texts that are not as before are
        encoded. NotFittedError before fit."""
        known = dict(zip(described(before.catalog, self.noun), self._vectors, strict=True))
        texts = described(after.catalog, self.noun)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known |= dict(zip(new, self.encoder.encode(new) if new else (), strict=True))
        other = copy.copy(self)
        other._vectors = np.stack([known[text] for text in texts])
        return other

    def state(self) -> State:
        """Return {"vectors": (n_items, n_dimensions) float32, "encoder_id": (1,)}."""
        return {"vectors": self._vectors, "encoder_id": np.array([self.encoder.encoder_id])}

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
        return self


class ReadsAlike:
    """The cosine of each item's vector and the sum of the vectors of a history's items: what reads
    like them. It encodes nothing, learns nothing and keeps nothing: the vectors are those of
    `embedding`, which is fitted or restored before."""

    name = "reads_alike"

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding

    def fit(self, dataset: Dataset) -> Self:
        """Learn nothing."""
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); zeros for an empty history. NotFittedError before `embedding` is."""
        vectors = self._embedding._vectors
        same_width(self.name, batch.histories, len(vectors))
        scores = np.zeros(batch.histories.shape, np.float32)
        rows = np.split(batch.histories.indices, batch.histories.indptr[1:-1])
        for row, items in enumerate(rows):
            total = vectors[items].sum(axis=0)
            scores[row] = vectors @ (total / max(float(np.linalg.norm(total)), 1e-9))
        return scores

    def state(self) -> State:
        """Return nothing."""
        return {}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take nothing."""
        return self
