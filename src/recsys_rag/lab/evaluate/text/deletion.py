"""Whether what is cited matters: the cited films are taken out of the history, and everything is
ranked again.

Controls: as many random films of the history, and its most popular ones, with the weights of the
cited. Asks from the front.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

Scores = Callable[
    [Mapping[int, float]], NDArray[np.float32]
]  # history {item index: rating}, oldest first -> all items' scores
FEWEST = 3  # cited films of which a rank correlation is taken


@dataclass(frozen=True, slots=True)
class Cited:
    """One item of a list, and what was cited for it: item index of the history -> weight."""

    item: int
    weights: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Deletion:
    """Mean rank correlations within the items of lists, of weight and loss; how many there were,
    and how many lose score."""

    cited: float
    random: float
    popular: float
    items: int
    lose: float  # share of all cited films without which the item scores less


def deletion(
    lists: Sequence[tuple[Mapping[int, float], Sequence[Cited], Scores]],
    popularity: NDArray[np.integer],
    rng: np.random.Generator,
) -> Deletion:
    """Return what leaving out the cited films does, over lists of (history, cited items, how that
    person's scores are asked).

    For each item with at least `FEWEST` cited films: Spearman's correlation between their weights
    and what the item loses without each, one at a time. The controls pair the same weights, in the
    same order, with the losses without other films.
    """
    correlations: dict[str, list[float]] = {"cited": [], "random": [], "popular": []}
    lost: list[bool] = []
    for history, items, scores in lists:
        films, losses = list(history), _Losses(history, scores)
        best_known = sorted(films, key=lambda title: (-int(popularity[title]), title))
        for item in items:
            weights, of_cited = (
                list(item.weights.values()),
                losses.of(item.item, list(item.weights)),
            )
            lost += [amount > 0 for amount in of_cited]
            if len(weights) >= FEWEST:
                drawn = [films[index] for index in rng.permutation(len(films))[: len(weights)]]
                known = [best_known[index] for index in rng.permutation(len(weights))]
                correlations["cited"].append(correlation(weights, of_cited))
                correlations["random"].append(correlation(weights, losses.of(item.item, drawn)))
                correlations["popular"].append(correlation(weights, losses.of(item.item, known)))
    means = {
        name: float(np.nanmean(values)) if values else float("nan")
        for name, values in correlations.items()
    }
    return Deletion(
        **means,
        items=len(correlations["cited"]),
        lose=float(np.mean(lost)) if lost else float("nan"),
    )


class _Losses:
    """What items lose without each film of a history; each film is left out once."""

    def __init__(self, history: Mapping[int, float], scores: Scores) -> None:
        self._history, self._scores = history, scores
        self._full = scores(history).astype(np.float64)
        self._without: dict[int, NDArray[np.float64]] = {}

    def of(self, item: int, films: Sequence[int]) -> list[float]:
        for film in films:
            if film not in self._without:
                rest = {title: rating for title, rating in self._history.items() if title != film}
                self._without[film] = self._full - self._scores(rest)
        return [float(self._without[film][item]) for film in films]


def correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation; nan where either is constant.

    >>> up, down, level = [10, 20, 90], [9, 2, 1], [4, 4, 4]
    >>> correlation([1, 2, 3], up), correlation([1, 2, 3], down), correlation([1, 2, 3], level)
    (1.0, -1.0, nan)
    """
    if len(set(first)) < 2 or len(set(second)) < 2:
        return float("nan")
    return round(float(spearmanr(first, second).statistic), 12)
