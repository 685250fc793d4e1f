"""Whether a further part would earn its place in the pipeline: paired tests on validation parts, no
test row is looked at.

`python benchmarks/trials.py` tries SLIM, RP3beta and two graph filters beside the tuned pipeline,
on the three validation cuts of `seed` and `loo`, with whole histories and with 3 and 12 ratings. A
part's scores are added to the pipeline's with the weight that is best on the two other cuts, so
that what is told is not what was chosen on; an interval is over people. `--try sasrec` needs torch,
`--try lambdamart` lightgbm (`pip install torch lightgbm`): nothing of the project does.

LambdaMART re-orders the best 100 by the scores of all parts. It learns from cuts *within* the
training data of the cut that it is judged on. Judged on the other validation cuts of the same
train, as first done, it seems to gain .0067 on `seed`: those cuts show ratings that are held out
here, and popularity, year and mean rating tell one film from another.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import candidates
import numpy as np
from numpy.typing import NDArray
from record import record
from retrieval import tuned

from recsys_rag import Dataset
from recsys_rag import _build as build
from recsys_rag._fuse.weighted import WeightedFusion, standardize
from recsys_rag.data.splits import random_split
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.significance import difference
from recsys_rag.settings import Settings, with_changes
from recsys_rag.types import Batch, Scores

_K = 10
_WEIGHTS = (0.1, 0.2, 0.4, 0.8)  # times the standard deviation of the pipeline's scores
_LEFT = (None, 12, 3)  # ratings of each history
_BEST = 100  # re-ordered by LambdaMART
PARTS: Mapping[str, Callable[[], Any]] = {
    "slim": lambda: candidates.SLIM(l1=1.0, l2=100.0),
    "rp3beta": lambda: candidates.RP3Beta(alpha=0.8, beta=0.5),
    "turbo-cf": candidates.TurboCF,
    "gf-cf": candidates.GFCF,
    "sasrec": lambda: candidates.SASRec(epochs=12),
}


class Pipeline:
    """The fusion of tuned settings, without selection, fitted to a fold."""

    def __init__(self, settings: Settings, fold: Fold) -> None:
        of = with_changes(settings, {"retrieve": {"encoder": "none"}})
        unfitted = build.retrievers(of)
        weights = build.ranking_weights(of.fuse.weights, unfitted)
        self._parts = {name: unfitted[name].fit(fold.train) for name in weights}
        self._fusion = WeightedFusion(weights)

    def scores(self, batch: Batch) -> tuple[Scores, dict[str, Scores]]:
        """Return the fused scores, standardized, and those of each part."""
        alone = {name: one.score(batch) for name, one in self._parts.items()}
        return standardize(self._fusion.fuse(alone, batch)), {
            name: standardize(one) for name, one in alone.items()
        }


def ndcg(fold: Fold, scores: Scores) -> NDArray[np.float64]:
    """Return the NDCG@10 of each person, known items left out."""
    return metrics.ndcg(best(fold, scores)[:, :_K], fold.relevant, _K)


def best(fold: Fold, scores: Scores) -> NDArray[np.int64]:
    """Return the `_BEST` items of each person, ties by index."""
    open_to = scores.copy()
    open_to[fold.known.interactions[fold.users].nonzero()] = -np.inf
    return np.argsort(-open_to, axis=1, kind="stable")[:, :_BEST]


def tried(
    folds: Sequence[Fold], pipelines: Sequence[Pipeline], make: Callable[[], Any]
) -> dict[str, Any]:
    """Return what one more part brings at each length of history."""
    fitted = [make().fit(fold.train) for fold in folds]
    found = {}
    for left in _LEFT:
        alone, plain, gains = [], [], []
        for fold, pipeline, part in zip(folds, pipelines, fitted, strict=True):
            batch = fold.batch(None, left)
            fused, own = pipeline.scores(batch)[0], standardize(part.score(batch))
            alone.append(ndcg(fold, own))
            plain.append(ndcg(fold, fused))
            gains.append(
                [ndcg(fold, fused + np.float32(weight) * own) - plain[-1] for weight in _WEIGHTS]
            )
        chosen = [
            max(range(len(_WEIGHTS)), key=lambda place: _of_others(gains, here, place))
            for here in range(len(folds))
        ]
        gained = [gains[here][place] for here, place in enumerate(chosen)]
        found["whole history" if left is None else f"{left} ratings"] = {
            "alone": round(float(np.mean([one.mean() for one in alone])), 4),
            "pipeline": round(float(np.mean([one.mean() for one in plain])), 4),
            "weights": [_WEIGHTS[place] for place in chosen],
            **_told(folds, gained),
        }
    return found


def _of_others(gains: Sequence[Sequence[NDArray[np.float64]]], here: int, place: int) -> float:
    return float(np.mean([one[place].mean() for other, one in enumerate(gains) if other != here]))


def _told(folds: Sequence[Fold], gained: Sequence[NDArray[np.float64]]) -> dict[str, Any]:
    """Return the gain with its interval over people, each with the mean over the cuts that they are
    in."""
    _, person, times = np.unique(
        np.concatenate([fold.users for fold in folds]), return_inverse=True, return_counts=True
    )
    of_person = np.bincount(person, np.concatenate(gained)) / times
    gain = difference(of_person, np.zeros_like(of_person))
    above = gain.low > 0
    return {
        "gain": round(gain.mean, 4),
        "interval": [round(gain.low, 4), round(gain.high, 4)],
        "above_0": above,
    }


def reordered(
    folds: Sequence[Fold], pipelines: Sequence[Pipeline], settings: Settings
) -> dict[str, Any]:
    """Return what LambdaMART over the scores of all parts gains, alone and added to the pipeline
    with equal weight."""
    from lightgbm import LGBMRanker

    gains: dict[str, list[NDArray[np.float64]]] = {"alone": [], "with the pipeline": []}
    for fold, pipeline in zip(folds, pipelines, strict=True):
        inner = [_within(fold, seed) for seed in (1, 2)]
        learned = [_features(one, Pipeline(settings, one)) for one in inner]
        model = LGBMRanker(
            n_estimators=150,
            learning_rate=0.03,
            num_leaves=15,
            min_child_samples=100,
            subsample=0.7,
            subsample_freq=1,
            colsample_bytree=0.7,
            reg_lambda=10,
            random_state=0,
            n_jobs=1,
            verbose=-1,
        )
        lists = sum(len(one[0]) for one in learned)
        wanted = np.concatenate([one[2].ravel() for one in learned]).astype(int)
        model.fit(np.concatenate([one[1] for one in learned]), wanted, group=np.full(lists, _BEST))
        items, features, _, fused = _features(fold, pipeline)
        own = standardize(model.predict(features).reshape(items.shape).astype(np.float32))
        plain = metrics.ndcg(items[:, :_K], fold.relevant, _K)
        for name, scores in (("alone", own), ("with the pipeline", own + standardize(fused))):
            order = np.argsort(-scores, axis=1, kind="stable")
            found = metrics.ndcg(
                np.take_along_axis(items, order, axis=1)[:, :_K], fold.relevant, _K
            )
            gains[name].append(found - plain)
    return {name: _told(folds, one) for name, one in gains.items()}


def _within(fold: Fold, seed: int) -> Fold:
    """Return a division of the fold's own training data: the last rating of each person, or a fifth
    by chance."""
    if fold.passport.shortened == "last":
        return replace(PROTOCOLS["loo"], k_core=0).validations(fold.train)[seed - 1]
    train, test = random_split(fold.train, 0.2, seed=seed)
    users = np.flatnonzero(np.diff(test.interactions.indptr))
    return replace(fold, train=train, history=train, known=train, test=test, users=users)


def _features(
    fold: Fold, pipeline: Pipeline
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_], Scores]:
    """Return the best items of each person, what is known of each, which are relevant, and the
    pipeline's scores."""
    fused, alone = pipeline.scores(fold.batch())
    items = best(fold, fused)
    scores = np.take_along_axis(fused, items, axis=1)
    popularity, lengths = fold.train.popularity, fold.history_lengths
    columns = [np.take_along_axis(one, items, axis=1) for _, one in sorted(alone.items())]
    columns += [
        scores,
        scores - scores.max(axis=1, keepdims=True),
        np.broadcast_to(np.arange(_BEST), items.shape),
    ]
    columns += [
        np.log(popularity / popularity.mean() + 0.01)[items],
        np.nan_to_num(fold.train.item_means, nan=3.0)[items],
    ]
    columns += [
        np.broadcast_to(np.log(lengths / lengths.mean())[:, None], items.shape),
        fold.train.catalog.years[items],
    ]
    relevant = np.take_along_axis(fold.relevant.toarray() > 0, items, axis=1)
    return items, np.stack(columns, axis=-1).reshape(items.size, -1), relevant, scores


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    names = (*PARTS, "lambdamart")
    parser.add_argument(
        "--try",
        dest="tried",
        nargs="*",
        choices=names,
        default=("slim", "rp3beta", "turbo-cf", "gf-cf"),
    )
    parser.add_argument(
        "--protocol", action="append", choices=("seed", "rb", "loo"), help="default: seed and loo"
    )
    asked = parser.parse_args()
    dataset = Dataset.movielens("100k")
    found: dict[str, Any] = {}
    for protocol in asked.protocol or ("seed", "loo"):
        folds, settings = PROTOCOLS[protocol].validations(dataset), tuned(protocol)
        pipelines = [Pipeline(settings, fold) for fold in folds]
        found[protocol] = {"passports": [fold.passport.key for fold in folds]}
        for name in asked.tried:
            if name == "lambdamart":
                found[protocol][name] = reordered(folds, pipelines, settings)
            elif name != "sasrec" or protocol == "loo":
                found[protocol][name] = tried(folds, pipelines, PARTS[name])
            print(protocol, name, found[protocol].get(name), file=sys.stderr)
    others = sorted(set(asked.tried) & {"sasrec", "lambdamart"})
    record(
        "-".join(["trials", *others]),
        found,
        "validation parts only; gains in nDCG@10, paired, with 95 % intervals",
    )


if __name__ == "__main__":
    _main()
