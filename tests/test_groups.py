"""One list for several people: nobody below the floor, a reason for each."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys_rag import Recommender
from recsys_rag.errors import QueryError
from recsys_rag.groups import Member, best, together
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import checkerboard, made_up_movies
from recsys_rag.types import Filters, Query

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender(SETTINGS).fit(made_up_movies())


def members(recommender: Recommender, *names: str, **more) -> list[Member]:
    return [Member(name, Query(name, **more), recommender.flow) for name in names]


def users(recommender: Recommender, n: int) -> list[str]:
    return list(recommender.dataset.users.ids[:n])


@given(
    arrays(np.float64, st.tuples(st.integers(2, 5), st.integers(1, 12)), elements=st.floats(1, 5)),
    st.integers(1, 6),
    st.floats(1, 5),
)
def test_no_column_with_a_value_below_the_floor_and_none_better_is_left_out(values, k, floor):
    chosen = best(values, k, floor).tolist()
    eligible = [place for place in range(values.shape[1]) if values[:, place].min() >= floor]
    assert set(chosen) <= set(eligible)
    assert len(chosen) == min(k, len(eligible))
    merits = values.mean(axis=0) + values.min(axis=0)
    for place in set(eligible) - set(chosen):
        assert merits[place] <= min(merits[chosen])


def test_the_list_is_the_best_of_what_all_may_see_by_brute_force(recommender):
    names = users(recommender, 3)
    answer = together(members(recommender, *names), k=4, floor=1.0, explain=False)
    dataset = recommender.dataset
    seen = {i for name in names for i in dataset.history(name)[0].tolist()}
    ids = [i for i in range(dataset.n_items) if i not in seen]
    resolved = [recommender.flow.ranker.resolve(Query(name)) for name in names]
    histories = recommender.flow.ranker.batch(resolved).histories
    values = recommender.fitted.predictor.predict(histories, np.array(ids))
    merits = values.mean(axis=0) + values.min(axis=0)
    expected = sorted(merits.tolist(), reverse=True)[:4]
    np.testing.assert_allclose([i.mean + i.worst for i in answer.items], expected, rtol=1e-5)
    assert not {dataset.items.index(i.item_id) for i in answer.items} & seen


def test_nobody_falls_below_the_floor_and_a_short_list_says_so(recommender):
    names = users(recommender, 4)
    scale = recommender.dataset.scale
    answer = together(members(recommender, *names), k=3, explain=False)
    assert answer.floor == (scale.low + scale.high) / 2
    for item in answer.items:
        assert item.worst == min(opinion.value for opinion in item.opinions) >= answer.floor
    nothing = together(members(recommender, *names), k=3, floor=scale.high, explain=False)
    assert nothing.items == ()
    assert nothing.notes[0].startswith("0 instead of 3: nothing else that all may be shown")


def test_each_person_has_a_reason_of_their_own_that_was_verified(recommender):
    names = users(recommender, 2)
    answer = together(members(recommender, *names), k=2, floor=1.0)
    for item in answer.items:
        assert [opinion.name for opinion in item.opinions] == names
        for opinion in item.opinions:
            assert opinion.item.item_id == item.item_id
            assert opinion.item.explanation
            assert opinion.item.evidence
            assert opinion.value == pytest.approx(opinion.item.predicted_rating, rel=1e-5)


def test_conditions_of_any_member_hold_for_all(recommender):
    first, second = users(recommender, 2)
    asked = [
        Member(first, Query(first, filters=Filters(genres=("Comedy",))), recommender.flow),
        Member(second, Query(second), recommender.flow),
    ]
    answer = together(asked, k=3, floor=1.0, explain=False)
    assert answer.items
    assert all("Comedy" in item.genres for item in answer.items)


def test_who_is_asked_first_does_not_matter(recommender):
    names = users(recommender, 3)
    lists = [
        [i.item_id for i in together(members(recommender, *order), k=5, explain=False).items]
        for order in (names, names[::-1])
    ]
    assert lists[0] == lists[1]


def test_data_without_ratings_counts_by_places():
    board = Recommender(SETTINGS).fit(checkerboard())
    histories = ({"i0": 1.0, "i2": 1.0}, {"i4": 1.0, "i6": 1.0})
    visitors = [
        Member(name, Query(history=history), board.flow)
        for name, history in zip("ab", histories, strict=True)
    ]
    answer = together(visitors, k=3, floor=0.5, explain=False)
    assert len(answer.items) == 3
    assert not answer.are_ratings
    for item in answer.items:
        assert all(0.5 <= opinion.value <= 1 for opinion in item.opinions)
        assert int(item.item_id[1:]) % 2 == 0  # what both of them like


def test_what_is_no_group_is_refused(recommender):
    names = users(recommender, 11)
    with pytest.raises(QueryError, match="a group has 2 to 10 people; this one has 11"):
        together(members(recommender, *names))
    with pytest.raises(QueryError, match="this one has 1"):
        together(members(recommender, names[0]))
    with pytest.raises(QueryError, match="is named twice"):
        together(members(recommender, names[0], names[0]))
    with pytest.raises(QueryError, match="floor 9 is outside 1 to 5"):
        together(members(recommender, *names[:2]), floor=9)
    with pytest.raises(QueryError, match="k is 0"):
        together(members(recommender, *names[:2]), k=0)


def test_every_pair_of_ten_has_a_list(recommender):
    for pair in combinations(users(recommender, 5), 2):
        assert together(members(recommender, *pair), k=2, explain=False).items
