"""How near items are to what was said, on data small enough to work out by hand."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recsys_rag._relevance import Relevance
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.types import Batch

CATALOG = Catalog(
    items=Vocabulary(("a", "b", "c", "d")),
    titles=("Alpha", "Bravo", "Carol", "Delta"),
    years=np.zeros(4, np.int32),
    genres=((),) * 4,
)


def dataset(counts: tuple[int, ...]) -> Dataset:
    """A dataset in which each item has this many ratings."""
    rows = [(f"u{user}", "abcd"[item]) for item, n in enumerate(counts) for user in range(n)]
    users, items = zip(*rows, strict=True)
    return Dataset.from_triples(
        "counts", users, items, np.full(len(rows), 4.0), CATALOG, scale=RatingScale(1, 5)
    )


class Ratings:
    """Scores by a matrix over histories; has no opinion on words."""

    name = "ratings"
    matrix = np.array([[0, 4, 2, 1], [4, 0, 1, 3], [2, 1, 0, 0], [1, 3, 0, 0]], np.float32)

    def fit(self, dataset: Dataset) -> Self:
        return self

    def score(self, batch: Batch) -> NDArray[np.float32]:
        return np.asarray(batch.histories @ self.matrix, np.float32)

    def state(self) -> Mapping[str, NDArray[Any]]:
        return {}

    def restore(self, dataset: Dataset, state: Mapping[str, NDArray[Any]]) -> Self:
        return self


class Titles(Ratings):
    """Scores 1 for an item whose title is in the words."""

    name = "titles"

    def score(self, batch: Batch) -> NDArray[np.float32]:
        has = [[title in text for title in CATALOG.titles] for text in batch.text]
        return np.array(has, np.float32)


def relevance(counts: tuple[int, ...] = (3, 3, 3, 3)) -> Relevance:
    parts = {"ratings": Ratings(), "titles": Titles()}
    return Relevance(dataset(counts), parts, {"ratings": 1.0}, {"titles": 1.0})


def z(row: list[float]) -> NDArray[np.float64]:
    values = np.array(row, float)
    return (values - values.mean()) / values.std()


def test_nearness_to_one_example_is_what_its_fans_took_to() -> None:
    np.testing.assert_allclose(relevance().relevance((0,), ""), z([0, 20, 10, 5]), atol=1e-6)


def test_examples_count_alike_and_together_as_much_as_words_beside_them() -> None:
    near = z((z([0, 4, 2, 1]) + z([4, 0, 1, 3])).tolist())
    said = relevance().relevance((0, 1), "such as Delta")
    np.testing.assert_allclose(said, near + z([0, 0, 0, 1]), atol=1e-6)


def test_words_that_nobody_understands_and_no_examples_say_nothing() -> None:
    np.testing.assert_array_equal(relevance().relevance((), "nothing of the kind"), np.zeros(4))
    np.testing.assert_array_equal(relevance().relevance((), ""), np.zeros(4))


def test_popularity_holds_back_only_what_is_rated_less_than_the_average_item() -> None:
    floor = relevance((8, 4, 3, 1)).relevance((), "")
    np.testing.assert_allclose(
        floor, [0, 0, 4 * (np.log(4) / np.log(5) - 1), 4 * (np.log(2) / np.log(5) - 1)], atol=1e-6
    )


@given(st.lists(st.sampled_from(range(4)), min_size=1, max_size=4, unique=True))
def test_the_order_of_examples_does_not_matter(examples: list[int]) -> None:
    said = relevance()
    np.testing.assert_allclose(
        said.relevance(examples, ""), said.relevance(examples[::-1], ""), atol=1e-6
    )


def test_what_is_near_an_item_is_counted_once_and_the_same_each_time() -> None:
    class Counted(Ratings):
        n_asked = 0

        def score(self, batch: Batch) -> NDArray[np.float32]:
            self.n_asked += 1
            return super().score(batch)

    ratings = Counted()
    relevance = Relevance(dataset((4, 4, 4, 4)), {"ratings": ratings}, {"ratings": 1.0}, {})
    first = relevance.relevance((0,), "")
    np.testing.assert_array_equal(relevance.relevance((0,), ""), first)
    assert ratings.n_asked == 1
    relevance.relevance((0, 1), "")
    assert ratings.n_asked == 2
