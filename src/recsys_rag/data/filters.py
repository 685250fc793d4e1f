"""Which items of one catalog pass a person's filters, and what the filters are called. Reads no
free text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.errors import QueryError
from recsys_rag.types import Filters

# folded value -> as the catalog writes it first, items that have it
_Values = dict[str, tuple[str, list[int]]]


class CatalogFilters:
    """Holds filters against one catalog. Make one a catalog: a column is indexed when it is first
    asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._values: dict[str, _Values] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The names that `Filters.where` may use: what every catalog has, then the metadata of this
        one."""
        return (
            "genres",
            "title",
            "year",
            "release_date",
            "runtime",
            *sorted(self._catalog.metadata),
        )

    def allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Return which items pass every filter, (n_items,). Raises QueryError and UnknownItemError
        as `each` does."""
        allowed = np.ones(len(self._catalog), np.bool_)
        for _, passes in self.each(filters):
            allowed &= passes
        return allowed

    def each(self, filters: Filters) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Yield each filter as a short phrase, and which items pass it, (n_items,).

        Raises QueryError for a genre, column or value that this catalog lacks, naming the closest,
        and for years that end before they begin; UnknownItemError for an item of `only` that is not
        there.
        """
        for genre in _several(filters.genres):
            name, has = self._having("genres", genre)
            yield f"genre: {name}", has
        for genre in _several(filters.excluded_genres):
            name, has = self._having("genres", genre)
            yield f"not: {name}", ~has
        if filters.years is not None:
            yield self._within(*filters.years)
        if filters.only:
            items = [self._catalog.resolve(one) for one in _several(filters.only)]
            is_named = self._marked(items)
            yield f"only: {len(set(items))} named items", is_named
        for column, values in filters.where.items():
            names, fits = zip(*(self._having(column, one) for one in _several(values)), strict=True)
            yield f"{column}: {' or '.join(names)}", np.any(fits, axis=0)

    def describe(self, filters: Filters) -> tuple[str, ...]:
        """Return one short phrase a filter. Raises what `each` raises."""
        return tuple(phrase for phrase, _ in self.each(filters))

    def _within(self, first: int | None, last: int | None) -> tuple[str, NDArray[np.bool_]]:
        if first is not None and last is not None and first > last:
            raise QueryError(
                f"the years {first} to {last} end before they begin; give the earlier year first"
            )
        years = self._catalog.years
        low, high = (-np.inf if first is None else first), (np.inf if last is None else last)
        if first is None or last is None:
            phrase = f"from {first}" if last is None else f"until {last}"
        else:
            phrase = str(first) if first == last else f"{first} to {last}"
        return f"years: {phrase}", (years > 0) & (years >= low) & (years <= high)

    def _having(self, column: str, value: str) -> tuple[str, NDArray[np.bool_]]:
        """Return a value as the catalog writes it, and which items have it in a column. Raises
        QueryError."""
        values = self._index(column)
        found = values.get(_key(value))
        if found is None:
            kind = "genre" if column == "genres" else column
            names = [name for name, _ in values.values()]
            raise QueryError(
                f"no {kind} {value!r} in this catalog; {_closest(value, names, f'it has no {kind} at all')}"
            )
        return found[0], self._marked(found[1])

    def _marked(self, items: list[int]) -> NDArray[np.bool_]:
        marked = np.zeros(len(self._catalog), np.bool_)
        marked[items] = True
        return marked

    def _index(self, column: str) -> _Values:
        """Return the values of a column with their items. Raises QueryError for a column that is
        not there."""
        if column not in self.columns:
            raise QueryError(
                f"no column {column!r} in this catalog; {_closest(column, self.columns, '', limit=9)}"
            )
        if column not in self._values:
            spellings: dict[str, str] = {}
            items: dict[str, list[int]] = defaultdict(list)
            for item, entries in enumerate(self._column(column)):
                for key, entry in {_key(entry): entry for entry in entries if entry}.items():
                    spellings.setdefault(key, entry)
                    items[key].append(item)
            self._values[column] = {key: (spellings[key], places) for key, places in items.items()}
        return self._values[column]

    def _column(self, column: str) -> Iterable[tuple[str, ...]]:
        catalog = self._catalog
        if column == "genres":
            return catalog.genres
        if column == "title":
            return ((title,) for title in catalog.titles)
        if column == "year":
            return ((str(year),) if year else () for year in catalog.years.tolist())
        if column == "release_date":
            return ((date,) for date in catalog.release_dates)
        if column == "runtime":
            return ((str(minutes),) if minutes else () for minutes in catalog.runtimes.tolist())
        return catalog.metadata[column]


def _several(values: Iterable[str] | str) -> tuple[str, ...]:
    """Return the values as a tuple; one text alone is one value."""
    return (values,) if isinstance(values, str) else tuple(values)


def _key(value: str) -> str:
    return fold(value) or value.strip().casefold()


def _closest(value: str, names: Iterable[str], otherwise: str, limit: int = 3) -> str:
    """Return "closest: ..." with the names most like a value, ties by name."""
    best = process.extract(_key(value), {name: _key(name) for name in sorted(names)}, limit=limit)
    return f"closest: {', '.join(name for _, _, name in best)}" if best else otherwise
