import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse

from recsys_rag.retrieve._twins import Twins


@settings(deadline=None)
@given(
    ratings=arrays.arrays(
        np.float32, st.tuples(st.integers(1, 6), st.just(3)), elements=st.sampled_from([0, 1, 2])
    )
)
def test_twins_are_the_rows_that_are_equal(ratings):
    rows = sparse.csr_array(ratings)
    found = {row: users.tolist() for row, users in Twins(rows).of(rows)}
    assert found == {
        row: [
            other for other in range(len(ratings)) if np.array_equal(ratings[row], ratings[other])
        ]
        for row in range(len(ratings))
    }


def test_a_history_that_nobody_has_finds_no_twins():
    rows = sparse.csr_array(np.array([[1.0, 2.0]]))
    assert list(Twins(rows).of(sparse.csr_array(np.array([[2.0, 1.0]])))) == []


def test_the_width_of_index_and_rating_types_does_not_matter():
    wide = sparse.csr_array(np.array([[1.0, 2.0]], np.float64))
    wide.indices = wide.indices.astype(np.int64)
    assert len(list(Twins(sparse.csr_array(np.array([[1.0, 2.0]], np.float32))).of(wide))) == 1
