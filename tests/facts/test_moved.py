"""What moved since the last list: places by hand, nothing without a last list, nothing of what
stayed."""

from dataclasses import replace

import numpy as np

from grounding import resolved_of
from recsys_rag import Recommender
from recsys_rag.facts.moved import MovedFact, _MovedEvidence
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies

MOVIES = made_up_movies()
SOURCE = _MovedEvidence(MOVIES.items)


def _facts(previous: tuple[str, ...], now: list[int]) -> dict[str, MovedFact]:
    resolved = resolved_of(MOVIES, "1")
    resolved = replace(resolved, query=replace(resolved.query, previous=previous))
    return {one.item_id: one.fact for one in SOURCE.evidence(resolved, np.array(now))}


def test_places_are_those_of_both_lists() -> None:
    ids = MOVIES.items.ids

    assert _facts((ids[4], ids[3], ids[9]), [4, 9, 7]) == {
        ids[9]: MovedFact(2, 3, 3),
        ids[7]: MovedFact(3, 3),
    }


def test_without_a_last_list_nothing_has_moved() -> None:
    assert _facts((), [4, 9, 7]) == {}


def test_the_statement_says_both_places() -> None:
    resolved = resolved_of(MOVIES, "1")
    resolved = replace(resolved, query=replace(resolved.query, previous=("109", "104")))
    moved, new = SOURCE.evidence(resolved, np.array([3, 7]))

    assert moved.statement == "place 1 now, 2 in your last list"
    assert new.statement == "new in the list, at place 2; your last list of 2 did not have it"


def test_a_recommender_tells_what_moved_when_it_is_given_the_last_list() -> None:
    recommender = Recommender(
        from_mapping({"retrieve": {"encoder": "none"}, "generate": {"writer": "template"}})
    )
    recommender.fit(MOVIES)
    first = recommender.recommend("3", k=5)
    again = recommender.recommend("3", k=5, previous=first)
    after = recommender.recommend("3", k=5, exclude=[first.items[0].item_id], previous=first)

    assert [one.item_id for one in again.items] == [one.item_id for one in first.items]
    assert not any(
        one.kind == "moved" for item in (*first.items, *again.items) for one in item.evidence
    )
    facts = [one.fact for item in after.items for one in item.evidence if one.kind == "moved"]
    assert facts
    assert all(fact.rank == fact.last_rank - 1 for fact in facts if fact.last_rank)
