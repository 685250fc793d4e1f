"""Queries as people write them: each is understood as it was meant, and what is listed has all that
it asks for."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from _pytest.mark import ParameterSet

from recsys_rag._fuse.weighted import WeightedFusion
from recsys_rag._histories import FittedHistories
from recsys_rag._ranking import Ranker
from recsys_rag.data._filters import CatalogFilters
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import QueryError
from recsys_rag.retrieve.bm25 import BM25
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Query, Understanding
from recsys_rag.understand._understander import Understander
from word_queries import (
    METADATA,
    TABLES,
    Written,
    fits,
    list_problems,
    misread,
    misunderstood,
    n_fitting,
    written,
)

_QUERIES = [one for table in TABLES for one in written(table)]
_PLAIN = ("first", "fresh", "unseen", "blind")  # tables of plain wishes; the others are chatty
_K = 10


def _params(queries: list[Written]) -> list[ParameterSet]:
    """Return the queries as parameters; one with a limit must fail, so that the limit goes when it
    is overcome."""
    return [
        pytest.param(
            one,
            id=one.words,
            marks=[pytest.mark.xfail(reason=one.limit, strict=True)] if one.limit else [],
        )
        for one in queries
    ]


def _ranker(dataset: Dataset) -> Ranker:
    parts = {"popularity": Popularity().fit(dataset), "bm25": BM25().fit(dataset)}
    fuser = WeightedFusion(dict.fromkeys(parts, 1.0))
    understander, filters = Understander(dataset.catalog), CatalogFilters(dataset.catalog)
    return Ranker(dataset, FittedHistories(dataset), parts, fuser, understander, filters)


@pytest.fixture(scope="module")
def ranker_on(request: pytest.FixtureRequest) -> Callable[[str], Ranker]:
    """Make the ranker over the catalog that a query is asked of, once each."""
    made: dict[str, Ranker] = {}

    def make(name: str) -> Dataset:
        if name == "club":
            return made_up_movies()
        path: Path = request.getfixturevalue("ml100k_path")
        if name == "titles":
            return Dataset.movielens("100k", path=str(path))
        if not METADATA.exists():
            pytest.skip("the texts with the people of MovieLens 100K are not here")
        return Dataset.movielens("100k", path=str(path), metadata=str(METADATA))

    def ranker(name: str) -> Ranker:
        if name not in made:
            made[name] = _ranker(make(name))
        return made[name]

    return ranker


@pytest.mark.parametrize("query", _params(_QUERIES))
def test_a_query_is_understood_as_it_was_meant_and_its_list_fits(
    query: Written, ranker_on: Callable[[str], Ranker]
) -> None:
    ranker = ranker_on(query.on)
    understood = ranker.understander.understand(query.words)
    assert misread(query, understood, ranker.dataset.catalog) == {}

    resolved = ranker.resolve(Query(words=query.words, k=_K))
    if not n_fitting(query, ranker.dataset):
        with pytest.raises(QueryError, match="no item is left to recommend"):
            ranker.candidates(resolved, _K)
        return
    shown = [one.item_id for one in ranker.candidates(resolved, _K)]
    assert list_problems(query, shown, _K, ranker.dataset) == []


@pytest.mark.parametrize(
    "query", [one for one in _QUERIES if one.on == "club"], ids=lambda one: one.words
)
def test_what_is_allowed_is_what_fits_by_the_columns(
    query: Written, ranker_on: Callable[[str], Ranker]
) -> None:
    ranker = ranker_on("club")
    allowed = ranker.understander.allowed(ranker.understander.understand(query.words))
    asked = {name: value for name, value in query.asked.items() if name != "like_items"}
    by_columns = [
        fits(asked, item, ranker.dataset.catalog) for item in range(ranker.dataset.n_items)
    ]
    assert allowed.tolist() == by_columns


def test_there_are_queries_of_every_kind() -> None:
    assert len(_QUERIES) >= 200
    said = {name for one in _QUERIES for name in one.asked}
    of_notes = {"traits", "excluded_traits", "levels", "remarks"}  # the catalogs here have none
    assert said >= {field.name for field in fields(Understanding) if field.compare} - of_notes


def test_plain_wishes_are_read_exactly_and_chatty_ones_in_half(
    ranker_on: Callable[[str], Ranker],
) -> None:
    plain, chatty = (
        [one for one in _QUERIES if one.on == "titles" and chosen(one)]
        for chosen in (lambda one: one.table in _PLAIN, lambda one: one.table not in _PLAIN)
    )
    ranker = ranker_on("titles")

    def n_exact(queries: list[Written]) -> int:
        return sum(
            not misunderstood(
                one, ranker.understander.understand(one.words), ranker.dataset.catalog
            )
            for one in queries
        )

    assert n_exact(plain) == len(plain)
    assert 2 * n_exact(chatty) >= len(chatty)


def test_talk_beside_the_text_asked_for_is_no_misreading_and_text_that_is_lost_is_one() -> None:
    catalog = made_up_movies().catalog
    query = Written("", "", "club", {"text": "heist in Rome"})
    assert misread(query, Understanding(text="nan fancies a heist in Rome"), catalog) == {}
    for text in ("nan fancies a heist", "Rome in heist", ""):
        assert set(misread(query, Understanding(text=text), catalog)) == {"text"}


def test_the_check_sees_an_item_that_does_not_fit_and_a_list_that_is_short() -> None:
    movies = made_up_movies()
    query = Written("", "", "club", {"genres": ["Horror"], "years": [1980, 1989]})
    fitting = [item for item in range(movies.n_items) if fits(query.asked, item, movies.catalog)]
    assert [movies.catalog.titles[item] for item in fitting] == [
        "The Cellar Hymnal",
        "What the Marsh Kept",
    ]
    ids = [movies.catalog.items.id(item) for item in fitting]
    assert list_problems(query, ids, _K, movies) == []
    assert list_problems(query, ids[:1], _K, movies) == ["1 shown of 2 that fit"]
    assert list_problems(query, [ids[0], "103"], _K, movies) == ["Quillmere (1961) does not fit"]


def test_the_check_sees_what_was_understood_otherwise() -> None:
    catalog = made_up_movies().catalog
    query = Written("", "", "club", {"genres": ["Horror"], "like_items": ["Quillmere (1961)"]})
    assert misunderstood(query, Understanding(genres=("Horror",), like_items=(2,)), catalog) == {}
    assert misunderstood(query, Understanding(genres=("Horror",), like_items=(3,)), catalog) == {
        "like_items": ([2], [3])
    }
    assert set(misunderstood(query, Understanding(text="scary"), catalog)) == {
        "genres",
        "like_items",
        "text",
    }


# --- a taste in words moves the ranking and excludes nothing --------------------------------------


@pytest.mark.parametrize(
    "profile", ["action movies", "80s comedies", "no musicals", "under 100 minutes", "hidden gems"]
)
def test_a_profile_moves_the_ranking_and_excludes_nothing(
    profile: str, ranker_on: Callable[[str], Ranker]
) -> None:
    ranker = ranker_on("club")
    n_items = ranker.dataset.n_items
    without, with_profile = (
        ranker.rank([ranker.resolve(Query(profile=one))], n_items) for one in ("", profile)
    )
    assert (
        sorted(with_profile.item_ids[0])
        == sorted(without.item_ids[0])
        == sorted(ranker.dataset.items.ids)
    )
    assert with_profile.item_ids[0].tolist() != without.item_ids[0].tolist()


def test_what_fits_a_profile_ranks_higher_than_without_it(
    ranker_on: Callable[[str], Ranker],
) -> None:
    ranker = ranker_on("club")
    catalog = ranker.dataset.catalog
    without, with_profile = (
        ranker.resolve(Query("1", profile=one)) for one in ("", "action movies")
    )
    moved = (ranker.score([with_profile]) - ranker.score([without]))[0]
    is_action = np.array(["Action" in genres for genres in catalog.genres])
    assert moved[is_action].min() > moved[~is_action].max()
    top = ranker.rank([with_profile], 5).item_indices[0]
    assert is_action[top].sum() > is_action[ranker.rank([without], 5).item_indices[0]].sum()


def test_words_are_required_where_a_profile_is_only_preferred(
    ranker_on: Callable[[str], Ranker],
) -> None:
    ranker = ranker_on("club")
    as_words, as_profile = (
        ranker.resolve(Query(words="horror")),
        ranker.resolve(Query(profile="horror")),
    )
    assert ranker.allowed([as_words])[0].sum() == sum(
        "Horror" in one for one in ranker.dataset.catalog.genres
    )
    assert ranker.allowed([as_profile])[0].all()
