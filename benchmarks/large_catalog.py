"""Large catalogs: made-up data with structure, the fit of each retriever and of the whole pipeline,
one person's wait, opening an artifact, and processes that share it.

    python benchmarks/large_catalog.py [--items N] [--users N] [--ratings N] [--people N]
        [--only ease als ...] [--whole] [--open] [--artifact DIR] [--record]

Each item belongs to one of `items / 200` themes; each person likes four of them, the first the
most, and a quarter of all ratings are of anything. Within a theme, and among all, popularity falls
with rank ** -0.6. The last rating of some people is held out; figures are nDCG@10 over the whole
catalog with paired 95 % intervals.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import record
from scale import Stages, clocks, peak_megabytes, since
from scipy import sparse

from recsys_rag import Recommender
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.significance import difference
from recsys_rag.retrieve._top_k import top_k
from recsys_rag.retrieve.als import ALS
from recsys_rag.retrieve.ease import EASE
from recsys_rag.retrieve.item_knn import ItemKNN
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.retrieve.user_knn import UserKNN
from recsys_rag.settings import from_mapping
from recsys_rag.types import Batch, Query

_GENRES = tuple(f"Genre {letter}" for letter in "ABCDEFGHIJKLMNOPQR")
_TASTES = np.array([0.4, 0.25, 0.2, 0.15])
PARTS: dict[str, Callable[[], Any]] = {
    "ease": EASE,
    "ease-dense": lambda: EASE(dense_items=10**6),
    "ease-local": lambda: EASE(dense_items=0),
    "als": ALS,
    "item_knn": ItemKNN,
    "user_knn": UserKNN,
    "popularity": Popularity,
}


def _ranks(n: Any, size: int, rng: np.random.Generator) -> Any:
    """Return places 0 to n - 1, each with a probability about (place + 1) ** -0.6."""
    return np.minimum((n * rng.random(size) ** 2.5).astype(np.int64), np.asarray(n) - 1)


def structured(n_users: int, n_items: int, n_ratings: int, seed: int = 0) -> Dataset:
    """Return about n_ratings ratings, as the module says; times a minute apart."""
    rng = np.random.default_rng(seed)
    n_themes = max(4, n_items // 200)
    theme_of = rng.integers(n_themes, size=n_items)
    by_theme = np.argsort(theme_of, kind="stable")
    starts = np.searchsorted(theme_of[by_theme], np.arange(n_themes + 1))
    likes = _ranks(n_themes, n_users * len(_TASTES), rng).reshape(n_users, -1)
    activity = np.cumsum(rng.lognormal(0, 0.8, n_users))
    pairs = np.zeros(0, np.int64)
    while len(pairs) < n_ratings:
        n = int(1.2 * (n_ratings - len(pairs))) + 1000
        users = np.searchsorted(activity, rng.random(n) * activity[-1])
        tastes = np.searchsorted(np.cumsum(_TASTES)[:-1], rng.random(n))
        themes = likes[users, tastes]
        sizes = starts[themes + 1] - starts[themes]
        items = by_theme[np.minimum(starts[themes] + _ranks(sizes, n, rng), n_items - 1)]
        anything = rng.random(n) < 0.25
        items[anything] = _ranks(n_items, int(anything.sum()), rng)
        pairs = np.unique(np.concatenate([pairs, users * n_items + items]))
    pairs = np.sort(rng.choice(pairs, n_ratings, replace=False))
    users, items = pairs // n_items, pairs % n_items
    liked = (likes[users] == theme_of[items][:, None]).any(axis=1)
    ratings = np.clip(np.rint(3.2 + liked + rng.normal(0, 0.9, len(items))), 1, 5)
    counts = np.bincount(users, minlength=n_users)
    times = 86_400 * users + 60 * rng.permutation(len(items)) % 86_400
    return Dataset(
        f"themes-{n_users}x{n_items}",
        Vocabulary(tuple(map(str, range(n_users)))),
        Catalog(
            Vocabulary(tuple(map(str, range(n_items)))),
            tuple(f"Film {place}" for place in range(n_items)),
            rng.integers(1930, 2025, n_items).astype(np.int32),
            tuple((_GENRES[theme % len(_GENRES)],) for theme in theme_of.tolist()),
        ),
        sparse.csr_array(
            (
                ratings.astype(np.float32),
                items.astype(np.int32),
                np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            ),
            shape=(n_users, n_items),
        ),
        np.arange(len(items)),
        times.astype(np.int64),
        RatingScale(1, 5),
    )


def held_out(dataset: Dataset, n_asked: int) -> tuple[Dataset, NDArray[np.int64], Any]:
    """Return the data without the last rating of some people, these people, and the items."""
    assert dataset.steps_back is not None
    counts = np.diff(dataset.interactions.indptr)
    rng = np.random.default_rng(1)
    people = np.sort(rng.permutation(np.flatnonzero(counts >= 5))[:n_asked])
    last = np.zeros(dataset.n_ratings, np.bool_)
    for user in people.tolist():
        begin, end = dataset.interactions.indptr[user : user + 2]
        last[begin + np.flatnonzero(dataset.steps_back[begin:end] == 0)] = True
    return dataset.replace_rows(~last), people, dataset.interactions.indices[last]


def ndcg(part: Any, train: Dataset, people: NDArray[np.int64], answers: Any) -> Any:
    """Return the nDCG@10 of each person's held-out item."""
    assert train.steps_back is not None
    found = []
    for start in range(0, len(people), 50):
        rows = people[start : start + 50]
        histories = train.interactions[rows]
        allowed = np.ones(histories.shape, np.bool_)
        allowed[np.repeat(np.arange(len(rows)), np.diff(histories.indptr)), histories.indices] = 0
        steps = np.concatenate(
            [
                train.steps_back[train.interactions.indptr[r] : train.interactions.indptr[r + 1]]
                for r in rows
            ]
        )
        scores = part.score(Batch(histories, ("",) * len(rows), steps))
        best = top_k(scores, allowed, 10, train.items).item_indices
        items = answers[start : start + 50]
        relevant = sparse.csr_array(
            (np.ones(len(rows)), items, np.arange(len(rows) + 1)), shape=histories.shape
        )
        found.append(metrics.ndcg(best, relevant, 10))
    return np.concatenate(found)


def of_parts(dataset: Dataset, names: list[str], n_asked: int) -> dict[str, Any]:
    """Fit each retriever alone, and compare each with the first."""
    train, people, answers = held_out(dataset, n_asked)
    figures: dict[str, Any] = {}
    first = None
    for name in names:
        begin = clocks()
        part = PARTS[name]().fit(train)
        figures[name] = {"fit": since(begin)}
        begin = clocks()
        values = ndcg(part, train, people, answers)
        figures[name] |= {"rank": since(begin), "ndcg": round(float(values.mean()), 4)}
        first = values if first is None else first
        if first is not values:
            gap = difference(first, values)
            figures[name]["first_is_better_by"] = [
                round(figure, 4) for figure in (gap.mean, gap.low, gap.high)
            ]
        figures[name]["peak_megabytes_so_far"] = peak_megabytes()
        print(name, figures[name], file=sys.stderr, flush=True)
    return figures


def whole(dataset: Dataset, folder: Path) -> dict[str, Any]:
    """Fit the default pipeline, save it, and ask for 500 people."""
    begin, stages = clocks(), Stages()
    # sentence vectors have no use for made-up titles; all else is as shipped, the choice included
    recommender = Recommender(from_mapping({"retrieve": {"encoder": "none"}})).fit(dataset, stages)
    figures: dict[str, Any] = {"fit": since(begin), "stages": stages.seconds}
    figures["peak_megabytes"] = peak_megabytes()
    print(figures, file=sys.stderr, flush=True)
    begin = clocks()
    recommender.save(folder)
    figures["save"] = since(begin)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return figures | {"artifact_megabytes": round(size / 2**20)}


def waits(recommender: Recommender, n_users: int) -> dict[str, float]:
    """Return percentiles of the milliseconds that 500 people wait, one after another, k = 10."""
    rng, ranker = np.random.default_rng(1), recommender.flow.ranker
    spent = []
    for user in rng.integers(n_users, size=550).tolist():
        begin = time.perf_counter()
        ranker.rank([ranker.resolve(Query(user_id=str(user)))], 10)
        spent.append(1e3 * (time.perf_counter() - begin))
    return {
        f"wall_p{share}_milliseconds": round(float(np.percentile(spent[50:], share)), 2)
        for share in (50, 99)
    }


def memory() -> dict[str, int]:
    """Return what this process holds in MB of 2^20 bytes: in all, and its share where pages are
    shared."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    held = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines}
    return {"rss": held["Rss"], "pss": held["Pss"], "private": held["Private_Dirty"]}


def opened(folder: Path, n_users: int) -> dict[str, Any]:
    """Open an artifact in this process, ask for 500 people, and wait to be told to end."""
    begin = clocks()
    recommender = Recommender.load(folder)
    figures: dict[str, Any] = {"load": since(begin)}
    begin = clocks()
    assert recommender.flow
    figures["flow"] = since(begin)
    figures |= waits(recommender, n_users)
    print(json.dumps(figures), flush=True)
    sys.stdin.readline()
    print(json.dumps(memory()), flush=True)
    sys.stdin.readline()
    return figures


def sharing(folder: Path, n_users: int, n: int) -> dict[str, Any]:
    """Return what n processes measure that open one artifact and stay, and what they hold."""
    command = [sys.executable, __file__, "--opened", str(folder), "--users", str(n_users)]
    children = []
    for _ in range(n):  # one after another, so that they do not wait for each other
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert child.stdout is not None
        children.append((child, json.loads(child.stdout.readline())))
    held = []
    for child, _ in children:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("memory\n")
        held.append(json.loads(child.stdout.readline()))
    for child, _ in children:
        child.communicate("end\n")
    return {"opened": [figures for _, figures in children], "memory": held}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--ratings", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=2_000, help="whose last rating is held out")
    parser.add_argument("--only", nargs="*", default=[], choices=PARTS)
    parser.add_argument("--whole", action="store_true", help="fit the default pipeline")
    parser.add_argument("--artifact", type=Path, default=Path("large-catalog-model"))
    parser.add_argument("--open", action="store_true", help="open the artifact in processes")
    parser.add_argument("--opened", type=Path, help="open this artifact here")
    parser.add_argument("--record", action="store_true")
    asked = parser.parse_args()
    if asked.opened:
        opened(asked.opened, asked.users)
        return
    figures: dict[str, Any] = {
        name: getattr(asked, name) for name in ("users", "items", "ratings", "people")
    }
    if asked.only or asked.whole:
        begin = clocks()
        dataset = structured(asked.users, asked.items, asked.ratings)
        figures["making_the_data"] = since(begin)
        if asked.only:
            figures["alone"] = of_parts(dataset, asked.only, asked.people)
        if asked.whole:
            figures["pipeline"] = whole(dataset, asked.artifact)
    if asked.open:
        figures["one_process"] = sharing(asked.artifact, asked.users, 1)
        figures["three_processes"] = sharing(asked.artifact, asked.users, 3)
    if asked.record:
        record(f"large_catalog-{asked.items}", figures, " ".join(str(__doc__).split()))
    else:
        print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
