"""What diversity, calibration and novelty cost and bring, on validation parts of the training data.
The test is not opened."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from record import record

from recsys_rag import Dataset, Query, Recommender
from recsys_rag import _build as build
from recsys_rag.data.splits import random_split
from recsys_rag.rerank._attributes import genre_matrix, jaccard
from recsys_rag.rerank.calibration import Calibration, _divergence, _shares_of
from recsys_rag.rerank.novelty import _self_information
from recsys_rag.retrieve._top_k import top_k
from recsys_rag.settings import Settings, from_mapping
from recsys_rag.types import Batch, Rankings

_K = 10
_SEEDS = (1, 2, 3)
_STRENGTHS = {
    "diversity": (0.02, 0.05, 0.1, 0.2, 0.3, 0.5),
    "calibration": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    "novelty": (0.02, 0.05, 0.1, 0.2, 0.3),
}
_PROTOCOL = (
    "seed, validation only: MovieLens 100K, random 80/20 (seed 42), the 20 not opened; of the 80, "
    "random 80/20 with seeds 1, 2, 3, each fitted and measured. Default ranking without words, "
    "the best `rerank.depth` selected from; relevant = any validation item; full catalog, train "
    "items masked. A user's figure is the mean over the seeds in which the user has a validation "
    "item; differences to no selection with 95 % intervals from 2,000 paired bootstrap resamples "
    "of users. diversity = mean over pairs of a list of 1 - Jaccard of genres (decades, which the "
    "stage reads too, are left out); divergence = KL of the history's genres from the list's "
    "(Steck 2018), lower is better; _self_information in bits; coverage = share of the catalog in "
    "any list, mean over seeds."
)
_COSTS = "seconds for all users; milliseconds for one, median of 300"


@dataclass(frozen=True, slots=True)
class Part:
    """One fitted validation part: what is selected from, and what is relevant."""

    train: Dataset
    validation: Dataset
    batch: Batch
    pool: Rankings


def prepared(train: Dataset, seed: int, settings: Settings) -> Part:
    """Fit the default recommender on a part of train and return the pools of all users."""
    fit, validation = random_split(train, test_size=0.2, seed=seed)
    ranker = Recommender(settings).fit(fit).flow.ranker
    resolved = [ranker.resolve(Query(user)) for user in fit.users.ids]
    pool = top_k(ranker.score(resolved), ranker.allowed(resolved), settings.rerank.depth, fit.items)
    return Part(fit, validation, ranker.batch(resolved), pool)


def measured(part: Part, listed: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return each figure of each user's list, (n_users,); nan where the user has no validation
    item."""
    has = genre_matrix(part.train.catalog)
    of_lists = has[listed].astype(np.float64)
    sizes = of_lists.sum(axis=2)
    shared = of_lists @ of_lists.transpose(0, 2, 1)
    alike = jaccard(shared, sizes[:, :, None], sizes[:, None, :])
    pairs = np.triu_indices(_K, 1)
    shares = _shares_of(has[listed]).mean(axis=1)
    wanted = Calibration(part.train).wanted(part.batch.histories)
    bits = _self_information(part.train.popularity, part.train.n_users)
    figures = {
        "ndcg_at_10": ndcg(part, listed),
        "diversity": (1 - alike[:, *pairs]).mean(axis=1),
        "divergence": _divergence(wanted, shares / shares.sum(axis=1, keepdims=True)),
        "_self_information": bits[listed].mean(axis=1),
    }
    unknown = np.diff(part.validation.interactions.indptr) == 0
    return {name: np.where(unknown, np.nan, values) for name, values in figures.items()}


def ndcg(part: Part, listed: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return nDCG@10 of each user, (n_users,); 0 where nothing is relevant."""
    relevant = part.validation.interactions.toarray() > 0
    discounts = 1 / np.log2(np.arange(_K) + 2)
    ideal = np.concatenate([[np.inf], np.cumsum(discounts)])[np.minimum(relevant.sum(axis=1), _K)]
    gained: NDArray[np.float64] = (np.take_along_axis(relevant, listed, axis=1) * discounts).sum(
        axis=1
    ) / ideal
    return gained


def lists(part: Part, settings: Settings, stage: str, strength: float) -> NDArray[np.int64]:
    """Return the ten items selected for each user."""
    reranker = build.selection(settings, part.train).reranker
    n_users = len(part.batch)
    return reranker.rerank(
        part.batch, part.pool, _K, {stage: np.full(n_users, strength)}
    ).item_indices


def over_seeds(
    parts: list[Part], listed: list[NDArray[np.int64]]
) -> tuple[dict[str, NDArray[np.float64]], float]:
    """Return each user's figures as means over the seeds, users without any left out; and the mean
    coverage."""
    each = [measured(part, one) for part, one in zip(parts, listed, strict=True)]
    together = {name: np.stack([one[name] for one in each]) for name in each[0]}
    known = ~np.isnan(together["ndcg_at_10"]).all(axis=0)
    coverage = np.mean(
        [len(np.unique(one)) / part.train.n_items for part, one in zip(parts, listed, strict=True)]
    )
    return {name: np.nanmean(values[:, known], axis=0) for name, values in together.items()}, float(
        coverage
    )


def interval(differences: NDArray[np.float64]) -> list[float]:
    """Return the 95 % bootstrap interval of the mean; the same resamples each time."""
    picks = np.random.default_rng(0).integers(len(differences), size=(2000, len(differences)))
    return [
        round(float(one), 5) for one in np.percentile(differences[picks].mean(axis=1), [2.5, 97.5])
    ]


def compared(parts: list[Part], settings: Settings) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield (stage and strength, figures), first without selection."""
    base, coverage = over_seeds(parts, [part.pool.item_indices[:, :_K] for part in parts])
    yield (
        "off",
        {
            **{name: round(float(one.mean()), 4) for name, one in base.items()},
            "coverage": round(coverage, 4),
        },
    )
    for stage, strengths in _STRENGTHS.items():
        for strength in strengths:
            found, coverage = over_seeds(
                parts, [lists(part, settings, stage, strength) for part in parts]
            )
            figures: dict[str, object] = {"coverage": round(coverage, 4)}
            for name, values in found.items():
                figures[name] = round(float(values.mean()), 4)
                figures[f"{name}_minus_off"] = round(float((values - base[name]).mean()), 5)
                figures[f"{name}_interval"] = interval(values - base[name])
            yield f"{stage} {strength:g}", figures


def costs(part: Part, settings: Settings) -> dict[str, dict[str, float]]:
    """Return what each stage at a light strength costs beside no selection."""
    reranker = build.selection(settings, part.train).reranker
    first = Rankings(part.pool.item_indices[:1], part.pool.item_ids[:1], part.pool.scores[:1])
    alone = Batch(part.batch.histories[:1], ("",))
    found = {}
    for stage in _STRENGTHS:
        times = []
        for _ in range(300):
            started = time.perf_counter()
            reranker.rerank(alone, first, _K, {stage: np.array([0.05])})
            times.append(time.perf_counter() - started)
        started = time.perf_counter()
        lists(part, settings, stage, 0.05)
        whole = time.perf_counter() - started
        found[stage] = {
            "all_users_seconds": round(whole, 3),
            "one_user_ms": round(1000 * float(np.median(times)), 3),
        }
    return found


if __name__ == "__main__":
    settings = from_mapping({"retrieve": {"encoder": "none"}})  # without words, text has no opinion
    train, _ = random_split(Dataset.movielens("100k"), test_size=0.2, seed=42)
    parts = [prepared(train, seed, settings) for seed in _SEEDS]
    record(
        "selection",
        {"costs": {"unit": _COSTS, **costs(parts[0], settings)}, **dict(compared(parts, settings))},
        _PROTOCOL,
    )
