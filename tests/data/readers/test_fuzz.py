"""No table, however it is written or damaged, ends in a traceback or loses a row uncounted."""

import os
import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_rag.data._readers.tables import read_csv
from recsys_rag.errors import DataError

from .generated import items, options, table

# `FUZZED_TABLES=100000 pytest tests/data/readers/test_fuzz.py` is the study, which `FUZZED_FROM`
# cuts into slices; some stand here
N_TABLES = int(os.environ.get("FUZZED_TABLES", "400"))
FIRST = int(os.environ.get("FUZZED_FROM", "0"))


def test_every_row_of_a_generated_table_is_used_or_counted() -> None:
    outcomes = [is_read(random.Random(seed)) for seed in range(FIRST, FIRST + N_TABLES)]
    assert N_TABLES / 10 < sum(outcomes) < N_TABLES * 9 / 10


@settings(max_examples=50)
@given(st.randoms(use_true_random=False))
def test_every_row_of_any_table_is_used_or_counted(rng: random.Random) -> None:
    is_read(rng)


def is_read(rng: random.Random) -> bool:
    """Read a generated table of ratings or of items; say whether it was read or refused."""
    is_of_ratings = rng.random() < 0.7
    with tempfile.TemporaryDirectory() as folder:
        path, n_rows = (table if is_of_ratings else items)(rng, Path(folder))
        chosen: dict[str, Any] = options(rng)
        try:
            data = read_csv(path, **chosen) if is_of_ratings else read_csv(None, path, **chosen)
        except DataError as error:
            if str(path) not in str(error):
                raise AssertionError(f"an error that names no file: {error}") from error
            return False
    account = data.reading["ratings" if is_of_ratings else "items"]
    left_out = sum(account["dropped"].values()) + sum(account["bad"].values())
    assert account["rows"] == account["used"] + left_out
    assert account["used"] == (
        data.n_ratings + account["repeats"] if is_of_ratings else data.n_items
    )
    assert n_rows in (-1, account["rows"]), account
    if n_rows >= 0:  # nothing is damaged
        assert not any("[{" in name or "['" in name for name in data.catalog.genre_names)
    return True
