"""Nearness by shared facts: a catalog small enough to work out by hand, and what holds for any."""

import numpy as np
import pytest
from scipy import sparse

from noted import noted_movies
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import NotFittedError
from recsys_rag.retrieve._shared_facts import SharedFacts
from recsys_rag.types import Batch

CATALOG = Catalog(
    items=Vocabulary(("a", "b", "c", "d")),
    titles=("Alpha", "Bravo", "Carol", "Delta"),
    years=np.zeros(4, np.int32),
    genres=(("Drama",), ("Drama",), (), ()),
    metadata={"director": (("Kit Osei",), (), ("Kit Osei",), ()), "actors": ((), (), (), ())},
    attributes={"moods": (("warm", "eerie"), (), ("warm",), ())},
)
DATA = Dataset.from_triples("four", ["u"], ["a"], np.array([5.0]), CATALOG, scale=RatingScale(1, 5))


def of(*items: int, n_items: int = 4) -> Batch:
    histories = np.zeros((1, n_items), np.float32)
    histories[0, list(items)] = 5.0
    return Batch(sparse.csr_array(histories), ("",))


def test_a_rare_fact_counts_more_and_a_person_is_one_in_any_part() -> None:
    scores = SharedFacts(shrinkage=0).fit(DATA).score(of(0))[0]
    half, quarter = np.log(2), np.log(4)  # of four items, two have it, or one
    genre = 1.4 * half  # drama; Kit Osei and warm as they are, eerie is rarer
    length_a = np.sqrt(genre**2 + 2 * half**2 + quarter**2)
    expected = [1, genre / length_a, 2 * half**2 / (length_a * np.sqrt(2) * half), 0]
    weight = scores[0]
    np.testing.assert_allclose(scores / weight, expected, rtol=1e-5)


def test_little_known_items_are_held_back_by_shrinkage() -> None:
    near = [SharedFacts(shrinkage).fit(DATA).score(of(0))[0] for shrinkage in (0.0, 4.0)]
    assert near[1][1] / near[1][2] < near[0][1] / near[0][2]


def test_a_history_is_the_sum_of_its_items() -> None:
    movies = noted_movies()
    facts, n = SharedFacts().fit(movies), movies.n_items
    together = facts.score(of(1, 7, n_items=n))
    apart = facts.score(of(1, n_items=n)) + facts.score(of(7, n_items=n))
    np.testing.assert_allclose(together, apart, rtol=1e-5)


def test_nobody_known_and_nothing_fitted() -> None:
    assert not SharedFacts().fit(DATA).score(of()).any()
    with pytest.raises(NotFittedError, match="shared_facts"):
        SharedFacts().score(of(0))


def test_what_is_restored_scores_the_same() -> None:
    facts = SharedFacts().fit(DATA)
    again = SharedFacts().restore(DATA, facts.state())
    np.testing.assert_array_equal(again.score(of(0)), facts.score(of(0)))
