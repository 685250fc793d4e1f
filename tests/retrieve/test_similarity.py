import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse

from recsys_rag.retrieve import _similarity as similarity
from recsys_rag.retrieve._similarity import (
    most_similar_columns,
    norms,
    product,
    shrunk_cosine,
    sparse_largest,
    within_reach,
)

matrices = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(1, 7)),
    elements=st.sampled_from([0, 0, 0.25, 0.5, 1]),
)


def by_loops(likes, neighbors, shrinkage):
    n = likes.shape[1]
    found = np.zeros((n, n))
    for i in range(n):
        similar = []
        for j in range(n):
            below = np.linalg.norm(likes[:, i]) * np.linalg.norm(likes[:, j]) + shrinkage
            value = float(likes[:, i] @ likes[:, j]) / below if below > 0 and i != j else 0.0
            similar.append((-round(value, 6), j))
        for value, j in sorted(similar)[:neighbors]:
            found[i, j] = -value
    return found


@settings(deadline=None)
@given(likes=matrices, neighbors=st.integers(1, 7), shrinkage=st.sampled_from([0.0, 1.0, 10.0]))
def test_the_most_similar_columns_equal_plain_loops(likes, neighbors, shrinkage):
    found = most_similar_columns(sparse.csr_array(likes), neighbors, shrinkage).toarray()
    expected = by_loops(likes.astype(np.float64), neighbors, shrinkage)
    np.testing.assert_allclose(np.sort(found, axis=1), np.sort(expected, axis=1), atol=1e-5)
    full = by_loops(likes.astype(np.float64), len(found), shrinkage)
    np.testing.assert_allclose(found, np.where(found > 0, full, 0), atol=1e-5)


def test_small_blocks_give_the_same_neighborhoods(monkeypatch):
    likes = sparse.csr_array(np.random.default_rng(0).integers(0, 2, (9, 11)).astype(np.float32))
    whole = most_similar_columns(likes, 3, 1.0).toarray()
    monkeypatch.setattr(similarity, "_CELLS_AT_ONCE", 25)
    assert len(list(similarity.blocks(11, 11))) == 6
    np.testing.assert_array_equal(most_similar_columns(likes, 3, 1.0).toarray(), whole)


def test_norms_are_row_lengths_also_of_empty_rows():
    assert norms(sparse.csr_array(np.array([[3.0, 4.0], [0, 0]]))).tolist() == [5.0, 0.0]


def test_without_shrinkage_an_empty_row_is_similar_to_nothing():
    lengths = np.array([0.0, 1.0], np.float32)
    assert shrunk_cosine(np.array([[0, 0]], np.float32), lengths[:1], lengths, 0.0).tolist() == [
        [0.0, 0.0]
    ]


def test_entries_that_are_not_positive_are_never_kept():
    assert sparse_largest(np.array([[-1.0, 0.0, 0.2]], np.float32), 3).indices.tolist() == [2]


def test_a_product_with_a_large_matrix_equals_that_with_the_same_matrix_kept_dense():
    rng = np.random.default_rng(3)
    left = sparse.random_array((5, 2100), density=0.1, dtype=np.float32, rng=rng, format="csr")
    right = sparse.random_array((2100, 2100), density=0.01, dtype=np.float32, rng=rng, format="csr")
    assert sparse.issparse(within_reach(right))  # 4.4 million cells
    assert isinstance(within_reach(right[:, :1000]), np.ndarray)
    assert np.array_equal(product(left, right), product(left, right.toarray()))
    np.testing.assert_allclose(
        product(left, right), left.toarray() @ right.toarray(), rtol=1e-4, atol=1e-5
    )
