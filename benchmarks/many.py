"""Lists for 10,000 people as JSON Lines, with one command: seconds, and the same file after a kill.

    python benchmarks/many.py [PEOPLE]

The people are made up on the films of MovieLens 100K: each has as many ratings as a real one, of
films drawn by how often they are rated. They are fitted first, which is not counted.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from record import record

COMMAND = [sys.executable, "-m", "recsys_rag", "recommend", "--users", "all", "--no-explain"]


def fitted(n_people: int, folder: Path) -> None:
    """Fit and save a recommender of made-up people."""
    from recsys_rag import Dataset, Recommender
    from recsys_rag.settings import preset, with_changes

    real = Dataset.movielens("100k")
    rng = np.random.default_rng(0)
    lengths = rng.choice(np.diff(real.interactions.indptr), n_people)
    shares = real.popularity / real.n_ratings
    items = [rng.choice(real.n_items, n, replace=False, p=shares) for n in lengths.tolist()]
    means = np.nan_to_num(real.item_means, nan=3.0)
    ratings = np.clip(np.rint(rng.normal(means[np.concatenate(items)], 1)), 1, 5)
    made_up = Dataset.from_triples(
        "made up",
        [f"p{person}" for person in np.repeat(np.arange(n_people), lengths).tolist()],
        [real.items.id(item) for item in np.concatenate(items).tolist()],
        ratings,
        real.catalog,
        timestamps=rng.integers(0, 10**9, len(ratings)),
        scale=real.scale,
    )
    settings = with_changes(preset("default"), {"retrieve": {"encoder": "none"}})
    Recommender(settings).fit(made_up).save(folder)


def timed(out: Path, model: Path) -> tuple[float, int]:
    """Run the command; return seconds and exit code."""
    began = time.perf_counter()
    done = subprocess.run(
        [*COMMAND, "--model", model, "--out", out], stderr=subprocess.DEVNULL, check=False
    )
    return time.perf_counter() - began, done.returncode


def killed(out: Path, model: Path, size: int) -> Path:
    """Kill the command once so many bytes are written; return the file that it began."""
    run = subprocess.Popen([*COMMAND, "--model", model, "--out", out], stderr=subprocess.DEVNULL)
    while not (parts := list(out.parent.glob(f"{out.name}.part-*"))) or (
        parts[0].stat().st_size < size
    ):
        time.sleep(0.01)
    run.kill()
    run.wait()
    return parts[0]


def main(n_people: int = 10_000) -> None:
    """Print the figures and write them down."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.process_time()
        fitted(n_people, folder / "model")
        print(f"fitted {n_people:,} people in {time.process_time() - began:.0f} s of CPU")
        before = os.times()
        seconds, code = timed(folder / "whole.jsonl", folder / "model")
        after = os.times()
        cpu = after.children_user + after.children_system
        cpu -= before.children_user + before.children_system
        whole = (folder / "whole.jsonl").read_bytes()
        figures = {
            "lists": whole.count(bytes([10])),
            "seconds": round(seconds, 1),
            "seconds of CPU": round(cpu, 1),
            "exit code": code,
        }
        part = killed(folder / "again.jsonl", folder / "model", len(whole) // 2)
        figures["share of the bytes when killed"] = round(part.stat().st_size / len(whole), 3)
        seconds, code = timed(folder / "again.jsonl", folder / "model")
        same = (folder / "again.jsonl").read_bytes() == whole
        figures |= {"seconds when started again": round(seconds, 1), "the same file": same}
    record("many", figures, f"{n_people:,} people made up on the films of MovieLens 100K, k 10")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
