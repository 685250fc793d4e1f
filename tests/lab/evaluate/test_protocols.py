"""Protocols: what is held out, that nothing of it leaks, and the counts that EVALUATION figures
rest on."""

import gzip
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError, EvaluationError
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS, protocol
from recsys_rag.testing.datasets import dataset_of, made_up_movies, plain_catalog

_LATEST_SMALL = Path(__file__).parents[3] / "shared/data/ml-latest-small"
RANKING = [name for name, one in PROTOCOLS.items() if one.task == "ranking"]


@pytest.fixture(scope="module")
def movies() -> Dataset:
    return made_up_movies()


def rows(dataset: Dataset) -> set[int]:
    return set(dataset.rows.tolist())


@pytest.mark.parametrize("name", RANKING)
def test_what_is_held_out_is_neither_learned_from_nor_folded_in_nor_seen_in_validation(
    name: str, movies: Dataset
) -> None:
    test, validation = PROTOCOLS[name].test(movies), PROTOCOLS[name].validation(movies)
    for fold in (test, validation):
        assert not rows(fold.test) & (rows(fold.train) | rows(fold.history) | rows(fold.known))
        assert rows(fold.history) <= rows(fold.known)
        assert rows(fold.train) <= rows(fold.known)
        assert fold.train.items.ids == fold.test.items.ids
    held_out = rows(test.test)
    for part in (validation.train, validation.history, validation.known, validation.test):
        assert not rows(part) & held_out


@pytest.mark.parametrize("name", RANKING)
def test_every_fold_says_the_order_of_each_history_and_when_it_is_asked(
    name: str, movies: Dataset
) -> None:
    fold = PROTOCOLS[name].test(movies)
    batch = fold.batch()
    assert batch.steps_back is not None
    assert batch.asked_at is not None
    assert (batch.histories != fold.history.interactions[fold.users]).nnz == 0
    for row, user in enumerate(fold.users.tolist()):
        begin, end = batch.histories.indptr[row], batch.histories.indptr[row + 1]
        assert sorted(batch.steps_back[begin:end].tolist()) == list(range(end - begin))
        times = fold.history.timestamps[
            fold.history.interactions.indptr[user] : fold.history.interactions.indptr[user + 1]
        ]
        assert times[np.argsort(batch.steps_back[begin:end])].tolist() == sorted(
            times.tolist(), reverse=True
        )
        assert batch.asked_at[row] >= times.max()
        if name != "time":
            assert batch.asked_at[row] == times.max()


def test_the_time_protocol_asks_everybody_at_one_moment_before_all_that_is_held_out(
    movies: Dataset,
) -> None:
    fold = PROTOCOLS["time"].test(movies)
    assert len(set(fold.asked_at.tolist())) == 1
    assert fold.train.timestamps.max() <= fold.asked_at[0] < fold.test.timestamps.min()
    assert (np.diff(fold.history.interactions.indptr)[fold.users] > 0).all()


def test_leave_last_out_holds_out_the_last_and_validates_on_the_last_but_one(
    movies: Dataset,
) -> None:
    test, validation = PROTOCOLS["loo"].test(movies), PROTOCOLS["loo"].validation(movies)
    assert rows(test.train) == rows(validation.train) | rows(validation.test)
    assert (np.diff(test.test.interactions.indptr) == 1).all()
    for user in range(test.train.n_users):
        begin, end = test.train.interactions.indptr[user], test.train.interactions.indptr[user + 1]
        assert test.train.timestamps[begin:end].max() <= test.test.timestamps[user]


def test_rb_folds_in_train_only_and_keeps_validation_items_out_of_lists(movies: Dataset) -> None:
    test, validation = PROTOCOLS["rb"].test(movies), PROTOCOLS["rb"].validation(movies)
    assert rows(test.history) == rows(test.train) == rows(validation.train)
    assert rows(test.known) == rows(validation.train) | rows(validation.test)


@pytest.mark.parametrize(
    ("name", "left"), [("seed", "first"), ("rb", "first"), ("loo", "last"), ("time", "last")]
)
def test_a_short_history_is_what_the_protocol_leaves_of_it_in_order(
    name: str, left: str, movies: Dataset
) -> None:
    """Where what is held out came after the history, people with few ratings have their last
    ones."""
    fold = PROTOCOLS[name].test(movies)
    assert fold.passport.shortened == left
    for shortened in (None, "first", "last"):
        whole, cut = fold.batch(), fold.batch(max_ratings=3, shortened=shortened)
        for row in range(len(cut)):
            begin, end = whole.histories.indptr[row], whole.histories.indptr[row + 1]
            in_time = whole.histories.indices[begin:end][
                np.argsort(-whole.steps_back[begin:end])
            ].tolist()
            begin, end = cut.histories.indptr[row], cut.histories.indptr[row + 1]
            found = cut.histories.indices[begin:end][
                np.argsort(-cut.steps_back[begin:end])
            ].tolist()
            assert found == (in_time[:3] if (shortened or left) == "first" else in_time[-3:])
            assert sorted(cut.steps_back[begin:end].tolist()) == list(range(end - begin))
        assert cut.histories.has_sorted_indices
        assert fold.batch(max_ratings=0, shortened=shortened).histories.nnz == 0
    whole = fold.batch()
    assert (
        fold.batch(fold.users[[2, 0]]).histories.toarray().tolist()
        == whole.histories[[2, 0]].toarray().tolist()
    )


@pytest.mark.parametrize("name", ["loo", "llamarec"])
def test_leave_last_out_validates_on_three_ratings_before_the_last_each_without_what_came_after(
    name: str, movies: Dataset
) -> None:
    held_out = rows(PROTOCOLS[name].test(movies).test)
    folds = PROTOCOLS[name].validations(movies)
    for fold in folds:
        assert (np.diff(fold.test.interactions.indptr) == 1).all()
        assert not held_out & (rows(fold.train) | rows(fold.test))
    for later, earlier in pairwise(folds):
        assert rows(earlier.train) | rows(earlier.test) == rows(later.train)
        assert later.passport.key != earlier.passport.key
    assert len(folds) == 3


def test_rb_validates_on_six_tenths_none_of_which_is_of_the_test(movies: Dataset) -> None:
    held_out = rows(PROTOCOLS["rb"].test(movies).test)
    folds = PROTOCOLS["rb"].validations(movies)
    assert len({frozenset(rows(fold.test)) for fold in folds}) == 6
    for fold in folds:
        assert rows(fold.train) | rows(fold.test) | held_out == set(range(movies.n_ratings))
        assert len(rows(fold.train)) + len(rows(fold.test)) + len(held_out) == movies.n_ratings


def test_without_times_a_history_is_cut_in_file_order_and_nothing_is_said_of_order(
    movies: Dataset,
) -> None:
    fold = PROTOCOLS["seed"].test(replace(movies, timestamps=None))
    batch = fold.batch(max_ratings=1)
    assert batch.steps_back is None
    assert batch.asked_at is None
    user = int(fold.users[0])
    begin, end = fold.history.interactions.indptr[user], fold.history.interactions.indptr[user + 1]
    first = fold.history.interactions.indices[begin + np.argmin(fold.history.rows[begin:end])]
    assert batch.histories.indices[0] == first


def test_relevant_from_a_rating_leaves_lower_ones_out_and_says_so(movies: Dataset) -> None:
    fold = PROTOCOLS["seed"].test(movies, relevant_from=4)
    assert fold.relevant.data.min() >= 4
    assert fold.passport.relevant == "held-out items rated 4 or more"
    assert fold.passport.key != PROTOCOLS["seed"].test(movies).passport.key
    assert len(fold.users) == fold.passport.users
    assert sum(n for _, n in fold.passport.skipped) + len(fold.users) == movies.n_users


def test_likes_have_no_rating_from_which_an_item_is_relevant() -> None:
    likes = dataset_of(np.ones((6, 6)))
    with pytest.raises(EvaluationError, match="dense has no ratings, so none is 4 or more"):
        PROTOCOLS["seed"].test(likes, relevant_from=4)


def test_protocols_that_need_times_say_so() -> None:
    likes = dataset_of(np.ones((6, 6)))
    for name in ("loo", "time", "llamarec"):
        with pytest.raises(DataError, match="has no timestamps"):
            PROTOCOLS[name].test(likes)


def test_a_protocol_that_leaves_nobody_says_so() -> None:
    one_each = Dataset.from_triples(
        "thin", ["a", "b"], ["i0", "i1"], None, plain_catalog(2), timestamps=np.array([1, 2])
    )
    with pytest.raises(EvaluationError, match="protocol 'time' leaves no user to evaluate in thin"):
        PROTOCOLS["time"].test(one_each)


def test_an_unknown_protocol_is_told_which_there_are() -> None:
    with pytest.raises(
        EvaluationError, match="no protocol 'x'; there are seed, rb, loo, time, llamarec, u1"
    ):
        protocol("x")


# --- MovieLens: the counts behind published figures -----------------------------------------------


@pytest.mark.movielens
def test_the_protocols_of_movielens_100k_have_the_users_and_rows_they_are_known_by(
    ml100k: Dataset,
) -> None:
    folds = {name: PROTOCOLS[name].test(ml100k) for name in ("seed", "rb", "loo", "time")}
    assert {name: len(fold.users) for name, fold in folds.items()} == {
        "seed": 940,
        "rb": 943,
        "loo": 943,
        "time": 109,
    }
    assert (folds["seed"].train.n_ratings, folds["seed"].test.n_ratings) == (80_000, 20_000)
    assert folds["rb"].test.n_ratings == 9_596
    assert (folds["loo"].train.n_items, folds["loo"].train.n_ratings) == (1_349, 99_287 - 943)


@pytest.mark.movielens
def test_published_folds_predict_ratings_and_validate_on_the_next_block(ml100k: Dataset) -> None:
    test, validation = PROTOCOLS["u5"].test(ml100k), PROTOCOLS["u5"].validation(ml100k)
    assert test.passport.task == "rating prediction"
    assert rows(test.test) == set(range(80_000, 100_000))
    assert rows(validation.test) == set(range(20_000))
    assert rows(validation.train) == set(range(20_000, 80_000))


def test_llamarec_has_the_users_and_items_of_its_paper(tmp_path: Path) -> None:
    if not _LATEST_SMALL.exists():
        pytest.skip("ml-latest-small is not beside the project")
    for file in _LATEST_SMALL.iterdir():
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        if (
            file.name == "ratings.csv.gz"
        ):  # the copy beside the project ends in a row of no user and no film of the release
            text = (
                b"\n".join(one for one in text.splitlines() if not one.startswith(b"999,999999,"))
                + b"\n"
            )
        (tmp_path / file.name.removesuffix(".gz")).write_bytes(text)
    dataset = Dataset.movielens("latest-small", path=str(tmp_path))
    fold = PROTOCOLS["llamarec"].test(dataset)
    assert (len(fold.users), fold.train.n_items) == (610, 3_650)
    assert fold.train.n_ratings + 2 * 610 == 90_274
    assert fold.history.n_ratings == fold.train.n_ratings + 610
