"""Titles that carry an item: ranks by hand, only what was liked, and the ranking's own order as
reference."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from grounding import KINDS, Bench, candidate_of, resolved_of
from recsys_rag import Query, Recommender
from recsys_rag.data.dataset import RatingScale
from recsys_rag.facts._leaving_out import LeavingOut, Remembering
from recsys_rag.facts.influence import InfluenceFact, _InfluenceEvidence
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import ResolvedQuery, Understanding
from recsys_rag.verify._rows import RowReader

# u0 has rated items 0 to 3
DATASET = dataset_of(np.array([[5.0, 4.0, 2.0, 5.0, 0.0]]), RatingScale(1, 5))
ITEM = 4


class Adds:
    """A ranking whose score for the last item is the sum of what is given for each item of the
    history, by item index, and for `others` that could be shown too what is given there."""

    def __init__(
        self, *parts: float, others: Sequence[float] = (), of_anybody: float = -1.0
    ) -> None:
        self.parts = np.array(parts, np.float32)
        self.others = others
        self.of_anybody = of_anybody
        self.n_rows = 0

    def allowed(self, resolved: Sequence[ResolvedQuery]) -> np.ndarray:
        allowed = np.ones((len(resolved), len(self.parts) + 1), np.bool_)
        allowed[:, : len(self.parts) - len(self.others)] = False
        return allowed

    def scores_without(
        self, resolved: ResolvedQuery, left_out: Sequence[Sequence[int]], items: np.ndarray
    ) -> np.ndarray:
        self.n_rows += len(left_out)
        scores = np.zeros((len(left_out), len(self.parts) + 1), np.float32)
        scores[:, len(self.parts) - len(self.others) : -1] = self.others
        if len(resolved.item_indices) + len(resolved.examples) == 0:
            scores[:, -1] = self.of_anybody
        else:
            scores[:, -1] = [self.parts.sum() - self.parts[list(one)].sum() for one in left_out]
        return scores[:, items]

    def contributions(self, batch: object, items: np.ndarray) -> np.ndarray:
        return np.array([self.parts] * len(items))


# items 4 to 7 could be shown beside item 8
_WIDE = dataset_of(np.array([[5.0, 4.0, 2.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0]]), RatingScale(1, 5))


def _found(*parts: float, others: Sequence[float], of_anybody: float = -1.0) -> list[InfluenceFact]:
    """State what carries item 8, whose score is the sum of parts by items 0 to 3."""
    adds = Adds(*parts, *[0.0] * 4, others=others, of_anybody=of_anybody)
    source = _InfluenceEvidence(_WIDE, LeavingOut(_WIDE, adds))
    return [one.fact for one in source.evidence(resolved_of(_WIDE, "u0"), np.array([8]))]


def test_an_item_falls_behind_those_that_score_higher_without_a_film() -> None:
    # 8 in all; item 2 was not liked, item 3 speaks against
    first, second = _found(6.0, 2.0, 2.0, -2.0, others=(7.0, 5.0, 3.0, 9.0))

    assert (first.titles, first.item_ids, first.ratings) == (("Item 0",), ("i0",), (5.0,))
    assert (first.rank, first.rank_without, first.n_ranked, first.n_places) == (2, 5, 5, 3)
    assert (second.titles, second.ratings, second.rank_without) == (("Item 1",), (4.0,), 3)


def test_a_film_without_which_no_place_is_lost_is_not_stated() -> None:
    assert _found(6.0, 2.0, 2.0, -2.0, others=(1.0, 1.0, 1.0, 9.0)) == []


def test_the_main_reason_weighs_more_than_other_films_words_and_what_anybody_gets() -> None:
    others = (3.0, 5.0, 5.5, 5.9)
    main = [fact.is_main for fact in _found(4.0, 2.0, 0.0, 0.0, others=others)]
    known = [fact.is_main for fact in _found(4.0, 2.0, 0.0, 0.0, others=others, of_anybody=4.5)]
    second = [fact.is_main for fact in _found(2.0, 1.5, 2.5, 0.0, others=others)]

    assert main == [True, False]
    assert not any(known)  # it has more without any history
    assert not any(second)  # what weighs most was not liked


def test_what_other_peoples_ratings_bring_near_is_stated_so() -> None:
    """Item 4 shares both of its raters with item 0, and one with item 1; no place is lost."""
    rated = [[5, 4, 0, 0, 0], [5, 0, 0, 0, 3], [4, 1, 0, 0, 2]]
    dataset = dataset_of(np.array(rated, float), RatingScale(1, 5))
    source = _InfluenceEvidence(dataset, LeavingOut(dataset, Adds(3.0, 1.0, 0.0, 0.0)))

    (first,) = source.evidence(resolved_of(dataset, "u0"), np.array([ITEM]))

    assert (first.fact.titles, first.fact.is_near, first.fact.n_places) == (("Item 0",), True, 0)
    assert first.statement == (
        "rated by much the same people; by score it ranks 1 of 1, with or without your 5 for Item 0"
    )


def test_two_that_carry_alike_are_also_left_out_together() -> None:
    single, pair, *others = _found(0.5, 0.4, 0.0, 0.1, others=(0.95, 0.7, 0.55, 0.3))

    assert single.titles == ("Item 0",)
    assert (pair.titles, pair.ratings) == (("Item 0", "Item 1"), (5.0, 4.0))
    assert (single.rank_without, pair.rank_without) == (4, 5)
    assert [one.titles for one in others] == [("Item 1",), ("Item 3",)]


def test_nothing_is_stated_where_nothing_liked_carries_the_item() -> None:
    assert _found(-1.0, -1.0, 5.0, 0.0, others=(1.0, 2.0, 3.0, 4.0)) == []
    assert _found(0.0, 0.0, 0.0, 0.0, others=(1.0, 2.0, 3.0, 4.0)) == []


def test_statement_and_source_say_what_and_where() -> None:
    adds = Adds(0.6, 0.4, 0.0, 0.0, *[0.0] * 4, others=(0.9, 0.5, 0.3, 0.1))
    source = _InfluenceEvidence(_WIDE, LeavingOut(_WIDE, adds))
    first, pair, _ = source.evidence(resolved_of(_WIDE, "u0"), np.array([8]))

    assert first.statement == "by score it ranks 1 of 5; without your 5 for Item 0 it would rank 3"
    assert first.source == (
        "rank of item i8 by score among 5 items, and its rank when history items i0 are left out"
    )
    assert pair.statement.endswith(
        "without your 5 for Item 0 and your 4 for Item 1 it would rank 5"
    )


def test_a_long_history_is_tried_where_the_model_adds_most_and_nothing_is_the_main_reason() -> None:
    ratings = np.full((1, 42), 5.0)
    ratings[0, 40:] = 0.0
    wide, adds = (
        dataset_of(ratings, RatingScale(1, 5)),
        Adds(*[1.0] * 37, 30.0, 2.0, 3.0, 0.0, others=(71.5,)),
    )
    limited = LeavingOut(wide, adds, adds, cells=0)  # twelve films may be tried

    found = list(
        _InfluenceEvidence(wide, limited).evidence(resolved_of(wide, "u0"), np.array([41]))
    )

    assert [one.fact.titles for one in found] == [("Item 37",), ("Item 39",), ("Item 38",)]
    assert not any(one.fact.is_main for one in found)
    assert adds.n_rows == (1 + 12) + 1  # and once for a person of whom nothing is known
    without_model = _InfluenceEvidence(wide, LeavingOut(wide, adds, cells=0))
    assert list(without_model.evidence(resolved_of(wide, "u0"), np.array([41]))) == []


def test_implicit_feedback_names_choices_without_ratings() -> None:
    dataset = checkerboard(20, 10)
    source = _InfluenceEvidence(dataset, LeavingOut(dataset, Bench.of(dataset).ranker))

    found = source.evidence(resolved_of(dataset, "u0"), np.arange(dataset.n_items))
    first = next(iter(found))

    assert first.fact.ratings == ()
    assert "without your choice of Item " in first.statement


def test_a_film_named_as_an_example_is_told_apart_from_what_was_rated() -> None:
    """u0 has rated items 0 to 3; item 4 is named, and carries half of the score of item 6."""
    wide = dataset_of(np.array([[5.0, 4.0, 2.0, 5.0, 0.0, 0.0, 0.0]]), RatingScale(1, 5))
    adds = Adds(0.5, 0.0, 0.0, 0.0, 0.5, 0.0, others=(0.7,))
    source = _InfluenceEvidence(wide, LeavingOut(wide, adds))

    for asked in (
        resolved_of(wide, "u0", words=Understanding(like_items=(4, 0))),
        replace(resolved_of(wide, "u0"), liked=(4,)),
    ):
        own, named = source.evidence(asked, np.array([6]))

        assert (own.fact.titles, own.fact.ratings, own.fact.n_places) == (("Item 0",), (5.0,), 1)
        assert (named.fact.titles, named.fact.is_example) == (("Item 4",), True)
        assert named.fact.ratings == ()
        assert named.statement.endswith("without Item 4, which you named it would rank 2")


def test_the_rows_bear_out_ratings_of_what_was_rated_and_none_of_what_was_named() -> None:
    bench = Bench.of(made_up_movies(), predicts=False)
    source = KINDS["influence"].evidence(bench.parts)
    assert source is not None
    reader, stars_of = RowReader(bench.parts, KINDS), {False: 0, True: 0}
    for user_id in bench.dataset.users.ids[::40]:
        resolved = resolved_of(bench.dataset, user_id, words=Understanding(like_items=(0, 3)))
        objection = reader.objections(resolved)
        for found in source.evidence(resolved, np.array(bench.top(resolved))):
            candidate = candidate_of(bench.dataset, bench.dataset.items.index(found.item_id))
            assert objection(candidate, found) == ""
            others = tuple(rating - 1 for rating in found.fact.ratings) or (5.0,)
            forged = replace(found, fact=replace(found.fact, ratings=others))
            assert "ratings" in objection(candidate, forged)
            stars_of[found.fact.is_example] += 1
    assert min(stars_of.values()) >= 3, stars_of


def test_an_empty_history_carries_nothing() -> None:
    source = _InfluenceEvidence(DATASET, LeavingOut(DATASET, Adds(1.0, 0.0, 0.0, 0.0)))

    assert list(source.evidence(resolved_of(DATASET, None), np.array([ITEM]))) == []
    assert list(source.evidence(resolved_of(DATASET, "u0"), np.zeros(0, np.int64))) == []


def _without(movies_history: dict[str, float], gone: Sequence[str]) -> Query:
    return Query(history={one: rating for one, rating in movies_history.items() if one not in gone})


def test_ranks_are_those_of_a_visitor_who_never_rated_those_films() -> None:
    """The whole pipeline, asked from the front: every retriever, fusion and words."""
    movies = made_up_movies()
    recommender = Recommender(from_mapping({"retrieve": {"encoder": "none"}})).fit(movies)
    ranker, n_found = recommender.flow.ranker, 0
    (source,) = (
        one for one in recommender.flow.evidence_sources if isinstance(one, _InfluenceEvidence)
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
        full, allowed = ranker.score([ranker.resolve(_without(history, ()))])[0], ranker.allowed
        could_be_shown = allowed([resolved])[0]
        for found in source.evidence(resolved, np.flatnonzero(could_be_shown)):
            item, gone = movies.items.index(found.item_id), found.fact.item_ids
            less = ranker.score([ranker.resolve(_without(history, gone))])[0]
            ranks = (
                1 + int((scores[could_be_shown] > scores[item] + 1e-5).sum())
                for scores in (full, less)
            )
            assert [found.fact.rank, found.fact.rank_without] == list(ranks)
            assert found.fact.n_ranked == could_be_shown.sum()
            assert all(history[one] >= 4 for one in gone)
            n_found += 1
    assert n_found > 100


def test_what_an_item_has_for_anybody_is_reckoned_once_for_all_queries() -> None:
    adds = Adds(1.0, 2.0, *[0.0] * 6, of_anybody=0.5)
    remembering = Remembering(adds, 9)
    nobody = ResolvedQuery(Query(), np.zeros(0, np.int64), np.zeros(0, np.float32))
    for k in (1, 2, 3):
        unknown = replace(nobody, query=Query(k=k))
        assert remembering.scores_without(unknown, [()], np.array([8, 0])).tolist() == [[0.5, 0.0]]
    assert adds.n_rows == 1

    later = replace(nobody, asked_at=7)
    somebody = resolved_of(_WIDE, "u0")
    held = replace(nobody, disliked=(3,))
    for known in (later, somebody, held):
        before = adds.n_rows
        remembering.scores_without(known, [()], np.array([8]))
        assert adds.n_rows == before + 1


def test_what_was_asked_of_a_query_is_kept_as_long_as_the_query() -> None:
    adds = Adds(1.0, 2.0, 3.0, *[0.0] * 5)
    remembering = Remembering(adds, 9)
    asked = resolved_of(_WIDE, "u0")
    groups = [(), (0,), (1,)]
    first = remembering.scores_without(asked, groups, np.array([8]))
    assert np.array_equal(remembering.scores_without(asked, groups, np.array([8])), first)
    assert remembering.scores_without(asked, [(0,)], np.array([8])).tolist() == [[5.0]]
    assert adds.n_rows == len(groups)

    other = resolved_of(_WIDE, "u0")  # the same question of somebody else is another one
    remembering.scores_without(other, groups, np.array([8]))
    assert adds.n_rows == 2 * len(groups)
    del asked, other
    assert not remembering._of_queries
