"""Titles that carry the score: losses by hand, only what was liked, and the ranking's own scores as
reference."""

from collections.abc import Sequence

import numpy as np
import pytest

from grounding import Bench, resolved_of
from recsys_rag import Query, Recommender
from recsys_rag.data.dataset import RatingScale
from recsys_rag.facts.influence import InfluenceEvidence, InfluenceFact
from recsys_rag.facts.leaving_out import LeavingOut
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import ResolvedQuery, Understanding

# u0 has rated items 0 to 3
DATASET = dataset_of(np.array([[5.0, 4.0, 2.0, 5.0, 0.0]]), RatingScale(1, 5))
ITEM = 4


class Adds:
    """A ranking whose score is the sum of what is given for each item of the history, by item
    index."""

    def __init__(self, *parts: float) -> None:
        self.parts = np.array(parts, np.float32)
        self.n_rows = 0

    def scores_without(
        self, resolved: object, left_out: Sequence[Sequence[int]], items: np.ndarray
    ) -> np.ndarray:
        self.n_rows += len(left_out)
        rows = [self.parts.sum() - self.parts[list(one)].sum() for one in left_out]
        return np.repeat(np.array(rows, np.float32)[:, None], len(items), axis=1)

    def contributions(self, batch: object, items: np.ndarray) -> np.ndarray:
        return np.array([self.parts] * len(items))


def _found(*parts: float) -> list[InfluenceFact]:
    source = InfluenceEvidence(DATASET, LeavingOut(DATASET, Adds(*parts)))
    return [one.fact for one in source.evidence(resolved_of(DATASET, "u0"), np.array([ITEM]))]


def test_the_loss_is_a_share_of_the_score_in_percent() -> None:
    # 8 in all; item 2 was not liked, item 3 speaks against
    first, second = _found(6.0, 2.0, 2.0, -2.0)

    assert (first.titles, first.item_ids, first.ratings) == (("Item 0",), ("i0",), (5.0,))
    assert (first.loss_percent, first.loss_rank) == (75, 1)
    assert (second.titles, second.ratings, second.loss_percent) == (("Item 1",), (4.0,), 25)


@pytest.mark.parametrize("against", [3.0, 5.9, 7.0])
def test_no_share_of_a_score_is_above_all_of_it(against: float) -> None:
    # 6 - `against` in all: without item 0, or items 0 and 1, more than all of it would be gone
    facts = _found(4.0, 2.0, 0.0, -against)

    assert [fact.loss_percent for fact in facts] == ([67] if against == 3.0 else [])


def test_place_counts_what_was_not_liked_too() -> None:
    (only,) = _found(0.2, 0.0, 0.8, 0.0)

    assert (only.titles, only.loss_rank, only.loss_percent) == (("Item 0",), 2, 20)


def test_what_other_peoples_ratings_bring_near_is_stated_so() -> None:
    """Item 4 shares both of its raters with item 0, and one with item 1."""
    rated = [[5, 4, 0, 0, 0], [5, 0, 0, 0, 3], [4, 1, 0, 0, 2]]
    dataset = dataset_of(np.array(rated, float), RatingScale(1, 5))
    source = InfluenceEvidence(dataset, LeavingOut(dataset, Adds(3.0, 1.0, 0.0, 0.0)))

    first, second = source.evidence(resolved_of(dataset, "u0"), np.array([ITEM]))

    assert (first.fact.titles, first.fact.is_near) == (("Item 0",), True)
    assert (
        first.statement
        == "without your 5 for Item 0, its score would be 75 % lower; near it in others' ratings"
    )
    assert (second.fact.titles, second.fact.is_near) == (("Item 1",), False)


def test_two_that_carry_alike_are_also_left_out_together() -> None:
    single, pair, *others = _found(0.5, 0.4, 0.0, 0.1)

    assert single.titles == ("Item 0",)
    assert (pair.titles, pair.ratings, pair.loss_percent) == (("Item 0", "Item 1"), (5.0, 4.0), 90)
    assert [one.titles for one in others] == [("Item 1",), ("Item 3",)]


def test_nothing_is_stated_where_nothing_liked_carries_the_score_or_there_is_none() -> None:
    assert _found(-1.0, -1.0, 5.0, 0.0) == []
    assert _found(0.0, 0.0, 0.0, 0.0) == []
    assert _found(2.0, 0.0, 0.0, -3.0) == []  # it scores less than the average item
    assert _found(0.004, 0.0, 1.0, 0.0) == []  # less than half a percent


def test_statement_and_source_say_what_and_where() -> None:
    source = InfluenceEvidence(DATASET, LeavingOut(DATASET, Adds(0.6, 0.4, 0.0, 0.0)))
    first, pair, _ = source.evidence(resolved_of(DATASET, "u0"), np.array([ITEM]))

    assert first.statement == "without your 5 for Item 0, its score would be 60 % lower"
    assert first.source == "score of item i4, against its score when history items i0 are left out"
    assert (
        pair.statement
        == "without your 5 for Item 0 and your 4 for Item 1, its score would be 100 % lower"
    )


def test_a_long_history_is_tried_where_the_model_adds_most_and_no_place_is_stated() -> None:
    ratings = np.full((1, 41), 5.0)
    ratings[0, 40] = 0.0
    wide, adds = dataset_of(ratings, RatingScale(1, 5)), Adds(*[1.0] * 37, 30.0, 2.0, 3.0)
    limited = LeavingOut(wide, adds, adds, cells=0)  # twelve films may be tried

    found = list(InfluenceEvidence(wide, limited).evidence(resolved_of(wide, "u0"), np.array([40])))

    assert [one.fact.titles for one in found] == [("Item 37",), ("Item 39",), ("Item 38",)]
    assert not any(one.fact.loss_rank for one in found)
    assert adds.n_rows == 1 + 12
    without_model = InfluenceEvidence(wide, LeavingOut(wide, adds, cells=0))
    assert list(without_model.evidence(resolved_of(wide, "u0"), np.array([40]))) == []


def test_implicit_feedback_names_choices_without_ratings() -> None:
    dataset = checkerboard(20, 10)
    source = InfluenceEvidence(dataset, LeavingOut(dataset, Bench.of(dataset).ranker))

    first, *_ = source.evidence(resolved_of(dataset, "u0"), np.array([0]))

    assert first.fact.ratings == ()
    assert first.statement.startswith("without your choice of Item ")


def test_a_film_named_as_an_example_is_told_apart_from_what_was_rated() -> None:
    """u0 has rated items 0 to 3; item 4 is named, and carries half of the score of item 5."""
    wide = dataset_of(np.array([[5.0, 4.0, 2.0, 5.0, 0.0, 0.0]]), RatingScale(1, 5))
    source = InfluenceEvidence(wide, LeavingOut(wide, Adds(0.5, 0.0, 0.0, 0.0, 0.5)))

    own, named = source.evidence(
        resolved_of(wide, "u0", words=Understanding(like_items=(4, 0))), np.array([5])
    )

    assert (own.fact.titles, own.fact.ratings, own.fact.loss_percent) == (("Item 0",), (5.0,), 50)
    assert (named.fact.titles, named.fact.is_example, named.fact.loss_percent) == (
        ("Item 4",),
        1,
        50,
    )
    assert named.fact.ratings == ()
    assert named.statement == "without your example Item 4, its score would be 50 % lower"


def test_an_empty_history_carries_nothing() -> None:
    source = InfluenceEvidence(DATASET, LeavingOut(DATASET, Adds(1.0, 0.0, 0.0, 0.0)))

    assert list(source.evidence(resolved_of(DATASET, None), np.array([ITEM]))) == []
    assert list(source.evidence(resolved_of(DATASET, "u0"), np.zeros(0, np.int64))) == []


def _without(movies_history: dict[str, float], gone: Sequence[str]) -> Query:
    return Query(history={one: rating for one, rating in movies_history.items() if one not in gone})


def test_equals_the_scores_of_a_visitor_who_never_rated_those_films() -> None:
    """The whole pipeline, asked from the front: every retriever, fusion and words."""
    movies = made_up_movies()
    recommender = Recommender(from_mapping({"retrieve": {"encoder": "none"}})).fit(movies)
    ranker, n_found = recommender.flow.ranker, 0
    (source,) = (
        one for one in recommender.flow.evidence_sources if isinstance(one, InfluenceEvidence)
    )
    for user_id in movies.users.ids[::25]:
        resolved = ranker.resolve(Query(user_id=user_id))
        by_age: ResolvedQuery = resolved
        assert by_age.steps_back is not None
        oldest_first = np.argsort(-by_age.steps_back)
        history = {
            movies.items.id(int(resolved.item_indices[one])): float(resolved.ratings[one])
            for one in oldest_first
        }
        full = ranker.score([ranker.resolve(_without(history, ()))])[0]
        for found in source.evidence(resolved, np.arange(movies.n_items)):
            item, gone = movies.items.index(found.item_id), found.fact.item_ids
            less = ranker.score([ranker.resolve(_without(history, gone))])[0]  # type: ignore[arg-type]
            assert found.fact.loss_percent == pytest.approx(
                100 * (1 - less[item] / full[item]), abs=0.501
            )
            assert all(history[one] >= 4 for one in gone)  # type: ignore[union-attr]
            n_found += 1
    assert n_found > 100
