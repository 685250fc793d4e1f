"""Genre and decade: shares counted by hand and by plain loops, and when a leaning is distinct
enough to be stated."""

import numpy as np
import pytest

from grounding import resolved_of
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.facts._leaning import Affinity, Leaning
from recsys_rag.facts.decade import DecadeFact, _DecadeEvidence
from recsys_rag.facts.genre import GenreFact, _GenreEvidence
from recsys_rag.testing.datasets import checkerboard, made_up_movies

FIVE_STARS = RatingScale(1, 5)


def _dataset(rated: dict[int, float], scale: RatingScale | None = FIVE_STARS) -> Dataset:
    """Twenty films: 0-4 are westerns of the fifties, the others "unknown" of 1990; one user with
    these ratings."""
    catalog = Catalog(
        Vocabulary(tuple(str(place) for place in range(20))),
        tuple(f"Film {place}" for place in range(20)),
        np.array([1951 + place if place < 5 else 1990 for place in range(20)], np.int32),
        (("Western",),) * 5 + (("unknown",),) * 15,
    )
    ratings = np.array(list(rated.values()), np.float32) if scale else None
    return Dataset.from_triples(
        "tiny", ["u"] * len(rated), [str(one) for one in rated], ratings, catalog, scale=scale
    )


# four westerns among the six liked
SIX_LIKED = {0: 5, 1: 4, 2: 5, 3: 4, 10: 4, 11: 5, 12: 1, 13: 3}


def test_shares_of_the_liked_items_and_of_the_catalog() -> None:
    dataset = _dataset(SIX_LIKED)

    (genre,) = _GenreEvidence(dataset).evidence(resolved_of(dataset, "u"), np.array([4, 15]))
    (decade,) = _DecadeEvidence(dataset).evidence(resolved_of(dataset, "u"), np.array([4, 15]))

    assert genre.fact == GenreFact(4, 6, 67, 25, "liked", "Western")
    assert decade.fact == DecadeFact(4, 6, 67, 25, "liked", 1950)
    assert genre.item_id == decade.item_id == "4"
    assert (
        genre.statement
        == "Western is a genre of 4 of the 6 films you liked: 67 %, against 25 % of the catalog"
    )
    assert (
        genre.source
        == "catalog genres of item 4; 4 of 6 liked items of the history; 25 % of 20 catalog items"
    )


@pytest.mark.parametrize(
    "rated",
    [
        {0: 5, 1: 5, 2: 5, 3: 5},  # four liked: too short
        # two of eight are the catalog's own share
        {0: 5, 1: 5, 10: 4, 11: 4, 12: 4, 13: 4, 14: 4, 15: 4},
        # westerns rated, but not liked
        {0: 1, 1: 1, 2: 1, 3: 1, 10: 4, 11: 4, 12: 4, 13: 4, 14: 4},
    ],
)
def test_no_leaning_is_stated_without_a_distinct_share_of_a_long_enough_history(
    rated: dict[int, float],
) -> None:
    dataset = _dataset(rated)
    for resolved in (resolved_of(dataset, "u"), resolved_of(dataset, None)):
        assert list(_GenreEvidence(dataset).evidence(resolved, np.array([4]))) == []
        assert list(_DecadeEvidence(dataset).evidence(resolved, np.array([4]))) == []


@pytest.mark.parametrize(
    ("affinity", "is_distinct"),
    [
        (Affinity(30, 116, 0.04), True),
        (Affinity(9, 116, 0.04), False),  # 8 % against 4 %: beyond chance, but not worth a word
        (Affinity(3, 6, 0.35), False),  # half against a third, of six: may be chance
        (Affinity(80, 100, 0.70), False),  # 80 % against 70 %: what everybody likes
        (Affinity(4, 4, 0.1), False),  # too few
        (Affinity(2, 5, 0.01), False),
    ],
)
def test_a_leaning_is_distinct_beyond_chance_and_by_a_margin(
    affinity: Affinity, is_distinct: bool
) -> None:
    assert affinity.is_distinct is is_distinct


def test_what_is_no_genre_is_never_a_leaning() -> None:
    dataset = _dataset({place: 5 for place in range(6, 18)})

    assert list(_GenreEvidence(dataset).evidence(resolved_of(dataset, "u"), np.array([18]))) == []


def test_implicit_feedback_speaks_of_choices() -> None:
    dataset = _dataset(SIX_LIKED, scale=None)

    (genre,) = _GenreEvidence(dataset).evidence(resolved_of(dataset, "u"), np.array([4]))

    assert (genre.fact.n_liked, genre.fact.n_history, genre.fact.feedback) == (4, 8, "chose")
    assert "films you chose" in genre.statement


def test_a_catalog_without_genres_states_nothing() -> None:
    dataset = checkerboard(20, 10)

    assert list(_GenreEvidence(dataset).evidence(resolved_of(dataset, "u0"), np.array([0]))) == []
    assert list(_DecadeEvidence(dataset).evidence(resolved_of(dataset, "u0"), np.array([0]))) == []


def test_equal_plain_counts_over_the_rows() -> None:
    dataset = made_up_movies()
    catalog = dataset.catalog
    n_found = 0
    for user_id in dataset.users.ids[::5]:
        liked = [
            int(item) for item, rating in zip(*dataset.history(user_id), strict=True) if rating >= 4
        ]
        resolved = resolved_of(dataset, user_id)
        every = np.arange(dataset.n_items)
        for found in (
            *_GenreEvidence(dataset).evidence(resolved, every),
            *_DecadeEvidence(dataset).evidence(resolved, every),
        ):

            def has(item: int, fact: Leaning = found.fact) -> bool:
                if isinstance(fact, GenreFact):
                    return fact.genre in catalog.genres[item]
                return fact.decade == catalog.years[item] // 10 * 10

            of_liked, of_all = sum(map(has, liked)), sum(map(has, range(dataset.n_items)))
            assert has(dataset.items.index(found.item_id))
            assert (found.fact.n_liked, found.fact.n_history) == (of_liked, len(liked))
            assert found.fact.share_percent == pytest.approx(
                100 * of_liked / len(liked), abs=0.5001
            )
            assert found.fact.catalog_percent == pytest.approx(
                100 * of_all / dataset.n_items, abs=0.5001
            )
            n_found += 1
    assert n_found > 50
