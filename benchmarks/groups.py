"""Two hundred random groups of two to five people: the mean and the least of what they would give,
by the product, by the mean alone, by the least alone, and at random.

    python benchmarks/groups.py [FOLDER_OF_ML_100K]
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import record

from recsys_rag import Recommender, movielens
from recsys_rag.groups import best, opinions_of
from recsys_rag.settings import from_mapping
from recsys_rag.types import Query

K, FLOOR = 10, 3.0
PROTOCOL = (
    "MovieLens 100K, all ratings fitted, no sentence encoder. 200 groups of 2 to 5 users drawn at "
    "random without repetition in a group (seed 0); lists of 10. All ways choose among the same "
    "items: the best 100 of each member's own list that nobody has rated. Mean and least: of the "
    "predicted ratings of a group's members, over the list, then over groups. Below the floor: "
    "share of (item, member) pairs predicted under 3. Interval: 95 %, bootstrap over groups, of "
    "the paired difference to the product."
)
Way = Callable[[NDArray[np.float64], np.random.Generator], NDArray[np.int64]]
WAYS: dict[str, Way] = {
    "together": lambda values, rng: best(values, K, FLOOR),
    "mean alone": lambda values, rng: np.argsort(-values.mean(axis=0), kind="stable")[:K],
    "least alone": lambda values, rng: np.argsort(-values.min(axis=0), kind="stable")[:K],
    "random": lambda values, rng: rng.permutation(values.shape[1])[:K],
}


def main() -> None:
    dataset = movielens("100k", path=sys.argv[1] if len(sys.argv) > 1 else None)
    settings = from_mapping({"retrieve": {"encoder": "none"}})
    ranker = Recommender(settings).fit(dataset).flow.ranker
    rng = np.random.default_rng(0)
    figures: dict[str, list[tuple[float, float, float, int]]] = {name: [] for name in WAYS}
    for _ in range(200):
        group = rng.choice(dataset.n_users, rng.integers(2, 6), replace=False)
        queries = [Query(dataset.users.id(int(user))) for user in group]
        _, values = opinions_of(ranker, [ranker.resolve(query) for query in queries])
        for name, way in WAYS.items():
            shown = values[:, way(values, rng)]
            figures[name].append(
                (
                    float(shown.mean()),
                    float(shown.min(axis=0).mean()),
                    float((shown < FLOOR).mean()),
                    shown.shape[1],
                )
            )
    ours = np.array(figures["together"])
    record(
        "groups", {name: _told(np.array(rows), ours) for name, rows in figures.items()}, PROTOCOL
    )


def _told(rows: NDArray[np.float64], ours: NDArray[np.float64]) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    picks = rng.integers(0, len(rows), (2000, len(rows)))
    told: dict[str, Any] = {}
    for column, name in enumerate(("mean", "least")):
        differences = (rows - ours)[:, column][picks].mean(axis=1)
        told[name] = round(float(rows[:, column].mean()), 3)
        told[f"{name} against together"] = [
            round(float(end), 3) for end in np.percentile(differences, (2.5, 97.5))
        ]
    told["below the floor"] = round(float(rows[:, 2].mean()), 4)
    told["items"] = round(float(rows[:, 3].mean()), 2)
    return told


if __name__ == "__main__":
    main()
