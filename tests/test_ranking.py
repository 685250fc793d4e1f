"""From a query to ranked candidates, on data small enough to work out by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recsys_rag._fuse.weighted import WeightedFusion
from recsys_rag._histories import FittedHistories, LiveHistories
from recsys_rag._ranking import Ranker, alike, without
from recsys_rag._relevance import Relevance
from recsys_rag.conversation import Conversation, Critique
from recsys_rag.data._filters import CatalogFilters
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import QueryError, UnknownItemError, UnknownUserError
from recsys_rag.rerank._greedy import Greedy
from recsys_rag.rerank._staged_selection import Selection
from recsys_rag.rerank.novelty import Novelty
from recsys_rag.types import Batch, Filters, Query, Understanding
from recsys_rag.understand._understander import Understander

# Item 5 is the same film as item 2. Popularity: 3 of item 0, 2 of item 1, 1 of items 2 and 3.
TITLES = ("Alpha", "Bravo", "Carol", "Delta", "Echo", "Carol")
YEARS = (1990, 1995, 1999, 2003, 2010, 1999)
GENRES = (("Drama",), ("Comedy",), ("Comedy", "Drama"), ("War",), ("War", "Drama"), ("Comedy",))
CATALOG = Catalog(
    items=Vocabulary(("a", "b", "c", "d", "e", "c2")),
    titles=TITLES,
    years=np.array(YEARS, np.int32),
    genres=GENRES,
)
ROWS = (
    ("ann", "a", 5, 30),
    ("ann", "d", 1, -10),
    ("ann", "b", 4, 20),
    ("bob", "a", 2, 10),
    ("bob", "b", 5, 11),
    ("cat", "a", 4, 10),
    ("cat", "c", 3, 12),
)


def dataset(*, timed: bool = True, implicit: bool = False) -> Dataset:
    users, items, ratings, times = zip(*ROWS, strict=True)
    return Dataset.from_triples(
        "small",
        users,
        items,
        None if implicit else np.array(ratings, float),
        CATALOG,
        timestamps=np.array(times) if timed else None,
        scale=None if implicit else RatingScale(1, 5),
    )


DATA = dataset()
# What each item of a history adds to each item: the scores are sums that one can write down.
MATRIX = np.array(
    [
        [0, 1, 2, 3, 4, 5],
        [5, 0, 3, 1, 1, 2],
        [1, 1, 0, 4, 2, 0],
        [2, 3, 1, 0, 1, 1],
        [0, 0, 1, 1, 0, 2],
        [3, 1, 0, 2, 1, 0],
    ],
    np.float32,
)


class Linear:
    """A retriever whose score is histories times a matrix."""

    def __init__(self, name: str = "linear", matrix: NDArray[np.float32] = MATRIX) -> None:
        self.name, self.matrix = name, matrix

    def fit(self, dataset: Dataset) -> Self:
        return self

    def score(self, batch: Batch) -> NDArray[np.float32]:
        return np.asarray(batch.histories @ self.matrix, np.float32)

    def state(self) -> Mapping[str, NDArray[Any]]:
        return {}

    def restore(self, dataset: Dataset, state: Mapping[str, NDArray[Any]]) -> Self:
        return self


def ranker(data: Dataset = DATA, **changes: Any) -> Ranker:
    plain = Ranker(
        data,
        FittedHistories(data),
        {"linear": Linear()},
        WeightedFusion({"linear": 1.0}),
        Understander(CATALOG),
        CatalogFilters(CATALOG),
    )
    return replace(plain, **changes)


RANKER = ranker()


def z(row: Sequence[float]) -> NDArray[np.float64]:
    """A row with mean 0 and standard deviation 1."""
    values = np.array(row, float)
    return (values - values.mean()) / values.std()


def scores_of(history: Mapping[int, float]) -> NDArray[np.float64]:
    return z(sum(rating * MATRIX[item].astype(float) for item, rating in history.items()))


def ids(query: Query, k: int, of: Ranker = RANKER) -> list[str]:
    return [item for item in of.rank([of.resolve(query)], k).item_ids[0].tolist() if item]


# --- resolve --------------------------------------------------------------------------------------


def test_a_known_user_brings_the_history_with_the_steps_back() -> None:
    resolved = RANKER.resolve(Query("ann"))
    assert resolved.item_indices.tolist() == [0, 1, 3]
    assert resolved.ratings.tolist() == [5.0, 4.0, 1.0]
    assert resolved.steps_back is not None
    assert resolved.steps_back.tolist() == [0, 1, 2]  # the one before 1970 is the oldest


def test_a_rating_given_again_is_the_latest() -> None:
    resolved = RANKER.resolve(Query("ann", {"d": 5, "Echo": 2, "b": 1}))
    assert resolved.item_indices.tolist() == [0, 1, 3, 4]
    assert resolved.ratings.tolist() == [5.0, 1.0, 5.0, 2.0]
    assert resolved.steps_back is not None
    assert resolved.steps_back.tolist() == [3, 0, 2, 1]


def test_without_times_nobody_knows_what_was_rated_last() -> None:
    of = ranker(dataset(timed=False))
    assert of.resolve(Query("ann", {"e": 5})).steps_back is None


def test_where_feedback_is_implicit_every_rating_is_one() -> None:
    of = ranker(dataset(implicit=True))
    assert of.resolve(Query(history={"e": 17, "a": -3})).ratings.tolist() == [1.0, 1.0]


def test_what_is_disliked_is_no_longer_in_the_history() -> None:
    resolved = RANKER.resolve(Query("ann", {"e": 5}, dislikes=("Echo", "a")))
    assert resolved.item_indices.tolist() == [1, 3]
    assert resolved.disliked == (4, 0)


def test_what_was_seen_is_kept_apart_from_what_was_rated() -> None:
    histories = LiveHistories(DATA)
    histories.add("ann", {"e": None, "a": 2})
    resolved = ranker(histories=histories).resolve(Query("ann"))
    assert resolved.item_indices.tolist() == [0, 1, 3]
    assert resolved.ratings.tolist() == [2.0, 4.0, 1.0]
    assert resolved.seen == (4,)


def test_words_and_profile_are_understood_each_for_itself() -> None:
    resolved = RANKER.resolve(Query(profile="comedy", words="drama"))
    assert resolved.profile.genres == ("Comedy",)
    assert resolved.words.genres == ("Drama",)
    assert RANKER.resolve(Query("ann")).words.is_empty


@pytest.mark.parametrize(
    ("query", "error", "complaint"),
    [
        (Query("zoe"), UnknownUserError, "no user 'zoe'"),
        (Query(history={"no such": 3}), UnknownItemError, "no such"),
        (Query(history={"a": 0.5}), QueryError, "rating 0.5 for 'a' is outside .* 1 to 5"),
        (Query(history={"a": float("nan")}), QueryError, "rating nan for 'a'"),
        (Query(dislikes=("no such",)), UnknownItemError, "no such"),
        (Query(exclude=("no such",)), UnknownItemError, "no such"),
    ],
)
def test_what_cannot_be_resolved_is_refused(
    query: Query, error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=complaint):
        RANKER.resolve(query)


# --- score ----------------------------------------------------------------------------------------


def score(query: Query, of: Ranker = RANKER) -> NDArray[np.float32]:
    return of.score([of.resolve(query)])[0]


def test_the_score_is_the_fused_one_in_standard_deviations() -> None:
    np.testing.assert_allclose(score(Query("bob")), scores_of({0: 2, 1: 5}), atol=1e-6)


def test_what_a_profile_prefers_moves_the_score_by_its_weight() -> None:
    is_comedy = np.array(["Comedy" in genres for genres in GENRES])
    moved = score(Query("bob", profile="comedy")) - score(Query("bob"))
    np.testing.assert_allclose(moved, 3.0 * is_comedy, atol=1e-6)
    moved = score(Query("bob", profile="comedy"), ranker(profile_weight=0.5)) - score(Query("bob"))
    np.testing.assert_allclose(moved, 0.5 * is_comedy, atol=1e-6)


def test_what_words_prefer_moves_the_score_by_one_standard_deviation() -> None:
    resolved = RANKER.resolve(Query("bob"))
    wanted = Understanding(years=(1990, 1999), excluded_genres=("Drama",))
    moved = RANKER.score([replace(resolved, words=wanted)])[0] - score(Query("bob"))
    share = [
        (year < 2000) / 2 + ("Drama" not in genres) / 2
        for year, genres in zip(YEARS, GENRES, strict=True)
    ]
    np.testing.assert_allclose(moved, share, atol=1e-6)


def test_a_genre_is_wanted_the_more_the_more_typical_an_item_is_of_it() -> None:
    resolved = RANKER.resolve(Query("bob"))
    wanted = Understanding(genres=("Comedy", "Drama"))
    moved = RANKER.score([replace(resolved, words=wanted)])[0] - score(Query("bob"))
    share = np.array([len({"Comedy", "Drama"} & set(genres)) / 2 for genres in GENRES])
    typical = RANKER.understander.typicality(wanted)
    assert typical.any()
    np.testing.assert_allclose(moved, share + 0.7 * typical, atol=1e-6)


def test_genres_order_the_list_of_somebody_of_whom_nothing_else_is_known() -> None:
    known, unknown = (
        RANKER.resolve(Query("bob", words="comedy")),
        RANKER.resolve(Query(words="comedy")),
    )
    assert (known.leads, unknown.leads) == (False, True)
    assert RANKER.resolve(Query(words="from the 90s")).leads is False
    levels = replace(CATALOG, attributes={"sadness": np.array([0, 1, 2, 3, 0, 1], np.float32)})
    strong = replace(RANKER, understander=Understander(levels))
    assert strong.resolve(Query(words="nothing depressing")).leads is True


@pytest.mark.parametrize("direction", [1, -1])
def test_well_known_is_more_ratings_than_the_average_item(direction: int) -> None:
    # 7 ratings of 6 items: only items 0 (three) and 1 (two) have more than 7 / 6
    known = np.array([True, True, False, False, False, False])
    resolved = replace(RANKER.resolve(Query("bob")), words=Understanding(popularity=direction))
    expected = known if direction > 0 else ~known
    moved = RANKER.score([resolved])[0] - score(Query("bob"))
    np.testing.assert_allclose(moved, expected, atol=1e-6)
    nobody = replace(RANKER.resolve(Query()), words=resolved.words)
    assert RANKER.allowed([nobody])[0].tolist() == expected.tolist()


def test_as_many_ratings_as_the_average_item_are_not_well_known() -> None:
    users = ("ann", "bob", "ann", "ann", "ann", "ann")  # 2 of item 0, 1 of four, none of the last
    items, ratings = ("a", "a", "b", "c", "d", "e"), np.full(6, 4.0)
    scale = RatingScale(1, 5)
    of = ranker(Dataset.from_triples("even", users, items, ratings, CATALOG, scale=scale))
    resolved = replace(of.resolve(Query()), words=Understanding(popularity=1))
    assert of.allowed([resolved])[0].tolist() == [True, *[False] * 5]


def test_what_resembles_dislikes_is_held_back_by_half_its_score() -> None:
    expected = scores_of({0: 2, 1: 5}) - 0.5 * scores_of({3: 5, 4: 5})
    np.testing.assert_allclose(score(Query("bob", dislikes=("d", "e"))), expected, atol=1e-5)
    off = ranker(dislike_weight=0.0)
    np.testing.assert_allclose(
        score(Query("bob", dislikes=("d",)), off), scores_of({0: 2, 1: 5}), atol=1e-6
    )


def test_one_persons_dislikes_move_nobody_else() -> None:
    queries = [Query("bob"), Query("ann", dislikes=("e",))]
    scores = RANKER.score([RANKER.resolve(query) for query in queries])
    np.testing.assert_array_equal(scores[0], score(queries[0]))
    np.testing.assert_array_equal(scores[1], score(queries[1]))


def test_films_named_as_unlike_are_held_back_as_dislikes_are() -> None:
    resolved = RANKER.resolve(Query("bob"))
    for field in ("words", "profile"):
        named = replace(resolved, **{field: Understanding(unlike_items=(3,))})
        nudge = RANKER.understander.preference(Understanding(unlike_items=(3,)))
        weight = {"words": 1.0, "profile": 3.0}[field]
        expected = scores_of({0: 2, 1: 5}) + weight * nudge - 0.5 * scores_of({3: 5})
        np.testing.assert_allclose(RANKER.score([named])[0], expected, atol=1e-5)


# --- the batch ------------------------------------------------------------------------------------


def test_films_named_as_liked_count_as_praised_and_rated_last() -> None:
    resolved = replace(
        RANKER.resolve(Query("ann")),
        words=Understanding(like_items=(4, 0), text="slow"),
        profile=Understanding(like_items=(2,), text="dark"),
    )
    batch = RANKER.batch([resolved])
    assert batch.histories.indices.tolist() == [0, 1, 2, 3, 4]
    assert batch.histories.data.tolist() == [5.0, 4.0, 5.0, 1.0, 5.0]  # a rating stays
    assert batch.steps_back is not None
    assert batch.steps_back.tolist() == [0, 1, 0, 2, 0]
    assert batch.text == ("slow dark",)


def test_films_named_as_liked_have_no_order_where_none_is_known() -> None:
    of = ranker(dataset(timed=False))
    resolved = replace(of.resolve(Query("ann")), words=Understanding(like_items=(4,)))
    batch = of.batch([resolved])
    assert batch.histories.indices.tolist() == [0, 1, 3, 4]
    assert batch.steps_back is None


def test_liked_films_of_implicit_feedback_count_as_one() -> None:
    of = ranker(dataset(implicit=True))
    resolved = replace(of.resolve(Query()), words=Understanding(like_items=(4,)))
    assert of.batch([resolved]).histories.data.tolist() == [1.0]


def test_what_was_chosen_more_often_is_named_first_and_without_a_rating() -> None:
    counted = dataset(implicit=True)
    counted.interactions.data[:] = np.linspace(0.1, 1.0, counted.n_ratings)
    of = ranker(counted)
    user = counted.users.ids[0]
    items, weights = counted.history(user)
    names = [counted.catalog.name(item) for item in items[np.argsort(-weights)].tolist()]
    assert of.liked(of.resolve(Query(user))) == tuple((name, 1.0) for name in names[:5])


def test_a_batch_knows_its_moment_only_if_every_query_does() -> None:
    resolved = RANKER.resolve(Query("ann"))
    asked = replace(resolved, asked_at=7)
    assert RANKER.batch([asked, asked]).asked_at.tolist() == [7, 7]
    assert RANKER.batch([asked, resolved]).asked_at is None
    assert RANKER.batch([resolved]).asked_at is None
    assert RANKER.batch([replace(resolved, asked_at=0)]).asked_at.tolist() == [0]


# --- what may be recommended ----------------------------------------------------------------------


def allowed(query: Query, of: Ranker = RANKER, **changes: Any) -> list[str]:
    row = of.allowed([replace(of.resolve(query), **changes)])[0]
    return [CATALOG.items.id(item) for item in np.flatnonzero(row).tolist()]


def test_what_was_rated_is_not_recommended_unless_it_is_asked_for() -> None:
    assert allowed(Query("ann")) == ["c", "e", "c2"]
    assert allowed(Query("ann", include_seen=True)) == list(CATALOG.items.ids)
    assert allowed(Query("ann"), ranker(excludes_seen=False)) == list(CATALOG.items.ids)


def test_what_was_seen_is_not_recommended_unless_it_is_asked_for() -> None:
    assert allowed(Query("ann"), seen=(4,)) == ["c", "c2"]
    assert allowed(Query("ann", include_seen=True), seen=(4,)) == list(CATALOG.items.ids)


def test_a_film_that_the_catalog_lists_twice_is_left_out_as_one() -> None:
    assert allowed(Query("cat")) == ["b", "d", "e"]
    assert allowed(Query(exclude=("c2",))) == ["a", "b", "d", "e"]


def test_what_is_named_is_not_recommended_even_where_the_seen_is() -> None:
    query = Query("ann", exclude=("e",), dislikes=("b",), include_seen=True)
    assert allowed(query) == ["a", "c", "d", "c2"]
    assert allowed(Query(), words=Understanding(like_items=(0,))) == ["b", "c", "d", "e", "c2"]
    assert allowed(Query(), profile=Understanding(like_items=(1,), unlike_items=(3,))) == (
        ["a", "c", "e", "c2"]
    )


def test_what_words_ask_for_is_required_and_what_a_profile_says_is_not() -> None:
    assert allowed(Query(words="comedy")) == ["b", "c", "c2"]
    assert allowed(Query(profile="comedy")) == list(CATALOG.items.ids)


def test_filters_hold_beside_words() -> None:
    filters = Filters(genres=("Drama",), years=(1995, None))
    assert allowed(Query(filters=filters)) == ["c", "e"]
    assert allowed(Query(words="comedy", filters=filters)) == ["c"]


# --- rank -----------------------------------------------------------------------------------------


def test_the_best_come_first_and_short_rows_are_padded() -> None:
    rankings = RANKER.rank([RANKER.resolve(Query("ann"))], 5)
    # 5 x row a + 4 x row b + 1 x row d: c 10+12+1, e 20+4+1, c2 25+8+1
    assert rankings.item_ids.tolist() == [["c2", "e", "c", "", ""]]
    assert rankings.item_indices.tolist() == [[5, 4, 2, -1, -1]]
    np.testing.assert_allclose(
        rankings.scores[0, :3], scores_of({0: 5, 1: 4, 3: 1})[[5, 4, 2]], atol=1e-6
    )
    assert np.isnan(rankings.scores[0, 3:]).all()


def test_ties_go_by_item_index() -> None:
    assert ids(Query(), 6) == list(CATALOG.items.ids)


@pytest.mark.parametrize("k", [0, -1, 7])
def test_k_is_from_one_to_all_items(k: int) -> None:
    with pytest.raises(QueryError, match=f"k is {k}; ask for 1 to 6 items"):
        RANKER.rank([RANKER.resolve(Query("ann"))], k)
    with pytest.raises(QueryError, match=f"k is {k}; ask for 1 to 6 items"):
        RANKER.candidates(RANKER.resolve(Query("ann")), k)


def test_all_items_can_be_asked_for() -> None:
    assert len(ids(Query(), 6)) == 6
    assert len(ids(Query(), 1)) == 1


def test_no_query_is_no_row() -> None:
    rankings = RANKER.rank([], 3)
    assert rankings.item_indices.shape == rankings.item_ids.shape == (0, 3)
    assert rankings.scores.shape == (0, 3)
    assert RANKER.batch([]).histories.shape == (0, 6)


@pytest.mark.parametrize("n", [255, 256, 257, 513])
def test_many_queries_are_ranked_in_blocks_as_each_alone(n: int) -> None:
    askers = [Query("ann"), Query("bob", profile="war"), Query(words="comedy"), Query("cat")]
    resolved = [RANKER.resolve(query) for query in askers]
    rankings = RANKER.rank([resolved[place % 4] for place in range(n)], 4)
    assert rankings.item_ids.shape == (n, 4)
    alone = [RANKER.rank([query], 4) for query in resolved]
    for place in range(n):
        np.testing.assert_array_equal(rankings.item_ids[place], alone[place % 4].item_ids[0])
        np.testing.assert_array_equal(rankings.scores[place], alone[place % 4].scores[0])


def novel(depth: int = 100, strength: float = 0.0) -> Ranker:
    """A ranker that can prefer what few people have rated."""
    return ranker(selection=Selection(Greedy([Novelty(DATA)]), {"novelty": strength}, depth))


def test_a_strength_decides_among_equals() -> None:
    asked = Query(strengths={"novelty": 0.5})  # no history: all scores are equal
    assert ids(asked, 6, novel()) == ["e", "c2", "c", "d", "b", "a"]
    assert ids(Query(), 6, novel()) == list(CATALOG.items.ids)
    assert ids(Query(), 6, novel(strength=0.5)) == ["e", "c2", "c", "d", "b", "a"]
    assert ids(Query(strengths={"novelty": 0.0}), 6, novel(strength=0.5)) == list(CATALOG.items.ids)


def test_selection_takes_from_the_best_only() -> None:
    asked = Query("ann", strengths={"novelty": 1.0}, include_seen=True)
    best = ids(replace(asked, strengths={}), 6)
    assert ids(asked, 1, novel(depth=2))[0] in best[:2]
    assert ids(asked, 2, novel(depth=2)) in (best[:2], best[1::-1])
    assert sorted(ids(asked, 3, novel(depth=2))) == sorted(best[:3])  # at least k


def test_a_strength_that_is_not_there_is_refused() -> None:
    with pytest.raises(QueryError, match="no stage of selection 'mood'"):
        ids(Query(strengths={"mood": 0.5}), 3, novel())


def test_without_selection_no_strength_is_looked_at() -> None:
    assert ids(Query("ann", strengths={"novelty": 1.0}), 3) == ["c2", "e", "c"]


@given(st.sampled_from(("ann", "bob", "cat")), st.integers(1, 5))
def test_a_shorter_ranking_is_the_beginning_of_a_longer_one(user: str, k: int) -> None:
    assert ids(Query(user), 6)[:k] == ids(Query(user), k)


# --- candidates -----------------------------------------------------------------------------------


def test_a_candidate_is_the_item_with_its_score_and_its_ranks() -> None:
    of = ranker(
        retrievers={"linear": Linear(), "silent": Linear("silent", np.zeros((6, 6), np.float32))},
        fuser=WeightedFusion({"linear": 1.0, "silent": 1.0}),
    )
    first, second = of.candidates(of.resolve(Query("ann")), 2)
    assert (first.item_id, first.item_index, first.title, first.year) == ("c2", 5, "Carol", 1999)
    assert first.genres == ("Comedy",)
    assert first.score == pytest.approx(scores_of({0: 5, 1: 4, 3: 1})[5])
    # 5 a + 4 b + d: a 22, b 8, c 23, d 19, e 25, c2 34; the silent one has no opinion
    assert first.ranks == {"linear": 1}
    assert second.item_id == "e"
    assert second.ranks == {"linear": 2}
    assert first.predicted_rating is None


def test_of_a_film_that_is_listed_twice_the_better_placed_is_shown() -> None:
    resolved = RANKER.resolve(Query("ann"))
    assert [candidate.item_id for candidate in RANKER.candidates(resolved, 3)] == ["c2", "e"]
    resolved = RANKER.resolve(Query(words="comedy"))  # c2 is listed as nothing but a comedy
    assert [candidate.item_id for candidate in RANKER.candidates(resolved, 3)] == ["b", "c2"]


def test_a_list_is_full_where_twins_fall_out_of_it() -> None:
    candidates = RANKER.candidates(RANKER.resolve(Query()), 5)
    assert [candidate.item_id for candidate in candidates] == ["a", "b", "c", "d", "e"]


class Halves:
    """Predicts half of an item's index, for everybody."""

    def predict(self, histories: Any, item_indices: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.tile(item_indices / 2, (histories.shape[0], 1)).astype(np.float32)


def test_candidates_carry_predicted_ratings_where_somebody_predicts() -> None:
    of = ranker(predictor=Halves())
    candidates = of.candidates(of.resolve(Query("ann")), 2)
    assert [candidate.predicted_rating for candidate in candidates] == [2.5, 2.0]


def test_where_nothing_is_left_the_reason_is_told() -> None:
    query = Query("ann", words="war", filters=Filters(years=(None, 2005)), exclude=("e",))
    with pytest.raises(QueryError) as refused:
        RANKER.candidates(RANKER.resolve(query), 2)
    # Alpha, Bravo, Carol (twice) and Delta are from before 2006; Delta and Echo are of the genre;
    # Delta, which is both, was rated
    assert str(refused.value) == (
        "no item is left to recommend: 5 fit 'years: until 2005', 2 fit 'genre: War', "
        "1 fit all of it, 1 of 1 are seen or excluded; drop one of the conditions"
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (Query(), "the catalog has 6"),
        (Query("ann"), "3 of 6 are seen or excluded"),
        (Query("ann", words="comedy"), "3 fit 'genre: Comedy', 1 of 3 are seen or excluded"),
        (Query("ann", dislikes=("e",)), "4 of 6 are seen or excluded"),
    ],
)
def test_why_a_list_is_short_is_counted(query: Query, told: str) -> None:
    assert RANKER.what_left(RANKER.resolve(query)) == told


def test_the_seen_are_counted_too() -> None:
    assert RANKER.what_left(replace(RANKER.resolve(Query()), seen=(0,))) == (
        "1 of 6 are seen or excluded"
    )


def test_what_decides_a_list_is_told_in_phrases() -> None:
    query = Query(
        profile="comedy",
        words="drama",
        filters=Filters(years=(1990, 1999)),
        include_seen=True,
        strengths={"novelty": 0.25, "diversity": 0.0, "calibration": 1.0},
    )
    assert RANKER.describe(RANKER.resolve(query)) == (
        "genre: Drama",
        "genre: Comedy (preferred)",
        "years: 1990 to 1999 (filter)",
        "seen items too",
        "calibration 1",
        "novelty 0.25",
    )
    assert RANKER.describe(RANKER.resolve(Query("ann"))) == ()


def test_liked_are_the_best_rated_and_among_equals_the_best_known() -> None:
    resolved = RANKER.resolve(Query(history={"e": 5, "b": 4, "a": 5, "d": 3, "c": 5}))
    # e is rated by nobody, a by three, c by one; d is below the threshold of 4
    assert RANKER.liked(resolved) == (
        ("Alpha (1990)", 5.0),
        ("Carol (1999)", 5.0),
        ("Echo (2010)", 5.0),
        ("Bravo (1995)", 4.0),
    )
    assert RANKER.liked(resolved, 2) == (("Alpha (1990)", 5.0), ("Carol (1999)", 5.0))


def test_all_that_was_chosen_is_liked_where_there_are_no_ratings() -> None:
    of = ranker(dataset(implicit=True))
    assert of.liked(of.resolve(Query("cat"))) == (("Alpha (1990)", 1.0), ("Carol (1999)", 1.0))


# --- with films left out --------------------------------------------------------------------------


def test_without_some_films_the_person_never_rated_them() -> None:
    resolved = RANKER.resolve(Query("ann"))
    left = without(resolved, [1])
    assert left.item_indices.tolist() == [0, 3]
    assert left.ratings.tolist() == [5.0, 1.0]
    assert left.steps_back is not None
    assert left.steps_back.tolist() == [0, 1]
    assert without(resolved, []) is resolved


def test_without_what_was_rated_last_the_rest_is_nearer() -> None:
    left = without(RANKER.resolve(Query("ann")), [0])
    assert left.steps_back is not None
    assert left.steps_back.tolist() == [0, 1]
    left = without(RANKER.resolve(Query("ann")), [3])
    assert left.steps_back.tolist() == [0, 1]


def test_without_some_films_they_are_not_named_as_examples() -> None:
    named = Understanding(like_items=(2, 4), genres=("War",))
    resolved = replace(RANKER.resolve(Query("ann")), words=named, profile=named)
    left = without(resolved, [2, 1])
    assert left.words == left.profile == replace(named, like_items=(4,))


@given(
    st.sampled_from(("ann", "bob", "cat")),
    st.lists(st.lists(st.integers(0, 5), max_size=3), max_size=4),
)
def test_scores_without_films_are_those_of_the_person_without_them(
    user: str, left_out: list[list[int]]
) -> None:
    resolved, items = RANKER.resolve(Query(user)), np.array([5, 2, 0])
    scores = RANKER.scores_without(resolved, left_out, items)
    assert scores.shape == (len(left_out), 3)
    history = FittedHistories(DATA).of(user)
    for row, gone in zip(scores, left_out, strict=True):
        kept = {
            CATALOG.items.id(item): rating
            for item, rating in zip(history.items.tolist(), history.ratings.tolist(), strict=True)
            if item not in gone
        }
        np.testing.assert_array_equal(row, score(Query(history=kept))[items])


def test_more_than_a_block_of_films_can_be_left_out() -> None:
    resolved, items = RANKER.resolve(Query("ann")), np.array([2, 4])
    scores = RANKER.scores_without(resolved, [[place % 6] for place in range(300)], items)
    assert scores.shape == (300, 2)
    np.testing.assert_array_equal(scores[:6], scores[294:300])


# --- what is like an item -------------------------------------------------------------------------


def test_what_is_like_an_item_is_what_its_only_fan_would_get() -> None:
    resolved = alike(RANKER.resolve(Query("ann", k=3, include_seen=True)), 3)
    assert resolved.item_indices.tolist() == []
    assert resolved.words.like_items == (3,)
    fan = RANKER.rank([RANKER.resolve(Query(history={"d": 5}))], 3)
    assert [candidate.item_id for candidate in RANKER.candidates(resolved, 3)] == (
        fan.item_ids[0].tolist()
    )


def test_who_asks_what_is_like_an_item_gets_neither_it_nor_what_was_rated() -> None:
    resolved = alike(RANKER.resolve(Query("ann")), 4)
    assert resolved.seen == (0, 1, 3)
    assert not RANKER.allowed([resolved])[0][[0, 1, 3, 4]].any()
    again = alike(RANKER.resolve(Query("ann", include_seen=True)), 4)
    assert RANKER.allowed([again])[0].tolist() == [True, True, True, True, False, True]


# --- what was said leads --------------------------------------------------------------------------

# as many ratings as the average item, so that the floor holds nothing back
LED = ranker(
    relevance=Relevance(DATA, {"near": Linear("near", MATRIX[::-1])}, {"near": 1.0}, {"near": 1.0})
)


def test_like_an_item_and_its_only_fan_and_similar_are_one_ranking() -> None:
    asked = LED.resolve(Query(words="like Delta"))
    fan, same = LED.resolve(Query(history={"d": 5})), alike(LED.resolve(Query()), 3)
    np.testing.assert_array_equal(LED.score([asked]), LED.score([fan]))
    np.testing.assert_array_equal(LED.score([asked]), LED.score([same]))
    assert LED.allowed([asked]).tolist() == LED.allowed([fan]).tolist()


def test_an_only_item_that_was_not_liked_is_no_example() -> None:
    assert not LED.resolve(Query(history={"d": 2})).leads
    assert LED.resolve(Query(history={"d": 4})).leads
    assert not LED.resolve(Query(history={"d": 4, "a": 5})).leads
    assert not LED.resolve(Query("ann")).leads


def test_who_says_nothing_is_ranked_as_without_relevance() -> None:
    for query in (Query("ann"), Query("bob", profile="comedy"), Query("ann", words="comedies")):
        np.testing.assert_array_equal(
            LED.score([LED.resolve(query)]), RANKER.score([RANKER.resolve(query)])
        )


def test_taste_counts_beside_what_was_said() -> None:
    query = Query("bob", words="like Delta")
    assert LED.relevance
    said = LED.relevance.relevance((3,), "")
    taste = LED.score([LED.resolve(Query("bob"))])[0]
    np.testing.assert_allclose(score(query, LED), z(said + 0.5 * taste), atol=1e-5)
    np.testing.assert_allclose(score(query, replace(LED, taste_weight=0.0)), z(said), atol=1e-5)


def test_one_query_of_many_is_scored_as_alone() -> None:
    queries = [Query("ann"), Query("bob", words="like Delta"), Query(words="like Echo")]
    resolved = [LED.resolve(query) for query in queries]
    together = LED.score(resolved)
    for row, query in zip(together, resolved, strict=True):
        np.testing.assert_allclose(row, LED.score([query])[0], atol=1e-6)


def test_an_example_that_is_left_out_says_nothing_more() -> None:
    resolved = LED.resolve(Query(words="like Delta"))
    gone = without(resolved, [3])
    assert gone.leads
    assert not gone.examples
    assert LED.relevance
    floor_alone = LED.relevance.relevance((), "")
    taste = LED.score([LED.resolve(Query())])[0]
    np.testing.assert_allclose(LED.score([gone])[0], z(floor_alone + 0.15 * taste), atol=1e-5)


def test_a_kind_counts_more_where_nothing_else_is_asked_for() -> None:
    def typical(words: str) -> NDArray[np.float32]:
        resolved = LED.resolve(Query(words=words))
        shares = LED.understander.typicality(resolved.words)
        assert shares.any()
        return LED._typical(resolved) / np.where(shares > 0, shares, 1)

    assert set(np.round(typical("a drama"), 3)) == {0, 2}
    assert set(np.round(typical("a drama about a lost glass harbor"), 3)) == {0, np.float32(0.7)}


# --- where nothing fits ---------------------------------------------------------------------------


def test_where_nothing_fits_all_the_part_that_stands_most_in_the_way_is_given_up() -> None:
    resolved = RANKER.resolve(Query(words="a war film from the 60s"))
    served, given_up = RANKER.nearest(resolved)
    assert served.words.years is None
    assert served.words.genres == ("War",)
    assert given_up == "no film fits all of it; these fit all but 'years: 1960 to 1969'"
    assert RANKER.allowed([served])[0].tolist() == [False, False, False, True, True, False]


def test_who_is_in_it_is_given_up_last() -> None:
    actors = ((), (), (), ("Ines Halloran",), (), ())
    catalog = replace(CATALOG, metadata={"actors": actors})
    starred = replace(RANKER, understander=Understander(catalog))
    resolved = starred.resolve(Query(words="a comedy with Ines Halloran"))
    assert not starred.allowed([resolved]).any()
    served, given_up = starred.nearest(resolved)
    assert served.words.people == ("Ines Halloran",)
    assert served.words.genres == ()
    assert given_up == "no film fits all of it; these fit all but 'genre: Comedy'"


def test_a_refused_title_is_never_given_up_and_what_is_like_it_is_shown_instead() -> None:
    actors = ((), (), (), ("Ines Halloran",), (), ())
    catalog = replace(CATALOG, metadata={"actors": actors})
    starred = replace(RANKER, understander=Understander(catalog))
    title = catalog.titles[3]
    resolved = starred.resolve(Query(words=f"with Ines Halloran, but not {title}"))
    assert resolved.words.unlike_items == (3,)
    served, given_up = starred.nearest(resolved)
    assert served.words.like_items == (3,)
    assert served.leads
    assert given_up == "no film fits all of it; these fit all but 'starring: Ines Halloran'"
    assert 3 not in starred.rank([served], 5).item_indices[0]


def test_a_refusal_is_given_up_before_who_is_in_it() -> None:
    actors = ((), (), (), ("Ines Halloran",), (), ())
    moods = ((), (), (), ("quirky",), ("quirky",), ())
    catalog = replace(CATALOG, metadata={"actors": actors}, attributes={"moods": moods})
    starred = replace(RANKER, understander=Understander(catalog))
    served, given_up = starred.nearest(starred.resolve(Query(words="Ines Halloran, not quirky")))
    assert served.words.people == ("Ines Halloran",)
    assert given_up == "no film fits all of it; these fit all but 'not: quirky'"


def test_as_much_is_given_up_as_must_be_and_nothing_that_is_refused() -> None:
    actors = ((), (), (), ("Ines Halloran",), (), ())
    catalog = replace(CATALOG, metadata={"actors": actors})
    starred = replace(RANKER, understander=Understander(catalog))
    resolved = starred.resolve(Query(words="a comedy from the 1930s with Ines Halloran, no drama"))
    served, given_up = starred.nearest(resolved)
    assert served.words.people == ("Ines Halloran",)
    assert served.words.excluded_genres == ("Drama",)
    assert not served.words.genres
    assert not served.words.years
    assert starred.allowed([served]).any()
    assert "genre: Comedy" in given_up
    assert "years: 1930 to 1939" in given_up


def test_where_nothing_has_all_moods_any_is_enough_and_all_are_told() -> None:
    moods = (("warm",), ("warm", "gentle"), ("bleak",), ("tense",), (), ())
    catalog = replace(CATALOG, attributes={"moods": moods})
    moody = replace(RANKER, understander=Understander(catalog))
    resolved = moody.resolve(Query(words="a warm, bleak and tense film"))
    served, given_up = moody.nearest(resolved)
    assert moody.allowed([served]).any()
    assert served.words.traits == ()
    assert moody.allowed([served])[0].tolist() == [True, True, True, True, False, False]
    assert given_up == (
        "no film fits all of it; these fit part of 'mood: warm; mood: bleak; mood: tense'"
    )


def test_what_few_items_have_comes_first_and_those_without_it_follow() -> None:
    features = ((), (), ("vampires",), (), (), ())
    moods = (("warm",),) * 3 + (("warm", "gentle"),) * 3
    catalog = replace(CATALOG, attributes={"moods": moods, "features": features})
    dataset = replace(LED.dataset, catalog=catalog)
    assert LED.relevance
    moody = replace(
        LED,
        dataset=dataset,
        understander=Understander(catalog),
        relevance=replace(LED.relevance, dataset=dataset),
    )
    resolved = moody.resolve(Query(words="a warm film with vampires"))
    served, given_up = moody.nearest(resolved)
    assert given_up == (
        "only one film fits all of it; the others fit part of 'mood: warm; feature: vampires'"
    )
    assert moody.rank([served], 6).item_indices[0][0] == 2
    alone = moody.resolve(Query(words="vampires"))
    assert moody.nearest(alone) == (alone, "")  # nothing else was asked for


def test_what_two_items_have_is_not_filled_up_but_a_mood_is() -> None:
    features = (("vampires",), ("vampires",), (), (), (), ())
    moods = (("warm",), ("warm",), ("bleak",), (), (), ())
    genres = (("Drama",),) * 6
    catalog = replace(CATALOG, genres=genres, attributes={"moods": moods, "features": features})
    moody = replace(RANKER, understander=Understander(catalog))
    named = moody.resolve(Query(words="a drama with vampires"))
    assert moody.allowed([named])[0].sum() == 2
    assert moody.nearest(named) == (named, "")
    served, given_up = moody.nearest(moody.resolve(Query(words="a warm drama")))
    assert given_up == "only 2 films fit all of it; the others fit all but 'mood: warm'"
    assert set(moody.rank([served], 6).item_indices[0][:2].tolist()) == {0, 1}


def test_of_what_was_given_up_the_rarer_counts_more() -> None:
    features = ((), (), (), ("vampires",), ("vampires",), ())
    moods = (("warm",), ("warm",), ("warm",), (), ("warm",), ())
    catalog = replace(CATALOG, attributes={"moods": moods, "features": features})
    moody = replace(RANKER, understander=Understander(catalog))
    served, _ = moody.nearest(moody.resolve(Query(words="a warm film with vampires")))
    gain = moody._having_given_up(served.given_up)
    assert gain[3] > gain[0] == gain[2] > gain[5] == 0
    assert gain[4] > gain[3] + 4  # all of it goes before whatever words say of the others


def test_how_well_known_an_item_is_is_given_up_before_what_it_is_like() -> None:
    plain = RANKER.resolve(Query(words="war films"))
    resolved = RANKER.resolve(Query(words="war films, maybe one i haven't seen"))
    assert resolved.words.popularity == -1
    served, given_up = RANKER.nearest(resolved)
    assert RANKER.allowed([served]).tolist() == RANKER.allowed([plain]).tolist()
    n_fit = int(RANKER.allowed([resolved]).sum())
    assert given_up.startswith("nothing that fits is" if not n_fit else f"only {n_fit} of what")
    order = RANKER.rank([served], int(RANKER.allowed([served]).sum())).item_indices[0]
    fits = RANKER.allowed([resolved])[0]
    assert fits[order].tolist() == sorted(fits[order].tolist(), reverse=True)


def test_what_can_be_served_is_served_as_it_is() -> None:
    for query in (Query(words="comedies"), Query("ann"), Query(filters=Filters(only=()))):
        resolved = RANKER.resolve(query)
        assert RANKER.nearest(resolved) == (resolved, "")


def test_filters_are_never_given_up() -> None:
    resolved = RANKER.resolve(Query(words="drama", filters=Filters(years=(1900, 1901))))
    assert RANKER.nearest(resolved) == (resolved, "")


# --- many at once, and what was said since --------------------------------------------------------


def test_of_twins_each_row_of_many_has_the_better_placed_and_then_what_comes_behind() -> None:
    users = ("ann", "bob", "cat")
    resolved = [RANKER.resolve(Query(user)) for user in users] + [RANKER.resolve(Query())]
    rankings = RANKER.rank_once_each(resolved, 5)
    for row, query in enumerate(resolved):
        alone = RANKER.candidates(query, 5)
        shown = [candidate.item_id for candidate in alone]
        assert rankings.item_ids[row].tolist() == [*shown, *[""] * (5 - len(shown))]
        assert rankings.item_indices[row].tolist()[: len(shown)] == [
            candidate.item_index for candidate in alone
        ]
        scores = rankings.scores[row]
        np.testing.assert_allclose(
            scores[: len(shown)], [candidate.score for candidate in alone], rtol=1e-6
        )
        assert np.isnan(scores[len(shown) :]).all()
    # b and c stand apart: of nobody's ratings the twin comes behind, and out
    assert rankings.item_ids[3].tolist() == ["a", "b", "c", "d", "e"]


def said(**of: Any) -> Conversation:
    return Conversation((Critique(1, "", **of),))


@pytest.mark.parametrize(
    ("implicit", "rated"),
    [
        # 0 and 1 of the scale from 1 to 5; what was said of d takes the place of the rating
        (False, {0: 5.0, 1: 4.0, 2: 1.0, 3: 5.0}),
        (True, {0: 1.0, 1: 1.0, 2: 0.0, 3: 1.0}),
    ],
)
def test_what_is_said_of_films_counts_as_ratings_and_none_of_them_is_shown_again(
    implicit: bool, rated: dict[int, float]
) -> None:
    of = ranker(dataset(implicit=implicit))
    resolved = of.resolve(Query("ann"))
    talk = said(ratings={3: 1.0, 2: 0.0}, seen=(4,), refused=(5,))
    continued = of.continued(resolved, talk)
    items, ratings = continued.item_indices.tolist(), continued.ratings.tolist()
    assert dict(zip(items, ratings, strict=True)) == rated
    assert items == sorted(rated)  # each once
    assert continued.steps_back is None  # nobody knows when it was watched
    assert sorted(continued.excluded) == [2, 3, 4, 5]
    assert not continued.leads


def test_words_of_a_conversation_join_those_of_the_question_and_lead_where_they_name_more() -> None:
    resolved = RANKER.resolve(Query("ann", words="drama"))
    genre = RANKER.continued(resolved, said(asks=Understanding(years=(1990, 1999))))
    assert (genre.words.genres, genre.words.years) == (("Drama",), (1990, 1999))
    assert not genre.leads
    assert genre.steps_back is not None  # nothing was said of films
    for asks in (
        Understanding(text="a quiet one"),
        Understanding(like_items=(4,)),
        Understanding(traits=(("moods", ("warm",)),)),
    ):
        assert RANKER.continued(resolved, said(asks=asks)).leads
    assert RANKER.continued(replace(resolved, leads=True), said(seen=(4,))).leads
