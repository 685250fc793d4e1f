"""The only map between outside ids and positions in arrays. Knows nothing of what the ids stand
for."""

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


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """An ordered set of ids; the index of an id is its place in that order.

    >>> v = Vocabulary(("196", "22"))
    >>> v.index("22"), v.id(0), "7" in v, len(v)
    (1, '196', False, 2)
    """

    ids: tuple[str, ...]
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {outside: place for place, outside in enumerate(self.ids)}
        if len(index) != len(self.ids):
            seen: set[str] = set()
            twice = next(outside for outside in self.ids if outside in seen or seen.add(outside))  # type: ignore[func-returns-value]
            raise DataError(f"id {twice!r} occurs twice; ids must be unique")
        object.__setattr__(self, "_index", index)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, outside: object) -> bool:
        return outside in self._index

    def id(self, index: int) -> str:
        """Return the id at this index; IndexError outside the range."""
        return self.ids[index]

    def index(self, outside: str) -> int:
        """Return the index of this id; KeyError when it is unknown."""
        return self._index[outside]

    def get(self, outside: str) -> int | None:
        """Return the index of this id, or None when it is unknown."""
        return self._index.get(outside)

    def indices(self, outside: Iterable[str]) -> NDArray[np.int64]:
        """Return the indices of these ids, same order; KeyError on the first unknown one."""
        return np.fromiter((self._index[one] for one in outside), dtype=np.int64)

    def ids_at(self, indices: Sequence[int] | NDArray[np.integer]) -> tuple[str, ...]:
        """Return the ids at these indices, same order."""
        return tuple(self.ids[int(one)] for one in indices)
