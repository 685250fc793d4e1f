"""Figures that were measured before, kept as JSON under passport, settings and code. Measures
nothing."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

import recsys_rag
from recsys_rag.lab.evaluate.measure import Measured
from recsys_rag.lab.evaluate.passport import Passport


class _Stored(msgspec.Struct):
    """A measurement as JSON has it: nan is null."""

    per_user: dict[str, list[float | None]]
    overall: dict[str, float | None]
    curve: dict[int, list[float | None]]
    seconds: dict[str, float]
    lists: list[list[int]]


@cache
def code_hash() -> str:
    """Return a hash over all modules of the package, product and laboratory: figures of other code
    are not taken for those of this."""
    root, digest = Path(recsys_rag.__file__).parent, hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def place_of(folder: Path, passport: Passport, method: str, about: Sequence[Any]) -> Path:
    """Return the file for this method on this fold; `about` is, as JSON, what else the figures
    depend on."""
    key = hashlib.sha256(msgspec.json.encode([code_hash(), method, *about])).hexdigest()[:16]
    return folder / passport.key / f"{method}-{key}.json"


def read(file: Path) -> Measured | None:
    """Return what is kept there; None where nothing is, or what is there is damaged."""
    try:
        stored = msgspec.json.decode(file.read_bytes(), type=_Stored)
    except (OSError, msgspec.DecodeError):
        return None
    return Measured(
        {name: np.array(values, np.float64) for name, values in stored.per_user.items()},
        {name: float("nan") if value is None else value for name, value in stored.overall.items()},
        {cut: np.array(values, np.float64) for cut, values in stored.curve.items()},
        stored.seconds,
        np.array(stored.lists, np.int64),
    )


def write(file: Path, measured: Measured) -> None:
    """Keep a measurement: whole, or not at all. Raises OSError."""
    stored = _Stored(
        {name: values.tolist() for name, values in measured.per_user.items()},
        dict(measured.overall),
        {cut: values.tolist() for cut, values in measured.curve.items()},
        dict(measured.seconds),
        measured.lists.tolist(),
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.part")
    beside.write_bytes(msgspec.json.encode(stored))
    beside.replace(file)
