"""All retrievers of this part keep the public contract, and refuse bad settings and foreign
states."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_rag._fuse.asked import AskedWithoutEach
from recsys_rag.data.dataset import RatingScale, histories_of
from recsys_rag.errors import ArtifactError, DataError, SettingsError
from recsys_rag.lab.seed_knn import SeedKNN
from recsys_rag.protocols import ExplainsItself, FindsNeighbors
from recsys_rag.retrieve._recent import Recent
from recsys_rag.retrieve.als import ALS
from recsys_rag.retrieve.ease import EASE
from recsys_rag.retrieve.item_knn import ItemKNN
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.retrieve.rating import RatingPredictor
from recsys_rag.retrieve.slit import SLIT
from recsys_rag.retrieve.user_knn import UserKNN
from recsys_rag.testing.conformance import PERSONAL_CHECKS, RETRIEVER_CHECKS
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import Batch

PERSONAL = (UserKNN, ItemKNN, EASE, ALS, SeedKNN)
ALL = (Popularity, Recent, SLIT, *PERSONAL)


@pytest.mark.parametrize("check", RETRIEVER_CHECKS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("make", ALL)
def test_every_retriever_keeps_the_contract(make, check):
    check(make)


@pytest.mark.parametrize("check", PERSONAL_CHECKS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("make", PERSONAL)
def test_personal_retrievers_know_a_person_by_the_history(make, check):
    check(make)


_FITTED = {make: make().fit(made_up_movies()) for make in ALL}


@pytest.mark.parametrize("make", PERSONAL)
@settings(max_examples=30, deadline=None)
@given(
    history=st.dictionaries(st.integers(0, 59), st.integers(1, 5), max_size=12),
    beside=st.integers(0, 119),
)
def test_any_history_scores_the_same_alone_and_beside_a_known_user(make, history, beside):
    movies = made_up_movies()
    indices = np.array(sorted(history), np.int64)
    row = (indices, np.array([history[one] for one in sorted(history)], np.float32))
    known = movies.history(movies.users.id(beside))
    alone = _FITTED[make].score(Batch(histories_of(60, [row]), ("",)))
    both = _FITTED[make].score(Batch(histories_of(60, [known, row]), ("", "")))
    assert np.isfinite(alone).all()
    assert np.array_equal(alone[0], both[1])
    assert np.array_equal(
        both[0], _FITTED[make].score(Batch(movies.interactions[[beside]], ("",)))[0]
    )


@pytest.mark.parametrize("make", [EASE, ItemKNN])
@settings(max_examples=30, deadline=None)
@given(history=st.dictionaries(st.integers(0, 59), st.integers(1, 5), max_size=12))
def test_contributions_sum_to_the_score_for_any_history(make, history):
    indices = np.array(sorted(history), np.int64)
    row = histories_of(
        60, [(indices, np.array([history[one] for one in sorted(history)], np.float32))]
    )
    assert isinstance(_FITTED[make], ExplainsItself)
    added = _FITTED[make].contributions(Batch(row, ("",)), np.array([59, 3, 17]))
    assert added.shape == (3, len(history))
    scores = _FITTED[make].score(Batch(row, ("",)))[0]
    np.testing.assert_allclose(added.sum(axis=1), scores[[59, 3, 17]], rtol=1e-4, atol=1e-6)


_EACH = {
    "ease": _FITTED[EASE],
    "local": EASE(dense_items=10, neighbors=7, directions=3).fit(made_up_movies()),
    "als": _FITTED[ALS],
    "knn": _FITTED[UserKNN],  # is scored anew each time
}


@pytest.mark.parametrize("name", _EACH)
@settings(max_examples=20, deadline=None)
@given(
    history=st.dictionaries(st.integers(0, 59), st.integers(1, 5), min_size=1, max_size=12),
    order=st.randoms(use_true_random=False) | st.none(),
)
def test_scores_without_each_item_are_those_of_the_history_without_it(name, history, order):
    items = np.array(sorted(history), np.int64)
    ratings = np.array([history[one] for one in sorted(history)], np.float32)
    steps = np.arange(len(items), dtype=np.int32)
    if order:
        order.shuffle(steps)
    whole = Batch(histories_of(60, [(items, ratings)]), ("",), steps if order else None)
    each = AskedWithoutEach({name: _EACH[name]}, whole, [-1, *range(len(items))])
    np.testing.assert_allclose(each[name][0], _EACH[name].score(whole)[0], atol=1e-5)
    for place in range(len(items)):
        left = np.arange(len(items)) != place
        nearer = steps - (steps > steps[place])
        one = Batch(
            histories_of(60, [(items[left], ratings[left])]), ("",), nearer[left] if order else None
        )
        assert (each.batch.histories[[place + 1]] != one.histories).nnz == 0
        alone = _EACH[name].score(one)[0]
        np.testing.assert_allclose(each[name][place + 1], alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("make", [EASE, ItemKNN, ALS, UserKNN])
def test_a_film_at_the_lowest_rating_does_not_count_as_liked(make):
    movies = made_up_movies()
    hated = histories_of(60, [(np.array([4, 9]), np.array([1.0, 5.0], np.float32))])
    without = histories_of(60, [(np.array([9]), np.array([5.0], np.float32))])
    scores = _FITTED[make].score(Batch(hated, ("",)))
    assert movies.scale == RatingScale(1, 5)
    np.testing.assert_allclose(scores, _FITTED[make].score(Batch(without, ("",))), rtol=1e-6)


@pytest.mark.parametrize("make", ALL)
def test_histories_of_another_catalog_are_refused_with_both_widths(make):
    other = Batch(histories_of(7, [(np.array([1]), np.array([5.0], np.float32))]), ("",))
    with pytest.raises(
        DataError, match=f"{make.name}: the histories have 7 columns, but 60 items were fitted"
    ):
        _FITTED[make].score(other)


@pytest.mark.parametrize("make", [Popularity, ItemKNN, EASE, ALS])
def test_a_state_that_lacks_an_array_is_refused_by_its_name(make):
    state = dict(_FITTED[make].state())
    missing = sorted(state)[-1]
    del state[missing]
    with pytest.raises(ArtifactError, match=f"{make.name}: the saved state has no '{missing}'"):
        make().restore(made_up_movies(), state)


@pytest.mark.parametrize("make", [Popularity, ItemKNN, EASE, ALS, RatingPredictor])
def test_the_state_of_other_data_is_refused(make):
    fitted = _FITTED.get(make) or make().fit(made_up_movies())
    with pytest.raises(ArtifactError, match="fit again"):
        make().restore(dataset_of(np.ones((2, 3)), RatingScale(1, 5)), fitted.state())


@pytest.mark.parametrize(
    ("make", "setting", "value"),
    [
        (Popularity, "damping", -1),
        (UserKNN, "neighbors", 0),
        (UserKNN, "shrinkage", -0.5),
        (ItemKNN, "neighbors", 2.5),
        (ItemKNN, "shrinkage", float("nan")),
        (EASE, "l2", 0),
        (EASE, "popularity_power", -1),
        (EASE, "neighbors", 0),
        (EASE, "user_power", -0.1),
        (EASE, "order_decay", 1),
        (EASE, "memory", -1),
        (Recent, "days", 0),
        (ALS, "factors", 0),
        (ALS, "regularization", 0),
        (ALS, "alpha", "much"),
        (ALS, "iterations", True),
        (ALS, "seed", -1),
        (SeedKNN, "neighbors", 0),
        (RatingPredictor, "factors", 0),
        (RatingPredictor, "sweeps", 0),
        (RatingPredictor, "seed", -1),
    ],
)
def test_a_setting_out_of_bounds_is_refused_with_its_name_and_value(make, setting, value):
    with pytest.raises(SettingsError, match=f"^{make.name}: {setting} is {value!r}; it must be a"):
        make(**{setting: value})


def test_both_neighborhood_methods_over_users_can_name_neighbors():
    assert [make.name for make in ALL if isinstance(make(), FindsNeighbors)] == ["user_knn", "seed"]


def test_an_odd_number_of_users_on_the_checkerboard_changes_nothing():
    board = checkerboard(21, 30)
    for make in (UserKNN, ItemKNN, EASE, ALS):  # the seed method fills up with strangers
        scores = make().fit(board).score(Batch(board.interactions, ("",) * 21))
        unseen = np.where(board.interactions.toarray() > 0, -np.inf, scores)
        assert (unseen.argmax(axis=1) == np.arange(21)).all(), make.name
