"""What every retriever checks: settings in bounds, fitted before use, histories as wide as the
catalog, state as saved."""

import math
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.errors import ArtifactError, DataError, NotFittedError, SettingsError
from recsys_rag.protocols import State

Value = TypeVar("Value")


def whole_number(part: str, setting: str, value: int, low: int) -> int:
    """Return the value when it is a whole number of at least `low`; else raise SettingsError naming
    it.

    >>> whole_number("ease", "neighbors", 5, 1)
    5
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise SettingsError(
            f"{part}: {setting} is {value!r}; it must be a whole number of at least {low}"
        )
    return value


def number(
    part: str,
    setting: str,
    value: float,
    low: float,
    *,
    above: bool = False,
    below: float = math.inf,
) -> float:
    """Return the value as float when it is finite, at least `low` (`above`: greater) and below
    `below`; else SettingsError.

    >>> number("ease", "l2", 300, 0, above=True)
    300.0
    """
    is_number = (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    )
    if not is_number or value < low or (above and value == low) or value >= below:
        bound = f"greater than {low:g}" if above else f"at least {low:g}"
        bound += f" and below {below:g}" if below < math.inf else ""
        raise SettingsError(f"{part}: {setting} is {value!r}; it must be a number {bound}")
    return float(value)


class Learned(Generic[Value]):
    """What `fit` or `restore` gives to a part; whoever asks for it before gets a NotFittedError.

    >>> class Counter:
    ...     name, n = "counter", Learned[int]()
    >>> Counter().n
    Traceback (most recent call last):
    recsys_rag.errors.NotFittedError: counter was asked before it was fitted; call fit(dataset) or \
restore(dataset, state) first
    """

    def __set_name__(self, part: type, name: str) -> None:
        self._name = name

    def __set__(self, part: Any, value: Value) -> None:
        part.__dict__[self._name] = value

    def __get__(self, part: Any, kind: type) -> Value:
        if self._name not in part.__dict__:
            raise NotFittedError(
                f"{part.name} was asked before it was fitted; call fit(dataset) or "
                "restore(dataset, state) first"
            )
        value: Value = part.__dict__[self._name]
        return value


def same_width(part: str, histories: sparse.csr_array, n_items: int) -> None:
    """Raise DataError unless the histories have one column for each item that was fitted."""
    if histories.shape[1] != n_items:
        raise DataError(
            f"{part}: the histories have {histories.shape[1]} columns, "
            f"but {n_items} items were fitted; make them with the catalog of the fitted dataset"
        )


def wider(array: NDArray[Any], n_items: int, axis: int = 0) -> NDArray[Any]:
    """Return the array with zeros for more items at the end of an axis.

    >>> wider(np.ones((2, 1)), 3).tolist()
    [[1.0], [1.0], [0.0]]
    """
    more = [(0, 0)] * array.ndim
    more[axis] = (0, n_items - array.shape[axis])
    return np.pad(array, more)


def saved(
    part: str, state: State, key: str, shape: tuple[int | None, ...], dtype: Any = None
) -> NDArray[Any]:
    """Return one array of a saved state, on the same memory where it is of this `dtype`;
    ArtifactError when it is missing or not of this shape (None = any length).

    >>> saved("ease", {"weights": np.eye(2)}, "weights", (2, None)).shape
    (2, 2)
    """
    if key not in state:
        raise ArtifactError(
            f"{part}: the saved state has no {key!r}; it holds {sorted(state)}; fit and save again"
        )
    array = state[key]
    fits = len(array.shape) == len(shape) and all(
        want is None or have == want for have, want in zip(array.shape, shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join("any" if length is None else str(length) for length in shape) + ")"
        raise ArtifactError(
            f"{part}: the saved {key!r} has shape {array.shape}, not {wanted}; "
            "it belongs to other data: fit again"
        )
    return array.astype(dtype or array.dtype, copy=False)


def saved_items(part: str, state: State, n_items: int) -> NDArray[np.int64]:
    """Return the saved item indices, (m,); ArtifactError when one is outside the catalog."""
    kept = saved(part, state, "items", (None,)).astype(np.int64)
    if len(kept) and (kept.min() < 0 or kept.max() >= n_items):
        raise ArtifactError(
            f"{part}: a saved item index is {kept.max()}, but the data has {n_items} items; "
            "fit again"
        )
    return kept
