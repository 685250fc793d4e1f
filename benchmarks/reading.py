"""A million ratings in CSV: seconds of CPU and peak memory of our reader, and of pandas where it is
there.

    python benchmarks/reading.py [ROWS] [PYTHON]

PYTHON is an interpreter that has pandas, where this one has not.
Each reader runs in a process of its own; the memory is what it takes beyond its imports.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from record import record

# the peak of this process alone: getrusage hands down that of the parent
_PEAK = """
def peak_kb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
"""
_OURS = """
import json, sys, time
from recsys_rag.data._readers.tables import read_csv
before = peak_kb()
began = time.process_time()
data = read_csv(sys.argv[1])
taken = time.process_time() - began
print(json.dumps([data.n_ratings, round(taken, 2), round((peak_kb() - before) / 1024)]))
"""
_PANDAS = """
import json, sys, time
import pandas
before = peak_kb()
began = time.process_time()
frame = pandas.read_csv(sys.argv[1])
taken = time.process_time() - began
print(json.dumps([len(frame), round(taken, 2), round((peak_kb() - before) / 1024)]))
"""


def main(rows: str = "1_000_000", with_pandas: str = sys.executable) -> None:
    """Print the figures and write them down."""
    n_rows = int(rows)
    rng = np.random.default_rng(0)
    pairs = rng.choice(6040 * 3900, n_rows, replace=False)
    columns = (
        pairs // 3900 + 1,
        pairs % 3900 + 1,
        rng.integers(1, 6, n_rows),
        rng.integers(956_703_932, 1_046_454_590, n_rows),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.csv"
        with path.open("w") as file:
            file.write("userId,movieId,rating,timestamp\n")
            np.savetxt(file, np.column_stack(columns), fmt="%d", delimiter=",")
        readers = (("recsys-rag", _OURS, sys.executable), ("pandas", _PANDAS, with_pandas))
        figures = {}
        for name, script, python in readers:
            done = subprocess.run(
                [python, "-c", _PEAK + script, path], capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(f"{name}: {done.stderr.strip().splitlines()[-1]}")
                continue
            names = ("rows", "seconds of CPU", "MB beyond imports")
            figures[name] = dict(zip(names, json.loads(done.stdout), strict=True))
    record("reading", figures, "made-up ratings, four whole numbers a row; pandas checks nothing")


if __name__ == "__main__":
    main(*sys.argv[1:])
