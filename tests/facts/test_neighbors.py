"""Neighbors' support: a case by hand, a plain count as reference, and where nothing is stated."""

import numpy as np
import pytest

from grounding import resolved_of
from recsys_rag.data.dataset import Dataset, RatingScale, histories_of
from recsys_rag.facts.neighbors import NeighborsEvidence
from recsys_rag.retrieve.user_knn import UserKNN
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import Understanding

HISTORY, ITEM = 0, 1


class Everyone:
    """Finds the users of a fixed order, with the similarities given."""

    def __init__(self, users: list[int], similarities: list[float]) -> None:
        self._found = np.array(users, np.int64), np.array(similarities, np.float32)

    def neighbors(self, histories: object) -> tuple[np.ndarray, np.ndarray]:
        return self._found


def _dataset(ratings_of_item: list[float]) -> Dataset:
    """User u0 has rated only item 0; the others have rated item 0 with 3, and item 1 as given (0 =
    not)."""
    rows = [[3.0, 0.0]] + [[3.0, rating] for rating in ratings_of_item]
    return dataset_of(np.array(rows), RatingScale(1, 5))


def test_counts_the_neighbors_who_rated_it_and_those_who_gave_it_the_liked_ratings() -> None:
    dataset = _dataset([5, 4, 0, 3, 5])
    source = NeighborsEvidence(dataset, Everyone([5, 2, 1, 4, 3], [0.9, 0.8, 0.7, 0.6, 0.5]))

    (found,) = source.evidence(resolved_of(dataset, "u0"), np.array([ITEM]))

    assert (found.fact.n_liked, found.fact.n_raters, found.fact.n_neighbors) == (3, 4, 5)
    assert found.fact.user_ids == ("u5", "u2", "u1")  # most similar first
    assert (found.fact.liked_rating, found.fact.top_rating, found.fact.rating_step) == (
        4.0,
        5.0,
        1.0,
    )
    assert found.statement == "3 of the 4 people most like you who rated it gave it 4 or more"
    assert not any(user in found.source for user in ("u5", "u2", "u1"))
    assert "item i1" in found.source


def test_asks_only_the_most_similar_and_nobody_without_similarity() -> None:
    dataset = _dataset([5, 4, 5, 3, 5])
    model = Everyone([1, 2, 3, 4, 5], [0.9, 0.8, 0.7, 0.6, 0.0])

    (of_three,) = NeighborsEvidence(dataset, model, n_neighbors=3).evidence(
        resolved_of(dataset, "u0"), np.array([ITEM])
    )
    (of_all,) = NeighborsEvidence(dataset, model).evidence(
        resolved_of(dataset, "u0"), np.array([ITEM])
    )

    assert (of_three.fact.n_liked, of_three.fact.n_raters) == (3, 3)
    assert (of_all.fact.n_liked, of_all.fact.n_raters, of_all.fact.n_neighbors) == (3, 4, 4)


@pytest.mark.parametrize("ratings", [[5, 5, 0, 0], [5, 3, 3, 0], [0, 0, 0, 0]])
def test_states_nothing_with_few_raters_or_where_most_did_not_like_it(ratings: list[float]) -> None:
    dataset = _dataset(ratings)
    source = NeighborsEvidence(dataset, Everyone([1, 2, 3, 4], [0.9, 0.8, 0.7, 0.6]))

    assert list(source.evidence(resolved_of(dataset, "u0"), np.array([ITEM]))) == []


def test_implicit_feedback_counts_who_chose_it() -> None:
    dataset = checkerboard(20, 10)
    model = UserKNN().fit(dataset)

    (found,) = NeighborsEvidence(dataset, model).evidence(resolved_of(dataset, "u0"), np.array([0]))

    users, similarities = model.neighbors(histories_of(10, [dataset.history("u0")]))
    asked = [
        int(user) for user, similarity in zip(users, similarities, strict=True) if similarity > 0
    ][:50]
    assert found.fact.n_liked == sum(dataset.interactions[user, 0] == 1.0 for user in asked)
    assert found.fact.n_neighbors == len(asked)
    assert found.statement.endswith("people most like you chose it")


def test_an_empty_history_has_no_neighbors() -> None:
    dataset = _dataset([5, 5, 5])
    source = NeighborsEvidence(dataset, Everyone([1, 2, 3], [0.9, 0.8, 0.7]))

    assert list(source.evidence(resolved_of(dataset, None), np.array([ITEM]))) == []


def test_a_film_named_as_an_example_makes_nobody_like_you() -> None:
    dataset = _dataset([5, 5, 5])
    source = NeighborsEvidence(dataset, Everyone([1, 2, 3], [0.9, 0.8, 0.7]))
    resolved = resolved_of(dataset, None, words=Understanding(like_items=(HISTORY,)))

    assert list(source.evidence(resolved, np.array([ITEM]))) == []


def test_equals_a_plain_count_over_the_rows() -> None:
    dataset = made_up_movies()
    model = UserKNN().fit(dataset)
    source = NeighborsEvidence(dataset, model, n_neighbors=30)
    n_found = 0
    for user_id in dataset.users.ids[::10]:
        resolved = resolved_of(dataset, user_id)
        users, _ = model.neighbors(histories_of(dataset.n_items, [dataset.history(user_id)]))
        for found in source.evidence(resolved, np.arange(dataset.n_items)):
            item = dataset.items.index(found.item_id)
            ratings = [float(dataset.interactions[int(user), item]) for user in users[:30]]
            assert found.fact.n_raters == sum(rating > 0 for rating in ratings)
            assert found.fact.n_liked == sum(rating >= 4 for rating in ratings)
            n_found += 1
    assert n_found > 50
