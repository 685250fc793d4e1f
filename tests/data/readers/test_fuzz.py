"""No table, however it is written or damaged, ends in a traceback or loses a row uncounted."""

import os
import random
import tempfile
from pathlib import Path

from recsys_rag.data._readers.tables import read_csv
from recsys_rag.errors import DataError

from .generated import options, table

# `FUZZED_TABLES=100000 pytest tests/data/readers/test_fuzz.py` is the study, which `FUZZED_FROM`
# cuts into slices; some stand here
N_TABLES = int(os.environ.get("FUZZED_TABLES", "400"))
FIRST = int(os.environ.get("FUZZED_FROM", "0"))


def test_every_row_of_a_generated_table_is_used_or_counted() -> None:
    n_read = n_refused = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(FIRST, FIRST + N_TABLES):
            rng = random.Random(seed)
            path, n_rows = table(rng, Path(folder))
            try:
                dataset = read_csv(path, **options(rng))
            except DataError as error:
                n_refused += 1
                assert str(path) in str(error), (seed, str(error))  # noqa: PT017  # either may be
                path.unlink()
                continue
            account = dataset.reading["ratings"]
            left_out = sum(account["dropped"].values()) + sum(account["bad"].values())
            assert account["rows"] == account["used"] + left_out, seed
            assert account["used"] == dataset.n_ratings + account["repeats"], seed
            assert n_rows in (-1, account["rows"]), (seed, n_rows, account)
            n_read += 1
            path.unlink()
    assert n_read > N_TABLES / 10
    assert n_refused > N_TABLES / 10
