"""Which items of one catalog pass a person's filters, and what the filters are called. Reads no
free text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process

from recsys_rag.data._column_words import filters_in
from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.errors import QueryError
from recsys_rag.types import Filters

_COMPARISON = re.compile(r"(<=|>=|!=|<|>)\s*(.+)")
_SIGNS: dict[str, Callable[..., NDArray[np.bool_]]] = {
    "<=": np.less_equal,
    ">=": np.greater_equal,
    "<": np.less,
    ">": np.greater,
    "!=": np.not_equal,
}

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
        """The names that `Filters.where` may use: what every catalog has, then the metadata and
        the other columns of this one."""
        return (
            "genres",
            "title",
            "year",
            "release_date",
            "runtime",
            *sorted(self._catalog.metadata),
            *sorted(self._catalog.attributes),
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
        and for years that end before they begin; UnknownItemError where no item of `only` is there.
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
            items = {*self._catalog.resolve_known(_several(filters.only))[0].values()}
            what = "named item" if len(items) == 1 else "named items"
            yield f"only: {len(items)} {what}", self._marked([*items])
        for column, values in filters.where.items():
            yield self._where(column, _several(values))

    def unknown(self, filters: Filters) -> tuple[str, ...]:
        """Return the names of `only` that mean no item, where others do. Raises
        UnknownItemError."""
        return self._catalog.resolve_known(_several(filters.only))[1] if filters.only else ()

    def with_words(self, filters: Filters, words: str) -> tuple[Filters, str]:
        """Return the filters with those that words ask for plainly ("under 30 euros"), and the rest
        of the words; what a filter says of a column holds before words."""
        numbers = [
            name
            for name, values in self._catalog.attributes.items()
            if isinstance(values, np.ndarray)
        ]
        where, rest = filters_in(words, numbers) if words and numbers else ({}, words)
        if where and re.fullmatch(rf"(?:(?:an?|the|some|any) )?{self._catalog.noun}s?", rest):
            rest = ""  # "a game under 20 euros" looks for no word
        return (replace(filters, where={**where, **filters.where}) if where else filters), rest

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

    def _where(self, column: str, values: tuple[Any, ...]) -> tuple[str, NDArray[np.bool_]]:
        """Return the filter that all comparisons hold ("<=30", "!=War") and any of the other values
        is there; numbers and flags are compared as such."""
        numbers = self._numbers(column)
        if numbers is not None and np.isnan(numbers).all():
            raise QueryError(
                f"no {column} {values[0]!r} in this catalog; it has no {column} at all"
            )
        texts = [
            str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)
            for value in values
        ]
        compared = [match for text in texts if (match := _COMPARISON.match(text))]
        wanted = [text for text in texts if not _COMPARISON.match(text)]
        phrases, passes = [], np.ones(len(self._catalog), np.bool_)
        if wanted:
            if numbers is None:
                pairs = [self._having(column, value) for value in wanted]
            else:
                pairs = [_equal(column, value, numbers) for value in wanted]
            phrases.append(" or ".join(name for name, _ in pairs))
            passes &= np.any([has for _, has in pairs], axis=0)
        for comparison in compared:
            sign, value = comparison[1], comparison[2]
            if numbers is not None:
                with np.errstate(invalid="ignore"):
                    passes &= _SIGNS[sign](numbers, _number(column, value)) & ~np.isnan(numbers)
                phrases.append(f"{sign} {value}")
            elif sign == "!=":
                name, has = self._having(column, value)
                passes &= ~has
                phrases.append(f"not {name}")
            else:
                raise QueryError(
                    f"column {column!r} holds texts, which {sign} does not compare; name a value, "
                    f"such as {column}=..."
                )
        return f"{column}: {', '.join(phrases)}", passes

    def _numbers(self, column: str) -> NDArray[np.float64] | None:
        """Return a column of numbers, nan where unknown; None where it holds texts."""
        known = {"year": self._catalog.years, "runtime": self._catalog.runtimes}
        if column in known:
            there = known[column] != 0
            return np.where(there, known[column], np.nan).astype(np.float64)
        values = self._catalog.attributes.get(column)
        return values if isinstance(values, np.ndarray) else None

    def _having(self, column: str, value: str) -> tuple[str, NDArray[np.bool_]]:
        """Return a value as the catalog writes it, and which items have it in a column. Raises
        QueryError."""
        values = self._index(column)
        found = values.get(_key(value))
        if found is None:
            kind = "genre" if column == "genres" else column
            names = [name for name, _ in values.values()]
            raise QueryError(
                f"no {kind} {value!r} in this catalog; "
                f"{_closest(value, names, f'it has no {kind} at all')}"
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
                f"no column {column!r} in this catalog; "
                f"{_closest(column, self.columns, '', limit=9)}"
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
        if column in catalog.metadata:
            return catalog.metadata[column]
        texts = catalog.attributes[column]
        assert isinstance(texts, tuple)
        return texts


def _equal(column: str, value: str, numbers: NDArray[np.float64]) -> tuple[str, NDArray[np.bool_]]:
    """Return which items have a number, or a flag: true is any number but 0."""
    if value in ("true", "yes"):
        return "yes", (numbers != 0) & ~np.isnan(numbers)
    if value in ("false", "no"):
        return "no", numbers == 0
    low, colon, high = value.partition(":")
    if colon:
        first = -np.inf if not low.strip() else _number(column, low)
        last = np.inf if not high.strip() else _number(column, high)
        return f"{low or '...'} to {high or '...'}", (numbers >= first) & (numbers <= last)
    return value, numbers == _number(column, value)


def _number(column: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise QueryError(
            f"{value!r} is no number, as column {column!r} holds them; write {column}<=30, "
            f"{column}=10:30 or {column}=20"
        ) from None


def _several(values: Any) -> tuple[Any, ...]:
    """Return the values as a tuple; one text, number or flag alone is one value."""
    return tuple(values) if isinstance(values, (tuple, list, set, frozenset)) else (values,)


def _key(value: str) -> str:
    return fold(value) or value.strip().casefold()


def _closest(value: str, names: Iterable[str], otherwise: str, limit: int = 3) -> str:
    """Return "closest: ..." with the names most like a value, ties by name."""
    best = process.extract(_key(value), {name: _key(name) for name in sorted(names)}, limit=limit)
    return f"closest: {', '.join(name for _, _, name in best)}" if best else otherwise
