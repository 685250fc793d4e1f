"""A leaning toward a director or an actor: counts by hand, never for one film or for more dislikes
than likes."""

import numpy as np

from grounding import resolved_of
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.facts.person import PersonFact, _PersonEvidence
from recsys_rag.testing._films import made_up_catalog
from recsys_rag.testing.datasets import made_up_movies

CATALOG = made_up_catalog()
# four horror films
OSTROW = [place for place in range(60) if CATALOG.people(place, "director") == ("Mina Ostrow",)]
OTHERS = [0, 3, 4, 5, 6]  # by four other people, without the actors of those


def _dataset(ratings: dict[int, float]) -> Dataset:
    items = [CATALOG.items.id(place) for place in ratings]
    values = np.array(list(ratings.values()), np.float32)
    return Dataset.from_triples(
        "by hand", ["u"] * len(items), items, values, CATALOG, scale=RatingScale(1, 5)
    )


def _facts(dataset: Dataset, item: int, role: str) -> list[PersonFact]:
    found = _PersonEvidence(dataset).evidence(resolved_of(dataset, "u"), np.array([item]))
    return [one.fact for one in found if one.fact.role == role]


def test_counts_are_those_of_the_liked_and_of_the_catalog() -> None:
    first, second, third, fourth = OSTROW
    dataset = _dataset({first: 5, second: 4, **dict.fromkeys(OTHERS, 4.0)})

    (facts,) = _facts(dataset, third, "director")

    assert facts == PersonFact(
        "Mina Ostrow",
        "director",
        n_liked=2,
        n_history=7,
        n_theirs=4,
        n_catalog=60,
        feedback="liked",
    )
    assert fourth in OSTROW


def test_one_film_is_no_leaning_and_neither_are_more_dislikes_than_likes() -> None:
    first, second, third, fourth = OSTROW

    assert _facts(_dataset({first: 5, **dict.fromkeys(OTHERS, 4.0)}), third, "director") == []
    assert (
        _facts(_dataset({first: 5, second: 2, **dict.fromkeys(OTHERS, 4.0)}), third, "director")
        == []
    )
    most = {first: 5.0, second: 4.0, third: 5.0}
    assert (
        _facts(_dataset({**most, **dict.fromkeys(OTHERS, 4.0)}), fourth, "director")[0].n_liked == 3
    )


def test_a_short_history_leans_nowhere_and_the_item_itself_is_not_counted() -> None:
    first, second, third, _ = OSTROW

    assert _facts(_dataset({first: 5, second: 5, third: 5}), OSTROW[3], "director") == []
    dataset = _dataset({first: 5, second: 4, third: 4, **dict.fromkeys(OTHERS, 4.0)})
    assert _facts(dataset, third, "director")[0].n_liked == 2
    assert _facts(dataset, third, "director")[0].n_history == 7


def test_statement_and_source_say_what_and_where() -> None:
    first, second, third, _ = OSTROW
    dataset = _dataset({first: 5, second: 4, **dict.fromkeys(OTHERS, 4.0)})

    found = _PersonEvidence(dataset).evidence(resolved_of(dataset, "u"), np.array([third]))
    by_role = {one.fact.role: one for one in found}

    assert by_role["director"].statement == (
        "2 of the 7 films you liked were directed by Mina Ostrow, who directed 4 of the 60 in the "
        "catalog"
    )
    assert "catalog director of item" in by_role["director"].source


def test_equals_plain_counting_on_every_user() -> None:
    dataset = made_up_movies()
    source, n_found = _PersonEvidence(dataset), 0
    for user_id in dataset.users.ids[::5]:
        resolved = resolved_of(dataset, user_id)
        liked = {
            int(i)
            for i, rating in zip(resolved.item_indices, resolved.ratings, strict=True)
            if rating >= 4
        }
        for one in source.evidence(resolved, np.arange(dataset.n_items)):
            item, role = dataset.items.index(one.item_id), one.fact.role
            theirs = [i for i in range(60) if one.fact.person in dataset.catalog.people(i, role)]
            assert item in theirs
            assert one.fact.n_liked == len(liked & set(theirs) - {item}) >= 2
            assert one.fact.n_theirs == len(theirs)
            n_found += 1
    assert n_found > 30


def test_without_metadata_nothing_is_stated() -> None:
    from recsys_rag.testing.datasets import checkerboard

    dataset = checkerboard(20, 20)
    assert list(_PersonEvidence(dataset).evidence(resolved_of(dataset, "u0"), np.arange(20))) == []
