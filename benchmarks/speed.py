"""How fast the parts and the pipeline are on MovieLens 100K, on one thread, beside plain scipy and
Surprise; peak memory.

`--surprise PYTHON` names an interpreter that has scikit-surprise; without it that peer is left out,
and the figures say so.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

_PROTOCOL = (
    "MovieLens 100K, train of the random 80/20 split (seed 42), 943 users x 1,682 items. One "
    "thread (OMP_NUM_THREADS = "
    "OPENBLAS_NUM_THREADS = 1). CPU seconds of the process, the least of `rounds`, since the "
    "machine serves others too; ours and "
    "the peers in turns in one run. Neighborhoods of 100 users by cosine over the ratings as the "
    "peers have them. `fit` of our "
    "user-KNN weighs and indexes and leaves similarities to the moment of asking, so "
    "`fit_and_top_10` compares the whole way to "
    "ten items a user as well: for scipy, the k most similar users of each, then their ratings, "
    "weighed, train items out; for "
    "Surprise (KNNBasic, cosine, user-based, k 100), fit is its similarity matrix, and its "
    "predictions for all items are not "
    "asked for. Pipeline: default settings without a sentence encoder. One person: resolve, rank, "
    "k = 10, no text; all 943 "
    "in turn, several times, the least CPU time of each, then percentiles over people. Peak "
    "memory is that of a process "
    "which reads the data, fits all parts and ranks for everybody."
)


def least(work: Callable[[], object], rounds: int) -> float:
    """Return the least CPU seconds of some rounds."""
    found = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return round(min(found), 5)


def train_of(path: str | None) -> Any:
    """Return the training part."""
    from recsys_rag import Dataset
    from recsys_rag.data.splits import random_split

    return random_split(Dataset.movielens("100k", path=path), test_size=0.2, seed=42)[0]


def scipy_fit(ratings: Any, neighbors: int = 100) -> Any:
    """Return the cosines of each user with the most similar others, (n_users, n_users) CSR, the
    plain way."""
    import numpy as np
    from scipy import sparse

    lengths = np.sqrt(ratings.power(2).sum(axis=1))
    unit = sparse.diags_array(1.0 / np.maximum(lengths, 1e-12)) @ ratings
    similar = (unit @ unit.T).toarray()
    np.fill_diagonal(similar, 0.0)
    columns = np.argpartition(-similar, neighbors, axis=1)[:, :neighbors]
    values = np.take_along_axis(similar, columns, axis=1)
    rows = np.repeat(np.arange(len(similar)), neighbors)
    return sparse.csr_array((values.ravel(), (rows, columns.ravel())), shape=similar.shape)


def scipy_top_10(ratings: Any, similar: Any) -> Any:
    """Return ten items a user by the ratings of these neighbors, (n_users, 10)."""
    import numpy as np

    scores = (similar @ ratings).toarray()
    scores[ratings.nonzero()] = -np.inf
    best = np.argpartition(-scores, 10, axis=1)[:, :10]
    return np.take_along_axis(
        best, np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1), axis=1
    )


_SURPRISE = """
import json, sys, time
from surprise import Dataset, KNNBasic, Reader
rows = json.load(sys.stdin)
rows = [(u, i, r, None) for u, i, r in rows]
train = Dataset(Reader(rating_scale=(1, 5))).construct_trainset(rows)
found = []
for _ in range(int(sys.argv[1])):
    model = KNNBasic(k=100, sim_options={"name": "cosine", "user_based": True}, verbose=False)
    begin = time.process_time()
    model.fit(train)
    found.append(time.process_time() - begin)
import surprise
print(json.dumps({"version": surprise.__version__, "fit": round(min(found), 5)}))
"""


def surprise_fit(python: str, train: Any, rounds: int) -> dict[str, Any]:
    """Return the CPU seconds of Surprise's fit on the same ratings, in its own interpreter."""
    users, items = train.interactions.nonzero()
    rows = list(zip(users.tolist(), items.tolist(), train.interactions.data.tolist(), strict=True))
    ran = subprocess.run(
        [python, "-c", _SURPRISE, str(rounds)],
        input=json.dumps(rows),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def of_user_knn(
    train: Any, batch: Any, allowed: Any, surprise: str | None, rounds: int
) -> dict[str, Any]:
    """Return what user-KNN costs here and by the peers, measured in turns."""
    from recsys_rag.retrieve._top_k import top_k
    from recsys_rag.retrieve.user_knn import UserKNN

    ours = UserKNN(neighbors=100)
    ratings = train.interactions

    def whole() -> None:
        top_k(ours.fit(train).score(batch), allowed, 10, train.items)

    found: dict[str, Any] = {
        "fit": least(lambda: ours.fit(train), rounds),
        "scipy_fit": least(lambda: scipy_fit(ratings), rounds),
        "fit_and_top_10": least(whole, rounds),
        "scipy_fit_and_top_10": least(lambda: scipy_top_10(ratings, scipy_fit(ratings)), rounds),
    }
    found["surprise_fit"] = (
        surprise_fit(surprise, train, rounds) if surprise else "not measured; give --surprise"
    )
    return found


def of_people(ranker: Any, train: Any, rounds: int) -> dict[str, float]:
    """Return percentiles over people of the least CPU time of one person's way through the
    pipeline, milliseconds."""
    import numpy as np

    from recsys_rag.types import Query

    waits = np.full((rounds, train.n_users), np.inf)
    for turn in range(rounds):
        for place, user in enumerate(train.users.ids):
            begin = time.process_time_ns()
            ranker.rank([ranker.resolve(Query(user_id=user))], 10)
            waits[turn, place] = (time.process_time_ns() - begin) / 1e6
    each = waits.min(axis=0)
    return {
        "p50": round(float(np.percentile(each, 50)), 3),
        "p99": round(float(np.percentile(each, 99)), 3),
        "p99_of_all_rounds": round(float(np.percentile(waits, 99)), 3),
    }


def measured(path: str | None, surprise: str | None, rounds: int) -> dict[str, Any]:
    """Return all figures."""
    import numpy as np
    from scale import settings_without_encoder

    from recsys_rag import _build as build
    from recsys_rag.recommender import Recommender
    from recsys_rag.retrieve._top_k import top_k
    from recsys_rag.types import Query

    train = train_of(path)
    recommender = Recommender(settings_without_encoder())
    begin = time.process_time()
    recommender.fit(train)
    whole_fit = round(time.process_time() - begin, 3)
    ranker = recommender.flow.ranker
    queries = [Query(user_id=user) for user in train.users.ids]
    resolved = [ranker.resolve(one) for one in queries]
    ranker.rank(resolved, 10)
    # before anything that is not ours
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    batch, allowed = ranker.batch(resolved), ranker.allowed(resolved)
    parts = build.retrievers(recommender.settings)
    fits = {name: least(lambda part=part: part.fit(train), rounds) for name, part in parts.items()}
    fused = ranker.fuser.fuse({name: parts[name].score(batch) for name in ranker.retrievers}, batch)
    pool = top_k(fused, allowed, 100, train.items)
    active = ranker.selection.active(queries, ())  # no stage is gated here
    return {
        "user_knn_seconds": of_user_knn(train, batch, allowed, surprise, rounds),
        "fit_seconds": fits,
        "fit_of_the_pipeline_with_rating_predictor_seconds": whole_fit,
        "top_10_for_943_users_seconds": {
            name: least(
                lambda part=part: top_k(part.score(batch), allowed, 10, train.items), rounds
            )
            for name, part in parts.items()
        },
        "pipeline_for_943_users_seconds": {
            "resolve": least(lambda: [ranker.resolve(one) for one in queries], rounds),
            "rank": least(lambda: ranker.rank(resolved, 10), rounds),
            "of_which_diversity": least(
                lambda: ranker.selection.reranker.rerank(batch, pool, 10, active), rounds
            ),
        },
        "one_person_milliseconds": of_people(ranker, train, rounds),
        "peak_megabytes": peak,
        "rounds": rounds,
        "threads": os.environ["OMP_NUM_THREADS"],
        "users": int(np.count_nonzero(np.diff(train.interactions.indptr))),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surprise", metavar="PYTHON", help="an interpreter with scikit-surprise")
    parser.add_argument(
        "--data", help="folder or archive of MovieLens 100K, where it is not in the cache of assets"
    )
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        # before numpy is loaded
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})
    from record import record

    found = measured(asked.data, asked.surprise, asked.rounds)
    # where things lie on this machine is not recorded
    given = ["--surprise", "PYTHON"] if asked.surprise else []
    sys.argv[1:] = [*given, "--rounds", str(asked.rounds)]
    record("speed", found, _PROTOCOL)
