"""What the notes let a text say: the premise in their own words, moods and themes, what is shared
with what somebody liked, and warnings."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grounding import candidate_of, resolved_of
from noted import noted_movies
from recsys_rag.data._notes import film_notes
from recsys_rag.facts import content, mood, plot, premise, setting, shared
from recsys_rag.facts._traits import FAMILIES, SAID
from recsys_rag.facts.premise import PROPER, said
from recsys_rag.facts.setting._words import when
from recsys_rag.protocols import FittedParts
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Evidence, ResolvedQuery

MOVIES = noted_movies()
EVERY = np.arange(MOVIES.n_items)


def stated(kind: object, user_id: str | None = "1") -> list[Evidence]:
    source = kind.KIND.evidence(FittedParts(MOVIES))  # type: ignore[attr-defined]
    return list(source.evidence(resolved_of(MOVIES, user_id), EVERY))


# --- premise --------------------------------------------------------------------------------------


def test_a_premise_is_the_sentence_of_the_note_and_is_told_not_quoted() -> None:
    first, *_ = stated(premise)
    assert first.fact == premise.PremiseFact("A harbor hides letters and a fishing town")
    assert first.fact.names[0].text == "a harbor hides letters and a fishing town"
    assert first.source == "film notes premise of item 101, word for word"
    assert stated(plot) == []


def test_a_plot_of_the_catalog_is_no_premise() -> None:
    parts = FittedParts(made_up_movies())
    source = premise.KIND.evidence(parts)
    assert source is not None
    assert list(source.evidence(resolved_of(parts.dataset, "1"), EVERY)) == []


@given(st.sampled_from(range(MOVIES.n_items)), st.data())
def test_a_premise_changed_in_one_letter_is_refused(item: int, data: st.DataObject) -> None:
    (sentence,) = MOVIES.catalog.people(item, "plot")
    place = data.draw(st.integers(0, len(sentence) - 2))
    changed = sentence[:place] + ("x" if sentence[place] != "x" else "y") + sentence[place + 1 : -1]
    candidate = candidate_of(MOVIES, item)
    fact = premise.PremiseFact(sentence.removesuffix("."))
    assert premise.objection(fact, candidate, MOVIES.catalog) == ""
    forged = replace(fact, premise=changed)
    assert "do not say" in premise.objection(forged, candidate, MOVIES.catalog)


def test_each_premise_of_the_notes_reads_well_within_a_sentence() -> None:
    """Its first word is a name that keeps its capital, or a word that is written small."""
    premises = [note.premise for note in film_notes() if note.premise]
    assert {one.split()[0].rstrip(",") for one in premises} >= PROPER
    for sentence in premises:
        told = said(sentence)
        assert told[1:] == sentence[1:]
        assert told[0].islower() or told.split()[0].rstrip(",") in PROPER


# --- moods and themes -----------------------------------------------------------------------------


def test_every_mood_and_theme_of_the_notes_has_a_word() -> None:
    for note in film_notes():
        assert set(note.moods) - {FAMILIES} <= SAID["moods"].keys(), note.title
        assert set(note.themes) <= SAID["themes"].keys(), note.title


def test_a_mood_fact_tells_at_most_two_of_each() -> None:
    for piece in stated(mood):
        fact = piece.fact
        item = MOVIES.items.index(piece.item_id)
        assert isinstance(fact, mood.MoodFact)
        assert len(fact.moods) <= 2
        assert len(fact.themes) <= 2
        assert fact.for_families == (FAMILIES in MOVIES.catalog.texts(item, "moods"))


# --- shared ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("user_id", ["1", "5", "9", "24"])
def test_what_is_shared_equals_a_count_by_hand(user_id: str) -> None:
    catalog = MOVIES.catalog
    items, ratings = MOVIES.history(user_id)
    for piece in stated(shared, user_id):
        fact, item = piece.fact, MOVIES.items.index(piece.item_id)
        assert isinstance(fact, shared.SharedFact)
        liked = [
            other
            for other, rating in zip(items.tolist(), ratings.tolist(), strict=True)
            if rating >= 4 and other != item
        ]
        theirs = [other for other in liked if fact.value in catalog.texts(other, fact.column)]
        assert (fact.n_liked, fact.n_history) == (len(theirs), len(liked))
        assert {catalog.items.index(one) for one in fact.example_ids} <= set(theirs)
        best = max(ratings[items.tolist().index(other)] for other in theirs)
        first = catalog.items.index(fact.example_ids[0])
        assert ratings[items.tolist().index(first)] == best


def test_of_a_short_history_only_what_is_rare_is_told() -> None:
    resolved = resolved_of(MOVIES, None)
    horror = next(i for i in range(60) if "supernatural" in MOVIES.catalog.texts(i, "themes"))
    one = replace(
        resolved,
        item_indices=np.array([horror], np.int64),
        ratings=np.array([5], np.float32),
        steps_back=None,
    )
    source = shared.KIND.evidence(FittedParts(MOVIES))
    assert source is not None
    for piece in source.evidence(one, EVERY):
        fact = piece.fact
        assert isinstance(fact, shared.SharedFact)
        assert fact.n_having / fact.n_catalog <= 0.12
        assert fact.example_ids == (MOVIES.items.id(horror),)


def test_nothing_is_shared_with_nobody() -> None:
    assert stated(shared, None) == []


# --- content --------------------------------------------------------------------------------------


def test_a_warning_names_what_the_notes_call_strong_and_nothing_else() -> None:
    told = {piece.item_id: piece.fact for piece in stated(content, None)}
    for item in range(MOVIES.n_items):
        strong = tuple(
            name
            for name in ("violence", "sex", "sadness", "scares")
            if MOVIES.catalog.attributes[name][item] == 3
        )
        fact = told.get(MOVIES.items.id(item))
        assert (fact.strong if isinstance(fact, content.ContentFact) else ()) == strong


def test_who_likes_violent_films_is_hardly_warned_of_them() -> None:
    violent = np.flatnonzero(np.asarray(MOVIES.catalog.attributes["violence"]) == 3)
    resolved = resolved_of(MOVIES, None)
    fan = replace(
        resolved,
        item_indices=violent.astype(np.int64),
        ratings=np.full(len(violent), 5, np.float32),
        steps_back=None,
    )
    source = content.KIND.evidence(FittedParts(MOVIES))
    assert source is not None

    def of(query: ResolvedQuery) -> dict[str, float]:
        found = source.evidence(query, violent.astype(np.int64))
        alone = content.ContentFact(("violence",))
        return {one.item_id: one.strength for one in found if one.fact == alone}

    assert of(resolved)
    assert all(of(fan)[item] < of(resolved)[item] for item in of(resolved))


# --- setting --------------------------------------------------------------------------------------


def test_place_and_time_are_told_where_a_sentence_can_hold_them() -> None:
    for piece in stated(setting, None):
        fact, item = piece.fact, MOVIES.items.index(piece.item_id)
        assert isinstance(fact, setting.SettingFact)
        assert fact.place in ("", *MOVIES.catalog.texts(item, "place"))
        assert fact.time in ("", *MOVIES.catalog.texts(item, "time"))
        if fact.time.endswith("0s"):
            assert int(fact.time[:4]) // 10 != int(MOVIES.catalog.years[item]) // 10


def test_places_of_the_notes_follow_a_verb() -> None:
    """No place lacks the article that English wants before common words."""
    articles = {"a", "an", "the", "another", "outer", "northern", "southern", "under", "colonial"}
    for note in film_notes():
        if note.place and note.place[0].islower():
            assert note.place.split()[0] in articles, note


def test_nearly_every_time_of_the_notes_can_be_said() -> None:
    times = [note.time for note in film_notes() if note.time]
    assert sum(bool(when(time)) for time in times) > 0.99 * len(times)
