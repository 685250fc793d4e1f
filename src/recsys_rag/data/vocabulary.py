"""The only map between outside ids and positions in arrays. Knows nothing of what the ids stand
for."""

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import DataError


def id_text(given: object) -> str:
    """Return an id as its text; whole numbers lose ".0", which a column with gaps gives them.

    >>> id_text(7), id_text(7.0), id_text("u7")
    ('7', '7', 'u7')
    """
    return str(int(given) if isinstance(given, float) and given.is_integer() else given)


def id_order(outside: str) -> tuple[int, str]:
    """Return by what ids are sorted: their length, and then their text."""
    return len(outside), outside


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """An ordered set of ids; the index of an id is its place in that order.

    >>> v = Vocabulary(("196", "22"))
    >>> v.index("22"), v.id(0), "7" in v, len(v)
    (1, '196', False, 2)
    """

    ids: tuple[str, ...]
    # None where the ids are in the order of `id_order`, as after a fit: found by bisection there,
    # since a table of all is private to each process that opens an artifact
    _index: dict[str, int] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", None)
        if all(one < other for one, other in itertools.pairwise(map(id_order, self.ids))):
            return
        index = {outside: place for place, outside in enumerate(self.ids)}
        if len(index) != len(self.ids):
            seen: set[str] = set()
            twice = next(outside for outside in self.ids if outside in seen or seen.add(outside))  # type: ignore[func-returns-value]
            raise DataError(f"id {twice!r} occurs twice; ids must be unique")
        object.__setattr__(self, "_index", index)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, outside: object) -> bool:
        return isinstance(outside, str) and self.get(outside) is not None

    def id(self, index: int) -> str:
        """Return the id at this index; IndexError outside the range."""
        return self.ids[index]

    def index(self, outside: str) -> int:
        """Return the index of this id; KeyError when it is unknown."""
        if (found := self.get(outside)) is None:
            raise KeyError(outside)
        return found

    def get(self, outside: str) -> int | None:
        """Return the index of this id, or None when it is unknown."""
        if self._index is not None:
            return self._index.get(outside)
        place = bisect_left(self.ids, id_order(outside), key=id_order)
        return place if self.ids[place : place + 1] == (outside,) else None

    def indices(self, outside: Iterable[str]) -> NDArray[np.int64]:
        """Return the indices of these ids, same order; KeyError on the first unknown one."""
        return np.fromiter(map(self.index, outside), dtype=np.int64)

    def ids_at(self, indices: Sequence[int] | NDArray[np.integer]) -> tuple[str, ...]:
        """Return the ids at these indices, same order."""
        return tuple(self.ids[int(one)] for one in indices)
