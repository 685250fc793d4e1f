"""Items that share facts with those of a history: people, moods, themes, features, keywords,
places, series, genres, decade, a rare one the more. Learns nothing from ratings; for likes use
als."""

from collections.abc import Iterator
from functools import cached_property
from typing import Self

import numpy as np
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.protocols import State
from recsys_rag.retrieve._checks import Learned, number, same_width
from recsys_rag.retrieve._liking import liking
from recsys_rag.retrieve._similarity import norms
from recsys_rag.types import Batch, Scores

_PEOPLE = ("director", "actors", "writer")
# How much it says of a film to share this with another: who plays says less than who directs. A
# person is one fact, in whatever part.
_WEIGHTS = {"actors": 0.6, "features": 0.8, "genre": 1.4, "themes": 1.3, "place": 0.5}
_RAREST = 4.5  # weight of a fact of fewer than 1.1 % of the items: two of a kind may be chance
_KINDS = dict.fromkeys(_PEOPLE, "person")
_OTHERS = ("moods", "themes", "features", "keywords", "place", "series", "studio")


class SharedFacts:
    """score_i = sum over j in history of w_j * f_i . f_j / (|f_i| |f_j| + shrinkage), w_j how much
    the person liked j.

    f_i holds for each fact that item i has min(ln(n_items / number of items that have it), 4.5),
    times the weight of its kind, 0 for all others; shrinkage takes from items of which little is
    known. A person is one fact in whatever part. All of it is read from the catalog when the first
    score is asked for, and nothing is kept.
    """

    name = "shared_facts"

    _catalog = Learned[Catalog]()

    def __init__(self, shrinkage: float = 4.0) -> None:
        self.shrinkage = number(self.name, "shrinkage", shrinkage, 0)
        self._scale: RatingScale | None = None

    def fit(self, dataset: Dataset) -> Self:
        """Take the catalog."""
        self.__dict__.pop("_weights", None)
        self._catalog, self._scale = dataset.catalog, dataset.scale
        return self

    @cached_property
    def _weights(self) -> sparse.csr_array:
        """Return the weight of each fact for each item, (n_items, n_facts)."""
        n_items = len(self._catalog)
        places: dict[tuple[str, str], int] = {}
        cells: dict[tuple[int, int], float] = {}
        for item in range(n_items):
            for kind, value, weight in sorted(_facts(self._catalog, item)):
                fact = (_KINDS.get(kind, kind), value)
                place = (item, places.setdefault(fact, len(places)))
                cells[place] = max(weight, cells.get(place, 0.0))
        rows, columns = np.array(list(cells), np.int64).reshape(-1, 2).T
        n_with = np.bincount(columns, minlength=len(places))
        rare = np.minimum(np.log(n_items / n_with), _RAREST).astype(np.float32)
        weights = rare[columns] * np.array(list(cells.values()), np.float32)
        return sparse.csr_array((weights, (rows, columns)), shape=(n_items, len(places)))

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items); zeros for an empty history. Raises NotFittedError before fit."""
        same_width(self.name, batch.histories, len(self._catalog))
        facts, lengths = self._weights, norms(self._weights)
        scores = np.zeros(batch.histories.shape, np.float32)
        liked = liking(batch.histories, self._scale).tocoo()
        for row, item, weight in zip(*liked.coords, liked.data, strict=True):
            dots = facts @ facts[[item]].toarray()[0]
            scores[row] += (
                weight * dots / np.maximum(lengths * lengths[item] + self.shrinkage, 1e-9)
            )
        return scores

    def state(self) -> State:
        """Return nothing: all of it is in the catalog."""
        return {}

    def restore(self, dataset: Dataset, state: State) -> Self:
        """Take the catalog, as `fit`."""
        return self.fit(dataset)


def _facts(catalog: Catalog, item: int) -> Iterator[tuple[str, str, float]]:
    """Yield (kind, value, weight) of each fact; one that is not known is none."""
    for column in (*_PEOPLE, *_OTHERS):
        weight = _WEIGHTS.get(column, 1.0)
        yield from ((column, value, weight) for value in catalog.texts(item, column))
    yield from (("genre", genre, _WEIGHTS["genre"]) for genre in catalog.known_genres(item))
    if year := catalog.year(item):
        yield "decade", str(year // 10), 1.0
