"""What comes next, against a regression that makes every row, and on sequences with a rule."""

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import SettingsError
from recsys_rag.retrieve.slit import SLIT
from recsys_rag.types import Batch

N_ITEMS = 12


def of_sequences(sequences: list[list[int]], *, timed: bool = True) -> Dataset:
    ids = tuple(f"i{item:02d}" for item in range(N_ITEMS))
    catalog = Catalog(Vocabulary(ids), ids, np.zeros(N_ITEMS, np.int32), ((),) * N_ITEMS)
    users = [f"u{user:03d}" for user, items in enumerate(sequences) for _ in items]
    items = [ids[item] for sequence in sequences for item in sequence]
    times = np.concatenate([np.arange(len(sequence)) for sequence in sequences])
    return Dataset.from_triples(
        "sequences",
        users,
        items,
        None,
        catalog,
        timestamps=times.astype(np.int64) if timed else None,
        scale=None,
    )


def in_order(items: list[int]) -> Batch:
    """Return one history, oldest first."""
    order = np.argsort(items)
    steps = (len(items) - 1 - order).astype(np.int32)
    row = (np.array(items)[order].astype(np.int64), np.ones(len(items), np.float32))
    return Batch(histories_of(N_ITEMS, [row]), ("",), steps)


def _drawn(seed: int, n_people: int) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [rng.permutation(N_ITEMS)[: rng.integers(1, N_ITEMS)].tolist() for _ in range(n_people)]


def _by_rows(sequences: list[list[int]], l2: float, rates: tuple[float, float]) -> np.ndarray:
    """Return the weights of the regression with a row for each rating but the first of each."""
    rows, answers = [], []
    for sequence in sequences:
        for place in range(1, len(sequence)):
            row = np.zeros((2, N_ITEMS))
            for steps, item in enumerate(reversed(sequence[:place])):
                row[:, item] = [np.exp(-steps / rate) for rate in rates]
            rows.append(row.ravel())
            answers.append(np.eye(N_ITEMS)[sequence[place]])
    x, y = np.array(rows), np.array(answers)
    return np.linalg.solve(x.T @ x + l2 * np.eye(2 * N_ITEMS), x.T @ y)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_closed_form_is_that_of_the_regression_with_all_its_rows(seed: int) -> None:
    # what has faded below a hundredth is left out of the sums: with these rates nothing is
    sequences, rates = _drawn(seed, 40), (2.5, 9.0)
    fitted = SLIT(3.0, *rates).fit(of_sequences(sequences))
    weights = _by_rows(sequences, 3.0, rates)
    history = [4, 0, 7, 2]
    left = [[np.exp(-steps / rate) for steps in (3, 2, 1, 0)] for rate in rates]
    expected = sum(
        np.array(of_rate) @ weights[[place * N_ITEMS + item for item in history]]
        for place, of_rate in enumerate(left)
    )
    np.testing.assert_allclose(fitted.score(in_order(history))[0], expected, atol=2e-4)


def test_what_always_comes_next_comes_first() -> None:
    rng = np.random.default_rng(5)
    starts = rng.integers(0, N_ITEMS, 60).tolist()
    fitted = SLIT(1.0).fit(of_sequences([[(s + i) % N_ITEMS for i in range(5)] for s in starts]))
    for item in range(N_ITEMS):
        scores = fitted.score(in_order([(item - 1) % N_ITEMS, item]))[0]
        assert scores.argmax() == (item + 1) % N_ITEMS


def test_the_other_way_round_something_else_comes_next() -> None:
    fitted = SLIT(1.0).fit(of_sequences(_drawn(3, 60)))
    forth, back = (fitted.score(in_order(items))[0] for items in ([1, 2, 3], [3, 2, 1]))
    assert not np.allclose(forth, back)


def test_without_an_order_there_is_no_opinion() -> None:
    untimed = SLIT().fit(of_sequences(_drawn(0, 40), timed=False))
    assert not untimed.score(in_order([1, 2])).any()
    timed = SLIT().fit(of_sequences(_drawn(0, 40)))
    assert timed.score(in_order([1, 2])).any()
    unordered = Batch(in_order([1, 2]).histories, ("",))
    assert not timed.score(unordered).any()


def test_only_the_most_rated_items_take_part() -> None:
    sequences = [[0, 1, 2], [0, 1, 2], [0, 1, 3], [1, 0, 2]]
    fitted = SLIT(most_items=2).fit(of_sequences(sequences))
    assert set(np.flatnonzero(fitted.score(in_order([0, 3]))[0])) <= {0, 1}
    assert fitted.state()["weights"].shape == (4, 2)


@pytest.mark.parametrize("wrong", [{"l2": 0}, {"fast": 0.05}, {"slow": 1e9}, {"most_items": -1}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=f"slit: {next(iter(wrong))} is"):
        SLIT(**wrong)  # type: ignore[arg-type]
