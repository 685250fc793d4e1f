"""Peers beside the figures that another harness has of them: whether split, masking and metric are
right.

`python benchmarks/known.py`. That harness agrees with RecBole's own metrics to four digits.
"agrees": within .003 in nDCG@10 and Recall@10. What it took to come near, and what does not agree:

- ALS: `seed` agrees with histories folded in, `loo` with the factors that the fit gave known people
  ("as fitted"; folded in, Recall is .0042 off). `rb` does not: fitted to train only it reaches .316
  with every seed; .328 comes out where validation ratings are fitted, too, and alpha is 1 (.3276 /
  .2746), so the known figure may be of that.
- item-KNN: `loo` agrees with 200 neighbors; `seed` and `rb` do not. Largest similarities by row and
  by column, likes and ratings, both ways to shrink, dividing by the sum of similarities or not, 50
  to 400 neighbors: at most .3978 and .2895.
- The seed method depends on an arbitrary order: Surprise numbers people and items by first
  appearance in the training rows, ties among neighbors go to the lower number, and
  `list(set(...))[:k]` comes in the order of a hash table of these numbers. With rows as
  scikit-learn shuffles them for `seed`, and by user for the others, `rb` and `loo` agree; `seed` in
  nDCG, with a Recall .0049 off.
"""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import record

from recsys_rag import Dataset
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.harness import evaluate, run
from recsys_rag.lab.evaluate.methods import SEED
from recsys_rag.lab.evaluate.peers.implicit import ImplicitALS
from recsys_rag.lab.evaluate.peers.peer_methods import peers

ALS_AS_FITTED = "implicit-als, as fitted"
KNOWN = {
    "seed": {
        "plain-ease": (0.4404, 0.2368),
        "implicit-als": (0.4178, 0.2297),
        ALS_AS_FITTED: (0.4178, 0.2297),
        "plain-item-knn": (0.4045, 0.2160),
        "plain-popularity": (0.2208, 0.1143),
        SEED: (0.0414, 0.0266),
    },
    "rb": {
        "plain-ease": (0.3302, 0.2772),
        "implicit-als": (0.3280, 0.2749),
        ALS_AS_FITTED: (0.3280, 0.2749),
        "plain-item-knn": (0.3037, 0.2603),
        "plain-popularity": (0.1418, 0.1278),
        SEED: (0.0110, 0.0113),
    },
    "loo": {
        "plain-ease": (0.0740, 0.1474),
        "implicit-als": (0.0767, 0.1485),
        ALS_AS_FITTED: (0.0767, 0.1485),
        "plain-item-knn": (0.0645, 0.1220),
        "plain-popularity": (0.0452, 0.0870),
        SEED: (0.0116, 0.0255),
    },
}
_TOLERANCE = 0.003
_K = 10


def compared(protocol: str, dataset: Dataset) -> dict[str, Any]:
    """Return our figures of the peers beside the known ones, and whether they agree."""
    fold = PROTOCOLS[protocol].test(dataset)
    names = KNOWN[protocol]
    methods = [
        one
        for library in ("plain", "implicit")
        for one in peers(library, protocol)
        if one.name in names
    ]
    table = run(fold, methods, cuts=())
    fitted = evaluate(fold, {ALS_AS_FITTED: _als_as_fitted(fold)}, cuts=())
    rows = [*table.rows, *fitted.rows]
    found = {row.method: (row.figures["ndcg"].mean, row.figures["recall"].mean) for row in rows}
    ranked = seed_lists(fold, _training_order(protocol, fold))
    found[SEED] = tuple(
        float(metric(ranked, fold.relevant, _K).mean()) for metric in (metrics.ndcg, metrics.recall)
    )
    figures = {name: _beside(found[name], known) for name, known in names.items()}
    return {"passport": asdict(table.passport) | {"key": table.passport.key}, "figures": figures}


def _beside(found: tuple[float, float], known: tuple[float, float]) -> dict[str, Any]:
    ours = tuple(round(one, 4) for one in found)
    off = max(abs(one - other) for one, other in zip(ours, known, strict=True))
    return {
        "ndcg_at_10": ours[0],
        "known_ndcg_at_10": known[0],
        "recall_at_10": ours[1],
        "known_recall_at_10": known[1],
        "agrees": off <= _TOLERANCE + 1e-9,
    }


def _als_as_fitted(fold: Fold) -> NDArray[np.float32]:
    """Return the scores of known people by the factors that their fit gave them, without folding
    anything in."""
    model = ImplicitALS().fit(fold.train).model
    return np.asarray(model.user_factors[fold.users] @ model.item_factors.T, np.float32)


def _training_order(protocol: str, fold: Fold) -> NDArray[np.int64]:
    """Return the order in which the training rows were handed to Surprise: places in
    `interactions.data`."""
    if protocol != "seed":
        return np.arange(fold.train.n_ratings)  # by user
    n = fold.train.n_ratings + fold.test.n_ratings
    turn = np.argsort(np.random.RandomState(42).permutation(n))  # as train_test_split shuffles
    return np.argsort(turn[fold.train.rows])


def seed_lists(fold: Fold, order: NDArray[np.int64], neighbors: int = 10) -> NDArray[np.int64]:
    """Return the lists of the seed method's own code, by Surprise itself: `list(set(items of the
    neighbors))[:k]`."""
    from surprise import Dataset as Ratings
    from surprise import KNNBasic, Reader

    train = fold.train
    users = np.repeat(np.arange(train.n_users), np.diff(train.interactions.indptr))
    rows = zip(users[order].tolist(), train.interactions.indices[order].tolist(), strict=True)
    rated = train.interactions.data[order].tolist()
    built = Ratings(Reader(rating_scale=(1, 5))).construct_trainset(
        [(user, item, rating, None) for (user, item), rating in zip(rows, rated, strict=True)]
    )
    model = KNNBasic(
        k=neighbors, sim_options={"name": "cosine", "user_based": True}, verbose=False
    ).fit(built)
    ranked = np.full((len(fold.users), _K), -1, np.int64)
    for place, user in enumerate(fold.users.tolist()):
        near = model.get_neighbors(built.to_inner_uid(user), neighbors)
        shown = list({item for other in near for item, _ in built.ur[other]})[:_K]
        ranked[place, : len(shown)] = [built.to_raw_iid(item) for item in shown]
    return ranked


def main() -> None:
    """Compare in all protocols and record it."""
    dataset = Dataset.movielens("100k")
    found = {protocol: compared(protocol, dataset) for protocol in KNOWN}
    record(
        "peers",
        found,
        "figures of peers beside those known from another harness; passports with the figures",
    )


if __name__ == "__main__":
    main()
