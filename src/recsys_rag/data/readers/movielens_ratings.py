"""The ratings file of any MovieLens release -> arrays: user, item, rating, time in lines, whatever
stands between them."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import DataError

_CHUNK = 400_000  # lines that are read at once; about 100 MB of text and numbers
_LARGEST_ID = 50_000_000


@dataclass(frozen=True, slots=True)
class RatingRows:
    """The columns of a ratings file in file order; row i stands in line `first_line + i`."""

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    ratings: NDArray[np.float32]
    timestamps: NDArray[np.int64]
    first_line: int

    @property
    def line_numbers(self) -> range:
        return range(self.first_line, self.first_line + len(self.users))


def read_rating_rows(
    lines: Iterable[str], separator: str, where: str, *, header: bool
) -> RatingRows:
    r"""Read lines of user, item, rating and time, a chunk at a time, so that 32 million rows stay a
    few arrays.

    `where` names the file in messages. Raises DataError with file and line.

    >>> rows = read_rating_rows(["1::1193::5::978300760\n"], "::", "ratings.dat", header=False)
    >>> rows.users, rows.items, rows.ratings
    (array([1], dtype=int32), array([1193], dtype=int32), array([5.], dtype=float32))
    """
    rest = iter(lines)
    if header:
        next(rest, None)
    first_line = 2 if header else 1
    chunks = list(_chunks(rest, separator, where, first_line))
    columns = [np.concatenate(column) for column in zip(*chunks, strict=True)] or [np.zeros(0)] * 4
    return RatingRows(
        columns[0].astype(np.int32, copy=False),
        columns[1].astype(np.int32, copy=False),
        columns[2].astype(np.float32, copy=False),
        columns[3].astype(np.int64, copy=False),
        first_line,
    )


def _chunks(
    lines: Iterator[str], separator: str, where: str, first_line: int
) -> Iterator[tuple[NDArray[np.generic], ...]]:
    while chunk := list(itertools.islice(lines, _CHUNK)):
        numbers = _numbers(chunk, separator)
        if numbers is None:
            raise _first_error(chunk, separator, where, first_line)
        yield (
            numbers[:, 0].astype(np.int32),
            numbers[:, 1].astype(np.int32),
            numbers[:, 2].astype(np.float32),
            numbers[:, 3].astype(np.int64),
        )
        first_line += len(chunk)


def _numbers(chunk: list[str], separator: str) -> NDArray[np.float64] | None:
    """Return the chunk as (n, 4), or None when a line is not what it should be."""
    plain = chunk if len(separator) == 1 else [line.replace(separator, "\t") for line in chunk]
    try:
        numbers = np.loadtxt(
            plain, delimiter=separator if len(separator) == 1 else "\t", comments=None, ndmin=2
        )
    except ValueError:
        return None
    whole = numbers[:, [0, 1, 3]] if numbers.shape == (len(chunk), 4) else np.array([[np.nan]])
    sound = np.isfinite(whole) & (whole >= 0) & (whole == np.floor(whole))
    return numbers if sound.all() and numbers[:, :2].max() <= _LARGEST_ID else None


def _first_error(chunk: list[str], separator: str, where: str, first_line: int) -> DataError:
    names = ("user id", "item id", "rating", "timestamp")
    for number, line in enumerate(chunk, first_line):
        fields = line.rstrip("\r\n").split(separator)
        if len(fields) != 4:
            return DataError(
                f"{where}: row {number}: {len(fields)} fields instead of user id, item id, rating "
                f"and timestamp: {line.strip()[:80]!r}; correct or remove the line"
            )
        for name, field in zip(names, fields, strict=True):
            if not _is_sound(
                field, whole=name != "rating", largest=_LARGEST_ID if name.endswith("id") else 2**53
            ):
                kind = "a number" if name == "rating" else "a whole number"
                return DataError(
                    f"{where}: row {number}: {name} {field!r} is not {kind}; correct or remove the "
                    "line"
                )
    return DataError(
        f"{where}: rows {first_line} to {first_line + len(chunk) - 1} cannot be read as numbers"
    )


def _is_sound(field: str, *, whole: bool, largest: int) -> bool:
    try:
        value = float(field)
    except ValueError:
        return False
    return not whole or (value >= 0 and value == np.floor(value) and value <= largest)
