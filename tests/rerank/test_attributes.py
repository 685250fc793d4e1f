"""Genres and decades as matrices, and how alike they make two items."""

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.rerank._attributes import attribute_matrix, genre_matrix, jaccard

_CATALOG = Catalog(
    Vocabulary(("a", "b", "c", "d")),
    ("A", "B", "C", "D"),
    np.array([1989, 1990, 0, 1999], np.int32),
    (("War", "Drama"), ("Comedy",), (), ("Drama",)),
)


def test_each_item_has_its_genres():
    has = genre_matrix(_CATALOG)
    assert has.shape == (4, 3)
    named = [{_CATALOG.genre_names[column] for column in np.flatnonzero(row)} for row in has]
    assert named == [{"War", "Drama"}, {"Comedy"}, set(), {"Drama"}]


def test_each_item_is_of_its_decade_and_of_none_where_the_year_is_unknown():
    decades = attribute_matrix(_CATALOG)[:, 3:]
    assert decades.astype(int).tolist() == [[1, 0], [0, 1], [0, 0], [0, 1]]


def test_no_decades_where_no_year_is_known():
    catalog = Catalog(Vocabulary(("a",)), ("A",), np.zeros(1, np.int32), (("War",),))
    assert attribute_matrix(catalog).tolist() == [[True]]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({1, 2, 3}, {2, 3, 4}, 2 / 4),
        ({1}, {1}, 1.0),
        ({1}, {2}, 0.0),
        ({1, 2}, {1}, 1 / 2),
        (set(), {1}, 0.0),
        (set(), set(), 0.0),
    ],
)
def test_likeness_is_what_two_sets_share_of_what_they_hold_together(one, other, alike):
    sizes = np.array([float(len(one))]), np.array([float(len(other))])
    assert jaccard(np.array([float(len(one & other))]), *sizes)[0] == pytest.approx(alike)


def test_likeness_is_computed_for_all_pairs_at_once():
    has = attribute_matrix(_CATALOG).astype(float)
    sizes = has.sum(axis=1)
    alike = jaccard(has @ has.T, sizes[:, None], sizes[None, :])
    # A {Drama, War, 80s}, B {Comedy, 90s}, C {}, D {Drama, 90s}
    expected = [[1, 0, 0, 1 / 4], [0, 1, 0, 1 / 3], [0, 0, 0, 0], [1 / 4, 1 / 3, 0, 1]]
    np.testing.assert_allclose(alike, expected)
