"""Days of ratings are added one by one, and equal a fit on all."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag import _fitting as fitting
from recsys_rag._engine.adding import AddingFitter
from recsys_rag._engine.sums import OfSums, Sums, after, partition_of, sums_of, sums_of_dataset
from recsys_rag._fitting import LocalFitter
from recsys_rag.data._joined import joined
from recsys_rag.data._order import in_order_of_ids
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import ArtifactError, DataError
from recsys_rag.retrieve._gram import Partition
from recsys_rag.retrieve.ease import EASE
from recsys_rag.settings import from_mapping
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import checkerboard, made_up_movies, plain_catalog

SETTINGS = from_mapping(
    {"retrieve": {"encoder": "none"}, "generate": {"model": "template"}, "fit": {"choose": False}}
)
SCALE = RatingScale(1, 5)


def events(n_days: int, seed: int = 3) -> list[list[tuple[str, str, float, int]]]:
    """Thirty days on which people come, come again, and rate again what they rated."""
    rng = np.random.default_rng(seed)
    days = []
    for day in range(n_days):
        n, people, items = int(rng.integers(20, 60)), 10 + 3 * day, 12 + day
        days.append(
            [
                (
                    f"u{rng.integers(people)}",
                    f"i{rng.integers(items)}",
                    float(rng.integers(1, 6)),
                    t,
                )
                for t in np.sort(rng.integers(day * 86_400, (day + 1) * 86_400, n)).tolist()
            ]
        )
    return days


def dataset(rows: list[tuple[str, str, float, int]]) -> Dataset:
    """What a reading of these rows gives: the latest rating of a pair counts."""
    from recsys_rag.data._assemble import from_indices
    from recsys_rag.data.vocabulary import Vocabulary

    users, items, ratings, times = zip(*rows, strict=True)
    ids = tuple(dict.fromkeys(items))
    catalog = replace(plain_catalog(len(ids)), items=Vocabulary(ids), titles=ids)
    people = Vocabulary(tuple(dict.fromkeys(users)))
    read, _ = from_indices(
        "days",
        people,
        people.indices(users),
        catalog.items.indices(items),
        np.array(ratings, np.float32),
        catalog,
        timestamps=np.array(times, np.int64),
        scale=SCALE,
        repeats="latest",
    )
    return read


def test_days_added_to_an_artifact_equal_a_fit_on_all(tmp_path: Path) -> None:
    days = events(12)
    fitting.save(LocalFitter().fit(dataset(days[0]), SETTINGS), tmp_path / "model")
    for some in (days[1:3], days[3:5], days[5:9], days[9:]):  # the first counts all
        adding = AddingFitter(tmp_path / "model")
        fitted = adding.fit(dataset([row for day in some for row in day]), adding.settings)
        fitting.save(fitted, tmp_path / "model", adding.kept())
    whole = LocalFitter().fit(dataset([row for day in days for row in day]), SETTINGS)
    added = fitting.load(tmp_path / "model")
    assert added.dataset.content_hash == whole.dataset.content_hash
    assert added.dataset.items.ids == whole.dataset.items.ids
    assert (added.dataset.steps_back == whole.dataset.steps_back).all()
    for name, part in whole.parts.items():
        for key, array in part.state().items():
            again = added.parts[name].state()[key]
            np.testing.assert_allclose(again, array, rtol=1e-5, atol=1e-6, err_msg=f"{name} {key}")


@given(st.lists(st.lists(st.integers(0, 6), unique=True, max_size=7), min_size=1, max_size=6))
def test_sums_are_those_of_all_pairs(people: list[list[int]]) -> None:
    starts = np.concatenate([[0], np.cumsum([len(items) for items in people])])
    flat = np.array([item for items in people for item in items], np.int32)
    sums = sums_of(Partition(flat, starts, 7, True), 0.5, 0.6)
    together, near = np.zeros((7, 7)), np.zeros((7, 7))
    for items in people:
        for place, item in enumerate(items):
            for other_place, other in enumerate(items):
                together[item, other] += len(items) ** -0.5
                weight = 0.6 ** abs(place - other_place)
                near[item, other] += weight if weight >= 0.05 else 0.0
    np.testing.assert_allclose(sums.together.toarray(), np.tril(together), rtol=1e-6)
    np.testing.assert_allclose(sums.near.toarray(), np.tril(near), rtol=1e-6)


@pytest.mark.parametrize("dense_items", [100, 10])
def test_sums_give_the_matrix_that_ease_inverts_by_itself(dense_items: int) -> None:
    movies = in_order_of_ids(made_up_movies(60))
    ease, of_sums = (EASE(dense_items=dense_items, neighbors=20, directions=5) for _ in range(2))
    sums = sums_of_dataset(movies, ease)
    of_sums.fit(movies, lambda data, kept: OfSums(sums, data, kept, ease))
    own, other = ease.fit(movies).score(batch_of(movies)), of_sums.score(batch_of(movies))
    np.testing.assert_allclose(other, own, rtol=1e-5, atol=1e-5)


def test_sums_after_thirty_days_are_exactly_those_of_all() -> None:
    days, ease = events(30), EASE()
    now = dataset(days[0])
    sums = sums_of_dataset(now, ease)
    for day in days[1:]:
        before, new = now, dataset(day)
        now = in_order_of_ids(joined(before, new))
        sums = after(sums, before, now, new.users.ids, ease)
    assert now.content_hash == dataset([row for day in days for row in day]).content_hash
    whole = sums_of_dataset(now, ease)
    assert (sums.together != whole.together).nnz == 0
    assert (sums.near != whole.near).nnz == 0


def test_histories_stand_in_order_of_time() -> None:
    read = dataset([("u", "a", 3, 9), ("u", "b", 3, 5), ("u", "c", 3, 5), ("v", "b", 1, 2)])
    people = partition_of(read, np.array([1, 0]))
    assert read.items.ids_at(people.items) == ("b", "b", "c", "a")
    assert people.starts.tolist() == [0, 1, 4]


def test_kept_sums_are_read_as_they_were_and_refused_for_other_items() -> None:
    movies = made_up_movies(20)
    sums = sums_of_dataset(movies, EASE())
    again = Sums.from_arrays(sums.arrays(), movies.n_items)
    assert again is not None
    assert (again.together != sums.together).nnz == 0
    assert (again.near != sums.near).nnz == 0
    assert Sums.from_arrays({}, 3) is None
    with pytest.raises(ArtifactError, match="the kept sums are damaged, or of other data"):
        Sums.from_arrays(sums.arrays(), movies.n_items - 1)


def test_new_items_come_with_what_their_table_says() -> None:
    movies = made_up_movies(30)
    rows = dataset([("x", "new", 4, 1), ("1", movies.items.ids[0], 2, 2_000_000_000)])
    rows = replace(rows, catalog=replace(rows.catalog, years=np.array([1999, 0], np.int32)))
    both = joined(movies, rows)
    assert both.items.ids[-1] == "new"
    assert both.catalog.years[-1] == 1999
    assert both.catalog.people(len(movies.catalog), "director") == ()
    assert both.history("x")[1].tolist() == [4]
    items, ratings = both.history("1")
    assert ratings[items == 0].tolist() == [2]


@pytest.mark.parametrize(
    ("before", "new", "message"),
    [
        (made_up_movies(20), replace(made_up_movies(20), scale=RatingScale(1, 10)), "1 to 10"),
        (made_up_movies(20), replace(made_up_movies(20), timestamps=None), "only the saved"),
        (checkerboard(), checkerboard(), "in the saved data already"),
        (
            checkerboard(),
            replace(checkerboard(), interactions=checkerboard().interactions * np.float32(0.5)),
            "counted events weigh by the median",
        ),
    ],
)
def test_what_would_not_equal_a_reading_of_all_is_refused(
    before: Dataset, new: Dataset, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        joined(before, new)
