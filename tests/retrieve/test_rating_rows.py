import numpy as np
import pytest
from scipy import sparse

from recsys_rag.retrieve._rating_rows import in_blocks, weighted_vectors


@pytest.mark.parametrize("n", [1, 7, 600])
def test_the_equations_of_each_row_are_sums_over_its_ratings(n):
    rng = np.random.default_rng(n)
    ratings = rng.normal(size=(n, 9)) * (rng.random((n, 9)) < 0.5)
    vectors, precisions = rng.normal(size=(9, 3)), rng.gamma(2.0, 1.0, 9)
    weighted = weighted_vectors(vectors, precisions)
    blocks = in_blocks(sparse.csr_array(ratings))
    found = np.concatenate([block.equations(weighted) for block in blocks])
    assert found.shape == (n, 4, 4)
    assert [row for block in blocks for row in range(n)[block.rows]] == list(range(n))
    for row in range(n):
        expected = np.zeros((4, 4))
        for item in np.flatnonzero(ratings[row]):
            beside = np.array([1.0, *vectors[item, 1:], ratings[row, item] - vectors[item, 0]])
            expected += precisions[item] * np.outer(beside, beside)
        # sums are in single precision
        np.testing.assert_allclose(found[row], expected, rtol=1e-5, atol=1e-5)


def test_a_rating_of_exactly_the_mean_is_a_rating():
    stored = sparse.csr_array((np.zeros(1), np.array([1]), np.array([0, 1])), shape=(1, 2))
    (block,) = in_blocks(stored)
    found = block.equations(weighted_vectors(np.array([[0.0], [2.0]]), np.array([1.0, 4.0])))
    assert found.tolist() == [[[4.0, -8.0], [-8.0, 16.0]]]
