import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import QueryError
from recsys_rag.retrieve._top_k import largest, ranks_of, top_k

few_values = st.sampled_from([-1.0, 0.0, 0.5, 0.5, 2.0])
tables = arrays.arrays(
    np.float32, st.tuples(st.integers(0, 4), st.integers(0, 9)), elements=few_values
)


@settings(deadline=None)
@given(scores=tables, k=st.integers(1, 12), data=st.data())
def test_it_equals_a_full_sort_by_score_and_then_by_index(scores, k, data):
    allowed = data.draw(st.none() | arrays.arrays(np.bool_, scores.shape))
    items = Vocabulary(tuple(f"i{place}" for place in range(scores.shape[1])))
    found = top_k(scores, allowed, k, items)
    assert (
        found.item_indices.shape == found.item_ids.shape == found.scores.shape == (len(scores), k)
    )
    for row in range(len(scores)):
        open_items = [i for i in range(scores.shape[1]) if allowed is None or allowed[row, i]]
        expected = sorted(open_items, key=lambda i: (-scores[row, i], i))[:k]
        padding = k - len(expected)
        assert found.item_indices[row].tolist() == expected + [-1] * padding
        assert found.item_ids[row].tolist() == [f"i{i}" for i in expected] + [""] * padding
        np.testing.assert_array_equal(
            found.scores[row], [scores[row, i] for i in expected] + [np.nan] * padding
        )


@settings(deadline=None)
@given(values=tables, k=st.integers(0, 12))
def test_largest_marks_exactly_k_and_prefers_the_left_among_equals(values, k):
    marked = largest(values, k)
    for row in range(len(values)):
        expected = sorted(range(values.shape[1]), key=lambda i: (-values[row, i], i))[:k]
        assert np.flatnonzero(marked[row]).tolist() == sorted(expected)


@settings(deadline=None)
@given(
    values=arrays.arrays(
        np.float32,
        (9, 200),
        elements=st.floats(-9, 9, width=16) | st.just(-np.inf),
        fill=few_values,
    ),
    k=st.integers(1, 3),
    shuffled=st.randoms(),
)
def test_largest_of_many_wide_rows_is_that_of_each_row(values, k, shuffled):
    values[0] = np.linspace(0, 1, 200)  # no ties
    values[1] = 0.0  # nothing but ties
    values[2, shuffled.sample(range(200), 30)] = 5.0  # more ties than lanes or just fewer
    marked = largest(values, k)
    for row in range(len(values)):
        expected = sorted(range(200), key=lambda i: (-values[row, i], i))[:k]
        assert np.flatnonzero(marked[row]).tolist() == sorted(expected)


@settings(deadline=None)
@given(scores=arrays.arrays(np.float32, st.integers(1, 9), elements=few_values))
def test_ranks_are_the_places_in_the_full_ranking(scores):
    items = Vocabulary(tuple(str(place) for place in range(len(scores))))
    ranking = top_k(scores[None], None, len(scores), items).item_indices[0]
    assert ranks_of(scores, ranking).tolist() == list(range(1, len(scores) + 1))


def test_ranks_of_no_items_are_none():
    assert ranks_of(np.array([1.0, 2.0]), np.zeros(0, np.int64)).tolist() == []


def test_k_below_one_is_refused():
    with pytest.raises(QueryError, match="k is 0; ask for at least 1 item"):
        top_k(np.zeros((1, 2), np.float32), None, 0, Vocabulary(("a", "b")))


def test_a_score_that_is_not_finite_is_our_mistake():
    with pytest.raises(AssertionError, match="not finite"):
        top_k(np.array([[np.nan, 1.0]], np.float32), None, 1, Vocabulary(("a", "b")))
