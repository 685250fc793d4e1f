"""Small catalogs and pools for the tests of selection, and selection as its definition says, one
item at a time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.testing.datasets import dataset_of
from recsys_rag.types import Batch, Rankings

SCALE = RatingScale(1, 5)


def dataset(
    genres: Sequence[Sequence[str]], years: Sequence[int] | None = None, ratings=None, scale=SCALE
) -> Dataset:
    """Return items "i0", "i1", ... with these genres and years; ratings (n_users, n_items), 0 =
    none."""
    made = dataset_of(np.zeros((1, len(genres))) if ratings is None else np.asarray(ratings), scale)
    catalog = replace(
        made.catalog,
        genres=tuple(map(tuple, genres)),
        years=np.array([0] * len(genres) if years is None else years, np.int32),
    )
    return replace(made, catalog=catalog)


def pools(
    scores: Sequence[Sequence[float]], items: Sequence[Sequence[int]] | None = None
) -> Rankings:
    """Return pools of these scores, best first; items 0, 1, ... unless given; nan = no item."""
    values = np.array(scores, np.float32)
    indices = (
        np.tile(np.arange(values.shape[1]), (len(values), 1))
        if items is None
        else np.array(items, np.int64)
    )
    indices = np.where(np.isnan(values), -1, indices)
    ids = np.array(
        [[f"i{one}" if one >= 0 else "" for one in row] for row in indices.tolist()], np.str_
    )
    return Rankings(indices, ids.reshape(indices.shape), values)


def batch_of(made: Dataset, n: int = 1) -> Batch:
    return Batch(made.interactions[:n], ("",) * n)


def one_by_one(
    scores: Sequence[float], k: int, strength: float, value: Callable[[list[int], int], float]
) -> list[int]:
    """Return the places that greedy selection takes: `value(list so far, place)` mixed with the
    scaled score."""
    low, high = min(scores), max(scores)
    relevance = [(one - low) / (high - low) if high > low else 0.0 for one in scores]
    taken: list[int] = []
    while len(taken) < k:
        rest = [place for place in range(len(scores)) if place not in taken]
        taken.append(
            max(
                rest,
                key=lambda at: ((1 - strength) * relevance[at] + strength * value(taken, at), -at),
            )
        )
    return taken


def alike(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def kl(wanted: dict[str, float], listed: list[Sequence[str]], alpha: float = 0.01) -> float:
    """Return Steck's divergence of the genres of a list from those that are wanted."""
    with_genres = [genres for genres in listed if genres]
    total = 0.0
    for genre, share in wanted.items():
        held = sum(1 / len(genres) for genres in with_genres if genre in genres) / max(
            len(with_genres), 1
        )
        total += share * math.log(share / ((1 - alpha) * held + alpha * share)) if share else 0.0
    return total
