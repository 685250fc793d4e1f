import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recsys_rag.retrieve._gram import exact
from recsys_rag.retrieve._local import (
    LocalSystem,
    all_strongest,
    among,
    leading,
    local_weights,
    strongest,
)
from recsys_rag.retrieve.ease import EASE, closed_form
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import dataset_of, made_up_movies
from recsys_rag.types import Batch

RNG = np.random.default_rng(3)
SEEN = (RNG.random((200, 24)) < 0.3).astype(float)
TRAITS = (RNG.random((24, 3)) < 0.4).astype(float)
RIDGE = np.linspace(5.0, 20.0, 24)
PEOPLE = SEEN.T @ SEEN
MATRIX = PEOPLE + TRAITS @ TRAITS.T + np.diag(RIDGE)


def system(width, k):
    counts = SEEN.sum(axis=0).astype(np.int64)
    nearest = all_strongest(
        lambda rows: sparse.csr_array(PEOPLE[rows]), counts, np.sqrt(np.diag(PEOPLE)), width
    )
    vectors = leading([lambda right: (MATRIX - np.diag(RIDGE)) @ right] * 8, np.sqrt(counts), k)
    return LocalSystem(
        nearest, np.diag(MATRIX), sparse.csr_array(TRAITS), vectors, MATRIX @ vectors
    )


def whole(weights):
    return weights.near.toarray() + weights.left @ weights.right


@pytest.mark.parametrize("power", [1.0, 0.75])
def test_all_items_for_neighbors_give_the_closed_form(power):
    expected = closed_form(PEOPLE + TRAITS @ TRAITS.T, RIDGE, power)
    found = whole(local_weights(system(23, 1), power))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


def test_all_directions_give_the_closed_form_without_neighbors_to_speak_of():
    expected = closed_form(PEOPLE + TRAITS @ TRAITS.T, RIDGE, 0.75)
    found = whole(local_weights(system(1, 24), 0.75))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("item", [0, 11, 23])
def test_weights_of_that_form_minimize_the_error_among_all_of_that_form(item):
    # with all pairs known: neighbors that are among the strongest of each other
    local = system(23, 4)
    directions = local.directions
    near = np.sort(local.left.columns[item][:6])
    basis = np.column_stack([np.eye(24)[:, near], directions])
    basis[item] = 0.0  # none for the item itself
    target = MATRIX[:, item].copy()
    best = np.linalg.lstsq(basis.T @ MATRIX @ basis, basis.T @ target, rcond=None)[0]
    few = LocalSystem(
        strongest(sparse.csr_array(PEOPLE), 0, np.sqrt(np.diag(PEOPLE)), 23),
        np.diag(MATRIX),
        sparse.csr_array(TRAITS),
        directions,
        MATRIX @ directions,
    )
    few.left.columns[item, 6:] = 24  # none
    b, c = few.weights(np.array([item]), 1.0)
    found = few.directions @ c[0]
    columns = few.left.columns[item]
    np.add.at(found, columns[columns < 24], b[0][columns < 24])
    found[item] = 0.0
    np.testing.assert_allclose(found, basis @ best, rtol=1e-3, atol=1e-5)


@given(seed=st.integers(0, 2**32 - 1), width=st.integers(1, 12))
@settings(deadline=None, max_examples=25)
def test_the_strongest_are_those_of_a_full_sort(seed, width):
    rng = np.random.default_rng(seed)
    matrix = rng.integers(0, 4, (9, 9)).astype(float)
    lengths = rng.integers(1, 3, 9).astype(float)
    found = strongest(sparse.csr_array(matrix[2:7]), 2, lengths, width)
    for row, (columns, values) in enumerate(zip(*found, strict=True), start=2):
        strengths = np.where(np.arange(9) == row, 0, matrix[row] / lengths)
        expected = [c for c in np.lexsort((np.arange(9), -strengths)) if strengths[c] > 0][:width]
        assert columns[columns < 9].tolist() == expected
        assert values[: len(expected)].tolist() == matrix[row][expected].tolist()


def test_what_no_side_holds_is_not_known_among_items():
    gram = strongest(sparse.csr_array(PEOPLE), 0, np.sqrt(np.diag(PEOPLE)), 5)
    items, place_of = np.array([3, 24, 17, 9]), np.full(25, -1, np.int16)
    found = among(gram, items, place_of)
    assert (place_of == -1).all()
    for one, item in enumerate(items):
        for other, another in enumerate(items):
            known = item < 24 > another and (
                another in gram.columns[item] or item in gram.columns[another]
            )
            assert found[one, other] == (PEOPLE[item, another] if known else 0)


def test_what_the_directions_leave_of_a_pair_is_that_of_the_whole_matrix():
    local = system(9, 4)
    images = MATRIX @ local.directions
    expected = MATRIX - images @ images.T
    for item, columns in enumerate(local.left.columns):
        np.testing.assert_allclose(
            local.left.values[item], expected[item, columns], rtol=1e-4, atol=1e-3
        )


def test_leading_directions_span_the_leading_eigenvectors():
    lengths = np.sqrt(np.diag(PEOPLE))
    vectors = leading([lambda right: PEOPLE @ right] * 8, lengths, 1)
    assert (vectors == exact(vectors)).all()
    _, found = np.linalg.eigh(PEOPLE / np.outer(lengths, lengths))
    expected = found[:, -1] / lengths
    cosine = vectors[:, 0] @ expected / np.linalg.norm(vectors) / np.linalg.norm(expected)
    assert abs(cosine) > 0.9999


def test_an_item_says_nothing_of_itself_and_contributions_add_up():
    movies = made_up_movies()
    local = EASE(dense_items=10, neighbors=7, directions=3).fit(movies)
    batch = batch_of(movies)
    history = Batch(batch.histories[[4]], ("",))
    added = local.contributions(history, np.arange(movies.n_items))
    scores = local.score(history)
    np.testing.assert_allclose(added.sum(axis=1), scores[0], rtol=1e-4, atol=1e-6)
    own = added[history.histories.indices, np.arange(history.histories.nnz)]
    np.testing.assert_allclose(own, 0.0, atol=1e-6)
    again = EASE(dense_items=10).restore(movies, local.state())
    assert (again.score(batch) == local.score(batch)).all()


@pytest.mark.parametrize("n_items", [1, 2, 4])
def test_more_directions_than_items_and_items_without_company_are_served(n_items):
    alone = dataset_of(np.eye(n_items))
    scores = EASE(dense_items=0).fit(alone).score(batch_of(alone))
    np.testing.assert_allclose(scores, 0.0, atol=1e-5)
