"""Filters and stages of selection through the whole recommender, and what a person is told of
them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_rag import Filters, Recommender
from recsys_rag.errors import QueryError
from recsys_rag.settings import from_mapping, preset
from recsys_rag.testing.datasets import dataset_of, made_up_movies
from recsys_rag.types import Query

PLAIN = {"retrieve": {"encoder": "none"}, "generate": {"model": "template"}}
OFF = {"diversity": 0.0, "calibration": 0.0, "novelty": 0.0}
MOVIES = made_up_movies()
FITTED = Recommender(from_mapping(PLAIN)).fit(MOVIES)


def items(made):
    return [one.item_id for one in made.items]


def asked(user="3", **more):
    return FITTED.recommend(user, explain=False, **more)


@pytest.mark.parametrize(
    "strengths", [OFF, {**OFF, "diversity": 0.4}, {**OFF, "calibration": 0.6, "novelty": 0.2}]
)
def test_one_person_is_served_as_among_many(strengths):
    users = MOVIES.users.ids[:9]
    many = FITTED.rank(users, k=6, **strengths)
    for row, user in enumerate(users):
        assert items(asked(user, k=6, **strengths)) == many.item_ids[row].tolist()


def test_with_every_stage_off_the_best_come_by_score():
    ranked = FITTED.rank(MOVIES.users.ids, k=8, **OFF)
    assert (np.diff(ranked.scores, axis=1) <= 0).all()
    ranker = replace(FITTED.flow.ranker, selection=None)
    plain = ranker.rank([ranker.resolve(Query(user)) for user in MOVIES.users.ids], 8)
    np.testing.assert_array_equal(ranked.item_ids, plain.item_ids)
    np.testing.assert_array_equal(ranked.scores, plain.scores)


def test_an_item_keeps_its_score_and_gets_the_rank_at_which_it_was_selected():
    scores = {one.item_id: one.score for one in asked(k=30, **OFF).items}
    diverse = asked(k=8, diversity=0.5)
    assert [one.rank for one in diverse.items] == list(range(1, 9))
    assert [one.score for one in diverse.items] == [scores[one.item_id] for one in diverse.items]
    assert [one.score for one in diverse.items] != sorted(
        (one.score for one in diverse.items), reverse=True
    )


@given(
    st.sampled_from(MOVIES.users.ids),
    st.sampled_from([*MOVIES.catalog.genre_names, None]),
    st.fixed_dictionaries({name: st.sampled_from([0.0, 0.1, 0.7, 1.0]) for name in OFF}),
    st.integers(1, 60),
)
@settings(max_examples=40, deadline=None)
def test_only_what_is_allowed_is_selected_whatever_the_strengths(user, genre, strengths, k):
    filters = Filters(genres=(genre,) if genre else (), years=(1955, None))
    found = [
        item
        for item in FITTED.rank([user], k=k, filters=filters, **strengths).item_ids[0].tolist()
        if item
    ]
    seen = set(MOVIES.items.ids_at(MOVIES.history(user)[0]))
    assert len(set(found)) == len(found)
    assert not seen & set(found)
    for item in found:
        place = MOVIES.items.index(item)
        assert MOVIES.catalog.years[place] >= 1955
        assert genre is None or genre in MOVIES.catalog.genres[place]


def test_diversity_and_calibration_and_novelty_bring_what_they_are_called():
    users = MOVIES.users.ids
    popularity = MOVIES.popularity

    def lists(**strengths):
        return FITTED.rank(users, k=5, **{**OFF, **strengths}).item_indices

    def n_genres(listed):
        return np.mean(
            [len({g for item in row for g in MOVIES.catalog.genres[item]}) for row in listed]
        )

    assert n_genres(lists(diversity=0.6)) > n_genres(lists())
    assert popularity[lists(novelty=0.6)].mean() < popularity[lists()].mean()
    assert not np.array_equal(lists(calibration=0.6), lists())


def test_light_diversity_is_on_unless_the_seed_method_is_asked_for():
    assert FITTED.settings.rerank.diversity == 0.05
    np.testing.assert_array_equal(
        FITTED.rank(MOVIES.users.ids, k=9).item_ids,
        FITTED.rank(MOVIES.users.ids, k=9, diversity=0.05).item_ids,
    )
    assert preset("seed").rerank.diversity == 0.0


def test_seen_items_are_out_unless_they_are_asked_for():
    seen = set(MOVIES.items.ids_at(MOVIES.history("3")[0]))
    only = Filters(only=tuple(seen))
    with pytest.raises(
        QueryError,
        match=rf"\d+ fit 'only: {len(seen)} named items', (\d+) of \1 are seen or excluded",
    ):
        asked(filters=only)
    found = asked(filters=only, include_seen=True, k=3)
    assert set(items(found)) <= seen
    assert "seen items too" in found.understood


def test_what_was_asked_for_is_told():
    told = asked(
        filters=Filters(genres=("crime",), years=(1990, None)), diversity=0.2, novelty=0, k=2
    ).understood
    assert told == ("genre: Crime (filter)", "years: from 1990 (filter)", "diversity 0.2")


def test_a_short_list_says_what_left_so_little():
    late = Filters(genres=("Sci-Fi",), years=(1977, None))
    made = FITTED.recommend(
        history={"Vandrell": 5}, filters=late, exclude=("4417",), explain=False, k=10
    )
    n_scifi = sum("Sci-Fi" in one for one in MOVIES.catalog.genres)
    assert n_scifi == 7  # all of them from 1977 or later
    assert len(made.items) == 5
    n_late = int((MOVIES.catalog.years >= 1977).sum())
    assert made.notes == (
        f"5 instead of 10: 7 fit 'genre: Sci-Fi', {n_late} fit 'years: from 1977', 7 fit all of "
        "it, 2 of 7 are seen or excluded",
    )


def test_what_cannot_be_is_refused_with_what_left_nothing():
    impossible = Filters(genres=("Western",), years=(2000, None))
    n_western = sum("Western" in one for one in MOVIES.catalog.genres)
    n_late = int((MOVIES.catalog.years >= 2000).sum())
    with pytest.raises(
        QueryError,
        match=rf"no item is left to recommend: {n_western} fit 'genre: Western', {n_late} fit "
        r"'years: from 2000', "
        r"0 fit all of it; drop one of the conditions",
    ):
        asked(filters=impossible)


def test_words_give_way_to_a_filter_that_leaves_nothing_of_them():
    assert not any({"Western", "Horror"} <= set(genres) for genres in MOVIES.catalog.genres)
    made = asked(filters=Filters(genres=("Western",)), query="horror")
    assert made.items
    assert all("Western" in one.genres for one in made.items)
    assert made.notes[0] == "no film fits all of it; these fit all but 'genre: Horror'"
    assert "genre: Western (filter)" in made.understood
    assert not any("Horror" in part for part in made.understood)


def test_filters_are_hard_beside_words_that_are_soft():
    made = asked(filters=Filters(excluded_genres=("Comedy",)), profile="comedy", k=10)
    assert all("Comedy" not in one.genres for one in made.items)


@pytest.mark.parametrize("strength", [-0.1, 1.01, float("nan")])
def test_a_strength_out_of_bounds_is_refused(strength):
    with pytest.raises(
        QueryError, match=r"diversity is .*; give 0 \(off\) to 1 \(nothing but this\)"
    ):
        asked(diversity=strength)


def test_an_unknown_stage_is_refused():
    ranker = FITTED.flow.ranker
    with pytest.raises(
        QueryError,
        match="no stage of selection 'charm'; there are: calibration, diversity, novelty",
    ):
        ranker.rank([ranker.resolve(Query("3", strengths={"charm": 1.0}))], 3)


def test_similar_films_are_selected_as_those_asked_for_in_words():
    n_spread = 0
    for place in range(12):
        item, name = MOVIES.items.id(place), MOVIES.catalog.name(place)
        lists = []
        for strengths in (OFF, {**OFF, "diversity": 0.5}):
            similar = [one.item_id for one in FITTED.similar(item, 8, **strengths)]
            in_words = FITTED.recommend(query=f"like {name}", k=8, explain=False, **strengths)
            assert similar == items(in_words)
            lists.append(similar)
        n_spread += lists[0] != lists[1]
    assert n_spread > 0


@pytest.mark.parametrize("strengths", [OFF, dict.fromkeys(OFF, 0.5)])
def test_more_than_is_left_gives_all_that_is_left(strengths):
    n_left = MOVIES.n_items - len(MOVIES.history("3")[0])
    found = FITTED.rank(["3"], k=MOVIES.n_items, **strengths).item_ids[0]
    assert len({one for one in found.tolist() if one}) == n_left
    assert (found[n_left:] == "").all()


def test_a_dataset_of_texts_alone_can_be_selected_from():
    texts = replace(
        MOVIES.replace_rows(np.zeros(MOVIES.n_ratings, np.bool_)), scale=None, timestamps=None
    )
    fitted = Recommender(from_mapping({**PLAIN, "fuse": {"weights": {"bm25": 1.0}}})).fit(texts)
    made = fitted.recommend(
        query="harbor letters",
        filters=Filters(years=(None, 1990)),
        explain=False,
        **dict.fromkeys(OFF, 0.3),
    )
    assert made.items
    assert all(one.year <= 1990 for one in made.items)


def test_a_catalog_of_three_items_without_metadata_is_served():
    tiny = dataset_of(np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1]]))
    fitted = Recommender(from_mapping(PLAIN)).fit(tiny)
    made = fitted.recommend("u0", explain=False, k=3, **dict.fromkeys(OFF, 0.9))
    assert sorted(items(made)) == ["i1", "i2"]
    assert made.notes == ("2 instead of 3: 1 of 3 are seen or excluded",)
