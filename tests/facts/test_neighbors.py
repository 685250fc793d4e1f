"""Neighbors' support: a case by hand, a plain count as reference, and where nothing is stated."""

import numpy as np
import pytest

from grounding import KINDS, Bench, candidate_of, resolved_of
from recsys_rag.data.dataset import Dataset, RatingScale, histories_of
from recsys_rag.facts._agreement import Agreement
from recsys_rag.facts.neighbors import _NeighborsEvidence
from recsys_rag.retrieve.user_knn import UserKNN
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import Understanding
from recsys_rag.verify._rows import RowReader

HISTORY, ITEM = 0, 1


class Everyone:
    """Finds the users of a fixed order, with the similarities given."""

    def __init__(self, users: list[int], similarities: list[float]) -> None:
        self._found = np.array(users, np.int64), np.array(similarities, np.float32)

    def neighbors(self, histories: object) -> tuple[np.ndarray, np.ndarray]:
        return self._found


def _dataset(ratings_of_item: list[float], *, strangers: int = 0) -> Dataset:
    """User u0 has rated only item 0; the others have rated item 0 with 3, and item 1 as given (0 =
    not); nobody knows the strangers, who gave item 1 a 1."""
    rows = [[3.0, 0.0]] + [[3.0, rating] for rating in ratings_of_item]
    return dataset_of(np.array([*rows, *[[0.0, 1.0]] * strangers]), RatingScale(1, 5))


def test_counts_the_neighbors_who_rated_it_and_those_who_gave_it_the_liked_ratings() -> None:
    dataset = _dataset([5, 4, 0, 3, 5], strangers=2)
    model = Everyone([5, 2, 1, 4, 3], [0.9, 0.8, 0.7, 0.6, 0.5])
    source = _NeighborsEvidence(dataset, model, min_raters=4)

    (found,) = source.evidence(resolved_of(dataset, "u0"), np.array([ITEM]))

    assert (found.fact.n_liked, found.fact.n_raters, found.fact.n_neighbors) == (3, 4, 5)
    assert found.fact.user_ids == ("u5", "u2", "u1")  # most similar first
    assert (found.fact.liked_rating, found.fact.top_rating, found.fact.rating_step) == (
        4.0,
        5.0,
        1.0,
    )
    assert (found.fact.everyone_percent, found.fact.part) == (50, "why")  # 3 of 6
    assert found.statement == (
        "3 of the 4 people most like you who rated it gave it 4 or more; "
        "50 % of all who rated it did"
    )
    assert not any(user in found.source for user in ("u5", "u2", "u1"))
    assert "item i1" in found.source


def test_asks_only_the_most_similar_and_nobody_without_similarity_nor_the_person() -> None:
    dataset = _dataset([5, 4, 5, 3, 5])
    model = Everyone([0, 1, 2, 3, 4, 5], [0.95, 0.9, 0.8, 0.7, 0.6, 0.0])
    of_few, of_all = (
        _NeighborsEvidence(dataset, model, min_raters=3, n_neighbors=n) for n in (3, 50)
    )

    (few,) = of_few.evidence(resolved_of(dataset, "u0"), np.array([ITEM]))

    assert (few.fact.n_liked, few.fact.n_raters, few.fact.n_neighbors) == (3, 3, 3)
    # 3 of 4 liked it, as did 4 of all 5: no praise
    assert list(of_all.evidence(resolved_of(dataset, "u0"), np.array([ITEM]))) == []


@pytest.mark.parametrize(
    ("ratings", "stated"),
    [
        ([5, 5, 0, 0], ""),  # two raters
        ([5, 3, 3, 2], ""),  # one in four
        ([0, 0, 0, 0], ""),
        ([5, 5, 3, 3], "sure"),  # split
        ([5, 5, 3, 0], "why"),
    ],
)
def test_two_thirds_are_a_reason_fewer_are_split_and_a_third_says_nothing(
    ratings: list[float], stated: str
) -> None:
    dataset = _dataset(ratings, strangers=1)
    model = Everyone([1, 2, 3, 4], [0.9, 0.8, 0.7, 0.6])
    source = _NeighborsEvidence(dataset, model, min_raters=3)

    found = list(source.evidence(resolved_of(dataset, "u0"), np.array([ITEM])))

    assert [piece.fact.part for piece in found] == [stated] * bool(stated)


def test_implicit_feedback_counts_who_chose_it() -> None:
    dataset = checkerboard(20, 10)
    model = UserKNN().fit(dataset)

    (found,) = _NeighborsEvidence(dataset, model, min_raters=3).evidence(
        resolved_of(dataset, "u0"), np.array([0])
    )

    users, similarities = model.neighbors(histories_of(10, [dataset.history("u0")]))
    asked = [
        int(user) for user, similarity in zip(users, similarities, strict=True) if similarity > 0
    ][:50]
    assert found.fact.n_liked == sum(dataset.interactions[user, 0] == 1.0 for user in asked)
    assert found.fact.n_neighbors == len(asked)
    assert found.fact.everyone_percent == 40
    assert "people with choices most like yours chose it" in found.statement


def test_an_empty_history_has_no_neighbors() -> None:
    dataset = _dataset([5, 5, 5])
    source = _NeighborsEvidence(dataset, Everyone([1, 2, 3], [0.9, 0.8, 0.7]), min_raters=3)

    assert list(source.evidence(resolved_of(dataset, None), np.array([ITEM]))) == []


def test_a_film_named_as_an_example_makes_nobody_like_you() -> None:
    dataset = _dataset([5, 5, 5])
    source = _NeighborsEvidence(dataset, Everyone([1, 2, 3], [0.9, 0.8, 0.7]), min_raters=3)
    resolved = resolved_of(dataset, None, words=Understanding(like_items=(HISTORY,)))

    assert list(source.evidence(resolved, np.array([ITEM]))) == []


def test_those_whose_stars_differ_least_agree_however_much_they_share() -> None:
    """Differences from u0 by hand: u1 0 over 3 items, u2 0 over 4, u3 2, u4 1 over 4, u5 0 over 1;
    in all 13 over 16, so what is drawn toward .81 and stays below is u1 and u2."""
    rows = [[5, 4, 1, 3, 0], [5, 4, 1, 0, 9], [5, 4, 1, 3, 9], [3, 2, 3, 1, 0]]
    rows += [[4, 3, 2, 2, 0], [5, 0, 0, 0, 0], [5, 4, 1, 3, 0]]
    dataset = dataset_of(np.array(rows, float), RatingScale(1, 10))

    users, nearer = Agreement(dataset).neighbors(histories_of(5, [dataset.history("u0")]))

    # u6 has rated exactly what u0 has: the person, or nothing new
    usual = (3 * 0 + 4 * 0 + 4 * 2 + 4 * 1 + 0 + 0 + 0) / (4 + 3 + 4 + 4 + 4 + 1 + 4)
    assert users.tolist() == [2, 1]
    assert nearer == pytest.approx([usual - 10 * usual / 14, usual - 10 * usual / 13])


def test_if_all_stars_are_turned_around_most_of_those_near_are_others() -> None:
    dataset = made_up_movies()
    finder = Agreement(dataset)
    for user_id in dataset.users.ids[::15]:
        items, ratings = dataset.history(user_id)
        if len(items) < 10:
            continue
        near, _ = finder.neighbors(histories_of(dataset.n_items, [(items, ratings)]))
        far, _ = finder.neighbors(histories_of(dataset.n_items, [(items, 6 - ratings)]))
        assert len(set(near[:20].tolist()) & set(far[:20].tolist())) <= 10


def test_the_rows_bear_out_who_agrees_and_refute_another_share_of_everyone() -> None:
    bench = Bench.of(made_up_movies(), predicts=False)
    source = KINDS["neighbors"].evidence(bench.parts)
    assert source is not None
    reader, n_found = RowReader(bench.parts, KINDS), 0
    for user_id in bench.dataset.users.ids[::20]:
        resolved = resolved_of(bench.dataset, user_id)
        objection = reader.objections(resolved)
        for found in source.evidence(resolved, np.arange(bench.dataset.n_items)):
            item = bench.dataset.items.index(found.item_id)
            assert objection(candidate_of(bench.dataset, item), found) == ""
            n_found += 1
    assert n_found > 20


def test_equals_a_plain_count_over_the_rows() -> None:
    dataset = made_up_movies()
    model = Agreement(dataset)
    source = _NeighborsEvidence(dataset, model, n_neighbors=30, min_raters=5)
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
