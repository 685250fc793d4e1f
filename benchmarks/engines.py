"""Sums over people on a Spark cluster of one and two workers on this machine, for growing data; a
day on top of kept sums; 10 million rows read by us, by DuckDB and by pyarrow.

    python benchmarks/engines.py spark | day | reading     (spark needs the [spark] extra and Java)
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import record

from recsys_rag._engine.sums import after, sums_of_dataset
from recsys_rag.data._joined import joined
from recsys_rag.data._order import in_order_of_ids
from recsys_rag.data.dataset import Dataset
from recsys_rag.retrieve.ease import EASE

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

PROTOCOL = (
    "Made-up ratings (seed 0): people by a Pareto of 1.5, items by 1 / (rank + 20), all pairs once,"
    " times rising. CPU seconds of all processes of the workers, or of this process; wall seconds "
    "beside, on a machine of two cores with other work on it."
)

# share of the ratings, workers; the first is for all to start
RUNS = ((0.02, 1), (0.25, 1), (0.5, 1), (1.0, 1), (1.0, 2))


def made(n_users: int, n_items: int, n_draws: int) -> tuple[NDArray[np.int64], ...]:
    """Return users, items and ratings in order of time."""
    rng = np.random.default_rng(0)
    shares = rng.pareto(1.5, n_users) + 0.3, 1 / (np.arange(n_items) + 20.0)
    users, items = (rng.choice(len(one), n_draws, p=one / one.sum()) for one in shares)
    pairs = np.unique(users.astype(np.int64) * n_items + items)
    rng.shuffle(pairs)
    return pairs // n_items, pairs % n_items, rng.integers(1, 6, len(pairs))


def write(file: Path, columns: tuple[NDArray[np.int64], ...]) -> None:
    with file.open("w") as out:
        out.write("user,item,rating,timestamp\n")
        times = 880_000_000 + 7 * np.arange(len(columns[0]))
        for user, item, rating, at in zip(*columns, times, strict=True):
            out.write(f"u{user},i{item},{rating},{at}\n")


def processor_seconds(sessions: list[int]) -> float:
    """Return what all processes of these sessions have computed, those that ended too."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) in sessions:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def on_spark(folder: Path) -> list[dict[str, Any]]:
    import pyspark

    from engine.conftest import Cluster, _free_port
    from recsys_rag._engine.spark import SparkFitter, session

    columns, port = made(6_040, 3_700, 1_400_000), _free_port()
    os.environ |= {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_SUBMIT_ARGS": "--conf spark.ui.enabled=false pyspark-shell",
    }
    environment = {**os.environ, "SPARK_HOME": str(Path(pyspark.__file__).parent)}
    cluster = Cluster(f"spark://127.0.0.1:{port}", folder, environment)
    figures: list[dict[str, Any]] = []
    try:
        cluster.start("Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        cluster.start_worker()
        spark, ease, last = session(cluster.master), EASE(), None
        spark.sparkContext.setLogLevel("ERROR")
        for share, workers in RUNS:
            if len(cluster.processes) == workers:
                cluster.start_worker()
                time.sleep(5)  # until it has its executor
            n = int(share * len(columns[0]))
            write(folder / f"{n}.csv", tuple(column[:n] for column in columns))
            sessions = [process.pid for process in cluster.processes]
            begun, cpu = time.monotonic(), processor_seconds(sessions)
            fitter = SparkFitter(spark, str(folder / f"{n}.csv"))
            read, read_cpu = time.monotonic(), processor_seconds(sessions)
            last = in_order_of_ids(fitter.dataset), fitter
            sums = fitter.count(last[0], ease)
            figures.append(
                {
                    "ratings": n,
                    "workers": workers,
                    "read_wall": round(read - begun, 1),
                    "read_cpu": round(read_cpu - cpu, 1),
                    "count_wall": round(time.monotonic() - read, 1),
                    "count_cpu": round(processor_seconds(sessions) - read_cpu, 1),
                }
            )
            print(figures[-1], flush=True)
        assert last is not None
        own_cpu = time.process_time()
        own = sums_of_dataset(last[0], ease)
        size = "length(values) + length(columns) + length(starts)"
        shuffled = last[1].pieces(last[0], ease).selectExpr(f"sum({size})", "count(*)").first()
        figures.append(
            {
                "equal": not ((sums.together != own.together).nnz + (sums.near != own.near).nnz),
                "at_home_cpu": round(time.process_time() - own_cpu, 1),
                "shuffled_bytes": shuffled[0],
                "pieces": shuffled[1],
                "entries": [own.together.nnz, own.near.nnz],
            }
        )
        spark.stop()
    finally:
        for process in cluster.processes:
            cluster.kill(process)
    return figures


def a_day(folder: Path) -> list[dict[str, Any]]:
    sizes = (6_040, 3_700, 1_400_000), (100_000, 10_000, 5_000_000)
    return [_day_of(*size) for size in sizes]


def _day_of(n_users: int, n_items: int, n_draws: int) -> dict[str, Any]:
    users, items, ratings = made(n_users, n_items, n_draws)
    rng = np.random.default_rng(1)
    new = (rng.random(n_users) < 0.03)[users] & (rng.random(len(users)) < 0.05)
    first, day = (Dataset.from_frames(_frame(users, items, ratings, some)) for some in (~new, new))
    before, ease = in_order_of_ids(first), EASE()
    sums = sums_of_dataset(before, ease)
    figure: dict[str, Any] = {"ratings": len(users), "new": int(new.sum())}
    figure["people"] = day.n_users
    now = _timed(figure, "join", lambda: in_order_of_ids(joined(before, day)))
    added = _timed(figure, "day", lambda: after(sums, before, now, day.users.ids, ease))
    whole = _timed(figure, "full", lambda: sums_of_dataset(now, ease))
    figure["equal"] = not (added.together != whole.together).nnz
    print(figure, flush=True)
    return figure


def _timed(figure: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    begun = time.process_time()
    done = work()
    figure[f"{name}_cpu"] = round(time.process_time() - begun, 2)
    return done


def _frame(*columns: NDArray[Any]) -> dict[str, Any]:
    users, items, ratings, some = columns
    times = 880_000_000 + 7 * np.arange(len(users))
    return {
        "user": [f"u{user}" for user in users[some].tolist()],
        "item": [f"i{item}" for item in items[some].tolist()],
        "rating": ratings[some].tolist(),
        "timestamp": times[some].tolist(),
    }


READERS = {
    "ours": "from recsys_rag.data.dataset import Dataset; Dataset.from_csv(FILE)",
    "duckdb": (
        'import duckdb; c = duckdb.connect(); c.execute("set threads = 2"); '
        'c.execute("create table r as select row_number() over () n, * from read_csv(\'" + FILE + '
        '"\')"); [c.execute(f"create table {x} as select {x}, row_number() over (order by '
        "length({x}), {x}) - 1 k from (select distinct {x} from r)\") for x in ('user', 'item')]"
    ),
    "pyarrow": (
        "from pyarrow import csv; t = csv.read_csv(FILE); "
        "[t.column(x).combine_chunks().dictionary_encode() for x in ('user', 'item')]"
    ),
}


def reading(folder: Path) -> list[dict[str, Any]]:
    file, figures = folder / "rows.csv", []
    columns = made(200_000, 20_000, 11_500_000)
    write(file, columns)
    for name, code in READERS.items():
        begun = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.monotonic()
        peak = "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        ran = subprocess.run(
            [sys.executable, "-c", f"FILE = {str(file)!r}\n{code}{peak}"],
            capture_output=True,
            text=True,
        )
        done = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = done.ru_utime + done.ru_stime - begun.ru_utime - begun.ru_stime
        peak_mb = int(ran.stdout) // 1024 if not ran.returncode else ran.stderr[-200:]
        wall = round(time.monotonic() - wall, 1)
        figures.append({"reader": name, "cpu": round(cpu, 1), "wall": wall, "peak_mb": peak_mb})
        print(len(columns[0]), figures[-1], flush=True)
    return figures


def main() -> None:
    what = {"spark": on_spark, "day": a_day, "reading": reading}[sys.argv[1]]
    with tempfile.TemporaryDirectory() as folder:
        record(f"engine-{sys.argv[1]}", {"figures": what(Path(folder))}, PROTOCOL)


if __name__ == "__main__":
    main()
