"""What every retriever promises, as checks that a plug-in's own tests can run. Says nothing about
how good it is.

    import pytest
    from recsys_rag.testing.conformance import PERSONAL_CHECKS, RETRIEVER_CHECKS

    @pytest.mark.parametrize("check", RETRIEVER_CHECKS + PERSONAL_CHECKS)
    def test_my_retriever_keeps_the_contract(check):
        check(lambda: MyRetriever())

A check takes a function that makes a fresh, unfitted retriever, and raises AssertionError with the
promise that was broken.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from recsys_rag.data.dataset import Dataset, RatingScale, histories_of
from recsys_rag.errors import NotFittedError
from recsys_rag.protocols import Retriever, missing_members
from recsys_rag.retrieve._top_k import top_k
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import Batch

Make: TypeAlias = Callable[[], Retriever]
Check: TypeAlias = Callable[[Make], None]


def batch_of(dataset: Dataset, n: int | None = None) -> Batch:
    """Return the first n users' histories as a batch; each text is the title of an item of the
    catalog, in turn."""
    n_users = dataset.n_users if n is None else min(n, dataset.n_users)
    titles = dataset.catalog.titles
    return Batch(
        dataset.interactions[:n_users],
        tuple(titles[place % len(titles)] for place in range(n_users)),
    )


def _rows(batch: Batch, places: list[int]) -> Batch:
    return Batch(batch.histories[places], tuple(batch.text[place] for place in places))


def _check_protocol(make: Make) -> None:
    """It has all members of the protocol, and a name that can be a key."""
    retriever = make()
    missing = missing_members(retriever, Retriever)
    assert not missing, f"it lacks {missing} of protocols.Retriever"
    assert retriever.name.isidentifier(), f"its name {retriever.name!r} is not an identifier"


def _check_refuses_before_fit(make: Make) -> None:
    """Before fit, score and state raise NotFittedError."""
    batch = batch_of(made_up_movies(8), 2)
    for ask in (lambda: make().score(batch), lambda: make().state()):
        message = ""
        try:
            ask()
        except NotFittedError as error:
            message = str(error)
        assert "fit" in message, "it does not raise a NotFittedError that says what to do"


def _check_scores_are_whole_and_finite(make: Make) -> None:
    """Scores are finite float32, one row a query, one column an item of the catalog; fit returns
    the retriever."""
    movies = made_up_movies()
    retriever = make()
    assert retriever.fit(movies) is retriever, "fit does not return self"
    scores = retriever.score(batch_of(movies, 7))
    assert scores.shape == (7, movies.n_items), f"scores have shape {scores.shape}"
    assert scores.dtype == np.float32, f"scores are {scores.dtype}"
    assert np.isfinite(scores).all(), "a score is not finite"
    assert retriever.score(_rows(batch_of(movies), [])).shape == (0, movies.n_items), (
        "an empty batch is not served"
    )


def _check_is_deterministic(make: Make) -> None:
    """Two fits on the same data score the same, and asking twice does not change the answer."""
    movies = made_up_movies()
    first, second, batch = make().fit(movies), make().fit(movies), batch_of(movies)
    scores = first.score(batch)
    assert np.array_equal(scores, first.score(batch)), "asking twice gives two answers"
    assert np.array_equal(scores, second.score(batch)), "two fits on the same data differ"


def _check_fit_forgets(make: Make) -> None:
    """A second fit leaves nothing of the first."""
    first, movies = checkerboard(), made_up_movies()
    batch = batch_of(movies)
    again = make().fit(first).fit(movies).score(batch)
    assert np.array_equal(again, make().fit(movies).score(batch)), (
        "the first fit is still visible after the second"
    )


def _check_leaves_its_input_alone(make: Make) -> None:
    """Neither fit nor score changes the dataset or the batch."""
    movies = made_up_movies()
    before = movies.interactions.copy()
    batch = batch_of(movies)
    make().fit(movies).score(batch)
    for now, then in ((movies.interactions, before), (batch.histories, before)):
        assert np.array_equal(now.data, then.data), "ratings were changed"
        assert np.array_equal(now.indices, then.indices), "item indices were changed"


def _check_batch_does_not_matter(make: Make) -> None:
    """A query scores the same alone, among others, and in any order."""
    movies = made_up_movies()
    retriever, batch = make().fit(movies), batch_of(movies, 40)
    scores = retriever.score(batch)
    order = np.random.default_rng(3).permutation(len(batch)).tolist()
    assert np.array_equal(retriever.score(_rows(batch, order)), scores[order]), (
        "the order of the queries matters"
    )
    for place in (0, 17, 39):
        alone = retriever.score(_rows(batch, [place]))
        assert np.array_equal(alone[0], scores[place]), f"query {place} scores differently alone"


def _check_state_round_trip(make: Make) -> None:
    """What `state` returns are plain arrays, and a fresh retriever that restores them scores the
    same."""
    movies = made_up_movies()
    fitted, batch = make().fit(movies), batch_of(movies)
    state = {key: np.array(value) for key, value in fitted.state().items()}
    assert all(value.dtype != object for value in state.values()), "the state holds Python objects"
    fresh = make()
    assert fresh.restore(movies, state) is fresh, "restore does not return self"
    assert np.array_equal(fresh.score(batch), fitted.score(batch)), (
        "the restored retriever scores differently"
    )


def _check_empty_history_is_no_secret(make: Make) -> None:
    """All who have neither history nor words get the same row."""
    movies = made_up_movies()
    empty = Batch(movies.interactions[[0, 1, 2]] * np.float32(0), ("", "", ""))
    empty.histories.eliminate_zeros()
    scores = make().fit(movies).score(empty)
    assert np.isfinite(scores).all(), "a score is not finite"
    assert (scores == scores[0]).all(), "two empty queries get different scores"


def _check_odd_data_is_served(make: Make) -> None:
    """Items without ratings, users without ratings, one item, one user, one rating value, all
    lowest: finite scores."""
    scale = RatingScale(1, 5)
    for what, ratings in _ODD.items():
        for odd in (dataset_of(ratings, scale), dataset_of((ratings > 0).astype(np.float32))):
            scores = make().fit(odd).score(batch_of(odd))
            assert scores.shape == ratings.shape, f"{what}: scores have shape {scores.shape}"
            assert np.isfinite(scores).all(), f"{what}: a score is not finite"


_ODD = {
    "an item without ratings": np.array([[5, 0, 3], [4, 0, 0], [1, 0, 2]]),
    "a user without ratings": np.array([[5, 2, 3], [0, 0, 0], [1, 4, 2]]),
    "no ratings at all": np.zeros((3, 4)),
    "one item": np.array([[5], [3], [0]]),
    "one user": np.array([[5, 0, 3, 1]]),
    "constant ratings": np.array([[3, 3, 0], [0, 3, 3], [3, 0, 3]]),
    "lowest ratings only": np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]]),
    "two who agree in all": np.array([[5, 1, 3], [5, 1, 3]]),
}


def _check_checkerboard_is_learned(make: Make) -> None:
    """Even users like even items: the withheld item of each user comes first among the unseen ones.

    For retrievers that know a person by their history. After implicit's test of the same name.
    """
    board = checkerboard()
    scores = make().fit(board).score(Batch(board.interactions, ("",) * board.n_users))
    best = top_k(scores, board.interactions.toarray() == 0, 1, board.items).item_indices[:, 0]
    withheld = np.arange(board.n_users) % board.n_items
    wrong = np.flatnonzero(best != withheld)
    assert not len(wrong), (
        f"user {wrong[:1]} is offered item {best[wrong[:1]]}, not {withheld[wrong[:1]]}"
    )


def _check_known_user_equals_fold_in(make: Make) -> None:
    """A user whose ratings were fitted gets the scores of a visitor who brings the same ratings, at
    any place of a batch."""
    movies = made_up_movies()
    retriever, batch = make().fit(movies), batch_of(movies)
    of_known = retriever.score(batch)
    for user in (0, 5, 119):
        item_indices, ratings = movies.history(movies.users.id(user))
        history = histories_of(movies.n_items, [(item_indices, ratings)])
        of_visitor = retriever.score(Batch(history, (batch.text[user],)))
        assert np.array_equal(of_known[user], of_visitor[0]), (
            f"a visitor with the ratings of user {user} scores differently"
        )


def _check_history_matters(make: Make) -> None:
    """Two people of different taste get different scores."""
    board = checkerboard()
    scores = make().fit(board).score(Batch(board.interactions[[0, 1]], ("", "")))
    assert not np.array_equal(scores[0], scores[1]), "two different histories score the same"


RETRIEVER_CHECKS: tuple[Check, ...] = (
    _check_protocol,
    _check_refuses_before_fit,
    _check_scores_are_whole_and_finite,
    _check_is_deterministic,
    _check_fit_forgets,
    _check_leaves_its_input_alone,
    _check_batch_does_not_matter,
    _check_state_round_trip,
    _check_empty_history_is_no_secret,
    _check_odd_data_is_served,
)
# what is worth its time whenever a stranger's retriever is used
QUICK_CHECKS: tuple[Check, ...] = (
    _check_protocol,
    _check_refuses_before_fit,
    _check_scores_are_whole_and_finite,
    _check_leaves_its_input_alone,
    _check_state_round_trip,
)
PERSONAL_CHECKS: tuple[Check, ...] = (
    _check_checkerboard_is_learned,
    _check_known_user_equals_fold_in,
    _check_history_matters,
)


def check_retriever(make: Make, *, personal: bool = True) -> None:
    """Run all checks on one retriever; `personal` for those that know a person by their history."""
    for check in RETRIEVER_CHECKS + (PERSONAL_CHECKS if personal else ()):
        check(make)
