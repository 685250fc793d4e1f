"""Whether the defaults need tuning: the pipeline as fitted by default beside peers that were tuned,
for people who are kept out of the fit.

    python benchmarks/defaults.py [DATA ...] [--people N] [--record]

DATA: ml-100k (default), latest-small=DIR, sequences=DIR (MovieLens 1M as sequences), or made-up
data of other shapes: plays (sparse sequences of plays), baskets (no times, no ratings), tiny (30
people), wide (5,000 people, ratings). N people (200) are kept out of every fit and asked with their
first, last or random 1, 3, 5 and 10 ratings (answers: all later ones; the last tenth, with nothing
shown that came before; all others), and with all before the last tenth or but a fifth. The peers
are EASE as published, item-KNN, user-KNN, ALS and popularity by counts; each has its settings
chosen for each place from a small grid, on as many other people. Figures are nDCG@10; "below" says
that the whole 95 % interval of the paired difference from the best peer in that place is below 0, a
comparison that favors the peer, since the best is known only afterwards.
"""

import argparse
import gzip
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import record
from scipy import sparse

from recsys_rag import Dataset
from recsys_rag import _build as build
from recsys_rag._fitting import LocalFitter
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.served import Served
from recsys_rag.lab.evaluate.significance import difference
from recsys_rag.retrieve._top_k import top_k
from recsys_rag.retrieve.als import ALS
from recsys_rag.retrieve.ease import EASE
from recsys_rag.retrieve.item_knn import ItemKNN
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.retrieve.user_knn import UserKNN
from recsys_rag.settings import Settings, with_changes
from recsys_rag.types import Batch

K = 10
LENGTHS = (1, 3, 5, 10)
SETTINGS = with_changes(Settings(), {"retrieve": {"encoder": "none"}})


def _ease(l2: float) -> EASE:
    """Return EASE as published, but that a history counts by how much was liked."""
    return EASE(l2, 0, 0, 1, attribute_weight=0, order_weight=0, memory=0, rating_power=0)


PEERS: dict[str, tuple[Callable[[], Any], ...]] = {
    "ease": tuple(lambda l2=l2: _ease(l2) for l2 in (30.0, 100.0, 300.0, 1000.0)),
    "als": tuple(
        lambda factors=factors, l2=l2: ALS(factors, l2, 3.0)
        for factors, l2 in ((16, 5.0), (32, 5.0), (32, 30.0), (64, 30.0))
    ),
    "item_knn": tuple(
        lambda n=n, s=s: ItemKNN(n, s) for n, s in ((50, 10.0), (200, 10.0), (200, 50.0))
    ),
    "user_knn": tuple(
        lambda n=n, s=s: UserKNN(n, s) for n, s in ((50, 2.0), (150, 2.0), (400, 10.0))
    ),
    "popularity": (Popularity,),
}


# --- data -----------------------------------------------------------------------------------------


def of_triples(
    name: str,
    users: list[str],
    items: list[str],
    ratings: list[float] | None,
    times: list[int] | None,
) -> Dataset:
    """Return a dataset without titles, ratings 1 to 5."""
    ids = tuple(dict.fromkeys(items))
    catalog = Catalog(Vocabulary(ids), ids, np.zeros(len(ids), np.int32), ((),) * len(ids))
    return Dataset.from_triples(
        name,
        users,
        items,
        None if ratings is None else np.array(ratings, np.float32),
        catalog,
        timestamps=None if times is None else np.array(times, np.int64),
        scale=None if ratings is None else RatingScale(1, 5),
    )


def sequences(folder: Path, people: int = 3_000) -> Dataset:
    """Return MovieLens 1M as sequences, of some people; times that are not known lie between those
    that are."""
    users, items, times = [], [], []
    with (
        gzip.open(folder / "sequences.txt.gz", "rt") as of_items,
        gzip.open(folder / "times.txt.gz", "rt") as of_times,
    ):
        lines = list(zip(of_items, of_times, strict=True))
    for row in sorted(np.random.default_rng(0).permutation(len(lines))[:people].tolist()):
        known = np.array(lines[row][1].split(), float)
        places = np.arange(len(known))
        there = known >= 0
        at = np.interp(places, places[there], known[there]) if there.any() else 9.6e8 + places
        users += [f"u{row}"] * len(known)
        items += [f"m{item}" for item in lines[row][0].split()]
        times += at.astype(int).tolist()
    return of_triples("sequences", users, items, None, times)


def made_up(
    name: str,
    n_users: int,
    n_items: int,
    usual: float,
    *,
    timed: bool,
    rated: bool,
    drawn_on: float = 0.0,
    skew: float = 0.9,
    seed: int = 0,
) -> Dataset:
    """Return people with tastes in eight dimensions, who choose by taste, fame and, where it is
    `drawn_on`, likeness to the last."""
    rng = np.random.default_rng(seed)
    traits = rng.normal(size=(n_items, 8))
    traits /= np.linalg.norm(traits, axis=1, keepdims=True)
    fame = rng.permutation(-skew * np.log(np.arange(1, n_items + 1)))
    born = rng.random(n_items) * 0.7
    chance = np.exp(fame) / np.exp(fame).sum()
    users, items, ratings, times = [], [], [], []
    for user in range(n_users):
        n_chosen = max(2, min(int(rng.lognormal(np.log(usual) - 0.4, 0.9)), n_items // 3))
        known = np.unique(rng.choice(n_items, 10 * n_chosen + 300, p=chance))
        taste = rng.normal(size=8) * 1.2
        appeal = traits[known] @ taste * 1.5 + rng.gumbel(size=len(known))
        moment = rng.random() * 0.9
        for _ in range(min(n_chosen, len(known) // 2)):
            there = appeal - (3 * (born[known] > moment) if timed else 0)
            place = int(there.argmax())
            item = int(known[place])
            appeal[place] = -np.inf
            if drawn_on:
                appeal += drawn_on * (traits[known] @ traits[item])
            users.append(f"u{user}")
            items.append(f"i{item}")
            liked = 3.4 + traits[item] @ taste * 1.2 + rng.normal() * 0.8
            ratings.append(float(np.clip(round(liked), 1, 5)))
            times.append(int(1.5e9 + moment * 1e8))
            moment = min(moment + rng.exponential(0.004), 1)
    return of_triples(name, users, items, ratings if rated else None, times if timed else None)


def data(spec: str) -> Dataset:
    """Return the dataset of this name."""
    name, _, place = spec.partition("=")
    if name == "sequences":
        return sequences(Path(place))
    if name == "latest-small":
        return Dataset.movielens(name, path=place)
    if name == "plays":
        return made_up(name, 10_000, 5_000, 10, timed=True, rated=False, drawn_on=1.0, seed=1)
    if name == "baskets":
        return made_up(name, 2_000, 600, 15, timed=False, rated=False, seed=2)
    if name == "tiny":
        return made_up(name, 30, 50, 8, timed=True, rated=True, seed=3)
    if name == "wide":
        return made_up(name, 5_000, 800, 25, timed=True, rated=True, skew=1.1, seed=4)
    return Dataset.movielens(name.removeprefix("ml-"))


# --- questions ------------------------------------------------------------------------------------


def people_of(dataset: Dataset, n: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return n people to be asked and n others to choose settings on, all with 12 ratings or more
    where there are enough."""
    counts = np.diff(dataset.interactions.indptr)
    enough = np.flatnonzero(counts >= 12)
    if len(enough) < 3 * n:
        enough = np.flatnonzero(counts >= 3)
    n = min(n, len(enough) // 3)
    drawn = np.random.default_rng(seed).permutation(enough)
    return drawn[:n], drawn[n : 2 * n]


def questions(
    dataset: Dataset, people: NDArray[np.int64], seed: int
) -> Iterator[tuple[str, Batch, sparse.csr_array, sparse.csr_array]]:
    """Yield (place, what people are asked with, what is not shown, answers)."""
    rng = np.random.default_rng(seed)
    starts, counts = dataset.interactions.indptr, np.diff(dataset.interactions.indptr)
    steps = dataset.steps_back
    kinds = ("random",) if steps is None else ("first", "last", "random")
    for kind in kinds:
        for left in (*LENGTHS, None):
            histories, known, answers = [], [], []
            for user in people.tolist():
                places = np.arange(starts[user], starts[user + 1])
                if steps is not None:
                    places = places[np.argsort(-steps[places])]
                n_ratings = int(counts[user])
                tail = max(1, n_ratings // 10)
                if kind == "random":
                    chosen = rng.permutation(n_ratings)
                    n_left = left or int(n_ratings * 0.8)
                    history, answer = places[np.sort(chosen[:n_left])], places[chosen[n_left:]]
                elif kind == "first" and left:
                    history, answer = places[:left], places[left:]
                elif kind == "last":
                    before = places[:-tail]
                    history, answer = before[-left:] if left else before, places[-tail:]
                else:
                    continue
                if len(answer) and len(history) == (left or len(history)):
                    histories.append(history)
                    known.append(before if kind == "last" else history)
                    answers.append(answer)
            if histories:
                yield (
                    f"{kind} {left or 'whole'}",
                    _batch(dataset, histories),
                    _matrix(dataset, known)[0],
                    _matrix(dataset, answers)[0],
                )


def _matrix(
    dataset: Dataset, rows: list[NDArray[np.int64]]
) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Return ratings (n, n_items) at these places, and the place in its row of each."""
    orders = [np.argsort(row) for row in rows]
    places = np.concatenate([row[order] for row, order in zip(rows, orders, strict=True)])
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    interactions = dataset.interactions
    shape = (len(rows), dataset.n_items)
    matrix = sparse.csr_array(
        (interactions.data[places], interactions.indices[places], ends), shape
    )
    return matrix, np.concatenate([len(order) - 1 - order for order in orders])


def _batch(dataset: Dataset, histories: list[NDArray[np.int64]]) -> Batch:
    matrix, steps = _matrix(dataset, histories)
    known = dataset.timestamps is not None
    return Batch(matrix, ("",) * len(histories), steps.astype(np.int32) if known else None)


def ndcg(
    method: Any, batch: Batch, known: sparse.csr_array, answers: sparse.csr_array, items: Vocabulary
) -> NDArray[np.float64]:
    """Return nDCG@10 of each question, (n,)."""
    if isinstance(method, Served):
        return metrics.ndcg(method.rank(batch, known, K), answers, K)
    allowed = np.ones(known.shape, np.bool_)
    allowed[np.repeat(np.arange(len(batch)), np.diff(known.indptr)), known.indices] = False
    lists = top_k(method.score(batch), allowed, K, items).item_indices
    return metrics.ndcg(lists, answers, K)


# --- figures --------------------------------------------------------------------------------------


def measured(dataset: Dataset, n_people: int, seed: int = 0) -> dict[str, Any]:
    """Return the pipeline beside each peer in each place."""
    people, others = people_of(dataset, n_people, seed)
    out = np.isin(
        np.repeat(np.arange(dataset.n_users), np.diff(dataset.interactions.indptr)),
        np.concatenate([people, others]),
    )
    train = dataset.replace_rows(~out)
    fitted = LocalFitter().fit(train, SETTINGS)
    pipeline = Served(build.ranker(fitted))
    # the fit has an order of its own
    order = np.array([train.items.index(item) for item in fitted.dataset.items.ids])
    peers = {name: [make().fit(train) for make in grid] for name, grid in PEERS.items()}
    choices = {
        (place, name): int(np.argmax([ndcg(one, *asked, dataset.items).mean() for one in grid]))
        for place, *asked in questions(dataset, others, seed + 1)
        for name, grid in peers.items()
    }
    found: dict[str, Any] = {"choice": fitted.choice.account}
    for place, *asked in questions(dataset, people, seed + 2):
        theirs = {
            name: ndcg(grid[choices.get((place, name), 0)], *asked, dataset.items)
            for name, grid in peers.items()
        }
        batch, known, answers = asked
        in_order = (_reordered(batch, order), known[:, order].tocsr(), answers[:, order].tocsr())
        mine = ndcg(pipeline, *in_order, fitted.dataset.items)
        found[place] = compared(mine, theirs)
        told = found[place]
        print(
            f"  {place:13} {told['people']:4} pipeline {told['pipeline']:.4f}  {told['best']:10} "
            f"{told['peers'][told['best']]:.4f}  {told['difference']} {'BELOW' * told['below']}",
            flush=True,
        )
    return found


def _reordered(batch: Batch, order: NDArray[np.int64]) -> Batch:
    """Return the same batch with columns in another order."""
    new = np.argsort(order)[batch.histories.indices]
    rows = np.repeat(np.arange(len(batch)), np.diff(batch.histories.indptr))
    by_item = np.lexsort((new, rows))
    histories = sparse.csr_array(
        (batch.histories.data[by_item], new[by_item].astype(np.int32), batch.histories.indptr),
        shape=batch.histories.shape,
    )
    steps = None if batch.steps_back is None else batch.steps_back[by_item]
    return Batch(histories, batch.text, steps)


def compared(
    mine: NDArray[np.float64], theirs: Mapping[str, NDArray[np.float64]]
) -> dict[str, Any]:
    """Return the pipeline beside the best of the peers."""
    best = max(theirs, key=lambda name: float(theirs[name].mean()))
    found = difference(mine, theirs[best])
    return {
        "people": len(mine),
        "pipeline": round(float(mine.mean()), 4),
        "best": best,
        "difference": [round(value, 4) for value in (found.mean, found.low, found.high)],
        "below": found.high < 0,
        "peers": {name: round(float(values.mean()), 4) for name, values in theirs.items()},
    }


def main() -> None:
    """Measure, print, and record where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", nargs="*", default=["ml-100k"])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--record", action="store_true")
    asked = parser.parse_args()
    found = {}
    for spec in asked.data:
        dataset = data(spec)
        print(f"{dataset.name}: {dataset.n_users:,} x {dataset.n_items:,}, {dataset.n_ratings:,}")
        found[spec.partition("=")[0]] = measured(dataset, asked.people)
    places = [place for one in found.values() for place in one.values() if isinstance(place, dict)]
    print(f"below the best peer: {sum(place['below'] for place in places)} of {len(places)}")
    if asked.record:
        record(
            "defaults", found, "people kept out of every fit; nDCG@10; see the script's docstring"
        )


if __name__ == "__main__":
    main()
