import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse
from threadpoolctl import threadpool_limits

from recsys_rag.data.dataset import RatingScale
from recsys_rag.errors import ArtifactError
from recsys_rag.retrieve.als import ALS
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import dataset_of, made_up_movies


def test_folding_in_equals_implicits_own_recalculation():
    movies = made_up_movies()
    fitted = ALS(factors=8, regularization=2.0, alpha=4.0).fit(movies)
    with threadpool_limits(1, "blas"):
        from implicit.cpu.als import AlternatingLeastSquares

        peer = AlternatingLeastSquares(factors=8, regularization=2.0, alpha=1.0, num_threads=1)
    peer.item_factors = fitted.state()["item_factors"]
    confidences = sparse.csr_matrix(fitted.confidences(movies.interactions))
    expected = peer.recalculate_user(np.arange(movies.n_users), confidences)
    np.testing.assert_allclose(fitted.fold_in(movies.interactions), expected, rtol=1e-3, atol=1e-4)


def test_the_folded_in_factors_solve_the_normal_equations_of_the_docstring():
    movies = made_up_movies()
    fitted = ALS(factors=4, regularization=3.0, alpha=2.0).fit(movies)
    factors = fitted.state()["item_factors"].astype(np.float64)
    ratings = movies.interactions[[7]].toarray()[0]
    liked = ratings > 1
    confidence = np.where(liked, 1 + 2.0 * np.sqrt(np.maximum(ratings - 1, 0) / 4), 1.0)
    left = factors.T @ np.diag(confidence) @ factors + 3.0 * np.eye(4)
    expected = np.linalg.solve(left, factors.T @ (confidence * liked))
    np.testing.assert_allclose(fitted.fold_in(movies.interactions[[7]])[0], expected, rtol=1e-5)
    np.testing.assert_allclose(
        fitted.score(batch_of(movies))[7], factors @ expected, rtol=1e-4, atol=1e-6
    )


def test_confidences_rise_with_the_rating_and_leave_out_the_lowest():
    dataset = dataset_of(np.array([[1, 2, 5]]), RatingScale(1, 5))
    found = ALS(alpha=4.0).fit(dataset).confidences(dataset.interactions)
    assert found.indices.tolist() == [1, 2]
    assert found.data.tolist() == [3.0, 5.0]


def test_a_fitted_user_is_close_to_what_the_fit_itself_would_score():
    """After enough iterations the factors that the fit throws away are those of the fold-in."""
    movies = made_up_movies()
    with threadpool_limits(1, "blas"):
        from implicit.cpu.als import AlternatingLeastSquares

        peer = AlternatingLeastSquares(
            factors=4, regularization=5.0, alpha=1.0, iterations=60, num_threads=1, random_state=42
        )
        fitted = ALS(factors=4, regularization=5.0, alpha=4.0, iterations=60).fit(movies)
        peer.fit(sparse.csr_matrix(fitted.confidences(movies.interactions)), show_progress=False)
    expected = peer.user_factors @ peer.item_factors.T
    np.testing.assert_allclose(fitted.score(batch_of(movies)), expected, atol=0.03)


def test_another_seed_gives_another_model_and_the_same_seed_the_same():
    movies = made_up_movies()
    first, same, other = (ALS(seed=seed).fit(movies).state()["item_factors"] for seed in (1, 1, 2))
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)


def test_the_number_of_threads_changes_no_bit_of_the_factors():
    movies = made_up_movies()
    found = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, "openmp"):
            found.append(ALS().fit(movies).state()["item_factors"])
    assert np.array_equal(*found)


def test_the_state_of_another_number_of_factors_is_refused():
    movies = made_up_movies()
    with pytest.raises(ArtifactError, match=r"'item_factors' has shape \(60, 4\), not \(60, 56\)"):
        ALS().restore(movies, ALS(factors=4).fit(movies).state())


def test_the_first_fit_of_a_process_neither_warns_nor_prints():
    code = (
        "from recsys_rag.retrieve.als import ALS; from recsys_rag.testing.datasets import "
        "checkerboard"
    )
    code += "; ALS(iterations=1).fit(checkerboard(4, 4))"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
