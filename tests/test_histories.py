"""Where histories come from: the data, and the feedback that came since."""

import math
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag import Recommender
from recsys_rag._histories import FittedHistories, LiveHistories
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import QueryError, UnknownItemError, UnknownUserError
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import checkerboard, made_up_movies, plain_catalog
from recsys_rag.types import Evidence, History, Query

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})


def of_rows(*rows: tuple[str, str, float, int], timed: bool = True) -> Dataset:
    """A dataset of (user, item, rating, time) over items i0 to i5, rated 1 to 5."""
    users, items, ratings, times = zip(*rows, strict=True)
    return Dataset.from_triples(
        "rows",
        users,
        items,
        np.array(ratings),
        plain_catalog(6),
        timestamps=np.array(times) if timed else None,
        scale=RatingScale(1, 5),
    )


ROWS = (("ann", "i3", 3, 30), ("ann", "i1", 5, 10), ("ann", "i2", 4, -20), ("bob", "i1", 1, 5))
DATA = of_rows(*ROWS)


def listed(history: History) -> list[tuple[int, float | None]]:
    """(item, rating), oldest first; None = seen."""
    return [
        (item, None if math.isnan(rating) else rating)
        for item, rating in zip(history.items.tolist(), history.ratings.tolist(), strict=True)
    ]


def test_the_history_of_the_data_is_oldest_first_also_before_1970() -> None:
    history = FittedHistories(DATA).of("ann")
    assert listed(history) == [(2, 4.0), (1, 5.0), (3, 3.0)]
    assert history.times is not None
    assert history.times.tolist() == [-20, 10, 30]
    assert history.version == 0


def test_among_ratings_of_one_second_the_later_row_came_later() -> None:
    data = of_rows(("ann", "i4", 3, 7), ("ann", "i0", 5, 7), ("ann", "i2", 4, 7))
    assert FittedHistories(data).of("ann").items.tolist() == [4, 0, 2]


def test_without_times_the_order_is_not_known() -> None:
    history = FittedHistories(of_rows(*ROWS, timed=False)).of("ann")
    assert history.times is None
    assert listed(history) == [(1, 5.0), (2, 4.0), (3, 3.0)]


def test_without_feedback_a_history_is_that_of_the_data() -> None:
    assert listed(LiveHistories(DATA).of("ann")) == listed(FittedHistories(DATA).of("ann"))
    assert LiveHistories(DATA).of("ann").version == 0


def test_a_rating_given_again_is_the_latest_and_the_last() -> None:
    histories = LiveHistories(DATA)
    histories.add("ann", {"i2": 1, "i0": 2})
    assert listed(histories.of("ann")) == [(1, 5.0), (3, 3.0), (2, 1.0), (0, 2.0)]
    histories.add("ann", {"i0": 5})
    assert listed(histories.of("ann"))[-1] == (0, 5.0)


def test_feedback_of_a_known_time_takes_its_place_among_the_ratings() -> None:
    histories = LiveHistories(DATA)
    histories.add("ann", {"i0": 2}, when=20)
    assert listed(histories.of("ann")) == [(2, 4.0), (1, 5.0), (0, 2.0), (3, 3.0)]
    assert histories.of("ann").times.tolist() == [-20, 10, 20, 30]


def test_an_older_rating_that_comes_in_late_does_not_replace_a_newer_one() -> None:
    histories = LiveHistories(DATA)
    histories.add("ann", {"i3": 1}, when=29)
    assert (3, 3.0) in listed(histories.of("ann"))
    histories.add("ann", {"i3": 1}, when=30)  # of one moment, what came in later counts
    assert listed(histories.of("ann"))[-1] == (3, 1.0)


def test_what_says_no_time_came_after_everything() -> None:
    histories = LiveHistories(DATA)
    histories.add("ann", {"i0": 2})
    histories.add("ann", {"i4": 5}, when=1_000)
    assert listed(histories.of("ann"))[-2:] == [(4, 5.0), (0, 2.0)]
    assert histories.of("ann").times.tolist()[-2:] == [1_000, 1_000]


def test_feedback_at_the_first_second_of_1970_has_a_time() -> None:
    histories = LiveHistories(DATA)
    histories.add("ann", {"i0": 2}, when=0)
    assert listed(histories.of("ann"))[:2] == [(2, 4.0), (0, 2.0)]
    assert histories.of("ann").times.tolist() == [-20, 0, 10, 30]


def test_seen_never_replaces_a_rating_and_a_rating_replaces_seen() -> None:
    histories = LiveHistories(DATA)
    histories.add("ann", {"i1": None, "i5": None})
    assert listed(histories.of("ann")) == [(2, 4.0), (1, 5.0), (3, 3.0), (5, None)]
    histories.add("ann", {"i5": 4})
    assert listed(histories.of("ann"))[-1] == (5, 4.0)


def test_a_new_person_begins_with_the_first_feedback() -> None:
    histories = LiveHistories(DATA)
    with pytest.raises(UnknownUserError, match="no user 'zoe'"):
        histories.of("zoe")
    histories.add("zoe", {"i4": 5, "Item 0": 2})
    assert listed(histories.of("zoe")) == [(4, 5.0), (0, 2.0)]


def test_feedback_never_reaches_another_person() -> None:
    histories = LiveHistories(DATA)
    histories.add("ann", {"i0": 2})
    assert listed(histories.of("bob")) == [(1, 1.0)]
    assert histories.of("bob").version == 0


def test_each_piece_of_feedback_makes_another_version() -> None:
    histories, versions = LiveHistories(DATA), []
    for feedback in ({"i0": 2}, {"i0": 2}, {"i1": None, "i2": 5}):
        versions.append(histories.of("ann").version)
        histories.add("ann", feedback)
    assert [*versions, histories.of("ann").version] == [0, 1, 2, 4]


def test_histories_stand_on_other_histories() -> None:
    below = LiveHistories(DATA)
    below.add("ann", {"i0": 2}, when=40)
    above = LiveHistories(DATA, below)
    above.add("ann", {"i0": 3}, when=35)
    above.add("ann", {"i4": 1}, when=50)
    assert listed(above.of("ann"))[-2:] == [(0, 2.0), (4, 1.0)]
    assert above.of("ann").version == 3


@pytest.mark.parametrize("rating", [0.5, 5.5, math.nan, math.inf])
def test_feedback_off_the_scale_is_refused_whole(rating: float) -> None:
    histories = LiveHistories(DATA)
    with pytest.raises(QueryError, match=r"for 'i1' is outside this data's scale of 1 to 5"):
        histories.add("ann", {"i0": 3, "i1": rating})
    with pytest.raises(UnknownItemError):
        histories.add("ann", {"i0": 3, "no such item": 3})
    assert histories.of("ann").version == 0


def test_implicit_feedback_says_only_that() -> None:
    histories = LiveHistories(checkerboard(4, 6))
    histories.add("u0", {"i1": 17.0})
    assert listed(histories.of("u0"))[-1] == (1, 1.0)


def test_many_may_add_while_others_ask() -> None:
    histories, errors = LiveHistories(DATA), []

    def add(item: int) -> None:
        for rating in range(1, 6):
            histories.add("ann", {f"i{item}": rating, "i5": rating})

    def ask() -> None:
        for _ in range(50):
            history = histories.of("ann")
            if len(set(history.items.tolist())) != len(history.items):
                errors.append(history)

    threads = [threading.Thread(target=add, args=(item,)) for item in range(4)]
    threads += [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    history = histories.of("ann")
    assert history.version == 4 * 5 * 2
    rated = dict(listed(history))
    assert [rated[item] for item in range(4)] == [5.0] * 4
    assert len(rated) == 5


# --- against a plain replay -----------------------------------------------------------------------

moments = st.none() | st.integers(-50, 50)
feedback = st.tuples(st.integers(0, 5), st.none() | st.integers(1, 5), moments)


@given(st.lists(feedback, max_size=8))
def test_a_history_is_the_replay_of_everything_in_its_order(
    given: list[tuple[int, int | None, int | None]],
) -> None:
    histories = LiveHistories(DATA)
    for item, rating, when in given:
        histories.add("ann", {f"i{item}": rating}, when)
    begun = [(item, rating, when) for item, rating, when in ((2, 4, -20), (1, 5, 10), (3, 3, 30))]
    events = [event for event in begun + given if event[2] is not None]
    replayed: dict[int, int | None] = {}
    for moment in range(-50, 51):
        for item, rating, when in events:
            if when == moment and (rating is not None or item not in replayed):
                replayed.pop(item, None)
                replayed[item] = rating
    for item, rating, when in given:
        if when is None and (rating is not None or item not in replayed):
            replayed.pop(item, None)
            replayed[item] = rating
    assert listed(histories.of("ann")) == list(replayed.items())
    times = histories.of("ann").times
    assert times is not None
    assert (np.diff(times) >= 0).all()


# --- in the answer --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fitted() -> Recommender:
    return Recommender(SETTINGS).fit(made_up_movies())


@pytest.fixture
def movies(fitted: Recommender) -> Recommender:
    """Fitted, and nobody has said anything since."""
    return Recommender(SETTINGS, fitted.fitted)


def folded(recommender: Recommender, user: str, more: dict[str, float]) -> dict[str, float]:
    """The history that a visitor would bring who is this user and rated more since."""
    history = FittedHistories(recommender.dataset).of(user)
    before = zip(
        recommender.dataset.items.ids_at(history.items), history.ratings.tolist(), strict=True
    )
    return {item: rating for item, rating in before if item not in more} | more


def facts_of(recommender: Recommender, query: Query) -> list[Evidence]:
    """All that may be said of the answer, but how many people agree in stars: to the visitor, the
    person of the data is one of them."""
    flow = recommender.flow
    resolved = flow.ranker.resolve(query)
    candidates = flow.ranker.candidates(resolved, query.k)
    items = np.array([candidate.item_index for candidate in candidates])
    facts = [fact for source in flow.evidence_sources for fact in source.evidence(resolved, items)]
    return [fact for fact in facts if fact.kind != "neighbors"]


def test_feedback_counts_in_the_next_answer_as_the_same_history_folded_in(
    movies: Recommender,
) -> None:
    before = movies.recommend(user="3", k=8)
    unseen = [item.item_id for item in before.items]
    rated = next(iter(folded(movies, "3", {})))
    feedback = {unseen[0]: 5.0, unseen[1]: 1.0, rated: 2.0}
    movies.add_feedback("3", feedback)
    after = movies.recommend(user="3", k=8)
    visitor = movies.recommend(history=folded(movies, "3", feedback), k=8)
    assert [(item.item_id, item.score, item.predicted_rating) for item in after.items] == [
        (item.item_id, item.score, item.predicted_rating) for item in visitor.items
    ]
    assert after.items != before.items
    asked = [Query(user_id="3", k=8), Query(history=folded(movies, "3", feedback), k=8)]
    told, told_visitor = (facts_of(movies, query) for query in asked)
    assert told == told_visitor
    assert {fact.kind for fact in told} >= {"influence", "genre", "predicted", "popularity"}
    rankings = movies.rank(users=["3"], histories=[folded(movies, "3", feedback)], k=20)
    assert rankings.item_ids[0].tolist() == rankings.item_ids[1].tolist()
    assert rankings.scores[0].tolist() == rankings.scores[1].tolist()


def test_what_was_seen_is_left_out_and_moves_no_score(movies: Recommender) -> None:
    before = movies.recommend(user="3", k=8, explain=False)
    movies.add_feedback(3, {before.items[0].title: None})
    after = movies.recommend(user="3", k=7, explain=False)
    assert [(item.item_id, item.score) for item in after.items] == [
        (item.item_id, item.score) for item in before.items[1:]
    ]
    again = movies.recommend(user="3", k=8, explain=False, include_seen=True)
    assert before.items[0].item_id in [item.item_id for item in again.items]


def test_a_new_person_is_served_from_the_first_feedback_on(movies: Recommender) -> None:
    with pytest.raises(UnknownUserError):
        movies.recommend(user="zoe")
    movies.add_feedback("zoe", {"Quillmere": 5})
    known, visitor = movies.rank(users=["zoe"], histories=[{"Quillmere": 5}], k=5).item_ids
    assert known.tolist() == visitor.tolist()


def test_a_new_fit_forgets_the_feedback(movies: Recommender) -> None:
    movies.add_feedback("zoe", {"Quillmere": 5})
    movies.fit(made_up_movies())
    with pytest.raises(UnknownUserError):
        movies.recommend(user="zoe")
