"""100,000 generated tables, in many dialects, encodings and forms, sound or damaged: how many are
read, and that each row is used or counted.

    python benchmarks/table_fuzz.py [N] [FIRST]

Tables are numbered, from FIRST on; each is made and checked as in tests/data/readers/test_fuzz.py.
A traceback or a row that is lost ends the run with the number of its table.
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from record import record

from data.readers.test_fuzz import is_read


def main(n: str = "100000", first: str = "0") -> None:
    """Print the figures and write them down."""
    began = time.monotonic()
    n_read = 0
    for number in range(int(first), int(first) + int(n)):
        try:
            n_read += is_read(random.Random(number))
        except Exception as error:
            raise SystemExit(f"table {number}: {type(error).__name__}: {error}") from error
    figures = {
        "tables": int(n),
        "tracebacks": 0,
        "tables with rows lost": 0,
        "read": n_read,
        "refused with file and reason": int(n) - n_read,
        "seconds": round(time.monotonic() - began, 1),
    }
    record("table_fuzz", figures, f"tables numbered from {first}; tests/data/readers/generated.py")


if __name__ == "__main__":
    main(*sys.argv[1:])
