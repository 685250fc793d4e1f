"""Predicted rating, popularity, words, likeness, people and the catalog's floor: each by hand."""

from dataclasses import replace

import numpy as np
import pytest

from grounding import KINDS, candidate_of, resolved_of, stated
from recsys_rag.data.dataset import RatingScale
from recsys_rag.facts.catalog import CatalogFact
from recsys_rag.facts.like import LikeFact, _LikeEvidence
from recsys_rag.facts.metadata import MetadataFact
from recsys_rag.facts.popularity import PopularityFact, _PopularityEvidence
from recsys_rag.facts.predicted import PredictedFact, _PredictedEvidence
from recsys_rag.facts.words import WordsFact, _WordsEvidence
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import Evidence, Understanding

MOVIES = made_up_movies()
CATALOG = MOVIES.catalog
NOTHING = Understanding()
# Comedy, Drama (1972); Comedy, Romance (1966); Sci-Fi, Thriller (1977)
POSTMAN, CAFE, ANTENNA = 5, 3, 11


class Predicts:
    """States ratings, in the order of the items that it is asked for."""

    def __init__(self, *ratings: float) -> None:
        self._ratings = ratings

    def predict(self, histories: object, item_indices: np.ndarray) -> np.ndarray:
        return np.array([self._ratings[: len(item_indices)]], np.float32)


class PredictsWithItsErrors(Predicts):
    def __init__(self, ratings: tuple[float, ...], errors: tuple[float, ...]) -> None:
        super().__init__(*ratings)
        self._errors = errors

    def predict_with_errors(
        self, histories: object, item_indices: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        return self.predict(histories, item_indices), np.array(
            [self._errors[: len(item_indices)]], np.float32
        )


def _asked(
    words: Understanding, profile: Understanding = NOTHING, item: int = POSTMAN
) -> list[Evidence]:
    resolved = resolved_of(MOVIES, None, words=words, profile=profile)
    return list(_WordsEvidence(CATALOG).evidence(resolved, np.array([item])))


def test_each_predicted_rating_is_rounded_to_one_decimal_with_its_own_error() -> None:
    source = _PredictedEvidence(MOVIES, PredictsWithItsErrors((4.27, 3.1, 4.0), (0.91, 1.2, 0.64)))

    # 3.1 of 5 is no reason
    first, second = source.evidence(resolved_of(MOVIES, "1"), np.array([0, 1, 2]))

    assert (first.item_id, second.item_id) == ("101", "103")
    assert first.fact == PredictedFact(4.3, 5.0, 0.9, 80, 4.0)
    assert (
        first.statement
        == "predicted rating 4.3 of 5, give or take 0.9; 4 or more in 80 of 100 such cases"
    )
    assert second.fact == PredictedFact(4.0, 5.0, 0.6, 78, 4.0)


def test_a_prediction_no_better_than_a_blind_guess_is_not_stated() -> None:
    # 4 / sqrt(12) = 1.1547
    source = _PredictedEvidence(MOVIES, PredictsWithItsErrors((4.8, 4.8), (1.16, 1.15)))

    (found,) = source.evidence(resolved_of(MOVIES, "1"), np.array([0, 1]))

    assert found.item_id == "102"


def test_a_prediction_is_never_stated_as_exact_nor_with_an_error_that_nobody_knows() -> None:
    (sure,) = _PredictedEvidence(MOVIES, PredictsWithItsErrors((4.3,), (0.02,))).evidence(
        resolved_of(MOVIES, "1"), np.array([0])
    )
    (unknown,) = _PredictedEvidence(MOVIES, Predicts(4.3)).evidence(
        resolved_of(MOVIES, "1"), np.array([0])
    )

    assert sure.fact.rating_error == 0.1
    assert unknown.fact.rating_error is None
    assert unknown.statement == "predicted rating 4.3 of 5"


def test_predicted_needs_ratings_and_a_history() -> None:
    implicit = checkerboard(20, 10)

    assert (
        list(
            _PredictedEvidence(implicit, Predicts(1.0)).evidence(
                resolved_of(implicit, "u0"), np.array([0])
            )
        )
        == []
    )
    assert (
        list(
            _PredictedEvidence(MOVIES, Predicts(4.5)).evidence(
                resolved_of(MOVIES, None), np.array([0])
            )
        )
        == []
    )


def test_predicted_is_not_stated_where_examples_were_counted_as_ratings() -> None:
    words = Understanding(like_items=(ANTENNA,))
    source = _PredictedEvidence(MOVIES, Predicts(4.5))

    assert list(source.evidence(resolved_of(MOVIES, "1", words=words), np.array([CAFE]))) == []
    assert len(list(source.evidence(resolved_of(MOVIES, "1"), np.array([CAFE])))) == 1


def test_popularity_counts_ratings_and_gives_their_mean() -> None:
    dataset = dataset_of(
        np.array([[4.0, 1.0, 5.0], [5.0, 2.0, 0.0], [4.0, 1.0, 0.0]]), RatingScale(1, 5)
    )
    source = _PopularityEvidence(dataset, min_ratings=2)

    # item 1 is not liked, item 2 rated once
    (found,) = source.evidence(resolved_of(dataset, None), np.arange(3))

    assert found.fact == PopularityFact(3, 4.3, 5.0)
    assert (found.item_id, found.source) == ("i0", "all ratings of item i0")


def test_popularity_of_implicit_feedback_counts_choices() -> None:
    dataset = checkerboard(40, 10)

    (found,) = _PopularityEvidence(dataset, min_ratings=16).evidence(
        resolved_of(dataset, None), np.array([0])
    )

    assert found.fact == PopularityFact(16)  # of the 20 even users, 4 withhold it
    assert found.statement == "16 people chose it"
    assert (
        list(
            _PopularityEvidence(dataset, min_ratings=17).evidence(
                resolved_of(dataset, None), np.array([0])
            )
        )
        == []
    )


def test_words_name_all_that_was_asked_for_and_the_film_has() -> None:
    (found,) = _asked(
        Understanding(
            genres=("Drama", "War"), years=(1970, 1979), people=("lucien ardat", "Nobody")
        )
    )

    assert found.fact == WordsFact("words", ("Drama",), ("Lucien Ardat",), (1970, 1979))
    assert found.statement == "Drama, Lucien Ardat, 1970 to 1979, as asked"


def test_words_that_the_film_does_not_fit_state_nothing() -> None:
    assert _asked(Understanding(genres=("War",), years=(1990, 1999), people=("Nobody",))) == []
    assert _asked(Understanding()) == []


def test_profile_is_stated_as_taste_and_not_twice() -> None:
    comedy, drama = Understanding(genres=("Comedy",)), Understanding(genres=("Drama",))

    assert [one.fact.asked for one in _asked(comedy, drama)] == ["words", "profile"]
    assert [one.fact.asked for one in _asked(comedy, comedy)] == ["words"]
    (only,) = _asked(Understanding(), drama)
    assert only.statement == "Drama, of the taste stated"


def test_likeness_is_shared_genres_with_the_named_film() -> None:
    resolved = resolved_of(MOVIES, None, words=Understanding(like_items=(CAFE,)))

    (found,) = _LikeEvidence(CATALOG).evidence(resolved, np.array([POSTMAN, ANTENNA, CAFE]))

    assert found.fact == LikeFact("Café Morvane (1966)", "104", ("Comedy",))
    assert found.item_id == "106"
    assert found.source == "catalog genres of items 106 and 104"


def test_people_are_named_where_the_catalog_has_them() -> None:
    (found,) = stated("metadata", MOVIES, ANTENNA)
    bare = checkerboard(4, 4)

    assert found.fact == MetadataFact(("Kit Osei",), ("Rhea Landau", "Cole Abernath"))
    assert found.statement == "directed by Kit Osei, with Rhea Landau and Cole Abernath"
    assert stated("metadata", bare, 0) == []


def test_catalog_is_the_floor_also_without_year_and_genres() -> None:
    bare = checkerboard(4, 4)

    (full,) = stated("catalog", MOVIES, ANTENNA)
    (empty,) = stated("catalog", bare, 0)

    assert full.fact == CatalogFact("The Ninth Antenna", ("Sci-Fi", "Thriller"), 1977)
    assert (empty.fact, empty.statement) == (CatalogFact("Item 0"), "Item 0: no genre listed")


@pytest.mark.parametrize(
    ("year", "is_of_it"), [(1969, False), (1970, True), (1979, True), (1980, False), (None, False)]
)
def test_a_year_is_of_the_years_that_were_asked_for_to_the_last(
    year: int | None, is_of_it: bool
) -> None:
    candidate = replace(candidate_of(MOVIES, 0), year=year)
    objection = KINDS["words"].objection
    assert (objection(WordsFact("words", years=(1970, 1979)), candidate, MOVIES.catalog) == "") == (
        is_of_it
    )
    assert objection(WordsFact("words"), candidate, MOVIES.catalog) == ""
