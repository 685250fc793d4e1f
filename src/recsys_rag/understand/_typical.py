"""How typical an item is of its genres: of the films listed under War, some are about a war, some
have one in the background."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.understand._tokens import lexicon
from recsys_rag.understand._values import texts_in

_COLUMNS = ("moods", "themes", "features")  # beside the genres
# Strength -> moods that stand against it.
_AGAINST = {name: tuple(moods.split(", ")) for name, moods in lexicon("against").items()}
_UNSEEN = 0.5  # added to each count, so that nothing is impossible


class Typicality:
    """Compares each item of a genre with the others of it, by all else that it is listed under."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._degrees: dict[str, NDArray[np.float32]] = {}

    def of(self, genres: Sequence[str], *, any_of: bool = False) -> NDArray[np.float32]:
        """Return the mean of how typical each item is of these genres, 0 to 1, (n_items,); 0 for
        one that it does not have. Of genres of which `any_of` them is enough, the highest."""
        if not genres:
            return np.zeros(len(self._catalog), np.float32)
        joined = np.max if any_of else np.mean
        mean: NDArray[np.float32] = joined([self._degree(genre) for genre in genres], axis=0)
        return mean.astype(np.float32)

    def against(self, levels: Sequence[tuple[str, int, int]]) -> NDArray[np.float32]:
        """Return 1 for the items with two of the moods that stand against all strengths which are
        refused, .5 with one, (n_items,); 0 for all where a strength is wanted, or no mood is
        known."""
        moods = [{*_AGAINST.get(name, ())} for name, least, _ in levels if least == 0]
        wanted = set.intersection(*moods) if len(moods) == len(levels) else set()
        of_items = texts_in(self._catalog, ("moods",))[1]
        return np.array([min(len(wanted & {*texts}), 2) / 2 for texts in of_items], np.float32)

    def _degree(self, genre: str) -> NDArray[np.float32]:
        """Return the share of the items of a genre that an item is more typical than, less the more
        genres it has beside; kept, since the same genres are asked for again and again.

        More typical is what a naive Bayes classifier is surer of that it has the genre, when it
        sees all but the genre itself.
        """
        if genre not in self._degrees:
            degree = np.zeros(len(self._catalog), np.float32)
            has = np.array([genre in genres for genres in self._catalog.genres], np.bool_)
            if has.any():
                n_genres = np.array([len(genres) for genres in self._catalog.genres])[has]
                sureness = self._sureness(genre, has)[has]
                _, equal, n_equal = np.unique(sureness, return_inverse=True, return_counts=True)
                middles = np.cumsum(n_equal) - n_equal / 2
                degree[has] = middles[equal] / len(sureness) / np.sqrt(n_genres)
            self._degrees[genre] = degree
        return self._degrees[genre]

    def _sureness(self, genre: str, has: NDArray[np.bool_]) -> NDArray[np.float64]:
        names, listed = self._listed
        shares = []
        for items in (has, ~has):
            counts = listed[items].sum(axis=0) + _UNSEEN
            shares.append(counts / (items.sum() + 2 * _UNSEEN))
        odds, odds_without = (
            np.log(shares[0] / shares[1]),
            np.log((1 - shares[0]) / (1 - shares[1])),
        )
        telling = odds - odds_without
        telling[names.index(("genre", genre))] = 0.0
        return np.asarray(listed @ telling, np.float64)

    @cached_property
    def _listed(self) -> tuple[list[tuple[str, str]], sparse.csr_array]:
        """Each (column, value), and which items have it, (n_items, n_values) of 0 and 1."""
        columns = {"genre": self._catalog.genres}
        columns |= {column: texts_in(self._catalog, (column,))[1] for column in _COLUMNS}
        places: dict[tuple[str, str], int] = {}
        rows, values = [], []
        for column, of_items in columns.items():
            for item, texts in enumerate(of_items):
                for text in set(texts):
                    rows.append(item)
                    values.append(places.setdefault((column, text), len(places)))
        shape = (len(self._catalog), len(places))
        ones = np.ones(len(rows))
        return list(places), sparse.csr_array((ones, (rows, values)), shape)
