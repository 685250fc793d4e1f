"""How counts of events should weigh: weights of play counts beside 1 for all, on held-out plays.

    python benchmarks/counts.py [SEED]

Two sets of play counts on the people of MovieLens 100K. "From ratings": who watched what is real,
and how often is drawn from the rating (means 1, 2, 5, 15 and 50 for 1 to 5 stars, negative binomial
of shape 1). "By chance": as many plays in all, but drawn without a look at the rating, so that they
say nothing; a weight must not lose there. A fifth of each person's items is held out. Figures are
the differences in nDCG@10 from weight 1, paired by person, with 95 % intervals: for all held-out
items, and for those which the person played most (the upper half).
"""

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag import Dataset
from recsys_rag._fitting import LocalFitter
from recsys_rag.lab.evaluate.significance import resampled_means
from recsys_rag.recommender import Recommender
from recsys_rag.settings import preset, with_changes

Weights = Callable[[NDArray[np.float64]], NDArray[np.float64]]
SETTINGS = with_changes(preset("default"), {"retrieve": {"encoder": "none"}})


def log_to(cap: float) -> Weights:
    """Return log(1 + n) over log(1 + cap), at most 1."""
    return lambda counts: np.minimum(np.log1p(counts) / np.log1p(cap), 1.0)


def usual(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log(1 + n / median) over log 3, at most 1: in any unit, twice the median is 1."""
    return np.minimum(np.log1p(counts / np.median(counts)) / np.log(3), 1.0)


def share(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return n / median, at most 1."""
    return np.minimum(counts / np.median(counts), 1.0)


WEIGHTS: dict[str, Weights] = {
    "1 for all": np.ones_like,
    "n of 3": lambda counts: np.minimum(counts / 3, 1.0),
    "log to 10": log_to(10),
    "log to the 99th percentile": lambda counts: log_to(np.quantile(counts, 0.99))(counts),
    "log(1 + n / median)": usual,
    "root of log(1 + n / median)": lambda counts: np.sqrt(usual(counts)),
    "half 1, half log": lambda counts: 0.5 + 0.5 * usual(counts),
    "n of the median": share,
    "root of n of the median": lambda counts: np.sqrt(share(counts)),
    "half 1, half n of median": lambda counts: 0.5 + 0.5 * share(counts),
}


def plays(ratings: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return made-up play counts: long-tailed, more for better ratings, at least 1."""
    means = np.array([1.0, 2.0, 5.0, 15.0, 50.0])[ratings.astype(int) - 1]
    return 1 + rng.poisson(rng.gamma(1.0, means - 0.9))


def gains(
    dataset: Dataset, held_out: NDArray[np.bool_], weigh: Weights, much: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return nDCG@10 of each person, (2, n_users): for all held-out items, and those played much;
    nan where there is none."""
    training = dataset.replace_rows(~held_out)
    training.interactions.data[:] = weigh(training.interactions.data.astype(np.float64))
    recommender = Recommender(SETTINGS, LocalFitter().fit(training, SETTINGS))
    lists = recommender.rank(users=dataset.users.ids, k=10).item_ids
    index = dataset.items.index
    of_user = np.repeat(np.arange(dataset.n_users), np.diff(dataset.interactions.indptr))
    discounts = 1 / np.log2(np.arange(2, 12))
    found = np.full((2, dataset.n_users), np.nan)
    for kind, counted in enumerate((held_out, held_out & much)):
        shape = dataset.interactions.shape
        relevant = sparse.csr_array(
            (np.ones(counted.sum()), (of_user[counted], dataset.interactions.indices[counted])),
            shape=shape,
        )
        for user, items in enumerate(lists):
            row = set(relevant.indices[relevant.indptr[user] : relevant.indptr[user + 1]].tolist())
            if row:
                hits = np.array([item != "" and index(item) in row for item in items])
                found[kind, user] = hits @ discounts / discounts[: len(row)].sum()
    return found


def main(seed: int = 0) -> None:
    """Print the figures."""
    real = Dataset.movielens("100k")
    rng = np.random.default_rng(seed)
    drawn = plays(real.interactions.data, rng)
    of_user = np.repeat(np.arange(real.n_users), np.diff(real.interactions.indptr))
    held_out = rng.random(real.n_ratings) < 0.2
    for name, counts in (("from ratings", drawn), ("by chance", rng.permutation(drawn))):
        order = np.lexsort((counts, of_user))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order)) - real.interactions.indptr[of_user]
        much = place >= np.diff(real.interactions.indptr)[of_user] / 2
        values = real.interactions.copy()
        values.data = counts.astype(np.float32)
        dataset = replace(real, interactions=values, scale=None)
        print(f"counts {name}: median {np.median(counts):.0f}, most {counts.max():,}")
        base = None
        for label, weigh in WEIGHTS.items():
            figures = gains(dataset, held_out, weigh, much)
            base = figures if base is None else base
            cells = []
            for mine, theirs in zip(figures, base, strict=True):
                differences = (mine - theirs)[np.isfinite(mine)]
                low, high = np.quantile(resampled_means(differences), [0.025, 0.975])
                cells.append(
                    f"{np.nanmean(mine):.4f} {differences.mean():+.4f} [{low:+.4f}, {high:+.4f}]"
                )
            print(f"  {label:28} all {cells[0]}   most played {cells[1]}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
