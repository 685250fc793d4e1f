"""A query held against the rows: what it asks of fitted parts, and what it says without them."""

from typing import Any

import numpy as np

from recsys_rag.data.dataset import RatingScale
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.testing.datasets import dataset_of
from recsys_rag.types import Query, ResolvedQuery, Understanding

RATINGS = np.array([[5, 0, 2, 0], [4, 1, 0, 0], [0, 0, 3, 0]])
STARS = RatingScale(1, 5)


def rows(scale: RatingScale | None = STARS, **more: Any) -> QueryRows:
    """A person who rated item 2 with 4, then item 0 with 3, and named item 3 as liked."""
    resolved = ResolvedQuery(
        Query("ann"),
        np.array([2, 0]),
        np.array([4, 3], np.float32),
        liked=(3,),
        words=Understanding(like_items=(1, 3)),
    )
    return QueryRows(dataset_of(RATINGS, scale), resolved, **more)


def test_what_is_liked_are_high_ratings_all_choices_and_what_was_named() -> None:
    assert rows().liked == (2, 3)
    assert rows(None).liked == (2, 0, 3)
    assert (rows().feedback, rows(None).feedback) == ("liked", "chose")
    assert rows().named == (3, 1)


def test_without_parts_nothing_is_claimed() -> None:
    nothing = rows()
    assert nothing.foretold([2]) is None
    assert nothing.predicted(1) is None
    assert not nothing.neighbors.any()
    assert nothing.scores_of([(2,), ()]) == {}
    assert (nothing.score_for_films(1), nothing.score_for_nobody(1)) == (0.0, 0.0)
    assert nothing.rankable.all()


def test_a_rating_is_predicted_from_the_history_of_this_person_alone() -> None:
    asked: list[Any] = []

    def predict(histories: Any, items: Any) -> Any:
        asked.append((histories.toarray().tolist(), items.tolist()))
        return np.array([[3.5]]), np.array([[0.8]])

    assert rows(predict_with_errors=predict).predicted(1) == (3.5, 0.8)
    assert asked == [([[3.0, 0.0, 4.0, 0.0]], [1])]


def test_each_rated_item_is_foretold_at_its_place_in_the_history_by_item() -> None:
    def without_each(items: Any, ratings: Any, places: Any) -> Any:
        assert (items.tolist(), ratings.tolist()) == ([0, 2], [3.0, 4.0])
        return places + 0.5

    assert rows(predict_without_each=without_each).foretold([2, 0, 2]) == [1.5, 0.5, 1.5]


def test_neighbors_are_the_nearest_of_those_who_are_similar_at_all() -> None:
    def find(histories: Any) -> Any:
        assert histories.toarray().tolist() == [[3.0, 0.0, 4.0, 0.0]]
        return np.array([1, 2, 0]), np.array([0.9, 0.4, 0.0])

    assert rows(find_neighbors=find).neighbors.tolist() == [False, True, True]
    assert rows(find_neighbors=find, n_neighbors=1).neighbors.tolist() == [False, True, False]


def test_who_rated_an_item_stands_in_its_column() -> None:
    people, ratings = rows().ratings_of(2)
    assert (people.tolist(), ratings.tolist()) == ([0, 2], [2.0, 3.0])


def test_scores_without_a_group_are_asked_for_once() -> None:
    asked: list[Any] = []

    def without(resolved: Any, groups: Any, items: Any) -> Any:
        asked.append((len(resolved.item_indices), list(groups), items.tolist()))
        return np.array([[10.0 * len(group) + item for item in items] for group in groups])

    ours = rows(scores_without=without)
    first = ours.scores_of([(2,), (), (2,)])
    assert {group: scores.tolist() for group, scores in first.items()} == {
        (2,): [10, 11, 12, 13],
        (): [0, 1, 2, 3],
    }
    assert ours.scores_of([(0, 2), ()])[0, 2].tolist() == [20, 21, 22, 23]
    assert asked == [(2, [(2,), ()], [0, 1, 2, 3]), (2, [(0, 2)], [0, 1, 2, 3])]
    assert ours.score_for_nobody(3) == 3.0
    assert asked[-1] == (0, [()], [3])


def test_the_score_for_films_leaves_out_words_but_not_examples() -> None:
    def without(resolved: Any, groups: Any, items: Any) -> Any:
        assert resolved.words == Understanding(like_items=(1, 3))
        assert resolved.disliked == ()
        return np.array([[7.0]])

    assert rows(scores_without=without).score_for_films(1) == 7.0


def test_what_may_be_recommended_is_asked_of_the_ranking() -> None:
    allowed = np.array([[True, False, False, True]])
    assert rows(allowed=lambda resolved: allowed).rankable.tolist() == allowed[0].tolist()
