"""How the default pipeline grows: made-up Zipf ratings of 100k users and 20k items, fit, one
person's wait, memory.

Each size runs in a process of its own, so that peak memory is its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np
from record import record
from zipf import zipf_dataset

from recsys_rag import Recommender
from recsys_rag.settings import Settings, from_mapping, with_changes
from recsys_rag.types import Query

_PROTOCOL = (
    "Made-up ratings (benchmarks/zipf.py, seed 0: items by Zipf's law, exponent .8, users "
    "lognormal, tastes by 18 genres, with times); default settings without a sentence encoder. "
    "`fit` is Recommender.fit of the whole default pipeline, the rating predictor included, which "
    "fits in a thread beside the other parts; wall and CPU seconds of all threads. `stages` are "
    "the wall seconds of each part, `rating` what remained of it when the others were done. Then "
    "1,000 random users one after another: resolve, rank, k = 10, no text, after 50 that are not "
    "counted; percentiles of CPU and of wall milliseconds. Peak memory is that of the whole "
    "process, making the data included. Each size has a process of its own. `growth_of_fit` "
    "compares the CPU seconds of the fits, `growth_of_wall` their wall seconds."
)


def clocks() -> tuple[float, float]:
    """Return wall and CPU seconds, of all threads."""
    return time.perf_counter(), time.process_time()


def since(begin: tuple[float, float]) -> dict[str, float]:
    """Return the seconds that passed, as they are recorded."""
    wall, cpu = clocks()
    return {"wall_seconds": round(wall - begin[0], 2), "cpu_seconds": round(cpu - begin[1], 2)}


def peak_megabytes() -> int:
    """Return the most memory that this process held so far, in MB of 2^20 bytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def settings_without_encoder() -> Settings:
    """Return the default settings without sentence vectors, which made-up titles have no use
    for."""
    default = Settings()
    weights = {name: weight for name, weight in default.fuse.weights.items() if name != "embedding"}
    encoderless = from_mapping({"retrieve": {"encoder": "none"}})
    return with_changes(encoderless, {"fuse": {"weights": weights}})


class Stages:
    """Notes when each stage of a fit begins, and how much memory was held by then."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._now, self._since = "", time.perf_counter()

    def __call__(self, stage: str, done: int, total: int) -> None:
        wall = time.perf_counter()
        if self._now:
            self.seconds[self._now] = round(wall - self._since, 2)
            print(
                self._now,
                self.seconds[self._now],
                f"{peak_megabytes()} MB",
                file=sys.stderr,
                flush=True,
            )
        self._now, self._since = stage, wall


def measured(n_users: int, n_items: int, n_ratings: int) -> dict[str, Any]:
    """Fit the default pipeline, ask for 1,000 people, and return the figures."""
    begin = clocks()
    dataset = zipf_dataset(n_users, n_items, n_ratings)
    made = since(begin)
    begin, stages = clocks(), Stages()
    flow = Recommender(settings_without_encoder()).fit(dataset, stages).flow
    whole = since(begin)
    rng = np.random.default_rng(1)
    waits = []
    for user in rng.integers(n_users, size=1050).tolist():
        begin = clocks()
        flow.ranker.rank([flow.ranker.resolve(Query(user_id=str(user)))], 10)
        wall, cpu = clocks()
        waits.append((1e3 * (wall - begin[0]), 1e3 * (cpu - begin[1])))
    wall, cpu = np.array(waits[50:]).T
    return {
        "users": n_users,
        "items": n_items,
        "ratings": n_ratings,
        "sum_of_squared_history_lengths": int(
            (np.diff(dataset.interactions.indptr).astype(np.int64) ** 2).sum()
        ),
        "making_the_data": made,
        "fit": whole,
        "stages": stages.seconds,
        "one_person_milliseconds": {
            **{f"cpu_p{share}": round(float(np.percentile(cpu, share)), 2) for share in (50, 99)},
            **{f"wall_p{share}": round(float(np.percentile(wall, share)), 2) for share in (50, 99)},
        },
        "peak_megabytes": peak_megabytes(),
    }


def in_own_process(arguments: argparse.Namespace, n_ratings: int) -> dict[str, Any]:
    """Run one size in a new process and return its figures."""
    command = [sys.executable, __file__, "--one", str(n_ratings), "--users", str(arguments.users)]
    command += ["--items", str(arguments.items)]
    found: dict[str, Any] = json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    )
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--ratings", type=int, nargs="+", default=[1_100_000, 11_000_000])
    parser.add_argument(
        "--one",
        type=int,
        help="measure this number of ratings in this process and print the figures",
    )
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(asked.users, asked.items, asked.one)))
    else:
        sizes = {str(n): in_own_process(asked, n) for n in asked.ratings}
        least, most = (sizes[str(n)]["fit"] for n in (min(asked.ratings), max(asked.ratings)))
        growth = {
            "growth_of_fit": round(most["cpu_seconds"] / least["cpu_seconds"], 2),
            "growth_of_wall": round(most["wall_seconds"] / least["wall_seconds"], 2),
        }
        record("scale", {"sizes": sizes, **growth}, _PROTOCOL)
